"""Interactive labeling with active learning, in a Jupyter notebook.

    import al_widgets as al

    pool = al.Pool(X, content=images)
    learner = al.ActiveLearner(pool, classes=["cat", "dog"], budget=200, store="labels.sqlite")
    al.Workbench(learner)

The public names resolve when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from al_widgets import datasets, exceptions, strategies, synthesizers, thresholds
    from al_widgets.auditing import Audit
    from al_widgets.displays import (
        BudgetDisplay,
        CoverageDisplay,
        CoverageMapDisplay,
        LearningCurveDisplay,
        StreamDisplay,
        SynthesisDisplay,
    )
    from al_widgets.incremental import FromRiver
    from al_widgets.learner import ActiveLearner
    from al_widgets.oracle import SimulatedOracle
    from al_widgets.pool import Pool
    from al_widgets.query import Query
    from al_widgets.race_result import RaceResult
    from al_widgets.racing import race
    from al_widgets.sampling import PoolBasedSampling, QuerySynthesis, StreamBasedSampling
    from al_widgets.stopping import Advice
    from al_widgets.store import LabelStore
    from al_widgets.stream_report import StreamReport
    from al_widgets.synthesis_report import SynthesisReport
    from al_widgets.widgets import (
        BudgetUse,
        CoveragePanel,
        Labeler,
        LearningCurve,
        PoolMap,
        RestPanel,
        StreamPanel,
        SynthesisPanel,
        Workbench,
    )

__version__ = "0.1.0"

_HOMES = {
    "ActiveLearner": "learner",
    "Advice": "stopping",
    "Audit": "auditing",
    "BudgetDisplay": "displays",
    "BudgetUse": "widgets",
    "CoverageDisplay": "displays",
    "CoverageMapDisplay": "displays",
    "CoveragePanel": "widgets",
    "FromRiver": "incremental",
    "LabelStore": "store",
    "Labeler": "widgets",
    "LearningCurve": "widgets",
    "LearningCurveDisplay": "displays",
    "Pool": "pool",
    "PoolBasedSampling": "sampling",
    "PoolMap": "widgets",
    "Query": "query",
    "QuerySynthesis": "sampling",
    "RaceResult": "race_result",
    "RestPanel": "widgets",
    "SimulatedOracle": "oracle",
    "StreamBasedSampling": "sampling",
    "StreamDisplay": "displays",
    "StreamPanel": "widgets",
    "StreamReport": "stream_report",
    "SynthesisDisplay": "displays",
    "SynthesisPanel": "widgets",
    "SynthesisReport": "synthesis_report",
    "Workbench": "widgets",
    "datasets": None,
    "exceptions": None,
    "race": "racing",
    "strategies": None,
    "synthesizers": None,
    "thresholds": None,
}

__all__ = [
    "ActiveLearner",
    "Advice",
    "Audit",
    "BudgetDisplay",
    "BudgetUse",
    "CoverageDisplay",
    "CoverageMapDisplay",
    "CoveragePanel",
    "FromRiver",
    "LabelStore",
    "Labeler",
    "LearningCurve",
    "LearningCurveDisplay",
    "Pool",
    "PoolBasedSampling",
    "PoolMap",
    "Query",
    "QuerySynthesis",
    "RaceResult",
    "RestPanel",
    "SimulatedOracle",
    "StreamBasedSampling",
    "StreamDisplay",
    "StreamPanel",
    "StreamReport",
    "SynthesisDisplay",
    "SynthesisPanel",
    "SynthesisReport",
    "Workbench",
    "datasets",
    "exceptions",
    "race",
    "strategies",
    "synthesizers",
    "thresholds",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    home = _HOMES[name]
    if home is None:
        value: object = import_module(f"{__name__}.{name}")
    else:
        value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
