"""The threshold that now and then asks about what the model is sure of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.thresholds._accept import as_threshold
from al_widgets.thresholds._base import Threshold
from al_widgets.thresholds._numbers import require_number

if TYPE_CHECKING:
    from al_widgets.thresholds._base import Checks, Stretch

_LEAST = 0.01  # a doubt that there always is: no confidence is believed beyond 0.99
_PARTS = 2**26  # of a coin: the whole ones make one number, the rest another


class Randomized(Threshold):
    """Another threshold, that asks about more than it would by itself, by chance.

    Where the world changes, a model may be sure and wrong. Žliobaitė, Bifet, Pfahringer and Holmes
    ("Active learning with drifting streaming data", IEEE TNNLS 2014) therefore multiply the
    threshold by a random number for each item. Here it is the doubt, 1 minus the confidence, that
    grows by chance: an item of doubt d above the threshold, whose doubt is D, is asked about with
    probability ``((d + 0.01) / (D + 0.01)) ** (1 / sigma)``: often if it is near, seldom,
    but not never, if the model is sure. So none is accepted that would not be without it, and a
    threshold that keeps to a rate, a budget or a promise still does.

    Parameters
    ----------
    threshold : float or Threshold
        From 0 to 1; or one that adapts.
    sigma : float
        Greater than 0, at most 4: how far up it reaches. With 1 items above are asked about in
        proportion to their doubt; with 0.5 to its square.

    Raises
    ------
    InvalidInput
        If one of them is something else.

    Examples
    --------
    >>> from al_widgets.thresholds import Stretch
    >>> rng = np.random.default_rng(0)
    >>> sure = Stretch(
    ...     confidence=np.full(10_000, 0.95),
    ...     drawn=np.zeros(10_000, dtype=bool),
    ...     coins=rng.random(10_000),
    ...     start=0,
    ...     left=10_000,
    ...     most=10_000,
    ... )
    >>> round(float(Randomized(0.8, sigma=0.5).scan(sure).mean()), 2)  # (0.06 / 0.21) ** 2
    0.08
    """

    def __init__(self, threshold: Any, sigma: float = 0.5) -> None:
        self.sigma = require_number("sigma", sigma, 0, 4, example=0.5, is_open=True)
        self.threshold = as_threshold(threshold)

    @property
    def value(self) -> float:  # type: ignore[override]
        """The confidence below which all items are asked about."""
        return self.threshold.value

    @property
    def share(self) -> float | None:  # type: ignore[override]
        """What the other threshold wants to be drawn."""
        return self.threshold.share

    def judge(self, stretch: Stretch) -> np.ndarray:
        """Return what the other threshold makes of lowered confidences."""
        parts = stretch.coins * _PARTS
        whole = np.floor(parts)
        more = (1 - whole / _PARTS) ** -self.sigma
        lowered = 1 + _LEAST - (1 - stretch.confidence + _LEAST) * more
        lowered = np.clip(np.minimum(lowered, stretch.confidence), 0, 1)
        return self.threshold.judge(replace(stretch, confidence=lowered, coins=parts - whole))

    def learn(self, checks: Checks) -> None:
        """Hand it on."""
        self.threshold.learn(checks)

    def forget(self) -> None:
        """Begin anew."""
        self.threshold.forget()

    def memory(self) -> dict[str, Any]:
        """Return the state of the other threshold."""
        return {"threshold": self.threshold.state}

    def recall(self, state: dict[str, Any]) -> None:
        """Hand it on."""
        self.threshold.restore(state["threshold"])

    def __repr__(self) -> str:
        return f"Randomized({self.threshold!r}, sigma={self.sigma!r})"
