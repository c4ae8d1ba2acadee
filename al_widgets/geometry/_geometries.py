"""The geometry of a pool at each size it had."""

from __future__ import annotations

import threading
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from al_widgets.geometry._geometry import Geometry
from al_widgets.geometry._grown import Grown

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

GROWTH = 1.5
"""How many times the items that a geometry was computed of there may be, before it is anew."""


class Geometries:
    """Gives the geometry of a pool, whatever size it has by now.

    A pool that has grown a little keeps what was computed of the items that it began with, and
    newcomers are attached. When there are half as many newcomers it is computed afresh, and so on:
    all of that together takes about twice the time of the last. At which sizes follows from the
    number of the given items alone.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_given, n_features)
        Of the items that the pool began with.
    fingerprint : callable
        As for `Geometry`; only what is computed of the given items is kept on disk.
    coordinates : ndarray of shape (n_given, 2), optional
        As for `Geometry`.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(9.0)[:, None]
    >>> geometries = Geometries(X[:6], lambda: "")
    >>> [geometries.at(X[:n]) for n in (6, 8, 9)]
    [<Geometry of 6 items, not begun>, <Geometry of 8 items, not begun>, \
<Geometry of 9 items, not begun>]
    """

    def __init__(
        self,
        features: Any,
        fingerprint: Callable[[], str],
        coordinates: np.ndarray | None = None,
    ) -> None:
        self._given = Geometry(features, fingerprint if features.shape[0] else None, coordinates)
        self._base = self._newest = self._given
        self._lock = threading.Lock()

    def fork(self) -> Geometries:
        """Return those of a pool that began with the same items, and may grow otherwise."""
        fork = copy(self)
        fork._base = fork._newest = self._given  # noqa: SLF001 - our own
        fork._lock = threading.Lock()  # noqa: SLF001
        return fork

    def at(self, features: Any) -> Geometry:
        """Return the geometry of the pool when it had these features."""
        n = features.shape[0]
        older = None
        with self._lock:
            for known in (self._newest, self._base, self._given):
                if len(known) == n:
                    return known
            size = base_size(len(self._given), n)
            base = next((g for g in (self._base, self._given) if len(g) == size), None)
            if base is None:
                base, older = Geometry(features[:size]), self._base
            found = base if size == n else Grown(base, features, self._newest)
            if n > len(self._newest):
                self._base, self._newest = base, found
        if older is not None and len(older) < size:
            base.follow(older, partial(_laid_out, older, features[:size]))
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()


def base_size(n_given: int, n: int) -> int:
    """Return of how many items the geometry of `n` is computed, the others being attached.

    Examples
    --------
    >>> [base_size(100, n) for n in (100, 149, 150, 200, 225)]
    [100, 100, 150, 150, 225]
    >>> [base_size(0, n) for n in range(10)]
    [0, 1, 2, 3, 4, 4, 6, 6, 6, 9]
    """
    size, following = n_given, n_given
    while following <= n:
        size, following = following, max(following + 1, int(GROWTH * following))
    return size


def _laid_out(older: Geometry, features: Any) -> Any:
    """Return the map of a pool as it was, and the items since beside it."""
    return Grown(older, features).layout
