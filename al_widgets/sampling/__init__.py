"""Where queries come from. Each technique has one method, ``next(context, batch_size) -> Query``.

An empty query means that there is nothing left to ask.
"""

from __future__ import annotations

from al_widgets.sampling._base import Sampling
from al_widgets.sampling.pool_based import PoolBasedSampling

__all__ = ["PoolBasedSampling", "Sampling"]
