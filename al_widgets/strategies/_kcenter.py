"""The core-set approach: leave no item far from an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.nearness import nearest_squared
from al_widgets.strategies._base import require_count

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query


class KCenter:
    """Ask about the item that is farthest from all that are labeled or picked, again and again.

    It needs no model. The first pick, where nothing is labeled, is the item nearest to the mean.
    Utilities are distances in the space of ``pool.geometry.rows``.

    Parameters
    ----------
    n_candidates : int
        Items, drawn at random, that are compared; at least 1. Never fewer are compared than asked
        about. The draw bounds time and memory whatever the size of the pool, and makes it less
        likely that the rarest outliers are all that is asked.

    Notes
    -----
    Sener, Savarese, *Active Learning for Convolutional Neural Networks: A Core-Set Approach*, ICLR
    2018: the greedy algorithm, whose largest distance is at most twice the smallest possible one
    (Gonzalez 1985).

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> pool = Pool(np.array([[0.0], [1.0], [2.0], [9.0]]))
    >>> context = Context(pool=pool, classes=("a", "b"), candidates=np.arange(4))
    >>> KCenter().select(context, 3).ids
    ('2', '3', '0')
    """

    def __init__(self, n_candidates: int = 10_000) -> None:
        self.n_candidates = require_count("n_candidates", n_candidates)

    def select(self, context: Context, batch_size: int) -> Query:
        """Return the batch in the order of picking; the distances never rise."""
        context.require(batch_size)
        n = min(max(self.n_candidates, batch_size), len(context.candidates))
        candidates = context.rng.choice(context.candidates, n, replace=False)
        rows = context.rows(candidates)
        nearest = nearest_squared(rows, context.rows(context.labeled))
        picks, radii = farthest_first(rows, nearest, batch_size)
        return context.query(candidates[picks], radii, "k-center")

    def __repr__(self) -> str:
        return f"KCenter(n_candidates={self.n_candidates})"


def farthest_first(
    rows: np.ndarray, nearest: np.ndarray, n_picks: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pick the row farthest from all that is known, which then is known, `n_picks` times.

    Parameters
    ----------
    rows : ndarray of shape (n, n_dimensions)
        What can be picked.
    nearest : ndarray of shape (n,)
        Squared distance of each row to the nearest known one; infinite if nothing is known.
    n_picks : int
        At most n.

    Returns
    -------
    picks : ndarray of shape (n_picks,), int
        Positions in `rows`, in the order of picking.
    radii : ndarray of shape (n_picks,)
        The distance of each when it was picked; never rising. The first pick of all, the row
        nearest to the mean, counts as far away as the row farthest from it.
    """
    nearest = nearest.copy()
    picks, radii = np.empty(n_picks, dtype=int), np.empty(n_picks)
    for step in range(n_picks):
        if np.isinf(nearest).all() and step == 0:
            best = int(_squared_to(rows, rows.mean(axis=0)).argmin())
            radii[step] = _squared_to(rows, rows[best]).max()
        else:
            best = int(nearest.argmax())
            radii[step] = nearest[best]
        picks[step] = best
        np.minimum(nearest, _squared_to(rows, rows[best]), out=nearest)
        nearest[picks[: step + 1]] = -1  # below 0, the distance of a duplicate
    return picks, np.sqrt(radii)


def _squared_to(rows: np.ndarray, row: np.ndarray) -> np.ndarray:
    difference = rows - row
    return np.asarray(np.einsum("ij,ij->i", difference, difference))
