"""The only room that knows a browser exists."""

from __future__ import annotations

from al_widgets.widgets.charts import BudgetUse, LearningCurve
from al_widgets.widgets.coverage import CoveragePanel
from al_widgets.widgets.labeler import Labeler
from al_widgets.widgets.pool_map import PoolMap
from al_widgets.widgets.rest import RestPanel
from al_widgets.widgets.stream import StreamPanel
from al_widgets.widgets.synthesis import SynthesisPanel
from al_widgets.widgets.workbench import Workbench

__all__ = [
    "BudgetUse",
    "CoveragePanel",
    "Labeler",
    "LearningCurve",
    "PoolMap",
    "RestPanel",
    "StreamPanel",
    "SynthesisPanel",
    "Workbench",
]
