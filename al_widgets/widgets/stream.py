"""StreamPanel: a stream as it flows, what was decided and why, and what moves it.

Everything that is drawn is in traits: `_flow` (whether there is a stream, and how fast it may be),
`_status` (how it stands, in words), `_counts`, `_strip` (the last items, without how they look),
`_cards` (how those look that came since the last time), `_course` (float32, four numbers a point),
`_line` (the threshold, and what another one would have asked), `_budget`, `_quality`, `_error`. The
browser sends::

    {"type": "shown"}, {"type": "hidden"}    somebody looks at a view, or nobody does
    {"type": "play"}, {"type": "pause"}, {"type": "step", "n": 1}
    {"type": "speed", "speed": 10}           items a second; 0 is as fast as it can
    {"type": "threshold", "value": 0.8}      fixed from now on
    {"type": "back"}                         the adaptive one again
    {"type": "ask", "number": 4011}          of an item that was accepted or passed over
    {"type": "retry"}                        the stream failed, and may do so no longer

and gets back ``{"type": "heard", "wrong": what went wrong}``. A callback returns at once: the
stream is let flow by a `Flow`, and looked at by a worker, at most eight times a second.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

import traitlets

from al_widgets.displays import LearningCurveDisplay, StreamDisplay
from al_widgets.exceptions import AlWidgetsError, BudgetExhausted, InvalidInput
from al_widgets.stream_report import report
from al_widgets.widgets import _stream_course as course
from al_widgets.widgets import _stream_view as view
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._beat import Beat
from al_widgets.widgets._flowing import flow_of, stream_of
from al_widgets.widgets._message import Message, said_of
from al_widgets.widgets._resting import RestingWorker
from al_widgets.widgets._standing import n_open, standing_of, stream_in
from al_widgets.widgets._still import LearnerWidget

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner
    from al_widgets.sampling import StreamBasedSampling
    from al_widgets.state import State

_REST = 1 / 8  # seconds from one picture to the next
_BEAT = 0.5  # seconds after which what time changes is looked at
_TURN = 0.5  # seconds that a strip stands of which nothing is left in the next one
_PACE_OVER = 3.0  # seconds over which items a second are counted


class StreamPanel(LearnerWidget):
    """Shows a stream as it flows: what was decided, why, and how good that is.

    The threshold is a line that can be dragged, with a preview of what it would have asked. To show
    the panel lets the stream flow, as a Labeler does, unless it is paused.

    Parameters
    ----------
    learner : ActiveLearner
        Whose stream; its ``sampling`` may be replaced at any time.
    """

    _esm = script("stream.js")
    _css = style("root.css", "stream.css", "stream_strip.css", "stream_parts.css", "still.css")

    _displays = (StreamDisplay, LearningCurveDisplay)

    _flow = traitlets.Dict().tag(sync=True)
    _status = traitlets.Dict().tag(sync=True)
    _counts = traitlets.Dict().tag(sync=True)
    _strip = traitlets.List(traitlets.Dict()).tag(sync=True)
    _cards: Any = traitlets.Dict({"cards": []}).tag(sync=True)
    _course = traitlets.Bytes(b"").tag(sync=True)
    _line = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _budget = traitlets.Dict().tag(sync=True)
    _quality = traitlets.Dict().tag(sync=True)
    _error = traitlets.Unicode().tag(sync=True)

    def __init__(self, learner: ActiveLearner) -> None:
        self._worker = RestingWorker("al_widgets stream", _REST)
        self._beat = Beat("al_widgets stream beat", _BEAT, self._changed)
        self._views, self._total = 0, learner.budget.total
        self._marks: deque[tuple[float, int]] = deque()  # moments, and the positions then
        self._sent: set[int] = set()  # numbers of the items whose cards the browser has
        self._turned = 0.0
        self._adaptive: Any = None  # the threshold that was dragged away from
        super().__init__(learner)
        self._take(self._found(stream_of(learner)))
        self.on_msg(self._heard)
        learner.subscribe(self._changed)
        flow_of(learner).subscribe(self._changed)

    # -- to the browser ------------------------------------------------------------------------

    def _changed(self) -> None:
        if self._views:
            self._worker.submit(self._look)

    def _look(self) -> None:
        """Look at everything anew, and send what changed; say it if that cannot be done."""
        try:
            sampling = stream_of(self._learner)
            if sampling is not None:
                flow_of(self._learner).keep()
            self._take(self._found(sampling))
            if sampling is not None:
                self._show_last(sampling)
            self._error = ""
        except Exception as error:
            self._error = f"What is shown here cannot be brought up to date. {said_of(error)}"
            raise

    def _take(self, traits: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    def _found(self, sampling: StreamBasedSampling | None) -> dict[str, Any]:
        """Return all that is shown but the last items."""
        learner, line, total = self._learner, None, self._total
        with learner.log.known() as state:
            stream = stream_in(state, learner)
            opened, spent = n_open(state, stream, learner.annotator), state.spent.total()
            found = report(state, stream) if stream.position else None
            points = course.course_of(stream.points, max(0, total - spent - opened))
            budget = course.budget_of(total, spent, opened, stream.points)
            counts = view.counts_of(stream, self._rate(stream.position))
            if sampling is not None:
                line = course.line_of(stream, sampling.threshold, self._adaptive)
        standing = standing_of(learner, time.monotonic() - self._marks[-1][0])
        is_drawing = sampling is not None and sampling.probability != 0
        return {
            "_flow": _flow_of(sampling),
            "_counts": counts,
            "_status": view.status_of(standing),
            "_course": points.tobytes(),
            "_line": line,
            "_budget": budget,
            "_quality": course.quality_of(found, is_drawing=is_drawing),
        }

    def _rate(self, position: int) -> float | None:
        """Return items a second of late; remember where the stream is now."""
        now = time.monotonic()
        if not self._marks or position < self._marks[-1][1]:
            self._marks.clear()
        if not self._marks or self._marks[-1][1] != position:
            self._marks.append((now, position))
        while len(self._marks) > 2 and self._marks[1][0] < now - _PACE_OVER:
            self._marks.popleft()
        return view.rate_of([*self._marks, (now, position)])

    def _show_last(self, sampling: StreamBasedSampling) -> None:
        """Send the last items, and how those look that the browser does not have."""
        seen, now = list(sampling.seen), time.monotonic()
        numbers = {each.number for each in seen}
        if self._strip and numbers.isdisjoint(each["number"] for each in self._strip):
            if now - self._turned < _TURN:
                self._worker.submit(self._look)
                return
            self._turned = now
        learner = self._learner
        with learner.log.known() as state:
            answers = _answers(state, [each.item for each in seen], learner.annotator)
            queries = state.open_queries(learner.annotator)
            opened = {item for query in queries for item in state.unanswered(query)}
        new = [each for each in seen if each.number not in self._sent]
        cards = [view.card_of_seen(each) for each in new]
        self._sent = numbers
        with self.hold_sync():
            self._strip = view.strip_of(seen, answers, opened)
            if cards:
                self._cards = {"cards": cards}

    # -- from the browser ----------------------------------------------------------------------

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        try:
            message = Message(content)
            if message.type in ("shown", "hidden"):
                self._attend(is_shown=message.type == "shown")
                return
            self._handle(message)
            wrong = ""
        except AlWidgetsError as error:
            wrong = str(error)
        self._worker.submit(self._look, at_once=True)
        self.send({"type": "heard", "wrong": wrong})

    def _attend(self, *, is_shown: bool) -> None:
        """Somebody looks, or does so no longer."""
        self._views = max(0, self._views + (1 if is_shown else -1))
        if not self._views:
            self._beat.stop()
            return
        if is_shown:
            self._sent = set()  # a new view has no cards
        self._beat.start()
        self._worker.submit(self._look, at_once=True)

    def _handle(self, message: Message) -> None:
        sampling = stream_of(self._learner)
        if sampling is None:
            return
        match message.type:
            case "play":
                sampling.play(sampling.speed)
            case "pause":
                sampling.pause()
            case "step":
                sampling.step(message.number("n", 1_000_001))
            case "speed":
                self._set_speed(sampling, message.share("speed", 1e9) or None)
            case "threshold" | "back":
                self._set_threshold(sampling, message)
            case "ask":
                self._ask(sampling, message.number("number", 1 << 53))
            case "retry":
                flow_of(self._learner).want()
            case _:
                message.refuse_type()
        self._learner.log.notify()  # others show what it does, too

    def _ask(self, sampling: StreamBasedSampling, number: int) -> None:
        """Have a person asked about an item that passed a moment ago, in front of the others."""
        item = next((each.item for each in list(sampling.seen) if each.number == number), None)
        if item is None:
            raise InvalidInput(
                "only the last items of a stream can still be asked about",
                f"item {number}",
                "Choose a newer one; pause the stream to have time",
            )
        if not self._learner.ask([item], "you asked for it"):
            raise BudgetExhausted(
                "to be asked about an item takes an answer that is left, and an item without one",
                f"{item}, {self._learner.budget.remaining} answers left",
                "Make the learner with a larger budget= on the same store to go on",
            )

    def _set_speed(self, sampling: StreamBasedSampling, speed: float | None) -> None:
        if sampling.is_paused:
            sampling.speed = speed
        else:
            sampling.play(speed)

    def _set_threshold(self, sampling: StreamBasedSampling, message: Message) -> None:
        """Fix the threshold, or let it adapt again."""
        before = sampling.threshold
        if message.type == "threshold":
            sampling.threshold = message.share("value")
            if course.adapts(before):
                self._adaptive = before
        elif self._adaptive is not None:
            sampling.threshold, self._adaptive = self._adaptive, None


def _flow_of(sampling: StreamBasedSampling | None) -> dict[str, Any]:
    if sampling is None:
        return {"on": False, "paused": False, "ended": False, "speed": 0}
    return {
        "on": True,
        "paused": sampling.is_paused,
        "ended": sampling.is_ended,
        "speed": sampling.speed or 0,
    }


def _answers(state: State, items: list[str], annotator: str) -> dict[str, str | None]:
    """Return the labels of those items that were answered; None where they were skipped."""
    return {
        item: state.labels.get(item)
        for item in items
        if item in state.labels or state.answer(item, annotator) is not None
    }
