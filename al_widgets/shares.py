"""Shares that are estimated from a sample, and how far that can be trusted."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


def wilson(n_correct: float, n: float, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson, 1927).

    Parameters
    ----------
    n_correct, n : float
        Successes and trials; no whole numbers where trials do not count alike.
    z : float
        Half width in standard deviations; 1.96 for 95 %.

    Returns
    -------
    (float, float)
        Between 0 and 1; NaN without trials.

    Examples
    --------
    >>> low, high = wilson(9, 10)
    >>> round(low, 3), round(high, 3)
    (0.596, 0.982)
    """
    if n == 0:
        return math.nan, math.nan
    share = n_correct / n
    center = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, center - half), min(1.0, center + half)


class Share(NamedTuple):
    """A share that was estimated from a sample.

    Attributes
    ----------
    value : float
        From 0 to 1; NaN if nothing is known.
    low, high : float
        95 % Wilson interval, at the number of equally likely draws that would tell as much.
    n : int
        Draws that were answered and tell of it.
    """

    value: float
    low: float
    high: float
    n: int


def of_trials(n_correct: int, n: int) -> Share:
    """Return the share of successes among `n` trials that count alike."""
    return Share(n_correct / n if n else math.nan, *wilson(n_correct, n), n)


def share(is_so: np.ndarray, weight: np.ndarray) -> Share:
    """Estimate a share from weighted draws.

    Parameters
    ----------
    is_so : ndarray of shape (n,), bool
    weight : ndarray of shape (n,), float
        How many items each of them stands for; not negative.

    Examples
    --------
    >>> share(np.array([True, True, False, True]), np.ones(4)).value
    0.75
    """
    known = weight > 0
    is_so, weight = is_so[known], weight[known]
    if not len(weight):
        return Share(np.nan, np.nan, np.nan, 0)
    value = float(weight @ is_so / weight.sum())
    n = float(weight.sum() ** 2 / (weight @ weight))  # Kish, 1965
    low, high = wilson(value * n, n)
    return Share(value, low, high, len(weight))


def mcnemar(gained: int, lost: int) -> float:
    """Return how likely chance alone makes two models differ as much on the same items.

    McNemar's exact test (1947), of both sides.

    Parameters
    ----------
    gained, lost : int
        How many items the first got right and the second wrong, and the other way around.

    Returns
    -------
    float
        From 0 to 1; 1 where they do not differ.

    Examples
    --------
    >>> mcnemar(8, 1), mcnemar(3, 3)
    (0.0390625, 1.0)
    """
    from scipy.stats import binomtest  # noqa: PLC0415 - slow, and not always needed

    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
