"""Items that were made, on a map: their marks, and what is said of one."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets import making
from al_widgets.coloring import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from al_widgets.learner import ActiveLearner
    from al_widgets.pool import Pool
    from al_widgets.state import State
    from al_widgets.syntheses import Synthetic

KINDS = ("in use", "held back", "asked about", "rejected", "parents changed", "switched off")
"""What became of items that were made, as a map tells it; models learn from the first kind."""

_KIND = {
    making.IN_USE: 0,
    making.ACCEPTED: 0,
    making.RELABELED: 0,
    making.HELD: 1,
    making.ASKED: 2,
    making.REJECTED: 3,
    making.ORPHANED: 4,
    making.OFF: 5,
}
_MOST_NAMED = 2  # parents in the words on an item
_LONGEST = 16  # characters of an id there


def made_marks(
    state: State,
    pool: Pool,
    index: Mapping[str, int],
    told: Sequence[int],
    n_shown: int,
) -> dict[str, Any]:
    """Return the marks of items that were made, in the order in which they were; empty if none was.

    Parameters
    ----------
    state : State
    pool : Pool
    index : mapping of str to int
        The positions of the classes.
    told : sequence of int
        Where in the log the labels stand that are on the map, ascending.
    n_shown : int
        How many items of the pool are on the map.

    Returns
    -------
    dict
        ``positions``, 4 bytes each; ``codes``, the class as a byte, 255 where nobody said;
        ``kinds``, a byte each, positions in ``words``, of which the first is in use; ``since``, 4
        bytes each: how many labels there were before.
    """
    if not state.synthetic:
        return {}
    answers = state.training_labels(made=False)
    found = [(at, each) for each in state.synthetic if (at := pool.position(each.item)) < n_shown]
    labels = [state.labels.get(each.item) or each.label for _, each in found]
    since = [bisect_right(told, each.position) for _, each in found]
    return {
        "positions": np.array([at for at, _ in found], dtype="<u4").tobytes(),
        "codes": bytes(
            NOTHING if name is None else min(index[name], NOTHING - 1) for name in labels
        ),
        "kinds": bytes(_KIND[making.status(state, each, answers)] for _, each in found),
        "since": np.array(since, dtype="<u4").tobytes(),
        "words": list(KINDS),
    }


def said_of(state: State, made: Synthetic) -> str:
    """Say how an item was made, of what class it is, and whether models learn from it."""
    status = making.status(state, made, state.training_labels(made=False))
    words = [f"made from {_listed(made.parents)}: {made.recipe}"]
    said = state.labels.get(made.item)
    if status in {making.ACCEPTED, making.RELABELED}:
        words.append(f"{said} · {status}, in use")
    elif status == making.HELD:
        words += [
            f"held back: {made.held}",
            *([f"{made.label} if it is used"] if made.label else []),
        ]
    elif status == making.ASKED:
        words.append("no label yet: it is asked about")
    elif status == making.REJECTED:
        words.append(status)
    else:
        words.append(f"{_inherited(made) if said is None else said} · {status}")
    return " · ".join(words)


def parents_of(learner: ActiveLearner, position: int, n_shown: int) -> list[int]:
    """Return where on the map the items are that this one was made from; none of a real item."""
    with learner.log.known() as state:
        item = learner.pool.ids[position]
        parents = state.synthetic[item].parents if item in state.synthetic else ()
    places = [learner.pool.position(parent) for parent in parents]
    return [place for place in places if place < n_shown]


def _inherited(made: Synthetic) -> str:
    if made.shares is None:
        return f"{made.label}, inherited"
    ranked = sorted(made.shares.items(), key=lambda pair: -pair[1])
    return " and ".join(f"{share:.0%} {name}" for name, share in ranked)


def _listed(items: Sequence[str]) -> str:
    named = [item if len(item) <= _LONGEST else f"{item[: _LONGEST - 1]}…" for item in items]
    if len(named) <= _MOST_NAMED:
        return " and ".join(named)
    return f"{', '.join(named[:_MOST_NAMED])} and {len(named) - _MOST_NAMED} more"
