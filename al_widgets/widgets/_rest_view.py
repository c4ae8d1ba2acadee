"""What the rest panel shows, as plain data for a browser: pure functions of what a learner says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.displays import MOST_BARS
from al_widgets.widgets._small import card_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from al_widgets.auditing import Audit
    from al_widgets.propagation import Propagation
    from al_widgets.state import State
    from al_widgets.stopping import Advice

N_BINS = 100
"""Bins of confidence: as fine as the slider's steps, so that each threshold is the edge of one."""

_EDGES = (np.arange(1, N_BINS) / N_BINS).astype(np.float32)


# -- the advice ------------------------------------------------------------------------------------


def advice_of(advice: Advice) -> dict[str, Any]:
    """Return the advice: what to do in a word or two, why, and all that was looked at.

    Of each reason ``said`` is whether the sentence has its words already.
    """
    head, _, why = advice.sentence.partition(": ")
    return {
        "stop": advice.stop,
        "head": head,
        "why": capital(why),
        "reasons": [
            {
                "name": capital(reason.name),
                "words": capital(reason.words),
                "said": reason.words.lower() in why.lower(),
                "met": reason.is_met,
            }
            for reason in advice.reasons
        ],
    }


# -- the labels ------------------------------------------------------------------------------------


def labels_of(propagation: Propagation) -> dict[str, Any]:
    """Return how many labels there are of each confidence, in all and in each class.

    ``n`` counts the propagated labels in each of `N_BINS` equal bins of confidence, and ``wrong``
    how many of them are expected to be wrong. With these a browser knows what any threshold keeps.
    """
    is_propagated = propagation.is_propagated
    confidence, label = propagation.confidence[is_propagated], propagation.label[is_propagated]
    place = np.searchsorted(_EDGES, confidence, side="right")
    n_classes = len(propagation.classes)
    answers = np.bincount(propagation.given, minlength=n_classes)
    shown, hidden = classes_shown(answers + np.bincount(label, minlength=n_classes))
    return {
        "items": propagation.n_items,
        "answered": len(propagation.answered),
        "propagated": int(is_propagated.sum()),
        "estimate": _estimate(propagation),
        "n": np.bincount(place, minlength=N_BINS).tolist(),
        "wrong": np.bincount(place, 1 - confidence, minlength=N_BINS).round(4).tolist(),
        "classes": [
            {
                "name": str(propagation.classes[k]),
                "answers": int(answers[k]),
                "n": np.bincount(place[label == k], minlength=N_BINS).tolist(),
            }
            for k in shown
        ],
        "hidden": hidden,
    }


def classes_shown(n_items: ArrayLike) -> tuple[list[int], int]:
    """Return which classes get a bar, in their order, and how many do not: the smallest ones."""
    n_items = np.asarray(n_items)
    largest = np.argsort(-n_items, kind="stable")[:MOST_BARS]
    return sorted(largest.tolist()), max(0, len(n_items) - MOST_BARS)


def _estimate(propagation: Propagation) -> str:
    if (estimate := propagation.estimate) is None:
        return ""
    interval = percent(estimate.low, estimate.high)
    return (
        f"about {100 * estimate.accuracy:.0f} % right "
        f"({interval} by {in_number(estimate.n, 'answer')} drawn at random)"
    )


def missing(labels: Mapping[str, str]) -> str:
    """Say what has to be answered before there is anything to propagate; empty if nothing is."""
    if len(set(labels.values())) >= 2:
        return ""
    if not labels:
        return "Answer some items first, of at least two classes."
    return "So far all answers are of one class; it takes two."


def n_newer(labels: Mapping[str, str], known: Mapping[str, str]) -> int:
    """Return how many answers came, changed or went since others were known.

    Examples
    --------
    >>> n_newer({"1": "cat", "2": "dog"}, {"1": "dog", "7": "cat"})
    3
    """
    changed = sum(known.get(item) != label for item, label in labels.items())
    return changed + sum(item not in labels for item in known)


def answers_in(propagation: Propagation) -> dict[str, str]:
    """Return the answers that were propagated, by item."""
    ids, classes = propagation.pool.ids, propagation.classes
    pairs = zip(propagation.answered.tolist(), propagation.given.tolist(), strict=True)
    return {ids[position]: str(classes[label]) for position, label in pairs}


