"""Workbench: the labeler, what its answers have bought, and what they miss, in one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from al_widgets.displays import BudgetDisplay, CoverageDisplay, LearningCurveDisplay
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._still import LearnerWidget
from al_widgets.widgets.charts import BudgetUse, LearningCurve
from al_widgets.widgets.coverage import CoveragePanel
from al_widgets.widgets.labeler import Labeler

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner


class Workbench(LearnerWidget):
    """The labeler with the curve and the budget, or the coverage, beside it; below where narrow.

    Running its cell again goes on exactly where it stopped.

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
    """

    _esm = script("workbench.js")
    _css = style("workbench.css", "still.css")
    _displays = (LearningCurveDisplay, BudgetDisplay, CoverageDisplay)

    labeler = anywidget.WidgetTrait().tag(sync=True)
    curve = anywidget.WidgetTrait().tag(sync=True)
    budget = anywidget.WidgetTrait().tag(sync=True)
    coverage = anywidget.WidgetTrait().tag(sync=True)
    _tab = traitlets.Unicode("progress").tag(sync=True)

    def __init__(self, learner: ActiveLearner, **options: Any) -> None:
        super().__init__(
            learner,
            labeler=Labeler(learner, **options),
            curve=LearningCurve(learner),
            budget=BudgetUse(learner),
            coverage=CoveragePanel(learner),
        )
