"""The threshold that stays where it is put."""

from __future__ import annotations

from typing import TYPE_CHECKING

from al_widgets.thresholds._base import Threshold
from al_widgets.thresholds._numbers import require_number

if TYPE_CHECKING:
    import numpy as np

    from al_widgets.thresholds._base import Stretch


class Fixed(Threshold):
    """Ask about items of which the model is less sure than `value`.

    How many that are depends on the model: a sure one may never ask again, whatever it says.

    Parameters
    ----------
    value : float
        From 0 (nothing is asked) to 1 (all is asked that the model is not entirely sure of).

    Raises
    ------
    InvalidInput
        If it is no such number.

    Examples
    --------
    >>> Fixed(0.9).value
    0.9
    """

    def __init__(self, value: float = 0.8) -> None:
        self.value = require_number("value", value, 0, 1, example=0.8)

    def judge(self, stretch: Stretch) -> np.ndarray:
        """Return which of the first items are below it; a confidence that is NaN is."""
        return stretch.upto(~(stretch.confidence >= self.value))

    def __repr__(self) -> str:
        return f"Fixed({self.value!r})"
