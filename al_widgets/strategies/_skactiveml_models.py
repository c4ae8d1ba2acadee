"""The learner's model, in the form that scikit-activeml asks for. Imports that library."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from skactiveml.base import SkactivemlClassifier
from skactiveml.classifier import SklearnClassifier
from sklearn.utils.validation import check_is_fitted

from al_widgets.pool import CHUNK

if TYPE_CHECKING:
    from al_widgets.context import Context


class Scaled:
    """Rows in the scaled space, and models that know what to say of them.

    Attributes
    ----------
    X : ndarray of shape (n_items, n_dimensions), float32
        Of the items that were not synthesized.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.X = context.pool.geometry.rows(context.real() if len(context.made) else slice(None))

    def model(self, model: Any) -> KnownRows:
        """Return a fitted model in the library's form."""
        return KnownRows(self, model)

    def positions(self, rows: np.ndarray) -> np.ndarray:
        """Return where these rows stand in the pool; of equal ones, where any of them stands.

        Raises
        ------
        ValueError
            If one of them is none of the pool's.
        """
        for usual in (self.context.candidates, self.context.labeled):
            if self._are_at(usual, rows):
                return usual
        known, where = self._keys
        keys = _keys(rows)
        found = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        if not np.array_equal(known[found], keys):
            raise ValueError("a row is none of the pool's")
        return self.context.real(where[found])

    def _are_at(self, positions: np.ndarray, rows: np.ndarray) -> bool:
        if len(positions) != len(rows):
            return False
        numbers = self.context.numbers(positions)
        chunks = (slice(start, start + CHUNK) for start in range(0, len(rows), CHUNK))
        return all(np.array_equal(self.X[numbers[chunk]], rows[chunk]) for chunk in chunks)

    @cached_property
    def _keys(self) -> tuple[np.ndarray, np.ndarray]:
        """The keys of all rows, ascending, and where they stand."""
        return np.unique(_keys(self.X), return_index=True)


class Raw:
    """Features as they are, dense, and the models themselves.

    Attributes
    ----------
    X : ndarray of shape (n_items, n_features)
        Of the items that were not synthesized.
    """

    def __init__(self, context: Context) -> None:
        features = context.pool.features
        features = features[context.real()] if len(context.made) else features
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
    given : Scaled
        Knows where a row stands in the pool.
    model : fitted classifier
        Says what it thinks of the item there.
    """

    def __init__(self, given: Scaled, model: Any) -> None:
        self.classes_ = np.arange(len(given.context.classes))
        super().__init__(classes=self.classes_.tolist())
        self.given, self.model = given, model

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> KnownRows:
        """Refuse: what is known was learned elsewhere."""
        del X, y, sample_weight
        raise ValueError("the model is fitted already")

    def predict_proba(self, X: np.ndarray, **arguments: Any) -> np.ndarray:
        """Return the probabilities of items, of shape (n_rows, n_classes)."""
        if arguments:
            raise ValueError(f"predict_proba takes no {', '.join(arguments)}")
        asked = replace(self.given.context, model=self.model)
        return np.concatenate(list(asked.proba_chunks(self.given.positions(X))))

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
