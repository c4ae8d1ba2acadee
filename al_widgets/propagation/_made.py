"""Labels of items that were synthesized: they teach as answers do, but measure nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.propagation._seeds import NO_DESCENT, Descent, Seeds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from al_widgets.propagation._mixing import Checked

_NEAR = 1e-6  # so near to 1 do shares sum


class MadeAnswer(NamedTuple):
    """The label of an item that was synthesized.

    Attributes
    ----------
    label : int
        Position in the classes; where it is of several, the one of the largest share.
    parents : tuple of int
        Positions of the items that it was made from.
    shares : tuple of (int, float)
        Where it is of several classes: each of them, and how far it is of it, above 0. They sum
        to 1. Empty where it is wholly of `label`.
    """

    label: int
    parents: tuple[int, ...] = ()
    shares: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What is known of some items: what was answered, and what was synthesized.

    Attributes
    ----------
    positions, labels : ndarray of shape (n_told,), int
        Items, ascending, and positions in the classes. An item with a soft label stands there
        several times, its largest share first.
    weights : ndarray of shape (n_told,), float, or None
        How far each counts; all alike when None.
    is_synthetic : ndarray of shape (n_told,), bool
        Which were synthesized.
    descent : Descent
        Which of them were made from which others.
    is_made : ndarray of shape (n_items,), bool
        Which items of the pool were synthesized, also those of which nothing is known.
    """

    positions: np.ndarray
    labels: np.ndarray
    weights: np.ndarray | None
    is_synthetic: np.ndarray
    descent: Descent
    is_made: np.ndarray

    def seeds(self) -> tuple[np.ndarray, Seeds]:
        """Return the classes that there are, ascending, and seeds whose labels count these."""
        known, labels = np.unique(self.labels, return_inverse=True)
        is_synthetic = self.is_synthetic if self.is_synthetic.any() else None
        return known, Seeds(self.positions, labels, len(known), self.weights, is_synthetic)

    def settle(self, label: np.ndarray, confidence: np.ndarray) -> None:
        """Write into what is propagated what is known anyway; nothing is of what was made."""
        confidence[self.is_made] = 0
        whole = self.whole()
        label[whole.positions], confidence[whole.positions] = whole.labels, 1

    def answers_at(self, checked: Checked | None) -> np.ndarray:
        """Return which of the answers were tested, as their places among the answers alone."""
        if checked is None:
            return np.empty(0, dtype=int)
        return np.asarray(np.cumsum(~self.is_synthetic)[checked.at] - 1)

    def without(self, positions: np.ndarray) -> Told:
        """Return what is left when these items are taken away, and what was made from them."""
        left = self.descent.without(np.isin(self.positions, positions))
        place, links = np.cumsum(left) - 1, left[self.descent.child]
        descent = Descent(place[self.descent.child[links]], place[self.descent.parent[links]])
        return self._some(left, descent)

    def whole(self) -> Told:
        """Return the same with each item once, as what it is most of."""
        if self.weights is None:
            return self
        first = np.zeros(len(self.positions), dtype=bool)
        first[np.unique(self.positions, return_index=True)[1]] = True
        return Told(
            self.positions[first],
            self.labels[first],
            None,
            self.is_synthetic[first],
            NO_DESCENT,
            self.is_made,
        )

    def _some(self, chosen: np.ndarray, descent: Descent) -> Told:
        return Told(
            self.positions[chosen],
            self.labels[chosen],
            None if self.weights is None else self.weights[chosen],
            self.is_synthetic[chosen],
            descent,
            self.is_made,
        )


def told(
    answered: np.ndarray,
    given: np.ndarray,
    made: Mapping[int, MadeAnswer],
    made_positions: np.ndarray | None,
    n_items: int,
) -> Told:
    """Put answers and the labels of what was synthesized together, in the order of the pool.

    Parameters
    ----------
    answered, given : ndarray of shape (n_answers,), int
        Positions, ascending, and positions in the classes.
    made : mapping of int to MadeAnswer
        By position.
    made_positions : ndarray of int, or None
        All items that were synthesized; those of `made` when None.
    n_items : int
        Of the pool.

    Raises
    ------
    InvalidInput
        If an item is both answered and synthesized, or shares are none.
    """
    is_made = np.zeros(n_items, dtype=bool)
    is_made[list(made)] = True
    if made_positions is not None:
        is_made[made_positions] = True
    if is_made[answered].any():
        raise InvalidInput(
            "an item was either answered or synthesized",
            f"both at positions {answered[is_made[answered]][:5].tolist()}",
            "Pass what a person said of a synthesized item as its MadeAnswer",
        )
    rows = [(p, k, w) for p in sorted(made) for k, w in _shares(made[p])]
    if not rows:
        none = np.zeros(len(answered), dtype=bool)
        return Told(answered, given, None, none, NO_DESCENT, is_made)
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    positions = np.concatenate([answered, columns[0]])
    order = np.argsort(positions, kind="stable")
    positions = positions[order]
    weights = np.concatenate([np.ones(len(answered)), columns[2]])[order]
    return Told(
        positions,
        np.concatenate([given, columns[1]])[order],
        None if (weights == 1).all() else weights,
        is_made[positions],
        _descent(positions, answered, made),
        is_made,
    )


def synthetic_items(n: int) -> str:
    """Return "1 synthetic item", "2 synthetic items"."""
    return f"{n:,} synthetic item{'' if n == 1 else 's'}"


def _shares(answer: MadeAnswer) -> list[tuple[int, float]]:
    """Return the classes of an item with their weights, that of its label first."""
    if not answer.shares:
        return [(answer.label, 1.0)]
    shares = dict(answer.shares)
    largest = max(shares.values())
    is_right = len(shares) == len(answer.shares) and abs(sum(shares.values()) - 1) < _NEAR
    if not is_right or min(shares.values()) <= 0 or shares.get(answer.label) != largest:
        raise InvalidInput(
            "shares are above 0, one for each class, and sum to 1; the label has the largest",
            repr(answer),
            "Pass for example MadeAnswer(0, parents, shares=((0, 0.7), (1, 0.3)))",
        )
    return sorted(shares.items(), key=lambda share: share[0] != answer.label)


def _descent(
    positions: np.ndarray, answered: np.ndarray, made: Mapping[int, MadeAnswer]
) -> Descent:
    """Return which of these rows were made from which; a parent without an answer is none."""
    known = set(answered.tolist())
    links = [
        (row, parent)
        for row, position in enumerate(positions.tolist())
        if position in made
        for parent in set(made[position].parents) & known
    ]
    if not links:
        return NO_DESCENT
    child, parents = np.array(sorted(links)).T
    return Descent(child, np.searchsorted(positions, parents))
