"""What is computed once from the features of a pool, and read by all that chooses."""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_widgets.geometry import _neighbors, _scaling, _variations
from al_widgets.geometry._cache import Shelf, neighbors_in, variations_in
from al_widgets.geometry._graph import graph_of
from al_widgets.geometry._layout import Layout
from al_widgets.geometry._map import Map
from al_widgets.geometry._neighbors import Neighbors, find_neighbors
from al_widgets.geometry._preparation import NOT_BEGUN, Preparation, Preparing
from al_widgets.geometry._scaling import Scaling
from al_widgets.geometry._variations import find_variations

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    import numpy as np

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

_FEWEST_LAID_OUT = 100  # items of a pool that grows, for which there is a UMAP
_NEIGHBORS_TAKE = 0.8  # of the time of both parts, where the variations need the neighbors


class Geometry:
    """Where the items of a pool lie, and which are near each other.

    Everything is computed when it is first asked for, once, whichever threads ask; `prepare` asks
    for the variations on a thread of its own, `prepare_map` for the map on another.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)
        As the pool holds them.
    fingerprint : callable, optional
        Gives a digest of the pool, under which results are kept on disk; see `keep_in`.
    coordinates : ndarray of shape (n_items, 2), float32, optional
        A map of the user's own, as `as_coordinates` returns it.

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
    >>> geometry.map[:, 1]
    array([0., 0., 0.], dtype=float32)
    """

    def __init__(
        self,
        features: Any,
        fingerprint: Callable[[], str] | None = None,
        coordinates: np.ndarray | None = None,
    ) -> None:
        self._features = features
        self._neighbors: Neighbors | None = None
        self._variations: np.ndarray | None = None
        given = None if coordinates is None else Layout(coordinates, "given")
        self._set_up(Shelf(fingerprint), given)

    def _set_up(
        self,
        shelf: Shelf,
        layout: Layout | None,
        progress: Preparation = NOT_BEGUN,
    ) -> None:
        """Make what belongs to this process alone."""
        self._shelf = shelf
        self._saved: object = None  # what the file is known to hold
        # who waits for variations is not to wait for neighbors that they do not need
        self._grouping, self._searching = threading.Lock(), threading.Lock()
        self._linking, self._graph = threading.Lock(), None
        self._keeping = threading.Lock()
        self._searchers: list[Callable[[float], None]] = []  # who hears how far the search is
        self._preparing = Preparing("geometry", progress)
        self._map = Map(
            len(self), lambda: self.scaling, self._neighbors_telling, shelf, known=layout
        )

    def __len__(self) -> int:
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
            with self._searching:
                self._read()
                if self._neighbors is None:
                    self._tell_searchers(0.0)
                    self._neighbors = find_neighbors(self.scaling, len(self), self._tell_searchers)
                    self._write()
        return self._neighbors

    @property
    def graph(self) -> Any:
        """The graph of near neighbors, a sparse array of shape (n_items, n_items); see `graph_of`.

        Made of the neighbors when it is first asked for, and kept in memory.
        """
        neighbors = self.neighbors
        with self._linking:
            if self._graph is None:
                self._graph = graph_of(neighbors)
            return self._graph

    def _neighbors_telling(self, tell: Callable[[float], None]) -> Neighbors:
        """Return the neighbors; meanwhile tell how far the search is, whoever began it."""
        self._searchers.append(tell)
        try:
            return self.neighbors
        finally:
            self._searchers.remove(tell)

    def _tell_searchers(self, share: float) -> None:
        if self._needs_neighbors:
            self._preparing.say("finding neighbors", share * _NEIGHBORS_TAKE)
        for tell in tuple(self._searchers):
            tell(share)

    @property
    def variations(self) -> np.ndarray:
        """The group of near neighbors that each item belongs to, numbered by falling size.

        An ndarray of shape (n_items,), int32. How many there are follows from the pool: some 15 of
        300 items, 50 to 100 of 10,000. None is smaller than 5, unless all are one.
        Waits for the computation, which takes from milliseconds to minutes.
        """
        if self._variations is None:
            with self._grouping:
                self._read()
                if self._variations is None:
                    neighbors = self.neighbors if self._needs_neighbors else None
                    self._tell_grouping(0.0)
                    self._variations = find_variations(
                        self.scaling, len(self), neighbors, self._tell_grouping
                    )
                    self._write()
        return self._variations

    def _tell_grouping(self, share: float) -> None:
        before = _NEIGHBORS_TAKE if self._needs_neighbors else 0.0
        self._preparing.say("grouping near neighbors", before + share * (1 - before))

    @property
    def _needs_neighbors(self) -> bool:
        """Whether the variations are made from the neighbors of all items."""
        return len(self) <= _variations.ALL_ITEMS

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
        return self._preparing.start(self._compute, listener)

    def _compute(self) -> None:
        _ = self.variations

    @property
    def progress(self) -> Preparation:
        """How far the variations are."""
        return self._preparing.progress

    # -- the map -------------------------------------------------------------------------------

    @property
    def layout(self) -> Layout:
        """Where the items lie on the map: the best there is now.

        The user's own coordinates; or the UMAP, once `prepare_map` has made it or if it is on disk;
        or else the plane of largest variance, which takes some seconds for a million items. Waits
        for no UMAP.
        """
        return self._map.layout

    @property
    def map(self) -> np.ndarray:
        """The coordinates of `layout`, an ndarray of shape (n_items, 2), float32."""
        return self.layout.coordinates

    def prepare_map(self, listener: Callable[[], None] | None = None) -> Future[Layout]:
        """Make a UMAP on a thread of its own, in a process of its own.

        Of all items from their neighbors, which are computed if they are not yet; in a pool of more
        than 50,000, of 20,000 landmarks, among which the other items are placed. Where there can be
        no UMAP, or it fails, the map stays as it is, and the note of the layout says why.

        Parameters
        ----------
        listener : callable, optional
            Called without arguments, on that thread, after each change of `map_progress`, and at
            the end. It must not wait for anything.

        Returns
        -------
        Future of Layout
            Done when `layout` is the best there will be. Ask again to try again.
        """
        return self._map.prepare(listener)

    @property
    def map_progress(self) -> Preparation:
        """How far the UMAP is."""
        return self._map.preparing.progress

    def follow(self, older: Geometry, laid_out: Callable[[], Layout]) -> None:
        """Take the place of the geometry that the pool had when it was smaller.

        What somebody wanted of that is computed of this one too, and the same listeners hear of it.
        Where there was a map, `laid_out` gives it with the others beside it until there is a new.
        """
        before = older._map.known
        if before is not None and before.method != "pca":
            self._map.meanwhile = laid_out
        self._preparing.follow(older._preparing, self.prepare)
        # of few items the plane tells as much, and there will soon be more
        is_worth_it = len(self) >= _FEWEST_LAID_OUT
        self._map.preparing.follow(older._map.preparing, self.prepare_map if is_worth_it else None)

    # -- on disk -------------------------------------------------------------------------------

    def keep_in(self, folder: str | Path) -> None:
        """Keep what is computed in files, and read it from there in the next session.

        One holds neighbors and variations, another the UMAP. They are named by the pool's
        fingerprint and by how things are computed. One that is broken is replaced; where none can
        be written, a warning says so once, and `unkept` from then on.

        Parameters
        ----------
        folder : str or Path
            Where the files are. Made when something is written; its parent must exist.
        """
        with self._keeping:
            self._shelf.move(Path(folder))
            self._saved = None
        if self._parts():
            self._write()
        self._map.keep()

    @property
    def unkept(self) -> str:
        """Why something could not be written to disk; empty where all could, or none is to be."""
        return self._shelf.unkept

    def _parts(self) -> dict[str, np.ndarray]:
        """Return what is known, as it is kept."""
        parts: dict[str, np.ndarray] = {}
        if self._neighbors is not None:
            parts["neighbors"] = self._neighbors.indices
            parts["distances"] = self._neighbors.distances
        if self._variations is not None:
            parts["variations"] = self._variations
        return parts

    def _read(self) -> None:
        """Take what is on disk and not known yet."""
        with self._keeping:
            cache = self._shelf.cache(_SETTINGS)
            if cache is None or self._saved is not None:
                return
            parts = cache.read()
            n = len(self)
            if self._neighbors is None:
                self._neighbors = neighbors_in(parts, n)
            if self._variations is None:
                self._variations = variations_in(parts, n)
            self._saved = cache.path, tuple(self._parts())

    def _write(self) -> None:
        with self._keeping:
            cache, parts = self._shelf.cache(_SETTINGS), self._parts()
            if cache is not None and self._saved != (cache.path, tuple(parts)):
                self._shelf.put(cache, parts)
                self._saved = cache.path, tuple(parts)

    # -- elsewhere -----------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process can have: all that is known, but no thread and no file."""
        names = ("_features", "_neighbors", "_variations", "progress")
        return {"layout": self._map.known} | {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        layout, progress = state.pop("layout"), state.pop("progress")
        self.__dict__.update(state)
        self._set_up(Shelf(), layout, progress)

    def __repr__(self) -> str:
        return f"<Geometry of {len(self):,} items, {self.progress.step}>"
