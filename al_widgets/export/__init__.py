"""Export and import: labels with where they came from, in the formats of others.

| format | is meant by | what it is |
|---|---|---|
| csv, parquet, jsonl | the ending | a row for each annotator's word on an item |
| label-studio | .json | tasks with annotations and predictions |
| prodigy | format="prodigy" | tasks of the choice interface, a line each |
| folder | no ending | a folder of pictures for each class, and labels.csv |

`Row` is what all of them write and read. Each format is a module with ``write(labels, path)`` and
``read(path, pool, names)``; `FORMATS` lists them. Files are written beside their place and moved
there when they are whole; imports are checked as a whole before anything is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.export._formats import FORMATS, Format, meant
from al_widgets.export._gathering import Labels, gather
from al_widgets.export._importing import Import, Imported
from al_widgets.export._label_studio import labeling_config
from al_widgets.export._rows import COLUMNS, MADE_COLUMNS, Row
from al_widgets.export._writing import as_path, beside, explained, require_free

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.pool import Pool

__all__ = [
    "COLUMNS",
    "FORMATS",
    "MADE_COLUMNS",
    "Format",
    "Import",
    "Imported",
    "Labels",
    "Row",
    "gather",
    "labeling_config",
    "read_labels",
    "write_labels",
]


def write_labels(
    labels: Callable[[], Labels],
    path: Any,
    *,
    format: str | None,  # noqa: A002
    overwrite: bool,
) -> None:
    """Write labels to a path, whole or not at all.

    Parameters
    ----------
    labels : callable
        Gathers them, once the place is known to be free.
    path, format, overwrite
        As for `al_widgets.ActiveLearner.export`.
    """
    target = as_path(path)
    chosen = meant(target, format)
    with explained(target):
        require_free(target, is_folder=chosen.is_folder, overwrite=overwrite)
    gathered = labels()
    with explained(target), beside(target) as draft:
        chosen.write(gathered, draft)


def read_labels(path: Any, pool: Pool, names: tuple[str, ...], *, format: str | None) -> Import:  # noqa: A002
    """Read a file and check it by itself; the log has the last word, see `Import.decide`."""
    source = as_path(path)
    return Import(source, meant(source, format), pool, names)
