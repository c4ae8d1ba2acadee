"""MixUp: items between any two labeled ones, with a share of each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers._base import Made
from al_widgets.synthesizers._between import Between, blocks
from al_widgets.synthesizers._checks import as_parents, as_recipe, labels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.context import Context


class MixUp:
    """Mix a labeled item with any other, also one of another class.

    The share of the parent is drawn from Beta(alpha, alpha), and is at least one half, so that the
    new item is of the parent's class more than of the other's. Where the classes differ it has a
    share of both. Columns of 0 and 1 only come from one of the two, from the parent with the
    probability of its share; whole numbers are rounded.

    Pictures (arrays of one shape) are mixed pixel by pixel, and table rows cell by cell, where the
    pool can tell the features of what comes out (``featurize=``). Otherwise features are mixed,
    and the new item has no content.

    Parameters
    ----------
    alpha : float
        Above 0. Small: nearly all of the parent; 1: every mixture is as likely; large: halves.

    Raises
    ------
    InvalidInput
        If `alpha` is not above 0. When making: if a parent is not labeled, or nothing else is.

    Notes
    -----
    Zhang, Cisse, Dauphin, Lopez-Paz, *mixup: Beyond Empirical Risk Minimization*, ICLR 2018. There
    everything is mixed, also indicators; here a row could stand in the pool.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> context = Context(pool=Pool(np.array([[0.5], [1.0], [9.0]])), classes=("a", "b"),
    ...                   candidates=np.array([2]), labeled=np.array([0, 1]),
    ...                   labels=np.array([0, 1]))
    >>> made = next(MixUp().make(context, np.array([1]), np.random.default_rng(1)))
    >>> made.parents, made.label, made.recipe
    ((1, 0), 1, 'mixed with another, 1 % of it')
    """

    def __init__(self, alpha: float = 0.4) -> None:
        is_number = isinstance(alpha, int | float | np.number) and not isinstance(alpha, bool)
        if not is_number or not 0 < alpha < np.inf:
            raise InvalidInput(
                "alpha must be a number above 0", repr(alpha), "Pass for example alpha=0.4"
            )
        self.alpha = float(alpha)

    @property
    def recipes(self) -> tuple[str, ...]:
        """The one that there is."""
        return ("mixed with another",)

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Make an item for each of the parents; see `Synthesizer.make`."""
        as_recipe(recipe, self.recipes)
        parents = as_parents(context, parents)
        if len(parents) and len(context.labeled) < 2:
            raise InvalidInput(
                "to mix two items takes two that are labeled", "1 labeled item", "Label another"
            )
        return self._mixed(context, parents, rng)

    def _mixed(
        self, context: Context, parents: np.ndarray, rng: np.random.Generator
    ) -> Iterator[Made]:
        if not len(parents):
            return
        between = Between(context, pictures=True)
        for block in blocks(len(parents), context.pool.features.shape[1]):
            first = parents[block]
            second = _others(context.labeled, first, rng)
            drawn = rng.beta(self.alpha, self.alpha, len(first))
            shares = np.minimum(drawn, 1 - drawn)  # of the other
            takes = rng.random(len(first)) < shares
            made = between(first, second, shares, takes)
            labels = np.stack([labels_of(context, first), labels_of(context, second)], axis=1)
            pairs = zip(first.tolist(), second.tolist(), strict=True)
            for pair, share, classes, (row, content) in zip(
                pairs, shares.tolist(), labels.tolist(), made, strict=True
            ):
                yield Made(
                    parents=pair,
                    row=row,
                    recipe=f"mixed with another, {100 * share:.0f} % of it",
                    label=classes[0],
                    shares=_soft(classes, share, len(context.classes)),
                    content=content,
                )

    def __repr__(self) -> str:
        return f"MixUp(alpha={self.alpha:g})"


def _others(labeled: np.ndarray, parents: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return for each parent where another labeled item stands, all as likely."""
    own = np.searchsorted(labeled, parents)
    return np.take(labeled, own + rng.integers(1, len(labeled), len(parents)), mode="wrap")


def _soft(classes: list[int], share: float, n_classes: int) -> tuple[float, ...] | None:
    """Return how far a mixture is of each class; None where it is of one."""
    first, second = classes
    if first == second:
        return None
    shares = [0.0] * n_classes
    shares[first], shares[second] = 1 - share, share
    return tuple(shares)
