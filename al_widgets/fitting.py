"""How a model is fitted: what is refused, what is taken by default, and with which seed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput, ModelError

if TYPE_CHECKING:
    from al_widgets.pool import Pool

_CHECKED = 100  # rows on which a new model must give probabilities
_FEWEST_SCALED = 30  # items of a pool; fewer do not tell the scale of those to come
_SCALED_ON = 20_000  # rows that the default model's scaler looks at


def default_model(pool: Pool) -> Any:
    """Return logistic regression on features that are scaled by the whole pool as it was given.

    Where that is next to nothing they are scaled by the answered items, at each training anew: the
    same answers give the same model, whatever else has come into the pool.
    """
    from sklearn.frozen import FrozenEstimator  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    classifier = LogisticRegression(max_iter=1000, class_weight="balanced")
    n, features = pool.n_given, pool.features
    if n < _FEWEST_SCALED:
        from al_widgets._scaled import AsDistances  # noqa: PLC0415 - imports scikit-learn

        return make_pipeline(AsDistances(), classifier)
    scaler = StandardScaler(with_mean=not hasattr(features, "tocsr"))
    scaler.fit(features[: n : max(1, n // _SCALED_ON)])
    return make_pipeline(FrozenEstimator(scaler), classifier)


def require_classifier(model: Any) -> None:
    """Refuse what cannot be trained and asked for probabilities."""
    wanted = ("fit", "predict", "predict_proba", "get_params")
    if isinstance(model, type):
        raise InvalidInput("model must be an instance", repr(model), f"Pass {model.__name__}()")
    if missing := [name for name in wanted if not hasattr(model, name)]:
        raise InvalidInput(
            "model must be a scikit-learn classifier with predict_proba",
            f"{model!r}, which lacks {', '.join(missing)}",
            "Wrap it: sklearn.calibration.CalibratedClassifierCV(model), or choose another",
        )


@dataclass(frozen=True, slots=True)
class Trained:
    """A fitted model, how long it took, and what it says of the validation items."""

    model: Any
    seconds: float
    predictions: np.ndarray
    n_items: int | None = None  # of the pool, where the model learned from that and it had grown


def train(estimator: Any, X: Any, y: np.ndarray, X_validation: Any, random_state: int) -> Trained:
    """Fit a fresh copy of `estimator`; a function of its arguments alone, for any executor.

    Parameters
    ----------
    estimator : classifier
        Is not changed. Where a ``random_state`` of it or of its parts is None, it becomes
        `random_state`.
    X : array of shape (n, n_features)
        Training rows.
    y : ndarray of shape (n,), int
        Their labels, as positions in the classes.
    X_validation : array of shape (m, n_features)
        Rows to predict; m may be 0.
    random_state : int
        Seed of the copy.

    Raises
    ------
    ModelError
        If the trained model gives probabilities that are no numbers.
    """
    model = seeded_copy(estimator, random_state)
    started = time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - started
    if not np.isfinite(model.predict_proba(X[:_CHECKED])).all():
        raise ModelError(
            "a model's probabilities must be numbers",
            f"NaN from {type(model).__name__}",
            "Scale the features, or choose another model",
        )
    predictions = model.predict(X_validation) if X_validation.shape[0] else np.empty(0, dtype=int)
    return Trained(model, seconds, np.asarray(predictions, dtype=int))


def train_at(
    estimator: Any,
    positions: np.ndarray,
    y: np.ndarray,
    reserve: list[int],
    X_validation: Any,
    *,
    n_items: int | None = None,
) -> Trained:
    """Train an estimator that knows the pool; what validates is in it, unless it is given.

    The pool is taken as it was with its first `n_items`, or as it is when None.
    """
    started = time.perf_counter()
    model = estimator.train_at(positions, y, n_items)
    seconds = time.perf_counter() - started
    if X_validation is not None:
        said = model.predict(X_validation)
    else:
        said = model.classes_[model.proba_at(reserve).argmax(axis=1)]
    return Trained(model, seconds, said, n_items)


def seeded_copy(estimator: Any, random_state: int) -> Any:
    """Return an unfitted copy; where a ``random_state`` of it or its parts is None, it is set."""
    from sklearn.base import clone  # noqa: PLC0415
    from sklearn.frozen import FrozenEstimator  # noqa: PLC0415

    model = clone(estimator)
    changes: dict[str, Any] = {}
    for name, value in model.get_params().items():
        if name.rpartition("__")[2] == "random_state" and value is None:
            changes[name] = random_state
        elif isinstance(value, FrozenEstimator):
            # a clone of it is itself, and a pipeline that is fitted writes into its steps: two
            # trainings at a time, one of them a propagation's, would disturb each other
            changes[name] = FrozenEstimator(value.estimator)
    return model.set_params(**changes)


def name_of(estimator: Any) -> str:
    """Return what an estimator is called; of a pipeline, its last step."""
    return type(estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator).__name__
