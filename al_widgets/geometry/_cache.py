"""What is known about a pool, in files on disk."""

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
    from collections.abc import Callable, Mapping

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
    part : str
        Tells files of one pool apart.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = Cache(Path(folder), "3f2a", (15,))
    ...     cache.write({"variations": np.zeros(3, dtype=np.int32)})
    ...     cache.read()["variations"]
    array([0, 0, 0], dtype=int32)
    """

    def __init__(
        self, folder: Path, fingerprint: str, settings: tuple[object, ...], part: str = ""
    ) -> None:
        how = hashlib.blake2b(repr((FORMAT, *settings)).encode(), digest_size=4).hexdigest()
        self.path = folder / f"{'-'.join(filter(None, (fingerprint, part, how)))}.npz"

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
        """Replace the file, at once and as a whole.

        Raises
        ------
        OSError
            If that is not possible; nothing of it is left then.
        """
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
        except OSError:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
            raise


class Shelf:
    """The folder in which a geometry keeps its files, if it keeps any.

    Parameters
    ----------
    fingerprint : callable, optional
        Gives a digest of the pool; without it nothing is kept.

    Attributes
    ----------
    folder : Path or None
        Where the files are.
    unkept : str
        Why something could not be written, in a sentence for a person; else empty.
    """

    def __init__(self, fingerprint: Callable[[], str] | None = None) -> None:
        self._fingerprint = fingerprint
        self.folder: Path | None = None
        self.unkept = ""

    def move(self, folder: Path) -> None:
        """Keep files there from now on."""
        self.folder, self.unkept = folder, ""

    def cache(self, settings: tuple[object, ...], part: str = "") -> Cache | None:
        """Return the file for what is computed by these settings; None if there is none."""
        if self.folder is None or self._fingerprint is None:
            return None
        return Cache(self.folder, self._fingerprint(), settings, part)

    def put(self, cache: Cache, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a file; where that is not possible, a warning says so, once for all files."""
        try:
            cache.write(arrays)
        except OSError as error:
            if self.unkept:
                return
            self.unkept = (
                f"the geometry of the pool could not be kept in {cache.path.parent}, and will be "
                f"computed anew in the next session: {error}. Give write permission to the folder"
            )
            warnings.warn(self.unkept, RuntimeWarning, stacklevel=2)


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


def coordinates_in(parts: Mapping[str, np.ndarray], n_items: int) -> np.ndarray | None:
    """Return the map among the arrays of a file, if it is there and fits the pool."""
    found = parts.get("map")
    if found is None or found.shape != (n_items, 2) or found.dtype != np.float32:
        return None
    return found if np.isfinite(found).all() else None


def _fits(array: np.ndarray, shape: tuple[int, ...], dtype: type, below: float = np.inf) -> bool:
    if array.shape != shape or array.dtype != dtype:
        return False
    return array.size == 0 or bool(array.min() >= 0 and array.max() < below)
