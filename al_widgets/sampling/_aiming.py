"""What new items are made for: which labeled items they are made from, and by which recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput, NotEnoughLabels
from al_widgets.nearness import squared_distances
from al_widgets.sampling._aim import DRAWN, MOST, Aim, rng_of, spread
from al_widgets.sampling._gaps import at_gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from al_widgets.context import Context
    from al_widgets.synthesizers import Synthesizer

TARGETS = ("balance", "gaps", "boundary")
"""The names of what items can be made for."""

_AT_ONCE = 1_024  # labeled items whose distances are held together


def aim(
    target: str | Callable[[Context, int], Sequence[int]],
    context: Context,
    synthesizer: Synthesizer,
    n: int | None = None,
    made_labels: np.ndarray | None = None,
) -> Aim:
    """Say what is to be made.

    Parameters
    ----------
    target : {"balance", "gaps", "boundary"} or callable
        As many labels of each class; the places that no label represents; the border of two
        classes. A function ``f(context, n) -> positions`` names labeled items to make items from;
        they may repeat.
    context : Context
        What is known. Only labeled items become parents.
    synthesizer : Synthesizer
        Makes some items on trial where that tells which of its recipes to use.
    n : int, optional
        How many at most. When None as many as are missing, two for each label for the gaps, and
        one for each for the boundary; at most `MOST`.
    made_labels : ndarray of shape (n_standing,), int, optional
        The classes of items that were made before and are in use.

    Returns
    -------
    Aim
        Empty where nothing is missing, or nothing can be done about it.

    Raises
    ------
    InvalidInput
        If `target` is none of these, `n` is no number, or a function names what is not labeled.
    NotEnoughLabels
        If a boundary is wanted, and the labels are of one class.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> context = Context(pool=Pool(np.eye(5)), classes=("cat", "dog"), candidates=np.array([4]),
    ...                   labeled=np.arange(4), labels=np.array([0, 1, 1, 1]))
    >>> wanted = aim("balance", context, None)
    >>> wanted.parents, wanted.recipe, wanted.why[0]
    (array([0, 0]), array([-1, -1]), 'cat has 1 label, dog 3')
    """
    if n is not None and (not _is_whole(n) or n < 0):
        raise InvalidInput("n is a whole number of at least 0", repr(n), "Pass n=100")
    if callable(target):
        return _chosen_by(target, context, MOST if n is None else int(n))
    if target == "balance":
        return _balance(context, n, made_labels)
    if target == "gaps":
        most = min(MOST, 2 * len(context.labeled))
        return at_gaps(context, synthesizer, most if n is None else int(n))
    if target == "boundary":
        return _boundary(context, min(MOST, len(context.labeled)) if n is None else int(n))
    raise InvalidInput(
        f"target is one of {', '.join(map(repr, TARGETS))}, or a function",
        repr(target),
        'Pass target="balance"',
    )


# -- as many of each class ---------------------------------------------------------------------


def _balance(context: Context, n: int | None, made_labels: np.ndarray | None) -> Aim:
    """Bring every class that has a label to the count of the largest, the shortest first."""
    n_classes, rng = len(context.classes), rng_of(context)
    n_labels = np.bincount(context.labels, minlength=n_classes)
    counts = n_labels.copy()
    if made_labels is not None:
        counts += np.bincount(np.asarray(made_labels, dtype=int), minlength=n_classes)
    missing = np.where(n_labels > 0, counts.max(initial=0) - counts, 0)
    most = MOST if n is None else n
    missing = np.minimum(missing, most)
    wanted = np.repeat(np.arange(n_classes), missing)
    within = np.arange(len(wanted)) - np.repeat(np.cumsum(missing) - missing, missing)
    # the class that has fewest is next, at every step
    order = np.lexsort((wanted, counts[wanted] + within))[:most]
    wanted = wanted[order]
    parents = np.empty(len(wanted), dtype=int)
    for k in np.unique(wanted):
        own = wanted == k
        parents[own] = spread(context.labeled[context.labels == k], int(own.sum()), rng)
    words = _short_words(context, counts, n_labels)
    return Aim(parents, np.full(len(parents), DRAWN), tuple(words[k] for k in wanted.tolist()))


def _short_words(context: Context, counts: np.ndarray, n_labels: np.ndarray) -> dict[int, str]:
    largest = int(counts.argmax()) if len(counts) else 0
    words: dict[int, str] = {}
    for k in np.flatnonzero(n_labels).tolist():
        n, made = int(n_labels[k]), int(counts[k] - n_labels[k])
        more = f" and {made:,} synthetic item{'s' * (made != 1)}" if made else ""
        words[k] = (
            f"{context.classes[k]} has {n:,} label{'s' * (n != 1)}{more}, "
            f"{context.classes[largest]} {counts[largest]:,}"
        )
    return words


# -- the border of two classes -----------------------------------------------------------------


def _boundary(context: Context, n: int) -> Aim:
    """Take the half of the labeled items that lie nearest to the border, the nearest first.

    What counts is how much farther the nearest labeled item of another class is than the nearest
    of the same (the hypothesis margin of Gilad-Bachrach, Navot and Tishby, 2004): no model is
    asked, since one is sure of every item that it learned from.
    """
    if len(np.unique(context.labels)) < 2:
        raise NotEnoughLabels(
            "a boundary lies between two classes",
            f"{len(context.labels)} labels of {len(np.unique(context.labels))} class",
            'Answer some more first, or pass target="gaps"',
        )
    margins, nearest = _margins(context)
    order = np.argsort(margins, kind="stable")
    order = np.resize(order[: -(-len(order) // 2)], n)
    names = context.classes
    words = tuple(
        f"{names[context.labels[i]]} lies near {names[context.labels[nearest[i]]]}" for i in order
    )
    return Aim(context.labeled[order], np.full(len(order), DRAWN), words)


def _margins(context: Context) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each labeled item is from the border, and which is nearest beyond it."""
    rows, labels = context.rows(context.labeled), context.labels
    margins, nearest = np.empty(len(rows)), np.empty(len(rows), dtype=int)
    for start in range(0, len(rows), _AT_ONCE):
        part = np.arange(start, min(start + _AT_ONCE, len(rows)))
        distances = np.sqrt(squared_distances(rows[part], rows))
        is_same = labels[part][:, None] == labels
        others = np.where(is_same, np.inf, distances)
        distances[np.arange(len(part)), part] = np.inf
        same = np.where(is_same, distances, np.inf).min(axis=1)
        nearest[part] = others.argmin(axis=1)
        far = others.min(axis=1)
        margins[part] = np.where(np.isfinite(same), far - same, far)
    return margins, nearest


# -- a function of the user's ------------------------------------------------------------------


def _chosen_by(target: Callable[[Context, int], Any], context: Context, n: int) -> Aim:
    name = getattr(target, "__name__", type(target).__name__)
    said = target(context, n)
    positions = np.asarray(said if said is not None else [None], dtype=object)
    wrong = ""
    if positions.ndim != 1:
        wrong = f"an array of shape {positions.shape}"
    elif strange := [p for p in positions if not _is_whole(p)]:
        wrong = repr(strange[0])
    elif not np.isin(positions.astype(int), context.labeled).all():
        wrong = f"position {next(p for p in positions if p not in context.labeled)}"
    elif len(positions) > n:
        wrong = f"{len(positions)} positions where n={n}"
    if wrong:
        raise InvalidInput(
            "a target names at most n labeled items, by their positions in the pool",
            f"{wrong} from {name}",
            "Choose them from context.labeled",
        )
    parents = positions.astype(int)
    return Aim(parents, np.full(len(parents), DRAWN), (f"chosen by {name}",) * len(parents))


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
