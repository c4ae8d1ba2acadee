"""A number is a threshold too."""

from __future__ import annotations

from typing import Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.thresholds._base import Threshold
from al_widgets.thresholds._fixed import Fixed


def as_threshold(threshold: Any) -> Threshold:
    """Return a threshold as it is, and a number from 0 to 1 as a fixed one.

    Raises
    ------
    InvalidInput
        If it is neither.

    Examples
    --------
    >>> as_threshold(0.9)
    Fixed(0.9)
    """
    if isinstance(threshold, Threshold):
        return threshold
    is_number = isinstance(threshold, int | float | np.number) and not isinstance(threshold, bool)
    if is_number and 0 <= threshold <= 1:
        return Fixed(threshold)
    raise InvalidInput(
        "threshold is a confidence from 0 to 1, or a Threshold",
        repr(threshold),
        "Pass threshold=0.8, or for example thresholds.TargetRate(0.05)",
    )
