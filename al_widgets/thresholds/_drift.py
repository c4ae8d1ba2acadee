"""Tells when a stream is no longer what it was, and asks more for a while.

A sampling owns a `Drift`. It calls `see` with every stretch that was decided about, and `learn`
with the answers to drawn items, before the next one. Both say whether something moved; `alarm` is
the newest of what they found. `caution` is 1 at an alarm and falls to one half with every 1,000
items that are seen. While it lasts `share` raises the probability with which items are drawn, and
`lowered` takes confidences down, so that any threshold asks about more; with none of it both return
what they are given.

What is kept does not grow with the stream, and `state` and `restore` are exact.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from al_widgets.thresholds._base import Checks

_CHUNK = 250  # items of which the mean is taken
_WINDOWS = (1, 4, 16)  # chunks that are compared with all before them
_FEWEST = 12  # chunks before them
_FAR = 4.5  # standard deviations; more while few chunks are known
_FEWEST_CHECKS = 30
_TIMES, _MORE = 3.0, 0.05  # an error that is looked for: so many times what it was, and this
_ODDS = 300.0  # for it, from which on there is an alarm
_CALM = 1_000  # items in which caution halves
_OVER = 7  # times that, and it is over
_CAREFUL_SHARE = 0.25  # of the items are drawn at full caution


@dataclass(frozen=True, slots=True)
class Alarm:
    """What moved.

    Attributes
    ----------
    number : int
        Of the item at which it was noticed.
    what : str
        "confidence" or "error".
    before, after : float
        From what to what, from 0 to 1.
    """

    number: int
    what: str
    before: float
    after: float

    @property
    def sentence(self) -> str:
        """The same in words."""
        name = "mean confidence" if self.what == "confidence" else "error among drawn items"
        verb = "fell" if self.after < self.before else "rose"
        moved = f"{verb} from {self.before:.1%} to {self.after:.1%}"
        return f"Around item {self.number:,} the {name} {moved}."


class Drift:
    """Notices when the model becomes less sure, or is wrong more often.

    The confidence is that of all items, whether they were accepted or not: a threshold that moves
    must not look like a change. The means of the newest 250, 1,000 and 4,000 items are compared
    with all before them since the last change, in standard deviations of such means (two windows,
    as ADWIN compares; Bifet and Gavaldà, SDM 2007). A model that becomes surer is no alarm, as it
    is to learn; the comparison begins anew.

    The error is that of drawn items. A cumulative sum (Page, 1954) compares three times the share
    of wrong ones so far, and 5 %, with that share.

    Examples
    --------
    >>> drift = Drift()
    >>> rng = np.random.default_rng(0)
    >>> drift.see(rng.uniform(0.8, 1.0, 10_000), start=0)
    False
    >>> drift.see(rng.uniform(0.6, 1.0, 1_000), start=10_000)
    True
    >>> drift.alarm.number, drift.share(0.02) > 0.02
    (10250, True)
    """

    def __init__(self) -> None:
        self.alarm: Alarm | None = None
        self._open: list[float] = []  # confidences of a chunk that is not full
        self._means: list[float] = []  # of the newest chunks
        self._old: tuple[int, float, float] = (0, 0.0, 0.0)  # the others: how many, mean, squares
        self._n_known = 0  # checks that were taken in
        self._checked: tuple[int, int] = (0, 0)  # since the last change, and how many were wrong
        self._newest: tuple[int, int] = (0, 0)  # the same, since something speaks for a change
        self._against = 0.0
        self._since: int | None = None  # items since the last alarm

    # -- what moved ----------------------------------------------------------------------------

    def see(self, confidence: np.ndarray, start: int) -> bool:
        """Take in items in a row, the first of number `start`; return whether something moved.

        Parameters
        ----------
        confidence : ndarray of shape (n,)
            Of the model in its labels, from 0 to 1.
        start : int
            Number of the first in the stream.
        """
        done, moved = 0, False
        if self._since is not None:
            self._since += len(confidence)
        while done < len(confidence):
            part = confidence[done : done + _CHUNK - len(self._open)].tolist()
            self._open += part
            done += len(part)
            if len(self._open) == _CHUNK:
                mean, self._open = math.fsum(self._open) / _CHUNK, []
                if self._compare(mean, start + done):
                    moved = True
                    self._since = len(confidence) - done
        return moved

    def _compare(self, mean: float, number: int) -> bool:
        """Take in a chunk; return whether the newest ones are lower than those before."""
        self._means.append(mean)
        for window in _WINDOWS:
            n = self._old[0] + len(self._means) - window
            if n < _FEWEST:
                continue
            before, spread = self._before(window)
            after = math.fsum(self._means[-window:]) / window
            error = math.sqrt(1 / window + 1 / n) * max(spread, 1e-9)
            if abs(after - before) > (_FAR + 20 / n) * error:
                self._old, self._means = (0, 0.0, 0.0), []
                if after < before:
                    self.alarm = Alarm(number, "confidence", before, after)
                    return True
                break
        if len(self._means) > _WINDOWS[-1]:
            n, center, squares = self._old
            off = self._means[0] - center
            center += off / (n + 1)
            self._old = (n + 1, center, squares + off * (self._means.pop(0) - center))
        return False

    def _before(self, window: int) -> tuple[float, float]:
        """Return mean and standard deviation of the chunks before the newest ones."""
        n, center, squares = self._old
        some = np.array(self._means[: len(self._means) - window])
        if len(some):
            off = float(some.mean()) - center
            squares += float(((some - some.mean()) ** 2).sum())
            squares += off * off * n * len(some) / (n + len(some))
            center += off * len(some) / (n + len(some))
            n += len(some)
        return center, math.sqrt(squares / (n - 1))

    def learn(self, checks: Checks) -> bool:
        """Take in the answers to all drawn items so far; return whether the error moved."""
        moved = False
        for is_wrong, number in zip(
            checks.is_wrong[self._n_known :].tolist(),
            checks.number[self._n_known :].tolist(),
            strict=True,
        ):
            moved |= self._check(is_wrong=is_wrong, number=number)
        self._n_known = len(checks)
        return moved

    def _check(self, *, is_wrong: bool, number: int) -> bool:
        n, n_wrong = self._checked
        usual = (n_wrong + 0.5) / (n + 1)
        worse = min(_TIMES * usual + _MORE, (1 + usual) / 2)
        step = math.log(worse / usual) if is_wrong else math.log((1 - worse) / (1 - usual))
        if n >= _FEWEST_CHECKS:
            self._against += step
            since, wrong = self._newest
            self._newest = (since + 1, wrong + is_wrong)
            if self._against <= 0:
                self._against, self._newest = 0.0, (0, 0)
        self._checked = (n + 1, n_wrong + is_wrong)
        if self._against < math.log(_ODDS):
            return False
        since, wrong = self._newest
        before = (n_wrong + is_wrong - wrong) / max(1, n + 1 - since)
        self.alarm, self._since = Alarm(number, "error", before, wrong / since), 0
        self._checked, self._newest, self._against = (0, 0), (0, 0), 0.0
        return True

    # -- what to do ----------------------------------------------------------------------------

    @property
    def caution(self) -> float:
        """How careful to be: 1 at an alarm, and half as much with every 1,000 items."""
        if self._since is None or self._since > _OVER * _CALM:
            return 0.0
        return float(0.5 ** (self._since / _CALM))

    def share(self, share: float) -> float:
        """Return a raised probability to be drawn: up to a quarter."""
        return max(share, self.caution * _CAREFUL_SHARE)

    def lowered(self, confidence: np.ndarray) -> np.ndarray:
        """Return lowered confidences: doubts are up to twice as large."""
        if not self.caution:
            return confidence
        return np.asarray(np.maximum(0, 1 - (1 - confidence) * (1 + self.caution)))

    # -- what is kept --------------------------------------------------------------------------

    @property
    def state(self) -> dict[str, Any]:
        """All that changes, as it can stand in JSON."""
        return {
            "open": list(self._open),
            "means": list(self._means),
            "old": list(self._old),
            "known": self._n_known,
            "checked": list(self._checked),
            "newest": list(self._newest),
            "against": self._against,
            "since": self._since,
            "alarm": asdict(self.alarm) if self.alarm else None,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another one was when its `state` was read; begin anew with an empty one."""
        self.__init__()  # type: ignore[misc]
        if not state:
            return
        self._open, self._means = list(state["open"]), list(state["means"])
        n, center, squares = state["old"]
        self._old = (n, center, squares)
        self._n_known = state["known"]
        (n, n_wrong), (since, wrong) = state["checked"], state["newest"]
        self._checked, self._newest = (n, n_wrong), (since, wrong)
        self._against, self._since = state["against"], state["since"]
        self.alarm = Alarm(**state["alarm"]) if state["alarm"] else None

    def __repr__(self) -> str:
        return f"<Drift: {self.alarm.sentence if self.alarm else 'nothing moved'}>"
