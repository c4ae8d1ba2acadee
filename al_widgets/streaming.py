"""How a stream flows through a learner: what is decided is recorded at once, and never drafted.

Deciding and asking know little of one another. What is to be asked about waits, in the log, until
a query has room for it; the stream flows until enough of it waits.
"""

from __future__ import annotations

import time
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from al_widgets.events import STREAM, Asked
from al_widgets.exceptions import StreamFailed, StreamItemInvalid
from al_widgets.query import Query
from al_widgets.sampling import Situation
from al_widgets.thresholds import Checks

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.context import Context
    from al_widgets.log import Log
    from al_widgets.plan import Plan
    from al_widgets.sampling import StreamBasedSampling
    from al_widgets.state import State
    from al_widgets.streams import Stream, Waiting

_SILENCE = 1.0  # seconds without an item after which nobody waits any longer
_LATE = 0.2  # the share of a query that is left when the stream flows on for the next
_A_CLASS = 2  # answers before which nothing is accepted, where nobody says how many
_AT_MOST = 0.2  # of the budget


class Streaming:
    """Lets a stream flow until there is a query of what it asks about.

    Parameters
    ----------
    log : Log
        Where it is recorded.
    plan : Plan
        Who is asked, and how often.
    context : callable
        Gives what is known in a state.
    """

    def __init__(self, log: Log, plan: Plan, context: Callable[[State], Context]) -> None:
        self._log, self._plan, self._context = log, plan, context

    def next(self, sampling: StreamBasedSampling) -> Query:
        """Open the next query; wait for the stream to fill it.

        Returns
        -------
        Query
            Smaller than a batch if the stream ended, was paused, or gave nothing for a second; and
            after a second where it has a speed and nothing else is open.
            Empty if nothing waits then, or nothing may be asked.

        Raises
        ------
        StreamFailed, StreamItemInvalid
            If the stream failed, once all that came before was decided about and asked.
        """
        key = sampling.key
        begun = heard = time.monotonic()
        failure: StreamFailed | StreamItemInvalid | None = None
        while True:
            with self._log.current() as state:
                stream, wanted = state.streams[key], self._plan.batch(state)
                # where items come at a speed somebody watches, and does not wait for a full query
                has_time = sampling.speed is None or state.open_query(self._plan.annotator)
                since = heard if has_time or not stream.waiting else begun
                is_silent = time.monotonic() - since > _SILENCE
                is_over = failure or is_silent or not sampling.is_flowing
                if not wanted or (is_over and not stream.waiting):
                    if failure:
                        raise failure
                    return Query()
                if is_over or wanted <= len(stream.waiting):
                    asked = self._asked(state, stream.waiting[:wanted])
                    if self._log.record(asked, after=state.position):
                        self._log.notify()
                        return Query.from_event(asked)
                    continue
                about = self._situation(state, sampling, key, wanted)
            try:
                if self._flow(sampling, stream, about):
                    heard = time.monotonic()
            except (StreamFailed, StreamItemInvalid) as error:
                failure = error

    def is_due(self, state: State) -> bool:
        """Whether the stream is to flow on."""
        return is_due(state, self._plan.annotator)

    def _flow(self, sampling: StreamBasedSampling, stream: Stream, about: Situation) -> bool:
        """Let some items pass; return whether any came."""
        start = stream.position
        decision = sampling.decide(stream, about)
        if decision is None:
            return False
        is_recorded = False
        try:
            with self._log.current() as state:
                while not is_recorded and state.streams[about.stream].position == start:
                    is_recorded = self._log.record(*decision.events, after=state.position)
        finally:
            if is_recorded:
                sampling.let_go(decision.streamed)
                self._log.notify()
            else:  # the store failed, or somebody else decided about these items meanwhile
                sampling.forget()
        return True

    def _situation(
        self, state: State, sampling: StreamBasedSampling, key: str, wanted: int
    ) -> Situation:
        stream, plan, context = state.streams[key], self._plan, self._context(state)
        waiting = [each.item for each in stream.waiting]
        warm_up = sampling.warm_up
        if warm_up is None:
            warm_up = min(_A_CLASS * len(context.classes), int(_AT_MOST * plan.total))
        sampling.learn(stream, _checks(state, stream))
        probability = sampling.probability  # now that the threshold knows what there is to know
        if probability is None:
            probability = plan.share * (stream.n_asked + 1) / (stream.position + 1)
        return Situation(
            context=context,
            annotator=plan.annotator,
            stream=key,
            prefix=stream.prefix or _new_prefix(state, context),
            left=max(0, plan.left(state) - plan.to_come(state) - len(waiting)),
            most=wanted - len(waiting),
            probability=min(1.0, probability),
            is_warm=len(state.labels) >= warm_up,
            unavailable=state.unavailable().union(waiting),
            window=sampling.window,
            strategy=sampling.strategy,
        )

    def _asked(self, state: State, waiting: list[Waiting]) -> Asked:
        return Asked(
            annotator=self._plan.annotator,
            round=len(state.rounds(self._plan.annotator)),
            items=tuple(each.item for each in waiting),
            utilities=tuple(None if each.is_drawn else 1 - each.confidence for each in waiting),
            strategy=STREAM,
            n_labeled=len(state.training_labels(made=False)),
            reasons=tuple(map(_reason, waiting)),
        )


def is_due(state: State, annotator: str) -> bool:
    """Whether so little of the open query is left that the stream is to flow on for the next."""
    opened = state.open_query(annotator)
    return opened is None or len(state.unanswered(opened)) <= ceil(_LATE * len(opened.items))


def _reason(waiting: Waiting) -> str:
    if waiting.is_drawn:  # not how sure the model is: nobody is to be led
        return "drawn at random, to measure how often the model is right"
    if waiting.confidence == 0:
        return "no model yet"
    shares = (100 * waiting.confidence, 100 * waiting.threshold)
    digits = next((n for n in range(4) if round(shares[0], n) < round(shares[1], n)), 0)
    sure, below = (f"{share:.{digits}f} %" for share in shares)
    return f"the model is {sure} sure, and asks below {below}"


def _checks(state: State, stream: Stream) -> Checks:
    """Return what the answers to drawn items say."""
    known = [draw for draw in stream.draws if draw.item in state.labels]
    return Checks(
        confidence=np.array([draw.confidence for draw in known]),
        is_wrong=np.array([state.labels[draw.item] != draw.label for draw in known], dtype=bool),
        probability=np.array([draw.probability for draw in known]),
        number=np.array([draw.number for draw in known], dtype=int),
    )


def _new_prefix(state: State, context: Context) -> str:
    """Return what the ids of a stream begin with, so that they are nobody else's."""
    used, n = {stream.prefix for stream in state.streams.values()}, 1
    while True:
        prefix = "s" if n == 1 else f"s{n}-"
        if prefix not in used and not any(item.startswith(prefix) for item in context.pool.ids):
            return prefix
        n += 1
