"""RestPanel: after some labels, whether to go on, and the labels of the rest: checked, and taken.

Everything that is drawn is in traits: `_advice`, `_labels` (how many labels of each confidence,
from which a browser knows what any threshold keeps), `_newer` (answers that these do not know yet),
`_missing` (what is needed before there can be any), `_busy`, `_audit` (the newest audit), `_left`
(answers left of the budget), `_suspects`, `_kinds` (of files), `_error`, and `threshold`, which the
browser sets. The browser sends::

    {"type": "shown"}, {"type": "hidden"}          somebody looks at a view, or nobody does
    {"type": "label"}                              label the rest, or bring it up to date
    {"type": "audit", "n": 50}                     check a random sample of the labels
    {"type": "review"}                             look at suspicious answers again
    {"type": "download", "format": "csv", "spread": whether with propagated labels}

and gets back, for each of the last three, what came of it::

    {"type": "heard", "act": its type, "said": what was done, "wrong": what went wrong}

and before that, for a download, the file as one buffer::

    {"type": "file", "name": ..., "mime": ...}

All of it is computed on workers. What is shown is looked up after each change, at most once in
`_REST` seconds, and not while nobody looks. Once there are labels of the rest, newer answers bring
them up to date by themselves if that took less than `_CHEAP` seconds the last time.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import traitlets

from al_widgets.exceptions import AlWidgetsError
from al_widgets.widgets import _rest_view as view
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._downloads import offered
from al_widgets.widgets._message import Message, said_of
from al_widgets.widgets._rest_acts import ACTS, MOST_REVIEWED, RestActs
from al_widgets.widgets._resting import RestingWorker
from al_widgets.widgets._still import LearnerWidget

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner

_REST = 1.5  # seconds from one look to the next: it takes time from the hand
_CHEAP = 1.0  # seconds that may be spent unasked
_MOST_LISTED = 6  # answers to look at again
_LABELING = "labeling the rest"


class RestPanel(LearnerWidget):
    """Shows whether to go on, and labels the rest: with a confidence, checked, and as a file.

    Parameters
    ----------
    learner : ActiveLearner
        Whose labels.

    Attributes
    ----------
    threshold : float
        From 0 to 1; propagated labels of less confidence are withheld, in what is checked and in
        what is taken away. A slider sets it.
    """

    _esm = script("rest.js")
    _css = style(
        "root.css", "pane.css", "class_bars.css", "rest.css", "rest_parts.css", "still.css"
    )

    threshold = traitlets.Float(0.0, min=0.0, max=1.0).tag(sync=True)
    _advice = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _labels = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _newer = traitlets.Int().tag(sync=True)
    _missing = traitlets.Unicode().tag(sync=True)
    _busy = traitlets.Unicode().tag(sync=True)
    _audit = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _left = traitlets.Int().tag(sync=True)
    _suspects = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _kinds = traitlets.List(traitlets.Dict()).tag(sync=True)
    _error = traitlets.Unicode().tag(sync=True)

    def __init__(self, learner: ActiveLearner) -> None:
        self._worker = RestingWorker("al_widgets rest", _REST)
        self._acting = ThreadPoolExecutor(1, "al_widgets act")
        self._acts = RestActs(learner)
        self._views = 0
        self._wanted = False  # whether somebody asked for labels, and did not get them yet
        self._seen: tuple[Any, ...] | None = None
        self._known: dict[str, str] = {}  # the answers that `_labels` are of
        self._suspected: list[Any] = []
        self._seconds = 0.0
        super().__init__(learner, _kinds=offered())
        self._names = {value: str(value) for value in learner.classes}
        self.on_msg(self._heard)
        learner.subscribe(self._changed)
        learner.pool.geometry.prepare(self._changed)

    # -- to the browser ------------------------------------------------------------------------

    def _changed(self) -> None:
        if self._views and self._needs() != self._seen:
            self._worker.submit(self._look)

    def _needs(self) -> tuple[Any, ...]:
        """Return what all that is shown depends on."""
        with self._learner.log.known() as state:
            position = state.position
        learner = self._learner
        return position, learner.newest_model, learner.propagated, learner.pool.geometry.is_ready

    def _look(self) -> None:
        """Look at everything anew, and send what changed; say it if that cannot be done."""
        needs = self._needs()
        if needs == self._seen and not self._wanted:
            return
        try:
            self._show()
            if self._is_due():
                self._label()
                self._show()
            self._seen, self._error = needs, ""
        except Exception as error:
            self._error = f"What is shown here cannot be brought up to date. {said_of(error)}"
            raise
        finally:
            self._wanted, self._busy = False, ""

    def _is_due(self) -> bool:
        """Whether labels are wanted now, were made in code, or are brought up to date unasked."""
        if self._missing:
            return False
        if self._labels is None:
            return self._wanted or self._learner.propagated is not None
        return self._wanted or bool(self._newer and self._seconds < _CHEAP)

    def _label(self) -> None:
        """Label the rest."""
        self._busy = _LABELING
        started = time.monotonic()
        try:
            propagation = self._learner.propagate()
            self._suspected = list(self._learner.suspicious().itertuples())
            self._known = view.answers_in(propagation)
            self._labels = view.labels_of(propagation)
        finally:
            self._seconds = time.monotonic() - started

    def _show(self) -> None:
        """Send what a look finds, without labeling anything."""
        learner, pool = self._learner, self._learner.pool
        advice = view.advice_of(learner.advice())
        audits = learner.audits
        with learner.log.current() as state:
            labels = {i: k for i, k in state.labels.items() if i not in state.synthetic}
            waiting = {
                item
                for asked in state.open_queries(learner.annotator)
                for item in state.unanswered(asked)
            }
            reviewing = sum(state.is_under_review(item, learner.annotator) for item in waiting)
            again = view.reviewable(self._suspected, state, self._names, learner.annotator)
        audit: Any = None
        if audits:
            awaited = [item for item in audits[-1].items if item in waiting]
            audit = view.audit_of(audits[-1], awaited)
        listed = view.with_cards(again[:_MOST_LISTED], pool)
        with self.hold_sync():
            self._advice, self._audit, self._left = advice, audit, learner.budget.remaining
            self._missing = view.missing(labels)
            if self._labels is not None:
                self._newer = view.n_newer(labels, self._known)
                self._suspects = {
                    "n": len(again),
                    "most": MOST_REVIEWED,
                    "answers": len(labels),
                    "reviewing": reviewing,
                    "rows": listed,
                }

    # -- from the browser ----------------------------------------------------------------------

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        try:
            self._handle(Message(content))
        except AlWidgetsError as error:
            self._reply("", wrong=str(error))

    def _handle(self, message: Message) -> None:
        match message.type:
            case "shown":
                self._views += 1
                self._worker.submit(self._look, at_once=True)
            case "hidden":
                self._views = max(0, self._views - 1)
            case "label":
                self._wanted, self._busy = True, _LABELING
                self._worker.submit(self._look, at_once=True)
            case act if act in ACTS:
                self._acting.submit(self._act, message)
            case _:
                message.refuse_type()

    def _act(self, message: Message) -> None:
        """Do what a person asked for, and say what came of it."""
        try:
            said, file, data = self._acts.do(message, self.threshold)
            if file:
                self.send({"type": "file", **file}, buffers=data)
            self._reply(str(message.type), said=said)
        except Exception as error:
            self._reply(str(message.type), wrong=said_of(error))
            if not isinstance(error, AlWidgetsError):
                raise

    def _reply(self, act: str, said: str = "", wrong: str = "") -> None:
        self.send({"type": "heard", "act": act, "said": said, "wrong": wrong})
