"""The threshold that asks about a given share of the stream."""

from __future__ import annotations

from typing import Any

import numpy as np

from al_widgets.thresholds._course import HALF, Course, OnCourse
from al_widgets.thresholds._numbers import require_number

_SLACK = 0.05  # of what is to be asked


class TargetRate(OnCourse):
    """Ask about this share of the items, those that the model is least sure of at the time.

    After any number of items the number of asked ones, drawn ones among them, is within 5 % and one
    item of `rate` times that number, on every stream: shuffled, sorted by class, drifting, with all
    confidences at 1.0, and however the model changes. So from 20 asked items on it is within 10 %.

    More is asked about only where more items are drawn: all of them while there is no model yet,
    say. Half of the rate is asked about after that, until it is made up for.

    Parameters
    ----------
    rate : float
        Greater than 0, at most 1.

    Raises
    ------
    InvalidInput
        If it is no such number.

    Examples
    --------
    >>> from al_widgets.thresholds import Stretch
    >>> rng = np.random.default_rng(0)
    >>> stretch = Stretch(
    ...     confidence=1 - 0.01 * rng.random(10_000) ** 4,
    ...     drawn=np.zeros(10_000, dtype=bool),
    ...     coins=rng.random(10_000),
    ...     start=0,
    ...     left=10_000,
    ...     most=10_000,
    ... )
    >>> 490 <= int(TargetRate(0.05).scan(stretch).sum()) <= 510
    True
    """

    def __init__(self, rate: float) -> None:
        self.rate = require_number("rate", rate, 0, 1, example=0.05, is_open=True)
        super().__init__()

    def forget(self) -> None:
        """Begin anew."""
        super().forget()
        self._lent, self._since = 0.0, 0  # asked about more than was wanted; after how many items

    def course(self, seen: np.ndarray) -> Course:
        """Return the rate, more what is still lent, of which half of the rate is paid back."""
        wanted = self.rate * seen
        lent = np.maximum(0, self._lent - self.rate / 2 * (seen - self._since))
        share = np.where(lent > 0, self.rate / 2, self.rate)
        return Course(wanted + lent, HALF + _SLACK * wanted, share)

    def begin_block(self) -> None:
        """Lend what drawn items took beyond the slack."""
        lent = float(self.course(np.array([self.n_seen])).target[0]) - self.rate * self.n_seen
        self._lent = lent + self.surplus()
        self._since = self.n_seen

    def memory(self) -> dict[str, Any]:
        """Return all that changes."""
        return {**super().memory(), "lent": self._lent, "since": self._since}

    def recall(self, state: dict[str, Any]) -> None:
        """Take over what `memory` returned."""
        super().recall(state)
        self._lent, self._since = float(state["lent"]), int(state["since"])

    def __repr__(self) -> str:
        return f"TargetRate({self.rate!r})"
