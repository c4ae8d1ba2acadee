"""Workbench: the labeler, the stream, what answers bought and miss, and the rest, in one cell.

What can be shown follows the learner: `_streams` says whether its items come from a stream now,
`_synthesizes` whether it makes items, or has made some, and `_given` whether its pool had items
from the beginning. Without those there is no coverage, no map and no rest to tell of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from al_widgets.displays import (
    BudgetDisplay,
    CoverageDisplay,
    CoverageMapDisplay,
    LearningCurveDisplay,
    StreamDisplay,
    SynthesisDisplay,
)
from al_widgets.sampling import QuerySynthesis
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._beat import Beat
from al_widgets.widgets._flowing import stream_of
from al_widgets.widgets._still import LearnerWidget
from al_widgets.widgets.charts import BudgetUse, LearningCurve
from al_widgets.widgets.coverage import CoveragePanel
from al_widgets.widgets.labeler import Labeler
from al_widgets.widgets.pool_map import PoolMap
from al_widgets.widgets.rest import RestPanel
from al_widgets.widgets.stream import StreamPanel
from al_widgets.widgets.synthesis import SynthesisPanel

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner


_BEAT = 1.0  # seconds from one look at the sampling to the next


class Workbench(LearnerWidget):
    """The labeler, and beside it the stream, the map, curve and budget, the coverage, or the rest.

    On a wide screen the map has a column of its own, or the stream where the pool began empty; on a
    narrow one all of it stands below. The tabs of the stream and of what is synthesized come and go
    with the learner's ``sampling``. To run the cell again goes on exactly where it stopped.

    Parameters
    ----------
    learner : ActiveLearner
        Whom to work with.
    **options
        Passed on to :class:`Labeler`: ``keys``, ``prompt``.

    Attributes
    ----------
    labeler : Labeler
    curve : LearningCurve
    budget : BudgetUse
    coverage : CoveragePanel
    map : PoolMap
    rest : RestPanel
    stream : StreamPanel
    synthesis : SynthesisPanel
    """

    _esm = script("workbench.js")
    _css = style("workbench.css", "still.css")
    _displays = (
        StreamDisplay,
        SynthesisDisplay,
        LearningCurveDisplay,
        BudgetDisplay,
        CoverageDisplay,
        CoverageMapDisplay,
    )

    labeler = anywidget.WidgetTrait().tag(sync=True)
    curve = anywidget.WidgetTrait().tag(sync=True)
    budget = anywidget.WidgetTrait().tag(sync=True)
    coverage = anywidget.WidgetTrait().tag(sync=True)
    map = anywidget.WidgetTrait().tag(sync=True)
    rest = anywidget.WidgetTrait().tag(sync=True)
    stream = anywidget.WidgetTrait().tag(sync=True)
    synthesis = anywidget.WidgetTrait().tag(sync=True)
    _streams = traitlets.Bool().tag(sync=True)
    _synthesizes = traitlets.Bool().tag(sync=True)
    _given = traitlets.Bool(True).tag(sync=True)
    _tab = traitlets.Unicode("progress").tag(sync=True)

    def __init__(self, learner: ActiveLearner, **options: Any) -> None:
        super().__init__(
            learner,
            labeler=Labeler(learner, **options),
            curve=LearningCurve(learner),
            budget=BudgetUse(learner),
            coverage=CoveragePanel(learner),
            map=PoolMap(learner),
            rest=RestPanel(learner),
            stream=StreamPanel(learner),
            synthesis=SynthesisPanel(learner),
            _given=learner.pool.n_given > 0,
        )
        self._look_at_sampling()
        self._beat = Beat("al_widgets workbench", _BEAT, self._look_at_sampling)
        self._beat.start()

    def _look_at_sampling(self) -> None:
        """See whether items come from a stream now: the sampling may be replaced at any time."""
        streams = stream_of(self._learner) is not None
        with self._learner.log.known() as state:
            has_made = len(state.synthetic) > 0
        makes = isinstance(self._learner.sampling, QuerySynthesis)
        self._offer("stream", "_streams", is_there=streams, comes=streams)
        self._offer("synthesis", "_synthesizes", is_there=makes or has_made, comes=makes)

    def _offer(self, tab: str, name: str, *, is_there: bool, comes: bool) -> None:
        """Have a tab, or no longer; turn to one that `comes`."""
        if is_there == getattr(self, name):
            return
        with self.hold_sync():
            setattr(self, name, is_there)
            if comes:
                self._tab = tab
