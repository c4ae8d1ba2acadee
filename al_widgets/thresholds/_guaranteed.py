"""The threshold above which labels are accepted only when an audit shows that they may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.thresholds._base import Checks, Threshold
from al_widgets.thresholds._evidence import GRID, Bets
from al_widgets.thresholds._numbers import require_number
from al_widgets.thresholds._watch import Watch

if TYPE_CHECKING:
    from al_widgets.thresholds._base import Stretch

_NOTHING = math.nextafter(1, 2)  # more than any confidence
_FIRST = 0.75  # of the risk, until a certificate is taken back for the first time
_CLOSE = 100  # items above the line after which half of them are drawn


class Guaranteed(Threshold):
    """Accept labels only where a random audit shows that at most `error` of them are wrong.

    At first everything is drawn, asked about, and nothing is accepted. From the answers confidences
    are certified: with the probability `level` none of them is wrongly, whenever one looks (see
    `Bets`). The lowest one is the threshold. Without a wrong answer that takes about a hundred.
    From then on a share of all items is drawn, ever fewer, down to `audit`: what it shows may
    certify lower confidences.

    That holds as long as the model does not get worse at a given confidence; it may learn. Drift is
    another matter: the first wrong labels are accepted before anybody can know. So drawn items are
    watched (see `Watch`), and as soon as they speak against it, the certificate is taken back,
    nothing is accepted, everything is drawn, and the evidence begins anew. What was accepted by
    then may have broken the promise, the earlier the change comes the likelier.

    Only drawn items are evidence. Those that were asked about because they are below the threshold
    say nothing of those above it.

    Parameters
    ----------
    error : float
        The share of wrong ones among accepted labels that is allowed; greater than 0, at most 0.5.
    level : float
        The probability with which that is kept; from 0.5 up to, but not including, 1.
    audit : float
        The least probability with which an item is drawn; greater than 0, at most 1.

    Raises
    ------
    InvalidInput
        If one of them is something else.

    Examples
    --------
    >>> threshold = Guaranteed(error=0.05)
    >>> threshold.value > 1, threshold.share
    (True, 1.0)
    >>> right = np.zeros(150, dtype=bool)
    >>> threshold.learn(Checks(np.full(150, 0.97), right, np.ones(150), np.arange(150)))
    >>> threshold.value <= 0.97, threshold.share
    (True, 1.0)
    """

    def __init__(self, error: float = 0.05, level: float = 0.95, *, audit: float = 0.05) -> None:
        self.error = require_number("error", error, 0, 0.5, example=0.05, is_open=True)
        self.level = require_number("level", level, 0.5, 1, example=0.95)
        if self.level == 1:
            raise InvalidInput("level is less than 1", repr(level), "Pass level=0.95")
        self.audit = require_number("audit", audit, 0, 1, example=0.05, is_open=True)
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._n_above = 0
        self._begin(_no_checks())

    def _begin(self, known: Checks) -> None:
        self._known, self.n_revoked = known, 0
        self._watch, self._bets = Watch(self.error), Bets(self.error, self._risk())

    def _risk(self) -> float:
        """Return what may be risked until the next certificate is taken back."""
        k = self.n_revoked
        return (1 - self.level) * (_FIRST if k == 0 else (1 - _FIRST) / (k * (k + 1)))

    @property
    def value(self) -> float:  # type: ignore[override]
        """The lowest certified confidence; more than 1 if there is none."""
        is_certified = self._bets.is_certified
        return float(GRID[is_certified.argmax()]) if is_certified.any() else _NOTHING

    @property
    def share(self) -> float | None:  # type: ignore[override]
        """All while nothing is certified; then ever fewer, down to `audit`."""
        if self.value > 1:
            return 1.0
        return max(self.audit, _CLOSE / (_CLOSE + self._n_above))

    def judge(self, stretch: Stretch) -> np.ndarray:
        """Return which of the first items are below the lowest certified confidence."""
        is_unsure = stretch.upto(~(stretch.confidence >= self.value))
        self._n_above += int((~is_unsure).sum())
        return is_unsure

    def learn(self, checks: Checks) -> None:
        """Take in the answers to drawn items; those that are known already cost nothing."""
        n = len(self._known)
        if not _begins_with(checks, self._known):
            n = 0
            self._begin(_no_checks())
        for confidence, is_wrong, probability in zip(
            checks.confidence[n:].tolist(),
            checks.is_wrong[n:].tolist(),
            checks.probability[n:].tolist(),
            strict=True,
        ):
            self._add(confidence, probability, is_wrong=is_wrong)
        self._known = checks

    def _add(self, confidence: float, probability: float, *, is_wrong: bool) -> None:
        is_above = confidence >= self.value
        if is_above and self._watch.is_alarmed(is_wrong=is_wrong, probability=probability):
            self.n_revoked += 1
            self._watch.renew()
            self._bets = Bets(self.error, self._risk())
        else:
            self._bets.add(confidence, is_wrong=is_wrong)

    def memory(self) -> dict[str, Any]:
        """Return how many were above the line; the evidence is read anew from what `learn` gets."""
        return {"above": self._n_above}

    def recall(self, state: dict[str, Any]) -> None:
        """Take over what `memory` returned."""
        self._n_above = int(state["above"])

    def __repr__(self) -> str:
        return f"Guaranteed(error={self.error!r}, level={self.level!r}, audit={self.audit!r})"


def _no_checks() -> Checks:
    nothing = np.empty(0)
    return Checks(nothing, nothing.astype(bool), nothing, nothing.astype(int))


def _begins_with(checks: Checks, known: Checks) -> bool:
    n = len(known)
    return len(checks) >= n and all(
        np.array_equal(getattr(checks, name)[:n], getattr(known, name))
        for name in ("confidence", "is_wrong", "probability")
    )
