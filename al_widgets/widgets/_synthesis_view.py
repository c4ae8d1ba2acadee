"""What the synthesis panel shows, as plain data for a browser: pure functions of what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets import making
from al_widgets.displays import FATES, MOST_BARS, Fate, SynthesisDisplay
from al_widgets.sampling import QuerySynthesis
from al_widgets.widgets._rest_view import classes_shown
from al_widgets.widgets._small import card_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from al_widgets.pool import Pool
    from al_widgets.state import State
    from al_widgets.synthesis_report import SynthesisReport

MOST_SHOWN = 12
"""Items in the strip: the newest."""

SIDE = 160
"""Pixels of a small picture: an item and its parent stand side by side."""

FIRST_LINE = "learner.sampling = al.QuerySynthesis(al.synthesizers.Interpolate())"

_MOST_PARENTS = 2

_AIMS = {
    "balance": "to bring the classes into balance",
    "gaps": "where the largest groups of items have no label",
    "boundary": "at the boundary between classes",
}


# -- what was made ---------------------------------------------------------------------------------


def headline(display: SynthesisDisplay) -> dict[str, Any]:
    """Return how many were made, and what became of them, in words."""
    return {
        "n": display.n_made,
        "words": display.head,
        "fates": [{"kind": _kind(status), "words": said} for status, said in display.said.items()],
    }


def _kind(status: str) -> str:
    """Return a status as part of the name of a style."""
    return status.replace(" ", "-")


def bars_of(display: SynthesisDisplay) -> dict[str, Any]:
    """Return how much a model learns from of each class: answers, and what was made.

    ``off`` counts what it would learn from as well, were it not switched off.
    """
    counts = list(display.counts.items())
    shown, hidden = classes_shown([sum(parts) for _, parts in counts])
    rows = []
    for name, (answers, made, off) in (counts[k] for k in shown):
        rows.append({"name": name, "answers": answers, "made": made, "off": off})
    return {"rows": rows, "hidden": hidden}


def strip_of(made: Sequence[Fate], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the newest items, the newest first, without how they look.

    Parameters
    ----------
    made : sequence of Fate
        The oldest first.
    labels : mapping of str to str
        Of real items: what the parents are.
    """
    return [
        {
            "item": each.item,
            "label": label or "",
            "recipe": each.recipe,
            "kind": _kind(status),
            "status": FATES[status],
            "why": each.held if status == making.HELD else "",
            "parents": [
                {"item": parent, "label": labels.get(parent, "")}
                for parent in each.parents[:_MOST_PARENTS]
            ],
            "more": max(0, len(each.parents) - _MOST_PARENTS),
        }
        for each, status, label in reversed(made[-MOST_SHOWN:])
    ]


def cards_of(
    strip: Iterable[Mapping[str, Any]], pool: Pool, held: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the small cards of the items of a strip and their parents, by id.

    Parameters
    ----------
    strip : iterable of dict
        As `strip_of` makes it.
    pool : Pool
        Has the items.
    held : mapping of str to dict
        Cards that were made before.
    """
    wanted = [id_ for one in strip for id_ in (one["item"], *(p["item"] for p in one["parents"]))]
    return {
        item: held.get(item) or card_of(pool, pool.position(item), SIDE)
        for item in dict.fromkeys(wanted)
    }


# -- how more is made ------------------------------------------------------------------------------


def how_of(sampling: Any, n_answers: int) -> dict[str, Any]:
    """Return how new items are made, or why none can be, with the code that changes that.

    Examples
    --------
    >>> from al_widgets.sampling import PoolBasedSampling
    >>> how_of(PoolBasedSampling(), 7)["missing"]
    'Say how new items are made from labeled ones, then make some:'
    """
    if not isinstance(sampling, QuerySynthesis):
        missing = "Say how new items are made from labeled ones, then make some:"
        return {"name": "", "aim": "", "missing": missing, "code": FIRST_LINE}
    aim = _AIMS.get(sampling.target_name, "from what your target chooses")
    by = "you say what each is" if sampling.asks else "with the label of what they are made of"
    missing = "" if n_answers else "Answer some items first: new ones are made from labeled ones."
    return {
        "name": repr(sampling.synthesizer),
        "aim": f"{aim}, {by}",
        "missing": missing,
        "code": "",
    }


def waiting_of(made: Iterable[Fate], waiting: set[str]) -> dict[str, int]:
    """Return how many items are held back that a review would bring, and how many it brought."""
    held = [fate.each.item for fate in made if fate.status == making.HELD]
    there = sum(item in waiting for item in held)
    return {"n": len(held) - there, "there": there}


# -- what it brings --------------------------------------------------------------------------------


def use_of(state: State) -> dict[str, Any]:
    """Return whether models learn from what was made, and why not."""
    is_on = state.synthetic.is_on
    return {"on": is_on, "why": "" if is_on else state.synthetic.reason}


def report_of(report: SynthesisReport) -> dict[str, Any]:
    """Return what a measurement found: a sentence, and a line for each class that was measured."""
    frame = report.to_frame()
    rows: list[dict[str, Any]] = [
        {
            "name": str(name),
            "n": int(row["n"]),
            "without": int(row["right_without"]),
            "right": int(row["right"]),
            "difference": int(row["difference"]),
        }
        for name, row in frame.to_dict("index").items()
        if row["n"]
    ]
    rows.sort(key=lambda row: -abs(row["difference"]))
    return {
        "words": report.summary,
        "helped": report.helped,
        "n": int(report.n),
        "on": report.on,
        "validation": int(report.n_validation),
        "without": int(report.n_right_without),
        "right": int(report.n_right),
        "rows": rows[:MOST_BARS],
        "hidden": max(0, len(rows) - MOST_BARS),
    }
