"""Ready recipes for pictures: other light, another lens; by numpy and SciPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers._pixels import Pixels
from al_widgets.synthesizers._recipe import Recipe

if TYPE_CHECKING:
    from al_widgets.pool import Pool

GRAY = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""How bright each color is (ITU-R BT.601)."""


_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]], dtype=np.float32
)  # brightness, and two axes of color (the NTSC system)


@dataclass(frozen=True, repr=False)
class OfPictures(Recipe):
    """A recipe for pictures of any kind: arrays of pixels, PIL images, paths."""

    def measure(self, pool: Pool) -> tuple[float, float] | None:
        """Return what is black and white in a pool of arrays."""
        return pool.content.range_for(pool.content[0])

    def apply(
        self, content: Any, strength: float, rng: np.random.Generator, measured: Any = None
    ) -> Any:
        """Return a picture of the same kind, shape and dtype; in RGB for the path of a file."""
        pixels = Pixels.of(content, measured)
        return pixels.back(self._change(pixels.values, strength, rng))

    def _change(self, values: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
        """Return changed values of the same shape, where 0 is black and 1 is white."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Brightness(OfPictures):
    """Makes a picture darker or brighter.

    Parameters
    ----------
    low, high : float, 0 to 10
        The factor of its brightness: below 1 it becomes darker.

    Examples
    --------
    >>> recipe = Brightness(0.4, 0.4)
    >>> recipe(np.array([[100, 200]], dtype=np.uint8), np.random.default_rng(0))
    array([[40, 80]], dtype=uint8)
    >>> recipe.words(0.4)
    'darker, to 40 %'
    """

    low: float = 0.4
    high: float = 0.7

    def _limits(self) -> tuple[float, float]:
        return 0.0, 10.0

    def _name(self) -> str:
        if self.high <= 1:
            return "much darker" if self.high < 0.4 else "darker"
        if self.low >= 1:
            return "much brighter" if self.low > 1.6 else "brighter"
        return "another brightness"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, to {100 * strength:.0f} %"

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        return values * np.float32(strength)


@dataclass(frozen=True, repr=False)
class Contrast(OfPictures):
    """Makes a picture paler, or its contrasts stronger, around its mean.

    Parameters
    ----------
    low, high : float, 0 to 10
        The factor of its contrast: below 1 it becomes paler.

    Examples
    --------
    >>> recipe = Contrast(0.5, 0.5)
    >>> recipe(np.array([[100, 200]], dtype=np.uint8), np.random.default_rng(0))
    array([[125, 175]], dtype=uint8)
    """

    low: float = 0.35
    high: float = 0.65

    def _limits(self) -> tuple[float, float]:
        return 0.0, 10.0

    def _name(self) -> str:
        if self.high <= 1:
            return "paler"
        return "stronger in contrast" if self.low >= 1 else "of another contrast"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, to {100 * strength:.0f} %"

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        mean = values.mean(dtype=np.float64)
        return np.asarray(mean + (values - mean) * strength, dtype=np.float32)


@dataclass(frozen=True, repr=False)
class Blur(OfPictures):
    """Blurs a picture, as a lens out of focus does.

    Parameters
    ----------
    low, high : float, 0 to 0.5
        Standard deviation of the Gaussian, as a share of the picture's longer side.
    """

    low: float = 0.01
    high: float = 0.02

    def _limits(self) -> tuple[float, float]:
        return 0.0, 0.5

    def _name(self) -> str:
        return "much blurred" if self.low > 0.02 else "blurred"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, by {100 * strength:.1f} % of its side"

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        from scipy.ndimage import gaussian_filter  # noqa: PLC0415 - only where it is asked for

        sigma = strength * max(values.shape[:2])
        return np.asarray(gaussian_filter(values, (sigma, sigma, 0), mode="nearest", truncate=3))


@dataclass(frozen=True, repr=False)
class Noise(OfPictures):
    """Adds noise to each pixel, as a camera does in the dark.

    Parameters
    ----------
    low, high : float, 0 to 1
        Standard deviation of the noise, as a share of the way from black to white.
    """

    low: float = 0.03
    high: float = 0.08

    def _name(self) -> str:
        return "very noisy" if self.low > 0.08 else "noisy"

    def _change(self, values: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
        noise = rng.standard_normal(values.shape, dtype=np.float32)
        return np.asarray(values + np.float32(strength) * noise)


@dataclass(frozen=True, repr=False)
class Hue(OfPictures):
    """Turns all colors of a picture around the circle of colors; how bright they are stays.

    Parameters
    ----------
    low, high : float, 0 to 180
        Degrees, in either direction. A picture without colors stays as it is.

    Examples
    --------
    >>> recipe = Hue(180, 180)
    >>> recipe(np.array([[[200, 120, 120]]], dtype=np.uint8), np.random.default_rng(0)).tolist()
    [[[88, 168, 168]]]
    """

    low: float = 5.0
    high: float = 35.0

    def _limits(self) -> tuple[float, float]:
        return 0.0, 180.0

    def _name(self) -> str:
        return "in other colors" if self.low > 60 else "in shifted colors"

    def draw(self, rng: np.random.Generator) -> float:
        """Return by how many degrees."""
        return float(rng.choice((-1, 1)) * rng.uniform(self.low, self.high))

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, by {strength:+.0f}°"

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        if values.shape[-1] != 3:
            return values
        angle = np.deg2rad(strength)
        turn = np.eye(3, dtype=np.float32)
        turn[1:, 1:] = ((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle)))
        return np.asarray(values @ (np.linalg.inv(_YIQ) @ turn @ _YIQ).T)


@dataclass(frozen=True, repr=False)
class Fade(OfPictures):
    """Takes color out of a picture, down to gray; how bright it is stays.

    Parameters
    ----------
    low, high : float, 0 to 1
        How much of the color is left. A picture without colors stays as it is.

    Examples
    --------
    >>> recipe = Fade(0, 0)
    >>> recipe(np.array([[[200, 120, 120]]], dtype=np.uint8), np.random.default_rng(0)).tolist()
    [[[144, 144, 144]]]
    """

    low: float = 0.0
    high: float = 0.6

    def _name(self) -> str:
        return "faded"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, to {100 * strength:.0f} % of its color"

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        if values.shape[-1] != 3:
            return values
        gray = (values @ GRAY)[..., None]
        return np.asarray(gray + np.float32(strength) * (values - gray))


@dataclass(frozen=True, repr=False)
class Tint(OfPictures):
    """Lays a veil of a color over a picture, as murky water does, or lights it in that color.

    Parameters
    ----------
    low, high : float, 0 to 1
        How opaque the veil is, or how much of the light has that color.
    color : str
        A color as Pillow takes it: "#5f8f4a", "green". A picture without colors gets its
        brightness.
    light : bool
        Whether it is the color of the light: white becomes that color, black stays black.

    Examples
    --------
    >>> recipe = Tint(0.5, 0.5, color="#00ff00")
    >>> recipe(np.zeros((1, 1, 3), dtype=np.uint8), np.random.default_rng(0)).tolist()
    [[[0, 128, 0]]]
    """

    low: float = 0.25
    high: float = 0.5
    color: str = "#5f8f4a"
    light: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._rgb()

    def _name(self) -> str:
        if self.light:
            return f"in light of {self.color}"
        return "greenish" if self.color == Tint.color else f"tinted {self.color}"

    def _rgb(self) -> np.ndarray:
        from PIL import ImageColor  # noqa: PLC0415 - only where there are pictures

        try:
            return np.array(ImageColor.getrgb(self.color)[:3], dtype=np.float32) / 255
        except (AttributeError, TypeError, ValueError) as error:
            raise InvalidInput(
                "color is one that Pillow knows", repr(self.color), 'Pass "#5f8f4a" or "green"'
            ) from error

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        color = self._rgb()
        veil = color if values.shape[-1] == 3 else GRAY @ color
        veil = values * veil if self.light else veil
        return np.asarray(values + np.float32(strength) * (veil - values))
