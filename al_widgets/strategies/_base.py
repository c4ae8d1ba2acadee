"""What a strategy promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query


@runtime_checkable
class Strategy(Protocol):
    """Chooses what to ask about.

    It returns exactly `batch_size` different candidates, and raises `PoolExhausted` where there
    are fewer (`context.require` does that); it chooses the same for the same context; it changes
    nothing that it is given. It works without a model too.
    """

    def select(self, context: Context, batch_size: int) -> Query:
        """Return the most useful candidates, best first."""
        ...


def most_useful(utilities: np.ndarray, batch_size: int, rng: np.random.Generator) -> np.ndarray:
    """Return where the highest utilities stand, highest first; ties in random order.

    Parameters
    ----------
    utilities : ndarray of shape (n,)
        Higher is more useful.
    batch_size : int
        How many to return; all if there are fewer.
    rng : Generator
        Breaks the ties.
    """
    n = min(batch_size, len(utilities))
    if n == 0:
        return np.empty(0, dtype=int)
    threshold = np.partition(utilities, len(utilities) - n)[len(utilities) - n]
    above = np.flatnonzero(utilities > threshold)
    level = rng.permutation(np.flatnonzero(utilities == threshold))[: n - len(above)]
    chosen = np.concatenate([above, level])
    return chosen[np.argsort(-utilities[chosen], kind="stable")]


def require_count(name: str, value: object, least: int = 1) -> int:
    """Return `value` if it is a whole number of at least `least`; `name` is the parameter's."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise InvalidInput(
        f"{name} must be a whole number of at least {least}",
        repr(value),
        f"Pass for example {name}={10 * least}",
    )
