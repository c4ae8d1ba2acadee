"""The state as a still picture, for nbconvert, GitHub and a notebook reopened with no kernel.

A widget that is displayed leaves two outputs below its cell: itself, and a still picture that is
hidden for as long as the widget lives (by the widget's own style sheet). After each training the
still is drawn again, so what is saved with the notebook is how things stood when it was saved.
"""

from __future__ import annotations

import base64
import html
import uuid
import weakref
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets
from IPython.display import HTML, DisplayHandle, display

from al_widgets.displays import (
    BudgetDisplay,
    CoverageDisplay,
    CoverageMapDisplay,
    LearningCurveDisplay,
    StreamDisplay,
    SynthesisDisplay,
)
from al_widgets.worker import Worker

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner


_links: weakref.WeakKeyDictionary[ActiveLearner, str] = weakref.WeakKeyDictionary()


def still_html(learner: ActiveLearner, kinds: tuple[Any, ...]) -> str:
    """Return displays of the learner and what they say, as HTML without a script."""
    displays = [kind.from_learner(learner) for kind in kinds if _is_there(kind, learner)]
    pictures = "".join(
        f'<img width="420" alt="{html.escape(display.summary)}" '
        f'src="data:image/png;base64,{base64.b64encode(display.png()).decode()}">'
        for display in displays
    )
    said = " ".join(html.escape(display.summary) for display in displays)
    return f'<div class="al-still">{pictures}<p>{said} <em>Run the cell to go on.</em></p></div>'


def _is_there(kind: Any, learner: ActiveLearner) -> bool:
    """Whether there is something to show, and nothing to wait for: a cell should not."""
    if kind is StreamDisplay:
        return learner.stream is not None
    if kind is SynthesisDisplay:
        with learner.log.known() as state:
            return len(state.synthetic) > 0
    if kind in (CoverageDisplay, CoverageMapDisplay):
        return len(learner.pool) > 0 and learner.pool.geometry.is_ready
    return True


class LearnerWidget(anywidget.AnyWidget):
    """A widget of a learner, with a still picture beside it wherever it is displayed.

    Parameters
    ----------
    learner : ActiveLearner
        What it shows.
    **traits
        Passed on to the widget.
    """

    _displays: ClassVar[tuple[Any, ...]] = (LearningCurveDisplay, BudgetDisplay)

    _link = traitlets.Unicode().tag(sync=True)  # by which views of a learner know one another

    def __init__(self, learner: ActiveLearner, **traits: Any) -> None:
        self._learner = learner
        self._still: _Still | None = None
        super().__init__(_link=_links.setdefault(learner, uuid.uuid4().hex), **traits)

    def _ipython_display_(self) -> None:
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        display(data, metadata=metadata, raw=True)
        self._still = _Still(self._learner, self._displays)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": still_html(self._learner, self._displays)}, metadata

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._learner!r}>"


class _Still:
    """The still output of one display."""

    def __init__(self, learner: ActiveLearner, kinds: tuple[Any, ...]) -> None:
        self._learner, self._kinds = learner, kinds
        self._worker = Worker("al_widgets still picture")
        self._of = learner.trained
        self._handle = DisplayHandle()
        self._handle.display(HTML(still_html(learner, kinds)))
        learner.subscribe(self._changed)

    def _changed(self) -> None:
        if self._learner.trained != self._of:
            self._of = self._learner.trained
            self._worker.submit(self.draw)

    def draw(self) -> None:
        """Replace the picture by one of how things stand now."""
        self._handle.update(HTML(still_html(self._learner, self._kinds)))
