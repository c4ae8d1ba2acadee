"""PoolMap: the pool as a picture to work in. Point, lasso, label.

How kernel and browser talk. What is drawn is in traits: `_points` (where the items are: bytes, sent
once for the principal plane and once for UMAP), `_layout` (how far UMAP is, and why there is none),
`_coloring` (a byte an item, and what the colors mean), `_marks` (labels in the order of answering,
and the open query), `_regions` (the variations with their outlines, and when each got its first
label, so that the browser can replay the work), `_gaps` (those without a label, as a list),
`_preview` (what is in the selection). The browser sends::

    {"type": "shown"}, {"type": "hidden"}                  somebody looks at a view, or nobody does
    {"type": "card", "position": 17}                       the pointer is over an item
    {"type": "select", "serial": ...}, and a bit an item   a selection was made
    {"type": "select_hole", "serial": ..., "hole": "3/17"}      the items of a region are wanted
    {"type": "ask_hole", "gaps": ["3/17", ...]}            ask about what no label represents
    {"type": "ask_item", "position": 17}                   ask about one item
    {"type": "ask", "serial": ..., "id": ...}              ask about the selection
    {"type": "label", "serial": ..., "label": ..., "id": ...}   label all of the selection
    {"type": "undo", "target": ..., "id": ...}             take that back

and gets ``{"type": "card", ...}`` with the picture's bytes; ``{"type": "selected", "serial": ...}``
with a bit an item, for a region; or, for each act, when it is durable::

    {"type": "heard", "act": its id, "said": what was done, "wrong": what went wrong,
     "undo": id of the event that undo would take back}

Predictions, colors and outlines are computed on a worker after each answer and each training, at
most once in `_REST` seconds, and not while nobody looks. Acts are done one after the other on a
thread of their own: to choose among a hundred thousand items takes longer than a callback may.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from al_widgets.coloring import MODES, color
from al_widgets.context import predict_proba
from al_widgets.displays import CoverageMapDisplay
from al_widgets.events import Labeled
from al_widgets.exceptions import AlWidgetsError, InvalidInput
from al_widgets.survey import Survey, cell_of, regions, survey
from al_widgets.widgets import _map_view as view
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._gaps import (
    ask_about,
    gaps_by_key,
    groups_asked_for,
    listed,
    said_of_asking,
)
from al_widgets.widgets._message import Message
from al_widgets.widgets._resting import RestingWorker
from al_widgets.widgets._small import small
from al_widgets.widgets._still import LearnerWidget
from al_widgets.worker import Worker

if TYPE_CHECKING:
    from al_widgets.coverage import Gap
    from al_widgets.geometry import Layout
    from al_widgets.learner import ActiveLearner

_REST = 1.2  # seconds from one survey to the next: it takes time from the hand
_MARKED = 0.15  # and from one look at the labels to the next
_MOST_LISTED, _EXAMPLES = 24, 2  # holes in the list, and cards of each
_MOST_ASKED = 50  # items of a selection that are asked about at a time


class PoolMap(LearnerWidget):
    """Shows all items of a pool on a plane: which variations have labels, and where the holes are.

    Drag to move, turn the wheel to zoom; with Shift, or the lasso, draw around items to select
    them, then have them asked about, or label all of them at once. A double click puts an item into
    every :class:`Labeler` of the learner. The principal plane is there at once; it turns into a
    UMAP as soon as that is computed.

    Parameters
    ----------
    learner : ActiveLearner
        Whose pool and labels.
    by : {"class", "coverage", "uncertainty", "variation", "order", "annotator", "validation"}
        What the colors show.

    Attributes
    ----------
    by : str
        As given; assign another at any time.

    Raises
    ------
    InvalidInput
        If `by` is none of these.
    """

    _esm = script("pool_map.js")
    _css = style("pool_map.css", "gap_list.css", "item.css", "still.css")
    _displays = (CoverageMapDisplay,)

    by = traitlets.Unicode("class").tag(sync=True)
    _info = traitlets.Dict().tag(sync=True)
    _points = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _layout = traitlets.Dict().tag(sync=True)
    _coloring = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _marks = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _regions = traitlets.List(traitlets.Dict()).tag(sync=True)
    _gaps = traitlets.List(traitlets.Dict()).tag(sync=True)
    _preview = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    _error = traitlets.Unicode().tag(sync=True)

    def __init__(self, learner: ActiveLearner, *, by: str = "class") -> None:
        self._worker = RestingWorker("al_widgets map", _REST)
        self._marking = RestingWorker("al_widgets labels on the map", _MARKED)
        self._selecting, self._hovering = Worker("al_widgets selection"), Worker("al_widgets card")
        self._acting = ThreadPoolExecutor(1, "al_widgets act")
        self._views = 0
        self._survey: Survey | None = None
        self._laid: Layout | None = None
        self._plane: view.Plane | None = None
        self._drawn: tuple[Any, ...] | None = None
        self._known: dict[str, Gap] = {}
        self._selected: tuple[str, np.ndarray] = ("", np.empty(0, dtype=int))
        self._seen: tuple[str, ...] = ()
        self._lock = threading.Lock()
        super().__init__(learner, by=by, _info=self._describe(learner))
        self.observe(self._recolor, names=["by"])
        self.on_msg(self._heard)
        learner.subscribe(self._changed)

    @traitlets.validate("by")
    def _check_by(self, proposal: Any) -> str:
        by: str = proposal["value"]
        if by not in MODES:
            raise InvalidInput("by is a way to color", repr(by), f"Choose one of {list(MODES)}")
        return by

    # -- to the browser ------------------------------------------------------------------------

    def _describe(self, learner: ActiveLearner) -> dict[str, Any]:
        return {
            "n": len(learner.pool),
            "classes": [str(value) for value in learner.classes],
            "modes": [[by, title] for by, title in view.TITLES.items()],
            "asks": min(learner.batch_size, 6),
            "most": _MOST_ASKED,
            "sample": view.SAMPLE,
        }

    def _changed(self) -> None:
        if self._views:
            self._marking.submit(self._mark)
            self._worker.submit(self._draw)

    def _recolor(self, _change: Any) -> None:
        self._worker.submit(self._draw, at_once=True)

    def _progressed(self) -> None:
        """Say how far the map is; a new one is drawn at once."""
        geometry = self._learner.pool.geometry
        self._say_progress()
        moved = self._laid is not None and geometry.layout is not self._laid
        grouped = geometry.is_ready and self._survey is not None and self._survey.coverage is None
        if self._views and (moved or grouped):
            self._worker.submit(self._draw, at_once=True)

    def _say_progress(self) -> None:
        geometry = self._learner.pool.geometry
        progress = geometry.map_progress
        layout = self._laid
        self._layout = {
            "method": layout.method if layout else "",
            "note": " ".join(filter(None, (layout.note if layout else "", geometry.unkept))),
            "words": progress.step,
            "share": round(progress.share, 2),
        }

    def _needs(self) -> tuple[Any, ...]:
        """Return what the picture depends on."""
        geometry = self._learner.pool.geometry
        with self._learner.log.known() as state:
            position = state.position
        return position, self._learner.newest_model, self.by, geometry.is_ready, geometry.layout

    def _draw(self) -> None:
        """Look at everything anew, and send what changed; say it if that cannot be done."""
        needs = self._needs()
        if needs == self._drawn:
            return
        try:
            self._lay()
            self._mark()
            self._paint(needs)
        except Exception as error:
            self._error = f"The map cannot be drawn. {type(error).__name__}: {error}"
            raise
        self._error = ""

    def _lay(self) -> None:
        """Send where the items are, if that changed."""
        layout = self._learner.pool.geometry.layout
        if layout is self._laid:
            return
        plane = view.Plane(layout.coordinates)
        self._laid, self._plane = layout, plane
        self._points = {"xy": plane.points(), "method": layout.method}
        self._say_progress()

    def _mark(self) -> None:
        """Send the labels and the open query."""
        learner, pool = self._learner, self._learner.pool
        index = {str(name): k for k, name in enumerate(learner.classes)}
        with learner.log.known() as state:
            labels: list[view.Mark] = []
            steps: set[str] = set()  # a selection is one of them
            for event in (answer.event for answer in state.answers()):
                if isinstance(event, Labeled):
                    steps.add(event.id)
                    held_out = event.item in state.held_out
                    position = pool.position(event.item)
                    labels.append(view.Mark(position, index[event.label], len(steps), held_out))
            asked = [
                (item, pool.position(item), not state.is_answered(item, learner.annotator))
                for query in state.open_queries(learner.annotator)
                for item in query.items
            ]
        made = view.marks(labels, asked)
        if made != self._marks:
            self._marks = made

    def _paint(self, needs: tuple[Any, ...]) -> None:
        """Send colors, and, if the coverage changed, regions and gaps."""
        learner = self._learner
        laid, plane = self._laid, self._plane
        assert laid is not None  # noqa: S101 - it was laid before
        assert plane is not None  # noqa: S101
        before, now = self._survey, survey(learner, self._survey)
        colored = view.coloring(color(now, self.by), now, plane, laid.coordinates)
        first = self._drawn is None or self._drawn[3] != needs[3]
        moved = self._drawn is None or self._drawn[4] is not laid
        self._survey, self._drawn = now, needs
        with self.hold_sync():
            self._coloring = colored
            if now.coverage is not None and (moved or before is None or now is not before):
                self._known = gaps_by_key(now.coverage)
                asked = groups_asked_for(learner)
                pool = learner.pool
                self._gaps = listed(self._known, asked, pool, most=_MOST_LISTED, examples=_EXAMPLES)
                self._regions = view.outlined(regions(now, laid.coordinates), plane)
        if first and self._still is not None:
            self._still.draw()

    # -- from the browser ----------------------------------------------------------------------

    def _heard(self, _widget: Any, content: Any, buffers: Any) -> None:
        try:
            self._handle(Message(content), buffers)
        except AlWidgetsError as error:
            self._reply(wrong=str(error))

    def _handle(self, message: Message, buffers: Any) -> None:
        match message.type:
            case "shown":
                self._shown()
            case "hidden":
                self._views = max(0, self._views - 1)
            case "card":
                position = message.number("position", len(self._learner.pool))
                self._hovering.submit(lambda: self._send_card(position))
            case "select":
                serial, bits = message.text("serial"), bytes(buffers[0]) if buffers else b""
                self._selecting.submit(lambda: self._select(serial, bits))
            case "select_hole":
                serial, hole = message.text("serial"), message.text("hole")
                self._selecting.submit(lambda: self._select_hole(serial, hole))
            case "ask_hole" | "ask_item" | "ask" | "label" | "undo":
                self._acting.submit(self._act, message)
            case _:
                message.refuse_type()

    def _shown(self) -> None:
        """Somebody looks: draw, and have the map computed, which nobody needs before."""
        self._views += 1
        self._worker.submit(self._draw, at_once=True)
        geometry = self._learner.pool.geometry
        geometry.prepare(self._progressed)
        geometry.prepare_map(self._progressed)
        self._say_progress()

    def _reply(self, **words: str) -> None:
        self.send({"type": "heard", "act": "", "said": "", "wrong": "", "undo": "", **words})

    def _act(self, message: Message) -> None:
        """Do what a person asked for, and say what came of it."""
        act = ""
        try:
            act = message.text("id")
            said, undo = self._do(message, act)
            self._reply(act=act, said=said, undo=undo)
        except AlWidgetsError as error:
            self._reply(act=act, wrong=str(error))
        except Exception as error:
            self._reply(act=act, wrong=f"{type(error).__name__}: {error}")
            raise

    def _do(self, message: Message, act: str) -> tuple[str, str]:
        learner = self._learner
        match message.type:
            case "ask_hole":
                return ask_about(learner, self._known, message.texts("gaps")), ""
            case "ask_item":
                position = message.number("position", len(learner.pool))
                return said_of_asking(len(learner.ask([learner.pool.ids[position]]))), ""
            case "ask":
                items = self._items(message.text("serial"))
                reason = f"you asked for it · one of {len(items):,} you selected on the map"
                return said_of_asking(len(learner.ask(items, reason, n=_MOST_ASKED))), ""
            case "label":
                return self._label(message.text("serial"), message.text("label"), act), act
            case _:
                undone = learner.undo(target=message.text("target"), id=act)
                return "Taken back." if undone else "It was taken back already.", ""

    def _items(self, serial: str) -> list[str]:
        """Return the ids of the items in a selection."""
        with self._lock:
            known, positions = self._selected
        if serial != known:
            raise InvalidInput("a selection is known", repr(serial)[:80], "Select the items again")
        return [self._learner.pool.ids[int(position)] for position in positions]

    def _label(self, serial: str, label: str, act: str) -> str:
        items = self._items(serial)
        shown = self._preview
        if shown is None or shown["serial"] != serial:
            raise InvalidInput(
                "a selection is labeled after a sample of it was looked at",
                "no sample yet",
                "Wait until it is shown",
            )
        seen = tuple(card["id"] for card in shown["cards"])
        n = self._learner.label_many(items, label, seen=seen, id=act)
        what = "1 item" if n == 1 else f"{n:,} items"
        return f"{what} labeled {label}." if n else "Nothing to label: all of them have an answer."

    # -- looking ---------------------------------------------------------------------------------

    def _select_hole(self, serial: str, key: str) -> None:
        """Select the items of a variation of a class."""
        known = self._survey
        if known is None or known.coverage is None or key not in self._known:
            return  # it got a label meanwhile
        gap, coverage = self._known[key], known.coverage
        of_class = coverage.label == coverage.classes.index(gap.label)
        row = np.flatnonzero(of_class & (coverage.variation == gap.variation))[0]
        mask = cell_of(known) == row
        bits = np.packbits(mask, bitorder="little").tobytes()
        self.send({"type": "selected", "serial": serial}, buffers=[bits])
        self._show_selection(serial, np.flatnonzero(mask))

    def _select(self, serial: str, bits: bytes) -> None:
        """Remember what is selected, and show a sample of it."""
        self._show_selection(serial, view.chosen(bits, len(self._learner.pool)))

    def _show_selection(self, serial: str, positions: np.ndarray) -> None:
        learner = self._learner
        with self._lock:
            self._selected = (serial, positions)
        free = learner.is_free(positions)
        made = view.preview(positions, free, self._survey, learner.pool)
        self._preview = {"serial": serial, **made}

    def _send_card(self, position: int) -> None:
        """Send how an item looks, and what is known of it."""
        pool = self._learner.pool
        item = pool.ids[position]
        card = small(pool.content.card(position), 160)
        picture = card.pop("bytes", None)
        self.send(
            {"type": "card", "position": position, "facts": self._facts(item, position)}
            | {"card": {"id": item, **card}},
            buffers=[] if picture is None else [picture],
        )

    def _facts(self, item: str, position: int) -> str:
        """Say what an item is, or is thought to be."""
        learner = self._learner
        with learner.log.known() as state:
            label = state.labels.get(item)
            answer = state.answer(item, learner.annotator)
        if label is not None:
            source = getattr(answer, "source", "human")
            how = "labeled in a selection" if source == "selection" else "labeled"
            return f"{label} · {how}"
        if learner.newest_model is None:
            return "no label yet"
        rows = learner.pool.features[[position]]
        proba = predict_proba(learner.newest_model, rows, len(learner.classes))[0]
        best = int(proba.argmax())
        return f"probably {learner.classes[best]} · {proba[best]:.0%}"
