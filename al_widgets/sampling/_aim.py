"""What is to be made, from what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from al_widgets.context import Context

DRAWN = -1
"""Stands for a recipe that the synthesizer draws itself."""

MOST = 1_000
"""Items that are made at a time where nobody says how many."""

_AIM = 0xA1  # so that what is aimed at is no echo of what a query drew


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What is to be made, from what, and why.

    Attributes
    ----------
    parents : ndarray of shape (n,), int
        The labeled item that each new one is to be made from, as a position in the pool; in the
        order in which they are worth it, so that fewer may be made from the beginning.
    recipe : ndarray of shape (n,), int
        The number of the recipe of each; -1 where the synthesizer is to draw one.
    why : tuple of str, length n
        To what end, in words: "cat has 4 labels, dog 20".
    """

    parents: np.ndarray
    recipe: np.ndarray
    why: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.parents)

    def __repr__(self) -> str:
        return f"<Aim at {len(self)} items from {len(np.unique(self.parents))} parents>"


def rng_of(context: Context) -> np.random.Generator:
    """Return the generator of what is aimed at, the same one for the same context."""
    return np.random.default_rng([*context.seed, _AIM])


def nothing() -> Aim:
    """Return the aim at nothing."""
    return Aim(np.empty(0, dtype=int), np.empty(0, dtype=int), ())


def spread(members: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return `n` of these, each before any comes again, in an order that is drawn anew each time.

    Examples
    --------
    >>> sorted(spread(np.array([4, 6]), 5, np.random.default_rng(0)).tolist())[1:-1]
    [4, 4, 6]
    """
    rounds = [rng.permutation(members) for _ in range(-(-n // max(1, len(members))))]
    return np.concatenate([np.empty(0, dtype=int), *rounds])[:n].astype(int)
