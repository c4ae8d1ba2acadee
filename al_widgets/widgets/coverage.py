"""CoveragePanel: which variations of which class the labels represent, and a click to ask for more.

Everything that is drawn is in traits: `_bars` (a bar a class), `_gaps` (the largest variations
without a label, with examples), `_progress` (how far the groups of near neighbors are computed,
the first time), `_error`. The browser sends::

    {"type": "shown"}, {"type": "hidden"}          somebody looks at a view, or nobody does
    {"type": "ask", "gaps": ["3/17", ...]}         names of gaps, as they stand in the traits

and gets back, for each "ask", what came of it::

    {"type": "heard", "said": what was done, "wrong": what went wrong}

It is measured on a worker after each answer and each training, at most once in `_REST` seconds, and
not while nobody looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from al_widgets.displays import CoverageDisplay
from al_widgets.exceptions import AlWidgetsError
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._coverage_view import bars
from al_widgets.widgets._gaps import (
    MOST_ASKED,
    ask_about,
    gaps_by_key,
    groups_asked_for,
    listed,
)
from al_widgets.widgets._message import Message
from al_widgets.widgets._resting import RestingWorker
from al_widgets.widgets._still import LearnerWidget

if TYPE_CHECKING:
    from al_widgets.coverage import Gap
    from al_widgets.learner import ActiveLearner

_REST = 1.5  # seconds from one measurement to the next: it takes time from the hand
_MOST_LISTED, _EXAMPLES = 6, 4  # gaps in the list, and cards of each


class CoveragePanel(LearnerWidget):
    """Shows which variations no label represents; a click puts some of their items in front.

    They come first in every :class:`Labeler` of the learner.

    Parameters
    ----------
    learner : ActiveLearner
        Whose labels.
    """

    _esm = script("coverage.js")
    _css = style("root.css", "coverage.css", "gap_list.css", "still.css")
    _displays = (CoverageDisplay,)

    _bars = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _gaps = traitlets.List(traitlets.Dict()).tag(sync=True)
    _progress = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _error = traitlets.Unicode().tag(sync=True)
    _asks = traitlets.Int().tag(sync=True)

    def __init__(self, learner: ActiveLearner) -> None:
        self._worker = RestingWorker("al_widgets coverage", _REST)
        self._views = 0
        self._known: dict[str, Gap] = {}
        self._measured: tuple[Any, ...] | None = None
        super().__init__(learner, _asks=min(learner.batch_size, MOST_ASKED))
        self.on_msg(self._heard)
        learner.subscribe(self._changed)
        learner.pool.geometry.prepare(self._progressed)

    # -- to the browser ------------------------------------------------------------------------

    def _changed(self) -> None:
        if self._views and self._needs() != self._measured:
            self._worker.submit(self._measure)

    def _progressed(self) -> None:
        """Say how far the groups of near neighbors are; a measurement may be waiting for them."""
        if self._bars is None:
            progress = self._learner.pool.geometry.progress
            self._progress = {"words": progress.step, "share": round(progress.share, 2)}

    def _needs(self) -> tuple[Any, ...]:
        """Return what a measurement depends on."""
        with self._learner.log.known() as state:
            return state.position, self._learner.newest_model

    def _measure(self) -> None:
        """Measure, and send what changed; say it if that cannot be done."""
        needs = self._needs()
        if needs == self._measured:
            return
        try:
            self._show(needs)
        except Exception as error:
            self._error = f"The coverage cannot be measured. {type(error).__name__}: {error}"
            raise

    def _show(self, needs: tuple[Any, ...]) -> None:
        coverage = self._learner.coverage()
        asked = groups_asked_for(self._learner)
        self._known = gaps_by_key(coverage)
        pool = self._learner.pool
        gaps = listed(self._known, asked, pool, most=_MOST_LISTED, examples=_EXAMPLES)
        first, self._measured = self._measured is None, needs
        with self.hold_sync():
            self._bars, self._gaps = bars(coverage, asked), gaps
            self._error = ""
        if first and self._still is not None:
            self._still.draw()

    # -- from the browser ----------------------------------------------------------------------

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        said = wrong = ""
        try:
            said = self._handle(Message(content))
        except AlWidgetsError as error:
            wrong = str(error)
        if said or wrong:
            self.send({"type": "heard", "said": said, "wrong": wrong})

    def _handle(self, message: Message) -> str:
        match message.type:
            case "shown":
                self._views += 1
                self._worker.submit(self._measure, at_once=True)
            case "hidden":
                self._views = max(0, self._views - 1)
            case "ask":
                return ask_about(self._learner, self._known, message.texts("gaps"))
            case _:
                message.refuse_type()
        return ""
