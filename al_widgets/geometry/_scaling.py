"""The space in which items are near or far: features on one scale, some thousand rows at a time."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

FITTED_ON = 20_000
"""Rows, spread evenly over the pool, from which means, scales and directions are estimated."""

WIDEST = 1024
"""Columns. Wider features are projected: far more columns cost time and add little to distances."""

N_DIRECTIONS = 128
"""Columns of wider features after that."""

_BLOCK = 8_192  # rows that are dense at the same time
_NOISE = 1e-6  # a column that varies by less than this share of its size is constant
_FEWEST = 32  # columns; fewer are measurements of a kind each, not pixels or an embedding
_LOUDEST = 20  # columns of one unit: none varies more than so many times what the middle one does,
_FAINTEST = 1e-3  # and not many vary less than this share of what the largest does

SETTINGS = (FITTED_ON, WIDEST, N_DIRECTIONS, _NOISE, _FEWEST, _LOUDEST, _FAINTEST)
"""All numbers on which distances depend: what is kept on disk is kept under them."""


class Scaling:
    """Turns features of any kind into short dense rows whose distances mean something.

    Each column is centered; constant columns become 0. Columns of different units, such as years
    and dollars, are divided by their standard deviation. Columns that seem to be of one unit, such
    as pixels, embeddings or principal components, keep half of their proportions: they are divided
    by the square root of it (Pareto scaling, van den Berg et al. 2006), since to make them all
    alike is to make the faintest as loud as the rest.

    Features wider than `WIDEST` are projected onto their principal directions: dense ones after
    scaling, sparse ones as they are (latent semantic analysis), since to scale a sparse column is
    to blow up its rarest entries.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)
        All of the pool; `FITTED_ON` rows are looked at.

    Attributes
    ----------
    n_dimensions : int
        Length of the rows.

    Examples
    --------
    >>> scaling = Scaling(np.array([[0.0, 7.0], [2.0, 7.0]]))
    >>> scaling.rows(np.array([0, 1]))
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    """

    def __init__(self, features: Any) -> None:
        self._features = features
        n, width = features.shape
        sample = features[:: max(1, n // FITTED_ON)]
        self._directions: np.ndarray | None = None
        if n == 0:
            self._mean = self._scale = np.zeros(width)
            self._of_one_unit = False
        elif hasattr(features, "tocsr") and width > WIDEST:
            self._mean = np.zeros(width, dtype=np.float32)
            self._scale = np.ones(width, dtype=np.float32)
            self._of_one_unit = True
        else:
            self._mean, self._scale, self._of_one_unit = _mean_and_scale(sample)
        if width > WIDEST and n:
            self._directions = _directions(self._scaled(sample), min(N_DIRECTIONS, n))
        self.n_dimensions = width if self._directions is None else self._directions.shape[1]

    def over(self, features: Any) -> Scaling:
        """Return the same space for a pool that has these features by now."""
        other = copy(self)
        other._features = features  # noqa: SLF001 - of its own kind
        return other

    def rows(self, positions: np.ndarray | slice, *, by_direction: bool = False) -> np.ndarray:
        """Return the scaled rows of the items at these positions.

        Parameters
        ----------
        positions : ndarray of int, or slice
            Where the items stand in the pool.
        by_direction : bool
            Whether rows of columns of one unit get length 1: what counts in an embedding is the
            direction, and in a picture not the contrast. A row in the very middle stays 0.

        Returns
        -------
        ndarray of shape (n_positions, n_dimensions), float32
        """
        return self.transform(self._features[positions], by_direction=by_direction)

    def transform(self, features: Any, *, by_direction: bool = False) -> np.ndarray:
        """Return scaled rows of features that may be none of the pool's.

        Parameters
        ----------
        features : array or sparse matrix of shape (n, n_features)
            Like those of the pool.
        by_direction : bool
            As for `rows`.

        Returns
        -------
        ndarray of shape (n, n_dimensions), float32
        """
        out = np.empty((features.shape[0], self.n_dimensions), dtype=np.float32)
        for start in range(0, len(out), _BLOCK):
            scaled = self._scaled(features[start : start + _BLOCK])
            if self._directions is not None:
                scaled = scaled @ self._directions
            if by_direction and self._of_one_unit:
                length = np.linalg.norm(scaled, axis=1, keepdims=True)
                scaled = np.divide(scaled, length, out=np.zeros_like(scaled), where=length > 0)
            out[start : start + _BLOCK] = scaled
        return out

    def blocks(self, *, by_direction: bool = False) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield the whole pool as slices with their scaled rows; see `rows`."""
        for start in range(0, self._features.shape[0], _BLOCK):
            chosen = slice(start, start + _BLOCK)
            yield chosen, self.rows(chosen, by_direction=by_direction)

    def _scaled(self, rows: Any) -> Any:
        if hasattr(rows, "tocsr"):
            if self._mean.shape[0] > WIDEST:
                return rows  # stays sparse until it is projected
            rows = rows.toarray()
        # in float64, since a large mean would leave float32 no digits for the rest
        centered = np.asarray(rows, dtype=np.float64) - self._mean
        return (centered * self._scale).astype(np.float32)


def _mean_and_scale(sample: Any) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return means, factors, and whether the columns are of one unit."""
    dense = sample.toarray() if hasattr(sample, "tocsr") else sample
    mean = dense.mean(axis=0, dtype=np.float64)
    deviation = dense.std(axis=0, dtype=np.float64)
    largest = np.maximum(np.abs(dense.max(axis=0)), np.abs(dense.min(axis=0)))
    varies = deviation > _NOISE * largest
    if not varies.any():
        return mean, np.zeros_like(mean), False
    middle = np.median(deviation[varies])
    relative = deviation / middle
    of_one_unit = _are_of_one_unit(relative[varies])
    power = 0.5 if of_one_unit else 1.0
    scale = np.divide(1.0, middle * relative**power, out=np.zeros_like(mean), where=varies)
    return mean, scale, of_one_unit


def _are_of_one_unit(relative: np.ndarray) -> bool:
    """Whether columns of these deviations, relative to the median, can be compared as they are."""
    if len(relative) < _FEWEST:
        return False
    largest, small = relative.max(), np.quantile(relative, 0.1, method="lower")
    return bool(largest <= _LOUDEST and small >= _FAINTEST * largest)


def _directions(sample: Any, n_directions: int) -> np.ndarray:
    """Return principal directions as columns."""
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415

    fitted = TruncatedSVD(n_directions, random_state=0).fit(sample)
    return np.ascontiguousarray(fitted.components_.T, dtype=np.float32)
