"""Numbers that callers pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from al_widgets.exceptions import InvalidInput


def require_number(
    name: str, value: Any, low: float, high: float, *, example: float, is_open: bool = False
) -> float:
    """Return `value` if it is a number from `low` to `high`.

    Parameters
    ----------
    name : str
        The parameter's.
    value : Any
        What was passed for it.
    low, high : float
        The ends.
    example : float
        What to pass instead.
    is_open : bool
        Whether the low end is excluded.

    Raises
    ------
    InvalidInput
        If it is no number, or outside; NaN is.
    """
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if is_number and low <= value <= high and not (is_open and value == low):
        return float(value)
    between = f"greater than {low:g}, at most {high:g}" if is_open else f"from {low:g} to {high:g}"
    raise InvalidInput(f"{name} is a number {between}", repr(value), f"Pass {name}={example:g}")
