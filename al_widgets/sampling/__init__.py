"""Where queries come from. Each technique has one method, ``next(context, batch_size) -> Query``.

An empty query means that there is nothing left to ask.
"""

from __future__ import annotations

from al_widgets.sampling._base import Sampling
from al_widgets.sampling._crafting import Crafted
from al_widgets.sampling._deciding import Situation
from al_widgets.sampling._seen import rows_of
from al_widgets.sampling._synthesized import synthesized
from al_widgets.sampling.pool_based import PoolBasedSampling
from al_widgets.sampling.query_synthesis import QuerySynthesis
from al_widgets.sampling.stream_based import StreamBasedSampling

__all__ = [
    "Crafted",
    "PoolBasedSampling",
    "QuerySynthesis",
    "Sampling",
    "Situation",
    "StreamBasedSampling",
    "rows_of",
    "synthesized",
]
