"""Three opinions on every item, of which none is best everywhere.

* ``graph``: the answers spread over the graph of near neighbors. It follows the shape of the pool,
  and is best where there are few answers and clear groups.
* ``kernel``: ridge regression on a Gaussian kernel around the answers. It knows no other items, and
  is best where groups run into each other.
* ``model``: the learner's own model.

Each opinion, or a mean of some, may be spread over the graph once more, the answers with it: that
mends what the neighbors of an item contradict (Huang, He, Singh, Lim, Benson: Combining label
propagation and simple models out-performs graph neural networks. ICLR 2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.context import predict_proba
from al_widgets.fitting import train
from al_widgets.nearness import squared_distances
from al_widgets.pool import CHUNK
from al_widgets.propagation._spreading import spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from al_widgets.pool import Pool
    from al_widgets.propagation._seeds import Centers, Seeds

NAMES = ("graph", "kernel", "model")

FAR, N_FAR = 0.9, 14
"""How far answers spread: the share handed on at each step, and how many steps."""

NEAR, N_NEAR = 0.8, 8
"""The same of what opinions are smoothed by."""

_ANSWERED = 5.0  # how many times what an opinion weighs an answer does, where they are spread
_RIDGE = 0.1
_SHARPNESS = 8.0  # of the kernel's scores, which lie about between 0 and 1
_MOST_CENTERS = 2_000  # answers around which there is a kernel
_MOST_HELD = 200_000_000  # numbers that the kernel's opinions for several subsets may take
_BLOCK = 8_192  # items whose distances to the answers are held together
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Ground:
    """What opinions stand on, whatever the answers are.

    Attributes
    ----------
    pool : Pool
    estimator : classifier
        What to train as the model; copies of it are.
    random_state : int
        Its seed.
    """

    pool: Pool
    estimator: Any
    random_state: int


def opinions(
    ground: Ground, seeds: Seeds, kernel: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return what each way of looking says of every item.

    Parameters
    ----------
    ground : Ground
    seeds : Seeds
        Answers of at least two classes.
    kernel : ndarray of shape (n_items, n_classes), float32, optional
        What the kernel says, where that is known already.

    Returns
    -------
    dict of str to ndarray of shape (n_items, n_classes), float32
        Rows sum to 1.
    """
    if kernel is None:
        (kernel,) = kernel_opinions(ground, seeds, [np.ones(len(seeds.positions), dtype=bool)])
    return {
        "graph": _by_graph(ground, seeds),
        "kernel": kernel,
        "model": _by_model(ground, seeds),
    }


def smoothed(ground: Ground, seeds: Seeds, opinion: np.ndarray) -> np.ndarray:
    """Spread an opinion over the graph, with the answers in place of what it says of them.

    To spread a mean of opinions is to take the mean of what each one spreads.

    Returns
    -------
    ndarray of shape (n_items, n_classes), float32
        Its rows do not sum to 1.
    """
    held = opinion.copy()
    held[seeds.positions] = 0
    if seeds.weights is None:
        held[seeds.positions, seeds.labels] = _ANSWERED
    else:
        np.add.at(held, (seeds.positions, seeds.labels), _ANSWERED * seeds.weights)
    return spread(ground.pool.geometry.graph, held, NEAR, N_NEAR)


def normalized(shares: np.ndarray) -> np.ndarray:
    """Make rows sum to 1, in place; a row of nothing says all classes alike."""
    shares += np.float32(_LEAST)
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def _by_graph(ground: Ground, seeds: Seeds) -> np.ndarray:
    held = np.zeros((len(ground.pool), seeds.n_classes), dtype=np.float32)
    counts = np.bincount(seeds.labels, seeds.weights, minlength=seeds.n_classes)
    # halfway between each answer and each class weighing alike
    own = 1 / np.sqrt(counts[seeds.labels])
    if seeds.weights is None:
        held[seeds.positions, seeds.labels] = own
    else:
        np.add.at(held, (seeds.positions, seeds.labels), seeds.weights * own)
    return normalized(spread(ground.pool.geometry.graph, held, FAR, N_FAR))


def kernel_opinions(
    ground: Ground, seeds: Seeds, subsets: Sequence[np.ndarray]
) -> Iterator[np.ndarray]:
    """Yield what the kernel around each subset of answers says of every item.

    To look at the pool once for several subsets costs little more than for one.

    Parameters
    ----------
    ground : Ground
    seeds : Seeds
    subsets : sequence of ndarray of shape (n_answers,), bool
        Which answers there is a kernel around.

    Yields
    ------
    ndarray of shape (n_items, n_classes), float32
        Rows sum to 1.
    """
    told = seeds.centers(_MOST_CENTERS)
    centers = ground.pool.geometry.rows(told.positions)
    exact = centers.astype(np.float64)
    between = squared_distances(exact, exact)
    # not below what the digits of a row can tell, where the answers lie all but at one place
    least = 1e-6 * float((exact**2).sum(axis=1).max()) or 1.0
    scale = max(least, float(np.median(between[np.triu_indices(len(centers), 1)])))
    weights = [
        _kernel_weights(np.exp(-between / scale), told, subset[told.first]) for subset in subsets
    ]
    at_once = max(1, _MOST_HELD // (len(ground.pool) * seeds.n_classes))
    for start in range(0, len(subsets), at_once):
        some = weights[start : start + at_once]
        scores = _kernel_scores(ground.pool, centers, np.hstack(some), scale)
        while some:  # each is let go of when it was looked at
            own, scores = scores[:, : seeds.n_classes], scores[:, seeds.n_classes :]
            yield _as_shares(own)
            some.pop()


def _kernel_weights(kernel: np.ndarray, told: Centers, subset: np.ndarray) -> np.ndarray:
    """Return the weight of each answer for each class, by ridge regression; 0 of the others.

    The regression is a weighted one: the less an answer counts, the more may it be missed.
    """
    from scipy.linalg import solve  # noqa: PLC0415

    inside = kernel[np.ix_(subset, subset)]
    inside[np.diag_indices_from(inside)] += _RIDGE / told.weights[subset]
    weights = np.zeros((len(subset), told.shares.shape[1]), dtype=np.float32)
    weights[subset] = solve(inside, told.shares[subset], assume_a="pos")
    return weights


def _kernel_scores(
    pool: Pool, centers: np.ndarray, weights: np.ndarray, scale: float
) -> np.ndarray:
    out = np.empty((len(pool), weights.shape[1]), dtype=np.float32)
    for start in range(0, len(out), _BLOCK):
        part = slice(start, start + _BLOCK)
        near = squared_distances(pool.geometry.rows(part), centers)
        near /= np.float32(-scale)
        np.matmul(np.exp(near, out=near), weights, out=out[part])
    return out


def _as_shares(scores: np.ndarray) -> np.ndarray:
    shares = scores * np.float32(_SHARPNESS)
    shares -= shares.max(axis=1, keepdims=True)
    return normalized(np.exp(shares, out=shares))


def _by_model(ground: Ground, seeds: Seeds) -> np.ndarray:
    features = ground.pool.features
    nothing = features[:0]
    model = train(
        ground.estimator,
        features[seeds.positions],
        seeds.labels,
        nothing,
        ground.random_state,
        weights=seeds.weights,
    ).model
    out = np.empty((len(ground.pool), seeds.n_classes), dtype=np.float32)
    for start in range(0, len(out), CHUNK):
        part = slice(start, start + CHUNK)
        out[part] = predict_proba(model, features[part], seeds.n_classes)
    return normalized(out)
