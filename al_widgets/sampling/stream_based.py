"""Stream-based selective sampling: ask below the threshold, accept above it."""

from __future__ import annotations

import copy
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.events import STREAM
from al_widgets.exceptions import InvalidInput
from al_widgets.sampling._deciding import decide
from al_widgets.sampling._seen import seen
from al_widgets.sampling._source import Source, together
from al_widgets.strategies import UncertaintyHerding, as_strategy
from al_widgets.thresholds import Drift, as_threshold

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.events import Streamed
    from al_widgets.query import Query
    from al_widgets.sampling._deciding import Decision, Situation
    from al_widgets.sampling._seen import Seen
    from al_widgets.sampling._source import Taken
    from al_widgets.streams import Stream
    from al_widgets.thresholds import Checks, Threshold

SEEN = 24
"""Items that passed last which are kept to be looked at."""

_FEWEST, _MOST = 32, 16_384  # items that are looked at together
_PATIENCE = 0.1  # seconds that a slow stream is waited for before what came is decided about
_BEAT = 0.1  # seconds of items that pass together where there is a speed, at most


class StreamBasedSampling:
    """Decide about items one after another: ask about them, or accept the model's label.

    Items of which the model is less sure than the threshold are asked about (Cohn, Atlas and
    Ladner, 1994); the others get its label and are not kept: only their ids, labels and confidences
    go to the log. What was decided stays decided. A stream goes on where it stopped, also in a new
    session.

    Some items are drawn at random, whatever the model says of them, and asked about too: they tell
    how often it is right, and how many of the accepted labels are wrong.

    Parameters
    ----------
    stream : iterable, DataFrame, async iterator or queue
        Gives ``(features, content)`` or ``(features, content, id)``; or rows of features alone; or
        DataFrames, each row an item. An item whose id is one of the pool's is that item of the
        pool. Others become new items of the pool when they are asked about.
    threshold : float or Threshold
        From 0 to 1; or one that adapts, see `al_widgets.thresholds`.
    audit : float, optional
        The probability with which each item is drawn at random, from 0 to 1. When None, what the
        threshold wants; or else that share of the answers goes to drawn items which the learner's
        ``validation`` says.
    window : int
        When more than 1, so many items are decided about together. Of those that the model is not
        sure enough of, at most a batch is asked about, by `strategy`, and the others are passed
        over: neither asked about nor accepted. So the answers stand for all that flows, and last
        longer: with ``window = length * batch_size / budget`` through a stream of that length.
    strategy : Strategy, optional
        Chooses in a window, as if its items and the answered ones were a pool;
        ``UncertaintyHerding()`` when None.
    drift : bool
        Whether to watch for a model that becomes less sure, or wrong more often, and to ask more
        for a while when it does; see `al_widgets.thresholds.Drift`.
    warm_up : int, optional
        Answers before which nothing is accepted. When None, two a class, and at most a fifth of
        the budget.
    features, content, ids : optional
        For DataFrames: the columns that the model sees (the numbers among them when None), or a
        function of a frame that gives a matrix; the columns that a person sees (the row when None);
        and the column that has the ids.
    name : str, optional
        Names the stream in the log. When None it is known by its first item.
    invalid : "raise" or "pass"
        What to do with an item that is no row of finite numbers of the right length.

    Attributes
    ----------
    threshold : Threshold
        May be replaced at any time.
    speed : float or None
        Items a second at most; as fast as it can when None.
    is_paused : bool
    seen : deque of Seen
        The last items that passed, for whoever watches.

    Examples
    --------
    >>> from al_widgets import ActiveLearner, SimulatedOracle, datasets
    >>> pool, y = datasets.load_digits()
    >>> stream = ((pool.features[i], pool.content[i], pool.ids[i]) for i in range(len(pool)))
    >>> learner = ActiveLearner(pool, range(10), sampling=StreamBasedSampling(stream, 0.8))
    >>> learner.teach(SimulatedOracle(y), n=60)
    >>> learner.budget.spent
    60
    """

    def __init__(
        self,
        stream: Any,
        threshold: Any = 0.8,
        *,
        audit: float | None = None,
        window: int = 1,
        strategy: Any = None,
        drift: bool = True,
        warm_up: int | None = None,
        features: Any = None,
        content: Any = None,
        ids: str | None = None,
        name: str | None = None,
        invalid: str = "raise",
    ) -> None:
        self.threshold = threshold
        if audit is not None and not 0 <= audit <= 1:
            raise InvalidInput("audit is a probability", repr(audit), "Pass audit=0.05")
        if warm_up is not None and warm_up < 0:
            raise InvalidInput("warm_up cannot be negative", repr(warm_up), "Pass warm_up=20")
        if isinstance(window, bool) or not isinstance(window, int) or window < 1:
            raise InvalidInput("window is a number of items", repr(window), "Pass window=500")
        self.audit, self.warm_up, self.window = audit, warm_up, window
        self.strategy = as_strategy(UncertaintyHerding() if strategy is None else strategy)
        self._drift = Drift() if drift else None
        self._source = Source(
            stream, features=features, content=content, ids=ids, name=name, invalid=invalid
        )
        self._buffer: Taken | None = None
        self._looked_at = 0
        self._chunk = _FEWEST if window == 1 else window
        self.seen: deque[Seen] = deque(maxlen=SEEN)
        self._flow = threading.Condition()
        self.speed: float | None = None
        self.is_paused = False
        self._steps = 0
        self._due = 0.0  # when the next item may pass, where there is a speed
        self._pace: float | None = None  # the speed at which items were taken last

    @property
    def threshold(self) -> Threshold:
        """Below which confidence an item is asked about."""
        return self._threshold

    @threshold.setter
    def threshold(self, threshold: Any) -> None:
        self._threshold, self._begun = copy.deepcopy(as_threshold(threshold)), False

    # -- how it flows --------------------------------------------------------------------------

    def play(self, speed: float | None = None) -> None:
        """Let the stream flow.

        Parameters
        ----------
        speed : float, optional
            Items a second at most; as fast as it can when None.
        """
        if speed is not None and not speed > 0:
            raise InvalidInput("speed is in items a second", repr(speed), "Pass speed=10")
        with self._flow:
            self.speed, self.is_paused, self._steps = speed, False, 0
            self._due = min(self._due, time.monotonic())  # not after the wait of a slower speed
            self._flow.notify_all()

    def pause(self) -> None:
        """Let no more items pass; what waits to be asked about is still asked about."""
        with self._flow:
            self.is_paused, self._steps = True, 0
            self._flow.notify_all()

    def step(self, n: int = 1) -> None:
        """Let `n` more items pass, or the window that they are in, and pause."""
        with self._flow:
            self.is_paused, self._steps = True, self._steps + n
            self._flow.notify_all()

    @property
    def is_flowing(self) -> bool:
        """Whether another item may pass."""
        return not self.is_ended and (not self.is_paused or self._steps > 0)

    @property
    def is_ended(self) -> bool:
        """Whether the stream has no more items."""
        return self._buffer is None and self._source.ended

    # -- how it decides ------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """What the stream is called in the log; its first item is looked at for that."""
        return self._source.key

    @property
    def probability(self) -> float | None:
        """With which each item is drawn; None where the learner's share of validation says so."""
        return self._threshold.share if self.audit is None else self.audit

    def next(self, context: Context, batch_size: int) -> Query:
        """Return the items of the pool of which the model is least sure.

        That is for a selection which a person wants asked about; a learner lets the stream itself
        be decided about by `decide`.
        """
        batch_size = max(0, min(batch_size, len(context.candidates)))
        if context.model is None or batch_size == 0:
            return context.query(context.candidates[:batch_size], np.zeros(batch_size), STREAM)
        proba = np.concatenate(list(context.proba_chunks(context.candidates)))
        doubt = 1 - proba.max(axis=1)
        best = np.argsort(-doubt, kind="stable")[:batch_size]
        return context.query(context.candidates[best], doubt[best], STREAM)

    def learn(self, before: Stream, checks: Checks) -> None:
        """Take up the log where it is, and what is known of drawn items; `decide` comes after."""
        if not self._begun:
            self._threshold.restore(before.memory.get("threshold", {}))
            if self._drift is not None:
                self._drift.restore(before.memory.get("drift", {}))
            self._begun = True
        self._threshold.learn(checks)
        if self._drift is not None:
            self._drift.learn(checks)

    def decide(self, before: Stream, about: Situation) -> Decision | None:
        """Decide about the next items, up to the last one that there is room to ask about.

        Parameters
        ----------
        before : Stream
            What was decided so far.
        about : Situation
            What is known of everything else.

        Returns
        -------
        Decision or None
            To be recorded before anything else is decided; None if no item came.

        Raises
        ------
        StreamFailed, StreamItemInvalid
            After all that came before was decided about.
        """
        taken = self._take(before.position, about.context.pool.n_features)
        if taken is None:
            return None
        return decide(taken, self._threshold, self._drift, about)

    def let_go(self, event: Streamed) -> None:
        """Let pass what was decided about: it is recorded."""
        if self._buffer is None:
            return
        taken = self._buffer[: event.n]
        self.seen.extend(seen(taken, event, SEEN))
        if self.window == 1:  # as many as it takes, it seems, to find what there is room for
            is_short = event.n == self._looked_at
            self._chunk = min(_MOST, 2 * self._chunk) if is_short else max(_FEWEST, 2 * event.n)
        self._buffer = self._buffer[event.n :] if event.n < len(self._buffer) else None
        with self._flow:
            self._steps = max(0, self._steps - event.n)
            if self.speed is not None and self._pace is not None:
                # what was taken in a rush, before there was a speed, holds nothing up
                self._due = max(self._due, time.monotonic() - _BEAT) + event.n / self.speed

    def forget(self) -> None:
        """Take back what was decided last: it was not recorded."""
        self._begun = False

    def _take(self, position: int, n_features: int | None) -> Taken | None:
        """Return some items from number `position` on, as many as may pass now; None if none."""
        source, buffer = self._source, self._buffer
        if buffer is not None and buffer.start != position:  # somebody else decided about them
            after = position - buffer.start
            buffer = buffer[after:] if 0 < after < len(buffer) else None
        if buffer is None:
            if source.n_features is None:
                source.n_features = n_features
            if source.position < position:
                source.skip(position)
        most = self._room()
        wanted = most if buffer is None else self.window - len(buffer)
        if most and wanted > 0:
            came = source.take(wanted, _PATIENCE)
            if len(came):
                buffer = came if buffer is None else together([buffer, came])
        self._buffer = buffer
        if buffer is None or not most or (len(buffer) < self.window and not source.ended):
            return None
        self._looked_at = min(most, len(buffer))
        return buffer[:most]

    def _room(self) -> int:
        """Return how many items may pass now, a window at least; wait for the moment of the next.

        0 if none may.
        """
        with self._flow:
            if not self.is_paused and self.speed is not None:
                self._flow.wait(max(0.0, self._due - time.monotonic()))
            room, self._pace = self._chunk, self.speed
            if self.is_paused:
                room = min(room, self._steps)
            elif self.speed is not None:
                late = min(time.monotonic() - self._due, _BEAT)
                room = min(room, 1 + int(late * self.speed)) if late >= 0 else 0
        return max(room, self.window) if room else 0
