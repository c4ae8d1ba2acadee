"""Interpolation between neighbors of one class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets._arguments import check_count
from al_widgets.synthesizers._base import Made
from al_widgets.synthesizers._between import Between, blocks
from al_widgets.synthesizers._checks import as_parents, as_recipe, labels_of
from al_widgets.synthesizers._classmates import Classmates, in_company
from al_widgets.synthesizers._imbalanced import as_sampler, resampled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.context import Context


class Interpolate:
    """Make items between a labeled one and a neighbor of its class (SMOTE).

    The neighbor is drawn among the `k` nearest labeled items of the class, where distances are
    those of the pool's map; how far the new item is from the parent is drawn evenly. Columns that
    hold whole numbers are rounded. Columns of 0 and 1 only (indicators of categories) are not
    blended: all of them come from one of the two, from the nearer one more often, so that on
    average they are where blending would put them, and what they say together is true of an item.

    Where a person sees table rows and the pool can tell features of one (``featurize=``), the new
    item is a table row, made by the same rules. Pictures and texts have no middle that a person
    could read: there the new item has features only, and no content.

    Parameters
    ----------
    k : int
        Neighbors to choose from, at least 1; all others of the class if they are fewer. A sampler
        has its own number.
    sampler : over-sampler of imbalanced-learn or str, optional
        Makes the rows instead: an instance, or a name such as "BorderlineSMOTE", "ADASYN" or
        "SVMSMOTE". It is copied for each call, seeded, told how many items of each class are
        wanted, and given all labeled rows: each column divided by its standard deviation, but
        indicators, and sparse features, as they are. Its numbers of neighbors are lowered where a
        class is small. It may decide by itself where in the class it makes items, and make fewer;
        each is taken for the parent that it is nearest to, while that one still wants one, and
        then for any other of the class, which is told as the first of its parents all the same.

    Raises
    ------
    InvalidInput
        If `k` is no count, or `sampler` is none. When making: if a parent is not labeled, if all
        parents are the only one of their class, or if the sampler refuses or makes nothing.
    MissingExtra
        If a sampler is given by its name and imbalanced-learn is not installed.

    Notes
    -----
    Chawla, Bowyer, Hall, Kegelmeyer, *SMOTE: Synthetic Minority Over-sampling Technique*, Journal
    of Artificial Intelligence Research 16, 2002. Its variant for mixed columns (SMOTE-NC) gives a
    new item the most frequent category among the neighbors, so that rare ones die out; here they
    stay as frequent as they are.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> context = Context(pool=Pool(np.array([[0.0, 5.0], [1.5, 6.0], [9.0, 9.0]])),
    ...                   classes=("a", "b"), candidates=np.array([2]),
    ...                   labeled=np.array([0, 1]), labels=np.array([0, 0]))
    >>> made = next(Interpolate().make(context, np.array([0]), np.random.default_rng(0)))
    >>> made.parents, made.label, made.recipe
    ((0, 1), 0, '27 % of the way to a neighbor')
    """

    def __init__(self, k: int = 5, sampler: Any = None) -> None:
        check_count("k", k)
        self.k = int(k)
        self.sampler = sampler
        if sampler is not None:
            as_sampler(sampler)

    @property
    def recipes(self) -> tuple[str, ...]:
        """The one that there is."""
        return ("between neighbors",)

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Make an item for each of the parents; see `Synthesizer.make`.

        With a sampler of imbalanced-learn all are made when the first is asked for.
        """
        as_recipe(recipe, self.recipes)
        parents = in_company(context, as_parents(context, parents))
        if self.sampler is not None:
            return resampled(as_sampler(self.sampler), context, parents, rng)
        return self._between(context, parents, rng)

    def _between(
        self, context: Context, parents: np.ndarray, rng: np.random.Generator
    ) -> Iterator[Made]:
        if not len(parents):
            return
        between, neighbors = Between(context), _Neighbors(context, self.k)
        for block in blocks(len(parents), context.pool.features.shape[1]):
            first = parents[block]
            second = neighbors.drawn(first, rng)
            shares = rng.random(len(first))
            takes = rng.random(len(first)) < shares
            made = between(first, second, shares, takes)
            labels = labels_of(context, first).tolist()
            pairs = zip(first.tolist(), second.tolist(), strict=True)
            for pair, share, label, (row, content) in zip(
                pairs, shares.tolist(), labels, made, strict=True
            ):
                recipe = f"{100 * share:.0f} % of the way to a neighbor"
                yield Made(parents=pair, row=row, recipe=recipe, label=label, content=content)

    def __repr__(self) -> str:
        more = "" if self.sampler is None else f", sampler={self.sampler!r}"
        return f"Interpolate(k={self.k}{more})"


class _Neighbors:
    """Draws neighbors within a class; each item's are looked for once."""

    def __init__(self, context: Context, k: int) -> None:
        self._context, self._mates, self._k = context, Classmates(context), k
        self._known: dict[int, np.ndarray] = {}

    def drawn(self, parents: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return where a neighbor of each stands."""
        new = np.array([p for p in np.unique(parents).tolist() if p not in self._known], dtype=int)
        labels = labels_of(self._context, new)
        for label in np.unique(labels).tolist():
            some = new[labels == label]
            nearest = self._mates.nearest(label, some, self._k)
            self._known.update(zip(some.tolist(), nearest, strict=True))
        draws = rng.random(len(parents)).tolist()
        known = [self._known[parent] for parent in parents.tolist()]
        return np.array(
            [near[int(draw * len(near))] for near, draw in zip(known, draws, strict=True)]
        )
