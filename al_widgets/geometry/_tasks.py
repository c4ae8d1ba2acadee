"""Work for a process of its own, with its arrays in files.

pynndescent and UMAP compile themselves for tens of seconds, and hold Python's lock meanwhile.
`_apart` starts this file as a script; it imports nothing of this package, so that it starts fast,
and also where the package was found by chance.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, START = "rows.npy", "start.npy"
INDICES, DISTANCES = "indices.npy", "distances.npy"
COORDINATES = "coordinates.npy"


def search(folder: Path, k: int) -> None:
    """Find the `k` nearest of the rows for each row, itself among them."""
    # it has no types
    from pynndescent import NNDescent  # type: ignore[import-untyped]  # noqa: PLC0415

    # a copy in memory, since compiled code for arrays that cannot be written is another one
    rows = np.load(folder / ROWS)
    indices, distances = NNDescent(rows, n_neighbors=k, random_state=0).neighbor_graph
    np.save(folder / INDICES, indices.astype(np.int32))
    np.save(folder / DISTANCES, distances.astype(np.float32))


def lay_out(folder: Path, random_state: int, **settings: float) -> None:
    """Lay out items by UMAP from their neighbors, the first of which is each item itself."""
    if hasattr(os, "nice"):
        os.nice(5)  # a map can wait; the training of a model, beside it, should not
    warnings.simplefilter("ignore")  # what was said last is to be the error, if there is one
    from umap import UMAP  # noqa: PLC0415

    start = np.load(folder / START)
    indices, distances = np.load(folder / INDICES), np.load(folder / DISTANCES)
    model = UMAP(
        n_neighbors=indices.shape[1],
        **settings,
        init=start,
        random_state=random_state,
        n_jobs=1,
        precomputed_knn=(indices, distances, None),
        force_approximation_algorithm=True,  # else neighbors of few items are not used
        tqdm_kwds={"file": _Epochs(), "bar_format": "{n} {total}", "disable": False},
    )
    # where neighbors are given, only the number of rows counts
    np.save(folder / COORDINATES, model.fit_transform(start).astype(np.float32))


class _Epochs:
    """Takes what a progress bar writes, and tells the share that is done."""

    def write(self, text: str) -> None:
        if len(words := text.split()) == 2:
            print(f"share {int(words[0]) / int(words[1])}", flush=True)  # noqa: T201 - is read

    def flush(self) -> None:
        """Do nothing: each line is sent at once."""


def _end_with_parent() -> None:
    """Wait for the other end of the input to close, which it does when that process ends."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _, name, where, settings = sys.argv
    tasks: dict[str, Callable[..., None]] = {"search": search, "lay_out": lay_out}
    tasks[name](Path(where), **json.loads(settings))
