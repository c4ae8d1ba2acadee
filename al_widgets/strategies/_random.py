"""The baseline that every strategy must beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query


class Random:
    """Ask about items drawn at random, each with the same chance.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> pool = Pool(np.eye(5))
    >>> context = Context(pool=pool, classes=("a", "b"), candidates=np.arange(5))
    >>> len(Random().select(context, 3))
    3
    """

    def select(self, context: Context, batch_size: int) -> Query:
        """Return `batch_size` candidates drawn without replacement."""
        context.require(batch_size)
        chosen = context.rng.choice(context.candidates, batch_size, replace=False)
        return context.query(chosen, np.zeros(batch_size), "random")

    def __repr__(self) -> str:
        return "Random()"
