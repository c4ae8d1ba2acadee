"""Two models that learn from different things, compared on the same items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.fitting import train, train_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from al_widgets.pool import Pool

N_FOLDS = 5

_TOSSES = 10_000
_ALIKE = 1e-12  # sums of the same weights in another order


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """How many items two models got right.

    Attributes
    ----------
    n, n_right, n_right_without : ndarray of shape (n_classes,), int
        Items of each class; how many of them a model got right that learned from what was made,
        and one that did not.
    gained, lost : ndarray of shape (n_classes,), int
        How many of them only the first got right, and only the second.
    """

    n: np.ndarray
    n_right: np.ndarray
    n_right_without: np.ndarray
    gained: np.ndarray
    lost: np.ndarray

    def __add__(self, other: Comparison) -> Comparison:
        return Comparison(
            self.n + other.n,
            self.n_right + other.n_right,
            self.n_right_without + other.n_right_without,
            self.gained + other.gained,
            self.lost + other.lost,
        )

    def gain(self, *, balanced: bool) -> float:
        """Return how many more the first got right; each class counts alike if `balanced`."""
        return float(self._weight(balanced=balanced) @ (self.gained - self.lost))

    def chance(self, *, balanced: bool) -> float:
        """Return how likely mere chance shows as much harm as this, or more.

        Where it makes no difference what a model learned from, each item that only one of the two
        got right is as likely gained as lost.

        Parameters
        ----------
        balanced : bool
            Whether each class counts alike, instead of each item.
        """
        either = self.gained + self.lost
        weight, seen = self._weight(balanced=balanced), self.gain(balanced=balanced)
        tossed = np.random.default_rng(0).binomial(either, 0.5, (_TOSSES, len(either)))
        return float(((2 * tossed - either) @ weight <= seen + _ALIKE).mean())

    def _weight(self, *, balanced: bool) -> np.ndarray:
        return 1 / np.maximum(self.n, 1) if balanced else np.ones(len(self.n))


class Lesson(NamedTuple):
    """What there is to learn: an item of several classes stands there once for each."""

    positions: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    parents: tuple[frozenset[int], ...] = ()  # of each, where it was made

    def some(self, chosen: np.ndarray) -> Lesson:
        """Return the part that is chosen by a mask."""
        kept = tuple(self.parents[i] for i in np.flatnonzero(chosen)) if self.parents else ()
        return Lesson(self.positions[chosen], self.y[chosen], self.weights[chosen], kept)

    def without(self, held_out: Lesson) -> Lesson:
        """Return it without what was made from any of these."""
        gone = set(held_out.positions.tolist())
        return self.some(np.array([gone.isdisjoint(of) for of in self.parents], dtype=bool))


class Bench(NamedTuple):
    """Where models are trained and compared."""

    pool: Pool
    estimator: Any
    classes: tuple[str, ...]
    random_state: int
    outside: tuple[Any, np.ndarray] | None = None  # rows to validate on, and their classes

    def lesson(
        self,
        labels: Mapping[str, str],
        shares: Mapping[str, Mapping[str, float]] | None = None,
        parents: Mapping[str, Sequence[str]] | None = None,
    ) -> Lesson:
        """Return labels by name as positions."""
        at, index, soft = self.pool.position, self.classes.index, shares or {}
        said = [
            (item, at(item), index(name), share)
            for item in (labels if parents is None else parents)
            for name, share in (soft[item].items() if item in soft else [(labels[item], 1.0)])
            if share > 0
        ]
        made_from = (
            ()
            if parents is None
            else tuple(frozenset(at(parent) for parent in parents[item]) for item, *_ in said)
        )
        return Lesson(
            np.array([position for _, position, _, _ in said], dtype=int),
            np.array([k for _, _, k, _ in said], dtype=int),
            np.array([share for *_, share in said], dtype=float),
            made_from,
        )

    @property
    def nothing(self) -> Comparison:
        """Return the comparison on no item."""
        zeros = np.zeros(len(self.classes), dtype=int)
        return Comparison(zeros, zeros, zeros, zeros, zeros)

    def compared(self, told: Lesson, made: Lesson, test: Lesson) -> Comparison:
        """Return what models get right that learned from both, and from what was told alone."""
        if not len(test.positions) or len(np.unique(told.y)) < 2:
            return self.nothing
        right, alone = (
            self._said(lesson, test.positions) == test.y for lesson in (_both(told, made), told)
        )
        return self._counted(test.y, right, alone)

    def validated(self, told: Lesson, made: Lesson, test: Lesson) -> Comparison:
        """Return the same on what validates: these items, or rows from outside."""
        if self.outside is None:
            return self.compared(told, made, test)
        X, y = self.outside
        right, alone = (self._model(lesson, X) == y for lesson in (_both(told, made), told))
        return self._counted(y, right, alone)

    def _counted(self, y: np.ndarray, right: np.ndarray, alone: np.ndarray) -> Comparison:
        n, some = len(self.classes), (right, alone, right & ~alone, alone & ~right)
        counts = [np.bincount(y[chosen], minlength=n) for chosen in some]
        return Comparison(np.bincount(y, minlength=n), *counts)

    def _said(self, lesson: Lesson, asked: np.ndarray) -> np.ndarray:
        """Return what a model that learned this says of items."""
        if hasattr(self.estimator, "train_at"):
            return self._model(lesson, None, asked.tolist())
        return self._model(lesson, self.pool.features[asked])

    def _model(self, lesson: Lesson, X: Any, asked: Sequence[int] = ()) -> np.ndarray:
        """Return what a model that learned this says of rows, or of items where X is None."""
        order = np.lexsort((lesson.y, lesson.positions))  # the same set gives the same model
        positions, y, weights = (part[order] for part in lesson[:3])
        soft = weights if (weights != 1).any() else None
        if hasattr(self.estimator, "train_at"):
            n_items = len(self.pool)
            return train_at(
                self.estimator, positions, y, list(asked), X, n_items=n_items, weights=soft
            ).predictions
        rows = self.pool.features[positions]
        return train(self.estimator, rows, y, X, self.random_state, weights=soft).predictions

    def folds(self, told: Lesson) -> Iterator[tuple[Lesson, Lesson]]:
        """Yield what to train on and what to test, each answer once, classes dealt evenly."""
        order = np.random.default_rng(self.random_state).permutation(len(told.y))
        order = order[np.argsort(told.y[order], kind="stable")]
        fold = np.empty(len(order), dtype=int)
        fold[order] = np.arange(len(order)) % N_FOLDS
        for k in range(min(N_FOLDS, len(order))):
            yield told.some(fold != k), told.some(fold == k)


def _both(told: Lesson, made: Lesson) -> Lesson:
    return Lesson(
        np.concatenate([told.positions, made.positions]),
        np.concatenate([told.y, made.y]),
        np.concatenate([told.weights, made.weights]),
    )
