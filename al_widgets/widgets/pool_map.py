"""PoolMap: the pool as a picture to work in. Point, lasso, label.

How kernel and browser talk. What is drawn is in traits: `_points` (where the items are: bytes, sent
for the principal plane, for UMAP, and when there are more of them), `_layout` (how far UMAP is, and
why there is none), `_coloring` (a byte an item, and what the colors mean), `_marks` (labels in the
order of answering, the open query, and what was made), `_regions` (the variations, with outlines,
and when each got its first label, so that the browser can replay the work), `_gaps` (those without
a label), `_preview` (what is in the selection). The browser sends::

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

What cannot be done with any other message is said in the same way, without an act.

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
from al_widgets.displays import CoverageMapDisplay
from al_widgets.exceptions import AlWidgetsError, InvalidInput
from al_widgets.survey import Survey, regions, survey
from al_widgets.widgets import _map_view as view
from al_widgets.widgets._assets import script, style
from al_widgets.widgets._gaps import MOST_ASKED, gaps_by_key, groups_asked_for, listed
from al_widgets.widgets._map_acts import MOST_CHOSEN, Acts
from al_widgets.widgets._map_ground import Ground
from al_widgets.widgets._map_made import parents_of
from al_widgets.widgets._message import Message, said_of, sentence
from al_widgets.widgets._resting import RestingWorker
from al_widgets.widgets._selection import SAMPLE, Selection, bits_of, chosen, in_hole, preview
from al_widgets.widgets._small import card_of
from al_widgets.widgets._still import LearnerWidget
from al_widgets.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.coverage import Gap
    from al_widgets.learner import ActiveLearner
    from al_widgets.pool import Pool
    from al_widgets.survey import Region

_REST = 1.2  # seconds from one survey to the next: it takes time from the hand
_MARKED = 0.15  # and from one look at the labels to the next
_MOST_LISTED, _EXAMPLES = 24, 2  # holes in the list, and cards of each


class _Mode(traitlets.TraitType[str, str]):
    """A way to color. It is checked at once, also where several traits are set together."""

    def validate(self, _obj: Any, value: Any) -> str:
        if not isinstance(value, str) or value not in MODES:
            given = repr(value)[:80]
            raise InvalidInput("by is a way to color", given, f"Choose one of {list(MODES)}")
        return value


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
    by : str
        What the colors show: "class", "coverage", "uncertainty", "confidence", "variation",
        "order", "annotator" or "validation".

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
    _css = style("root.css", "pool_map.css", "gap_list.css", "item.css", "still.css")
    _displays = (CoverageMapDisplay,)

    by = _Mode("class").tag(sync=True)
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
        self._stills = Worker("al_widgets still map")  # to draw it takes seconds
        self._acting = ThreadPoolExecutor(1, "al_widgets act")
        self._views = 0
        self._survey: Survey | None = None
        self._ground = Ground(learner)
        self._drawn: tuple[Any, ...] | None = None
        self._known: dict[str, Gap] = {}
        self._shapes: list[Region] = []
        self._acts = Acts(learner)
        self._sending = threading.Lock()
        super().__init__(learner, by=by, _info=self._describe(learner))
        self.observe(self._recolor, names=["by"])
        self.on_msg(self._heard)
        learner.subscribe(self._changed)

    # -- to the browser ------------------------------------------------------------------------

    def _describe(self, learner: ActiveLearner) -> dict[str, Any]:
        return {
            "n": len(learner.pool),
            "classes": [str(value) for value in learner.classes],
            "modes": [[by, title] for by, title in view.TITLES.items()],
            "asks": min(learner.batch_size, MOST_ASKED),
            "most": MOST_CHOSEN,
            "sample": SAMPLE,
        }

    def _changed(self) -> None:
        if self._views:
            self._marking.submit(self._mark)
            self._worker.submit(self._draw)

    def _recolor(self, _change: Any) -> None:
        if self._views:
            self._worker.submit(self._draw, at_once=True)

    def _progressed(self) -> None:
        """Say how far the map is; a new one is drawn at once."""
        geometry, laid = self._ground.geometry, self._ground.layout
        self._say_progress()
        moved = laid is not None and geometry.layout is not laid
        grouped = geometry.is_ready and self._survey is not None and self._survey.coverage is None
        if self._views and (moved or grouped):
            self._worker.submit(self._draw, at_once=True)

    def _say_progress(self) -> None:
        geometry, layout = self._ground.geometry, self._ground.layout
        progress = geometry.map_progress
        notes = [layout.note] if layout else []
        if layout and (layout.method != "pca" or layout.note):  # else a UMAP is still to come
            notes.append(sentence(geometry.unkept))
        self._layout = {
            "method": layout.method if layout else "",
            "note": " ".join(filter(None, notes)),
            "words": progress.step,
            "share": round(progress.share, 2),
        }

    def _needs(self) -> tuple[Any, ...]:
        """Return what the picture depends on."""
        geometry = self._ground.geometry
        with self._learner.log.known() as state:
            position = state.position
        said = self._learner.newest_model, self._learner.propagated
        return position, said, self.by, geometry.is_ready, geometry.layout

    def _draw(self) -> None:
        """Look at everything anew, and send what changed; say it if that cannot be done."""
        try:
            if (needs := self._needs()) != self._drawn:
                pool = self._ground.pool
                fresh = self._lay(pool)
                self._mark()
                self._paint(needs, pool, fresh)
        except Exception as error:
            self._error = f"The map cannot be drawn. {said_of(error)}"
            raise
        self._error = ""
        if self._views and self._drawn != self._needs():
            self._worker.submit(self._draw)  # the groups, or an answer of others, came meanwhile

    def _lay(self, pool: Pool) -> dict[str, Any] | None:
        """Send where the items are, if that changed; if there are more, return it instead.

        The colors of others fit no more then, and both are to be seen at once.
        """
        if (points := self._ground.lay(pool)) is None:
            return None
        self._say_progress()
        if self._points is not None and len(self._points["xy"]) != len(points["xy"]):
            return points
        self._points = points
        return None

    def _mark(self) -> None:
        """Send the labels and the open query, those known last at the end."""
        with self._sending:
            made = view.marks_of(self._learner, self._n_shown())
            if made != self._marks:
                self._marks = made

    def _paint(self, needs: tuple[Any, ...], pool: Pool, fresh: dict[str, Any] | None) -> None:
        """Send colors, and, if the coverage changed, regions and gaps."""
        learner, laid, plane = self._learner, self._ground.layout, self._ground.plane
        assert laid is not None  # noqa: S101 - it was laid before
        assert plane is not None  # noqa: S101
        before, now = self._survey, survey(learner, self._survey, pool)
        first = self._drawn is None or self._drawn[3] != needs[3]
        moved = self._drawn is None or self._drawn[4] is not laid
        colored = view.coloring(color(now, self.by), now, plane)
        with self.hold_sync():
            self._points = self._points if fresh is None else fresh
            self._coloring = colored
        if fresh is not None:
            self._mark()  # also those that were not there before
        if now.coverage is not None and (moved or now is not before):
            gaps, asked = gaps_by_key(now.coverage), groups_asked_for(learner)
            bare = listed(gaps, asked, learner.pool, most=_MOST_LISTED, examples=_EXAMPLES)
            self._shapes = regions(now, laid.coordinates, () if moved else self._shapes)
            outlined = view.outlined(self._shapes, plane)
            self._known = gaps
            with self.hold_sync():  # briefly: what other threads send waits meanwhile
                self._gaps, self._regions = bare, outlined
        self._survey, self._drawn = now, needs
        if first and self._still is not None:
            self._stills.submit(self._still.draw)

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
                self._hovering.submit(lambda: self._try(self._send_card, position))
            case "select":
                serial = message.text("serial")
                pool = self._learner.pool
                bits = bits_of(buffers, len(pool), pool.n_given)
                self._selecting.submit(lambda: self._try(self._select, serial, bits))
            case "select_hole":
                serial, hole = message.text("serial"), message.text("hole")
                self._selecting.submit(lambda: self._try(self._select_hole, serial, hole))
            case "ask_hole" | "ask_item" | "ask" | "label" | "undo":
                self._acting.submit(self._act, message)
            case _:
                message.refuse_type()

    def _shown(self) -> None:
        """Somebody looks: draw, and have the map computed, which nobody needs before."""
        self._views += 1
        self._worker.submit(self._draw, at_once=True)
        geometry = self._ground.geometry
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
            said, undo = self._acts.do(message, act, self._known)
            self._reply(act=act, said=said, undo=undo)
        except Exception as error:
            self._reply(act=act, wrong=said_of(error))
            if not isinstance(error, AlWidgetsError):
                raise

    def _try(self, job: Callable[..., None], *arguments: Any) -> None:
        """Do a job for which nobody waits: what goes wrong has to be said."""
        try:
            job(*arguments)
        except Exception as error:
            self._reply(wrong=said_of(error))
            if not isinstance(error, AlWidgetsError):
                raise

    # -- looking ---------------------------------------------------------------------------------

    def _select_hole(self, serial: str, key: str) -> None:
        """Select the items of a variation of a class."""
        mask = in_hole(self._survey, key)
        bits = np.packbits(mask, bitorder="little").tobytes()
        self.send({"type": "selected", "serial": serial}, buffers=[bits])
        self._show_selection(serial, np.flatnonzero(mask))

    def _select(self, serial: str, bits: bytes) -> None:
        """Select the items that the browser says."""
        self._show_selection(serial, chosen(bits, len(self._learner.pool)))

    def _show_selection(self, serial: str, positions: np.ndarray) -> None:
        """Remember what is selected, and show a sample of it."""
        self._acts.selection = Selection(serial, positions)
        made = preview(self._learner, positions, self._survey)
        seen = tuple(card["id"] for card in made["cards"])
        self._acts.selection = Selection(serial, positions, seen)
        self._preview = {"serial": serial, **made}

    def _send_card(self, position: int) -> None:
        """Send how an item looks, and what is known of it."""
        pool = self._learner.pool
        card = card_of(pool, position, 160)
        picture = card.pop("bytes", None)
        facts = view.facts(self._learner, position)
        parents = parents_of(self._learner, position, self._n_shown())
        said = {"position": position, "facts": facts, "card": card, "parents": parents}
        self.send({"type": "card", **said}, buffers=[] if picture is None else [picture])

    def _n_shown(self) -> int:
        return len(self._points["xy"]) // 4 if self._points else 0
