"""What the stream panel shows, as plain data for a browser: pure functions of what is known.

Nobody is to be led: of an item that awaits an answer the model's label is not sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.content import Content
from al_widgets.widgets._rest_view import capital, in_number
from al_widgets.widgets._small import small

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from al_widgets.content import Card
    from al_widgets.sampling._seen import Seen
    from al_widgets.streams import Stream

_ASKS = "Click to be asked about it."
_FEW_CELLS, _SHORT_TEXT = 4, 160  # what there is room for


# -- how it flows ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How a stream stands, as far as a sentence can say it.

    Attributes
    ----------
    position : int
        Items seen.
    n_open : int
        Items that await an answer.
    left : int
        Answers left of the budget.
    is_paused, is_ended, is_sought : bool
        Whether it is paused, has no more items, and somebody pulls at it now.
    silence : float
        Seconds since the last item.
    failure : str
        Why it failed; empty if it did not.
    """

    position: int = 0
    n_open: int = 0
    left: int = 1
    is_paused: bool = False
    is_ended: bool = False
    is_sought: bool = False
    silence: float = 0.0
    failure: str = ""


_SILENT = 2.0  # seconds


def status_of(standing: Standing) -> dict[str, str]:
    """Say how a stream stands: a kind, a sentence, and what more is to be said.

    Examples
    --------
    >>> status_of(Standing(position=4012, n_open=10))["words"]
    'Waits for your answers: 10 are open.'
    """
    n, n_open = standing.position, standing.n_open
    awaits = f"{in_number(n_open, 'item')} {'awaits' if n_open == 1 else 'await'} your answer."
    more = awaits if n_open else ""
    if standing.failure:
        return _status("failed", f"The stream failed at item {n:,}.", capital(standing.failure))
    if standing.is_ended:
        return _status("ended", f"The stream has ended after {in_number(n, 'item')}.", more)
    if not standing.left:
        return _status("spent", f"The budget is spent: the stream stands at item {n:,}.")
    if standing.is_paused:
        return _status("paused", f"Paused at item {n:,}." if n else "Paused.", more)
    return _moving(standing, more)


def _moving(standing: Standing, more: str) -> dict[str, str]:
    """Say how a stream stands that nothing holds up but who answers, or who sends."""
    n_open = standing.n_open
    if standing.is_sought and standing.silence < _SILENT:
        return _status("flowing", "Flowing.", more)
    if standing.is_sought:
        seconds = in_number(int(standing.silence), "second")
        return _status("silent", f"No item came for {seconds}; it goes on with the next.", more)
    if n_open:
        are = f"{n_open:,} {'is' if n_open == 1 else 'are'} open"
        return _status("waiting", f"Waits for your answers: {are}.")
    return _status("waiting", "About to go on." if standing.position else "About to begin.")


def wait_of(standing: Standing) -> str:
    """Say why there is nothing to answer, in the place of an item.

    Examples
    --------
    >>> wait_of(Standing(position=4012, is_paused=True))
    'The stream is paused at item 4,012. Play lets it go on.'
    """
    n = standing.position
    match status_of(standing)["kind"]:
        case "failed":
            return f"The stream failed at item {n:,}. {capital(standing.failure)}"
        case "ended":
            return f"The stream has ended after {in_number(n, 'item')}, and all is answered."
        case "paused":
            where = f" at item {n:,}" if n else ""
            return f"The stream is paused{where}. Play lets it go on."
        case _:
            return "What the stream asks about appears here."


def _status(kind: str, words: str, more: str = "") -> dict[str, str]:
    return {"kind": kind, "words": words, "more": more}


def counts_of(stream: Stream, rate: float | None) -> dict[str, Any]:
    """Return how many items became what, and how many pass a second, where that is known."""
    n_drawn = len(stream.draws)
    return {
        "seen": stream.position,
        "accepted": stream.n_accepted,
        "asked": max(0, stream.n_asked - n_drawn),
        "drawn": n_drawn,
        "passed": stream.n_passed,
        "rate": None if rate is None else float(f"{rate:.2g}"),
    }


def rate_of(marks: Sequence[tuple[float, int]]) -> float | None:
    """Return items a second, from moments and the positions then; None if nothing moved.

    Examples
    --------
    >>> rate_of([(10.0, 100), (12.0, 150)])
    25.0
    """
    if len(marks) < 2 or marks[-1][0] <= marks[0][0] or marks[-1][1] <= marks[0][1]:
        return None
    (since, before), (now, after) = marks[0], marks[-1]
    return (after - before) / (now - since)


# -- the last items --------------------------------------------------------------------------------


