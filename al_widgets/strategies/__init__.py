"""Which candidates to ask about.

A strategy is any object with ``select(context, batch_size) -> Query``. A plain function
``f(proba) -> utilities`` is accepted wherever a strategy is.
"""

from __future__ import annotations

from al_widgets.strategies._accept import as_strategy
from al_widgets.strategies._base import Strategy
from al_widgets.strategies._committee import QueryByCommittee, consensus_kl, vote_entropy
from al_widgets.strategies._herding import UncertaintyHerding
from al_widgets.strategies._kcenter import KCenter
from al_widgets.strategies._random import Random
from al_widgets.strategies._skactiveml import FromSkactiveml
from al_widgets.strategies._typical import Typical
from al_widgets.strategies._uncertainty import (
    Entropy,
    FromFunction,
    LeastConfident,
    Margin,
    entropy,
    least_confident,
    margin,
)

__all__ = [
    "Entropy",
    "FromFunction",
    "FromSkactiveml",
    "KCenter",
    "LeastConfident",
    "Margin",
    "QueryByCommittee",
    "Random",
    "Strategy",
    "Typical",
    "UncertaintyHerding",
    "as_strategy",
    "consensus_kl",
    "entropy",
    "least_confident",
    "margin",
    "vote_entropy",
]
