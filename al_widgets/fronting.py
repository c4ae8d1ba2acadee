"""What is asked in front of what a sampling chose: picked items, an audit, a review."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from al_widgets.events import AUDIT, PICKED, REVIEW, Asked
from al_widgets.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from al_widgets.events import Audited
    from al_widgets.log import Log
    from al_widgets.plan import Plan
    from al_widgets.state import State

_CHECKED = "drawn at random, to check what was propagated"  # not what: nobody is to be led


class Front:
    """Opens queries that come before the others.

    Parameters
    ----------
    log : Log
        Where they are recorded.
    plan : Plan
        Who is asked, and how often.
    """

    def __init__(self, log: Log, plan: Plan) -> None:
        self._log, self._plan, self._annotator = log, plan, plan.annotator

    def pick(self, items: Mapping[str, float], reason: str) -> Query:
        """Open a query about these items at once; it is answered before the others.

        Parameters
        ----------
        items : mapping of str to float
            What is gained by each, in the order of asking; NaN where that is not known.
        reason : str
            Why, in words.

        Returns
        -------
        Query
            Without the items that are answered, and no more than the budget allows; empty, and
            nothing opened, if none is left.
        """
        with self._log.current() as state:
            while True:
                left = self._plan.left(state)
                free = [i for i in items if not state.is_answered(i, self._annotator)][:left]
                if not free:
                    return Query()
                gains = [items[item] for item in free]
                asked = self._in_front(state, PICKED, free, [reason] * len(free), gains)
                if self._log.record(asked, after=state.position):
                    self._log.notify()
                    return Query.from_event(asked)

    def audit(self, draw: Callable[[State], Audited]) -> Query:
        """Open a query about what `draw` makes of the state, and record both or neither."""
        with self._log.current() as state:
            while True:
                audited = draw(state)
                reasons = [_CHECKED] * len(audited.items)
                asked = self._in_front(state, AUDIT, audited.items, reasons)
                if self._log.record(audited, asked, after=state.position):
                    self._log.notify()
                    return Query.from_event(asked)

    def review(self, choose: Callable[[State], Mapping[str, str]]) -> Query:
        """Open a query about answered items, with a reason for each; empty if there is none."""
        with self._log.current() as state:
            while reasons := choose(state):
                asked = self._in_front(state, REVIEW, list(reasons), list(reasons.values()))
                if self._log.record(asked, after=state.position):
                    self._log.notify()
                    return Query.from_event(asked)
        return Query()

    def _in_front(
        self,
        state: State,
        strategy: str,
        items: Sequence[str],
        reasons: Sequence[str],
        gains: Sequence[float] = (),
    ) -> Asked:
        """Return the event that opens a query which comes before what a sampling chose."""
        return Asked(
            annotator=self._annotator,
            round=len(state.rounds(self._annotator)),
            items=tuple(items),
            utilities=known(gains or [math.nan] * len(items)),
            strategy=strategy,
            n_labeled=len(state.training_labels(made=False)),
            reasons=tuple(reasons) if any(reasons) else (),
        )


def known(utilities: Iterable[float]) -> tuple[float | None, ...]:
    """Return gains as the log keeps them: None where they are not known."""
    return tuple(None if math.isnan(utility) else float(utility) for utility in utilities)
