"""What a threshold is told, and what it promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Items of a stream in a row that are to be decided about.

    Attributes
    ----------
    confidence : ndarray of shape (n,), float
        Of the model in its label, from 0 to 1.
    drawn : ndarray of shape (n,), bool
        Which are asked about whatever happens.
    coins : ndarray of shape (n,), float
        A random number in [0, 1) each; the same for an item, however the stream is cut.
    start : int
        Number of the first item in its stream.
    left : int
        Answers that may still be asked for.
    most : int
        Asked items, drawn ones among them, after which nothing more is looked at; at least 1.
    """

    confidence: np.ndarray
    drawn: np.ndarray
    coins: np.ndarray
    start: int
    left: int
    most: int

    def upto(self, is_unsure: np.ndarray) -> np.ndarray:
        """Return the beginning of `is_unsure`, up to the last item there is room to ask about."""
        asked = np.flatnonzero(is_unsure | self.drawn)
        return is_unsure if len(asked) < self.most else is_unsure[: asked[self.most - 1] + 1]


@dataclass(frozen=True, slots=True, eq=False)
class Checks:
    """The drawn items that were answered, in the order of the stream.

    Attributes
    ----------
    confidence : ndarray of shape (n,), float
        Of the model in the label that it gave before it knew the answer.
    is_wrong : ndarray of shape (n,), bool
        Whether the answer is another one.
    probability : ndarray of shape (n,), float
        With which each was drawn; greater than 0.
    number : ndarray of shape (n,), int
        Where in the stream each stood.
    """

    confidence: np.ndarray
    is_wrong: np.ndarray
    probability: np.ndarray
    number: np.ndarray

    def __len__(self) -> int:
        return len(self.confidence)


class Threshold(ABC):
    """Decides which items of a stream are asked about.

    A subclass writes `judge`, and `value`; one that adapts writes `memory` and `recall` too. What
    is decided depends on the items that came before, on how many were asked about, and on coins,
    but not on how the stream was cut into stretches; and it is the same after a restart.

    Two learners must not share one that adapts: `copy.deepcopy` makes another.

    Examples
    --------
    >>> class Tuesday(Threshold):
    ...     value = 0.9
    ...
    ...     def judge(self, stretch):
    ...         return stretch.upto(stretch.confidence < self.value)
    >>> stretch = Stretch(
    ...     confidence=np.array([0.5, 0.95, 1.0]),
    ...     drawn=np.array([False, False, True]),
    ...     coins=np.zeros(3),
    ...     start=0,
    ...     left=10,
    ...     most=10,
    ... )
    >>> Tuesday().scan(stretch)
    array([ True, False,  True])
    """

    value: float
    """Below which confidence an item is asked about now; above 1 nothing is accepted."""

    share: float | None = None
    """The probability with which each item is to be drawn; None where it does not care."""

    @abstractmethod
    def judge(self, stretch: Stretch) -> np.ndarray:
        """Return which of the first items the model is not sure enough of.

        Drawn items are judged like all others, which tells whether they would be accepted.

        Returns
        -------
        ndarray of shape (n_looked,), bool
            It ends just after the item with which ``stretch.most`` are asked about, judged or
            drawn; else at the end of the stretch.
        """

    def scan(self, stretch: Stretch) -> np.ndarray:
        """Return which of the first items are asked about: the judged ones, and the drawn.

        Returns
        -------
        ndarray of shape (n_looked,), bool
        """
        is_unsure = self.judge(stretch)
        return np.asarray(is_unsure | stretch.drawn[: len(is_unsure)])

    def learn(self, checks: Checks) -> None:  # noqa: B027 - most need no evidence
        """Take in what is known of all drawn items that were answered so far."""

    @property
    def state(self) -> dict[str, Any]:
        """All that changes, as it can stand in JSON; for `restore`."""
        return {"of": repr(self), **self.memory()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another one was when its `state` was read.

        The state of a threshold of another kind, or with other arguments, and an empty one are not
        taken over: this one begins anew. Evidence is no part of it: `learn` is to be called next.
        """
        self.forget()
        if state.get("of") == repr(self):
            self.recall(state)

    def forget(self) -> None:  # noqa: B027 - a fixed one knows nothing
        """Begin anew."""

    def memory(self) -> dict[str, Any]:
        """Return all that changes; nothing by default."""
        return {}

    def recall(self, state: dict[str, Any]) -> None:  # noqa: B027 - the same
        """Take over what `memory` returned; called after `forget`."""
