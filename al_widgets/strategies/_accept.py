"""What is taken for a strategy."""

from __future__ import annotations

from typing import Any

from al_widgets.exceptions import InvalidInput
from al_widgets.strategies._base import Strategy
from al_widgets.strategies._uncertainty import FromFunction


def as_strategy(strategy: Any) -> Strategy:
    """Return `strategy`, or one made of it if it is a function of the probabilities."""
    if isinstance(strategy, type):
        remedy = f"Pass an instance: {strategy.__name__}()"
    elif isinstance(strategy, Strategy):
        return strategy
    elif callable(strategy):
        return FromFunction(strategy)
    else:
        remedy = "Pass for example al.strategies.Margin()"
    raise InvalidInput(
        "a strategy has select(context, batch_size), or is a function of the probabilities",
        repr(strategy),
        remedy,
    )
