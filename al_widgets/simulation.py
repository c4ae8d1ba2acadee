"""One strategy labels from nothing to the budget, and is measured after every batch."""

from __future__ import annotations

import time
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.context import Context
from al_widgets.exceptions import InvalidInput
from al_widgets.fitting import default_model, train
from al_widgets.pool import Pool
from al_widgets.sampling import PoolBasedSampling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.query import Query
    from al_widgets.strategies import Strategy


class Row(NamedTuple):
    """How a run stands after a batch.

    Attributes
    ----------
    strategy, seed : str, int
        Which run.
    n_labels : int
        Labels that the model learned from.
    accuracy, balanced_accuracy : float
        On the test part; balanced is the mean over the classes that occur in it.
    seconds : float
        Time that choosing the batch took.
    """

    strategy: str
    seed: int
    n_labels: int
    accuracy: float
    balanced_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What all runs of a race have in common.

    Attributes
    ----------
    X : array of shape (n_items, n_features)
        Features of the pool.
    y : ndarray of shape (n_items,), int
        Labels, as positions in `classes`.
    classes : tuple of str
        Names of the classes.
    test_sizes : ndarray of shape (n_classes,), int
        How many items of each class are held out; zeros if there is a test set from outside.
    outside : (X, y) or None
        The test set from outside.
    budget, batch_size, model
        As given to `race`.
    """

    X: Any
    y: np.ndarray
    classes: tuple[str, ...]
    test_sizes: np.ndarray
    outside: tuple[Any, np.ndarray] | None
    budget: int
    batch_size: int
    model: Any

    def batches(self) -> Iterator[int]:
        """Yield the sizes of the batches, which sum to the budget."""
        for spent in range(0, self.budget, self.batch_size):
            yield min(self.batch_size, self.budget - spent)

    def split(self, seed: int) -> tuple[Any, np.ndarray, Any, np.ndarray]:
        """Return X and y of the part that can be asked about, then those of the test part."""
        if self.outside is not None:
            return self.X, self.y, *self.outside
        rng = np.random.default_rng([seed, 0x7E57])
        held_out = np.zeros(len(self.y), dtype=bool)
        for k, size in enumerate(self.test_sizes):
            held_out[rng.permutation(np.flatnonzero(self.y == k))[:size]] = True
        return self.X[~held_out], self.y[~held_out], self.X[held_out], self.y[held_out]


@dataclass(frozen=True, slots=True)
class Run:
    """One strategy with one seed; all that is needed to carry it out anywhere."""

    name: str
    strategy: Strategy
    seed: int
    task: Task


def simulate(run: Run) -> list[Row]:
    """Carry out a run; a function of its argument alone, for any executor."""
    task, seed = run.task, run.seed
    X, y, X_test, y_test = task.split(seed)
    pool = Pool(X)
    estimator = default_model(pool) if task.model is None else task.model
    sampling = PoolBasedSampling(deepcopy(run.strategy))
    labeled, model, rows = np.empty(0, dtype=int), None, []
    for number, size in enumerate(task.batches()):
        context = Context(
            pool=pool,
            classes=task.classes,
            candidates=np.setdiff1d(np.arange(len(pool)), labeled),
            labeled=labeled,
            labels=y[labeled],
            model=model,
            seed=(seed, number),
        )
        started = time.perf_counter()
        query = sampling.next(context, size)
        seconds = time.perf_counter() - started
        _require_full(query, size, run.strategy)
        labeled = np.concatenate([labeled, [pool.position(item) for item in query]])
        order = np.sort(labeled)  # as the learner does: the same set gives the same model
        model, predictions = _learn(estimator, X[order], y[order], X_test, seed)
        accuracy, balanced = scores(predictions, y_test)
        rows.append(Row(run.name, seed, len(labeled), accuracy, balanced, seconds))
    return rows


def _learn(estimator: Any, X: Any, y: np.ndarray, X_test: Any, seed: int) -> tuple[Any, np.ndarray]:
    """Return the model, None of one class alone, and what it says of the test items."""
    if (y == y[0]).all():
        return None, np.full(X_test.shape[0], y[0])
    trained = train(estimator, X, y, X_test, seed)
    return trained.model, trained.predictions


def scores(predictions: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the accuracy, and its mean over the classes that occur in y.

    Examples
    --------
    >>> scores(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]))
    (0.75, 0.75)
    >>> scores(np.array([0, 0, 0, 0]), np.array([0, 0, 0, 1]))
    (0.75, 0.5)
    """
    right = predictions == y
    balanced = np.mean([right[y == k].mean() for k in np.unique(y)])
    return float(right.mean()), float(balanced)


def _require_full(query: Query, size: int, strategy: Strategy) -> None:
    """Refuse a query that is too small: curves are compared at the same numbers of labels."""
    if len(query) != size:
        raise InvalidInput(
            "in a race, a strategy returns batch_size candidates",
            f"{len(query)} of {size} from {strategy!r}",
            "Mend the strategy: there are candidates enough",
        )
