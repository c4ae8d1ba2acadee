"""Below which confidence an item of a stream is asked about.

A threshold is told of items in a row, and says which of them are asked about; see `Threshold` for
what it promises. A number from 0 to 1 is accepted wherever a threshold is.
"""

from __future__ import annotations

from al_widgets.thresholds._accept import as_threshold
from al_widgets.thresholds._base import Checks, Stretch, Threshold
from al_widgets.thresholds._drift import Alarm, Drift
from al_widgets.thresholds._fixed import Fixed
from al_widgets.thresholds._guaranteed import Guaranteed
from al_widgets.thresholds._paced import Paced
from al_widgets.thresholds._randomized import Randomized
from al_widgets.thresholds._skactiveml import FromSkactiveml
from al_widgets.thresholds._target_rate import TargetRate

__all__ = [
    "Alarm",
    "Checks",
    "Drift",
    "Fixed",
    "FromSkactiveml",
    "Guaranteed",
    "Paced",
    "Randomized",
    "Stretch",
    "TargetRate",
    "Threshold",
    "as_threshold",
]
