"""What is asked next, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.events import Asked


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What is asked next, and why. An empty query is false: there is nothing left to ask.

    Attributes
    ----------
    ids : tuple of str, length batch_size
        Items to ask about, most useful first; items held out for validation stand at the end.
    utilities : ndarray of shape (batch_size,), float
        Gain of each pick in the strategy's own unit; higher is more useful. NaN where the item was
        drawn at random for validation.
    strategy : str
        Name of the strategy that chose.
    n_labeled : int
        How many items had a label when the choice was made.
    round : int
        0 for the first query of an annotator.
    held_out : tuple of str
        Those of `ids` whose answers measure the model and never train it.
    reasons : tuple of str
        Why each item was chosen, in words; empty where the strategy gives none.
    """

    ids: tuple[str, ...] = ()
    utilities: np.ndarray = field(default_factory=lambda: np.empty(0))
    strategy: str = ""
    n_labeled: int = 0
    round: int = 0
    held_out: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @classmethod
    def from_event(cls, asked: Asked) -> Query:
        """Read the query back from the log."""
        utilities = [np.nan if value is None else value for value in asked.utilities]
        return cls(
            ids=asked.items,
            utilities=np.asarray(utilities, dtype=float),
            strategy=asked.strategy,
            n_labeled=asked.n_labeled,
            round=asked.round,
            held_out=asked.held_out,
            reasons=asked.reasons,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __repr__(self) -> str:
        if not self.ids:
            return "<empty Query: nothing left to ask>"
        return f"<Query of {len(self.ids)} by {self.strategy}, after {self.n_labeled} labels>"
