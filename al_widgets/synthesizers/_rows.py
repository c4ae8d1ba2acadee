"""Rows that could stand in the features of a pool, and table rows that show the same numbers."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.matrix import dense
from al_widgets.nearness import squared_distances
from al_widgets.synthesizers._columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.context import Context
    from al_widgets.pool import Pool

_LOOKED_AT = 5_000  # rows, spread over the pool


class Fitting:
    """What a row must be to stand in the features of a pool.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)

    Attributes
    ----------
    columns : Columns
        What kind of numbers stand in them.

    Examples
    --------
    >>> fitting = Fitting(np.array([[1.5, 3, 0], [2.5, 4, 1], [4.0, 9, 0]]))
    >>> fitting.columns.is_nominal
    array([False, False,  True])
    >>> fitting(np.array([9.0, 3.7, 1.0]))
    array([4., 4., 1.])
    """

    def __init__(self, features: Any) -> None:
        sample = dense(features[:: max(1, features.shape[0] // _LOOKED_AT)])
        self._dtype = sample.dtype
        self._low, self._high = sample.min(axis=0), sample.max(axis=0)
        self.columns = columns_of(features)

    def __call__(self, row: np.ndarray) -> np.ndarray:
        """Return the row with whole numbers where the pool has some, and none beyond the pool's."""
        row = np.where(self.columns.is_whole | self.columns.is_nominal, np.rint(row), row)
        fit: np.ndarray = np.clip(row, self._low, self._high).astype(self._dtype)
        return fit


def numbers_of(pool: Pool, parent: int, row: np.ndarray) -> Any:
    """Return the table row that shows these features, where the pool shows its features so.

    Returns
    -------
    dict of str to number, or None
        None where the pool shows something else.

    Examples
    --------
    >>> import pandas as pd
    >>> from al_widgets import Pool
    >>> pool = Pool(pd.DataFrame({"length": [1.0, 2.0], "width": [3.0, 4.0]}))
    >>> numbers_of(pool, 1, np.array([1.5, 3.5]))
    {'length': 1.5, 'width': 3.5}
    """
    shown = pool.content[parent]
    if not pool.has_content or not hasattr(shown, "items") or len(shown) != len(row):
        return None
    names, values = zip(*shown.items(), strict=True)
    if not all(isinstance(value, Real) for value in values):
        return None
    known = dense(pool.features[[parent]])[0]
    if not np.array_equal(known, np.asarray(values, dtype=known.dtype)):
        return None
    return dict(zip(names, row.tolist(), strict=True))


def features_of(pool: Pool, contents: Sequence[Any]) -> np.ndarray:
    """Return the features of new contents, as the pool computes them.

    Returns
    -------
    ndarray of shape (n, n_features)
    """
    rows: np.ndarray = dense(pool.featurize(contents))
    return rows


def nearest_of(context: Context, parent: int, rows: np.ndarray) -> int:
    """Return which of some rows of features is nearest to an item, in the space of the pool."""
    there = context.pool.geometry.scaling.transform(rows, by_direction=True)
    return int(squared_distances(context.rows(np.array([parent])), there)[0].argmin())
