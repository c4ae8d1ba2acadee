"""The shape of a pool: what is computed once from its features, and read by all that chooses."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_widgets.geometry import _neighbors, _scaling, _variations
from al_widgets.geometry._cache import Cache, neighbors_in, variations_in
from al_widgets.geometry._neighbors import Neighbors, find_neighbors
from al_widgets.geometry._scaling import Scaling
from al_widgets.geometry._variations import find_variations
from al_widgets.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    import numpy as np

__all__ = ["Geometry", "Neighbors", "Preparation", "Scaling"]

_SETTINGS = (
    *_scaling.SETTINGS,
    _neighbors.N_NEIGHBORS,
    _neighbors.EXACT_WORK,
    _variations.ALL_ITEMS,
    _variations.LANDMARKS,
    _variations.RESOLUTION,
    _variations.CLOSE,
    _variations.CUT_OFF,
    _variations.SMALLEST,
)

_NEIGHBORS_TAKE = 0.8  # of the time of both parts, where the variations need the neighbors


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far the computation is.

    Attributes
    ----------
    step : str
        What is done now, in words.
    share : float
        How much of all is done, from 0 to 1.
    """

    step: str
    share: float


class Geometry:
    """Where the items of a pool lie, and which are near each other.

    Everything is computed when it is first asked for, once, whichever threads ask; `prepare` asks
    for the variations on a thread of its own.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)
        As the pool holds them.
    fingerprint : callable, optional
        Gives a digest of the pool, under which results are kept on disk; see `keep_in`.

    Attributes
    ----------
    progress : Preparation
        How far the computation is.

    Examples
    --------
    >>> import numpy as np
    >>> geometry = Geometry(np.array([[0.0], [1.0], [3.0]]))
    >>> geometry.neighbors
    <Neighbors: the 2 nearest of each of 3 items>
    >>> geometry.neighbors.indices[2]
    array([1, 0], dtype=int32)
    >>> geometry.variations
    array([0, 0, 0], dtype=int32)
    """

    def __init__(self, features: Any, fingerprint: Callable[[], str] | None = None) -> None:
        self._features = features
        self._fingerprint = fingerprint
        self._neighbors: Neighbors | None = None
        self._variations: np.ndarray | None = None
        self.progress = Preparation("not begun", 0.0)
        self._set_up()

    def _set_up(self) -> None:
        """Make what belongs to this process alone."""
        self._folder: Path | None = None
        self._saved: object = None  # what the file is known to hold
        self._computing, self._keeping = threading.RLock(), threading.Lock()
        self._worker = Worker("geometry")
        self._listeners: list[Callable[[], None]] = []

    @property
    def _n_items(self) -> int:
        return int(self._features.shape[0])

    # -- the space -----------------------------------------------------------------------------

    @cached_property
    def scaling(self) -> Scaling:
        """The space in which distances are measured."""
        return Scaling(self._features)

    def rows(self, positions: np.ndarray | slice) -> np.ndarray:
        """Return rows to compare some items with others by; see `Scaling.rows`.

        They are compared by direction where columns are of one unit. Neighbors and variations are
        found with the lengths, which is as good for groups, and better where groups are small.
        """
        return self.scaling.rows(positions, by_direction=True)

    # -- what is computed once -----------------------------------------------------------------

    @property
    def neighbors(self) -> Neighbors:
        """The 15 nearest other items of each, or all others if there are fewer.

        Exact up to about 50,000 items; above, pynndescent finds nearly all of them. Waits for the
        computation, which takes from milliseconds to minutes.
        """
        if self._neighbors is None:
            with self._computing:
                self._read()
                if self._neighbors is None:
                    tell = partial(self._report, "finding neighbors", "neighbors")
                    tell(0.0)
                    self._neighbors = find_neighbors(self.scaling, self._n_items, tell)
                    self._write()
        return self._neighbors

    @property
    def variations(self) -> np.ndarray:
        """The group of near neighbors that each item belongs to, numbered by falling size.

        An ndarray of shape (n_items,), int32. How many there are follows from the pool: some 15 of
        300 items, 50 to 100 of 10,000. None is smaller than 5, unless all are one.
        Waits for the computation, which takes from milliseconds to minutes.
        """
        if self._variations is None:
            with self._computing:
                self._read()
                if self._variations is None:
                    neighbors = self.neighbors if self._needs_neighbors else None
                    tell = partial(self._report, "grouping near neighbors", "variations")
                    tell(0.0)
                    self._variations = find_variations(self.scaling, self._n_items, neighbors, tell)
                    self._write()
        return self._variations

    @property
    def is_ready(self) -> bool:
        """Whether the variations are computed, so that reading them waits for nothing."""
        return self._variations is not None

    def prepare(self, listener: Callable[[], None] | None = None) -> Future[None]:
        """Compute the variations on a thread of its own.

        In a pool of up to 20,000 items they need the neighbors, so these are computed too. In a
        larger one they do not, and neighbors, which take minutes, are left to who asks for them.

        Parameters
        ----------
        listener : callable, optional
            Called without arguments, on that thread, after each change of `progress`, and at the
            end. It must not wait for anything.

        Returns
        -------
        Future of None
            Done when `is_ready`; it holds the error, if there was one.
        """
        if listener is not None:
            self._listeners.append(listener)
        return self._worker.submit(self._compute)

    def _compute(self) -> None:
        try:
            _ = self.variations
        except BaseException as error:
            self._say(Preparation(f"failed: {error}", self.progress.share))
            raise
        else:
            self._say(Preparation("ready", 1.0))
        finally:
            self._listeners.clear()

    def _report(self, step: str, part: str, share: float) -> None:
        """Say how far one part is."""
        if not self._needs_neighbors:
            done = share
        elif part == "neighbors":
            done = share * _NEIGHBORS_TAKE
        else:
            done = _NEIGHBORS_TAKE + share * (1 - _NEIGHBORS_TAKE)
        self._say(Preparation(step, done))

    @property
    def _needs_neighbors(self) -> bool:
        """Whether the variations are made from the neighbors of all items."""
        return self._n_items <= _variations.ALL_ITEMS

    def _say(self, progress: Preparation) -> None:
        self.progress = progress
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception:  # a picture of the work may fail; the work goes on
                logging.getLogger(__name__).exception("a listener failed")

    # -- on disk -------------------------------------------------------------------------------

    def keep_in(self, folder: str | Path) -> None:
        """Keep what is computed in a file, and read it from there in the next session.

        The file is named by the pool's fingerprint and by how things are computed. One that is
        broken is replaced; where none can be written, a warning says so.

        Parameters
        ----------
        folder : str or Path
            Where the file is. Made when something is written; its parent must exist.
        """
        with self._keeping:
            self._folder, self._saved = Path(folder), None
        if self._parts():
            self._write()

    def _parts(self) -> dict[str, np.ndarray]:
        """Return what is known, as it is kept."""
        parts: dict[str, np.ndarray] = {}
        if self._neighbors is not None:
            parts["neighbors"] = self._neighbors.indices
            parts["distances"] = self._neighbors.distances
        if self._variations is not None:
            parts["variations"] = self._variations
        return parts

    @property
    def _cache(self) -> Cache | None:
        if self._folder is None or self._fingerprint is None:
            return None
        return Cache(self._folder, self._fingerprint(), _SETTINGS)

    def _read(self) -> None:
        """Take what is on disk and not known yet."""
        with self._keeping:
            cache = self._cache
            if cache is None or self._saved is not None:
                return
            parts = cache.read()
            n = self._n_items
            if self._neighbors is None:
                self._neighbors = neighbors_in(parts, n)
            if self._variations is None:
                self._variations = variations_in(parts, n)
            self._saved = cache.path, tuple(self._parts())

    def _write(self) -> None:
        with self._keeping:
            cache, parts = self._cache, self._parts()
            if cache is not None and self._saved != (cache.path, tuple(parts)):
                cache.write(parts)
                self._saved = cache.path, tuple(parts)

    # -- elsewhere -----------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process can have: all that is known, but no thread and no file."""
        names = ("_features", "_neighbors", "_variations", "progress")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _fingerprint=None)
        self._set_up()

    def __repr__(self) -> str:
        return f"<Geometry of {self._n_items:,} items, {self.progress.step}>"
