"""What kind of numbers stand in the columns of features, and how two rows are blended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from al_widgets.matrix import CHUNK, dense

_MOST_INDICATORS = 2_048  # columns of 0 and 1; among more, nobody made indicators of categories
_AT_ONCE = 2**23  # numbers that are held together


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What kind of numbers stand in each column; all columns that are neither are measurements.

    Attributes
    ----------
    is_nominal : ndarray of shape (n_features,), bool
        Whether there is nothing but 0 and 1: what is between them means nothing.
    is_whole : ndarray of shape (n_features,), bool
        Whether there are whole numbers only, and not just 0 and 1.
    groups : tuple of ndarray of int
        Nominal columns that belong together, of which each row has exactly one 1, as
        ``pandas.get_dummies`` makes them of a category; at least two columns each.
    """

    is_nominal: np.ndarray
    is_whole: np.ndarray
    groups: tuple[np.ndarray, ...]

    @property
    def variables(self) -> list[np.ndarray]:
        """The nominal columns: those of a group together, each of the others by itself."""
        lone = self.is_nominal.copy()
        for group in self.groups:
            lone[group] = False
        return [*self.groups, *np.flatnonzero(lone)[:, None]]


def columns_of(features: Any) -> Columns:
    """Return what kind of numbers stand in the columns of all items of a pool.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)

    Examples
    --------
    >>> columns = columns_of(np.array([[0.5, 3, 1, 0], [0.1, 1, 0, 1], [0.2, 4, 0, 1]]))
    >>> columns.is_nominal, columns.is_whole, columns.groups
    (array([False, False,  True,  True]), array([False,  True, False, False]), (array([2, 3]),))
    """
    is_whole, is_nominal = _kinds(features)
    indicators = np.flatnonzero(is_nominal)
    groups: list[np.ndarray] = []
    if 2 <= len(indicators) <= _MOST_INDICATORS:
        groups = [indicators[first:last] for first, last in _groups(features, indicators)]
    return Columns(is_nominal, is_whole & ~is_nominal, tuple(groups))


def _kinds(features: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return which columns hold whole numbers, and which 0 and 1 only."""
    n, width = features.shape
    is_whole, is_nominal = np.ones(width, dtype=bool), np.ones(width, dtype=bool)
    if hasattr(features, "tocsr"):  # what is not stored is 0
        values, column = features.data, features.indices
        is_whole[column[values != np.rint(values)]] = False
        is_nominal[column[(values != 0) & (values != 1)]] = False
        return is_whole, is_nominal
    step = _step(width)
    for start in range(0, n, step):
        open_ones = np.flatnonzero(is_whole)  # the others are measurements, whatever follows
        if not len(open_ones):
            break
        block = features[start : start + step]
        block = block if len(open_ones) == width else block[:, open_ones]
        is_whole[open_ones] = (block == np.rint(block)).all(axis=0)
        is_nominal[open_ones] &= ((block == 0) | (block == 1)).all(axis=0)
    return is_whole, is_nominal & is_whole


def _groups(features: Any, indicators: np.ndarray) -> list[tuple[int, int]]:
    """Return runs of indicators, as (first, behind the last), with one 1 in every row.

    Whether that holds of a run is known from two numbers for each place where it can begin: how
    far it must reach for every row to have a 1 in it, and how far it can before one has a second.
    """
    n, n_columns = features.shape[0], len(indicators)
    must, can = np.zeros(n_columns, dtype=int), np.full(n_columns, n_columns)
    step = _step(n_columns)
    for start in range(0, n, step):
        ones = dense(features[start : start + step][:, indicators]) != 0
        place = np.where(ones, np.arange(n_columns), n_columns)
        first = np.minimum.accumulate(place[:, ::-1], axis=1)[:, ::-1]  # at this place or behind it
        behind = np.column_stack([first[:, 1:], np.full((len(first), 2), n_columns)])
        second = np.take_along_axis(behind, first, axis=1)
        np.maximum(must, first.max(axis=0), out=must)
        np.minimum(can, second.min(axis=0), out=can)
    groups, begin = [], 0
    while begin < n_columns:
        last = int(must[begin])
        if begin < last < can[begin]:
            groups.append((begin, last + 1))
            begin = last
        begin += 1
    return groups


def _step(width: int) -> int:
    return max(1, min(CHUNK, _AT_ONCE // max(width, 1)))


def blended(
    columns: Columns, first: np.ndarray, second: np.ndarray, shares: np.ndarray, takes: np.ndarray
) -> np.ndarray:
    """Return rows between others: numbers on the line, whole ones rounded, nominal ones of one.

    Parameters
    ----------
    columns : Columns
    first, second : ndarray of shape (n, n_features)
        Rows of the pool, of its dtype.
    shares : ndarray of shape (n,)
        How much of the second row there is in each, from 0 to 1.
    takes : ndarray of shape (n,), bool
        Whether the nominal columns are those of the second; they all come from one row, so that
        what they say together is true of an item.

    Returns
    -------
    ndarray of shape (n, n_features), of the dtype of `first`

    Examples
    --------
    >>> columns = columns_of(np.array([[0.0, 0.0, 3.0], [1.0, 0.5, 8.0]]))
    >>> blended(columns, *np.array([[[0, 0, 3]], [[1, 0.5, 8]]]), np.array([0.5]), np.array([True]))
    array([[1.  , 0.25, 6.  ]])
    """
    part = shares[:, None]
    out: np.ndarray = first * (1 - part) + second * part
    if columns.is_whole.any():
        out[:, columns.is_whole] = np.rint(out[:, columns.is_whole])
    out = out.astype(first.dtype, copy=False)
    np.clip(out, np.minimum(first, second), np.maximum(first, second), out=out)  # digits are few
    if columns.is_nominal.any():
        nominal = columns.is_nominal
        out[:, nominal] = np.where(takes[:, None], second[:, nominal], first[:, nominal])
    return out
