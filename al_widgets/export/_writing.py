"""Writing so that there is always a whole file: beside its place first, then moved there."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import AlWidgetsError, ExportFailed, InvalidInput
from al_widgets.export._folder import require_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DATABASE = b"SQLite format 3\0"


def as_path(path: Any) -> Path:
    """Return what the caller gave as an absolute path, links followed."""
    if not isinstance(path, str | os.PathLike) or not str(path):
        raise InvalidInput("path must be a path", repr(path), 'Pass for example "labels.csv"')
    return Path(path).expanduser().resolve()


def require_free(path: Path, *, is_folder: bool, overwrite: bool) -> None:
    """Refuse a place that is taken, or that an export must not replace."""
    if not path.parent.is_dir():
        raise InvalidInput(
            "the folder that an export is written into must exist",
            str(path),
            f"Make it first: mkdir -p {path.parent}",
        )
    if not path.exists():
        return
    if not overwrite:
        raise InvalidInput(
            "an export does not replace what is there by itself",
            f"{path}, which exists",
            "Choose another name, or pass overwrite=True",
        )
    if path.is_dir() is not is_folder:
        raise InvalidInput(
            f"an export overwrites only a {'folder' if is_folder else 'file'} here",
            f"{path}, which is a {'file' if is_folder else 'folder'}",
            "Choose another name",
        )
    if is_folder:
        require_ours(path)
    elif _is_database(path):
        raise InvalidInput(
            "an export never overwrites a database: it may be a label store",
            str(path),
            "Choose another name",
        )


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a free place beside `path`; at the end, move what is there to `path`.

    If anything fails, nothing is left there and `path` is as it was.
    """
    draft = path.with_name(f".al_widgets-{secrets.token_hex(8)}.part")
    try:
        yield draft
        if draft.is_dir():
            _move_folder(draft, path)
        else:
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            draft.replace(path)
    finally:
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


def _move_folder(draft: Path, path: Path) -> None:
    if not path.exists():
        draft.rename(path)
        return
    old = path.with_name(f"{draft.name}.old")
    path.rename(old)
    try:
        draft.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say what an error of the file system means and what to do about it."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise InvalidInput(
            "what is exported must be text that UTF-8 can hold",
            repr(error.object)[:80],
            "Mend it; nothing was written",
        ) from error
    except AlWidgetsError:
        raise
    except OSError as error:
        raise _translated(path, error) from error


def _translated(path: Path, error: OSError) -> ExportFailed:
    cause = error.strerror or str(error)
    if error.errno in _FULL or "No space left" in cause:
        return ExportFailed(
            f"{path.name} could not be written: the disk is full",
            cause,
            "Nothing is half written. Make room, or choose another disk",
        )
    return ExportFailed(
        f"{path.name} could not be written into {path.parent}",
        cause,
        "Nothing is half written. Give write permission to the folder, or choose another",
    )
