"""Labels as one file for a browser to keep: made where the kernel runs, and sent as bytes.

On a server that is somebody else's a file in the kernel's folder is out of reach, and gone with it.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner
    from al_widgets.propagation import Propagation

MOST_BYTES = 50_000_000
"""A larger file is not sent: it would have to fit into the memory of kernel and page, twice."""

_STEM = "labels"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    key : str
        What `ActiveLearner.export` calls it.
    name : str
        What people call it.
    file : str
        Name of the file that is kept.
    mime : str
        Its type.
    needs, extra : str
        A library that may be missing, and the extra that brings it.
    """

    key: str
    name: str
    file: str
    mime: str
    needs: str = ""
    extra: str = ""

    @property
    def command(self) -> str:
        """What to run first; empty if nothing is missing."""
        missing = self.needs and find_spec(self.needs) is None
        return f'pip install "al_widgets[{self.extra}]"' if missing else ""


KINDS = {
    kind.key: kind
    for kind in (
        Kind("csv", "CSV", f"{_STEM}.csv", "text/csv"),
        Kind(
            "parquet",
            "Parquet",
            f"{_STEM}.parquet",
            "application/vnd.apache.parquet",
            "pyarrow",
            "parquet",
        ),
        Kind("jsonl", "JSONL", f"{_STEM}.jsonl", "application/jsonl"),
        Kind("label-studio", "Label Studio", f"{_STEM}.json", "application/json"),
        Kind("prodigy", "Prodigy", f"{_STEM}-prodigy.jsonl", "application/jsonl"),
        Kind("folder", "Image folder (zip)", f"{_STEM}.zip", "application/zip"),
    )
}


def offered() -> list[dict[str, str]]:
    """Return the kinds as a browser lists them, each with the command that it needs first."""
    return [
        {"key": kind.key, "name": kind.name, "command": kind.command} for kind in KINDS.values()
    ]


def make_file(
    learner: ActiveLearner, key: str, propagation: Propagation | None, most: int = MOST_BYTES
) -> tuple[Kind, bytes]:
    """Export the labels into one file; return what it is, and its bytes.

    Parameters
    ----------
    learner : ActiveLearner
        Whose labels.
    key : str
        Of `KINDS`.
    propagation : Propagation or None
        The labels of the other items, if these are wanted too.
    most : int
        Bytes that may be sent.

    Raises
    ------
    AlWidgetsError
        If the kind is not known, a library is missing, or the file is too large to be sent.
    """
    if (kind := KINDS.get(key)) is None:
        raise InvalidInput(
            "labels are downloaded in a format that is offered",
            repr(key)[:80],
            f"Choose of {list(KINDS)}",
        )
    with tempfile.TemporaryDirectory(prefix="al_widgets-") as folder:
        file = Path(folder, kind.file)
        if kind.key == "folder":
            target = Path(folder, _STEM)
            learner.export(target, format=kind.key, propagation=propagation)
            shutil.make_archive(str(file.with_suffix("")), "zip", folder, _STEM)
        else:
            learner.export(file, format=kind.key, propagation=propagation)
        if (size := file.stat().st_size) > most:
            raise _too_large(kind, size, most, propagation)
        return kind, file.read_bytes()


def _too_large(kind: Kind, size: int, most: int, propagation: Propagation | None) -> InvalidInput:
    more = f', format="{kind.key}"' if kind.key in {"label-studio", "prodigy"} else ""
    path = _STEM if kind.key == "folder" else kind.file
    words = f'learner.export("{path}"{more}'
    if propagation is not None:
        words += f", propagation=learner.propagate({propagation.threshold:g})"
    return InvalidInput(
        f"a file of up to {most / 1e6:.0f} MB can be sent to the browser",
        f"{size / 1e6:.0f} MB",
        f"Write it where the kernel runs: {words})",
    )
