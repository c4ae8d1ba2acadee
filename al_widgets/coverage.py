"""Coverage: which variations of which class the labels represent, and which they do not.

A variation is a group of near neighbors inside a class. It is covered when an answer lies in it.
What class an item is of is known where it is labeled, and predicted elsewhere; a group of near
neighbors that holds labels is taken to be of their classes, whatever the model thinks of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.nearness import represented

if TYPE_CHECKING:
    import pandas as pd

    from al_widgets.context import Context

EXACT_TO = 20_000
"""Items. Up to so many are all looked at; of more, a random sample of so many."""

UNKNOWN = "(unknown)"
"""The class of items that neither a label nor a model says anything about."""

_LEAST_SHARE = 0.25  # of a group: fewer items that are predicted another class are no variation
_LEAST_ITEMS = 5
_MOST_LABELS = 200  # of a group that items are compared with: a whole selection may be labeled
_EXAMPLES = 12  # items kept of each uncovered variation


@dataclass(frozen=True, slots=True)
class Gap:
    """A variation that no label represents.

    Attributes
    ----------
    variation : int
        Number of the group of near neighbors.
    label : str
        The class that its items are predicted to be, or "(unknown)".
    n_items : int
        How many there are; estimated on large pools.
    mass : float
        Their share of the pool.
    examples : tuple of str
        Ids of some of its items that may be asked about, the most typical first.
    """

    variation: int
    label: str
    n_items: int
    mass: float
    examples: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"<Gap of {self.n_items:,} items, probably {self.label!r}, in group {self.variation}>"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Which variations of which class are represented by labels.

    Arrays have one entry for each variation, classes in the order of the learner's, the largest
    variation of a class first.

    Attributes
    ----------
    classes : tuple of str
        The names of the classes, and "(unknown)" last if there are items of no known class.
    label : ndarray of shape (n_variations,), int
        The class of each variation, as a position in `classes`.
    variation : ndarray of shape (n_variations,), int
        The group of near neighbors that it is a part of.
    mass : ndarray of shape (n_variations,), float
        Share of the pool's items; sums to 1.
    n_items : ndarray of shape (n_variations,), int
        The same as a number of items; estimated on large pools.
    n_labels : ndarray of shape (n_variations,), int
        Labels in it; those held out for validation do not count, since no model learns from them.
    represented : ndarray of shape (n_variations,), float
        How near its items are to a label, from 0 to 1: the mean of exp(-d² / s²), where d is the
        distance to the nearest label and s² the median of d² over the pool.
    examples : tuple of tuple of str
        Ids of items of each uncovered variation that may be asked about.
    """

    classes: tuple[str, ...]
    label: np.ndarray
    variation: np.ndarray
    mass: np.ndarray
    n_items: np.ndarray
    n_labels: np.ndarray
    represented: np.ndarray
    examples: tuple[tuple[str, ...], ...]

    @property
    def is_covered(self) -> np.ndarray:
        """Whether a label lies in each variation; of shape (n_variations,)."""
        return np.asarray(self.n_labels > 0)

    @property
    def score(self) -> float:
        """The share of all variations that are covered, from 0 to 1; 0 where there is no item."""
        return float(self.is_covered.mean()) if len(self.mass) else 0.0

    @property
    def covered_mass(self) -> float:
        """The share of the pool's items that are in a covered variation, from 0 to 1."""
        return float(self.mass[self.is_covered].sum())

    def gaps(self, n: int = 5) -> list[Gap]:
        """Return the largest variations that no label represents, the largest first.

        Parameters
        ----------
        n : int
            How many at most.
        """
        if not isinstance(n, int | np.integer) or n < 0:
            raise InvalidInput("n is a whole number of at least 0", repr(n), "Pass n=5")
        bare = np.flatnonzero(~self.is_covered)
        largest = bare[np.argsort(-self.mass[bare], kind="stable")][:n]
        return [
            Gap(
                variation=int(self.variation[i]),
                label=self.classes[self.label[i]],
                n_items=int(self.n_items[i]),
                mass=float(self.mass[i]),
                examples=self.examples[i],
            )
            for i in largest
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a variation.

        ``class``, ``variation``, ``mass``, ``n_items``, ``n_labels``, ``covered``, ``represented``.
        """
        import pandas as pd  # noqa: PLC0415 - slow, and not always needed

        return pd.DataFrame(
            {
                "class": [self.classes[k] for k in self.label],
                "variation": self.variation,
                "mass": self.mass,
                "n_items": self.n_items,
                "n_labels": self.n_labels,
                "covered": self.is_covered,
                "represented": self.represented,
            }
        )

    def by_class(self) -> pd.DataFrame:
        """Return one row a class: the sums of its variations.

        Index ``class``; ``mass``, ``n_labels``, ``n_variations``, ``n_covered``, ``covered_mass``
        (share of the class's items that are in a covered variation), ``represented`` (mean over its
        items). A class that nothing is known to be of has mass 0 and NaN shares.
        """
        frame = self.to_frame()
        frame["covered_mass"] = frame["mass"] * frame["covered"]
        frame["represented"] *= frame["mass"]
        sums = frame.groupby("class")[
            ["mass", "n_labels", "covered", "covered_mass", "represented"]
        ].sum()
        sums.insert(2, "n_variations", frame.groupby("class").size())
        sums = sums.rename(columns={"covered": "n_covered"})
        for column in ("covered_mass", "represented"):
            sums[column] /= sums["mass"]
        sums = sums.reindex(list(self.classes))
        counts = ["n_labels", "n_variations", "n_covered"]
        sums[counts] = sums[counts].fillna(0).astype(int)
        sums["mass"] = sums["mass"].fillna(0.0)
        return sums

    def __repr__(self) -> str:
        covered = int(self.is_covered.sum())
        return (
            f"<Coverage {self.score:.2f}: {covered} of {len(self.mass)} variations, "
            f"{self.covered_mass:.0%} of the items>"
        )


def measure(context: Context, predicted: np.ndarray | None = None) -> Coverage:
    """Measure how well the labels represent the pool.

    Parameters
    ----------
    context : Context
        What is known. The groups of near neighbors are those of ``context.pool.geometry``, which
        are computed if they were not yet. Items that were synthesized are no part of any variation.
    predicted : ndarray of shape (n_items,), int, optional
        The likeliest class of every item, and the number of classes where nothing is known; the
        model is asked when None.

    Returns
    -------
    Coverage
        Exact up to `EXACT_TO` items, estimated on a random sample of so many above.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(center, 0.1, (30, 2)) for center in (0, 5, 9)])
    >>> labeled, labels = np.array([0, 1]), np.array([0, 0])
    >>> context = Context(pool=Pool(X), classes=("a", "b"), candidates=np.arange(2, 90),
    ...                   labeled=labeled, labels=labels)
    >>> measure(context)
    <Coverage 0.33: 1 of 3 variations, 33% of the items>
    """
    groups = context.pool.geometry.variations
    sample, weight = _sample(context, groups)
    label = _predicted(context, sample) if predicted is None else predicted[sample].astype(int)
    label[np.searchsorted(sample, context.labeled)] = context.labels
    label = _settled(groups[sample], label, groups[context.labeled], context.labels)
    return _summed(context, _Looked(sample, weight, context.rows(sample)), groups, label)


def _near(context: Context, looked: _Looked, groups: np.ndarray) -> np.ndarray:
    """Return how well each item that is looked at is represented, from 0 to 1."""
    near = np.ones(len(looked.positions))
    free = np.ones(len(near), dtype=bool)
    free[np.searchsorted(looked.positions, context.labeled)] = False
    told = np.searchsorted(looked.positions, _some_of_each(context.labeled, groups))
    near[free] = represented(looked.rows[free], looked.rows[told])
    return near


def _some_of_each(labeled: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the labeled items, but of a group with very many a random sample."""
    mixed = np.random.default_rng(0).permutation(labeled)
    mixed = mixed[np.argsort(groups[mixed], kind="stable")]
    _, first, counts = np.unique(groups[mixed], return_index=True, return_counts=True)
    return mixed[np.arange(len(mixed)) - np.repeat(first, counts) < _MOST_LABELS]


