"""Groups of near neighbors: what looks like one variation of something.

Two items belong together where each is among the nearest of the other and they have most of their
neighbors in common. That compares an item with its own surroundings, never with a distance for the
whole pool, so dense and sparse, large and small groups are found by the same rule; mutual
neighbors, in particular, keep a rare group from being swallowed by the large one beside it.
`make bench ARGS=variations` measures this against what else was tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from al_widgets.geometry._communities import communities
from al_widgets.geometry._neighbors import N_NEIGHBORS, Neighbors, exact_neighbors

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.geometry._scaling import Scaling

LANDMARKS = 10_000
"""Items, drawn at random, that stand for all in a pool of more than `ALL_ITEMS`."""

ALL_ITEMS = 20_000

RESOLUTION = 3.0
"""Of the communities; found by measurement, between too few groups at 2 and too many at 4."""

CLOSE = 0.08
"""Share of a group's weight that leads to another part of the same; a ball cut in two has more."""

CUT_OFF = 0.01
"""Share of an island's weight that may lead elsewhere."""

_FINE_FROM = 180  # items; fewer are grouped less finely, or groups would be too small to count

SMALLEST = 5
"""Items of the smallest group; what is smaller joins the groups of its neighbors."""

_BLOCK = 1_024


def group_neighbors(neighbors: Neighbors, rows: np.ndarray, random_state: int = 0) -> np.ndarray:
    """Group items that are near each other and share their neighbors.

    Communities of the graph of mutual neighbors, whose edges weigh the share of neighbors that two
    items have in common. Where items have more copies than neighbors, each place counts once.

    Parameters
    ----------
    neighbors : Neighbors
        The nearest other items of each.
    rows : ndarray of shape (n_items, n_dimensions)
        Where the items lie.
    random_state : int
        Seed.

    Returns
    -------
    ndarray of shape (n_items,), int32
        Group of each item, numbered by falling size.

    References
    ----------
    Jarvis, Patrick: Clustering using a similarity measure based on shared near neighbors. IEEE
    Transactions on Computers 1973.

    Examples
    --------
    >>> rows = np.repeat(np.eye(2, dtype=np.float32), [8, 5], axis=0)
    >>> rows = np.hstack([rows, np.linspace(0, 0.1, 13, dtype=np.float32)[:, None]])
    >>> group_neighbors(exact_neighbors(rows, 4), rows)
    array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1], dtype=int32)
    """
    copied = (neighbors.distances == 0).all(axis=1)
    if not copied.any() or len(rows) == 1:
        once = np.ones(len(rows), dtype=np.intp)
        return _by_size(_grouped(neighbors, rows, once, random_state))
    # copies that fill all neighbors of an item hide what is near it: take each place once
    places, place, copies = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    neighbors = exact_neighbors(places, min(N_NEIGHBORS, len(places) - 1))
    return _by_size(_grouped(neighbors, places, copies, random_state)[place])


def _grouped(
    neighbors: Neighbors, rows: np.ndarray, copies: np.ndarray, random_state: int
) -> np.ndarray:
    """Group places; `copies` says how many items lie at each."""
    resolution = RESOLUTION * min(1.0, len(rows) / _FINE_FROM)
    shared = _shared(neighbors.indices)
    found = communities(shared, resolution, random_state)
    return _absorb_small(_join_islands(found, shared), neighbors.indices, rows, copies)


def find_variations(
    scaling: Scaling,
    n_items: int,
    neighbors: Neighbors | None,
    tell: Callable[[float], None] = lambda share: None,  # noqa: ARG005
    random_state: int = 0,
) -> np.ndarray:
    """Group the items of a pool; of a large one by landmarks.

    Parameters
    ----------
    scaling : Scaling
        Gives rows of features.
    n_items : int
        Items of the pool.
    neighbors : Neighbors or None
        The nearest other items of each; None in a pool of more than `ALL_ITEMS`.
    tell : callable
        Receives the share that is done, from 0 to 1.
    random_state : int
        Seed.

    Returns
    -------
    ndarray of shape (n_items,), int32
        Group of each item, numbered by falling size.
    """
    if n_items == 0:
        return np.empty(0, dtype=np.int32)
    if neighbors is not None:
        return group_neighbors(neighbors, scaling.rows(slice(None)), random_state)
    chosen = np.random.default_rng(random_state).choice(n_items, LANDMARKS, replace=False)
    landmarks = scaling.rows(np.sort(chosen))
    groups = group_neighbors(exact_neighbors(landmarks, N_NEIGHBORS), landmarks, random_state)
    out = np.empty(n_items, dtype=np.int32)
    for block, rows in scaling.blocks():
        out[block] = groups[nearest_row(rows, landmarks)]
        tell(min(1.0, block.stop / n_items))
    return _by_size(out)


