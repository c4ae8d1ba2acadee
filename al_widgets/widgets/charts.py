"""LearningCurve and BudgetUse: the matplotlib displays, redrawn by themselves.

The browser says how large the place is and whether the page is dark; a worker draws for that, the
newest request first, and sends one SVG. Nothing is drawn for a chart that nobody looks at, and
answers that come fast are drawn together: drawing takes time from the hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from al_widgets.displays import BudgetDisplay, LearningCurveDisplay
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._resting import RestingWorker
from al_widgets.widgets._still import LearnerWidget

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner

_PIXELS_AN_INCH = 96
_SMALLEST = (2.4, 1.6)  # inches
_REST = 0.7  # seconds from one picture to the next


class _Chart(LearnerWidget):
    """A display that is drawn again after each change of its learner."""

    _esm = script("chart.js")
    _css = style("chart.css", "still.css")
    _display: ClassVar[Any]
    _name: ClassVar[str]

    _picture = traitlets.Unicode().tag(sync=True)
    _alt = traitlets.Unicode().tag(sync=True)
    _title = traitlets.Unicode().tag(sync=True)
    _size = traitlets.List(traitlets.Float(), [420.0, 260.0]).tag(sync=True)
    _theme = traitlets.Unicode("light").tag(sync=True)
    _drawn_for = traitlets.Unicode().tag(sync=True)
    _axis = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, learner: ActiveLearner) -> None:
        self._worker = RestingWorker(f"al_widgets {self._name}", _REST)
        self._views = 0
        super().__init__(learner, _title=self._name)
        self.observe(self._draw_now, names=["_size", "_theme"])
        self.on_msg(self._heard)
        learner.subscribe(self._changed)

    def _heard(self, _widget: Any, content: Any, _buffers: Any) -> None:
        match content:
            case {"type": "shown"}:
                self._views += 1
                self._draw_now()
            case {"type": "hidden"}:
                self._views = max(0, self._views - 1)

    def _changed(self) -> None:
        if self._views:
            self._worker.submit(self._draw)

    def _draw_now(self, _change: Any = None) -> None:
        """Draw for another place at once: a picture of the wrong size is worse than none."""
        if self._views:
            self._worker.submit(self._draw, at_once=True)

    def _draw(self) -> None:
        display = self._display.from_learner(self._learner)
        theme = self._theme if self._theme == "dark" else "light"
        width, height = (
            max(least, pixels / _PIXELS_AN_INCH)
            for pixels, least in zip(self._size, _SMALLEST, strict=True)
        )
        picture = display.svg(width, height, theme)
        with self.hold_sync():
            self._picture, self._alt, self._drawn_for = picture, display.summary, theme
            self._axis = self._axis_of(display)

    def _axis_of(self, _display: Any) -> list[float]:
        """Return where numbers of answers stand in the picture; empty if they do not."""
        return []


class LearningCurve(_Chart):
    """The learning curve, redrawn after each training.

    Parameters
    ----------
    learner : ActiveLearner
        Whose curve.
    """

    _display = LearningCurveDisplay
    _name = "Learning curve"

    def _axis_of(self, display: Any) -> list[float]:
        first, last = display.ax_.get_xlim()
        box = display.ax_.get_position()
        return [float(v) for v in (first, last, box.x0, box.x1, 1 - box.y1, 1 - box.y0)]


class BudgetUse(_Chart):
    """What the answers were spent on, and how long the rest will take; redrawn after each answer.

    Parameters
    ----------
    learner : ActiveLearner
        Whose budget.
    """

    _display = BudgetDisplay
    _name = "Budget"
