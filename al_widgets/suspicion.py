"""Answers that may be wrong: all the others say something else, and the nearest ones say so too.

What the other answers say of an item is known from a propagation that did without its own answer:
the probabilities out of fold. An answer is suspicious where another class is far likelier than the
one that was given. Confident learning (Northcutt, Jiang and Chuang, "Confident learning: estimating
uncertainty in dataset labels", JAIR 2021) asks instead whether a class reaches the mean probability
of those that were answered so. That is meant for answers drawn at random; among those that were
asked because the model was unsure of them it finds fewer (`make bench ARGS=audit`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.events import Labeled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from al_widgets.propagation import Propagation
    from al_widgets.state import State

N_NEAR = 5
"""How many of the nearest other answers are asked."""

_FAR_LIKELIER = 20.0  # times
_LEAST = 1e-3  # what any class may have of probability: nothing is out of the question
_CHUNK = 1024
_COLUMNS = ["item", "label", "suggested", "confidence", "agreement", "annotator"]


class Suspect(NamedTuple):
    """An answer that may be wrong.

    Attributes
    ----------
    item, label : str, str
        What was answered, and as what.
    suggested : str
        What the others say.
    confidence : float
        How sure they are, from 0 to 1, without this answer.
    agreement : float
        The share of the nearest other answers that say so, from 0 to 1.
    n_near : int
        How many these are.
    """

    item: str
    label: str
    suggested: str
    confidence: float
    agreement: float
    n_near: int


def suspects(propagation: Propagation, rows: np.ndarray) -> list[Suspect]:
    """Return the answers that may be wrong, the most suspicious first.

    Parameters
    ----------
    propagation : Propagation
        What the other answers say of each one (`out_of_fold`).
    rows : ndarray of shape (n_answers, n_dimensions)
        Features of the answered items, in the order of ``propagation.answered``.

    Returns
    -------
    list of Suspect
        By how many times likelier the suggested class is than the answer.
    """
    looked_at = np.flatnonzero(np.isfinite(propagation.out_of_fold).all(axis=1))
    if len(propagation.given) < 2 or not len(looked_at):
        return []
    given, proba = propagation.given[looked_at], propagation.out_of_fold[looked_at]
    each = np.arange(len(given))
    without = proba.copy()
    without[each, given] = -1
    suggested = without.argmax(axis=1)
    times = proba[each, suggested] / (proba[each, given] + _LEAST)
    say = propagation.given[_nearest(rows)[looked_at]]
    agreement = (say == suggested[:, None]).mean(axis=1)
    doubted = agreement > (say == given[:, None]).mean(axis=1)
    found = np.flatnonzero((times >= _FAR_LIKELIER) & doubted)
    ids, names = propagation.pool.ids, tuple(map(str, propagation.classes))
    return [
        Suspect(
            item=ids[int(propagation.answered[looked_at[i]])],
            label=names[given[i]],
            suggested=names[suggested[i]],
            confidence=round(float(proba[i, suggested[i]]), 4),
            agreement=round(float(agreement[i]), 4),
            n_near=say.shape[1],
        )
        for i in found[np.argsort(-times[found], kind="stable")]
    ]


def _nearest(rows: np.ndarray) -> np.ndarray:
    """Return the nearest others of each row; of shape (n_rows, at most N_NEAR)."""
    n_near = min(N_NEAR, len(rows) - 1)
    near = np.empty((len(rows), n_near), dtype=int)
    squares = (rows * rows).sum(axis=1)
    for start in range(0, len(rows), _CHUNK):
        stop = min(start + _CHUNK, len(rows))
        distances = squares - 2 * rows[start:stop] @ rows.T
        distances[np.arange(stop - start), np.arange(start, stop)] = np.inf
        near[start:stop] = np.argpartition(distances, n_near - 1, axis=1)[:, :n_near]
    return near


def to_frame(found: Sequence[Suspect], state: State, value: Callable[[str], Any]) -> pd.DataFrame:
    """Return one row for each answer that may be wrong; see `Reading.suspicious`."""
    import pandas as pd  # noqa: PLC0415

    who: dict[str, str] = {}
    wanted = {suspect.item: suspect.label for suspect in found}
    for _, event in state.answers():
        if isinstance(event, Labeled) and wanted.get(event.item) == event.label:
            who[event.item] = event.annotator
    rows = [
        [s.item, value(s.label), value(s.suggested), s.confidence, s.agreement, who.get(s.item, "")]
        for s in found
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def in_words(suspect: Suspect, who: str) -> str:
    """Say why an answer comes back for review.

    Examples
    --------
    >>> in_words(Suspect("7", "cat", "dog", 0.93, 0.8, 5), "you")
    'you said cat · others say dog (93 %) · 4 of 5 near answers say dog'
    """
    n = round(suspect.agreement * suspect.n_near)
    return (
        f"{who} said {suspect.label} · others say {suspect.suggested} "
        f"({100 * suspect.confidence:.0f} %) · {n} of {suspect.n_near} near answers say "
        f"{suspect.suggested}"
    )


class Review:
    """Chooses what to review, and says why.

    Parameters
    ----------
    found : list of Suspect
        What may be wrong, the most suspicious first.
    annotator : str
        Who is to review it.
    total : int
        The budget.
    """

    def __init__(self, found: Sequence[Suspect], annotator: str, total: int) -> None:
        self._found = {suspect.item: suspect for suspect in found}
        self._annotator, self._total = annotator, total

    def worst(self, state: State, n: int) -> dict[str, str]:
        """Return up to `n` suspicious items that nobody has reviewed, with reasons."""
        items = (item for item in self._found if self._may_return(state, item))
        return self._affordable(state, items, n)

    def named(self, state: State, items: Sequence[str]) -> dict[str, str]:
        """Return those of the items that have a label, with reasons."""
        return self._affordable(state, (i for i in items if i in state.labels), len(items))

    def _may_return(self, state: State, item: str) -> bool:
        measures = item in state.held_out or state.is_audited(item)
        seen = state.is_reviewed(item) or state.is_under_review(item, self._annotator)
        changed = state.labels.get(item) != self._found[item].label
        return not measures and not seen and not changed

    def _affordable(self, state: State, items: Iterable[str], n: int) -> dict[str, str]:
        left = self._total - state.spent.total()
        chosen: dict[str, str] = {}
        for item in items:
            costs = state.costs(item, self._annotator)
            if len(chosen) < n and (left > 0 or not costs):
                chosen[item] = self._why(state, item)
                left -= costs
        return chosen

    def _why(self, state: State, item: str) -> str:
        own = isinstance(state.answer(item, self._annotator), Labeled)
        who, label = "you" if own else "somebody", state.labels[item]
        suspect = self._found.get(item)
        if suspect is not None and suspect.label == label:
            return in_words(suspect, who)
        return f"{who} said {label} · you asked to see it again"
