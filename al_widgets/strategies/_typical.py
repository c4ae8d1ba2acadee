"""Typical clustering: ask about the items that have many like them, one group after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.strategies._base import require_count

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query

_MOST_GROUPS = 500
_FEW_GROUPS = 50  # up to here whole k-means is fast enough
_SMALLEST = 5  # items; fewer are outliers rather than a group
_NO_DISTANCE = 1e-6  # of a duplicate, in standard deviations


class Typical:
    """Ask about the most typical item of the largest groups that have the fewest labels.

    The items are divided into as many groups as there will be labels, at most 500, so that there
    is always a group for each pick that has none. Good for the first batches, since it needs no
    model. The utility of a pick is the share of the items in its group, less the labels which that
    group had by then.

    Parameters
    ----------
    n_neighbors : int
        Typicality is the inverse of the mean distance to that many nearest items of the group; at
        least 1.
    n_candidates : int
        Items, drawn at random, that are grouped, beside those with a label; at least 1. Never fewer
        than are asked about.

    Notes
    -----
    Hacohen, Dekel, Weinshall, *Active Learning on a Budget: Opposite Strategies Suit High and Low
    Budgets*, ICML 2022 (TypiClust). As there, groups of fewer than 5 items come last.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> left, right = np.linspace(0, 1, 7), np.linspace(8, 9, 5)
    >>> pool = Pool(np.concatenate([left, right])[:, None])
    >>> context = Context(pool=pool, classes=("a", "b"), candidates=np.arange(12))
    >>> Typical(n_neighbors=2).select(context, 2).utilities.round(2)
    array([0.58, 0.42])
    """

    def __init__(self, n_neighbors: int = 20, n_candidates: int = 10_000) -> None:
        self.n_neighbors = require_count("n_neighbors", n_neighbors)
        self.n_candidates = require_count("n_candidates", n_candidates)

    def select(self, context: Context, batch_size: int) -> Query:
        """Return the batch, the largest group without labels first."""
        context.require(batch_size)
        rng = context.rng
        n = min(max(self.n_candidates, batch_size), len(context.candidates))
        candidates = rng.choice(context.candidates, n, replace=False)
        n_groups = min(len(context.labeled) + batch_size, _MOST_GROUPS)
        rows = context.rows(np.concatenate([candidates, context.labeled]))
        groups = _grouped(rows, n_groups, seed=int(rng.integers(2**31)))
        picks, utilities = self._picked(rows, groups, n, batch_size)
        return context.query(candidates[picks], utilities, "typical")

    def _picked(
        self, rows: np.ndarray, groups: np.ndarray, n_candidates: int, n_picks: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return positions of the picks among the first `n_candidates` rows, and the utilities."""
        sizes = np.bincount(groups)
        labels = np.bincount(groups[n_candidates:], minlength=len(sizes))
        left = np.bincount(groups[:n_candidates], minlength=len(sizes))
        worth = sizes / len(rows) - labels
        worth[sizes < _SMALLEST] -= len(rows)
        worth[left == 0] = -np.inf
        orders: dict[int, list[int]] = {}
        picks, utilities = np.empty(n_picks, dtype=int), np.empty(n_picks)
        for step in range(n_picks):
            group = int(worth.argmax())
            if group not in orders:
                orders[group] = self._by_typicality(rows, groups == group, n_candidates)
            picks[step], utilities[step] = orders[group].pop(), worth[group]
            worth[group] = worth[group] - 1 if orders[group] else -np.inf
        return picks, utilities

    def _by_typicality(
        self, rows: np.ndarray, is_member: np.ndarray, n_candidates: int
    ) -> list[int]:
        """Return the candidates of a group, the most typical last."""
        members = np.flatnonzero(is_member)
        typicality = typicalities(rows[members], self.n_neighbors)
        order = members[np.argsort(typicality, kind="stable")]
        return [int(member) for member in order if member < n_candidates]

    def __repr__(self) -> str:
        return f"Typical(n_neighbors={self.n_neighbors}, n_candidates={self.n_candidates})"


def typicalities(rows: np.ndarray, n_neighbors: int) -> np.ndarray:
    """Return the inverse of each row's mean distance to its nearest others.

    Parameters
    ----------
    rows : ndarray of shape (n, n_dimensions)
        The items of one group.
    n_neighbors : int
        How many others; all of them if there are fewer.

    Returns
    -------
    ndarray of shape (n,)
        Finite, also for duplicates and for an item that is alone.

    Examples
    --------
    >>> typicalities(np.array([[0.0], [1.0], [3.0]]), n_neighbors=2).round(2)
    array([0.5 , 0.67, 0.4 ])
    """
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    if len(rows) == 1:
        return np.ones(1)
    index = NearestNeighbors(n_neighbors=min(n_neighbors, len(rows) - 1)).fit(rows)
    distances, _ = index.kneighbors()  # each row's others, without itself
    return np.asarray(1 / np.maximum(distances.mean(axis=1), _NO_DISTANCE))


def _grouped(rows: np.ndarray, n_groups: int, seed: int) -> np.ndarray:
    """Return the group of each row, from 0; there may be fewer groups where rows are equal."""
    from sklearn.cluster import KMeans, MiniBatchKMeans  # noqa: PLC0415

    n_groups = min(n_groups, len(np.unique(rows, axis=0)))
    if n_groups == 1:
        return np.zeros(len(rows), dtype=int)
    if n_groups <= _FEW_GROUPS:
        means: KMeans = KMeans(n_groups, n_init=1, max_iter=100, random_state=seed)
    else:
        means = MiniBatchKMeans(n_groups, n_init=1, batch_size=4096, random_state=seed)
    return np.asarray(means.fit_predict(rows), dtype=int)
