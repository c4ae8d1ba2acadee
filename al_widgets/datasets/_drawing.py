"""Many pictures drawn at once: shapes as signed distances, filled on a batch of canvases.

A shape is an array of distances to its edge, negative inside. Distances combine by arithmetic
(the nearer of two shapes is their union) and give edges free of steps without drawing larger first.
Everything is float32 and has shape (n, size, size), or (n, 1, 1) for what differs by picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Color = str
"""Red, green and blue as six hexadecimal digits."""

Number = float | np.ndarray
"""The same for all pictures, or an array of shape (n, 1, 1)."""

Knot = tuple[Number, Number, Number]
"""A point of a path, and the radius of the stroke there."""


def length(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the distance to the origin; several times as fast as np.hypot."""
    distance: np.ndarray = x * x + y * y
    np.sqrt(distance, out=distance)
    return distance


def disc(x: np.ndarray, y: np.ndarray, r: Number) -> np.ndarray:
    """Return the distance to a disc around the origin."""
    return length(x, y) - r


def ellipse(x: np.ndarray, y: np.ndarray, rx: Number, ry: Number) -> np.ndarray:
    """Return the distance to an ellipse around the origin, exact near its edge."""
    x, y = x / rx, y / ry
    k = length(x, y)
    distance: np.ndarray = k * (k - 1) / (length(x / rx, y / ry) + np.float32(1e-6))
    return distance


def limb(x: np.ndarray, y: np.ndarray, start: Knot, end: Knot) -> np.ndarray:
    """Return the distance to a round stroke between two points, each with its radius."""
    (x0, y0, r0), (x1, y1, r1) = start, end
    along, gap = _aside(x, y, x0, y0, x1, y1)
    np.sqrt(gap, out=gap)
    gap -= along * (r1 - r0) + r0
    return gap


def strokes(x: np.ndarray, y: np.ndarray, *paths: Sequence[Knot]) -> np.ndarray:
    """Return the distance to paths of points with radii, joined by limbs."""
    limbs = [limb(x, y, *ends) for path in paths for ends in pairwise(path)]
    return reduce(np.minimum, limbs)


def polygon(x: np.ndarray, y: np.ndarray, corners: Sequence[tuple[Number, Number]]) -> np.ndarray:
    """Return the distance to a polygon, convex or not."""
    nearest = np.full(x.shape, np.inf, dtype=np.float32)
    inside = np.zeros(x.shape, dtype=bool)
    for (x0, y0), (x1, y1) in pairwise([*corners, corners[0]]):
        np.minimum(nearest, _aside(x, y, x0, y0, x1, y1)[1], out=nearest)
        if np.any(y1 - y0):
            inside ^= ((y >= y0) != (y >= y1)) & (x < x0 + (y - y0) * ((x1 - x0) / (y1 - y0)))
    distance = np.sqrt(nearest, out=nearest)
    return np.negative(distance, out=distance, where=inside)


