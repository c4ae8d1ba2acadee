"""What is held back of the items that were made, until a person has looked at it.

An item is held back for one of three reasons. Each is measured in the space of the pool.

It is nearly the same as a labeled item, its parent for one, or as another that was made: a model
learns nothing new from it, and counts the same twice.

It lies far from its class's neighbors. An item that is made to fill a gap lies far from all labels,
so labels alone are no measure. What it may lie near to are real items that are labeled or predicted
as its class, and items in groups without a label, of which nobody knows the class. Far from all of
these there is nothing that it could stand for.

A model that knows its parents but not the item is sure that it is of another class, and the nearest
labeled item, its own parents aside, is of that class too. The model alone is not believed: where
there are labels in bright water only, it is sure of much that is wrong in dim water. And it is not
asked about the classes that the parents have: a mixture of two is of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.context import predict_proba
from al_widgets.matrix import as_rows_of
from al_widgets.nearness import nearest_squared, squared_distances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.context import Context

# Held back, on two seeds each: sea creatures (4,000 pictures, 150 labels) made darker, mirrored,
# turned and smaller: 1.3 and 2.3 % of 300 good ones, 26 and 24 % of those with a wrong label, all
# pictures of one color, none of pure noise, which has the features of a picture. Digits (100
# labels): none of 300 with noise of a fifth of each column's deviation, 88 and 91 % of wrong labels
# on others with much more noise (of which 27 and 31 % are far even with the right one), all noise.
# Credit-g (100 labels), interpolated: 1 % of 300 good ones, as duplicates of a parent; 70 and 56 %
# of wrong labels, 73 % of rows drawn at random between the smallest and the largest values.

NEAR = 0.01
"""Share of the usual distance between near neighbors; nearer are duplicates. At 0.05 a twelfth of
all that is interpolated is one of its parents."""

FAR = 1.5
"""Times the distance that 99 % of real items are from their nearest; farther is far."""

SURE = 0.8
"""Probability of another class from which on a model is sure. At 0.9 two in five wrong labels of
digits are noticed and one in ten of credit-g, at 0.8 three in five; of good items one in 100."""

_REFERENCE = 4_000  # real items that are looked at, and all that are labeled up to as many
_MEASURED_ON = 1_000  # of them, from which the usual distances are estimated
_AT_ONCE = 1_024


def held_back(
    context: Context,
    rows: Any,
    labels: np.ndarray,
    parents: Sequence[Sequence[int]],
    known_rows: Any = None,
) -> list[str]:
    """Say which items are to be held back, and why.

    Parameters
    ----------
    context : Context
        What is known; its model has not seen the items.
    rows : array or sparse matrix of shape (n, n_features)
        What the model sees of them.
    labels : ndarray of shape (n,), int
        The classes that they inherit, as positions in ``context.classes``; -1 where nobody knows.
    parents : sequence of length n of sequences of int
        The labeled items that each was made from.
    known_rows : array or sparse matrix of shape (m, n_features), optional
        More items that were made before, which are not in the pool yet.

    Returns
    -------
    list of str, length n
        The reason in words, with what was measured; empty where an item may be used.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> pool = Pool(np.linspace(0, 1, 50)[:, None])
    >>> context = Context(pool=pool, classes=("low", "high"), candidates=np.arange(1, 49),
    ...                   labeled=np.array([0, 49]), labels=np.array([0, 1]))
    >>> reasons = held_back(context, [[0.03], [0], [7]], np.array([0, 0, 1]), [(0,), (0,), (49,)])
    >>> [reason.partition(":")[0] for reason in reasons]
    ['', 'nearly the same as a labeled item', 'far from all that is known of high']
    """
    if not len(parents):
        return []
    rows = as_rows_of(context.pool.features, rows)
    looked = _Looked(context, rows)
    reasons = [""] * len(parents)
    for found in (
        _as_another_class(context, rows, labels, parents, looked),
        _far(context, labels, looked),
        _duplicates(context, looked, known_rows),
    ):
        for i, reason in found.items():
            reasons[i] = reason
    return reasons


class _Looked:
    """Where new items lie, and real ones that they are compared with."""

    def __init__(self, context: Context, rows: Any) -> None:
        self._scaling = context.pool.geometry.scaling
        self.rows = self.space(rows)
        rng = np.random.default_rng([*context.seed, 0x6A])
        n = context.n_real
        drawn = np.arange(n) if n <= _REFERENCE else rng.choice(n, _REFERENCE, replace=False)
        told = context.labeled
        if len(told) > _REFERENCE:
            told = rng.choice(told, _REFERENCE, replace=False)
        self.positions = np.union1d(context.real(drawn), told)
        self.real = self._scaling.rows(self.positions)
        some = rng.permutation(len(self.real))[:_MEASURED_ON]
        apart = _to_others(self.real, some)
        self.usual = float(np.median(apart[apart > 0])) if (apart > 0).any() else 0.0
        self.limit = FAR * float(np.quantile(apart, 0.99)) if len(apart) else np.inf

    def space(self, rows: Any) -> np.ndarray:
        """Return rows where lengths count: something that is black all over has no direction."""
        return np.asarray(self._scaling.transform(rows))

    def at(self, positions: np.ndarray) -> np.ndarray:
        """Return rows of items of the pool."""
        return np.asarray(self._scaling.rows(positions))


def _to_others(rows: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Return the distance of some rows to the nearest other one."""
    if len(rows) < 2:
        return np.empty(0)
    distances = squared_distances(rows[some], rows)
    distances[np.arange(len(some)), some] = np.inf
    return np.asarray(np.sqrt(distances.min(axis=1)))


