"""CSV: a line a row, every value as it is.

Text is written and read as text: "007" stays an id, "NA" a class, and "=SUM(A1)" is not changed
either, though a spreadsheet that opens the file may take it for a formula. Whoever opens a file
with texts of strangers in a spreadsheet imports its columns as text.

The parents of an item that was made are a JSON list of their ids in one cell.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from al_widgets.export._rows import Found, Row, iso, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from al_widgets.export._gathering import Labels
    from al_widgets.pool import Pool

_LONGEST = 2**31 - 1  # characters of a cell


def write(labels: Labels, path: Path) -> None:
    """Write the rows."""
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(labels.columns)
        writer.writerows(as_cells(labels, row) for row in labels.rows())


def as_cells(labels: Labels, row: Row) -> tuple[Any, ...]:
    """Return what stands in the columns: the row with its time as text, and where it came from."""
    cells = row if row.time is None else row._replace(time=iso(row.time))  # type: ignore[arg-type]
    if not labels.origins:
        return cells
    parents, recipe = labels.origin(row.item)
    return (*cells, json.dumps(parents, ensure_ascii=False) if parents else "", recipe)


def read(path: Path, _pool: Pool, _names: tuple[str, ...]) -> Iterator[Found]:
    """Yield what stands in each line, counted as a spreadsheet does: the header is row 1."""
    before = csv.field_size_limit(_LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(path, csv.reader(file, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise unreadable(path, str(error), "Save it as CSV in UTF-8, with commas") from error
    finally:
        csv.field_size_limit(before)


def _rows(path: Path, reader: Iterator[list[str]]) -> Iterator[Found]:
    header = next(reader, [])
    missing = [name for name in ("item", "label") if header.count(name) != 1]
    if missing:
        raise unreadable(
            path,
            f"the columns {header[:20]}, of which {' and '.join(missing)} is missing or not unique",
            "Name the columns in the first line: item,label",
        )
    for number, cells in enumerate(reader, start=2):
        if not cells:  # an empty line
            continue
        if len(cells) != len(header):
            words = f"it has {len(cells)} cells, the header {len(header)}"
            yield Found(f"row {number}", {}, words)
        else:
            yield Found(f"row {number}", dict(zip(header, cells, strict=True)))
