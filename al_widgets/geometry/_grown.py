"""What came later is attached to what was computed before: cheaply, and moving nothing."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.geometry._attaching import nearest_of_some, with_newcomers
from al_widgets.geometry._geometry import Geometry
from al_widgets.geometry._layout import Layout
from al_widgets.geometry._umap import PLACED_BY, between, landmarks_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from al_widgets.geometry._neighbors import Neighbors
    from al_widgets.geometry._preparation import Preparation
    from al_widgets.geometry._scaling import Scaling


class _Beside(NamedTuple):
    """The nearest items of the pool as it was of each one since, nearest first."""

    positions: np.ndarray  # (n_newcomers, k)
    distances: np.ndarray


class _Known(NamedTuple):
    """What was known when there were fewer items, until it is known of all."""

    neighbors: Neighbors | None = None
    beside: _Beside | None = None


class Grown(Geometry):
    """The geometry of a pool that has grown a little since it was computed.

    The space is that of the items before. The neighbors of all items are found anew as far as
    newcomers change them, by one pass over the pool. Each newcomer belongs to the variation of the
    nearest item before, and lies on the map among the five nearest; in a pool of more than 50,000
    items, the nearest of 20,000 of them. Nothing depends on the steps in which the pool grew.

    Parameters
    ----------
    base : Geometry
        Of the first items of the pool.
    features : array or sparse matrix of shape (n_items, n_features)
        All of them.
    before : Geometry, optional
        Of the pool when it had fewer items: what that knows is taken over.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [3.0], [2.9]])
    >>> grown = Grown(Geometry(X[:3]), X)
    >>> grown.neighbors.indices[2:, 0], grown.variations
    (array([3, 2], dtype=int32), array([0, 0, 0, 0], dtype=int32))
    """

    def __init__(self, base: Geometry, features: Any, before: Geometry | None = None) -> None:
        self._base, self._features = base, features
        self._neighbors: Neighbors | None = None
        self._variations: np.ndarray | None = None
        # not `before` itself, or all that ever were would be kept
        if isinstance(before, Grown) and before.base is base and len(before) <= len(self):
            known = before.known
        else:
            known = _Known()
        self._known = known
        self._begin()

    def _begin(self) -> None:
        """Make what belongs to this process alone."""
        self._beside: _Beside | None = None
        self._layout: tuple[Layout, Layout] | None = None
        self._looking, self._searching = threading.RLock(), threading.Lock()
        self._linking, self._graph = threading.Lock(), None

    @property
    def base(self) -> Geometry:
        """That of the pool as it was."""
        return self._base

    @property
    def known(self) -> _Known:
        """What is known of these items, or of the first of them."""
        return _Known(self._neighbors or self._known.neighbors, self._beside or self._known.beside)

    # -- what is attached ------------------------------------------------------------------------

    @property
    def scaling(self) -> Scaling:
        """The space in which distances are measured: that of the items before."""
        return self._base.scaling.over(self._features)

    @property
    def neighbors(self) -> Neighbors:
        """The 15 nearest other items of each; see `Geometry.neighbors`."""
        if self._neighbors is None:
            with self._searching:
                if self._neighbors is None:
                    known = self._known.neighbors or self._base.neighbors
                    self._neighbors = with_newcomers(known, self.scaling, len(self))
                    self._known = self._known._replace(neighbors=None)
        return self._neighbors

    @property
    def variations(self) -> np.ndarray:
        """The group of near neighbors that each item belongs to; see `Geometry.variations`."""
        if self._variations is None:
            groups = self._base.variations
            nearest = self._found_beside().positions[:, 0]
            self._variations = np.concatenate([groups, groups[nearest]])
        return self._variations

    @property
    def layout(self) -> Layout:
        """Where the items lie on the map: the best there is now; see `Geometry.layout`."""
        base, beside = self._base.layout, self._found_beside()
        with self._looking:
            if self._layout is None or self._layout[0] is not base:
                places = between(base.coordinates[beside.positions], beside.distances)
                places = places.astype(np.float32)
                everywhere = np.concatenate([base.coordinates, places])
                self._layout = base, Layout(everywhere, base.method, base.note)
            return self._layout[1]

    def _found_beside(self) -> _Beside:
        """Find what is nearest to each newcomer, of those that were not known before."""
        with self._looking:
            if self._beside is None:
                n_base, known = len(self._base), self._known.beside
                start = n_base + (0 if known is None else len(known.positions))
                some = landmarks_of(n_base)
                rows = self.scaling.rows(slice(start, len(self)))
                near, away = nearest_of_some(rows, self.scaling.rows(some), PLACED_BY)
                found = _Beside(some[near], away)
                if known is not None:
                    pairs = zip(known, found, strict=True)
                    found = _Beside(*(np.concatenate(pair) for pair in pairs))
                self._beside, self._known = found, self._known._replace(beside=None)
            return self._beside

    # -- what is that of the items before --------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether the variations of the items before are computed; newcomers are waited for."""
        return self._base.is_ready

    def prepare(self, listener: Callable[[], None] | None = None) -> Future[None]:
        """Compute the variations on a thread of its own; see `Geometry.prepare`."""
        return self._base.prepare(listener)

    @property
    def progress(self) -> Preparation:
        """How far the variations are."""
        return self._base.progress

    def prepare_map(self, listener: Callable[[], None] | None = None) -> Future[Layout]:
        """Make a UMAP of the items before on a thread of its own; see `Geometry.prepare_map`."""
        out: Future[Layout] = Future()

        def pass_on(done: Future[Layout]) -> None:
            if (error := done.exception()) is not None:
                out.set_exception(error)
            else:
                out.set_result(self.layout)

        self._base.prepare_map(listener).add_done_callback(pass_on)
        return out

    @property
    def map_progress(self) -> Preparation:
        """How far the UMAP is."""
        return self._base.map_progress

    def keep_in(self, folder: str | Path) -> None:
        """Keep what is computed about the items before in files; see `Geometry.keep_in`."""
        self._base.keep_in(folder)

    @property
    def unkept(self) -> str:
        """Why something could not be written to disk; empty where all could."""
        return self._base.unkept

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process can have: all that is known, but no thread and no file."""
        names = ("_base", "_features", "_neighbors", "_variations")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._known = _Known()
        self._begin()
