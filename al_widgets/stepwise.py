"""A model that learns answer by answer, as they come from a stream."""

from __future__ import annotations

import copy
import time
from typing import Any

import numpy as np

from al_widgets.fitting import Trained, seeded_copy


class Stepwise:
    """Trains an estimator by ``partial_fit``, one answer at a time.

    Where answers were only added it goes on with the model that it has. After an undo, a changed
    answer or a restart it goes through all of them once more, in the same order, to the same model.

    Parameters
    ----------
    estimator : classifier
        With ``partial_fit``; it is not changed.
    n_classes : int
    random_state : int
        Seed of every copy.

    Examples
    --------
    >>> from sklearn.linear_model import SGDClassifier
    >>> stepwise = Stepwise(SGDClassifier(loss="log_loss"), 2, 0)
    >>> X, y = np.array([[0.0], [1.0], [0.1]]), np.array([0, 1, 0])
    >>> one = stepwise.train(np.array([3, 5]), X[:2], y[:2], X[:0]).model
    >>> float(stepwise.train(np.array([3, 5, 8]), X, y, X[:0]).model.t_), float(one.t_)
    (4.0, 3.0)
    """

    def __init__(self, estimator: Any, n_classes: int, random_state: int) -> None:
        self._estimator, self._random_state = estimator, random_state
        self._classes = np.arange(n_classes)
        self._model: Any = None
        self._seen: list[tuple[int, int]] = []  # position and label of what the model knows

    def train(self, positions: np.ndarray, X: Any, y: np.ndarray, X_validation: Any) -> Trained:
        """Return the model that learned these rows one after the other.

        Parameters
        ----------
        positions : ndarray of shape (n,), int
            By which a row is known again.
        X : array of shape (n, n_features)
        y : ndarray of shape (n,), int
            Labels, as positions in the classes.
        X_validation : array of shape (m, n_features)
            Rows to predict; m may be 0.
        """
        began = time.perf_counter()
        wanted = list(zip(positions.tolist(), y.tolist(), strict=True))
        known = len(self._seen)
        if self._model is None or wanted[:known] != self._seen:
            known, model = 0, seeded_copy(self._estimator, self._random_state)
        else:
            model = copy.deepcopy(self._model)  # somebody may be asking it now
        for i in range(known, len(wanted)):
            model.partial_fit(X[i : i + 1], y[i : i + 1], classes=self._classes)
        self._model, self._seen = model, wanted
        seconds = time.perf_counter() - began
        if not X_validation.shape[0]:
            return Trained(model, seconds, np.empty(0, dtype=int))
        return Trained(model, seconds, np.asarray(model.predict(X_validation), dtype=int))
