"""Colorings: what the color of an item on a map may tell.

A coloring gives each item a number, a byte long; what color a number has is the picture's business.
Of categories each number is one of them, on a scale it is a place between two ends.

Items that were made have the class that they inherit, and the group that they lie in; nothing is to
be said of their coverage, their propagated label, or who labeled them when. They are not counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from al_widgets.coverage import UNKNOWN
from al_widgets.exceptions import InvalidInput
from al_widgets.pool import CHUNK
from al_widgets.survey import STATES, Survey, cell_of, class_of, main_cells, states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from al_widgets.coverage import Coverage

Kind = Literal["categories", "scale"]

NOTHING = 255
"""The code of an item about which a coloring has nothing to say."""

OTHERS = 254
"""The code that categories share which get none of their own."""

MOST = 250
"""Categories with a code of their own."""

_END = 254  # of a scale
_NO_MODEL = "No model yet: it needs answers of two classes"
_NO_GROUPS = "The groups of near neighbors are still being computed"
_NOTHING_SPREAD = "Label the rest first"
_NO_LABELS = "No labels yet"
_NOTHING_HELD_OUT = "No validation answers yet: they are drawn at random among the queries"


@dataclass(frozen=True, slots=True)
class Entry:
    """One category.

    Attributes
    ----------
    name : str
        What it is called.
    code : int
        Its number, 0 to 254; several may be put together under one name, "others".
    n_items : int
        How many items are of it, without those that were made.
    n_labeled : int
        How many of them have a label; of variations, one that a model learns from.
    """

    name: str
    code: int
    n_items: int
    n_labeled: int


@dataclass(frozen=True, slots=True, eq=False)
class Coloring:
    """A number for each item.

    Attributes
    ----------
    by : str
        What the numbers tell, one of `MODES`.
    kind : {"categories", "scale"}
        Whether a number is the code of an entry, or a place between `low`, 0, and `high`, 254.
    codes : ndarray of shape (n_items,), uint8
        The number of each item; `NOTHING` where there is nothing to say.
    entries : tuple of Entry
        The categories, in the order in which they are read; empty on a scale.
    low, high : str
        What the ends of a scale mean.
    note : str
        Why there is nothing to see, or less than one might expect.
    """

    by: str
    kind: Kind
    codes: np.ndarray
    entries: tuple[Entry, ...] = ()
    low: str = ""
    high: str = ""
    note: str = ""

    def __repr__(self) -> str:
        n = int((self.codes != NOTHING).sum())
        return f"<Coloring by {self.by} of {n:,} of {len(self.codes):,} items>"


def color(survey: Survey, by: str) -> Coloring:
    """Give each item a number that tells something about it.

    Parameters
    ----------
    survey : Survey
        What is known of the items.
    by : str
        What to tell:

        - ``"class"``: which class an item is of, given or else predicted.
        - ``"coverage"``: whether its variation is represented by labels, thinly, or a hole.
        - ``"uncertainty"``: how unsure the model is.
        - ``"confidence"``: how sure its propagated label is.
        - ``"variation"``: the group of near neighbors that it belongs to.
        - ``"order"``: when it was labeled, among the others.
        - ``"annotator"``: who labeled it; the last one of several.
        - ``"validation"``: whether the model was right about it, where its label is held out.

    Raises
    ------
    InvalidInput
        If `by` is something else.

    Examples
    --------
    >>> from al_widgets import ActiveLearner, Pool
    >>> from al_widgets.survey import survey
    >>> learner = ActiveLearner(Pool(np.eye(3)), classes=["cat", "dog"], budget=3, batch_size=1)
    >>> learner.label("1", "dog")
    >>> found = color(survey(learner), "class")
    >>> found.codes, found.note
    (array([255,   1, 255], dtype=uint8), 'No model yet: it needs answers of two classes')
    >>> found.entries[1]
    Entry(name='dog', code=1, n_items=1, n_labeled=1)
    """
    if by not in _MODES:
        raise InvalidInput("items are colored by something known", repr(by), f"Choose of {MODES}")
    return replace(_MODES[by](survey), by=by)


# -- categories ------------------------------------------------------------------------------------


def _by_class(survey: Survey) -> Coloring:
    labeled = np.bincount(survey.labeled.labels, minlength=len(survey.classes))
    note = _NO_MODEL if survey.model is None else ""
    return _categories(class_of(survey), survey.classes, labeled, note, survey.made.positions)


def _by_coverage(survey: Survey) -> Coloring:
    if (coverage := survey.coverage) is None:
        return _nothing(survey, _NO_GROUPS)
    state = states(coverage)
    labeled = np.bincount(state, coverage.n_labels, minlength=len(STATES))
    of_cell = np.append(state, len(STATES)).astype(np.uint8)  # what was made is of none
    return _categories(of_cell[cell_of(survey)], STATES, labeled)


def _by_variation(survey: Survey) -> Coloring:
    coverage, groups = survey.coverage, survey.groups
    if coverage is None or groups is None:
        return _nothing(survey, _NO_GROUPS)
    names = _variation_names(coverage)
    labeled = np.bincount(coverage.variation, coverage.n_labels, minlength=len(names))
    return _categories(groups, names, labeled, left_out=survey.made.positions)


def _by_annotator(survey: Survey) -> Coloring:
    given, n = survey.answers, len(survey.answers.annotators)
    number = np.full(survey.n_items, n, dtype=np.min_scalar_type(n))
    number[given.positions] = given.annotator  # in the order of answering: the last one stays
    labeled = np.bincount(number[survey.labeled.positions], minlength=n)
    return _categories(number, given.annotators, labeled, "" if n else _NO_LABELS)


def _by_validation(survey: Survey) -> Coloring:
    items = survey.labeled
    checked = items.held_out & (items.said >= 0)
    is_wrong = (items.said != items.labels)[checked]
    number = np.full(survey.n_items, 2, dtype=np.uint8)
    number[items.positions[checked]] = is_wrong
    note = ""
    if survey.validates_outside:
        note = "The validation set is not in the pool"
    elif not checked.any():
        note = _NO_MODEL if survey.model is None else _NOTHING_HELD_OUT
    return _categories(number, ("right", "wrong"), np.bincount(is_wrong, minlength=2), note)


def _variation_names(coverage: Coverage) -> list[str]:
    """Name each group by its main class and a number within that, the largest first."""
    met: Counter[str] = Counter()
    names = []
    for label in coverage.label[main_cells(coverage)]:
        name = coverage.classes[label]
        met[name] += 1
        names.append(f"{'variation' if name == UNKNOWN else name} {met[name]}")
    return names


def _categories(
    number: np.ndarray,
    names: Sequence[str],
    n_labeled: np.ndarray,
    note: str = "",
    left_out: np.ndarray | None = None,
) -> Coloring:
    """Give codes to numbered categories; one number more means that there is nothing to say.

    Items at the positions that are left out have a code too, but are not counted.
    """
    n = len(names)
    n_items = np.zeros(n + 1, dtype=int)
    for part in _parts(len(number)):
        n_items += np.bincount(number[part], minlength=n + 1)
    if left_out is not None and len(left_out):
        n_items -= np.bincount(number[left_out], minlength=n + 1)
    own = np.sort(np.argsort(-n_items[:n], kind="stable")[:MOST])
    table = np.full(n + 1, OTHERS, dtype=np.uint8)
    table[own], table[n] = np.arange(len(own)), NOTHING
    codes = np.empty(len(number), dtype=np.uint8)
    for part in _parts(len(number)):
        codes[part] = table[number[part]]
    entries = [Entry(names[k], i, int(n_items[k]), int(n_labeled[k])) for i, k in enumerate(own)]
    if rest := np.setdiff1d(np.arange(n), own).tolist():
        entries.append(
            Entry("others", OTHERS, int(n_items[rest].sum()), int(n_labeled[rest].sum()))
        )
    return Coloring("", "categories", codes, tuple(entries), note=note)


def _parts(n: int) -> Iterator[slice]:
    """Yield slices of a pool, so that memory does not grow with it."""
    return (slice(start, start + CHUNK) for start in range(0, n, CHUNK))


# -- scales ----------------------------------------------------------------------------------------


def _by_uncertainty(survey: Survey) -> Coloring:
    if survey.model is None:
        return _nothing(survey, _NO_MODEL, "scale")
    codes = np.minimum(survey.uncertainty, _END, dtype=np.uint8)
    return Coloring("", "scale", codes, low="sure", high="unsure")


def _by_confidence(survey: Survey) -> Coloring:
    if survey.confidence is None:
        return _nothing(survey, _NOTHING_SPREAD, "scale")
    codes = np.full(survey.n_items, NOTHING, dtype=np.uint8)
    codes[: len(survey.confidence)] = np.rint(_END * survey.confidence)
    codes[survey.made.positions] = NOTHING
    return Coloring("", "scale", codes, low="unsure", high="sure")


def _by_order(survey: Survey) -> Coloring:
    if not len(survey.answers):
        return _nothing(survey, _NO_LABELS, "scale")
    items, first = np.unique(survey.answers.positions, return_index=True)
    codes = np.full(survey.n_items, NOTHING, dtype=np.uint8)
    place = np.argsort(np.argsort(first))
    codes[items] = np.rint(_END * place / max(1, len(items) - 1))
    return Coloring("", "scale", codes, low="first label", high="last label")


def _nothing(survey: Survey, note: str, kind: Kind = "categories") -> Coloring:
    codes = np.full(survey.n_items, NOTHING, dtype=np.uint8)
    return Coloring("", kind, codes, note=note)


_MODES: dict[str, Callable[[Survey], Coloring]] = {
    "class": _by_class,
    "coverage": _by_coverage,
    "uncertainty": _by_uncertainty,
    "confidence": _by_confidence,
    "variation": _by_variation,
    "order": _by_order,
    "annotator": _by_annotator,
    "validation": _by_validation,
}

MODES = tuple(_MODES)
"""What items can be colored by."""
