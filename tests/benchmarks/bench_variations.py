"""How well groups of near neighbors find the true variations, by what was chosen and what was not.

    make bench ARGS=variations

Every method sees the same scaled rows and the same neighbor graph, and its groups below five items
are given away in the same manner. "Found" is the share of true variations of which some group holds
at least half, and that make at least half of that group; "of the rare half" counts only variations
up to the median size.

The chosen one: communities of the graph of mutual neighbors at resolution 3, islands left whole,
copies counted once. Numbers of groups that had to be told are the square root of the items.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from data_sets import DATA
from report import table
from scipy import sparse
from scipy.sparse import csgraph
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_mutual_info_score

from al_widgets.datasets import make_sea_creatures
from al_widgets.geometry import Neighbors, Scaling
from al_widgets.geometry._communities import communities
from al_widgets.geometry._neighbors import N_NEIGHBORS, exact_neighbors
from al_widgets.geometry._variations import _absorb_small, _by_size, _shared, group_neighbors

if TYPE_CHECKING:
    from collections.abc import Callable

# -- what was tried ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Space:
    rows: np.ndarray
    neighbors: Neighbors

    @property
    def n_expected(self) -> int:
        """For the methods that must be told a number: the square root of the items."""
        return int(len(self.rows) ** 0.5)

    def directed(self, k: int) -> Any:
        """The graph of the k nearest of each."""
        n = len(self.rows)
        near = self.neighbors.indices[:, :k].ravel()
        return sparse.csr_array((np.ones(n * k), near, np.arange(0, n * k + 1, k)), shape=(n, n))


def chosen(space: Space) -> np.ndarray:
    return group_neighbors(space.neighbors, space.rows)


def mutual_louvain(resolution: float) -> Callable[[Space], np.ndarray]:
    def method(space: Space) -> np.ndarray:
        return communities(_shared(space.neighbors.indices), resolution)

    return method


def louvain(space: Space) -> np.ndarray:
    """Communities of shared neighbors where one of two is among the nearest of the other."""
    near = space.directed(N_NEIGHBORS)
    with_own = near + sparse.eye_array(len(space.rows), format="csr")
    common = sparse.csr_array((with_own @ with_own.T).multiply(near.maximum(near.T)))
    common.data /= 2 * (N_NEIGHBORS + 1) - common.data
    return communities(common, 3.0)


def peaks(space: Space) -> np.ndarray:
    """ToMATo (Chazal et al. 2013): climb to the densest neighbor, merge peaks that are flat."""
    persistence, distances = 0.05, space.neighbors.distances
    density = -np.log(np.sqrt((distances**2).mean(axis=1)) + 1e-6 * np.median(distances) + 1e-30)
    rank = np.argsort(np.argsort(-density, kind="stable"))
    near = space.directed(N_NEIGHBORS)
    graph = sparse.csr_array(near.maximum(near.T))
    parent = np.arange(len(density))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for node in np.argsort(rank):
        others = graph.indices[graph.indptr[node] : graph.indptr[node + 1]]
        higher = others[rank[others] < rank[node]]
        if not higher.size:
            continue
        parent[node] = root(higher[rank[higher].argmin()])
        for other in higher:
            top, low = sorted((root(other), root(node)), key=rank.__getitem__)
            if top != low and density[low] - density[node] < persistence:
                parent[low] = top
    return np.array([root(node) for node in range(len(parent))])


def mutual_components(space: Space) -> np.ndarray:
    near = space.directed(5)
    return csgraph.connected_components(near.multiply(near.T), directed=False)[1]


def hdbscan(selection: str) -> Callable[[Space], np.ndarray]:
    def method(space: Space) -> np.ndarray:
        model = HDBSCAN(
            min_cluster_size=5, min_samples=5, cluster_selection_method=selection, copy=True
        )
        found = model.fit_predict(space.rows)
        noise = found < 0
        found[noise] = found.max() + 1 + np.arange(noise.sum())  # each goes to the nearest group
        return found

    return method


def k_means(space: Space) -> np.ndarray:
    return KMeans(space.n_expected, n_init=1, random_state=0).fit_predict(space.rows)


def ward(space: Space) -> np.ndarray:
    """Ward within 1,500 k-means centers, where there are more items than that."""
    model = AgglomerativeClustering(space.n_expected, linkage="ward")
    if len(space.rows) <= 1_500:
        return model.fit_predict(space.rows)
    small = KMeans(1_500, n_init=1, max_iter=10, random_state=0).fit(space.rows)
    return model.fit_predict(small.cluster_centers_)[small.labels_]


def average(space: Space) -> np.ndarray:
    """Average linkage within 1,500 k-means centers, where there are more items than that."""
    model = AgglomerativeClustering(space.n_expected, linkage="average")
    if len(space.rows) <= 1_500:
        return model.fit_predict(space.rows)
    small = KMeans(1_500, n_init=1, max_iter=10, random_state=0).fit(space.rows)
    return model.fit_predict(small.cluster_centers_)[small.labels_]


METHODS = {
    "chosen": chosen,
    "at 2, islands cut": mutual_louvain(2.0),
    "at 3, islands cut": mutual_louvain(3.0),
    "at 4, islands cut": mutual_louvain(4.0),
    "all neighbors, Louvain at 3": louvain,
    "density peaks (ToMATo)": peaks,
    "components of mutual neighbors": mutual_components,
    "HDBSCAN, leaves": hdbscan("leaf"),
    "HDBSCAN, excess of mass": hdbscan("eom"),
    "k-means, √n": k_means,
    "Ward, √n": ward,
    "average linkage, √n": average,
}

# -- what is known -----------------------------------------------------------------------------


def blobs(shares: tuple[float, ...], seed: int, n: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Eight classes, each in as many variations as there are shares, of different spreads."""
    rng = np.random.default_rng(seed)
    X, y = [], []
    for k in range(8):
        middle = 2.8 * rng.normal(size=20)
        for share in shares:
            size = max(1, round(n / 8 * share))
            center = middle + 1.7 * rng.normal(size=20)
            X.append(center + rng.uniform(0.6, 1.6) * rng.normal(size=(size, 20)))
            y += [len(shares) * k + shares.index(share)] * size
    return np.vstack(X), np.array(y)


