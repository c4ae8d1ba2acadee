"""Pool-based sampling: score every unlabeled item, ask about the most useful batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.query import Query
from al_widgets.strategies import UncertaintyHerding, as_strategy

if TYPE_CHECKING:
    from al_widgets.context import Context


class PoolBasedSampling:
    """Choose from the whole pool by a strategy (Lewis and Gale, 1994).

    Parameters
    ----------
    strategy : Strategy, callable or None
        Chooses; `al_widgets.strategies.UncertaintyHerding` when None. A function
        ``f(proba) -> utilities`` is accepted.

    Examples
    --------
    >>> from al_widgets.strategies import Entropy
    >>> PoolBasedSampling(Entropy())
    PoolBasedSampling(Entropy())
    """

    def __init__(self, strategy: Any = None) -> None:
        self.strategy = as_strategy(UncertaintyHerding() if strategy is None else strategy)

    def next(self, context: Context, batch_size: int) -> Query:
        """Return the strategy's choice among the candidates; empty if there are none."""
        batch_size = min(batch_size, len(context.candidates))
        if batch_size <= 0:
            return Query()
        query = self.strategy.select(context, batch_size)
        self._require_candidates(query, context, batch_size)
        return query

    def _require_candidates(self, query: Query, context: Context, batch_size: int) -> None:
        """Refuse what must never be asked: the log keeps every query for good."""
        ids = query.ids
        known = [context.pool.position(item) for item in ids if item in context.pool.ids]
        free = np.isin(known, context.candidates).sum()
        if not len(query.utilities) == len(set(ids)) == len(ids) == free <= batch_size:
            raise InvalidInput(
                "a strategy returns at most batch_size different candidates and their utilities",
                f"{ids} with {len(query.utilities)} utilities from {self.strategy!r}, of which "
                f"{free} are candidates, batch_size={batch_size}",
                "Mend the strategy: choose from context.candidates, return context.query(...)",
            )

    def __repr__(self) -> str:
        return f"PoolBasedSampling({self.strategy!r})"
