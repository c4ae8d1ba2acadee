"""The graph of near neighbors, over which what is known of some items can spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from al_widgets.geometry._neighbors import Neighbors

LINKS = 10
"""Neighbors that an item is linked to; it is linked too to those that it is a neighbor of.

In a pool of fewer than 100 items it is a tenth of them, but two: else all were linked with all.
"""

_LOCAL = 7  # the distance to this neighbor is an item's own scale
_FAINTEST = 1e-4  # the least weight of a link, so that an outlier hangs on to something
_BLOCK = 65_536  # items whose links are weighed together


def graph_of(neighbors: Neighbors) -> Any:
    """Return the symmetric normalized graph of near neighbors.

    A link weighs exp(-d² / (s·s')), where d is the distance of two items, and s and s' are the
    distances to their 7th neighbors: so dense and sparse regions hang together alike.

    Parameters
    ----------
    neighbors : Neighbors
        The nearest other items of each.

    Returns
    -------
    sparse array of shape (n_items, n_items), float32
        D^-½·W·D^-½ of the weights W and their sums D; its eigenvalues lie between -1 and 1. Empty
        where there is one item alone.

    References
    ----------
    Zelnik-Manor, Perona: Self-tuning spectral clustering. NeurIPS 2004.

    Examples
    --------
    >>> from al_widgets.geometry import Geometry
    >>> graph_of(Geometry(np.array([[0.0], [1.0]])).neighbors).toarray()
    array([[0., 1.],
           [1., 0.]], dtype=float32)
    """
    n, n_known = neighbors.indices.shape
    k = min(LINKS, max(2, n // 10), n_known)
    if k == 0:
        return sparse.csr_array((n, n), dtype=np.float32)
    own = neighbors.distances[:, min(k, _LOCAL) - 1]
    apart = own[own > 0]  # of copies of one another the distance is 0
    least = _FAINTEST * (np.median(apart) if len(apart) else 1.0)
    own = np.maximum(own, least, dtype=np.float32)
    near = neighbors.indices[:, :k]
    weights = np.empty((n, k), dtype=np.float32)
    for start in range(0, n, _BLOCK):
        part = slice(start, start + _BLOCK)
        squared = neighbors.distances[part, :k] ** 2
        weights[part] = np.exp(-squared / (own[part, None] * own[near[part]]))
    np.maximum(weights, _FAINTEST, out=weights)
    rows = np.arange(0, n * k + 1, k, dtype=np.int32)
    one_way = sparse.csr_array((weights.ravel(), near.ravel(), rows), shape=(n, n))
    graph = sparse.csr_array(one_way + one_way.T)
    root = (1 / np.sqrt(graph.sum(axis=1))).astype(np.float32)
    graph.data *= root[graph.indices]
    graph.data *= np.repeat(root, np.diff(graph.indptr))
    return graph
