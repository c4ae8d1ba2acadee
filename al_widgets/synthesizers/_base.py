"""What a synthesizer promises, and what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from al_widgets.context import Context


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """A new item, and what it was made from.

    Attributes
    ----------
    parents : tuple of int
        Where the labeled items stand that it was made from, the one that it is most like first.
    row : ndarray of shape (n_features,)
        What the model sees of it: a row that could stand in the pool's features.
    recipe : str
        How it was made, in a few words that a person understands: "darker, to 40 %".
    label : int or None
        The class that it inherits, as a position in the context's classes: one that its parents
        have. None where nobody can know before a person has looked.
    shares : tuple of float, length n_classes, optional
        How far it is of each class, where it is of several; they sum to 1, and are above 0 for
        classes of its parents only. `label` is the largest.
    content : Any
        What a person sees of it, of the kind that the pool shows; None where that is its features.
    nearest : int or None
        Where the real item stands that is offered in its place; None where it is shown itself.
    """

    parents: tuple[int, ...]
    row: np.ndarray
    recipe: str
    label: int | None = None
    shares: tuple[float, ...] | None = None
    content: Any = None
    nearest: int | None = None


@runtime_checkable
class Synthesizer(Protocol):
    """Makes new items from labeled ones.

    A synthesizer holds nothing about a pool between two calls, and changes no item that it is
    given. What it makes depends on its arguments alone: the same generator gives the same items.
    """

    @property
    def recipes(self) -> tuple[str, ...]:
        """A name for each recipe that can be asked for by its number; at least one."""
        ...

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Make an item for each of the parents, in their order, one at a time.

        Parameters
        ----------
        context : Context
            What is known: the pool, the labeled items that may be used, and their classes.
        parents : ndarray of shape (n,), int
            Positions in the pool, all of them among ``context.labeled``; they may repeat. Whoever
            makes an item of several takes the others from ``context.labeled``.
        rng : numpy.random.Generator
            The only source of chance.
        recipe : int, optional
            Which of `recipes` to use; drawn anew for each item when None.

        Yields
        ------
        Made
            At most one for each parent; a parent of which nothing can be made is passed over.

        Raises
        ------
        InvalidInput
            If nothing at all can be made: a class with one example, content missing.
        MissingExtra
            If a library is not installed; names the command.
        """
        ...
