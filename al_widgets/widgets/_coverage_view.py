"""A coverage as plain data for a browser: bars by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.displays import CoverageDisplay, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from al_widgets.coverage import Coverage

_MOST_BUTTONS = 5  # uncovered variations of a class that have a block of their own
_MOST_FILLED = 8  # and covered ones


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
