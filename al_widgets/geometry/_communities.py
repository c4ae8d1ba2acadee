"""Communities of a weighted graph, by the Louvain method."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterable


def communities(weights: Any, resolution: float, random_state: int = 0) -> np.ndarray:
    """Group the nodes of a graph so that far more weight lies inside the groups than by chance.

    Each node moves to the group that raises modularity most, until none can; then each group
    becomes a node and all begins anew.

    Parameters
    ----------
    weights : sparse array of shape (n, n)
        Weight of each edge; symmetric, without a diagonal.
    resolution : float
        How many times the weight that chance would give a group must hold; more gives smaller
        groups.
    random_state : int
        Seed of the order in which nodes move.

    Returns
    -------
    ndarray of shape (n,), int
        Group of each node, numbered from 0. A node without an edge is a group of its own.

    References
    ----------
    Blondel, Guillaume, Lambiotte, Lefebvre: Fast unfolding of communities in large networks.
    J. Stat. Mech. 2008. Moving only nodes whose surroundings changed: Traag, Waltman, van Eck: From
    Louvain to Leiden. Scientific Reports 2019.

    Examples
    --------
    >>> two_pairs = sparse.csr_array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    >>> communities(two_pairs, resolution=1.0)
    array([0, 0, 1, 1])
    """
    rng = np.random.default_rng(random_state)
    graph = sparse.csr_array(weights, dtype=np.float64)
    inside = np.zeros(graph.shape[0])
    found = np.arange(graph.shape[0])
    while graph.nnz:
        groups = _settle(graph, inside, resolution, rng)
        if groups.max() + 1 == graph.shape[0]:
            break
        found = groups[found]
        graph, inside = _merged(graph, inside, groups)
    return found


def _settle(
    graph: Any, inside: np.ndarray, resolution: float, rng: np.random.Generator
) -> np.ndarray:
    """Move nodes between groups until no move raises modularity; return their groups."""
    n = graph.shape[0]
    partition = _Partition(graph, inside, resolution)
    queue, waits = deque(rng.permutation(n).tolist()), [True] * n
    while queue:
        node = queue.popleft()
        waits[node] = False
        for other in partition.improve(node):
            if not waits[other]:
                waits[other] = True
                queue.append(other)
    return np.unique(partition.group, return_inverse=True)[1]


class _Partition:
    """Which group each node is in, and how much weight the groups have.

    Plain lists: one entry at a time they are several times faster than arrays.
    """

    def __init__(self, graph: Any, inside: np.ndarray, resolution: float) -> None:
        degrees = graph.sum(axis=1) + inside
        self.group = list(range(len(degrees)))
        self._degree, self._total = degrees.tolist(), degrees.tolist()
        self._pull = (resolution * degrees / degrees.sum()).tolist()
        self._starts, self._targets = graph.indptr.tolist(), graph.indices.tolist()
        self._values = graph.data.tolist()

    def improve(self, node: int) -> list[int]:
        """Move a node to its best group; return its neighbors in others, if it did move."""
        start, stop = self._starts[node], self._starts[node + 1]
        targets, group, own = self._targets[start:stop], self.group, self.group[node]
        self._total[own] -= self._degree[node]
        best = self._best(node, own, zip(targets, self._values[start:stop], strict=True))
        self._total[best] += self._degree[node]
        if best == own:
            return []
        group[node] = best
        return [other for other in targets if group[other] != best]

    def _best(self, node: int, own: int, edges: Iterable[tuple[int, float]]) -> int:
        """Return the group in which a node adds most to modularity; its own if none is better."""
        group, total, pull = self.group, self._total, self._pull[node]
        weight = {own: 0.0}
        for other, value in edges:
            weight[group[other]] = weight.get(group[other], 0.0) + value
        best, most = own, weight[own] - pull * total[own]
        for candidate, held in weight.items():
            gain = held - pull * total[candidate]
            if gain > most + 1e-12:  # more than rounding, or nodes would move for ever
                best, most = candidate, gain
        return best


def _merged(graph: Any, inside: np.ndarray, groups: np.ndarray) -> tuple[Any, np.ndarray]:
    """Make each group a node; return the graph between them, and the weight inside each."""
    n = len(groups)
    member = sparse.csr_array((np.ones(n), (np.arange(n), groups)))
    graph = sparse.csr_array(member.T @ graph @ member)
    kept = graph.diagonal()
    graph.setdiag(0.0)
    graph.eliminate_zeros()
    return graph, member.T @ inside + kept
