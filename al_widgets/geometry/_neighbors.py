"""The nearest other items of each item: exact where that is fast, approximate above."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from al_widgets.exceptions import AlWidgetsError
from al_widgets.geometry import _tasks
from al_widgets.geometry._apart import TaskFailed, run_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.geometry._scaling import Scaling

N_NEIGHBORS = 15
"""Neighbors of an item, where there are as many others."""

EXACT_WORK = 4e11
"""Above this many steps the search is approximate; about 50,000 items of 64 dimensions.

Measured on one busy core: so many take half a minute exactly, and pynndescent needs a minute to
compile before it begins.
"""

_BLOCK = 1_024  # items searched for together


@dataclass(frozen=True, slots=True)
class Neighbors:
    """The nearest other items of each item.

    Attributes
    ----------
    indices : ndarray of shape (n_items, k), int32
        Positions of the nearest other items, nearest first. An item is never its own neighbor, but
        a duplicate of it is.
    distances : ndarray of shape (n_items, k), float32
        Euclidean distances to them in the space of `Scaling.rows`, ascending.
    """

    indices: np.ndarray
    distances: np.ndarray

    def __repr__(self) -> str:
        n, k = self.indices.shape
        return f"<Neighbors: the {k} nearest of each of {n:,} items>"


def find_neighbors(
    scaling: Scaling,
    n_items: int,
    tell: Callable[[float], None] = lambda share: None,  # noqa: ARG005
    *,
    exact_work: float = EXACT_WORK,
) -> Neighbors:
    """Find the nearest other items of all items of a pool.

    Parameters
    ----------
    scaling : Scaling
        Gives rows of features.
    n_items : int
        Items of the pool.
    tell : callable
        Receives the share that is done, from 0 to 1.
    exact_work : float
        Steps that an exact search may take; see `EXACT_WORK`.

    Returns
    -------
    Neighbors
        `N_NEIGHBORS` of each item, or all others if there are fewer.
    """
    k = max(0, min(N_NEIGHBORS, n_items - 1))
    if n_items**2 * (scaling.n_dimensions + 100.0) <= exact_work:
        return exact_neighbors(scaling.rows(slice(None)), k, tell)
    return approximate_neighbors(scaling, n_items, k)


def exact_neighbors(
    rows: np.ndarray,
    k: int,
    tell: Callable[[float], None] = lambda share: None,  # noqa: ARG005
) -> Neighbors:
    """Find the nearest other rows of each row by comparing all with all.

    Parameters
    ----------
    rows : ndarray of shape (n_items, n_dimensions), float32
        Where the items lie.
    k : int
        Neighbors of each; below n_items.
    tell : callable
        Receives the share that is done.

    Returns
    -------
    Neighbors

    Examples
    --------
    >>> exact_neighbors(np.array([[0.0], [1.0], [1.0], [5.0]], dtype=np.float32), 2).indices
    array([[1, 2],
           [2, 0],
           [1, 0],
           [1, 2]], dtype=int32)
    """
    n = len(rows)
    out = Neighbors(np.zeros((n, k), dtype=np.int32), np.zeros((n, k), dtype=np.float32))
    if k == 0:
        return out
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    # compares blocks of rows by matrix products in float64, and keeps only the nearest of each
    search = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(rows)
    for start in range(0, n, _BLOCK):
        block = slice(start, start + _BLOCK)
        found = search.kneighbors(rows[block], return_distance=False)
        others = _without_own(found, start)
        out.indices[block], out.distances[block] = _ordered(rows, start, others)
        tell(min(1.0, (start + _BLOCK) / n))
    return out


def approximate_neighbors(scaling: Scaling, n_items: int, k: int) -> Neighbors:
    """Find nearly all of the nearest other items, by nearest neighbor descent.

    The search runs in a process of its own: its compiler would hold up this one, and with it the
    notebook, for a minute.

    Parameters
    ----------
    scaling : Scaling
        Gives rows of features.
    n_items, k : int
        Items of the pool; neighbors of each.

    Returns
    -------
    Neighbors

    Raises
    ------
    AlWidgetsError
        If the process fails.

    References
    ----------
    Dong, Moses, Li: Efficient k-nearest neighbor graph construction for generic similarity
    measures. WWW 2011.
    """
    found, distances = _search_apart(scaling, n_items, k + 1)
    keep = _others(found, 0)
    shape = (n_items, k)
    out = Neighbors(found[keep].reshape(shape), distances[keep].reshape(shape))
    # where the descent came to no end it says -1; few rows, so they can be compared with all
    for position in np.flatnonzero((out.indices < 0).any(axis=1)):
        out.indices[position], out.distances[position] = _nearest_of(scaling, int(position), k)
    return out


def _search_apart(scaling: Scaling, n_items: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the `k` nearest items of each, itself among them, in another process.

    Nearest first; -1 where the search found too few.
    """
    with tempfile.TemporaryDirectory(prefix="al-widgets-") as name:
        folder = Path(name)
        # rows go through a file, so that memory does not hold them
        rows = np.lib.format.open_memmap(
            folder / _tasks.ROWS,
            mode="w+",
            dtype=np.dtype(np.float32),
            shape=(n_items, scaling.n_dimensions),
        )
        for block, scaled in scaling.blocks():
            rows[block] = scaled
        rows.flush()
        del rows
        try:
            run_apart("search", folder, k=k)
        except TaskFailed as error:
            raise AlWidgetsError(
                "the process that searches for neighbors must end well",
                str(error),
                "Try it yourself: python -c 'import pynndescent'; if it is killed, memory is short",
            ) from error
        return np.load(folder / _tasks.INDICES), np.load(folder / _tasks.DISTANCES)


def _nearest_of(scaling: Scaling, position: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Compare one item with all others."""
    row = scaling.rows(np.array([position]))
    distances = np.concatenate(
        [np.linalg.norm(rows - row, axis=1) for _, rows in scaling.blocks()]
    ).astype(np.float32)
    distances[position] = np.inf
    nearest = np.argsort(distances, kind="stable")[:k]
    return nearest.astype(np.int32), distances[nearest]


def _without_own(found: np.ndarray, start: int) -> np.ndarray:
    others: np.ndarray = found[_others(found, start)].reshape(len(found), found.shape[1] - 1)
    return others


def _others(found: np.ndarray, start: int) -> np.ndarray:
    """Mark all but each row's own position; or its last entry, if duplicates took all places."""
    keep: np.ndarray = found != np.arange(start, start + len(found))[:, None]
    keep[keep.all(axis=1), -1] = False
    return keep


def _ordered(rows: np.ndarray, start: int, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order found items by distances that are taken from differences: duplicates have exactly 0."""
    block = rows[start : start + len(others)]
    distances = np.empty(others.shape, dtype=np.float32)
    for j in range(others.shape[1]):
        distances[:, j] = np.linalg.norm(rows[others[:, j]] - block, axis=1)
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(others, order, axis=1), np.take_along_axis(distances, order, axis=1)
