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


def train(
    estimator: Any,
    X: Any,
    y: np.ndarray,
    X_validation: Any,
    random_state: int,
    *,
    weights: np.ndarray | None = None,
) -> Trained:
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
    weights : ndarray of shape (n,), float, optional
        How far each row counts, above 0. A soft label is given as rows that are equal: one that is
        0.7 a cat and 0.3 a dog stands there twice, with these weights. All count alike when None.

    Raises
    ------
    ModelError
        If the trained model gives probabilities that are no numbers.
    InvalidInput
        If weights differ and the estimator takes none, or they are not what is said above.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = np.array([[0.0], [9.0], [5.0], [5.0]]), np.array([0, 1, 0, 1])
    >>> soft = train(LogisticRegression(), X, y, X[2:3], 0,
    ...              weights=np.array([1, 1, 0.9, 0.1]))
    >>> soft.predictions.tolist()
    [0]
    """
    model = seeded_copy(estimator, random_state)
    weighed = weighing(model, weights, len(y))
    started = time.perf_counter()
    model.fit(X, y, **weighed)
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
    weights: np.ndarray | None = None,
) -> Trained:
    """Train an estimator that knows the pool; what validates is in it, unless it is given.

    The pool is taken as it was with its first `n_items`, or as it is when None. With `weights`
    positions may repeat: so soft labels are given, as in `train`.
    """
    started = time.perf_counter()
    model = estimator.train_at(positions, y, n_items, weights)
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


def weighs_classes(estimator: Any) -> bool:
    """Whether an estimator, or a part of it, gives rare classes more weight by itself.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> weighs_classes(LogisticRegression())
    False
    >>> weighs_classes(LogisticRegression(class_weight="balanced"))
    True
    """
    if not hasattr(estimator, "get_params"):
        return False
    given = estimator.get_params().items()
    return any(
        name.split("__")[-1] == "class_weight" and value is not None for name, value in given
    )


def weight_name(model: Any) -> str | None:
    """Return the name under which `fit` takes weights; None if it takes none."""
    from sklearn.utils.validation import has_fit_parameter  # noqa: PLC0415

    if hasattr(model, "steps"):
        step, last = model.steps[-1]
        name = weight_name(last)
        return None if name is None else f"{step}__{name}"
    return "sample_weight" if has_fit_parameter(model, "sample_weight") else None


def weighing(model: Any, weights: np.ndarray | None, n: int) -> dict[str, np.ndarray]:
    """Return what `fit` is given beside `n` rows and labels so that these weights count.

    Raises
    ------
    InvalidInput
        If the model takes no weights, and they are not all equal; or they are not what weights are.
    """
    if weights is None:
        return {}
    check_weights(weights, n)
    if (weights == 1).all():
        return {}  # a forest that is given them grows other trees, though they say nothing
    if (name := weight_name(model)) is not None:
        return {name: weights}
    if (weights == weights[:1]).all():
        return {}
    raise InvalidInput(
        "soft labels need a model that takes sample_weight",
        f"{name_of(model)}, whose fit takes none",
        "Choose one that does, such as LogisticRegression, or a synthesizer of whole labels",
    )


def check_weights(weights: np.ndarray, n: int) -> None:
    """Refuse what are no weights of `n` labels."""
    is_right = isinstance(weights, np.ndarray) and weights.shape == (n,)
    if not is_right or not (np.isfinite(weights) & (weights > 0)).all():
        raise InvalidInput(
            "weights are finite numbers above 0, one for each label",
            f"{weights!r} for {n} labels",
            "Leave out what does not count, and pass one for each of the others",
        )


def name_of(estimator: Any) -> str:
    """Return what an estimator is called; of a pipeline, its last step."""
    return type(estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator).__name__
