"""Propagation as the model that queries are chosen by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.fitting import check_weights
from al_widgets.nearness import squared_distances
from al_widgets.propagation._mixing import ALL, mixed
from al_widgets.propagation._opinions import Ground
from al_widgets.propagation._seeds import Seeds

if TYPE_CHECKING:
    from al_widgets.pool import Pool

_NEAREST = 5  # items of the pool that speak for one that is not in it
_BLOCK = 1_024


class PropagatingEstimator:
    """Trains by spreading answers over a pool: ``ActiveLearner(pool, model="propagation")``.

    All three opinions count alike here, smoothed, so that a training takes a fraction of a second;
    `ActiveLearner.propagate` finds out whom to believe how far.

    Parameters
    ----------
    pool : Pool
    estimator : classifier
        The model whose opinion counts beside those of the graph and the kernel.
    random_state : int
        Its seed.
    """

    def __init__(self, pool: Pool, estimator: Any, random_state: int = 0) -> None:
        self.estimator = estimator
        self._ground = Ground(pool, estimator, random_state)

    def train_at(
        self,
        positions: np.ndarray,
        y: np.ndarray,
        n_items: int | None = None,
        weights: np.ndarray | None = None,
    ) -> PropagatedModel:
        """Return what answers say of the whole pool.

        Parameters
        ----------
        positions : ndarray of shape (n_answers,), int
            Of the answered items, ascending.
        y : ndarray of shape (n_answers,), int
            Their labels, of at least two classes.
        n_items : int, optional
            The answers are spread over the first items of the pool, so many; over all when None.
        weights : ndarray of shape (n_answers,), float, optional
            How far each answer counts, above 0. An item with a soft label stands in `positions`
            several times, once for each of its classes. All count alike when None.

        Raises
        ------
        InvalidInput
            If weights differ and the estimator takes none, or one is not above 0.
        """
        if weights is not None:
            check_weights(weights, len(y))
        known, labels = np.unique(y, return_inverse=True)
        seeds = Seeds(positions, labels, len(known), weights)
        ground = replace(self._ground, pool=self._ground.pool.fixed(n_items))
        return PropagatedModel(ground, mixed(ground, seeds, (ALL,))[ALL], known)

    def __repr__(self) -> str:
        return f"Propagation({self.estimator!r})"


def plain_estimator(estimator: Any) -> Any:
    """Return the estimator whose opinion counts beside those of the graph and the kernel."""
    return estimator.estimator if isinstance(estimator, PropagatingEstimator) else estimator


class PropagatedModel:
    """What answers say of every item of a pool, in the form of a fitted classifier.

    A copy of it, where a committee makes some, is one of the estimator beside the graph.

    Parameters
    ----------
    ground : Ground
    proba : ndarray of shape (n_items, n_classes), float32
        Rows sum to 1.
    classes : ndarray of shape (n_classes,), int
        What its columns stand for.
    """

    def __init__(self, ground: Ground, proba: np.ndarray, classes: np.ndarray) -> None:
        self._ground, self._proba = ground, proba
        self.classes_ = classes

    @property
    def n_items(self) -> int:
        """How many items there were: those that came later are told by their features."""
        return len(self._proba)

    def proba_at(self, rows: Any) -> np.ndarray:
        """Return the probabilities of the items at these positions."""
        return np.asarray(self._proba[rows])

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return probabilities of rows of features, by the nearest five items of the pool."""
        geometry = self._ground.pool.geometry
        rows = geometry.scaling.transform(X, by_direction=True)
        out = np.empty((len(rows), len(self.classes_)), dtype=np.float32)
        for start in range(0, len(rows), _BLOCK):
            part = slice(start, start + _BLOCK)
            near, distances = _nearest(geometry, rows[part])
            weights = 1 / np.maximum(distances, 1e-12)  # a row of the pool speaks for itself
            weights /= weights.sum(axis=1, keepdims=True)
            out[part] = np.einsum("ij,ijk->ik", weights, self._proba[near])
        return out

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of rows of features."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def __sklearn_clone__(self) -> Any:
        from sklearn.base import clone  # noqa: PLC0415

        return clone(self._ground.estimator)

    def __repr__(self) -> str:
        n, k = self._proba.shape
        return f"<PropagatedModel of {n:,} items, {k} classes>"


def _nearest(geometry: Any, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which items of the pool are nearest to each row, and their squared distances."""
    found, away = [], []
    for block, others in geometry.scaling.blocks(by_direction=True):
        distances = squared_distances(rows, others)
        k = min(_NEAREST, len(others))
        best = np.argpartition(distances, k - 1, axis=1)[:, :k]
        found.append(best + block.start)
        away.append(np.take_along_axis(distances, best, axis=1))
    near, distances = np.hstack(found), np.hstack(away)
    k = min(_NEAREST, near.shape[1])
    best = np.argpartition(distances, k - 1, axis=1)[:, :k]
    return np.take_along_axis(near, best, axis=1), np.take_along_axis(distances, best, axis=1)
