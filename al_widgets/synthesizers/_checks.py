"""What every synthesizer refuses before it makes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.context import Context


def as_parents(context: Context, parents: Any) -> np.ndarray:
    """Return parents as an array of positions; refuse one that has no label.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> context = Context(pool=Pool(np.eye(3)), classes=("a",), candidates=np.array([0]),
    ...                   labeled=np.array([1, 2]), labels=np.array([0, 0]))
    >>> as_parents(context, [2, 1, 2])
    array([2, 1, 2])
    """
    positions = np.asarray(parents)
    if positions.size == 0:
        return np.empty(0, dtype=int)
    if positions.ndim != 1 or positions.dtype.kind not in "iu":
        raise InvalidInput(
            "parents are positions in the pool",
            f"shape {positions.shape}, dtype {positions.dtype}",
            "Choose them from context.labeled",
        )
    known = np.isin(positions, context.labeled)
    if not known.all():
        raise InvalidInput(
            "every parent must be labeled",
            f"position {positions[~known][0]}",
            "Choose parents from context.labeled",
        )
    return positions.astype(int)


def as_recipe(recipe: Any, names: Sequence[str]) -> int | None:
    """Return the number of a recipe, or None; refuse one that there is not.

    Examples
    --------
    >>> as_recipe(1, ("darker", "brighter"))
    1
    """
    if recipe is None:
        return None
    is_number = isinstance(recipe, int | np.integer) and not isinstance(recipe, bool)
    if not is_number or not 0 <= recipe < len(names):
        numbered = ", ".join(f"{i} ({name})" for i, name in enumerate(names[:5]))
        more = ", …" if len(names) > 5 else ""
        raise InvalidInput(
            f"recipe is a number from 0 to {len(names) - 1}, or None",
            repr(recipe),
            f"Pass one of {numbered}{more}",
        )
    return int(recipe)


def labels_of(context: Context, parents: np.ndarray) -> np.ndarray:
    """Return the class of each parent, as a position in the context's classes."""
    order = np.argsort(context.labeled)
    where = np.searchsorted(context.labeled, parents, sorter=order)
    labels: np.ndarray = context.labels[order[where]]
    return labels
