"""The state as a still picture, for nbconvert, GitHub and a notebook reopened with no kernel."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Any

from al_widgets.displays import BudgetDisplay, LearningCurveDisplay

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner


def still_html(learner: ActiveLearner) -> str:
    """Return the learning curve, the budget and what they say, as HTML without a script."""
    curve = LearningCurveDisplay.from_learner(learner)
    budget = BudgetDisplay.from_learner(learner)
    pictures = "".join(
        f'<img width="420" alt="{html.escape(display.summary)}" '
        f'src="data:image/png;base64,{base64.b64encode(display._repr_png_()).decode()}">'
        for display in (curve, budget)
    )
    return (
        f'<div class="al-still">{pictures}'
        f"<p>{html.escape(budget.summary)} {html.escape(curve.summary)}<br>"
        "<em>Run the cell to label on.</em></p></div>"
    )


def with_still(bundle: Any, learner: ActiveLearner) -> Any:
    """Return the widget's own mime bundle with the still picture beside it."""
    if bundle is None:
        return None
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return {**data, "text/html": still_html(learner)}, metadata
