"""What opinions are made from: labels of some items, among them soft ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Seeds(NamedTuple):
    """Answers from which opinions are made.

    Attributes
    ----------
    positions : ndarray of shape (n_answers,), int
        Of the items, ascending.
    labels : ndarray of shape (n_answers,), int
        0 … n_classes - 1; of each class there is an answer where all are seeds.
    n_classes : int
    weights : ndarray of shape (n_answers,), float, or None
        How far each counts, above 0. With them a position may stand there several times: an item
        with a soft label, once for each of its classes. All count alike when None.
    is_made : ndarray of shape (n_answers,), bool, or None
        Which are labels of items that were synthesized; none when None.
    """

    positions: np.ndarray
    labels: np.ndarray
    n_classes: int
    weights: np.ndarray | None = None
    is_made: np.ndarray | None = None

    def some(self, chosen: np.ndarray) -> Seeds:
        """Return those that `chosen` marks."""
        return Seeds(
            self.positions[chosen],
            self.labels[chosen],
            self.n_classes,
            None if self.weights is None else self.weights[chosen],
            None if self.is_made is None else self.is_made[chosen],
        )

    @property
    def n_known(self) -> int:
        """Of how many classes there is an answer."""
        return len(np.unique(self.labels))

    def centers(self, most: int) -> Centers:
        """Return each item once, with the shares of its classes; of very many a random sample.

        Of what was answered before what was synthesized, and one of each class at least.

        Parameters
        ----------
        most : int
            More than so many are sampled.

        Examples
        --------
        >>> at, labels = np.array([2, 5, 5]), np.array([0, 0, 1])
        >>> told = Seeds(at, labels, 2, weights=np.array([1.0, 0.75, 0.25])).centers(10)
        >>> told.positions.tolist(), told.shares.tolist(), told.weights.tolist()
        ([2, 5], [[1.0, 0.0], [0.75, 0.25]], [1.0, 1.0])
        """
        if self.weights is None:
            first = _sampled(self.labels, self.is_made, most)
            shares = np.eye(self.n_classes)[self.labels[first]]
            return Centers(first, self.positions[first], shares, np.ones(len(first)))
        positions, first, own = np.unique(self.positions, return_index=True, return_inverse=True)
        shares = np.zeros((len(positions), self.n_classes))
        np.add.at(shares, (own, self.labels), self.weights)
        is_made = None if self.is_made is None else self.is_made[first]
        chosen = _sampled(shares.argmax(axis=1), is_made, most)
        shares, total = shares[chosen], shares[chosen].sum(axis=1)
        return Centers(first[chosen], positions[chosen], shares / total[:, None], total)


class Centers(NamedTuple):
    """Items of seeds, each once.

    Attributes
    ----------
    first : ndarray of shape (n,), int
        Which of the seeds is the first of each.
    positions : ndarray of shape (n,), int
        Ascending.
    shares : ndarray of shape (n, n_classes), float
        How far each is of each class; rows sum to 1.
    weights : ndarray of shape (n,), float
        How far each counts.
    """

    first: np.ndarray
    positions: np.ndarray
    shares: np.ndarray
    weights: np.ndarray


class Descent(NamedTuple):
    """Which seeds were synthesized from which others.

    Attributes
    ----------
    child, parent : ndarray of shape (n_links,), int
        Seed `child` was made from seed `parent`.
    """

    child: np.ndarray
    parent: np.ndarray

    def without(self, out: np.ndarray) -> np.ndarray:
        """Return which seeds are left when some are taken away, and what was made from these.

        Parameters
        ----------
        out : ndarray of shape (n_seeds,), bool
            What is taken away.

        Examples
        --------
        >>> made_of = Descent(child=np.array([2, 2, 3]), parent=np.array([0, 1, 1]))
        >>> made_of.without(np.array([True, False, False, False])).tolist()
        [False, True, False, True]
        """
        left: np.ndarray = ~out
        left[self.child[out[self.parent]]] = False
        return left


NO_DESCENT = Descent(np.empty(0, dtype=int), np.empty(0, dtype=int))
"""Nothing was synthesized."""


def _sampled(labels: np.ndarray, is_made: np.ndarray | None, most: int) -> np.ndarray:
    """Return which of these are looked at: of very many a random sample."""
    n = len(labels)
    if n <= most:
        return np.arange(n)
    mixed = np.random.default_rng(0).permutation(n)
    if is_made is not None:  # whatever was made is less than what somebody said
        mixed = mixed[np.argsort(is_made[mixed], kind="stable")]
    first = np.unique(labels[mixed], return_index=True)[1]  # one of each class at least
    return np.unique(np.concatenate([mixed[first], mixed[:most]]))
