"""Ready recipes for sound: samples of shape (n_samples,), of any number type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers._recipe import Recipe


@dataclass(frozen=True, repr=False)
class OfSounds(Recipe):
    """A recipe for samples of a sound."""

    def apply(
        self,
        content: Any,
        strength: float,
        rng: np.random.Generator,
        measured: Any = None,  # noqa: ARG002 - others need it
    ) -> Any:
        """Return samples of the same dtype."""
        is_sound = isinstance(content, np.ndarray) and content.ndim == 1
        if not is_sound or content.dtype.kind not in "fiu" or not len(content):
            raise InvalidInput(
                "a recipe for sound needs its samples, an array of shape (n_samples,)",
                f"an array of shape {content.shape}, {content.dtype}"
                if isinstance(content, np.ndarray)
                else type(content).__name__,
                "Choose recipes for this kind of content, or leave them out: Augment()",
            )
        kind = content.dtype
        still = 2 ** (8 * kind.itemsize - 1) if kind.kind == "u" else 0  # what silence is
        samples = self._change(content.astype(np.float64) - still, strength, rng) + still
        if kind.kind != "f":
            most = np.iinfo(kind)
            samples = np.clip(np.rint(samples), most.min, most.max)
        return samples.astype(kind)

    def _change(self, samples: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
        """Return changed samples, where 0 is silence."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class SoundNoise(OfSounds):
    """Adds white noise.

    Parameters
    ----------
    low, high : float, 0 to 1
        How loud the noise is, as a share of the sound's own loudness (root mean square).

    Examples
    --------
    >>> sound = np.sin(np.arange(8.0))
    >>> SoundNoise(0, 0)(sound, np.random.default_rng(0)).tolist() == sound.tolist()
    True
    """

    low: float = 0.05
    high: float = 0.2

    def _name(self) -> str:
        return "very noisy" if self.low > 0.2 else "noisy"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, by {100 * strength:.0f} % of its loudness"

    def _change(self, samples: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
        loudness = float(np.sqrt(np.mean(samples**2)))
        return samples + strength * loudness * rng.normal(size=samples.shape)


@dataclass(frozen=True, repr=False)
class SoundShift(OfSounds):
    """Moves a sound in time, earlier or later; what is left is silent.

    Parameters
    ----------
    low, high : float, 0 to 1
        How far, as a share of its length.

    Examples
    --------
    >>> SoundShift(0.5, 0.5)(np.array([1, 2, 3, 4]), np.random.default_rng(0)).tolist()
    [0, 0, 1, 2]
    """

    low: float = 0.05
    high: float = 0.15

    def _name(self) -> str:
        return "shifted in time"

    def draw(self, rng: np.random.Generator) -> float:
        """Return how far; earlier below 0."""
        return float(rng.choice((-1, 1)) * rng.uniform(self.low, self.high))

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        side = "later" if strength >= 0 else "earlier"
        return f"{self.name}, {100 * abs(strength):.0f} % of its length {side}"

    def _change(self, samples: np.ndarray, strength: float, _: Any) -> np.ndarray:
        far = min(round(abs(strength) * len(samples)), len(samples))
        kept = samples[: len(samples) - far] if strength >= 0 else samples[far:]
        return np.asarray(np.pad(kept, (far, 0) if strength >= 0 else (0, far)))


@dataclass(frozen=True, repr=False)
class SoundStretch(OfSounds):
    """Plays a sound slower and lower, or faster and higher, as a tape does.

    Parameters
    ----------
    low, high : float, 0.1 to 10
        The factor of its duration: above 1 it becomes slower.
    same_length : bool
        Whether it is cut at the end, or followed by silence, so that it has as many samples as
        before.

    Examples
    --------
    >>> recipe = SoundStretch(2, 2, same_length=False)
    >>> recipe(np.array([0.0, 1.0]), np.random.default_rng(0)).round(2).tolist()
    [0.0, 0.33, 0.67, 1.0]
    """

    low: float = 0.85
    high: float = 1.15
    same_length: bool = True

    def _limits(self) -> tuple[float, float]:
        return 0.1, 10.0

    def _name(self) -> str:
        if self.high <= 1:
            return "faster"
        return "slower" if self.low >= 1 else "faster or slower"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{'slower' if strength >= 1 else 'faster'}, to {100 * strength:.0f} % of its length"

    def _change(self, samples: np.ndarray, strength: float, _: Any) -> np.ndarray:
        n = len(samples)
        places = np.linspace(0, n - 1, max(1, round(strength * n)))
        stretched = np.interp(places, np.arange(n), samples)
        if not self.same_length:
            return np.asarray(stretched)
        return np.asarray(np.pad(stretched, (0, max(0, n - len(stretched)))))[:n]