def _aside(  # noqa: PLR0917 - two points
    x: np.ndarray, y: np.ndarray, x0: Number, y0: Number, x1: Number, y1: Number
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far along a line each pixel is, from 0 to 1, and how far aside, squared."""
    dx, dy = x1 - x0, y1 - y0
    squared = dx * dx + dy * dy
    x, y = x - x0, y - y0
    along = x * (dx / squared) + y * (dy / squared)
    np.clip(along, 0, 1, out=along)
    x = x - along * dx
    y = y - along * dy
    x *= x
    y *= y
    x += y
    return along, x


def melt(a: np.ndarray, b: np.ndarray, width: float) -> np.ndarray:
    """Return the union of two shapes, rounded where they meet."""
    blend = np.maximum(width - np.abs(a - b), 0) / width
    melted: np.ndarray = np.minimum(a, b) - blend * blend * np.float32(width / 4)
    return melted


def turned(
    x: np.ndarray, y: np.ndarray, degrees: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates in which a shape appears turned counterclockwise."""
    angle = np.deg2rad(np.asarray(degrees, dtype=np.float32))
    c, s = np.cos(angle), np.sin(angle)
    return x * c + y * s, y * c - x * s


def paint(color: Color) -> np.ndarray:
    """Return a color as an array of shape (3,), between 0 and 1."""
    return np.array([int(color[i : i + 2], 16) for i in (0, 2, 4)], dtype=np.float32) / 255


class Canvas:
    """A batch of pictures.

    Parameters
    ----------
    rng : Generator
        What makes each picture different.
    n : int
        Number of pictures.
    size : int
        Width and height, in pixels.

    Attributes
    ----------
    rgb : ndarray of shape (n, size, size, 3), float32
        Colors, between 0 and 1.
    u, v : ndarray of shape (1, 1, size) and (1, size, 1)
        Coordinates of the pixels, from -1 (left, bottom) to 1 (right, top).
    """

    def __init__(self, rng: np.random.Generator, n: int, size: int) -> None:
        self.rng, self.n, self.size = rng, n, size
        self.rgb = np.zeros((n, size, size, 3), dtype=np.float32)
        steps = ((np.arange(size) + 0.5) / size * 2 - 1).astype(np.float32)
        self.u, self.v = steps[None, None, :], -steps[None, :, None]

    def any(self, low: float, high: float) -> np.ndarray:
        """Return a random number for each picture, of shape (n, 1, 1)."""
        return self.rng.uniform(low, high, (self.n, 1, 1)).astype(np.float32)

    def fill(
        self,
        distance: np.ndarray,
        color: np.ndarray,
        unit: Number | None = None,
        opacity: float = 1,
        light: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> None:
        """Lay a color over a shape.

        Parameters
        ----------
        distance : ndarray that broadcasts to (n, size, size)
            Distance to the shape's edge, negative inside.
        color : ndarray of shape (3,) or (n, 3)
            Between 0 and 1.
        unit : float or ndarray of shape (n, 1, 1), optional
            Pixels to one unit of distance; those of u and v when None.
        opacity : float
            1 hides what is below.
        light : callable, optional
            Returns a factor on the color for each of the pixels whose numbers it is given.
        """
        distance = np.broadcast_to(distance, self.rgb.shape[:3])
        units = np.broadcast_to(self.size / 2 if unit is None else unit, (self.n, 1, 1))
        where = np.flatnonzero(distance < 0.5 / units)  # few: details are much smaller than bodies
        picture = where // self.size**2
        cover = 0.5 - distance.reshape(-1)[where] * units.reshape(-1)[picture]
        pixels = self.rgb.reshape(-1, 3)
        colors = np.broadcast_to(color, (self.n, 3))[picture]
        if light is not None:
            colors = colors * light(where)[:, None]
        below = pixels[where]
        opaque = np.minimum(cover, 1).astype(np.float32) * np.float32(opacity)
        pixels[where] = below + opaque[:, None] * (colors - below)

    def stain(self, cover: np.ndarray, color: Color) -> None:
        """Lay a color over every pixel, as opaque as cover says."""
        self.rgb += cover[..., None] * (paint(color) - self.rgb)


@dataclass(frozen=True, slots=True)
class Brush:
    """Draws one animal on every canvas of a batch, in the animal's own coordinates.

    Attributes
    ----------
    canvas : Canvas
        Where it draws.
    x, y : ndarray of shape (n, size, size)
        Coordinates of the pixels as the animal sees them: it fills -1 to 1, with its back up.
    unit : ndarray of shape (n, 1, 1)
        Pixels to one unit of x and y.
    tint : ndarray of shape (n, 3)
        Factor on every color.
    """

    canvas: Canvas
    x: np.ndarray
    y: np.ndarray
    unit: np.ndarray
    tint: np.ndarray

    @classmethod
    def at(
        cls,
        canvas: Canvas,
        center: tuple[np.ndarray, np.ndarray],
        size: np.ndarray,
        turn: np.ndarray,
        tint: np.ndarray,
        *,
        mirrored: bool = False,
    ) -> Brush:
        """Return a brush for animals of these centers, sizes and turns (in degrees)."""
        angle = np.deg2rad(turn)
        c, s = np.cos(angle), np.sin(angle)
        du, dv = canvas.u - center[0], canvas.v - center[1]
        x, y = (du * c + dv * s) / size, (dv * c - du * s) / size
        x = -x if mirrored else x
        x = x * canvas.any(0.9, 1.12) + canvas.any(-0.07, 0.07) * np.sin(2 * y + canvas.any(0, 6))
        y = y * canvas.any(0.9, 1.12) + canvas.any(-0.07, 0.07) * np.sin(2 * x + canvas.any(0, 6))
        return cls(canvas, x, y, size * np.float32(canvas.size / 2), tint)

    def any(self, low: float, high: float) -> np.ndarray:
        """Return a random number for each picture, of shape (n, 1, 1)."""
        return self.canvas.any(low, high)

    def fill(self, distance: np.ndarray, color: Color, opacity: float = 1) -> None:
        """Fill a shape evenly."""
        self.canvas.fill(distance, paint(color) * self.tint, self.unit, opacity)

    def model(
        self, distance: np.ndarray, color: Color, depth: float = 0.25, opacity: float = 1
    ) -> None:
        """Fill a shape as a round body lit from above: darker at its edge and below."""

        def light(where: np.ndarray) -> np.ndarray:
            inner = np.clip(distance.ravel()[where] / np.float32(-depth), 0, 1)
            height = np.clip(self.y.ravel()[where], -1, 1)
            factor: np.ndarray = 0.58 + 0.42 * inner * (2 - inner) + 0.16 * height
            return factor

        self.canvas.fill(distance, paint(color) * self.tint, self.unit, opacity, light)
