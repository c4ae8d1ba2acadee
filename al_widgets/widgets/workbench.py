"""Workbench: the labeler, what its answers bought, what they miss, and the rest, in one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from al_widgets.displays import (
    BudgetDisplay,
    CoverageDisplay,
    CoverageMapDisplay,
    LearningCurveDisplay,
)
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._still import LearnerWidget
from al_widgets.widgets.charts import BudgetUse, LearningCurve
from al_widgets.widgets.coverage import CoveragePanel
from al_widgets.widgets.labeler import Labeler
from al_widgets.widgets.pool_map import PoolMap
from al_widgets.widgets.rest import RestPanel

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner


class Workbench(LearnerWidget):
    """The labeler, and beside it the map, the curve and the budget, the coverage, or the rest.

    On a wide screen the map has a column of its own; on a narrow one all of it stands below. To run
    the cell again goes on exactly where it stopped.

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
    """

    _esm = script("workbench.js")
    _css = style("workbench.css", "still.css")
    _displays = (LearningCurveDisplay, BudgetDisplay, CoverageDisplay, CoverageMapDisplay)

    labeler = anywidget.WidgetTrait().tag(sync=True)
    curve = anywidget.WidgetTrait().tag(sync=True)
    budget = anywidget.WidgetTrait().tag(sync=True)
    coverage = anywidget.WidgetTrait().tag(sync=True)
    map = anywidget.WidgetTrait().tag(sync=True)
    rest = anywidget.WidgetTrait().tag(sync=True)
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
        )
