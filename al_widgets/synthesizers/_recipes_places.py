"""Ready recipes for pictures: at another place, turned, covered; by numpy and SciPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from al_widgets.synthesizers._pixels import Pixels
from al_widgets.synthesizers._recipes_images import GRAY, OfPictures


@dataclass(frozen=True, repr=False)
class Shift(OfPictures):
    """Moves a picture in any direction; its edge is drawn out to where it was.

    Parameters
    ----------
    low, high : float, 0 to 1
        How far, as a share of the picture's longer side.
    """

    low: float = 0.05
    high: float = 0.15

    def _name(self) -> str:
        return "shifted"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, by {100 * strength:.0f} % of its side"

    def _change(self, values: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
        angle = rng.uniform(0, 2 * np.pi)
        far = strength * max(values.shape[:2])
        rows, columns = (
            np.clip(np.arange(n) - round(far * direction), 0, n - 1)
            for n, direction in zip(values.shape, (np.sin(angle), np.cos(angle)), strict=False)
        )
        return np.asarray(values[rows][:, columns])


@dataclass(frozen=True, repr=False)
class Rotate(OfPictures):
    """Turns a picture to the left or to the right; its edge is drawn out into the corners.

    Parameters
    ----------
    low, high : float, 0 to 180
        Degrees, in either direction.
    """

    low: float = 5.0
    high: float = 20.0

    def _limits(self) -> tuple[float, float]:
        return 0.0, 180.0

    def _name(self) -> str:
        return "turned"

    def draw(self, rng: np.random.Generator) -> float:
        """Return by how many degrees, counterclockwise."""
        return float(rng.choice((-1, 1)) * rng.uniform(self.low, self.high))

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        side = "left" if strength >= 0 else "right"
        return f"{self.name} to the {side}, by {abs(strength):.0f}°"

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        from scipy.ndimage import rotate  # noqa: PLC0415 - only where it is asked for

        return np.asarray(rotate(values, strength, reshape=False, order=1, mode="nearest"))


@dataclass(frozen=True, repr=False)
class Zoom(OfPictures):
    """Brings a picture nearer, or farther away; its edge is drawn out to where it was.

    Parameters
    ----------
    low, high : float, 0.1 to 10
        The factor of its size; as often below the middle of the range as above, in proportion.

    Examples
    --------
    >>> Zoom(2, 2)(np.array([[0, 90, 180]], dtype=np.uint8), np.random.default_rng(0))
    array([[ 45,  90, 135]], dtype=uint8)
    """

    low: float = 0.7
    high: float = 1.4

    def _limits(self) -> tuple[float, float]:
        return 0.1, 10.0

    def _name(self) -> str:
        return "at another distance"

    def draw(self, rng: np.random.Generator) -> float:
        """Return by which factor."""
        return float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{'larger' if strength >= 1 else 'smaller'}, to {100 * strength:.0f} %"

    def _change(self, values: np.ndarray, strength: float, _: Any) -> np.ndarray:
        from scipy.ndimage import affine_transform  # noqa: PLC0415 - only where it is asked for

        middle = (np.array([*values.shape[:2], 1]) - 1) / 2
        scale = np.array([1 / strength, 1 / strength, 1])
        offset = middle - scale * middle
        return np.asarray(affine_transform(values, scale, offset, order=1, mode="nearest"))


@dataclass(frozen=True, repr=False)
class Flip(OfPictures):
    """Mirrors a picture, or turns it upside down.

    Parameters
    ----------
    vertical : bool
        Whether its top becomes its bottom.

    Examples
    --------
    >>> Flip()(np.array([[1, 2]], dtype=np.uint8), np.random.default_rng(0))
    array([[2, 1]], dtype=uint8)
    """

    low: float = 1.0
    high: float = 1.0
    vertical: bool = False

    def _name(self) -> str:
        return "upside down" if self.vertical else "mirrored"

    def words(self, strength: float) -> str:  # noqa: ARG002 - it has none
        """Return what it does."""
        return self.name

    def _change(self, values: np.ndarray, strength: float, rng: Any) -> np.ndarray:  # noqa: ARG002
        return values[::-1] if self.vertical else values[:, ::-1]


@dataclass(frozen=True, eq=False, repr=False)
class Overlay(OfPictures):
    """Covers a part of a picture, by a patch of one color or by another picture.

    Parameters
    ----------
    low, high : float, 0 to 1
        The sides of what covers it, as a share of the picture's own.
    picture : ndarray, PIL image or Path, optional
        What covers it; a patch of some color when None, as in random erasing (Zhong et al. 2020).

    Examples
    --------
    >>> recipe = Overlay(1, 1, picture=np.array([[9]], dtype=np.uint8))
    >>> recipe(np.zeros((2, 2), dtype=np.uint8), np.random.default_rng(0)).tolist()
    [[9, 9], [9, 9]]
    """

    low: float = 0.2
    high: float = 0.4
    picture: Any = None

    def _name(self) -> str:
        return "covered in part"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, on {100 * strength:.0f} % of its side"

    def _change(self, values: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
        height, width, channels = values.shape
        size = [max(1, round(strength * n)) for n in (height, width)]
        top, left = (rng.integers(0, n - m + 1) for n, m in zip((height, width), size, strict=True))
        values = values.copy()
        part = values[top : top + size[0], left : left + size[1]]
        if self.picture is None:
            part[:] = rng.uniform(size=channels)
            return values
        over = Pixels.of(self.picture)
        at = np.ix_(*(np.arange(m) * n // m for n, m in zip(over.values.shape, size, strict=False)))
        cover = over.values[at]
        if cover.shape[-1] != channels:
            cover = cover @ GRAY[:, None] if channels == 1 else np.repeat(cover, channels, axis=-1)
        opaque = over.alpha[at] if over.alpha.size else np.float32(1)
        part += opaque * (cover - part)
        return values
