"""Where the items lie on a plane, and the plane that is found at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from al_widgets.geometry._scaling import Scaling

FITTED_ON = 20_000
"""Items, spread evenly over the pool, from which the directions of largest variance are found."""

_BLOCK = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where the items lie on a plane.

    Attributes
    ----------
    coordinates : ndarray of shape (n_items, 2), float32
        Position of each item.
    method : str
        "pca", the plane of largest variance; "umap", where near neighbors stay near; or "given".
    note : str
        Why this is no UMAP and will be none, in a sentence for a person; else empty.
    """

    coordinates: np.ndarray
    method: Literal["pca", "umap", "given"]
    note: str = ""

    def __repr__(self) -> str:
        words = f"{len(self.coordinates):,} items, {self.method}"
        coming = "prepare_map() makes a UMAP" if self.method == "pca" else ""
        return f"<Layout of {': '.join(filter(None, (words, self.note or coming)))}>"


def as_coordinates(given: Any, n_items: int) -> np.ndarray:
    """Return the coordinates of somebody's own map as they are kept.

    Parameters
    ----------
    given : array of shape (n_items, 2)
        Finite numbers.
    n_items : int
        Items of the pool.

    Returns
    -------
    ndarray of shape (n_items, 2), float32
        A copy.

    Raises
    ------
    InvalidInput
        If it has another shape, or holds anything but finite numbers.

    Examples
    --------
    >>> as_coordinates([[0, 1], [2, 3]], n_items=2)
    array([[0., 1.],
           [2., 3.]], dtype=float32)
    """
    try:
        array = np.asarray(given)
    except ValueError as error:  # rows of different lengths
        array, shape = np.empty(0), str(error)
    else:
        shape = f"shape {array.shape}"
    if array.shape != (n_items, 2):
        raise InvalidInput(
            "map must have two coordinates for each item",
            f"{shape}, {n_items:,} items",
            f"Pass an array of shape ({n_items}, 2), in the order of X",
        )
    if array.dtype.kind not in "fiub":
        raise InvalidInput(
            "coordinates of the map must be numbers",
            f"dtype {array.dtype}",
            "Convert them, for example with map.astype(float)",
        )
    with np.errstate(over="ignore"):  # what is too large is told below
        out = array.astype(np.float32)
    finite = np.isfinite(out).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise InvalidInput(
            "coordinates of the map must be finite, and fit into 32 bits",
            f"{array[row].tolist()} in row {row}",
            "Give each item a place, or leave map= out: one is computed",
        )
    return out


def plane(scaling: Scaling, n_items: int) -> np.ndarray:
    """Project the items of a pool onto their two directions of largest variance.

    Of each direction the largest component is positive, so that the same pool always looks alike.

    Parameters
    ----------
    scaling : Scaling
        Gives rows of features, a block at a time.
    n_items : int
        Items of the pool.

    Returns
    -------
    ndarray of shape (n_items, 2), float32
        The second coordinate is 0 where there is one dimension.

    References
    ----------
    Pearson: On lines and planes of closest fit to systems of points in space. 1901.

    Examples
    --------
    >>> from al_widgets.geometry import Scaling
    >>> plane(Scaling(np.array([[1.0], [3.0]])), 2)
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    """
    out = np.zeros((n_items, 2), dtype=np.float32)
    if n_items == 0:
        return out
    mean, directions = _directions(scaling, n_items)
    shift = mean @ directions
    for block, rows in scaling.blocks():
        out[block, : directions.shape[1]] = rows @ directions - shift
    return out


def _directions(scaling: Scaling, n_items: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean, and up to two directions as columns."""
    chosen = np.unique(np.linspace(0, n_items - 1, min(n_items, FITTED_ON)).astype(np.int64))
    width = scaling.n_dimensions
    total, products = np.zeros(width), np.zeros((width, width))
    for start in range(0, len(chosen), _BLOCK):
        rows = scaling.rows(chosen[start : start + _BLOCK]).astype(np.float64)
        total += rows.sum(axis=0)
        products += rows.T @ rows
    mean = total / len(chosen)
    # in ascending order of the variance
    directions = np.linalg.eigh(products / len(chosen) - np.outer(mean, mean))[1][:, :-3:-1]
    largest = np.abs(directions).argmax(axis=0)
    signs = np.where(directions[largest, range(directions.shape[1])] < 0, -1.0, 1.0)
    return mean.astype(np.float32), (directions * signs).astype(np.float32)


def turned_onto(coordinates: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Turn, flip and move a layout so that it lies as near to another as it can.

    Parameters
    ----------
    coordinates, target : ndarray of shape (n_items, 2)
        What is turned, and what it is turned onto.

    Returns
    -------
    ndarray of shape (n_items, 2), float32
        All distances between items are as they were.

    References
    ----------
    Schönemann: A generalized solution of the orthogonal Procrustes problem. Psychometrika 1966.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0]])
    >>> turned_onto(square[:, ::-1] + 5, square).round(3)
    array([[0., 0.],
           [2., 0.],
           [2., 1.]], dtype=float32)
    """
    middle, goal = (a.mean(axis=0, dtype=np.float64) for a in (coordinates, target))
    centered = coordinates - middle
    left, _, right = np.linalg.svd(centered.T @ (target - goal))
    turned: np.ndarray = (centered @ (left @ right) + goal).astype(np.float32)
    return turned
