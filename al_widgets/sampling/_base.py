"""What a sampling promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query


@runtime_checkable
class Sampling(Protocol):
    """Finds the next items to ask about."""

    def next(self, context: Context, batch_size: int) -> Query:
        """Return at most `batch_size` items; an empty query when there is nothing left."""
        ...
