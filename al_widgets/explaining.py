"""Why this item? What is known about each item of a query, in words that a person can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.context import predict_at

if TYPE_CHECKING:
    from al_widgets.context import Context

_SURE = 0.9  # from this probability on the second class is not worth a word


def explain(context: Context, positions: np.ndarray) -> tuple[str, ...]:
    """Say of each item how unsure the model is, what it stands for, and what that class has.

    Parameters
    ----------
    context : Context
        What was known when the items were chosen.
    positions : ndarray of shape (n,), int
        Where they stand in the pool.

    Returns
    -------
    tuple of str, length n
        The groups of near neighbors are named only if they were computed already: nobody waits for
        a reason.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = np.array([[0.0], [9.0], [4.6], [8.7]])
    >>> context = Context(pool=Pool(X), classes=("cat", "dog"), candidates=np.array([2, 3]),
    ...                   labeled=np.array([0, 1]), labels=np.array([0, 1]),
    ...                   model=LogisticRegression().fit(X[:2], [0, 1]))
    >>> for reason in explain(context, np.array([2, 3])):
    ...     print(reason)
    dog 51 % or cat 49 %? · labels: 1 dog, 1 cat
    dog 92 % · 1 label of dog
    """
    if not len(positions):
        return ()
    models = _doubts(context, positions)
    alike = _alike(context, positions)
    return tuple(" · ".join(filter(None, parts)) for parts in zip(models, alike, strict=True))


def _doubts(context: Context, positions: np.ndarray) -> list[str]:
    """Say between which classes the model wavers, and how many labels they have."""
    if context.model is None:
        return ["no model yet"] * len(positions)
    proba = predict_at(context.model, context.pool, positions, len(context.classes))
    counts = np.bincount(context.labels, minlength=len(context.classes))
    said = []
    for row in proba:
        first, second = (int(k) for k in np.argsort(-row, kind="stable")[:2])
        one, other = context.classes[first], context.classes[second]
        if row[first] >= _SURE:
            n = counts[first]
            said.append(
                f"{one} {row[first] * 100:.0f} % · {n} label{'' if n == 1 else 's'} of {one}"
            )
        else:
            said.append(
                f"{one} {row[first] * 100:.0f} % or {other} {row[second] * 100:.0f} %?"
                f" · labels: {counts[first]} {one}, {counts[second]} {other}"
            )
    return said


def _alike(context: Context, positions: np.ndarray) -> list[str]:
    """Say how many items each one has for near neighbors, and how many of these have a label."""
    geometry = context.pool.geometry
    if not geometry.is_ready:
        return [""] * len(positions)
    groups = geometry.variations
    size = np.bincount(groups)
    if len(context.made):
        size -= np.bincount(groups[context.made], minlength=len(size))
    labeled = np.bincount(groups[context.labeled], minlength=len(size))
    said = []
    for group in groups[positions]:
        n = size[group]
        has = f"{labeled[group]} labeled" if labeled[group] else "none labeled yet"
        said.append(f"one of {n:,} alike, {has}" if n > 1 else "unlike any other")
    return said
