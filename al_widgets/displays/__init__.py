"""Matplotlib pictures of a learner, in the form of scikit-learn's displays.

`from_learner` computes and keeps the numbers, `plot(ax=None)` draws them and returns the display
with ``ax_`` and ``figure_``. Nothing here touches pyplot, so a picture can be drawn on any thread.
"""

from __future__ import annotations

from al_widgets.displays._base import MOST_BARS, THEMES, Display, Theme
from al_widgets.displays._budget import BudgetDisplay
from al_widgets.displays._coverage import CoverageDisplay, in_words, said_of
from al_widgets.displays._coverage_map import CoverageMapDisplay
from al_widgets.displays._curve import LearningCurveDisplay
from al_widgets.displays._palette import class_colors
from al_widgets.displays._stream import StreamDisplay
from al_widgets.displays._synthesis import FATES, Fate, SynthesisDisplay, fates

__all__ = [
    "FATES",
    "MOST_BARS",
    "THEMES",
    "BudgetDisplay",
    "CoverageDisplay",
    "CoverageMapDisplay",
    "Display",
    "Fate",
    "LearningCurveDisplay",
    "StreamDisplay",
    "SynthesisDisplay",
    "Theme",
    "class_colors",
    "fates",
    "in_words",
    "said_of",
]
