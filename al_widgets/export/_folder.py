"""A folder of pictures: one folder a class in it, and `labels.csv` with where each label came from.

    labels/
      labels.csv        the rows of the CSV format, and `file`: where the item's picture is
      cat/ 7.png 12.jpg
      dog/ 31.png

A picture that was given as a file is copied byte for byte; others are written as PNG. Where names
are not fit for files they are encoded, see `FileNames`; `labels.csv` has them as they are, and it
alone is read. A folder without it is taken as somebody else's: folders are classes, files items.
"""

from __future__ import annotations

import csv
import shutil
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import InvalidInput
from al_widgets.export import _csv
from al_widgets.export._names import FileNames, text_of
from al_widgets.export._rows import COLUMNS, MADE_COLUMNS, SKIPPED, Found, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from al_widgets.export._gathering import Labels, Task
    from al_widgets.pool import Pool

_TABLE = "labels.csv"
_HEADERS = {(*COLUMNS, "file"), (*MADE_COLUMNS, "file")}
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave behind
_PNG_MODES = {"1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA"}


def write(labels: Labels, path: Path) -> None:
    """Write the pictures of all items that have a label, and the table."""
    path.mkdir()
    shelf = _Shelf(path)
    with (path / _TABLE).open("x", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow((*labels.columns, "file"))
        for task in labels.tasks():
            where = shelf.put(labels.pool, task) if task.label else ""
            table.writerows(
                (*_csv.as_cells(labels, row), where) for row in task.rows if row.source != SKIPPED
            )


class _Shelf:
    """The folders of the classes, made as they are needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = FileNames(_TABLE)
        self._folders: dict[str, tuple[str, FileNames]] = {}

    def put(self, pool: Pool, task: Task) -> str:
        """Write an item's picture; return where it is within the folder."""
        if task.label not in self._folders:
            name = self._names.give(task.label)
            (self._path / name).mkdir()
            self._folders[task.label] = name, FileNames()
        folder, names = self._folders[task.label]
        picture = pool.content.picture(task.position)
        suffix = picture.suffix if isinstance(picture, Path) else ".png"
        file = f"{folder}/{names.give(task.item, suffix)}"
        _write_picture(picture, self._path / file, task.item)
        return file


def _write_picture(picture: Any, path: Path, item: str) -> None:
    if picture is None:
        raise InvalidInput(
            "only pictures are exported into a folder",
            f"the item {item!r}, which is none",
            'Export to a table instead, for example "labels.csv"',
        )
    if not isinstance(picture, Path):
        if picture.mode not in _PNG_MODES:
            picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
        picture.save(path, "PNG")
        return
    try:
        with picture.open("rb"):
            pass
    except OSError as error:
        raise InvalidInput(
            "the picture of each labeled item must be readable",
            f"{picture} of the item {item!r}: {error.strerror}",
            "Mend the file, or export to a table",
        ) from error
    shutil.copyfile(picture, path)


def require_ours(path: Path) -> None:
    """Refuse to overwrite a folder that holds anything which no export put there."""
    stray = _stray(path)
    if stray is not None:
        raise InvalidInput(
            "only a folder that an export wrote is overwritten, with nothing else in it",
            f"{path}, {stray}",
            "Choose another name, or remove the folder yourself",
        )


def _stray(path: Path) -> str | None:
    """Return what shows that the folder is not only an export's."""
    if not (path / _TABLE).is_file():
        return f"which has no {_TABLE}"
    try:
        with (path / _TABLE).open(encoding="utf-8", newline="") as table:
            rows = csv.reader(table)
            if tuple(next(rows, ())) not in _HEADERS:
                return f"whose {_TABLE} is another's"
            known = {row[-1] for row in rows if row} | {_TABLE}
    except (UnicodeDecodeError, csv.Error):
        return f"whose {_TABLE} is another's"
    known = {unicodedata.normalize("NFC", name) for name in known}
    for file in path.rglob("*"):
        name = unicodedata.normalize("NFC", file.relative_to(path).as_posix())
        is_folder = file.is_dir() and not file.is_symlink()
        if not is_folder and name not in known and file.name not in _LITTER:
            return f"which also holds {name}"
    return None


def read(path: Path, pool: Pool, names: tuple[str, ...]) -> Iterator[Found]:
    """Yield the rows of the table; without one, a row for each file."""
    if not path.is_dir():
        raise unreadable(path, "a file", "Pass the path of the folder")
    if (path / _TABLE).is_file():
        yield from _csv.read(path / _TABLE, pool, names)
        return
    folders = [folder for folder in sorted(path.iterdir()) if folder.is_dir()]
    for folder in folders:
        label = _known([folder.name, text_of(folder.name)], names)
        for file in sorted(folder.iterdir()):
            where = f"{folder.name}/{file.name}"
            if file.name.startswith(".") or file.name in _LITTER:
                continue
            if file.is_dir():
                yield Found(where, {}, "it is a folder within a class")
                continue
            item = _known([file.name, file.stem, text_of(file.stem)], pool.ids)
            yield Found(where, {"item": item, "label": label})


def _known(names: list[str], among: Sequence[str]) -> str:
    """Return the first of the names that is known; else the first that is not encoded."""
    return next((name for name in names if name in among), names[0])
