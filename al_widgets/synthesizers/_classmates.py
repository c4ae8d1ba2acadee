"""The labeled items of a class, and which of them are near each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.nearness import squared_distances
from al_widgets.synthesizers._checks import labels_of

if TYPE_CHECKING:
    from al_widgets.context import Context

_NAMED = 5  # classes that a message names


def in_company(context: Context, parents: np.ndarray) -> np.ndarray:
    """Return those parents that are not the only labeled item of their class.

    Raises
    ------
    InvalidInput
        If there are parents, and each of them is.
    """
    labels = labels_of(context, parents)
    counts = np.bincount(context.labels, minlength=len(context.classes))
    kept: np.ndarray = parents[counts[labels] >= 2]
    if len(parents) and not len(kept):
        names = [repr(context.classes[label]) for label in np.unique(labels)]
        alone = ", ".join(names[:_NAMED])
        if more := len(names) - _NAMED if len(names) > _NAMED else 0:
            alone += f" and {more} more"
        raise InvalidInput(
            "a class needs at least two labeled items to make others like them",
            f"1 of {alone}",
            f"Label another item of {alone}, or choose Augment, which needs one only",
        )
    return kept


class Classmates:
    """The labeled items of each class.

    Parameters
    ----------
    context : Context

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> context = Context(pool=Pool(np.array([[0.0], [9.0], [1.0], [3.0]])), classes=("a", "b"),
    ...                   candidates=np.array([1]), labeled=np.array([0, 2, 3]),
    ...                   labels=np.array([0, 0, 0]))
    >>> Classmates(context).nearest(0, np.array([0, 3]), 1)
    array([[2],
           [2]])
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rows: dict[int, np.ndarray] = {}

    def of(self, label: int) -> np.ndarray:
        """Return where the labeled items of a class stand."""
        positions: np.ndarray = self._context.labeled[self._context.labels == label]
        return positions

    def nearest(self, label: int, positions: np.ndarray, k: int) -> np.ndarray:
        """Return where the nearest others of its class stand, for each of these of the class.

        Returns
        -------
        ndarray of shape (n_positions, min(k, n_others)), int
            In no order.
        """
        mates, rows = self.of(label), self._rows_of(label)
        own = np.searchsorted(mates, positions)
        k = min(k, len(mates) - 1)
        apart = squared_distances(rows[own], rows)
        apart[np.arange(len(own)), own] = np.inf
        if k < len(mates) - 1:
            return mates[np.argpartition(apart, k - 1, axis=1)[:, :k]]
        others = np.tile(np.arange(k), (len(own), 1))
        return mates[others + (others >= own[:, None])]

    def nearest_to(self, label: int, rows: np.ndarray, k: int) -> np.ndarray:
        """Return where the items of a class stand that are nearest to rows in the pool's space.

        Returns
        -------
        ndarray of shape (n_rows, min(k, n_of_the_class)), int
            Nearest first.
        """
        mates = self.of(label)
        apart = squared_distances(rows, self._rows_of(label))
        return np.asarray(mates[np.argsort(apart, axis=1, kind="stable")[:, :k]])

    def _rows_of(self, label: int) -> np.ndarray:
        if label not in self._rows:
            self._rows[label] = self._context.rows(self.of(label))
        return self._rows[label]
