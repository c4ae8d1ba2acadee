"""Whether predictions still change from training to training, seen on a fixed sample of the pool.

Every training logs what it predicts of this stop set, which is drawn at random and needs no answers
(Bloodgood and Vijay-Shanker, "A method for stopping active learning based on stabilizing
predictions", CoNLL 2009).
"""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.events import Fitted
    from al_widgets.pool import Pool

PAIRS = 3
"""Pairs of trainings that are compared."""

_STOP_SET = 1_000  # items
_ONE_BYTE = 256  # classes
_APART = 10  # answers between trainings that are compared: a batch may be of one


class StopSet:
    """A random sample of a pool as it was given; the same for all its learners.

    Attributes
    ----------
    positions : ndarray of shape (n,), int
        Ascending; at most 1,000. None in a pool that began empty.
    """

    def __init__(self, pool: Pool, n_classes: int) -> None:
        self._pool, self._n_classes = pool, n_classes
        order = np.random.default_rng([pool.n_given, 0x5709]).permutation(pool.n_given)
        self.positions = np.sort(order[:_STOP_SET])

    def said_by(self, model: Any) -> str:
        """Return what a fitted model predicts of it, packed; nothing if there are none."""
        if not len(self.positions):
            return ""
        if hasattr(model, "proba_at"):  # it knows the items by their positions
            said = model.classes_[model.proba_at(self.positions).argmax(axis=1)]
        else:
            said = model.predict(self._pool.features[self.positions])
        return pack(said, self._n_classes)


def pack(predictions: np.ndarray, n_classes: int) -> str:
    """Return predictions as text: positions in the classes, a byte or two each.

    Examples
    --------
    >>> unpack(pack(np.array([2, 0, 1]), 3), 3)
    array([2, 0, 1])
    """
    numbers = np.asarray(predictions).astype(_dtype(n_classes))
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def unpack(packed: str, n_classes: int) -> np.ndarray:
    """Return the predictions that were packed; of shape (n_items,), int."""
    return np.frombuffer(base64.b64decode(packed), _dtype(n_classes)).astype(int)


def _dtype(n_classes: int) -> str:
    return "u1" if n_classes <= _ONE_BYTE else "<u2"


def kappa(one: np.ndarray, other: np.ndarray) -> float:
    """Return how far two sequences of predictions agree beyond chance (Cohen, 1960).

    Examples
    --------
    >>> kappa(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.5
    """
    n_classes = int(max(one.max(), other.max())) + 1
    shares = [np.bincount(each, minlength=n_classes) / len(each) for each in (one, other)]
    by_chance = float(shares[0] @ shares[1])
    agreed = float((one == other).mean())
    return 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def stability(fits: Sequence[Fitted], n_classes: int) -> float | None:
    """Return the mean kappa of the last 3 pairs of trainings; None if there are fewer.

    Trainings that follow one another within ten answers are passed over: next to nothing changes
    between them.
    """
    chosen: list[Fitted] = []
    for fit in reversed([fit for fit in fits if fit.stop_set]):
        if not chosen or chosen[-1].spent - fit.spent >= _APART:
            chosen.append(fit)
        if len(chosen) > PAIRS:
            said = [unpack(each.stop_set, n_classes) for each in chosen]
            return float(np.mean([kappa(one, other) for one, other in pairwise(said)]))
    return None
