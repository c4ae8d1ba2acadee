"""How what is known of some items spreads over the graph of near neighbors.

    F = Y + a·S·Y + a²·S²·Y + …          that is, (I - a·S)·F = Y

At each step an item hands the share a of what it holds on to those that it is linked to.
Chebyshev's semi-iteration sums the series in a third of the steps that adding up takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def spread(graph: Any, held: np.ndarray, alpha: float, n_steps: int) -> np.ndarray:
    """Spread what items hold over the graph.

    Parameters
    ----------
    graph : sparse array of shape (n_items, n_items), float32
        As `Geometry.graph` is.
    held : ndarray of shape (n_items, n_classes), float32
        What each item holds of each class; at least 0.
    alpha : float
        The share that is handed on at each step, above 0 and below 1.
    n_steps : int
        Products with the graph; at least 1. Each makes the error smaller by the factor
        a / (1 + √(1 - a²)): 0.63 with alpha = 0.9, 0.5 with 0.8.

    Returns
    -------
    ndarray of shape (n_items, n_classes), float32
        At least 0.

    References
    ----------
    Zhou, Bousquet, Lal, Weston, Schölkopf: Learning with local and global consistency. NeurIPS
    2003. The iteration: Golub, Varga: Chebyshev semi-iterative methods. Numer. Math. 1961.

    Examples
    --------
    >>> from scipy import sparse
    >>> pair = sparse.csr_array(np.array([[0, 1], [1, 0]], dtype=np.float32))
    >>> held = np.array([[1], [0]], dtype=np.float32)
    >>> spread(pair, held, alpha=0.5, n_steps=20).ravel().round(3).tolist()
    [1.3329999446868896, 0.6669999957084656]
    """
    share = np.float32(alpha)
    before, now = held, np.asarray(held + share * (graph @ held))
    weight = 1 / (1 - alpha**2 / 2)
    for _ in range(n_steps - 1):
        after = graph @ now
        after *= share
        after += held
        after -= before
        after *= np.float32(weight)
        after += before
        before, now = now, after
        weight = 1 / (1 - alpha**2 * weight / 4)
    return np.asarray(np.maximum(now, 0, out=now))