def with_duplicates() -> tuple[np.ndarray, np.ndarray]:
    """3,000 items, of which most are copies of few."""
    X, y = blobs((0.6, 0.25, 0.1, 0.05), seed=3, n=400)
    rng = np.random.default_rng(0)
    drawn = rng.choice(len(X), 3_000, p=rng.dirichlet(np.full(len(X), 0.2)))
    return X[drawn], y[drawn]


def sea() -> tuple[Any, np.ndarray]:
    pool, _, variation = make_sea_creatures(10_000)
    return pool.features, variation


def spoken() -> tuple[np.ndarray, np.ndarray]:
    with np.load(DATA / "spoken_digits_logmel.npz") as file:
        names = [f"{digit} {who}" for digit, who in zip(file["y"], file["speaker"], strict=True)]
        return file["X"].astype(np.float32), np.array(names)


def grocery() -> tuple[np.ndarray, np.ndarray]:
    with np.load(DATA / "grocery_photos_feat.npz") as file:
        return file["X"].astype(np.float32), file["fine"]


SETS = {
    "sea creatures": sea,
    "8 classes x (.60 .25 .10 .05)": lambda: blobs((0.6, 0.25, 0.1, 0.05), seed=0),
    "8 classes x (.90 .07 .02 .01)": lambda: blobs((0.9, 0.07, 0.02, 0.01), seed=1),
    "spoken digits x speakers": spoken,
    "grocery photos, fine": grocery,
    "digits, classes only": lambda: load_digits(return_X_y=True),
    "mostly duplicates": with_duplicates,
}

# -- how it is measured ------------------------------------------------------------------------


def scores(found: np.ndarray, truth: np.ndarray) -> dict[str, str]:
    """Return what each table says of one method on one set."""
    overlap = np.zeros((truth.max() + 1, found.max() + 1))
    np.add.at(overlap, (truth, found), 1)
    sizes = overlap.sum(axis=1)
    is_found = ((overlap >= 0.5 * overlap.sum(axis=0)) & (overlap >= 0.5 * sizes[:, None])).any(
        axis=1
    )
    rare = sizes <= np.median(sizes)
    ratio, largest = overlap.shape[1] / overlap.shape[0], np.bincount(found).max() / len(found)
    return {
        "Adjusted mutual information": f"{adjusted_mutual_info_score(truth, found):.2f}",
        "Share of variations found / of the rare half": (
            f"{is_found.mean():.2f} / {is_found[rare].mean():.2f}"
        ),
        "Groups for each true variation / share of items in the largest": (
            f"{ratio:.2f} / {largest:.2f}"
        ),
    }


def measure(make: Callable[[], tuple[Any, np.ndarray]]) -> dict[str, dict[str, str]]:
    """Run every method on one set."""
    features, labels = make()
    truth = np.unique(labels, return_inverse=True)[1]
    rows = Scaling(features).rows(slice(None))
    space = Space(rows, exact_neighbors(rows, N_NEIGHBORS))
    measured = {}
    for method, group in METHODS.items():
        started = time.perf_counter()
        with warnings.catch_warnings(action="ignore"):  # k-means, about duplicates
            found = np.unique(group(space), return_inverse=True)[1]
        if group is not chosen:
            found = _by_size(_absorb_small(found, space.neighbors.indices, rows))
        seconds = f"{time.perf_counter() - started:.1f}"
        measured[method] = {**scores(found, truth), "Seconds, neighbors not counted": seconds}
    return measured


def main() -> None:
    """Measure and print."""
    measured = {}
    for name, make in SETS.items():
        try:
            measured[name] = measure(make)
        except FileNotFoundError as error:
            print(f"{name}: passed over, there is no {error.filename}")
    for what in measured["sea creatures"]["chosen"]:
        rows = [[m, *(found[m][what] for found in measured.values())] for m in METHODS]
        table(what, ["method", *measured], rows)


if __name__ == "__main__":
    main()