class _Looked(NamedTuple):
    """The items that are looked at."""

    positions: np.ndarray
    weight: np.ndarray  # how many items of the pool each one stands for
    rows: np.ndarray


def _sample(context: Context, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return positions, ascending, and how many items each one stands for.

    All labeled items are among them, and one of each group, or a small one might be overlooked.
    None was synthesized.
    """
    n = context.n_real
    if n <= EXACT_TO:
        return context.real(), np.ones(n)
    drawn = context.real(np.random.default_rng(0).choice(n, EXACT_TO, replace=False))
    own = groups[context.real()] if len(context.made) else groups
    first = context.real(np.unique(own, return_index=True)[1])
    chosen = np.union1d(context.labeled, first)
    sample = np.union1d(drawn, chosen)
    n_rest = len(sample) - len(chosen)
    weight = np.full(len(sample), (n - len(chosen)) / max(1, n_rest))
    weight[np.searchsorted(sample, chosen)] = 1.0
    return sample, weight


def _predicted(context: Context, sample: np.ndarray) -> np.ndarray:
    """Return the likeliest class of each item; without a model the one after the last."""
    n_classes = len(context.classes)
    if context.model is None:
        return np.full(len(sample), n_classes)
    parts = (proba.argmax(axis=1) for proba in context.proba_chunks(sample))
    return np.concatenate([np.empty(0, dtype=int), *parts])


def _settled(
    groups: np.ndarray, label: np.ndarray, labeled_groups: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return the class of each item's variation: near neighbors are of one class as a rule.

    A group that holds labels is of their classes. One that holds none is of the classes that a
    good share of it is predicted to be. Items predicted otherwise go with the group's main class.
    """
    shape = (
        int(groups.max(initial=-1)) + 1,
        int(max(label.max(initial=0), labels.max(initial=0))) + 1,
    )
    found, given = np.zeros(shape), np.zeros(shape)
    np.add.at(found, (groups, label), 1)
    np.add.at(given, (labeled_groups, labels), 1)
    size = found.sum(axis=1, keepdims=True)
    stands = (found >= _LEAST_ITEMS) & (found >= _LEAST_SHARE * size)
    has_labels = given.any(axis=1)
    stands[has_labels] = given[has_labels] > 0
    main = (given + found / (1 + size)).argmax(axis=1)
    return np.asarray(np.where(stands[groups, label], label, main[groups]))


def _summed(context: Context, looked: _Looked, groups: np.ndarray, label: np.ndarray) -> Coverage:
    """Add up the items of each pair of class and group."""
    n_groups = max(1, int(groups.max(initial=0)) + 1)
    cells, cell = np.unique(label * n_groups + groups[looked.positions], return_inverse=True)
    labeled = np.searchsorted(looked.positions, context.labeled)
    n_labels = np.bincount(cell[labeled], minlength=len(cells))
    n_items = np.bincount(cell, weights=looked.weight)
    near = _near(context, looked, groups)
    means = np.bincount(cell, weights=near * looked.weight) / n_items
    order = np.lexsort((-n_items, cells // n_groups))
    unknown = (UNKNOWN,) if (label == len(context.classes)).any() else ()
    return Coverage(
        classes=context.classes + unknown,
        label=(cells // n_groups)[order],
        variation=(cells % n_groups)[order],
        mass=(n_items / n_items.sum())[order],
        n_items=np.round(n_items).astype(int)[order],
        n_labels=n_labels[order],
        represented=means[order],
        examples=tuple(
            _examples(context, looked, cell == i) if n_labels[i] == 0 else () for i in order
        ),
    )


def _examples(context: Context, looked: _Looked, inside: np.ndarray) -> tuple[str, ...]:
    """Return ids of items that may be asked about, those nearest to the middle first."""
    rows = looked.rows[inside]
    distance = ((rows - rows.mean(axis=0)) ** 2).sum(axis=1)
    positions = looked.positions[inside][np.argsort(distance, kind="stable")]
    free = positions[np.isin(positions, context.candidates, assume_unique=True)]
    return tuple(context.pool.ids[int(i)] for i in free[:_EXAMPLES])
