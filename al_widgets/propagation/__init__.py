"""Label the rest: from a few hundred answers to a label and a confidence for every item.

What is known of an item is what its neighbors say, what the answers around it say, and what the
model says. `_opinions` asks them, `_mixing` finds out whom to believe by answers that they do not
know, `_propagating` puts it together, and `_student` trains another model on the result.
"""

from __future__ import annotations

from al_widgets.propagation._made import MadeAnswer
from al_widgets.propagation._model import (
    PropagatedModel,
    PropagatingEstimator,
    plain_estimator,
)
from al_widgets.propagation._propagating import Answer, propagate
from al_widgets.propagation._result import (
    PROPAGATED,
    SYNTHETIC,
    Estimate,
    Propagation,
    check_threshold,
)
from al_widgets.propagation._spreading import spread
from al_widgets.propagation._student import Student

__all__ = [
    "PROPAGATED",
    "SYNTHETIC",
    "Answer",
    "Estimate",
    "MadeAnswer",
    "PropagatedModel",
    "PropagatingEstimator",
    "Propagation",
    "Student",
    "check_threshold",
    "plain_estimator",
    "propagate",
    "spread",
]
