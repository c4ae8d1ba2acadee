"""Outlines: where most of some points lie, as a few calm shapes on a map.

Points are counted on a small grid, the counts are smoothed, and the smooth hills are cut at the
height above which most of the points lie. How many points there are hardly matters: a million take
some milliseconds more to count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from contourpy import FillType, contour_generator
from scipy import ndimage
from scipy.spatial import KDTree

from al_widgets.exceptions import InvalidInput

Extent = tuple[float, float, float, float]
"""Left, right, bottom and top of a map."""

_NARROWEST, _WIDEST = 0.006, 0.03  # smoothing, as a share of the map
_CALM = 1.2  # times the smoothing that tells a density best: shapes are to be read, not measured
_PART = 0.25  # of the map that points are thought to take, where nobody says how large it is
_CELLS = 2.5  # of the grid, to one standard deviation of the smoothing
_MOST_CELLS = 160  # along a side; a wider group is drawn on larger cells
_MARGIN = 3.0  # standard deviations around the points
_TAILS = 0.005  # share of the points, at either end, that may lie outside the grid
_LOWEST_PEAK = 0.6  # of the highest: a cut above it would be a dot, or nothing
_ISLAND = 0.08  # share of the points; fewer are strays
_ENOUGH = 1_000  # points that tell how far apart all of them lie
_AT_ONCE = 65_536  # points that are counted together


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """How densely points lie, smoothed, on a small grid.

    Attributes
    ----------
    counts : ndarray of shape (n_rows, n_columns), float
        Points in each cell; the bottom row comes first.
    heights : ndarray of shape (n_rows, n_columns), float
        The same, smoothed.
    origin : (float, float)
        The middle of the first cell, in units of the map.
    step : float
        Width and height of a cell.
    """

    counts: np.ndarray
    heights: np.ndarray
    origin: tuple[float, float]
    step: float

    @classmethod
    def of(cls, points: np.ndarray, extent: Extent | None = None) -> Density:
        """Count and smooth; the arguments are those of :func:`outline`."""
        points = _checked(points)
        low, high = (np.quantile(points[:, i], (_TAILS, 1 - _TAILS)) for i in (0, 1))
        low, high = np.array([low, high]).T
        size = _size(extent, points)
        width = np.clip(_CALM * _width(points), _NARROWEST * size, _WIDEST * size)
        widest = float((high - low).max()) + 2 * _MARGIN * width
        step = max(width / _CELLS, widest / _MOST_CELLS)
        margin = math.ceil(_MARGIN * width / step)  # whole cells, so that a lone point is centered
        origin = low - margin * step
        shape = np.ceil((high - low) / step).astype(int) + 2 * margin + 1
        counts = _counted(points, origin, step, shape)
        heights = ndimage.gaussian_filter(counts, width / step, mode="constant", truncate=_MARGIN)
        return cls(counts, heights, (float(origin[0]), float(origin[1])), float(step))

    @property
    def peak(self) -> tuple[float, float]:
        """Where the points lie most densely."""
        row, column = np.unravel_index(int(self.heights.argmax()), self.heights.shape)
        return self.origin[0] + self.step * int(column), self.origin[1] + self.step * int(row)

    def outlines(self, share: float = 0.9) -> tuple[np.ndarray, ...]:
        """Trace the hills that hold this share of the points; see :func:`outline`."""
        level = self._level(share)
        heights = np.where(self._strays(level), 0.0, self.heights)
        traced: Any = contour_generator(z=heights, fill_type=FillType.OuterOffset)
        lines, offsets = traced.filled(level, np.inf)
        outer = [line[: part[1]] for line, part in zip(lines, offsets, strict=True)]  # no holes
        placed = [np.asarray(self.origin) + self.step * line for line in outer]
        return tuple(line.astype(np.float32) for line in sorted(placed, key=_area, reverse=True))

    def _level(self, share: float) -> float:
        """Return the height above which this share of the points lies."""
        order = np.argsort(-self.heights, axis=None)
        held = np.cumsum(self.counts.ravel()[order])
        last = order[np.searchsorted(held, share * held[-1])]
        return float(min(self.heights.ravel()[last], _LOWEST_PEAK * self.heights.max()))

    def _strays(self, level: float) -> np.ndarray:
        """Return which cells belong to a hill of few points."""
        hills, n = ndimage.label(self.heights >= level, structure=np.ones((3, 3)))
        held = np.bincount(hills.ravel(), weights=self.counts.ravel(), minlength=n + 1)
        held[0] = 0
        stray = held < min(_ISLAND * self.counts.sum(), held.max())
        stray[0] = False
        return np.asarray(stray[hills])


def outline(
    points: np.ndarray, extent: Extent | None = None, share: float = 0.9
) -> tuple[np.ndarray, ...]:
    """Trace where most of these points lie.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        Where they lie on a map; any number, also 0.
    extent : (left, right, bottom, top), optional
        The whole map, which tells how fine a shape may be. Four times as wide as the points when
        None.
    share : float
        How many of the points lie inside, about, between 0 and 1. Stray ones count as outside.

    Returns
    -------
    tuple of ndarray of shape (m, 2), float32
        Polygons that do not touch, the largest first; each is closed: its last point is its first.

    Examples
    --------
    >>> points = np.random.default_rng(0).normal(size=(1_000, 2))
    >>> (shape,) = outline(points)
    >>> bool((shape[0] == shape[-1]).all()), round(float(np.abs(shape).max()))
    (True, 2)
    """
    if not 0 < share < 1:
        raise InvalidInput("share lies between 0 and 1", repr(share), "Pass share=0.9")
    return Density.of(points, extent).outlines(share) if len(points) else ()


def peak(points: np.ndarray, extent: Extent | None = None) -> tuple[float, float]:
    """Return where these points lie most densely: the place of a name.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        At least one.
    extent : (left, right, bottom, top), optional
        As for :func:`outline`.

    Examples
    --------
    >>> x, y = peak(np.array([[0.0, 0.0], [5.0, 5.0], [5.1, 5.0], [5.0, 5.1]]))
    >>> round(x), round(y)
    (5, 5)
    """
    return Density.of(points, extent).peak


def extent_of(points: np.ndarray) -> Extent:
    """Return the box that all points of a map lie in; a square around 0 where there is none."""
    if not len(points):
        return -1.0, 1.0, -1.0, 1.0
    x, y = points[:, 0], points[:, 1]  # numpy is ten times slower along the first axis of both
    return float(x.min()), float(x.max()), float(y.min()), float(y.max())


def _checked(points: np.ndarray) -> np.ndarray:
    points = np.asarray(points)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise InvalidInput(
            "points have two coordinates each, and there is at least one",
            f"shape {points.shape}",
            "Pass an array of shape (n, 2)",
        )
    if not np.isfinite(points).all():
        raise InvalidInput(
            "points must be finite",
            "NaN or infinity",
            "Leave out the items whose place is not known",
        )
    return points


def _size(extent: Extent | None, points: np.ndarray) -> float:
    """Return how large the map is; anything above 0 where all points are the same."""
    left, right, bottom, top = extent_of(points) if extent is None else extent
    size = max(right - left, top - bottom) / (_PART if extent is None else 1.0)
    return float(size) or max(1.0, float(np.abs(points).max()))


def _width(points: np.ndarray) -> float:
    """Return the standard deviation of the smoothing, from the distances between near points.

    For points in the shape of a bell it is Scott's, their own deviation times n^(-1/6); for those
    of several islands it is that of an island, and the way between them does not matter.
    """
    some = points[:: len(points) // _ENOUGH + 1]
    k = min(math.ceil(len(some) ** (2 / 3) / 4), len(some) - 1)
    if k == 0:
        return 0.0
    distances, _ = KDTree(some).query(some, [k + 1])
    return float(np.median(distances) * (len(some) / len(points)) ** (1 / 6))


def _counted(points: np.ndarray, origin: np.ndarray, step: float, shape: np.ndarray) -> np.ndarray:
    """Return how many points are nearest to each crossing of the grid."""
    n_columns, n_rows = (int(n) for n in shape)
    counts = np.zeros(n_rows * n_columns)
    for start in range(0, len(points), _AT_ONCE):
        column, row = np.rint((points[start : start + _AT_ONCE] - origin) / step).astype(int).T
        inside = (column >= 0) & (column < n_columns) & (row >= 0) & (row < n_rows)
        counts += np.bincount((row * n_columns + column)[inside], minlength=len(counts))
    return counts.reshape(n_rows, n_columns)


def _area(polygon: np.ndarray) -> float:
    """Return the area inside a closed polygon (the shoelace formula)."""
    x, y = polygon.T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(y[:-1], x[1:])) / 2)
