"""A row: one label with where it came from, the same in every format."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from al_widgets.exceptions import ImportRefused, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

UNREADABLE = "unreadable row"
"""The kind of a problem with what is no row, or no file that can be read."""

SKIPPED = "skipped"
"""The source of a row that says that an annotator passed over the item."""


class Row(NamedTuple):
    """One annotator's word on an item, or a model's.

    Attributes
    ----------
    item : str
        Id of the item.
    label : str
        Name of its class; empty where there is none.
    annotator : str
        Who; empty for a model.
    time : float or None
        When, in seconds since 1970 (UTC), to the microsecond.
    seconds : float or None
        How long the item was looked at.
    source : str
        ``"human"``, ``"selection"``, ``"imported"``, ``"propagated"``, ``"accepted"`` (in a
        stream), ``"synthetic"`` (of an item that was made), ``"skipped"``.
    strategy : str
        What asked about the item; empty where a person picked it.
    round : int or None
        The query it belonged to.
    confidence : float or None
        How likely the label is right, 0 to 1, to six digits; 1 where a person answered. Of an item
        that was made and inherits several classes, the share of this one; None if it inherits one.
    event : str
        Id of the event in the log.
    """

    item: str
    label: str = ""
    annotator: str = ""
    time: float | None = None
    seconds: float | None = None
    source: str = ""
    strategy: str = ""
    round: int | None = None
    confidence: float | None = None
    event: str = ""


COLUMNS = Row._fields


class Origin(NamedTuple):
    """What an item was made from.

    Attributes
    ----------
    parents : tuple of str
        Ids of the items; empty where nobody made it.
    recipe : str
        How, in words.
    """

    parents: tuple[str, ...] = ()
    recipe: str = ""


MADE_COLUMNS = (*COLUMNS, *Origin._fields)
"""The columns of a table that holds an item that was made."""


class Found(NamedTuple):
    """What a file says at one place, as it stands there.

    Attributes
    ----------
    where : str
        For a person: "row 7", "line 3".
    fields : dict of str to object
        Values by the names of a row; what is missing is missing.
    problem : str
        Why it cannot be read; then there are no fields.
    """

    where: str
    fields: Mapping[str, Any]
    problem: str = ""


class NotARow(ValueError):
    """Fields that are no row; its words say why."""


def unreadable(path: Path, got: str, remedy: str) -> ImportRefused:
    """Return the error for a file that cannot be read at all."""
    rule = f"{path.name} must be readable in its format; nothing was imported"
    problem = Problem(UNREADABLE, "the whole file", got)
    return ImportRefused(rule, got, remedy, [problem])


def iso(seconds: float) -> str:
    """Return a moment as ISO 8601 text in UTC.

    Examples
    --------
    >>> iso(1.5)
    '1970-01-01T00:00:01.500000+00:00'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def as_row(fields: Mapping[str, Any]) -> Row:
    """Make a row of what was found.

    Parameters
    ----------
    fields : mapping of str to object
        Values of any type that a file may hold. Empty text, None and NaN are missing values.
        What an item was made from is not read: a file is no place where items are made.

    Raises
    ------
    NotARow
        If there is no item, or a value means nothing.

    Examples
    --------
    >>> as_row({"item": "007", "label": 1, "round": "3"})[:2]
    ('007', '1')
    """
    if fields.get("item") is None:
        raise NotARow("it names no item")
    text = {name: _text(name, fields.get(name)) for name in _TEXTS}
    return Row(
        **text,
        time=_time(fields.get("time")),
        seconds=_number("seconds", fields.get("seconds")),
        round=_whole(fields.get("round")),
        confidence=_number("confidence", fields.get("confidence")),
    )


_TEXTS = ("item", "label", "annotator", "source", "strategy", "event")


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise NotARow(f"its {name} is no text: {_shown(value)}")
        return value
    if _is_missing(value):
        return ""
    if isinstance(value, float) and value.is_integer() and name == "label":
        value = int(value)  # whole classes in a column with gaps
    if not isinstance(value, int | float):
        raise NotARow(f"its {name} is no text: {_shown(value)}")
    return str(value)


def _number(name: str, value: Any) -> float | None:
    if _is_missing(value):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise NotARow(f"its {name} is no number: {_shown(value)}") from None
    if not math.isfinite(number) or number < 0:
        raise NotARow(f"its {name} is below 0 or infinite: {_shown(value)}")
    return number


def _whole(value: Any) -> int | None:
    number = _number("round", value)
    if number is None:
        return None
    if not number.is_integer():
        raise NotARow(f"its round is no whole number: {_shown(value)}")
    return int(number)


def _time(value: Any) -> float | None:
    if _is_missing(value):
        return None
    try:
        if isinstance(value, int | float):
            value = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str):
            value = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        raise NotARow(f"its time is no moment in ISO 8601: {_shown(value)}") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise NotARow(f"its time is no moment in ISO 8601: {_shown(value)}")
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    return float(moment.timestamp())


def _shown(value: Any) -> str:
    return repr(value)[:80]
