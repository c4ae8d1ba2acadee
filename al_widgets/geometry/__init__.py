"""The shape of a pool: what is computed once from its features, and read by all that chooses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from al_widgets.geometry._scaling import Scaling

if TYPE_CHECKING:
    import numpy as np


class Geometry:
    """Where the items of a pool lie, and which are near each other.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)
        As the pool holds them.

    Examples
    --------
    >>> import numpy as np
    >>> Geometry(np.array([[0.0], [2.0]])).rows(np.array([1]))
    array([[1.]], dtype=float32)
    """

    def __init__(self, features: Any) -> None:
        self._features = features

    @cached_property
    def scaling(self) -> Scaling:
        """The space in which distances are measured."""
        return Scaling(self._features)

    def rows(self, positions: np.ndarray | slice) -> np.ndarray:
        """Return scaled features of some items; see `Scaling.rows`."""
        return self.scaling.rows(positions)