# -- nothing new -------------------------------------------------------------------------------


def _duplicates(context: Context, looked: _Looked, known_rows: Any) -> dict[int, str]:
    near = (NEAR * looked.usual) ** 2
    made = looked.at(context.made)
    if known_rows is not None:
        known = as_rows_of(context.pool.features, known_rows)
        made = np.concatenate([made, looked.space(known)])
    found = {}
    for i in np.flatnonzero(_repeats(looked.rows, near)).tolist():
        found[i] = "nearly the same as another that was made with it"
    for i in np.flatnonzero(nearest_squared(looked.rows, made) <= near).tolist():
        found[i] = "nearly the same as one that was made before"
    labeled = looked.at(context.labeled)
    for i in np.flatnonzero(nearest_squared(looked.rows, labeled) <= near).tolist():
        found[i] = "nearly the same as a labeled item"
    return found


def _repeats(rows: np.ndarray, near: float) -> np.ndarray:
    """Return which rows are as near to one that comes before them."""
    repeats = np.zeros(len(rows), dtype=bool)
    for start in range(0, len(rows), _AT_ONCE):
        part = np.arange(start, min(start + _AT_ONCE, len(rows)))
        distances = squared_distances(rows[part], rows[: part[-1] + 1])
        is_before = np.arange(part[-1] + 1) < part[:, None]
        repeats[part] = ((distances <= near) & is_before).any(axis=1)
    return repeats


# -- nothing that it could stand for -----------------------------------------------------------


def _far(context: Context, labels: np.ndarray, looked: _Looked) -> dict[int, str]:
    known = _known_classes(context, looked.positions)
    found = {}
    for k in np.unique(labels).tolist():
        own = np.flatnonzero(labels == k)
        theirs = looked.real if k < 0 else looked.real[(known == k) | (known < 0)]
        away = np.sqrt(nearest_squared(looked.rows[own], theirs))
        name = "the pool" if k < 0 else context.classes[k]
        for i in np.flatnonzero(away > looked.limit).tolist():
            times = away[i] / looked.usual if looked.usual else np.inf
            found[int(own[i])] = (
                f"far from all that is known of {name}: {times:.1f} times as far from the nearest "
                f"as neighbors are from each other"
            )
    return found


def _known_classes(context: Context, positions: np.ndarray) -> np.ndarray:
    """Return the class that items are labeled or predicted; -1 in groups without a label."""
    known = np.full(len(positions), -1)
    if context.model is not None and len(positions):
        parts = [proba.argmax(axis=1) for proba in context.proba_chunks(positions)]
        known = np.concatenate(parts).astype(int)
        groups = context.pool.geometry.variations
        known[~np.isin(groups[positions], groups[context.labeled])] = -1
    told = np.flatnonzero(np.isin(positions, context.labeled))
    order = np.argsort(context.labeled)
    at = np.searchsorted(context.labeled, positions[told], sorter=order)
    known[told] = context.labels[order[at]]
    return known


# -- of another class --------------------------------------------------------------------------


def _as_another_class(
    context: Context,
    rows: Any,
    labels: np.ndarray,
    parents: Sequence[Sequence[int]],
    looked: _Looked,
) -> dict[int, str]:
    told = np.flatnonzero(labels >= 0)
    if context.model is None or not len(told):
        return {}
    proba = predict_proba(context.model, rows[told], len(context.classes))
    label_of = dict(zip(context.labeled.tolist(), context.labels.tolist(), strict=True))
    proba[np.arange(len(told)), labels[told]] = 0
    for row, i in enumerate(told.tolist()):
        proba[row, [label_of[int(p)] for p in parents[i] if int(p) in label_of]] = 0
    other = proba.argmax(axis=1)
    sure = np.flatnonzero(proba.max(axis=1) >= SURE)
    told, other, proba = told[sure], other[sure], proba[sure]
    nearest = _nearest_class(context, looked, told, parents)
    return {
        int(i): (
            f"a model that does not know it is {100 * proba[at, other[at]]:.0f} % sure that it is "
            f"{context.classes[other[at]]}, and so is the nearest label"
        )
        for at, i in enumerate(told)
        if nearest[at] == other[at]
    }


def _nearest_class(
    context: Context, looked: _Looked, chosen: np.ndarray, parents: Sequence[Sequence[int]]
) -> np.ndarray:
    """Return the class of the nearest labeled item of each, its parents aside; -1 if none is."""
    nearest = np.full(len(chosen), -1)
    labeled = looked.at(context.labeled)
    for start in range(0, len(chosen), _AT_ONCE):
        part = chosen[start : start + _AT_ONCE]
        distances = squared_distances(looked.rows[part], labeled)
        for row, i in enumerate(part.tolist()):
            distances[row, np.isin(context.labeled, list(parents[i]))] = np.inf
        best = distances.argmin(axis=1)
        is_one = np.isfinite(distances[np.arange(len(part)), best])
        nearest[start : start + len(part)] = np.where(is_one, context.labels[best], -1)
    return nearest
