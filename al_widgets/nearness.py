"""How near items are to the labeled ones, and so how well these represent them.

    k(x, x') = exp(-|x - x'|² / s²)        c(x) = max over labeled x' of k(x, x')

s² is the median squared distance to the nearest labeled item: it shrinks as labels grow, so that c
tells the well represented half from the other at any time.
"""

from __future__ import annotations

import numpy as np

_AT_ONCE = 4_096  # rows whose distances are held together


def squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return squared distances of shape (len(a), len(b)); never below 0.

    Parameters
    ----------
    a, b : ndarray of shape (n, n_dimensions)

    Examples
    --------
    >>> squared_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]))
    array([[25.,  1.]])
    """
    out = a @ b.T
    out *= -2
    out += np.einsum("ij,ij->i", a, a)[:, None]
    out += np.einsum("ij,ij->i", b, b)
    return np.asarray(np.maximum(out, 0, out=out))


def nearest_squared(rows: np.ndarray, labeled: np.ndarray) -> np.ndarray:
    """Return the squared distance of each row to the nearest labeled one; infinite if none is.

    Parameters
    ----------
    rows : ndarray of shape (n, n_dimensions)
    labeled : ndarray of shape (n_labeled, n_dimensions)
    """
    nearest = np.full(len(rows), np.inf, dtype=rows.dtype)
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        for first in range(0, len(labeled), _AT_ONCE):
            some = squared_distances(rows[part], labeled[first : first + _AT_ONCE])
            np.minimum(nearest[part], some.min(axis=1), out=nearest[part])
    return nearest


def bandwidth(nearest: np.ndarray) -> float:
    """Return s², the median of the squared distances that are not zero; 1 if all are."""
    apart = nearest[nearest > 0]
    return float(np.median(apart)) if len(apart) else 1.0


def represented(rows: np.ndarray, labeled: np.ndarray) -> np.ndarray:
    """Return c, how well each row is represented by the labeled ones, from 0 to 1.

    Examples
    --------
    >>> represented(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0]])).round(2)
    array([1.  , 0.98, 0.14])
    """
    if not len(labeled):
        return np.zeros(len(rows))
    nearest = nearest_squared(rows, labeled)
    return np.asarray(np.exp(-nearest / bandwidth(nearest)))
