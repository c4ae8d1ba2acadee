"""What is known about a pool, in one file on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from al_widgets.geometry._neighbors import N_NEIGHBORS, Neighbors

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
"""Raise it with every change of what is computed, so that an older file is not read."""


class Cache:
    """Arrays in a file that is named by what they were computed from, and how.

    Parameters
    ----------
    folder : Path
        Where the file is; made when something is written.
    fingerprint : str
        Of the pool.
    settings : tuple
        All numbers that the arrays depend on beside the pool.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = Cache(Path(folder), "3f2a", (15,))
    ...     cache.write({"variations": np.zeros(3, dtype=np.int32)})
    ...     cache.read()["variations"]
    array([0, 0, 0], dtype=int32)
    """

    def __init__(self, folder: Path, fingerprint: str, settings: tuple[object, ...]) -> None:
        how = hashlib.blake2b(repr((FORMAT, *settings)).encode(), digest_size=4).hexdigest()
        self.path = folder / f"{fingerprint}-{how}.npz"

    def read(self) -> dict[str, np.ndarray]:
        """Return the arrays; none if there is no file, or it is broken or none of ours."""
        try:
            with self.path.open("rb") as stream:
                file = np.lib.npyio.NpzFile(stream, allow_pickle=False)
                return {name: file[name] for name in file.files}
        # all that NumPy and zipfile raise on what somebody else wrote; it will be written over
        except (OSError, ValueError, EOFError, KeyError, AttributeError, NotImplementedError):
            return {}
        except (zipfile.BadZipFile, zlib.error):
            return {}

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Replace the file, at once and as a whole; warn if that is not possible."""
        temporary = None
        try:
            self.path.parent.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self.path.parent, suffix=".tmp", delete=False
            ) as file:
                temporary = file.name
                # mypy takes the names of the arrays for the option `allow_pickle`
                np.savez(file, **arrays)  # type: ignore[arg-type]
            os.replace(temporary, self.path)  # noqa: PTH105 - both names are text or path
        except OSError as error:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
            warnings.warn(
                f"the geometry of the pool could not be kept in {self.path.parent}, and will be "
                f"computed anew in the next session: {error}. Give write permission to the folder",
                RuntimeWarning,
                stacklevel=2,
            )


def neighbors_in(parts: Mapping[str, np.ndarray], n_items: int) -> Neighbors | None:
    """Return the neighbors among the arrays of a file, if they are there and fit the pool."""
    indices, distances = parts.get("neighbors"), parts.get("distances")
    shape = (n_items, min(N_NEIGHBORS, n_items - 1))
    if indices is None or distances is None:
        return None
    if not _fits(indices, shape, np.int32, n_items) or not _fits(distances, shape, np.float32):
        return None
    return Neighbors(indices, distances)


def variations_in(parts: Mapping[str, np.ndarray], n_items: int) -> np.ndarray | None:
    """Return the variations among the arrays of a file, if they are there and fit the pool."""
    found = parts.get("variations")
    fits = found is not None and _fits(found, (n_items,), np.int32, n_items)
    return found if fits else None


def _fits(array: np.ndarray, shape: tuple[int, ...], dtype: type, below: float = np.inf) -> bool:
    if array.shape != shape or array.dtype != dtype:
        return False
    return array.size == 0 or bool(array.min() >= 0 and array.max() < below)
