"""SynthesisPanel: what was made of labeled items, what became of it, and whether it helps.

Everything that is drawn is in traits: `_made` (how many, and what became of them), `_bars` (answers
and what was made, a bar a class), `_strip` (the newest items) and `_cards` (how they and their
parents look), `_how` (how more is made, or why not), `_making` (how far that is), `_held` (how many
wait for a person), `_use` (whether models learn from them), `_report` (the last measurement) and
`_busy` (whether one is under way), `_error`. The browser sends::

    {"type": "shown"}, {"type": "hidden"}    somebody looks at a view, or nobody does
    {"type": "make", "n": 20}                make new items
    {"type": "stop"}                         that is enough: use what was learned so far
    {"type": "review"}                       look at those that are held back
    {"type": "measure"}                      train with and without, and compare
    {"type": "use", "on": true}              learn from them, or not

and gets back, for each but the first three, what came of it::

    {"type": "heard", "act": its type, "said": what was done, "wrong": what went wrong}

What is shown is looked up after each change, at most once in `_REST` seconds, and not while nobody
looks. To make some, or to measure, takes as long as it takes, each on a thread of its own.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import traitlets

from al_widgets.displays import LearningCurveDisplay, SynthesisDisplay, fates
from al_widgets.exceptions import AlWidgetsError, InvalidInput
from al_widgets.widgets import _synthesis_view as view
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._beat import Beat
from al_widgets.widgets._message import Message, said_of
from al_widgets.widgets._resting import RestingWorker
from al_widgets.widgets._still import LearnerWidget
from al_widgets.widgets._synthesis_run import NOTHING, Run, in_labeler

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner

_REST = 1.0  # seconds from one look to the next: it takes time from the hand
_BEAT = 1.0  # seconds after which it is looked whether the sampling was replaced
_MOST = 10_000  # items that are made at a time
_MOST_REVIEWED = 20  # items that come back at a time
_ACTS = ("review", "measure", "use")


class SynthesisPanel(LearnerWidget):
    """Shows what was made of labeled items and what it brings, makes more, and turns it off.

    Parameters
    ----------
    learner : ActiveLearner
        Whose items; its ``sampling`` may be replaced at any time. More are made where that is a
        `QuerySynthesis`.
    """

    _esm = script("synthesis.js")
    _css = style(
        *("root.css", "pane.css", "class_bars.css", "synthesis.css", "synthesis_strip.css"),
        "still.css",
    )

    _displays = (SynthesisDisplay, LearningCurveDisplay)

    _made = traitlets.Dict().tag(sync=True)
    _bars = traitlets.Dict().tag(sync=True)
    _strip = traitlets.List(traitlets.Dict()).tag(sync=True)
    _cards = traitlets.Dict().tag(sync=True)
    _how = traitlets.Dict().tag(sync=True)
    _making = traitlets.Dict(NOTHING).tag(sync=True)
    _held = traitlets.Dict().tag(sync=True)
    _use = traitlets.Dict().tag(sync=True)
    _report = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _busy = traitlets.Bool().tag(sync=True)
    _error = traitlets.Unicode().tag(sync=True)

    def __init__(self, learner: ActiveLearner) -> None:
        self._worker = RestingWorker("al_widgets synthesis view", _REST)
        self._acting = ThreadPoolExecutor(len(_ACTS), "al_widgets synthesis act")
        self._run = Run(learner, self._told)
        self._beat = Beat("al_widgets synthesis beat", _BEAT, self._changed)
        self._views = 0
        self._seen: tuple[Any, ...] | None = None
        self._measured: tuple[int, int] | None = None  # answers and items at the last measurement
        super().__init__(learner)
        self._names = [str(value) for value in learner.classes]
        self._show()
        self.on_msg(self._heard)
        learner.subscribe(self._changed)

    # -- to the browser ------------------------------------------------------------------------

    def _changed(self) -> None:
        if self._views and self._needs() != self._seen:
            self._worker.submit(self._look)

    def _needs(self) -> tuple[Any, ...]:
        """Return what all that is shown depends on."""
        with self._learner.log.known() as state:
            return state.position, self._learner.sampling

    def _look(self) -> None:
        """Look at everything anew, and send what changed; say it if that cannot be done."""
        try:
            self._show()
            self._error = ""
        except Exception as error:
            self._error = f"What is shown here cannot be brought up to date. {said_of(error)}"
            raise

    def _show(self) -> None:
        learner, needs = self._learner, self._needs()
        with learner.log.current() as state:
            answers = state.training_labels(made=False)
            made, labels, use = fates(state, answers), dict(state.labels), view.use_of(state)
            waiting = {
                item
                for asked in state.open_queries(learner.annotator)
                for item in state.unanswered(asked)
            }
        display = SynthesisDisplay.of(answers, made, self._names)
        strip = view.strip_of(made, labels)
        cards = view.cards_of(strip, learner.pool, self._cards)
        with self.hold_sync():
            self._made = view.headline(display)
            self._bars = view.bars_of(display)
            if cards.keys() != self._cards.keys():
                self._cards = cards
            self._strip = strip
            self._how = view.how_of(learner.sampling, len(answers))
            self._held, self._use = view.waiting_of(made, waiting), use
            if self._report is not None:
                is_old = self._measured != (len(answers), len(made))
                self._report = {**self._report, "old": is_old}
        self._seen = needs

    def _told(self, far: dict[str, Any]) -> None:
        self._making = far

    # -- from the browser ----------------------------------------------------------------------

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        try:
            self._handle(Message(content))
        except AlWidgetsError as error:
            self._reply("", wrong=str(error))

    def _handle(self, message: Message) -> None:
        match message.type:
            case "shown" | "hidden":
                self._attend(is_shown=message.type == "shown")
            case "make":
                self._make(message.number("n", _MOST + 1))
            case "stop":
                self._run.stop()
            case act if act in _ACTS:
                self._acting.submit(self._act, message)
            case _:
                message.refuse_type()

    def _attend(self, *, is_shown: bool) -> None:
        """Somebody looks, or does so no longer."""
        self._views = max(0, self._views + (1 if is_shown else -1))
        if not self._views:
            self._beat.stop()
            return
        self._beat.start()
        self._worker.submit(self._look, at_once=True)

    def _make(self, n: int) -> None:
        def over(said: str, wrong: str) -> None:
            self._reply("make", said, wrong)
            self._worker.submit(self._look, at_once=True)

        if not self._run.start(n, over):
            self._reply("make", wrong="Items are being made already: wait until these are there.")

    def _act(self, message: Message) -> None:
        """Do what a person asked for, and say what came of it."""
        act = str(message.type)
        try:
            self._reply(act, said=self._done(message))
        except Exception as error:
            self._reply(act, wrong=said_of(error))
            if not isinstance(error, AlWidgetsError):
                raise
        finally:
            self._worker.submit(self._look, at_once=True)

    def _done(self, message: Message) -> str:
        match message.type:
            case "use":
                self._learner.use_synthetic(message.flag("on"))
                return ""
            case "review":
                n = len(self._learner.review_synthetic(_MOST_REVIEWED))
                return in_labeler(n) if n else "Nothing is held back."
            case _:
                self._measure()
                return ""

    def _measure(self) -> None:
        """Train with and without what was made, and show what came of it."""
        learner = self._learner
        if self._busy:
            raise InvalidInput(
                "one measurement goes on at a time", "another one", "Wait until it is there"
            )
        self._busy = True
        try:
            with learner.log.current() as state:
                measured = len(state.training_labels(made=False)), len(state.synthetic)
            found = view.report_of(learner.synthesis_report())
            self._measured, self._report = measured, {**found, "old": False}
        finally:
            self._busy = False

    def _reply(self, act: str, said: str = "", wrong: str = "") -> None:
        self.send({"type": "heard", "act": act, "said": said, "wrong": wrong})
