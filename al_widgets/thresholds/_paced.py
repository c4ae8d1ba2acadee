"""The threshold that makes a budget last as long as the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.thresholds._course import HALF, Course, OnCourse

if TYPE_CHECKING:
    from al_widgets.thresholds._base import Stretch

_KEPT = 0.04  # of the budget, for what comes after the expected end
_SLACK = 0.04  # of what is to be asked
_RESERVE_SLACK = 0.5  # of what is then still left


class Paced(OnCourse):
    """Spread what is left of the budget evenly over the items that are still expected.

    After `length` items 96 % of what was left at the beginning is spent, give or take 2 % and one
    answer, on every stream: shuffled, sorted by class, drifting, and however the model changes. So
    of 20 answers or more it is at least 90 %. Which items that are is up to the model: those that
    it is least sure of at the time.

    A stream that ends earlier leaves its part of the budget over. One that goes on gets of what is
    left ever less: of the 4 % that were kept about two thirds over another `length` items, and so
    on; they are never spent at once. Answers that are spent or saved elsewhere meanwhile make it
    slower or faster from there on; so do drawn items beyond what was to be spent, for example all
    of them while there is no model yet.

    Parameters
    ----------
    length : int
        Items that are expected, from where this threshold begins; at least 1.

    Raises
    ------
    InvalidInput
        If it is no such number.

    Examples
    --------
    >>> from al_widgets.thresholds import Stretch
    >>> rng = np.random.default_rng(0)
    >>> stretch = Stretch(
    ...     confidence=np.sort(rng.random(10_000)),
    ...     drawn=np.zeros(10_000, dtype=bool),
    ...     coins=rng.random(10_000),
    ...     start=0,
    ...     left=200,
    ...     most=200,
    ... )
    >>> 180 <= int(Paced(10_000).scan(stretch).sum()) <= 200
    True
    """

    def __init__(self, length: int) -> None:
        is_number = isinstance(length, int | np.integer) and not isinstance(length, bool)
        if not is_number or length < 1:
            raise InvalidInput(
                "length is a whole number of items, at least 1",
                repr(length),
                "Pass length=10_000, or how many you expect",
            )
        self.length = int(length)
        super().__init__()

    def forget(self) -> None:
        """Begin anew."""
        super().forget()
        self._total = 0  # what may be asked in all
        self._since, self._spent = 0, 0.0  # where the course begins: after so many items, so much

    def course(self, seen: np.ndarray) -> Course:
        """Return the straight line to the expected end, and a flattening one after it."""
        to_spend, end = max(0.0, self._total - self._spent), max(self.length, self._since)
        n_before = end - self._since
        slope = (1 - _KEPT) * to_spend / max(1, n_before)
        kept = (_KEPT if n_before else 1.0) * to_spend
        fading = kept * np.exp(-np.maximum(0, seen - end) / self.length)
        is_before = seen <= end
        target = np.where(
            is_before, self._spent + slope * (seen - self._since), self._total - fading
        )
        share = np.where(is_before & (n_before > 0), slope, fading / self.length)
        slack = HALF + np.minimum(_SLACK * target, _RESERVE_SLACK * (self._total - target))
        return Course(target, slack, share)

    def begin_stretch(self, stretch: Stretch) -> None:
        """Go on from here to another end where answers were spent or saved elsewhere."""
        total = self._asked + max(0, stretch.left)
        if total != self._total:
            spent = float(self.course(np.array([self.n_seen])).target[0])
            self._since, self._spent = self.n_seen, spent
            self._total = total

    def begin_block(self) -> None:
        """Go on from here where drawn items took more than was to be spent."""
        if self.surplus() > 0:
            self._since, self._spent = self.n_seen, float(self._asked)

    def most_asked(self, confidence: np.ndarray, coins: np.ndarray) -> np.ndarray:
        """Return how many may have been asked about before each item; never all that there is."""
        return np.asarray(np.minimum(super().most_asked(confidence, coins), self._total))

    def memory(self) -> dict[str, Any]:
        """Return all that changes."""
        return {
            **super().memory(),
            "total": self._total,
            "since": self._since,
            "spent": self._spent,
        }

    def recall(self, state: dict[str, Any]) -> None:
        """Take over what `memory` returned."""
        super().recall(state)
        self._total, self._since = int(state["total"]), int(state["since"])
        self._spent = float(state["spent"])

    def __repr__(self) -> str:
        return f"Paced({self.length!r})"
