"""Keeping to a course: how many items are to be asked about by when, and which those are.

What is to be asked about by now, less what was, is what is owed. The more is owed, the larger the
share of items is that are asked about; of the recent items those are chosen that the model is least
sure of. At a limit, the slack, all are asked about, and at the other none. So the number of asked
items keeps to its course within the slack on every stream, however it is ordered and whatever
happens to the model: that follows from the rule, and needs no assumption. Adaptive conformal
inference (Gibbs and Candès, 2021) promises its long run so; here the slack is given, and it is the
rank among recent items that is compared, which knows neither scale nor ties.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.thresholds._base import Threshold
from al_widgets.thresholds._recent import Recent

if TYPE_CHECKING:
    from al_widgets.thresholds._base import Stretch

HALF = 0.5
"""Of an item: a whole number can be as far from what is wanted."""

_LEAST = 1e-9  # a share that is neither none nor all


class Course(NamedTuple):
    """How many are to be asked about, at some items in a row.

    Attributes
    ----------
    target : ndarray of shape (n,)
        How many, that item included.
    slack : ndarray of shape (n,)
        How far the number may be from it, and half an item more.
    share : ndarray of shape (n,)
        How steep the target is.
    """

    target: np.ndarray
    slack: np.ndarray
    share: np.ndarray


class OnCourse(Threshold):
    """A threshold that keeps to a course, which subclasses tell."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._recent, self._asked = Recent(), 0

    @property
    def n_seen(self) -> int:
        """How many items were decided about."""
        return self._recent.seen

    @property
    def n_asked(self) -> int:
        """How many of them were asked about."""
        return self._asked

    @abstractmethod
    def course(self, seen: np.ndarray) -> Course:
        """Return the course at the items of these numbers; the first item has number 1."""

    def begin_block(self) -> None:
        """Prepare for the next block of items."""

    def surplus(self) -> float:
        """Return how many more were asked about than the slack allows: drawn ones."""
        target, slack, _ = (float(each[0]) for each in self.course(np.array([self.n_seen])))
        return max(0.0, self._asked - target - slack - HALF)

    def begin_stretch(self, stretch: Stretch) -> None:
        """Take note of how many answers are left."""

    @property
    def value(self) -> float:  # type: ignore[override]
        """The confidence that the share of the recent items is below which is asked about now."""
        target, slack, share = (float(each[0]) for each in self.course(np.array([self.n_seen + 1])))
        owed = (target - HALF - self._asked) / slack
        if abs(owed) >= 1:
            return self._recent.quantile(float(owed > 0))
        odds = share / max(1 - share, _LEAST) * (1 + owed) / (1 - owed)
        return self._recent.quantile(odds / (1 + odds))

    def judge(self, stretch: Stretch) -> np.ndarray:
        """Return which of the first items to ask about so as to keep to the course."""
        self.begin_stretch(stretch)
        n, n_left = len(stretch.confidence), stretch.most
        is_unsure, done = np.zeros(n, dtype=bool), 0
        while done < n and n_left:
            if self._recent.is_between:
                self.begin_block()
            part = slice(done, min(n, done + self._recent.room))
            confidence = stretch.confidence[part]
            most = self.most_asked(confidence, stretch.coins[part])
            looked, unsure, asked = _walk(most, stretch.drawn[part], self._asked, n_left)
            is_unsure[[done + i for i in unsure]] = True
            self._asked += asked
            self._recent.add(confidence[:looked])
            n_left -= asked
            done += looked
        return is_unsure[:done]

    def most_asked(self, confidence: np.ndarray, coins: np.ndarray) -> np.ndarray:
        """Return how many may have been asked about before each item for it to be asked about."""
        seen = self.n_seen + 1 + np.arange(len(confidence))
        target, slack, share = self.course(seen)
        rank, share = self._recent.rank(confidence, coins), np.clip(share, _LEAST, 1 - _LEAST)
        ratio = rank / (1 - rank) * (1 - share) / share
        return np.asarray(target - HALF - slack * (ratio - 1) / (ratio + 1))

    def memory(self) -> dict[str, Any]:
        """Return all that changes."""
        return {"asked": self._asked, **self._recent.memory()}

    def recall(self, state: dict[str, Any]) -> None:
        """Take over what `memory` returned."""
        self._asked = int(state["asked"])
        self._recent.recall(state)


def _walk(
    most_asked: np.ndarray, drawn: np.ndarray, before: int, n_left: int
) -> tuple[int, list[int], int]:
    """Decide one item after another; return how many were looked at, which are unsure, and asked.

    Only items for which fewer were asked about before than they allow, or that were drawn, can
    change anything.
    """
    unsure, count, last = [], before, before + n_left
    may = np.flatnonzero((most_asked > before) | drawn)
    for i, most in zip(may.tolist(), most_asked[may].tolist(), strict=True):
        if count < most:
            unsure.append(i)
        elif not drawn[i]:
            continue
        count += 1
        if count == last:
            return i + 1, unsure, n_left
    return len(drawn), unsure, count - before
