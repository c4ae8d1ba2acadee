"""Which opinions to believe, and how far: chosen by what they say of answers that they do not know.

The answers are divided into folds. Each fold is taken away in turn, opinions are made from the
rest, and every mix of opinions is measured on the answers that were taken away (by log loss, after
its temperature was fitted). A mix counts the more the better it is there, as in Bayesian model
averaging: so the result is hardly ever worse than the best opinion, and mostly better.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from al_widgets.pool import CHUNK
from al_widgets.propagation._opinions import (
    NAMES,
    Ground,
    kernel_opinions,
    normalized,
    opinions,
    smoothed,
)
from al_widgets.propagation._seeds import NO_DESCENT, Descent, Seeds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

N_FOLDS, N_FOLDS_LARGE, LARGE = 10, 5, 20_000
"""Folds in a pool of up to 20,000 items, and in a larger one, where each takes seconds."""

FEWEST = 10
"""Answers from which on they are divided into folds; fewer say nothing about mixes."""

MOST_TESTED = 2_000
"""Answers on which mixes are measured; of more, a random sample."""

_LEAST = 1e-6  # the least probability whose logarithm is taken
_WORTH = 0.02  # mixes with a smaller weight are not computed


class Mix(NamedTuple):
    """Some opinions, taken together.

    Attributes
    ----------
    names : tuple of str
        Of the opinions; their mean counts.
    smooth : bool
        Whether it is spread over the graph once more.
    """

    names: tuple[str, ...]
    smooth: bool

    def __str__(self) -> str:
        return " + ".join(self.names) + (", smoothed" if self.smooth else "")


MIXES = tuple(
    Mix(names, smooth)
    for n in range(1, len(NAMES) + 1)
    for names in combinations(NAMES, n)
    for smooth in (False, True)
)
ALL = Mix(NAMES, smooth=True)
"""The mix that is believed where nothing can be measured: on the mean over many pools the best."""


class Belief(NamedTuple):
    """How far each mix is believed.

    Attributes
    ----------
    weights : dict of Mix to float
        Sum to 1.
    sharpness : dict of Mix to float
        The power to which its probabilities are raised; below 1 they are softened.
    last : float
        The same for the sum of all.
    """

    weights: dict[Mix, float]
    sharpness: dict[Mix, float]
    last: float


class Checked(NamedTuple):
    """What the answers say of one another.

    Attributes
    ----------
    at : ndarray of shape (n_tested,), int
        Which of the seeds were tested, ascending.
    proba : ndarray of shape (n_tested, n_classes), float32
        What the answers of the other folds say of each.
    """

    at: np.ndarray
    proba: np.ndarray


NO_BELIEF = Belief({ALL: 1.0}, {ALL: 1.0}, 1.0)


def mixed(
    ground: Ground,
    seeds: Seeds,
    mixes: Sequence[Mix],
    at: np.ndarray | slice = slice(None),
    kernel: np.ndarray | None = None,
) -> dict[Mix, np.ndarray]:
    """Return what mixes of opinions say of the items at these positions.

    What the `kernel` says of every item may be known already.

    Returns
    -------
    dict of Mix to ndarray of shape (n_positions, n_classes), float32
        Rows sum to 1.
    """
    found = opinions(ground, seeds, kernel)
    plain = {name: opinion[at] for name, opinion in found.items()}
    wanted = {name for mix in mixes if mix.smooth for name in mix.names}
    smooth = {
        name: smoothed(ground, seeds, found.pop(name))[at] for name in NAMES if name in wanted
    }
    out = {}
    for mix in mixes:
        source = smooth if mix.smooth else plain
        total = sum(source[name] for name in mix.names[1:]) + source[mix.names[0]]
        out[mix] = normalized(total)
    return out


def weighed(
    ground: Ground, seeds: Seeds, descent: Descent = NO_DESCENT
) -> tuple[Belief, Checked | None]:
    """Measure all mixes on answers that they do not know, and believe them accordingly.

    Parameters
    ----------
    ground : Ground
    seeds : Seeds
        All answers, and the labels of what was synthesized, which are never tested.
    descent : Descent
        What was synthesized from an answer is taken away with it: it would tell what that was.

    Returns
    -------
    Belief
    Checked or None
        None where there are too few answers to divide them.
    """
    n_folds = N_FOLDS if len(ground.pool) <= LARGE else N_FOLDS_LARGE
    folds = _folds(seeds, n_folds)
    if folds is None:
        return NO_BELIEF, None
    outs = [folds == fold for fold in range(n_folds)]
    lefts = [descent.without(out) for out in outs]
    if any(seeds.some(left).n_known < 2 for left in lefts):
        return NO_BELIEF, None
    tested = np.flatnonzero(folds >= 0)
    said = {mix: np.empty((len(tested), seeds.n_classes), np.float32) for mix in MIXES}
    kernels = kernel_opinions(ground, seeds, lefts)
    for out, left, kernel in zip(outs, lefts, kernels, strict=True):
        rest = mixed(ground, seeds.some(left), MIXES, seeds.positions[out], kernel)
        for mix, proba in rest.items():
            said[mix][out[tested]] = proba
    labels = seeds.labels[tested]
    fitted = {mix: _sharpness(proba, labels) for mix, proba in said.items()}
    loss = np.array([fitted[mix].loss for mix in MIXES])
    weights = np.exp(-(loss - loss.min()) * len(labels) / 2)
    weights[weights < _WORTH * weights.sum()] = 0
    weights /= weights.sum()
    worth = {mix: float(w) for mix, w in zip(MIXES, weights, strict=True) if w}
    belief = Belief(worth, {mix: fitted[mix].power for mix in worth}, 1.0)
    total = believed(belief, said)
    belief = belief._replace(last=_sharpness(total, labels).power)
    return belief, Checked(tested, believed(belief, said))


def believed(belief: Belief, said: Mapping[Mix, np.ndarray]) -> np.ndarray:
    """Return the probabilities that follow from what the mixes say.

    Returns
    -------
    ndarray of shape (n_items, n_classes), float32
        Rows sum to 1.
    """
    some = next(iter(said.values()))
    out = np.zeros(some.shape, dtype=np.float32)
    for start in range(0, len(out), CHUNK):
        part = slice(start, start + CHUNK)
        for mix, weight in belief.weights.items():
            out[part] += np.float32(weight) * _raised(said[mix][part], belief.sharpness[mix])
        if belief.last != 1:
            out[part] = _raised(normalized(out[part]), belief.last)
    return normalized(out)


class _Fitted(NamedTuple):
    power: float
    loss: float


def _sharpness(proba: np.ndarray, labels: np.ndarray) -> _Fitted:
    """Fit the power that makes probabilities true, and return the log loss that is left.

    Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks. ICML 2017.
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415

    logs = np.log(np.maximum(proba, _LEAST)).astype(np.float64)
    own = np.arange(len(labels)), labels

    def loss(exponent: float) -> float:
        scaled = np.exp(exponent) * logs
        scaled -= scaled.max(axis=1, keepdims=True)
        true = scaled[own] - np.log(np.exp(scaled).sum(axis=1))
        # a weak pull towards leaving them as they are, for few answers that are all right
        return float(-np.maximum(true, np.log(_LEAST)).mean() + 0.002 * exponent**2)

    found = minimize_scalar(loss, bounds=(-2, 3), method="bounded")
    return _Fitted(float(np.exp(found.x)), float(found.fun))


def _raised(proba: np.ndarray, power: float) -> np.ndarray:
    logs = np.log(np.maximum(proba, np.float32(_LEAST)))
    logs *= np.float32(power)
    logs -= logs.max(axis=1, keepdims=True)
    np.exp(logs, out=logs)
    logs /= logs.sum(axis=1, keepdims=True)
    return np.asarray(logs)


def _folds(seeds: Seeds, n_folds: int) -> np.ndarray | None:
    """Return a fold for each seed, -1 where it is never tested; None if there are too few.

    The answers of a class are dealt to the folds in turn.
    """
    n = len(seeds.positions)
    answers = np.arange(n) if seeds.is_made is None else np.flatnonzero(~seeds.is_made)
    if len(answers) < FEWEST:
        return None
    order = answers[np.random.default_rng(0).permutation(len(answers))]
    if len(order) > MOST_TESTED:
        order = order[:MOST_TESTED]
    dealt = order[np.argsort(seeds.labels[order], kind="stable")]
    folds = np.full(n, -1)
    folds[dealt] = np.arange(len(dealt)) % n_folds
    return folds
