"""Workbench: the labeler and what its answers have bought, in one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget

from al_widgets.widgets._assets import script, style
from al_widgets.widgets._still import LearnerWidget
from al_widgets.widgets.charts import BudgetUse, LearningCurve
from al_widgets.widgets.labeler import Labeler

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner


class Workbench(LearnerWidget):
    """The labeler with the learning curve and the budget beside it, or below it where it is narrow.

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
    """

    _esm = script("workbench.js")
    _css = style("workbench.css", "still.css")

    labeler = anywidget.WidgetTrait().tag(sync=True)
    curve = anywidget.WidgetTrait().tag(sync=True)
    budget = anywidget.WidgetTrait().tag(sync=True)

    def __init__(self, learner: ActiveLearner, **options: Any) -> None:
        super().__init__(
            learner,
            labeler=Labeler(learner, **options),
            curve=LearningCurve(learner),
            budget=BudgetUse(learner),
        )
