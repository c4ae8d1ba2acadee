"""A coverage as plain data for a browser: bars by class, and the largest gaps with examples."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.displays import CoverageDisplay, in_words, said_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from al_widgets.content import Card
    from al_widgets.coverage import Coverage, Gap
    from al_widgets.pool import Pool

MOST_GAPS = 6
"""Gaps in the list."""

_MOST_BUTTONS = 5  # uncovered variations of a class that have a block of their own
_MOST_FILLED = 8  # and covered ones
_N_EXAMPLES = 4
_SIDE = 96  # pixels of an example; twice what is shown, for fine screens


def gaps_by_key(coverage: Coverage) -> dict[str, Gap]:
    """Return all gaps, the largest first, under the names that a browser calls them by."""
    gaps = coverage.gaps(len(coverage.mass))
    return {f"{coverage.classes.index(gap.label)}/{gap.variation}": gap for gap in gaps}


def bars(coverage: Coverage, asked: frozenset[int]) -> dict[str, Any]:
    """Return the bars: of many classes the worst covered, and what is said of each.

    Parameters
    ----------
    coverage : Coverage
        What is drawn.
    asked : frozenset of int
        Groups of near neighbors in which items were asked for and are not answered yet.
    """
    display = CoverageDisplay(coverage)
    shown = display.shown
    longest = max(shown["mass"].max(), 1e-9)
    return {
        "fact": display.fact,
        "summary": display.summary,
        "hidden": display.n_hidden,
        "classes": [
            {
                "name": str(row.Index),
                "words": in_words(row),
                "count": f"{row.n_covered} of {row.n_variations}",
                "length": row.mass / longest,
                "blocks": _blocks(coverage, str(row.Index), asked),
            }
            for row in shown.itertuples()
        ],
    }


def _blocks(coverage: Coverage, name: str, asked: frozenset[int]) -> list[dict[str, Any]]:
    """Return the variations of a class, covered ones first; the smallest are put together."""
    k = coverage.classes.index(name)
    mine = np.flatnonzero(coverage.label == k)
    filled = mine[coverage.is_covered[mine]]
    bare = mine[~coverage.is_covered[mine]]
    return [
        *(_block(coverage, some, (), asked) for some in _grouped(filled, _MOST_FILLED)),
        *(
            _block(coverage, some, [f"{k}/{coverage.variation[i]}" for i in some], asked)
            for some in _grouped(bare, _MOST_BUTTONS)
        ),
    ]


def _grouped(largest_first: np.ndarray, most: int) -> Iterable[np.ndarray]:
    """Yield one at a time, and at the end all that are more than `most` together."""
    alone = len(largest_first) if len(largest_first) <= most + 1 else most
    yield from largest_first[:alone, None]
    if alone < len(largest_first):
        yield largest_first[alone:]


def _block(
    coverage: Coverage, some: np.ndarray, gaps: Sequence[str], asked: frozenset[int]
) -> dict[str, Any]:
    n_items = int(coverage.n_items[some].sum())
    what = f"about {n_items:,} item{'s' * (n_items != 1)}"
    if len(some) > 1:
        what += f" in {len(some)} small variations"
    return {
        "mass": float(coverage.mass[some].sum()),
        "words": what,
        "gaps": list(gaps),
        "asked": bool(gaps) and all(int(v) in asked for v in coverage.variation[some]),
    }


def listed(gaps: dict[str, Gap], asked: frozenset[int], pool: Pool) -> list[dict[str, Any]]:
    """Return the largest gaps in words, each with some examples as small cards."""
    return [
        {
            "key": key,
            "words": said_of(gap.n_items, gap.label),
            "asked": gap.variation in asked,
            "free": bool(gap.examples),
            "cards": [
                {"id": item, **small(pool.content.card(pool.position(item)))}
                for item in gap.examples[:_N_EXAMPLES]
            ],
        }
        for key, gap in list(gaps.items())[:MOST_GAPS]
    ]


def one_of_each(gaps: Sequence[Gap], n: int) -> list[str]:
    """Return `n` examples, as many of each gap as there is room for, in turn.

    Examples
    --------
    >>> from al_widgets.coverage import Gap
    >>> gaps = [Gap(0, "a", 9, 0.1, ("1", "2", "3")), Gap(1, "b", 9, 0.1, ("7",))]
    >>> one_of_each(gaps, 3)
    ['1', '7', '2']
    """
    longest = max((len(gap.examples) for gap in gaps), default=0)
    turns = [gap.examples[i] for i in range(longest) for gap in gaps if i < len(gap.examples)]
    return turns[:n]


def small(card: Card) -> Card:
    """Return the card with its picture made smaller; other cards as they are."""
    if card["kind"] != "image" or max(card["width"], card["height"]) <= _SIDE:
        return card
    from PIL import Image  # noqa: PLC0415 - only where there are pictures

    with Image.open(io.BytesIO(card["bytes"])) as picture:
        picture.thumbnail((_SIDE, _SIDE))
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        width, height = picture.size
    return {
        **card,
        "mime": "image/png",
        "bytes": buffer.getvalue(),
        "width": width,
        "height": height,
    }
