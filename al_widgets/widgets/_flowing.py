"""Lets a stream flow for whoever watches it: one thread a learner seeks the next queries.

A stream flows only while somebody wants the next query. Labeler and StreamPanel want it both; if
each sought it by itself, one would wait for the other. So they ask a `Flow`, never wait, and are
told when something changed.
"""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import AlWidgetsError
from al_widgets.query import Query
from al_widgets.sampling import StreamBasedSampling
from al_widgets.streaming import is_due
from al_widgets.widgets._message import said_of
from al_widgets.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.learner import ActiveLearner

_IN_VAIN = 0.5  # seconds: who waited longer, and got nothing, waited for a silent stream
_REST = 0.2  # seconds from one attempt at a silent stream to the next

_flows: weakref.WeakKeyDictionary[ActiveLearner, Flow] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def flow_of(learner: ActiveLearner) -> Flow:
    """Return the flow of a learner, the same one for all its widgets."""
    with _making:
        flow = _flows.get(learner)
        if flow is None:
            flow = _flows[learner] = Flow(learner)
        return flow


def stream_of(learner: ActiveLearner) -> StreamBasedSampling | None:
    """Return where queries come from, if that is a stream."""
    sampling = learner.sampling
    return sampling if isinstance(sampling, StreamBasedSampling) else None


class Flow:
    """Seeks the open query of a learner and the one after it, as often as that makes sense.

    Parameters
    ----------
    learner : ActiveLearner
        Whose stream; it may be replaced at any time.

    Attributes
    ----------
    is_sought : bool
        Whether the stream flows now, or would if an item came.
    failure : str
        Why it does not; empty if it does.
    key : str or None
        What the stream is called in the log; None before it was looked at.
    """

    def __init__(self, learner: ActiveLearner) -> None:
        self._learner = weakref.ref(learner)
        self._worker = Worker("al_widgets stream flow")
        self._listeners: list[weakref.WeakMethod[Callable[[], None]]] = []
        self._of: StreamBasedSampling | None = None  # what the attributes below are of
        self._is_wanted = False
        self.is_sought, self.failure = False, ""
        self.key: str | None = None
        learner.subscribe(self._changed)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener`, a bound method, when it begins, rests or fails."""
        self._listeners.append(weakref.WeakMethod(listener))

    def want(self) -> None:
        """From now on the next queries are wanted; try again if the stream failed."""
        self._is_wanted, self.failure = True, ""
        self._worker.submit(self._seek)

    def keep(self) -> None:
        """From now on the next queries are wanted; a stream that failed is not tried again."""
        self._is_wanted = True
        self._changed()

    def _changed(self) -> None:
        if self._is_wanted and not (self.failure and self._is_same()):
            self._worker.submit(self._seek)

    def _is_same(self) -> bool:
        learner = self._learner()
        return learner is not None and learner.sampling is self._of

    def _seek(self) -> None:
        """Seek until there is nothing to seek."""
        try:
            while self._seek_once():
                time.sleep(_REST)
        except Exception as error:
            self.failure = said_of(error)
            if not isinstance(error, AlWidgetsError):
                raise
        finally:
            self._turn(is_sought=False)

    def _seek_once(self) -> bool:
        """Seek the next queries; return whether to go on, because the stream is silent."""
        learner = self._learner()
        sampling = stream_of(learner) if learner else None
        if learner is None or sampling is None:
            return False
        if sampling is not self._of:
            self._of, self.key, self.failure = sampling, None, ""
        if self._rests(learner, sampling):
            return False
        self._turn(is_sought=True)
        started = time.monotonic()
        if self.key is None:
            self.key = sampling.key  # it may wait for the first item
        query = learner.query()
        is_complete = bool(query) and bool(learner.look_ahead())
        waited = time.monotonic() - started > _IN_VAIN
        return waited and not is_complete and sampling.is_flowing

    def _rests(self, learner: ActiveLearner, sampling: StreamBasedSampling) -> bool:
        """Whether enough is asked, or no item may pass and none waits to be asked about."""
        total = learner.budget.total
        with learner.log.known() as state:
            stream = state.streams.get(self.key or state.newest_stream)
            opened = state.open_queries(learner.annotator)
            asked = {item for event in opened for item in state.unanswered(event)}
            is_spent = state.spent.total() + len(asked) >= total
            if is_spent or len(opened) > 1 or not is_due(state, learner.annotator):
                return True
            return not sampling.is_flowing and not (stream and stream.waiting)

    def _turn(self, *, is_sought: bool) -> None:
        if self.is_sought == is_sought:
            return
        self.is_sought = is_sought
        self._tell()

    def _tell(self) -> None:
        for reference in list(self._listeners):
            if (listener := reference()) is None:
                self._listeners.remove(reference)
            else:
                listener()


def open_pages(learner: ActiveLearner) -> tuple[Query, Query]:
    """Return the open query and the one after it as they are; nothing is waited for."""
    total = learner.budget.total
    with learner.log.known() as state:
        is_spent = state.spent.total() >= total
        asked: list[Any] = state.open_queries(learner.annotator, free=is_spent)[:2]
        queries = [Query.from_event(event) for event in asked]
    first, second, *_ = [*queries, Query(), Query()]
    return first, second