def _shared(indices: np.ndarray) -> Any:
    """Return the graph of mutual neighbors, weighed by the Jaccard index of their neighbors."""
    n, k = indices.shape
    if k == 0:
        return sparse.csr_array((n, n), dtype=np.float32)
    ones = np.ones(n * k, dtype=np.float32)
    near = sparse.csr_array((ones, indices.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    mutual = near.multiply(near.T)
    near = near + sparse.eye_array(n, dtype=np.float32, format="csr")
    common = sparse.csr_array((near @ near.T).multiply(mutual))
    common.data /= 2 * (k + 1) - common.data
    return common


def _absorb_small(
    groups: np.ndarray, indices: np.ndarray, rows: np.ndarray, copies: np.ndarray | None = None
) -> np.ndarray:
    """Give items of groups below `SMALLEST` to the group of their nearest item in a larger one."""
    groups = groups.copy()
    large = np.bincount(groups, copies) >= SMALLEST
    if large.all():
        return groups
    if not large.any():
        return np.zeros_like(groups)
    left = np.flatnonzero(~large[groups])
    kept = np.flatnonzero(large[groups])
    near = large[groups[indices[left]]]
    has = near.any(axis=1)
    nearest = indices[left[has], near[has].argmax(axis=1)]
    far = left[~has]  # all neighbors are left over too
    given = groups[nearest], groups[kept[nearest_row(rows[far], rows[kept])]]
    groups[left[has]], groups[far] = given
    return groups


def _join_islands(groups: np.ndarray, shared: Any) -> np.ndarray:
    """Join the groups that are parts of one island: close to each other, cut off from the rest.

    To find groups as small as they are in a large pool, communities cut a large island of few
    items anywhere.
    """
    n, n_groups = len(groups), groups.max() + 1
    between = _summed(shared, groups, n_groups)
    held = np.maximum(between.sum(axis=1), np.finfo(np.float64).tiny)
    pairs = between.tocoo()
    a, b = pairs.coords[0], pairs.coords[1]
    close = pairs.data >= CLOSE * np.minimum(held[a], held[b])
    linked = sparse.csr_array((close[close], (a[close], b[close])), shape=between.shape)
    n_islands, island = csgraph.connected_components(linked, directed=False)
    joined = _summed(between, island, n_islands)
    apart = joined.diagonal() >= (1 - CUT_OFF) * joined.sum(axis=1)
    part = np.bincount(island[groups], minlength=n_islands) <= n / 2  # else all may become one
    whole = (apart & part)[island]
    return np.unique(
        np.where(whole, n_groups + island, np.arange(n_groups))[groups], return_inverse=True
    )[1]


def _summed(weights: Any, groups: np.ndarray, n_groups: int) -> Any:
    """Return the weight from group to group."""
    n = len(groups)
    member = sparse.csr_array((np.ones(n), (np.arange(n), groups)), shape=(n, n_groups))
    return sparse.csr_array(member.T @ weights @ member)


def nearest_row(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each row which of the others is nearest."""
    out = np.empty(len(rows), dtype=np.int64)
    half = (others**2).sum(axis=1) / 2
    for start in range(0, len(rows), _BLOCK):
        product = rows[start : start + _BLOCK] @ others.T
        product -= half
        out[start : start + _BLOCK] = product.argmax(axis=1)
    return out


def _by_size(groups: np.ndarray) -> np.ndarray:
    """Give groups numbers by falling size; of two as large, the one first met comes first."""
    _, first, inverse, sizes = np.unique(
        groups, return_index=True, return_inverse=True, return_counts=True
    )
    number = np.empty(len(sizes), dtype=np.int32)
    number[np.lexsort((first, -sizes))] = np.arange(len(sizes), dtype=np.int32)
    return number[inverse]
