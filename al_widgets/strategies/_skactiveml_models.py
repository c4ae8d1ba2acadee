"""The learner's model, in the form that scikit-activeml asks for. Imports that library."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from skactiveml.base import SkactivemlClassifier
from skactiveml.classifier import SklearnClassifier
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from al_widgets.context import Context


class Scaled:
    """Rows in the scaled space, and models that know what to say of them.

    Attributes
    ----------
    X : ndarray of shape (n_items, n_dimensions), float32
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.X = context.pool.geometry.rows(slice(None))

    def model(self, model: Any) -> KnownRows:
        """Return a fitted model in the library's form."""
        return KnownRows(replace(self._context, model=model), self.X)


class Raw:
    """Features as they are, dense, and the models themselves.

    Attributes
    ----------
    X : ndarray of shape (n_items, n_features)
    """

    def __init__(self, context: Context) -> None:
        features = context.pool.features
        self.X = features.toarray() if hasattr(features, "toarray") else features
        self._n_classes = len(context.classes)

    def model(self, model: Any) -> Any:
        """Return a fitted model in the library's form, without fitting it again."""
        wrapper = SklearnClassifier(model, classes=list(range(self._n_classes)))
        check_is_fitted(wrapper)  # here the wrapper takes over what the model has learned
        wrapper.classes_ = np.arange(self._n_classes)  # also those that the model never met
        return wrapper


class KnownRows(SkactivemlClassifier):  # type: ignore[misc]  # the library is untyped
    """What a fitted model says of the items of a pool, found by their rows in the scaled space.

    So distances are measured where they mean something, while the probabilities are those that the
    model gives the features themselves. Asked for any other row, or to learn, it refuses.

    Parameters
    ----------
    context : Context
        With the model and the pool.
    rows : ndarray of shape (n_items, n_dimensions)
        The scaled rows of the whole pool.
    """

    def __init__(self, context: Context, rows: np.ndarray) -> None:
        n_classes = len(context.classes)
        super().__init__(classes=list(range(n_classes)))
        self.classes_ = np.arange(n_classes)
        proba = np.concatenate(list(context.proba_chunks(np.arange(len(rows)))))
        self.keys_, first = np.unique(_keys(rows), return_index=True)
        self.proba_ = proba[first]

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> KnownRows:
        """Refuse: what is known was learned elsewhere."""
        del X, y, sample_weight
        raise ValueError("the model is fitted already")

    def predict_proba(self, X: np.ndarray, **arguments: Any) -> np.ndarray:
        """Return the probabilities of items, of shape (n_rows, n_classes)."""
        if arguments:
            raise ValueError(f"predict_proba takes no {', '.join(arguments)}")
        keys = _keys(X)
        found = np.minimum(np.searchsorted(self.keys_, keys), len(self.keys_) - 1)
        if not np.array_equal(self.keys_[found], keys):
            raise ValueError("a row is none of the pool's")
        return np.asarray(self.proba_[found])

    def predict(self, X: np.ndarray, **arguments: Any) -> np.ndarray:
        """Return the likeliest class of items, of shape (n_rows,)."""
        return np.asarray(self.predict_proba(X, **arguments).argmax(axis=1))

    def __deepcopy__(self, memo: dict[int, Any]) -> KnownRows:
        return self  # never changes, and some strategies copy it again and again


def _keys(rows: np.ndarray) -> np.ndarray:
    """Return a number for each row, the same for equal rows only (but for one in 10¹⁹)."""
    return np.asarray(pd.util.hash_pandas_object(pd.DataFrame(rows), index=False))


def discriminator(random_state: int) -> Any:
    """Return a classifier, not fitted, that learns to tell labeled from unlabeled rows."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    return SklearnClassifier(
        LogisticRegression(max_iter=1000), classes=[0, 1], random_state=random_state
    )
