"""Items that a person selected on a map: how they are named, and what is in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.survey import cell_of
from al_widgets.widgets._gaps import gaps_by_key
from al_widgets.widgets._small import card_of

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner
    from al_widgets.survey import Survey

SAMPLE = 12
"""Items of a selection that a person looks at before all of it is labeled."""

_MOST_SAID = 4  # classes named in the preview of a selection


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Items that a person selected.

    Attributes
    ----------
    serial : str
        What the browser calls it.
    positions : ndarray of int
        Of its items in the pool.
    seen : tuple of str or None
        Ids of the sample that was sent; None while it is not.
    """

    serial: str
    positions: np.ndarray
    seen: tuple[str, ...] | None = None


def bits_of(buffers: Any, n_items: int, n_fewest: int | None = None) -> bytes:
    """Return the bits of a selection as they came from a browser: a bit for each item.

    A browser that does not know yet that the pool has grown has fewer, at least `n_fewest`.

    Raises
    ------
    InvalidInput
        If there are none, more, or fewer.
    """
    first = buffers[0] if isinstance(buffers, list | tuple) and buffers else b""
    bits = bytes(first) if isinstance(first, bytes | bytearray | memoryview) else b""
    wanted = (n_items + 7) // 8
    fewest = wanted if n_fewest is None else (n_fewest + 7) // 8
    if not fewest <= len(bits) <= wanted:
        raise InvalidInput(
            f"a selection has a bit for each of {n_items:,} items, {wanted:,} bytes",
            f"{len(bits):,} bytes",
            "Reload the page",
        )
    return bits


def chosen(bits: bytes, n_items: int) -> np.ndarray:
    """Return the positions in a selection: a bit an item, the lowest bit of the first byte first.

    Examples
    --------
    >>> chosen(bytes([0b101, 0b1]), 9)
    array([0, 2, 8])
    """
    mask = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little")[:n_items]
    return np.flatnonzero(mask)


def in_hole(survey: Survey | None, key: str) -> np.ndarray:
    """Return which items are of a variation of a class that no label represents.

    Parameters
    ----------
    survey : Survey or None
        What is known; None while nothing is.
    key : str
        As `gaps_by_key` names it.

    Returns
    -------
    ndarray of shape (n_items,), bool

    Raises
    ------
    InvalidInput
        If there is no such variation, or it has a label.
    """
    coverage = None if survey is None else survey.coverage
    gap = None if coverage is None else gaps_by_key(coverage).get(key)
    if survey is None or coverage is None or gap is None:
        raise InvalidInput(
            "only a variation without a label is a hole",
            f"{key[:80]!r}",
            "It may have got a label meanwhile: choose among those that are shown",
        )
    of_class = coverage.label == coverage.classes.index(gap.label)
    row = np.flatnonzero(of_class & (coverage.variation == gap.variation))[0]
    return np.asarray(cell_of(survey) == row)


def preview(learner: ActiveLearner, positions: np.ndarray, survey: Survey | None) -> dict[str, Any]:
    """Return what is in a selection: how many, what they are thought to be, and a sample.

    Parameters
    ----------
    learner : ActiveLearner
        Knows which items are labeled, and which would get a label.
    positions : ndarray of int
        Of the items that are selected.
    survey : Survey or None
        What the model thinks; None while that is not known.

    Returns
    -------
    dict
        ``n``, how many items; ``free``, those of them that would get a label; ``guess``, what the
        model thinks these are, as pairs of a class and a number, the most frequent first;
        ``given``, the labels of the others, alike; ``made``, how many were made from others, and
        are passed over; ``cards``, up to `SAMPLE` of those that are free, drawn at random.
    """
    pool = learner.pool
    items = [pool.ids[int(position)] for position in positions]
    open_ = positions[learner.is_free(positions)]
    with learner.log.known() as state:
        made = state.synthetic
        n_made = sum(item in made for item in items) if made else 0
        given = Counter(
            state.labels[item] for item in items if item in state.labels and item not in made
        )
    guess: Counter[str] = Counter()
    if survey is not None and survey.model is not None:
        counts = np.bincount(survey.predicted[open_], minlength=len(survey.classes))
        guess.update(dict(zip(survey.classes, counts.tolist(), strict=True)))
    drawn = np.random.default_rng(0).choice(len(open_), min(SAMPLE, len(open_)), replace=False)
    sample = [int(position) for position in np.sort(open_[drawn])]
    return {
        "n": len(positions),
        "free": len(open_),
        "guess": _said(guess),
        "given": _said(given),
        "made": n_made,
        "cards": [card_of(pool, i) for i in sample],
    }


def _said(counts: Counter[str]) -> list[list[Any]]:
    """Return the most frequent classes and how many, and the rest together."""
    ranked = (+counts).most_common()
    said: list[list[Any]] = [[name, n] for name, n in ranked[:_MOST_SAID]]
    if rest := sum(n for _, n in ranked[_MOST_SAID:]):
        said.append(["other classes", rest])
    return said
