"""How much a learner asks, of whom, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from al_widgets.state import State


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked, of whom, and how it is drawn.

    Attributes
    ----------
    annotator : str
        Who is asked.
    total : int
        The budget.
    batch_size : int
        Items a query.
    share : float
        Share of the answers that validates.
    random_state : int
        Seed, with the number of the round.
    """

    annotator: str
    total: int
    batch_size: int
    share: float
    random_state: int

    def left(self, state: State) -> int:
        """Return how many answers may still be spent."""
        return max(0, self.total - state.spent.total())

    def batch(self, state: State) -> int:
        """Return how many items the next query may have, once the open one is answered."""
        return max(0, min(self.batch_size, self.left(state) - self.to_come(state)))

    def to_come(self, state: State) -> int:
        """Return how many answers the open queries will spend."""
        items = {
            item
            for asked in state.open_queries(self.annotator)
            for item in state.unanswered(asked)
            if state.costs(item, self.annotator)
        }
        return len(items)