# -- the audit -------------------------------------------------------------------------------------


def audit_of(audit: Audit, left: Sequence[str] = ()) -> dict[str, Any]:
    """Return what an audit found so far.

    Parameters
    ----------
    audit : Audit
        What is drawn.
    left : sequence of str
        Its items that await an answer; the first is the one to go to.
    """
    sure = f" of confidence {audit.threshold:.2f} or more" if audit.threshold else ""
    unclear = f", {audit.n_unclear} passed over as unclear" if audit.n_unclear else ""
    return {
        "n": audit.n,
        "checked": audit.n_answered + audit.n_unclear,
        "open": audit.is_open,
        "next": left[0] if left else "",
        "words": _found(audit),
        "of": f"Of {in_number(audit.n_population, 'label')}{sure} as they were then{unclear}.",
        **_ends(audit.error, audit.low, audit.high),
        "classes": [
            {
                "name": str(name),
                "n": row["n_population"],
                "found": f"{row['n_wrong']} of {row['n_checked']}",
                "range": percent(row["low"], row["high"]),
            }
            for name, row in audit.to_frame().to_dict("index").items()
        ],
    }


def _found(audit: Audit) -> str:
    if not audit.n_answered:
        return ""
    found = f"{audit.n_wrong} of {audit.n_answered} wrong"
    if audit.low == audit.high:
        return f"{found}: exactly {percent(audit.low, audit.high)} of all"
    low, high = percent(audit.low, audit.high).removesuffix(" %").split("-")
    return f"{found}: error between {low} and {high} %"


def _ends(error: float, low: float, high: float) -> dict[str, float | None]:
    """Return the three numbers; JSON has none that is not a number."""
    found = {"error": error, "low": low, "high": high}
    return {name: None if math.isnan(x) else round(float(x), 5) for name, x in found.items()}


# -- answers to look at again ----------------------------------------------------------------------


def reviewable(
    found: Iterable[Any], state: State, names: Mapping[Any, str], annotator: str
) -> list[dict[str, Any]]:
    """Return those suspicious answers that a review would bring back, in words.

    Parameters
    ----------
    found : iterable of rows
        Of `ActiveLearner.suspicious`.
    state : State
        As things stand now: some may have been changed or reviewed meanwhile.
    names : mapping of class to str
        What the classes are called.
    annotator : str
        Who is asked.
    """
    rows = []
    for row in found:
        label, other = names[row.label], names[row.suggested]
        measures = row.item in state.held_out or state.is_audited(row.item)
        seen = state.is_reviewed(row.item) or state.is_under_review(row.item, annotator)
        if measures or seen or state.labels.get(row.item) != label:
            continue
        who = "you" if row.annotator == annotator else row.annotator or "somebody"
        rows.append(
            {
                "item": row.item,
                "said": f"{who} said {label}",
                "others": f"others say {other} ({100 * row.confidence:.0f} %)",
            }
        )
    return rows


def with_cards(rows: Sequence[dict[str, Any]], pool: Any) -> list[dict[str, Any]]:
    """Return the rows, each with the small card of its item."""
    return [{**row, "card": card_of(pool, pool.position(row["item"]))} for row in rows]


# -- words -----------------------------------------------------------------------------------------


def in_number(n: int, what: str) -> str:
    """Return "1 answer", "2 answers"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def capital(words: str) -> str:
    """Return the words with a capital at the start."""
    return words[:1].upper() + words[1:]


def percent(low: float, high: float) -> str:
    """Return a range in percent, with a decimal where it is narrow; empty if it is not known.

    Examples
    --------
    >>> percent(0.027, 0.179), percent(0.001, 0.012), percent(0.08, 0.08)
    ('3-18 %', '0.1-1.2 %', '8 %')
    """
    if math.isnan(low):
        return ""
    decimals = 0 if high - low >= 0.02 or low == high == round(high, 2) else 1
    one, other = (f"{100 * end:.{decimals}f}" for end in (low, high))
    return f"{one} %" if one == other else f"{one}-{other} %"
