"""UMAP of a pool: of all items, or of landmarks among which the others are placed."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from al_widgets.geometry import _tasks
from al_widgets.geometry._apart import TaskFailed, run_apart
from al_widgets.geometry._layout import turned_onto
from al_widgets.geometry._neighbors import N_NEIGHBORS, Neighbors, exact_neighbors
from al_widgets.geometry._preparation import ALONE
from al_widgets.geometry._variations import nearest_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.geometry._scaling import Scaling

ALL_ITEMS = 50_000
"""Above this many items, UMAP lays out landmarks."""

LANDMARKS = 20_000
"""Items, drawn at random, that are laid out for all.

As many take UMAP no longer than 10,000, since from there on it makes fewer epochs. Measured on
Fashion-MNIST by ten neighbors on the map, which tell 80.3% of the classes (79.0% with 10,000
landmarks), and 80.7% where all 70,000 are laid out.
"""

NEAREST = 15
"""Nearest items, itself among them, by which UMAP places an item."""

MIN_DIST, REPULSION = 0.5, 0.5
"""How near to each other UMAP lets items come, and how strongly it drives others apart.

With the usual 0.1 and 1 islands become dots in a wide sea: right, and of no use to who wants to see
what is inside an island, and to draw around a part of it. Neighbors stay neighbors in either:
trustworthiness 0.979 on digits, and 0.988 with the usual ones; on the plane it is 0.822.
"""

PLACED_BY = 5
"""Landmarks among which an item is placed."""

FEWEST = 4
"""Items of a UMAP."""

_RANDOM_STATE = 0
_MOVES = 3  # of an item, from its nearest landmark towards those that lie by it
_BLOCK = 1_024  # items that are compared with their landmarks together

SETTINGS = (
    ALL_ITEMS,
    LANDMARKS,
    NEAREST,
    MIN_DIST,
    REPULSION,
    PLACED_BY,
    FEWEST,
    _RANDOM_STATE,
    _MOVES,
)
"""All numbers on which a UMAP depends beside the plane and the neighbors."""

_FOUND, _STARTED, _LAID_OUT = 0.2, 0.3, 0.5  # shares of all that are done after the steps


def why_never(plane: np.ndarray) -> str:
    """Say why there will be no UMAP of the items on this plane; nothing if there may be one."""
    instead = "this is the plane of largest variance."
    if len(plane) < FEWEST:
        return f"A UMAP needs at least {FEWEST} items; {instead}"
    if not plane.any():
        return "All items are the same, so all lie in one place."
    if sys.platform in ALONE:
        return (
            "A UMAP needs a kernel that can start processes, not one in a browser, with "
            f"umap-learn in it (pip install umap-learn); {instead}"
        )
    if importlib.util.find_spec("umap") is None:
        return f"A UMAP needs umap-learn (pip install umap-learn); {instead}"
    return ""


def find_layout(
    scaling: Scaling,
    plane: np.ndarray,
    find_neighbors: Callable[[Callable[[float], None]], Neighbors],
    tell: Callable[[str, float], None] = lambda step, share: None,  # noqa: ARG005
) -> np.ndarray:
    """Lay out a pool by UMAP, in a process of its own.

    UMAP begins at the plane of largest variance, and what it finds is turned back onto it, so that
    items move as little as possible from one picture to the other.

    Parameters
    ----------
    scaling : Scaling
        Gives rows of features.
    plane : ndarray of shape (n_items, 2)
        Where the items lie on the plane of largest variance.
    find_neighbors : callable
        Gives the nearest other items of each, and tells the share that is done to its argument; it
        is called for pools of up to `ALL_ITEMS`.
    tell : callable
        Receives what is done, in words, and the share of all that is done, from 0 to 1.

    Returns
    -------
    ndarray of shape (n_items, 2), float32

    Raises
    ------
    TaskFailed
        If UMAP fails.

    References
    ----------
    McInnes, Healy, Melville: UMAP: Uniform manifold approximation and projection for dimension
    reduction. 2018, arXiv:1802.03426.
    """
    n = len(plane)

    def searching(share: float) -> None:
        tell("finding neighbors", share * _FOUND)

    searching(0.0)
    if n <= ALL_ITEMS:
        return turned_onto(_umap(find_neighbors(searching), plane, 1.0, tell), plane)
    chosen = landmarks_of(n)
    rows = scaling.rows(chosen)
    neighbors = exact_neighbors(rows, N_NEIGHBORS, searching)
    laid_out = turned_onto(_umap(neighbors, plane[chosen], _LAID_OUT, tell), plane[chosen])
    out = np.empty((n, 2), dtype=np.float32)
    for block, others in scaling.blocks():
        out[block] = placed(others, rows, neighbors.indices, laid_out)
        done = min(1.0, block.stop / n)
        tell(f"placing {n:,} items", _LAID_OUT + done * (1 - _LAID_OUT))
    out[chosen] = laid_out
    return out


def landmarks_of(n_items: int) -> np.ndarray:
    """Return the positions of the items that are laid out: all, or a random sample of very many."""
    if n_items <= ALL_ITEMS:
        return np.arange(n_items)
    chosen = np.random.default_rng(_RANDOM_STATE).choice(n_items, LANDMARKS, replace=False)
    chosen.sort()
    return chosen


def _umap(
    neighbors: Neighbors, start: np.ndarray, until: float, tell: Callable[[str, float], None]
) -> np.ndarray:
    """Lay out items by UMAP; `until` is the share of all that is done then."""
    tell("starting UMAP", _FOUND)

    def laying_out(share: float) -> None:
        if share > 0:
            done = _STARTED + share * (until - _STARTED)
            tell(f"laying out {len(start):,} items", done)

    with tempfile.TemporaryDirectory(prefix="al-widgets-") as name:
        folder = Path(name)
        np.save(folder / _tasks.START, _spread(start))
        _save_neighbors(folder, neighbors)
        settings = {"min_dist": MIN_DIST, "repulsion_strength": REPULSION}
        run_apart("lay_out", folder, laying_out, random_state=_RANDOM_STATE, **settings)
        out: np.ndarray = np.load(folder / _tasks.COORDINATES)
    if not np.isfinite(out).all():
        raise TaskFailed("it gave an item no place")
    return out


def _spread(plane: np.ndarray) -> np.ndarray:
    """Return a plane as large as UMAP makes it, where no two items lie in the same place."""
    noise = np.random.default_rng(_RANDOM_STATE).normal(scale=1e-4, size=plane.shape)
    largest = np.abs(plane).max() or 1.0  # landmarks may all lie in one place
    spread: np.ndarray = (plane * (10 / largest) + noise).astype(np.float32)
    return spread


def _save_neighbors(folder: Path, neighbors: Neighbors) -> None:
    """Write neighbors as UMAP takes them: each item is its own first."""
    n = len(neighbors.indices)
    k = min(NEAREST, n - 1) - 1
    own = np.arange(n, dtype=np.int32)[:, None]
    np.save(folder / _tasks.INDICES, np.hstack([own, neighbors.indices[:, :k]]))
    zero = np.zeros((n, 1), dtype=np.float32)
    np.save(folder / _tasks.DISTANCES, np.hstack([zero, neighbors.distances[:, :k]]))


def placed(
    rows: np.ndarray, landmarks: np.ndarray, neighbors: np.ndarray, coordinates: np.ndarray
) -> np.ndarray:
    """Place items among landmarks that are laid out.

    An item lies at the weighted mean of its nearest landmarks; of these, the nearer ones weigh
    more, and so do those that lie by the nearest, or an item between islands would lie in the sea.

    Parameters
    ----------
    rows : ndarray of shape (n_items, n_dimensions)
        Items to place.
    landmarks : ndarray of shape (n_landmarks, n_dimensions)
    neighbors : ndarray of shape (n_landmarks, k), int
        Nearest other landmarks of each. Those near an item are looked for among its nearest
        landmark and the neighbors of this one.
    coordinates : ndarray of shape (n_landmarks, 2)
        Where the landmarks lie on the map.

    Returns
    -------
    ndarray of shape (n_items, 2), float32

    Examples
    --------
    >>> landmarks = np.array([[0.0], [1.0], [9.0]])
    >>> neighbors = np.array([[1, 2], [0, 2], [1, 0]])
    >>> places = np.array([[0.0, 0.0], [0.0, 1.0], [7.0, 7.0]])
    >>> placed(np.array([[0.5]]), landmarks, neighbors, places).round(1)
    array([[0. , 0.5]], dtype=float32)
    """
    out = np.empty((len(rows), 2), dtype=np.float32)
    closest = nearest_row(rows, landmarks)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        near = np.hstack([closest[block, None], neighbors[closest[block]]])
        distances = np.linalg.norm(landmarks[near] - rows[block, None], axis=2)
        order = np.argsort(distances, axis=1, kind="stable")[:, :PLACED_BY]
        places = coordinates[np.take_along_axis(near, order, axis=1)]
        out[block] = between(places, np.take_along_axis(distances, order, axis=1))
    return out


def between(places: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Return the middle of places of shape (n, k, 2), the nearest of which weigh most.

    Parameters
    ----------
    places : ndarray of shape (n, k, 2)
    distances : ndarray of shape (n, k)
        How far each is, ascending.

    Returns
    -------
    ndarray of shape (n, 2), float32
    """
    farther = distances - distances[:, :1]
    scale = np.maximum(farther.mean(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    weights = np.exp(-farther / scale)[:, :, None]
    out = places[:, 0]
    for _ in range(_MOVES):
        away = ((places - out[:, None]) ** 2).sum(axis=2, keepdims=True)
        together = weights / (1 + away)  # about how UMAP itself weighs what lies so far away
        out = (together * places).sum(axis=1) / together.sum(axis=1)
    return out
