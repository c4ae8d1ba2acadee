"""Gaps as a browser lists them, and what comes of a click that asks about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.displays import said_of
from al_widgets.events import PICKED
from al_widgets.exceptions import InvalidInput
from al_widgets.widgets._small import card_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from al_widgets.coverage import Coverage, Gap
    from al_widgets.learner import ActiveLearner
    from al_widgets.pool import Pool

MOST_ASKED = 6
"""Items that a click asks about."""


def gaps_by_key(coverage: Coverage) -> dict[str, Gap]:
    """Return all gaps, the largest first, under the names that a browser calls them by."""
    gaps = coverage.gaps(len(coverage.mass))
    return {f"{coverage.classes.index(gap.label)}/{gap.variation}": gap for gap in gaps}


def listed(
    gaps: Mapping[str, Gap], asked: frozenset[int], pool: Pool, *, most: int, examples: int
) -> list[dict[str, Any]]:
    """Return the largest gaps in words, each with some examples as small cards.

    Parameters
    ----------
    gaps : mapping of str to Gap
        The largest first.
    asked : frozenset of int
        Groups of near neighbors in which items were asked for and are not answered yet.
    pool : Pool
        Has the items.
    most, examples : int
        Gaps in the list; cards of each.
    """
    return [
        {
            "key": key,
            "words": said_of(gap.n_items, gap.label),
            "asked": gap.variation in asked,
            "free": bool(gap.examples),
            "cards": [card_of(pool, pool.position(item)) for item in gap.examples[:examples]],
        }
        for key, gap in list(gaps.items())[:most]
    ]


def groups_asked_for(learner: ActiveLearner) -> frozenset[int]:
    """Return the groups in which a person asked for items that are not answered yet."""
    with learner.log.known() as state:
        open_ = [
            learner.pool.position(item)
            for asked in state.open_queries(learner.annotator)
            if asked.strategy == PICKED
            for item in asked.items
            if not state.is_answered(item, learner.annotator)
        ]
    return frozenset(learner.pool.geometry.variations[open_].tolist()) if open_ else frozenset()


def ask_about(learner: ActiveLearner, known: Mapping[str, Gap], keys: Sequence[str]) -> str:
    """Put examples of these gaps at the front of the queue; return what was done, in words.

    A training may find another class in a group while a click is under way: a gap that is known
    no more stands for the one that its group has now.

    Raises
    ------
    InvalidInput
        If one of the names is that of no gap.
    """
    by_group = {_group_of(key): gap for key, gap in reversed(list(known.items()))}
    chosen = {key: known.get(key) or by_group.get(_group_of(key)) for key in keys}
    if unknown := [key for key, gap in chosen.items() if gap is None]:
        raise InvalidInput(
            "only a variation without a label can be asked about",
            f"{unknown[0][:80]!r}",
            "It may have got a label meanwhile: choose among those that are shown",
        )
    gaps = [gap for gap in chosen.values() if gap is not None]
    items = one_of_each(gaps, min(learner.batch_size, MOST_ASKED))
    return said_of_asking(len(learner.ask(items, _reason(gaps)) if items else ()))


def _group_of(key: str) -> str:
    return key.rpartition("/")[2]


def said_of_asking(n: int) -> str:
    """Return what came of asking about items, of which `n` are in the new query."""
    if not n:
        return "Nothing to ask: the budget is spent, or all of these are asked about already."
    return f"{n} items come next in the labeler." if n > 1 else "1 item comes next in the labeler."


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


def _reason(gaps: Sequence[Gap]) -> str:
    if len(gaps) > 1:
        return "you asked for it · no label represents items like this"
    return f"you asked for it · {said_of(gaps[0].n_items, gaps[0].label)} · none of them labeled"
