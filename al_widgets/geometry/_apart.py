"""The search for neighbors in a process of its own, with its arrays in files.

pynndescent compiles itself for tens of seconds, and holds Python's lock meanwhile. This file is
both ends: imported, it starts itself as a script; as a script it imports nothing of this package,
so that it starts fast, and also where the package was found by chance.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from al_widgets.geometry._scaling import Scaling

_ROWS, _INDICES, _DISTANCES = "rows.npy", "indices.npy", "distances.npy"


def search_apart(scaling: Scaling, n_items: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the `k` nearest items of each, itself among them, in another process.

    Parameters
    ----------
    scaling : Scaling
        Gives rows of features; they go through a file, so that memory does not hold them.
    n_items, k : int
        Items of the pool; items wanted for each.

    Returns
    -------
    indices : ndarray of shape (n_items, k), int32
        Nearest first; -1 where the search found too few.
    distances : ndarray of shape (n_items, k), float32

    Raises
    ------
    AlWidgetsError
        If the process fails.
    """
    with tempfile.TemporaryDirectory(prefix="al-widgets-") as name:
        folder = Path(name)
        shape = (n_items, scaling.n_dimensions)
        rows = np.lib.format.open_memmap(
            folder / _ROWS, mode="w+", dtype=np.dtype(np.float32), shape=shape
        )
        for block, scaled in scaling.blocks():
            rows[block] = scaled
        rows.flush()
        del rows
        _run(folder, k)
        return np.load(folder / _INDICES), np.load(folder / _DISTANCES)


def _run(folder: Path, k: int) -> None:
    """Start this file as a script, and wait for its end."""
    # -P: the folder of the script, full of private modules, is no place to import from
    command = [sys.executable, "-P", __file__, str(folder), str(k)]
    process = subprocess.Popen(  # noqa: S603 - our own file
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr is not None  # noqa: S101 - it was asked for
        said = process.stderr.read()
    if process.returncode:
        from al_widgets.exceptions import AlWidgetsError  # noqa: PLC0415 - a script has no package

        raise AlWidgetsError(
            "the process that searches for neighbors must end well",
            f"exit code {process.returncode}: {said.strip()[-500:]}",
            "Try it yourself: python -c 'import pynndescent'; if it is killed, memory is short",
        )


def _search(folder: Path, k: int) -> None:
    """Do the work, in the other process."""
    # it has no types
    from pynndescent import NNDescent  # type: ignore[import-untyped]  # noqa: PLC0415

    # a copy in memory, since compiled code for arrays that cannot be written is another one
    rows = np.load(folder / _ROWS)
    indices, distances = NNDescent(rows, n_neighbors=k, random_state=0).neighbor_graph
    np.save(folder / _INDICES, indices.astype(np.int32))
    np.save(folder / _DISTANCES, distances.astype(np.float32))


def _end_with_parent() -> None:
    """Wait for the other end of the input to close, which it does when that process ends."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _search(Path(sys.argv[1]), int(sys.argv[2]))
