"""Classifiers of river, which learn item by item, in the form of scikit-learn."""

from __future__ import annotations

from copy import deepcopy
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput, MissingExtra, NotEnoughLabels

if TYPE_CHECKING:
    from collections.abc import Iterator

_WANTED = ("learn_one", "predict_proba_one", "clone")


class FromRiver:
    """Learn with a classifier of river.

    It is a model as scikit-learn has them. ``fit`` begins anew with a fresh copy and shows it each
    row once; ``partial_fit`` shows it more.

    Parameters
    ----------
    model : river.base.Classifier
        An instance, or a pipeline that ends with one; it is copied and never changed. What learns
        two classes only is to be wrapped: ``river.multiclass.OneVsRestClassifier(model)``.
    passes : int
        How often ``fit`` shows each row. With few answers several passes are better than one.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        What it may predict, ascending.
    n_features_in_ : int
    model_ : river.base.Classifier
        The copy that learned.

    Raises
    ------
    MissingExtra
        When it is fitted, if river is not installed.
    InvalidInput
        When it is fitted, if `model` is something else or `passes` is no whole number from 1 on.

    Notes
    -----
    Montiel et al., "River: machine learning for streaming data in Python", Journal of Machine
    Learning Research, 2021. A river model sees a row as a mapping from the position of a feature to
    its value; of a sparse row, only what is stored.

    Where a model has no opinion yet, all classes are as probable. What learns item by item
    remembers the order: rows sorted by class teach it badly.

    Examples
    --------
    >>> from river.linear_model import LogisticRegression  # doctest: +SKIP
    >>> model = FromRiver(LogisticRegression(), passes=5)  # doctest: +SKIP
    >>> model.fit(np.array([[0.0], [1.0]]), ["no", "yes"]).predict([[1.0]])  # doctest: +SKIP
    array(['yes'], dtype='<U3')
    """

    def __init__(self, model: Any, passes: int = 1) -> None:
        self.model, self.passes = model, passes

    # -- as scikit-learn wants it --------------------------------------------------------------

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002, FBT001, FBT002
        """Return the arguments it was made with."""
        return {"model": self.model, "passes": self.passes}

    def set_params(self, **params: Any) -> FromRiver:
        """Change arguments."""
        if unknown := sorted(set(params) - {"model", "passes"}):
            raise InvalidInput("a parameter must be model or passes", unknown[0], "Pass one")
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_clone__(self) -> FromRiver:
        return FromRiver(deepcopy(self.model), self.passes)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags  # noqa: PLC0415

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(sparse=True),
        )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    # -- learning and saying -------------------------------------------------------------------

    def fit(self, X: Any, y: Any) -> FromRiver:
        """Learn from these rows alone.

        Parameters
        ----------
        X : array or sparse matrix of shape (n, n_features)
        y : sequence of length n
            Their classes.
        """
        self._require()
        y = np.asarray(y)
        self.classes_ = np.unique(y)
        self._begin(X)
        for _ in range(self.passes):
            self._learn(X, y)
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> FromRiver:
        """Learn from these rows too.

        Parameters
        ----------
        X, y
            As for ``fit``.
        classes : sequence, optional
            All that it will meet; needed at the first call only if `y` lacks some of them.
        """
        y = np.asarray(y)
        if not hasattr(self, "model_"):
            self._require()
            self.classes_ = np.unique(y if classes is None else np.asarray(classes))
            self._begin(X)
        if unknown := sorted(set(y.tolist()) - set(self.classes_.tolist())):
            raise InvalidInput(
                "a class must be one of those that were told of first",
                repr(unknown[0]),
                "Pass classes= at the first partial_fit",
            )
        self._learn(X, y)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return how probable each class is, of shape (n, n_classes)."""
        if not hasattr(self, "model_"):
            raise NotEnoughLabels("a model must be fitted", "one that is not", "Call fit first")
        if np.shape(X)[1] != self.n_features_in_:
            raise _other_length(np.shape(X)[1], self.n_features_in_)
        says = (self.model_.predict_proba_one(row) for row in _rows(X))
        classes = self.classes_.tolist()
        proba = np.array([[said.get(name, 0.0) for name in classes] for said in says], dtype=float)
        proba = np.clip(np.nan_to_num(proba.reshape(-1, len(classes)), posinf=0.0), 0, None)
        total = proba.sum(axis=1, keepdims=True)
        even = np.full_like(proba, 1 / len(classes))
        return np.asarray(np.divide(proba, total, out=even, where=total > 0))

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each row, of shape (n,)."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def _require(self) -> None:
        if find_spec("river") is None:
            raise MissingExtra(
                "FromRiver needs river",
                "a Python without it",
                'Run pip install "al_widgets[river]"',
            )
        missing = [name for name in _WANTED if not hasattr(self.model, name)]
        if missing or isinstance(self.model, type):
            raise InvalidInput(
                "model must be an instance of a classifier of river",
                f"{self.model!r:.80}" + (f", which lacks {', '.join(missing)}" if missing else ""),
                "Pass for example river.naive_bayes.GaussianNB()",
            )
        if not isinstance(self.passes, int) or self.passes < 1:
            raise InvalidInput(
                "passes must be a whole number from 1 on", repr(self.passes), "Pass passes=5"
            )

    def _begin(self, X: Any) -> None:
        self.n_features_in_ = int(np.shape(X)[1])
        self.model_ = self.model.clone()

    def _learn(self, X: Any, y: np.ndarray) -> None:
        if np.shape(X)[1] != self.n_features_in_:
            raise _other_length(np.shape(X)[1], self.n_features_in_)
        for row, label in zip(_rows(X), y.tolist(), strict=True):
            self.model_.learn_one(row, label)

    def __repr__(self) -> str:
        return f"FromRiver({type(self.model).__name__}, passes={self.passes!r})"


def _rows(X: Any) -> Iterator[dict[int, float]]:
    """Return each row as river takes it."""
    if not hasattr(X, "tocsr"):
        for row in np.asarray(X, dtype=float).tolist():
            yield dict(enumerate(row))
        return
    matrix = X.tocsr()
    for start, end in zip(matrix.indptr, matrix.indptr[1:], strict=False):
        part = slice(start, end)
        yield dict(zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True))


def _other_length(n: int, wanted: int) -> InvalidInput:
    return InvalidInput(
        "rows must have as many features as those that were learned from",
        f"{n} features, {wanted} wanted",
        "Pass rows that were made in the same way",
    )
