"""Many pictures drawn at once: shapes as signed distances, filled on a batch of canvases.

A shape is an array of distances to its edge, negative inside. Distances combine by arithmetic
(the nearer of two shapes is their union) and give edges free of steps without drawing larger first.
Everything is float32 and has shape (n, size, size), or (n, 1, 1) for what differs by picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Color = str
"""Red, green and blue as six hexadecimal digits."""


def length(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the distance to the origin; several times as fast as np.hypot."""
    return np.sqrt(x * x + y * y)


def ellipse(x: np.ndarray, y: np.ndarray, rx: float, ry: float) -> np.ndarray:
    """Return the distance to an ellipse around the origin, exact near its edge."""
    k = length(x / rx, y / ry)
    slope = length(x / rx**2, y / ry**2)
    return k * (k - 1) / (slope + np.float32(1e-6))


def disc(x: np.ndarray, y: np.ndarray, r: float) -> np.ndarray:
    """Return the distance to a disc around the origin."""
    return length(x, y) - r


def limb(
    x: np.ndarray, y: np.ndarray, start: tuple, end: tuple, r0: float, r1: float
) -> np.ndarray:
    """Return the distance to a round stroke from start to end that goes from r0 to r1 in radius."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
    return length(x - x0 - along * dx, y - y0 - along * dy) - (r0 + (r1 - r0) * along)


def strokes(x: np.ndarray, y: np.ndarray, path: list[tuple]) -> np.ndarray:
    """Return the distance to a path of (x, y, radius) points, joined by limbs."""
    distance: np.ndarray | None = None
    for (x0, y0, r0), (x1, y1, r1) in zip(path, path[1:], strict=False):
        piece = limb(x, y, (x0, y0), (x1, y1), r0, r1)
        distance = piece if distance is None else np.minimum(distance, piece)
    assert distance is not None  # noqa: S101 - a path has two points
    return distance


def polygon(x: np.ndarray, y: np.ndarray, corners: list[tuple]) -> np.ndarray:
    """Return the distance to a polygon, convex or not."""
    nearest = np.full(np.shape(x), np.inf, dtype=np.float32)
    inside = np.zeros(np.shape(x), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        dx, dy = x1 - x0, y1 - y0
        along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
        gap = (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2
        np.minimum(nearest, gap, out=nearest)
        if np.any(dy):
            inside ^= ((y >= y0) != (y >= y1)) & (x < x0 + (y - y0) * (dx / dy))
    return np.where(inside, -1, 1).astype(np.float32) * np.sqrt(nearest)


def melt(a: np.ndarray, b: np.ndarray, width: float) -> np.ndarray:
    """Return the union of two shapes, rounded where they meet."""
    blend = np.maximum(width - np.abs(a - b), 0) / width
    return np.minimum(a, b) - blend * blend * np.float32(width / 4)


def turned(
    x: np.ndarray, y: np.ndarray, degrees: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates in which a shape appears turned counterclockwise."""
    angle = np.deg2rad(np.asarray(degrees, dtype=np.float32))
    c, s = np.cos(angle), np.sin(angle)
    return x * c + y * s, y * c - x * s


def paint(color: Color) -> np.ndarray:
    """Return a color as an array of shape (3, 1, 1), between 0 and 1."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return np.array(parts, dtype=np.float32)[:, None, None]


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
    rgb : ndarray of shape (n, 3, size, size), float32
        Colors, between 0 and 1.
    u, v : ndarray of shape (1, 1, size) and (1, size, 1)
        Coordinates of the pixels, from -1 (left, bottom) to 1 (right, top).
    """

    def __init__(self, rng: np.random.Generator, n: int, size: int) -> None:
        self.rng, self.n, self.size = rng, n, size
        self.rgb = np.zeros((n, 3, size, size), dtype=np.float32)
        steps = ((np.arange(size) + 0.5) / size * 2 - 1).astype(np.float32)
        self.u, self.v = steps[None, None, :], -steps[None, :, None]

    def any(self, low: float, high: float) -> np.ndarray:
        """Return a random number for each picture, of shape (n, 1, 1)."""
        return self.rng.uniform(low, high, (self.n, 1, 1)).astype(np.float32)

    def fill(
        self, distance: np.ndarray, color: np.ndarray, unit: np.ndarray | float, opacity: float = 1
    ) -> None:
        """Lay a color over a shape; unit is how many pixels one unit of distance has."""
        cover = np.clip(0.5 - distance * unit, 0, 1) * np.float32(opacity)
        self.rgb += cover[:, None] * (color - self.rgb)

    def stain(self, cover: np.ndarray, color: np.ndarray) -> None:
        """Lay a color over every pixel, as opaque as cover says."""
        self.rgb += cover[:, None] * (color - self.rgb)


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
    tint : ndarray of shape (n, 3, 1, 1)
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
        bend = canvas.any(-0.05, 0.05)
        x = x * canvas.any(0.93, 1.07) + bend * np.sin(2 * y + canvas.any(0, 6))
        y = y * canvas.any(0.93, 1.07) + canvas.any(-0.05, 0.05) * np.sin(2 * x + canvas.any(0, 6))
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
        inner = np.clip(distance / np.float32(-depth), 0, 1)
        light = 0.58 + 0.42 * inner * (2 - inner) + 0.16 * np.clip(self.y, -1, 1)
        self.canvas.fill(distance, (paint(color) * self.tint) * light[:, None], self.unit, opacity)
