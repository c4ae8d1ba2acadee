"""The map of a pool: at once the plane of largest variance, and UMAP when it is ready."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from al_widgets.exceptions import AlWidgetsError
from al_widgets.geometry import _layout, _neighbors, _scaling, _umap
from al_widgets.geometry._apart import TaskFailed
from al_widgets.geometry._cache import coordinates_in
from al_widgets.geometry._layout import Layout, plane
from al_widgets.geometry._preparation import Preparing
from al_widgets.geometry._umap import find_layout, why_never

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from al_widgets.geometry._cache import Shelf
    from al_widgets.geometry._neighbors import Neighbors
    from al_widgets.geometry._scaling import Scaling

SETTINGS = (
    *_scaling.SETTINGS,
    _neighbors.N_NEIGHBORS,
    _neighbors.EXACT_WORK,
    _layout.FITTED_ON,
    *_umap.SETTINGS,
)

_BESIDE = "new items lie beside the UMAP of the pool as it was."


class Map:
    """Where the items of a pool lie on a plane: the best that is known.

    It has a lock and a thread of its own, so that nobody who reads neighbors or variations waits
    for UMAP.

    Parameters
    ----------
    n_items : int
        Items of the pool.
    scaling : callable
        Gives the space in which the items lie.
    find_neighbors : callable
        Gives the nearest other items of each; see `find_layout`.
    shelf : Shelf
        Where a UMAP is kept.
    known : Layout, optional
        What is known before.

    Attributes
    ----------
    known : Layout or None
        What is known, without anything being computed.
    meanwhile : callable or None
        Gives the layout of the pool when it was smaller, with the items since beside it: better
        than a plane until there is a UMAP.
    preparing : Preparing
        How far the UMAP is.
    """

    def __init__(
        self,
        n_items: int,
        scaling: Callable[[], Scaling],
        find_neighbors: Callable[[Callable[[float], None]], Neighbors],
        shelf: Shelf,
        known: Layout | None = None,
    ) -> None:
        self._n_items, self._scaling, self._find_neighbors = n_items, scaling, find_neighbors
        self._shelf, self.known = shelf, known
        self.meanwhile: Callable[[], Layout] | None = None
        self._is_carried = False  # whether what is known came from there
        self._looked_in: Path | None = None  # the folder whose file was read,
        self._kept_in: Path | None = None  # and that whose file holds what is known
        self._computing = threading.RLock()
        self.preparing = Preparing("map")

    @property
    def layout(self) -> Layout:
        """The best there is now; the plane is computed when it is first asked for."""
        with self._computing:
            if self.known is None or self.known.method == "pca":
                self._read()
            if self.known is None and self.meanwhile is not None:
                self.known, self.meanwhile = self.meanwhile(), None
                self._is_carried = self.known.method == "umap"
            if self.known is None:
                coordinates = plane(self._scaling(), self._n_items)
                self.known = Layout(coordinates, "pca", why_never(coordinates))
            return self.known

    def prepare(self, listener: Callable[[], None] | None) -> Future[Layout]:
        """Make a UMAP on a thread of its own, if there can be one."""
        return self.preparing.start(self._prepare, listener)

    def _prepare(self) -> Layout:
        now = self.layout
        if now.method != "pca" and not self._is_carried:
            return now
        best = self._umap_or_why_not(now)
        with self._computing:
            if not best.note or self.known is now:  # else one was read meanwhile
                self.known, self._is_carried = best, self._is_carried and bool(best.note)
        self.keep()
        return self.layout

    def _umap_or_why_not(self, now: Layout) -> Layout:
        """Return a UMAP that begins where the items are now; or that, and why there is none."""
        is_plane = now.method == "pca"
        instead = "this is the plane of largest variance." if is_plane else _BESIDE
        # anew, since umap-learn may have been installed meanwhile
        note = why_never(now.coordinates) if is_plane else ""
        if not note:
            say = self.preparing.say
            try:
                found = find_layout(self._scaling(), now.coordinates, self._find_neighbors, say)
            except TaskFailed as error:
                why = ": ".join(filter(None, (error.how, error.last_line)))
                note = f"UMAP failed ({why}); {instead}"
            except (AlWidgetsError, OSError) as error:
                note = f"UMAP could not begin ({error}); {instead}"
            else:
                return Layout(found, "umap")
        return replace(now, note=note)

    # -- on disk -------------------------------------------------------------------------------

    def keep(self) -> None:
        """Write the UMAP, if there is one and a folder for it."""
        with self._computing:
            known, folder = self.known, self._shelf.folder
            if known is None or known.method != "umap" or folder == self._kept_in:
                return
            self._kept_in = folder
        if (cache := self._shelf.cache(SETTINGS, "map")) is not None:
            self._shelf.put(cache, {"map": known.coordinates})

    def _read(self) -> None:
        """Take the UMAP that is on disk."""
        folder = self._shelf.folder
        if folder == self._looked_in or (cache := self._shelf.cache(SETTINGS, "map")) is None:
            return
        self._looked_in = folder
        found = coordinates_in(cache.read(), self._n_items)
        if found is not None:
            self.known, self._kept_in = Layout(found, "umap"), folder
