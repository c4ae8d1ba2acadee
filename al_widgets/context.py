"""What a strategy may look at when it chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import ModelError, PoolExhausted
from al_widgets.pool import CHUNK
from al_widgets.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.pool import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known when a query is chosen.

    Attributes
    ----------
    pool : Pool
        All items there are now; it does not grow.
    classes : tuple of str
        The names of the classes; columns of `proba` stand in this order.
    candidates : ndarray of shape (n_candidates,), int
        Positions that may be asked about, ascending.
    labeled : ndarray of shape (n_labeled,), int
        Positions that have a label to train on.
    labels : ndarray of shape (n_labeled,), int
        Their labels, as positions in `classes`.
    model : fitted classifier or None
        None until there are answers of two classes.
    seed : sequence of int
        Makes the choice reproducible: the learner's random state and the number of the round.
    made : ndarray of shape (n_made,), int
        Positions of the items that were synthesized, ascending. They are no candidates, nobody
        answered them, and they are not what labels are to represent; see `real`.
    """

    pool: Pool
    classes: tuple[str, ...]
    candidates: np.ndarray
    labeled: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    labels: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    model: Any = None
    seed: tuple[int, ...] = (0,)
    made: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))

    @property
    def rng(self) -> np.random.Generator:
        """A fresh generator, the same one for the same seed."""
        return np.random.default_rng(self.seed)

    @property
    def n_real(self) -> int:
        """How many items of the pool were not synthesized."""
        return len(self.pool) - len(self.made)

    def real(self, numbers: np.ndarray | None = None) -> np.ndarray:
        """Return where items stand that were not synthesized.

        Parameters
        ----------
        numbers : ndarray of int, optional
            Which of them, counted from 0 in the pool's order; all when None.

        Examples
        --------
        >>> from al_widgets import Pool
        >>> context = Context(pool=Pool(np.eye(5)), classes=("a", "b"), candidates=np.arange(3),
        ...                   made=np.array([1, 3]))
        >>> context.real(), context.real(np.array([2])), context.numbers(np.array([0, 4]))
        (array([0, 2, 4]), array([4]), array([0, 2]))
        """
        if numbers is None:
            numbers = np.arange(self.n_real)
        if not len(self.made):
            return numbers
        before = self.made - np.arange(len(self.made))  # real items before each that was made
        return numbers + np.searchsorted(before, numbers, side="right")

    def numbers(self, positions: np.ndarray) -> np.ndarray:
        """Return which of the real items stand at these positions: what `real` undoes."""
        if not len(self.made):
            return positions
        return positions - np.searchsorted(self.made, positions)

    def require(self, batch_size: int) -> None:
        """Refuse a batch that is larger than what is left; a strategy begins with this.

        Raises
        ------
        PoolExhausted
            If there are fewer than `batch_size` candidates.
        """
        if len(self.candidates) < batch_size:
            raise PoolExhausted(
                "a batch needs that many candidates",
                f"batch_size={batch_size}, {len(self.candidates)} candidates",
                f"Pass batch_size<={len(self.candidates)}",
            )

    def rows(self, positions: np.ndarray) -> np.ndarray:
        """Return scaled features of these items, in the space where distances are measured.

        Returns
        -------
        ndarray of shape (n_positions, n_dimensions), float32
        """
        return self.pool.geometry.rows(positions)

    def proba_chunks(self, positions: np.ndarray) -> Iterator[np.ndarray]:
        """Yield class probabilities of the items at `positions`, some thousand rows at a time.

        Yields
        ------
        ndarray of shape (n_rows, n_classes)
            Rows in the order of `positions`, columns in that of `classes`; a class that the model
            has not met has probability 0.
        """
        whole = np.array_equal(positions, np.arange(len(self.pool)))
        for start in range(0, len(positions), CHUNK):
            rows = slice(start, start + CHUNK) if whole else positions[start : start + CHUNK]
            yield predict_at(self.model, self.pool, rows, len(self.classes))

    def query(self, positions: np.ndarray, utilities: np.ndarray, strategy: str) -> Query:
        """Return the query that asks about these positions."""
        return Query(
            ids=tuple(self.pool.ids[int(position)] for position in positions),
            utilities=np.asarray(utilities, dtype=float),
            strategy=strategy,
            n_labeled=len(self.labeled),
        )


def predict_at(model: Any, pool: Pool, rows: Any, n_classes: int) -> np.ndarray:
    """Return what a model says of items of a pool, with a column for each class.

    Parameters
    ----------
    model : classifier
        One that knows the items of this pool by their positions (it has ``proba_at``, and
        ``n_items``) is asked for them; another, or of items that came later, for their features.
    pool : Pool
        The items.
    rows : slice or ndarray of int
        Which of them.
    n_classes : int
        Number of columns to return.

    Returns
    -------
    ndarray of shape (n_rows, n_classes)

    Raises
    ------
    ModelError
        If the model answers with something that is not a number.
    """
    if not hasattr(model, "proba_at"):
        return predict_proba(model, pool.features[rows], n_classes)
    if model.n_items >= len(pool):
        return _in_columns(model, model.proba_at(rows), n_classes)
    positions = np.arange(len(pool))[rows]
    is_known = positions < model.n_items
    known = np.empty((len(positions), len(model.classes_)), dtype=np.float32)
    known[is_known] = model.proba_at(positions[is_known])
    known[~is_known] = model.predict_proba(pool.features[positions[~is_known]])
    return _in_columns(model, known, n_classes)


def predict_proba(model: Any, X: Any, n_classes: int) -> np.ndarray:
    """Return probabilities with a column for each class, also for those that `model` never met.

    Parameters
    ----------
    model : classifier
        Fitted on labels 0 … n_classes - 1, of which some may have been missing.
    X : array of shape (n_rows, n_features)
        The rows to predict.
    n_classes : int
        Number of columns to return.

    Raises
    ------
    ModelError
        If the model answers with something that is not a number.
    """
    return _in_columns(model, model.predict_proba(X), n_classes)


def _in_columns(model: Any, known: np.ndarray, n_classes: int) -> np.ndarray:
    if not np.isfinite(known).all():
        raise ModelError(
            "a model's probabilities must be numbers",
            f"NaN from {type(model).__name__}",
            "Scale the features, or choose another model",
        )
    if known.shape[1] == n_classes:
        return np.asarray(known)
    proba = np.zeros((known.shape[0], n_classes))
    proba[:, np.asarray(model.classes_, dtype=int)] = known
    return proba
