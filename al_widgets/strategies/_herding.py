"""Uncertainty herding: ask where many items are near that are unsure, unlike any label, and short.

    worth of x       w(x) = margin uncertainty · (1 / (1 + labels of its predicted class))^balance
    represented      c(x) = max over labeled x' of k(x, x'),  k(x, x') = exp(-|x - x'|² / s²)
    a batch S gains  Σ w(x) · (max(c(x), max over x' in S of k(x, x')) - c(x)),  x in a reference

The gain is submodular: each pick makes the others worth less, never more. So the greedy batch is
within 1 - 1/e of the best one (Nemhauser, Wolsey, Fisher 1978), and a gain computed earlier bounds
the one of now, which spares nearly all of the work (Minoux 1978).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.context import predict_at
from al_widgets.exceptions import InvalidInput
from al_widgets.nearness import bandwidth, nearest_squared, squared_distances
from al_widgets.strategies._base import most_useful
from al_widgets.strategies._uncertainty import margin

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query

_AT_ONCE = 128  # candidates whose gains are computed together
_LOOKED_AT = 16  # candidates whose gains are brought up to date together


class UncertaintyHerding:
    """Ask so that every variation of every class gets its answer, the unsure and the short first.

    With no model yet, every item is unsure alike: the first batch represents the pool.

    Parameters
    ----------
    balance : float
        How strongly classes with few labels are preferred; 0 does not prefer them. At least 0.
    n_reference : int
        Items, drawn at random, that stand for the pool. At least 1.
    n_candidates : int
        Items that are compared: half the most uncertain, half drawn at random. At least 1; never
        fewer are compared than asked about.

    Notes
    -----
    Bae, Oliveira, Sutherland, *Uncertainty Herding: One Active Learning Method for All Label
    Budgets*, ICLR 2025; the class balance and the screening are ours. One pass over the pool for
    the probabilities, then a problem of `n_candidates` by `n_reference`: its memory and time do not
    depend on the pool.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> pool = Pool(np.array([[0.0], [0.1], [0.2], [5.0], [5.1]]))
    >>> context = Context(pool=pool, classes=("a", "b"), candidates=np.arange(5))
    >>> UncertaintyHerding().select(context, 2).ids
    ('1', '4')
    """

    def __init__(
        self, balance: float = 1.0, n_reference: int = 2_000, n_candidates: int = 1_000
    ) -> None:
        if not (isinstance(balance, int | float) and 0 <= balance < np.inf):
            raise InvalidInput(
                "balance is a number of at least 0", repr(balance), "Pass balance=1.0"
            )
        for name, value in (("n_reference", n_reference), ("n_candidates", n_candidates)):
            if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
                raise InvalidInput(
                    f"{name} must be a whole number of at least 1",
                    repr(value),
                    f"Pass {name}=1000",
                )
        self.balance, self.n_reference, self.n_candidates = balance, n_reference, n_candidates

    def select(self, context: Context, batch_size: int) -> Query:
        """Return the batch that gains most, in the order of picking."""
        context.require(batch_size)
        rng = context.rng
        n = context.n_real
        reference = context.real(rng.choice(n, min(self.n_reference, n), replace=False))
        candidates = self._screened(context, batch_size, rng)
        rows = context.rows(reference)
        nearest = nearest_squared(rows, context.rows(context.labeled))
        if len(context.labeled):
            scale = bandwidth(nearest)
            covered = np.exp(-nearest / scale)
        else:
            some = rows[rng.choice(len(rows), min(batch_size, len(rows)), replace=False)]
            scale = bandwidth(nearest_squared(rows, some))
            covered = np.zeros(len(rows), dtype=np.float32)
        kernel = np.exp(-squared_distances(context.rows(candidates), rows) / scale)
        picks, gains = lazy_greedy(kernel, self._weights(context, reference), covered, batch_size)
        return context.query(candidates[picks], gains, "herding")

    def _screened(self, context: Context, batch_size: int, rng: np.random.Generator) -> np.ndarray:
        """Return the candidates that are compared, in random order."""
        everyone = context.candidates
        n = max(self.n_candidates, batch_size)
        if n >= len(everyone):
            return rng.permutation(everyone)
        if context.model is None:
            return rng.choice(everyone, n, replace=False)
        unsure = np.concatenate(
            [margin(proba).astype(np.float32) for proba in context.proba_chunks(everyone)]
        )
        best = most_useful(unsure, n // 2, rng)
        is_left = np.ones(len(everyone), dtype=bool)
        is_left[best] = False
        rest = rng.choice(len(everyone), min(2 * n, len(everyone)), replace=False)
        rest = rest[is_left[rest]][: n - len(best)]
        return rng.permutation(everyone[np.concatenate([best, rest])])

    def _weights(self, context: Context, reference: np.ndarray) -> np.ndarray:
        """Return how much it is worth to represent each item of the reference; sums to 1."""
        if context.model is None:
            return np.full(len(reference), 1 / len(reference), dtype=np.float32)
        proba = predict_at(context.model, context.pool, reference, len(context.classes))
        counts = np.bincount(context.labels, minlength=len(context.classes))
        short = (1.0 / (1.0 + counts)) ** self.balance
        weights = margin(proba) * short[proba.argmax(axis=1)]
        total = weights.sum()
        if total <= 0:  # sure of everything: all that is left to gain is what lies far away
            return np.full(len(reference), 1 / len(reference), dtype=np.float32)
        return np.asarray(weights / total, dtype=np.float32)

    def __repr__(self) -> str:
        return (
            f"UncertaintyHerding(balance={self.balance}, n_reference={self.n_reference}, "
            f"n_candidates={self.n_candidates})"
        )


def lazy_greedy(
    kernel: np.ndarray, weights: np.ndarray, covered: np.ndarray, n_picks: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pick rows of `kernel` that together cover most, greedily.

    Parameters
    ----------
    kernel : ndarray of shape (n_candidates, n_reference)
        How well each candidate represents each item of the reference, 0 to 1.
    weights : ndarray of shape (n_reference,)
        What it is worth to represent it.
    covered : ndarray of shape (n_reference,)
        How well it is represented already, 0 to 1; not changed.
    n_picks : int
        At most n_candidates.

    Returns
    -------
    picks : ndarray of shape (n_picks,), int
        Rows, in the order of picking.
    gains : ndarray of shape (n_picks,)
        What each pick added; never rising.

    Examples
    --------
    >>> kernel = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.0], [0.0, 0.0, 0.8]])
    >>> picks, gains = lazy_greedy(kernel, np.ones(3), np.zeros(3), 2)
    >>> picks.tolist(), gains.round(1).tolist()
    ([0, 2], [1.9, 0.8])
    """
    bounds = _gains(kernel, weights, covered)  # of old: what was gained then is gained at most now
    picks, gains = np.empty(n_picks, dtype=int), np.empty(n_picks)
    for step in range(n_picks):
        left = np.argsort(-bounds, kind="stable")[: len(bounds) - step]
        best, gain = left[0], -1.0
        for start in range(0, len(left), _LOOKED_AT):
            some = left[start : start + _LOOKED_AT]
            if gain >= bounds[some[0]]:
                break
            bounds[some] = _gains(kernel[some], weights, covered)
            top = some[bounds[some].argmax()]
            if bounds[top] > gain:
                best, gain = top, bounds[top]
        picks[step], gains[step] = best, gain
        covered = np.maximum(covered, kernel[best])
        bounds[best] = -np.inf
    return picks, np.minimum.accumulate(gains)


def _gains(kernel: np.ndarray, weights: np.ndarray, covered: np.ndarray) -> np.ndarray:
    out = np.empty(len(kernel))
    for start in range(0, len(kernel), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        out[rows] = np.maximum(kernel[rows] - covered, 0) @ weights
    return out
