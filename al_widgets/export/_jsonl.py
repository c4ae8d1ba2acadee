"""JSONL: an object a line, with the names of a row; what is missing is null."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from al_widgets.export._rows import COLUMNS, Found, iso, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from al_widgets.export._gathering import Labels
    from al_widgets.export._rows import Row
    from al_widgets.pool import Pool

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
"""Return the value as JSON on one line."""


def write(labels: Labels, path: Path) -> None:
    """Write the rows."""
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{encode(as_object(labels, row))}\n" for row in labels.rows())


def as_object(labels: Labels, row: Row) -> dict[str, Any]:
    """Return the row as an object, with where it came from; what is missing becomes None."""
    found: dict[str, Any] = {
        name: None if value == "" else value for name, value in zip(COLUMNS, row, strict=True)
    }
    if labels.origins:
        parents, recipe = labels.origin(row.item)
        found |= {"parents": list(parents) or None, "recipe": recipe or None}
    found["item"] = row.item
    if row.time is not None:
        found["time"] = iso(row.time)
    return found


def read(path: Path, _pool: Pool, _names: tuple[str, ...]) -> Iterator[Found]:
    """Yield what stands in each line."""
    for where, value in read_lines(path):
        if isinstance(value, dict):
            yield Found(where, value)
        else:
            yield Found(where, {}, "it is no JSON object")


def read_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the place and the value of each line that is not empty; None if it is no JSON."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"line {number}", _value(line)
    except UnicodeDecodeError as error:
        raise unreadable(path, str(error), "Save it in UTF-8") from error


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
