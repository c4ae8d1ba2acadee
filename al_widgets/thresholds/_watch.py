"""Whether accepted labels are still as right as they were certified to be."""

from __future__ import annotations

import math

_WORSE = 3.0  # times the error that is allowed: what is looked for
_ODDS = 10.0  # for it, against what is allowed
_ADVANCE = 5.0  # wrong labels that may still be made up for
_DEVIATIONS = 1.0  # of the estimate, to be on the safe side


class Watch:
    """Looks at drawn items that would be accepted, and says when to accept nothing more.

    Two things are watched: the error now, by a cumulative sum (Page, 1954) that compares three
    times the allowed error with the allowed one, and notices a sudden change; and the account, the
    estimated number of wrong labels accepted so far less those that were allowed, each draw
    weighted by the items that were accepted for it unseen. That notices slow changes.

    Parameters
    ----------
    error : float
        The share of wrong ones that is allowed.
    """

    def __init__(self, error: float) -> None:
        worse = min(_WORSE * error, (1 + error) / 2)
        self._error = error
        self._if_wrong = math.log(worse / error)
        self._if_right = math.log((1 - worse) / (1 - error))
        self._against = self._owed = self._variance = 0.0

    def renew(self) -> None:
        """Begin with another certificate; what was accepted before it still counts."""
        self._against = 0.0

    def is_alarmed(self, *, is_wrong: bool, probability: float) -> bool:
        """Take in an item that would be accepted; say whether that is one too many.

        `probability` is that with which it was drawn; where it is 1 nothing was accepted unseen.
        """
        step = self._if_wrong if is_wrong else self._if_right
        self._against = max(0.0, self._against + step)
        unseen = (1 - probability) / probability
        self._owed += (is_wrong - self._error) * unseen
        self._variance += is_wrong * unseen / probability
        if not is_wrong:
            return False
        surely_owed = self._owed + _DEVIATIONS * math.sqrt(self._variance)
        return self._against >= math.log(_ODDS) or (unseen > 0 and surely_owed > _ADVANCE)
