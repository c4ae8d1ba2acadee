"""Neighbors of a few new rows among very many, and where these change those of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from al_widgets.geometry._neighbors import N_NEIGHBORS, Neighbors, exact_neighbors
from al_widgets.nearness import squared_distances

if TYPE_CHECKING:
    from al_widgets.geometry._scaling import Scaling

_BLOCK = 4_096
_AT_ONCE = 1_024  # new rows that are compared with a block
_SPARE = 8  # more are looked at than are kept: which is nearer is told by exact distances
_NOISE = 1e-5
_TIE = 1e-13


def with_newcomers(known: Neighbors, scaling: Scaling, n_items: int) -> Neighbors:
    """Return the neighbors of all items of a pool, of which those of the first are known.

    Parameters
    ----------
    known : Neighbors
        Of the first items, without the others.
    scaling : Scaling
        Gives rows of features of all items.
    n_items : int
        How many there are.

    Returns
    -------
    Neighbors
        The same as if they were found at once, as far as the known ones are exact.

    Examples
    --------
    >>> from al_widgets.geometry import Scaling
    >>> scaling = Scaling(np.arange(20.0)[:, None] ** 2)
    >>> rows = scaling.rows(slice(None))
    >>> found = with_newcomers(exact_neighbors(rows[:17], 15), scaling, 20)
    >>> bool((found.distances == exact_neighbors(rows, 15).distances).all())
    True
    """
    n_known = len(known.indices)
    k = min(N_NEIGHBORS, n_items - 1)
    if known.indices.shape[1] < k:  # so few items that each was a neighbor of all
        return exact_neighbors(scaling.rows(slice(None)), k)
    out = Neighbors(
        np.concatenate([known.indices, np.zeros((n_items - n_known, k), dtype=np.int32)]),
        np.concatenate([known.distances, np.full((n_items - n_known, k), np.inf, np.float32)]),
    )
    for start in range(n_known, n_items, _AT_ONCE):
        new = slice(start, min(start + _AT_ONCE, n_items))
        _attach(out, scaling, new)
    return out


def nearest_of_some(rows: np.ndarray, some: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which of some rows are nearest to each row, nearest first, and how far they are.

    Parameters
    ----------
    rows : ndarray of shape (n, n_dimensions)
    some : ndarray of shape (n_some, n_dimensions)
    k : int
        How many; all if there are fewer.

    Returns
    -------
    ndarray of shape (n, k), int
    ndarray of shape (n, k), float32

    Examples
    --------
    >>> nearest_of_some(np.array([[1.0]]), np.array([[5.0], [1.5], [0.0]]), 2)
    (array([[1, 2]]), array([[0.5, 1. ]], dtype=float32))
    """
    best = _Best(len(rows), min(k + _SPARE, len(some)))
    exact = rows.astype(np.float64)
    for start in range(0, len(some), _BLOCK):
        others = some[start : start + _BLOCK].astype(np.float64)
        best.look_at(squared_distances(exact, others), start, _step(exact))
    near = np.sort(best.positions, axis=1)
    return _ordered(near, _between(rows, some, near), k)


def _attach(out: Neighbors, scaling: Scaling, new: slice) -> None:
    """Find the neighbors of some new items among all up to them, and have these find them."""
    rows, k = scaling.rows(new), out.indices.shape[1]
    exact = rows.astype(np.float64)
    best = _Best(len(rows), k + _SPARE)
    for start in range(0, new.stop, _BLOCK):
        others = scaling.rows(slice(start, min(start + _BLOCK, new.stop)))
        away = squared_distances(exact, others.astype(np.float64))
        own = np.arange(new.start, new.stop) - start
        inside = (own >= 0) & (own < len(others))
        away[inside, own[inside]] = np.inf
        best.look_at(away, start, _step(exact))
        n_old = min(len(others), new.start - start)
        if n_old > 0:
            old = slice(start, start + n_old)
            _tell(out, old, others[:n_old], _New(new.start, rows, away[:, :n_old].T))
    near = np.sort(best.positions, axis=1)
    wanted, where = np.unique(near, return_inverse=True)
    away = _between(rows, scaling.rows(wanted), where.reshape(near.shape))
    away[near == np.arange(new.start, new.stop)[:, None]] = np.inf
    out.indices[new], out.distances[new] = _ordered(near, away, k)


class _New(NamedTuple):
    """New items that old ones are told of."""

    first: int  # where they begin
    rows: np.ndarray
    away: np.ndarray  # squared distances, of shape (n_old, n_new)


def _tell(out: Neighbors, old: slice, others: np.ndarray, new: _New) -> None:
    """Put new items among the neighbors of old ones, whose rows are `others`."""
    k = out.indices.shape[1]
    reach = (out.distances[old, -1].astype(np.float64) * (1 + _NOISE)) ** 2
    met = np.flatnonzero((new.away <= reach[:, None]).any(axis=1))
    if not len(met):
        return
    best = _Best(len(met), min(k, len(new.rows)))
    best.look_at(new.away[met], 0, _step(others))
    near = np.sort(best.positions, axis=1)
    away = _between(others[met], new.rows, near)
    known = old.start + met
    both = np.hstack([out.indices[known], near + new.first])
    out.indices[known], out.distances[known] = _ordered(
        both, np.hstack([out.distances[known], away]), k
    )


class _Best:
    """The nearest of many, of which some are looked at after the others.

    Of two that are as far the first counts: so it does not matter who was looked at together.
    """

    def __init__(self, n: int, k: int) -> None:
        self._k = k
        self.positions = np.empty((n, 0), dtype=np.int64)
        self._away = np.empty((n, 0))

    def look_at(self, away: np.ndarray, start: int, step: float) -> None:
        """Look at more: squared distances of shape (n, n_others), the first of them at `start`."""
        there = np.arange(start, start + away.shape[1])
        away = away + step * there
        if away.shape[1] > self._k:
            near = np.argpartition(away, self._k - 1, axis=1)[:, : self._k]
            away, positions = np.take_along_axis(away, near, axis=1), there[near]
        else:
            positions = np.broadcast_to(there, away.shape)
        self.positions = np.hstack([self.positions, positions])
        self._away = np.hstack([self._away, away])
        if self._away.shape[1] > self._k:
            near = np.argpartition(self._away, self._k - 1, axis=1)[:, : self._k]
            self.positions = np.take_along_axis(self.positions, near, axis=1)
            self._away = np.take_along_axis(self._away, near, axis=1)


def _step(rows: np.ndarray) -> float:
    """Return what a later place counts: more than digits are lost, less than any real distance."""
    return _TIE * float(np.einsum("ij,ij->i", rows, rows).max(initial=0.0))


def _between(rows: np.ndarray, others: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return distances from differences, of which those of duplicates are exactly 0."""
    away = np.empty(near.shape, dtype=np.float32)
    for j in range(near.shape[1]):
        away[:, j] = np.linalg.norm(others[near[:, j]] - rows, axis=1)
    return away


def _ordered(near: np.ndarray, away: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(away, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(near, order, axis=1), np.take_along_axis(away, order, axis=1)
