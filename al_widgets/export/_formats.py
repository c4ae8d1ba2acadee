"""The formats, and which of them a path means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from al_widgets.exceptions import InvalidInput
from al_widgets.export import _csv, _folder, _jsonl, _label_studio, _parquet, _prodigy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from al_widgets.export._gathering import Labels
    from al_widgets.export._rows import Found
    from al_widgets.pool import Pool


@dataclass(frozen=True, slots=True)
class Format:
    """How labels are written to a path that is free, and read from it.

    Attributes
    ----------
    name : str
        What `format=` names it.
    suffix : str or None
        The ending of a file name that means it; None if no ending does.
    write : callable
        ``write(labels, path)``.
    read : callable
        ``read(path, pool, names)``, an iterator of `Found`; `names` are those of the classes.
    """

    name: str
    suffix: str | None
    write: Callable[[Labels, Path], None]
    read: Callable[[Path, Pool, tuple[str, ...]], Iterator[Found]]

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, not a file."""
        return self.suffix == ""


FORMATS = {
    known.name: known
    for known in (
        Format("csv", ".csv", _csv.write, _csv.read),
        Format("parquet", ".parquet", _parquet.write, _parquet.read),
        Format("jsonl", ".jsonl", _jsonl.write, _jsonl.read),
        Format("label-studio", ".json", _label_studio.write, _label_studio.read),
        Format("prodigy", None, _prodigy.write, _prodigy.read),
        Format("folder", "", _folder.write, _folder.read),
    )
}


def meant(path: Path, name: str | None) -> Format:
    """Return the format of this name, or the one that the path's ending means.

    Raises
    ------
    InvalidInput
        If there is none.
    """
    if name is not None:
        if name not in FORMATS:
            raise InvalidInput(
                "format must be one of those that are known",
                repr(name),
                f"Choose one of {', '.join(map(repr, FORMATS))}",
            )
        return FORMATS[name]
    suffix = "" if path.is_dir() else path.suffix.lower()
    found = [known for known in FORMATS.values() if known.suffix == suffix]
    if not found:
        endings = [f"{known.suffix} ({known.name})" for known in FORMATS.values() if known.suffix]
        raise InvalidInput(
            "the format is told by the ending of the name",
            repr(path.name),
            f"Use one of {', '.join(endings)}, or pass format={' or '.join(map(repr, FORMATS))}",
        )
    return found[0]