def strip_of(
    seen: Iterable[Seen],
    answers: Mapping[str, str | None],
    opened: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the last items: what became of each, and why.

    Parameters
    ----------
    seen : iterable of Seen
        In order.
    answers : mapping of item to label
        Of those that were answered; None where they were skipped.
    opened : collection of str
        Items that a person is asked about now.

    Returns
    -------
    list of dict
        ``number``, ``became``, ``said`` and ``note`` (a word or two each), and ``why`` (a sentence
        or two).
    """
    return [
        {
            "number": each.number,
            "became": each.became,
            **_said(each, answers, opened),
            "why": " ".join(filter(None, [_why(each, answers), _outcome(each, answers, opened)])),
        }
        for each in seen
    ]


def _said(each: Seen, answers: Mapping[str, str | None], opened: Collection[str]) -> dict[str, str]:
    if each.item not in answers:
        if each.item in opened:
            return {"said": "drawn" if each.became == "drawn" else "asked", "note": "open"}
        if each.became == "accepted":
            return {"said": each.label, "note": _sure(each.confidence)}
        return {"said": each.became, "note": "" if each.became == "passed" else "open"}
    if (answer := answers[each.item]) is None:
        return {"said": "skipped", "note": ""}
    if not each.confidence:
        return {"said": answer, "note": "answered"}
    return {"said": answer, "note": "agreed" if answer == each.label else "differed"}


def _outcome(each: Seen, answers: Mapping[str, str | None], opened: Collection[str]) -> str:
    """Return what was answered, and what the model had said; empty while that is open."""
    if each.item not in answers:
        may_ask = each.became in ("accepted", "passed") and each.item not in opened
        return _ASKS if may_ask and _is_valid(each) else ""
    if (answer := answers[each.item]) is None:
        return "You skipped it."
    if not each.confidence:
        return f"You said {answer}."
    if answer == each.label:
        return f"You said {answer}, and so had the model ({_sure(each.confidence)})."
    return f"You said {answer}; the model had said {each.label} ({_sure(each.confidence)})."


def _why(each: Seen, answers: Mapping[str, str | None]) -> str:
    if each.became == "drawn":  # not how sure the model is: nobody is to be led
        return "Drawn at random, to measure how often the model is right."
    if each.became == "passed":
        return f"Passed over: {_why_passed(each, answers)}."
    if not each.confidence:
        return "Asked: there is no model yet."
    confidence, threshold = _apart(each.confidence, each.threshold)
    if each.became == "accepted":
        return (
            f"Accepted as {each.label}: the model is {confidence} sure, and asks below {threshold}."
        )
    if each.confidence >= each.threshold:
        return f"Asked: the model is {confidence} sure. So early, all are asked about."
    return f"Asked: the model is {confidence} sure, and asks below {threshold}."


def _why_passed(each: Seen, answers: Mapping[str, str | None]) -> str:
    if not _is_valid(each):
        return "it is no valid item"
    if each.item in answers:
        return "it was asked about before"
    if not each.confidence:
        return "there is no model yet, and others were asked about"
    confidence, threshold = _apart(each.confidence, each.threshold)
    return f"the model is {confidence} sure, below {threshold}, and others stand for more"


def _is_valid(each: Seen) -> bool:
    return each.features is not None and bool(np.isfinite(_row(each)).all())


def _apart(confidence: float, threshold: float) -> tuple[str, str]:
    """Return two shares in percent, with as many decimals as it takes to tell them apart."""
    for decimals in range(4):
        pair = f"{100 * confidence:.{decimals}f} %", f"{100 * threshold:.{decimals}f} %"
        if pair[0] != pair[1]:
            break
    return pair


def _sure(confidence: float) -> str:
    return f"{100 * confidence:.0f} %"


def _row(each: Seen) -> np.ndarray:
    """Return the features of an item, of shape (n_features,); it may have none."""
    row: Any = each.features
    if row is None:
        return np.empty(0)
    return np.asarray(row.toarray() if hasattr(row, "toarray") else row, dtype=float).ravel()


def card_of_seen(each: Seen) -> Card:
    """Return the small card of an item; where it cannot be read, the error as a text."""
    value = each.content
    if value is None:
        value = {f"feature {j}": float(number) for j, number in enumerate(_row(each)[:_FEW_CELLS])}
    try:
        card = small(Content([value]).card(0))
    except Exception as error:  # noqa: BLE001 - content may be anything
        card = {"kind": "text", "text": f"This item cannot be shown. {error}", "alt": "not shown"}
    if card["kind"] == "text":
        card = {**card, "text": card["text"][:_SHORT_TEXT]}
    elif card["kind"] == "row":
        card = {**card, "cells": card["cells"][:_FEW_CELLS]}
    return {"id": str(each.number), **card}
