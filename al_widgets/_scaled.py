"""Features on the scale of distances, for a model that has no pool to learn the scale from."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from al_widgets.geometry import Scaling


class AsDistances(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Scales features as a pool does where it measures distances, by the rows that it is fitted on.

    From few rows that is far better than to standardize each column: a column of pixels that
    varies next to nothing in ten pictures is not made as loud as the others. Logistic regression
    on ten random answers to the sea creatures is right about 32 %, not 23 %; on columns of
    different units both are the same.

    Examples
    --------
    >>> AsDistances().fit(np.array([[0.0], [2.0]])).transform(np.array([[1.0], [4.0]]))
    array([[0.],
           [3.]])
    """

    def fit(self, X: Any, y: Any = None) -> AsDistances:  # noqa: ARG002 - as scikit-learn calls it
        """Learn the scale."""
        self.scaling_ = Scaling(X)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return scaled rows, also of sparse ones."""
        return self.scaling_.transform(X).astype(np.float64)
