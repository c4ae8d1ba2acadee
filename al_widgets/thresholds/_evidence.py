"""What a random sample of checked items says of the error above each confidence, at any time.

It is a bet. Against the claim "among items of at least this confidence more than `error` are
wrong" money is put on every checked item: what is right earns a little, what is wrong costs a lot.
If the claim is true nobody can expect to earn, and the probability to ever own 20 times what one
began with is 1/20 at most (Ville, 1939). So who owns that much may take the claim as refuted, at
whatever moment he looks (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by
betting", JRSS B 2024).
"""

from __future__ import annotations

import numpy as np

GRID = np.array(
    [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999]
)
"""Confidences above which the error is examined, ascending."""

_STAKES = np.array([1.0, 0.8, 0.6, 0.3])  # of the largest one, with which a single error costs all
_STAKE_SHARES = np.array([0.4, 0.25, 0.2, 0.15])  # of the money
_FIRST, _LATER, _STARTS = 5, 3.0, 10  # the bets begin after 5 items, after 3 times as many, ...
_FIRST_MONEY = 0.6
_NEAR, _FEW = 0.7, 0.2  # of the money; the top share of items that the rest bets on
_RICH = 500.0  # logarithm of what is more than enough, and no overflow
_RECENT = 100  # items by which it is decided on which confidence to bet


class Bets:
    """Bets on every confidence of the grid, begun at several times.

    The money is spread before the items that it is put on are known. At each beginning most of it
    goes to the lowest confidence above which the model itself expects half of `error`, the rest to
    that which a fifth of the items are above. What was won at a confidence passes on: the next
    lower one is examined with the same money in addition (Bretz, Maurer, Brannath and Posch, "A
    graphical approach to sequentially rejective multiple test procedures", 2009).

    Beginnings differ since a model learns: what it got wrong when it was younger must not count for
    ever. Each confidence is certified, wrongly with probability `risk` at most for all of them
    together, as long as the error above it does not grow.

    Parameters
    ----------
    error : float
        The share of wrong ones that is allowed.
    risk : float
        The probability of being wrong that is allowed.
    """

    def __init__(self, error: float, risk: float) -> None:
        self.n, self._error, self._needed = 0, error, 1 / risk
        stakes = _STAKES / (1 - error)
        with np.errstate(divide="ignore"):
            self._won, self._lost = np.log1p(stakes * error), np.log(1 - stakes * (1 - error))
        self._log = np.zeros((0, len(GRID), len(_STAKES)))
        self._own = np.zeros((0, len(GRID)))  # where the money of each beginning was put
        self._confidences: list[float] = []
        self.is_certified = np.zeros(len(GRID), dtype=bool)

    def add(self, confidence: float, *, is_wrong: bool) -> None:
        """Take in an item that was drawn and answered."""
        if self.n >= _FIRST * _LATER ** len(self._own) and len(self._own) < _STARTS:
            self._begin()
        self.n += 1
        self._confidences = [*self._confidences[-_RECENT + 1 :], confidence]
        if len(self._own):
            self._log[:, confidence >= GRID] += self._lost if is_wrong else self._won
            if not is_wrong:
                self._certify()

    def _begin(self) -> None:
        k = len(self._own)
        money = _FIRST_MONEY if k == 0 else (1 - _FIRST_MONEY) / (k * (k + 1))
        recent = np.array(self._confidences)
        above = recent[:, None] >= GRID
        count = above.sum(axis=0)
        expected = ((1 - recent)[:, None] * above).sum(axis=0) / np.maximum(1, count)
        own = np.zeros(len(GRID))
        near = np.flatnonzero((expected <= self._error / 2) & (count > 0))
        few = np.flatnonzero(count >= _FEW * len(recent))[-1]
        own[near[0] if len(near) else few] += _NEAR * money
        own[few] += (1 - _NEAR) * money
        self._own = np.vstack([self._own, own])
        self._log = np.concatenate([self._log, np.zeros((1, *self._log.shape[1:]))])

    def _certify(self) -> None:
        worth = np.exp(np.minimum(self._log, _RICH)) @ _STAKE_SHARES
        for t in range(len(GRID) - 1, -1, -1):
            money = self._own[:, t].copy()
            for higher in range(t + 1, len(GRID)):
                if not self.is_certified[higher]:
                    break
                money += self._own[:, higher]
            if not self.is_certified[t] and money @ worth[:, t] >= self._needed:
                self.is_certified[t] = True
