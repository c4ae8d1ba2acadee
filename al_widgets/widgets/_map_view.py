"""A map as plain data for a browser: points, colors, labels, regions.

Points go as whole numbers from 0 to 65,535, with one scale for both directions and y growing
downwards: 4 bytes a point, sent once. Colors go as a byte a point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.coloring import MODES, NOTHING
from al_widgets.context import predict_at
from al_widgets.displays import class_colors
from al_widgets.events import IMPORTED, SELECTION, Labeled
from al_widgets.outlines import peak
from al_widgets.widgets._map_made import made_marks, said_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from al_widgets.coloring import Coloring
    from al_widgets.learner import ActiveLearner
    from al_widgets.survey import Region, Survey

TITLES = dict(
    zip(
        MODES,
        (
            "Class",
            "Coverage",
            "Uncertainty",
            "Confidence",
            "Variation",
            "Order of labeling",
            "Annotator",
            "Right or wrong",
        ),
        strict=True,
    )
)
"""What the ways to color are called."""

_SPAN = 65_535
_CHUNK = 65_536
_STATES = (  # represented, thin, hole: on a light page, on a dark one
    ("#0969da", "#58a6ff"),
    ("#8fc1f7", "#2d5d94"),
    ("#bc4c00", "#f0883e"),
)
_VERDICTS = (("#1a7f64", "#3fb68b"), ("#c02d6f", "#ff7eb6"))  # right, wrong
_SCALES = {
    "light": ("#dbe4ec", "#8fb4dc", "#4a7fc1", "#34408f", "#240b4d"),
    "dark": ("#27323d", "#35608c", "#3f97a3", "#9cc86b", "#ffe27a"),
}
_FEWEST_NAMED = 0.004  # of the pool: a class of fewer items has no name on the map
_TELLING = 2_000  # items of a class that tell where it lies most densely
_SEEN = 16  # of the plane, a tenth of a pixel: a corner that is nearer to its line is left out
_PASSES = 4  # each leaves out every other corner at most
_FEWEST_CORNERS = 8


class Plane:
    """Turns coordinates of a map into those of the browser.

    Parameters
    ----------
    coordinates : ndarray of shape (n_items, 2)
        Of all items.

    Examples
    --------
    >>> plane = Plane(np.array([[0.0, 0.0], [2.0, 1.0]]))
    >>> np.frombuffer(plane.points(), dtype=np.uint16)
    array([    0, 49151, 65535, 16384], dtype=uint16)
    """

    def __init__(self, coordinates: np.ndarray) -> None:
        self._coordinates = coordinates
        self._named: tuple[Any, list[dict[str, Any]]] = (None, [])
        some = coordinates if len(coordinates) else np.zeros((1, 2))
        low = some.min(axis=0).astype(float)
        high = some.max(axis=0).astype(float)
        self._scale = _SPAN / (float((high - low).max()) or 1.0)  # 0: all in one place
        self._middle = (low + high) / 2

    def place(self, xy: np.ndarray) -> np.ndarray:
        """Return where places of the map are; of the shape of `xy`, float, not rounded."""
        out = (xy - self._middle) * (self._scale, -self._scale) + _SPAN / 2
        return np.asarray(np.clip(out, 0, _SPAN))

    def points(self) -> bytes:
        """Return x and y of each item in turn, as 16-bit numbers."""
        out = np.empty(self._coordinates.shape, dtype="<u2")
        for start in range(0, len(out), _CHUNK):
            part = slice(start, start + _CHUNK)
            out[part] = np.rint(self.place(self._coordinates[part]))
        return out.tobytes()

    def names(self, colored: Coloring, survey: Survey) -> list[dict[str, Any]]:
        """Return where the names of the classes stand, the largest class first.

        They are found once for what is known, since items change their color more often.
        """
        known = survey.position, survey.model
        if self._named[0] != known:
            self._named = (
                known,
                ([] if survey.model is None else list(self._found(colored, survey.made.positions))),
            )
        return self._named[1]

    def _found(self, colored: Coloring, made: np.ndarray) -> Iterator[dict[str, Any]]:
        fewest = max(3, _FEWEST_NAMED * len(colored.codes))
        named = [entry for entry in colored.entries if entry.n_items >= fewest]
        for entry in sorted(named, key=lambda entry: -entry.n_items):
            items = _without(np.flatnonzero(colored.codes == entry.code), made)
            some = self._coordinates[items[:: len(items) // _TELLING + 1]]
            x, y = self.place(np.asarray(peak(some)))
            yield {"name": entry.name, "x": round(float(x)), "y": round(float(y))}


def coloring(colored: Coloring, survey: Survey, plane: Plane) -> Any:
    """Return what the colors are and mean."""
    by_class = colored.by == "class"
    return {
        "by": colored.by,
        "kind": colored.kind,
        "codes": colored.codes.tobytes(),
        "entries": [
            {
                "name": entry.name,
                "code": entry.code,
                "n_items": entry.n_items,
                "n_labeled": entry.n_labeled,
                "colors": colors,
            }
            for entry, colors in zip(colored.entries, _colors(colored), strict=True)
        ],
        "stops": {theme: list(stops) for theme, stops in _SCALES.items()},
        "low": colored.low,
        "high": colored.high,
        "note": colored.note,
        "pale": by_class,
        "names": plane.names(colored, survey) if by_class else [],
    }


def _without(positions: np.ndarray, others: np.ndarray) -> np.ndarray:
    return positions[~np.isin(positions, others)] if len(others) else positions


def _colors(colored: Coloring) -> Sequence[tuple[str, str]]:
    """Return the color of each entry on a light and on a dark page."""
    if colored.by == "coverage":
        return [_STATES[entry.code] for entry in colored.entries]
    if colored.by == "validation":
        return [_VERDICTS[entry.code] for entry in colored.entries]
    n = len(colored.entries)
    return list(zip(class_colors(n, "light"), class_colors(n, "dark"), strict=True))


class Mark(NamedTuple):
    """A label on the map.

    Attributes
    ----------
    position : int
        Of the item.
    label : int
        Its class, as a position in the classes.
    spent : int
        Answers that had been spent by then.
    held_out : bool
        Whether it validates, and no model learns from it.
    """

    position: int
    label: int
    spent: int
    held_out: bool


def marks(
    labels: Sequence[Mark], asked: Sequence[tuple[str, int, bool]]
) -> dict[str, bytes | list[list[Any]]]:
    """Return the labels in the order of answering, and the items of the open queries.

    Parameters
    ----------
    labels : sequence of Mark
    asked : sequence of (id, position, whether it is not answered yet)
    """
    return {
        "positions": np.array([mark.position for mark in labels], dtype="<u4").tobytes(),
        "codes": bytes(min(mark.label, NOTHING - 1) for mark in labels),
        "spent": np.array([mark.spent for mark in labels], dtype="<u4").tobytes(),
        "held": bytes(mark.held_out for mark in labels),
        "batch": [[item, position] for item, position, is_open in asked if is_open],
        "here": [[item, position] for item, position, _ in asked],
    }


def marks_of(learner: ActiveLearner, n_shown: int | None = None) -> dict[str, Any]:
    """Return `marks` of what the learner knows now of the first items, or of all.

    Items that were made have marks of their own, in ``made``; see `made_marks`.
    """
    pool = learner.pool
    n_shown = len(pool) if n_shown is None else n_shown
    index = {str(name): k for k, name in enumerate(learner.classes)}
    with learner.log.known() as state:
        labels: list[Mark] = []
        told: list[int] = []  # where in the log they stand
        steps: set[str] = set()  # a selection is one of them
        for at, event in state.answers():
            if isinstance(event, Labeled):
                if not state.synthetic.is_free(event.item):
                    steps.add(event.id)
                if event.item in state.synthetic:
                    continue
                held_out = event.item in state.held_out
                position = pool.position(event.item)
                if position < n_shown:
                    labels.append(Mark(position, index[event.label], len(steps), held_out))
                    told.append(at)
        asked = [
            (item, pool.position(item), item in unanswered)
            for query in state.open_queries(learner.annotator)
            for unanswered in [set(state.unanswered(query))]
            for item in query.items
            if pool.position(item) < n_shown
        ]
        made = made_marks(state, pool, index, told, n_shown)
    return {**marks(labels, asked), "made": made}


def outlined(regions: Sequence[Region], plane: Plane) -> list[dict[str, Any]]:
    """Return the variations of classes with their outlines, the largest first."""
    return [
        {
            "key": region.key,
            "words": f"about {region.n_items:,} items, {region.label}",
            "first": region.first,
            "center": [round(float(v)) for v in plane.place(np.asarray(region.center))],
            "outlines": [
                np.rint(simpler(plane.place(outline))).astype(int).ravel().tolist()
                for outline in region.outlines
            ],
        }
        for region in regions
    ]


def simpler(line: np.ndarray) -> np.ndarray:
    """Leave out the corners of a closed polygon that nobody sees.

    A traced outline has one wherever it crosses a line of its grid: ten times as many as are seen,
    to be sent after each training and to be drawn in each frame.

    Parameters
    ----------
    line : ndarray of shape (n, 2)
        In the plane; the last corner is the first.

    Examples
    --------
    >>> turn = np.linspace(0, 2 * np.pi, 201)
    >>> circle = 1_000 * np.column_stack([np.cos(turn), np.sin(turn)])
    >>> simpler(circle).shape
    (26, 2)
    """
    for _ in range(_PASSES):
        corner = line[1:-1:2]
        before, after = line[:-2:2][: len(corner)], line[2::2]
        along, aside = after - before, corner - before
        across = np.abs(along[:, 0] * aside[:, 1] - along[:, 1] * aside[:, 0])
        kept = np.ones(len(line), dtype=bool)
        kept[1:-1:2] = across > _SEEN * np.hypot(*along.T)
        if kept.all() or kept.sum() < _FEWEST_CORNERS:
            break
        line = line[kept]
    return line


def facts(learner: ActiveLearner, position: int) -> str:
    """Say what an item is, or is thought to be."""
    item = learner.pool.ids[position]
    with learner.log.known() as state:
        label = state.labels.get(item)
        answer = state.answer(item, learner.annotator)
        if item in state.synthetic:
            return said_of(state, state.synthetic[item])
    if label is not None:
        source = getattr(answer, "source", "human")
        how = {SELECTION: "labeled in a selection", IMPORTED: "imported"}.get(source, "labeled")
        return f"{label} · {how}"
    if (model := learner.newest_model) is None:
        return "no label yet"
    rows = np.array([position])
    proba = predict_at(model, learner.pool, rows, len(learner.classes))[0]
    best = int(proba.argmax())
    return f"probably {learner.classes[best]} · {proba[best]:.0%}"
