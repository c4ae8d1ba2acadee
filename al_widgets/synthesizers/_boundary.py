"""Queries at the boundary between two classes, found between two labeled items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets._arguments import check_count
from al_widgets.context import predict_proba
from al_widgets.exceptions import InvalidInput
from al_widgets.nearness import squared_distances
from al_widgets.synthesizers._base import Made
from al_widgets.synthesizers._between import Between
from al_widgets.synthesizers._checks import as_parents, as_recipe, labels_of
from al_widgets.synthesizers._rows import numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.context import Context

_FIRST, _AT_ONCE = 4, 32  # parents that are looked at together: few at first, then more
_CANDIDATES = 8_192  # real items whose distances are held together


class BoundarySearch:
    """Ask where one class turns into another on the way between two labeled items.

    From a parent the way leads to a labeled item of another class. It is halved again and again
    where the model's opinion changes from the parent's class to another one, until the two
    likeliest classes are about even. Without a model, or where its opinion of an end is not the
    person's, the query is the middle. Nobody knows its class, so it has no label.

    Such a query may make no sense to a person. So the real item that is nearest to it is offered in
    its place, each once.

    Parameters
    ----------
    steps : int
        How often the way is halved, at least 1: the place is known to 1 / 2**steps of the way.
    nearest : bool
        Whether to offer real items. False: only where new content cannot be made, as of texts and
        files; pictures are blended pixel by pixel, for which the pool must be able to compute
        features from them (``featurize=``), and table rows cell by cell.
    n_neighbors : int
        The item at the end of the way is one of so many that are nearest to the parent, of other
        classes, drawn at random. At least 1.

    Notes
    -----
    Queries that are made and not found are membership queries (Angluin, *Queries and Concept
    Learning*, Machine Learning, 1988). To look for the boundary between two items, and to ask about
    the real item nearest to it, follows Wang, Hu, Yuan, Lu, *Active learning via query synthesis
    and nearest neighbour search*, Neurocomputing 147, 2015; that the model tells the sides apart,
    instead of an answer at each step, costs no answers.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = np.array([[0.0], [4.0], [1.0], [2.5]])
    >>> context = Context(pool=Pool(X), classes=("a", "b"), candidates=np.array([2, 3]),
    ...                   labeled=np.array([0, 1]), labels=np.array([0, 1]),
    ...                   model=LogisticRegression().fit(X[:2], [0, 1]))
    >>> search = BoundarySearch()
    >>> made = next(search.make(context, np.array([0]), np.random.default_rng(0)))
    >>> made.row.round(2), made.nearest, made.label
    (array([2.]), 3, None)
    """

    recipes = ("on the boundary to another class",)

    def __init__(self, steps: int = 10, *, nearest: bool = True, n_neighbors: int = 3) -> None:
        check_count("steps", steps)
        check_count("n_neighbors", n_neighbors)
        if not isinstance(nearest, bool):
            raise InvalidInput("nearest is True or False", repr(nearest), "Pass nearest=True")
        self.steps, self.nearest, self.n_neighbors = steps, nearest, n_neighbors

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Find a query at the boundary for each parent; see `Synthesizer.make`.

        Raises
        ------
        InvalidInput
            If all labels are of one class, if pictures are to be blended and the pool has no
            ``featurize``, or if real items are to be offered and none is left.
        """
        parents = as_parents(context, parents)
        as_recipe(recipe, self.recipes)
        if not len(parents):
            return
        self._check(context)
        between = Between(context, pictures=not self.nearest)
        offers = _Offers(context)
        draws = rng.random(len(parents))
        start, size = 0, _FIRST
        while start < len(parents):
            part = slice(start, start + size)
            first, second = parents[part], self._ends(context, parents[part], draws[part])
            shares = self._shares(context, between, first, second)
            yield from self._made(context, offers, (first, second, shares), between)
            start, size = start + size, _AT_ONCE

    def _check(self, context: Context) -> None:
        """Refuse a context in which nothing can be made."""
        if len(np.unique(context.labels)) < 2:
            raise InvalidInput(
                "a boundary lies between labeled items of two classes",
                f"{len(context.labeled)} of class {context.classes[int(context.labels[0])]!r} only",
                "Label an item of another class first",
            )
        one = context.pool.content[int(context.labeled[0])]
        if not self.nearest and isinstance(one, np.ndarray) and one.ndim >= 2:
            context.pool.featurize([one])  # tells what is missing
        if self.nearest and not len(context.candidates):
            raise InvalidInput(
                "a real item is offered in the place of a query",
                "a pool in which none is left to ask about",
                "Pass nearest=False, or add items",
            )

    def _ends(self, context: Context, parents: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Return where the way from each parent leads to."""
        away = squared_distances(context.rows(parents), context.rows(context.labeled))
        is_same = labels_of(context, parents)[:, None] == context.labels
        away[is_same] = np.inf
        nearest = np.argsort(away, axis=1, kind="stable")[:, : self.n_neighbors]
        n_found = np.minimum((~is_same).sum(axis=1), nearest.shape[1])
        chosen = (draws * n_found).astype(int)
        return np.asarray(context.labeled[nearest[np.arange(len(parents)), chosen]])

    def _shares(
        self, context: Context, between: Between, first: np.ndarray, second: np.ndarray
    ) -> np.ndarray:
        """Return how far on each way the boundary is, from 0 to 1."""
        middle = np.full(len(first), 0.5)
        if context.model is None:
            return middle
        labels = labels_of(context, first)

        def lead(shares: np.ndarray) -> np.ndarray:
            made = between(first, second, shares, shares > 0.5)
            rows = np.stack([row for row, _ in made])
            return _lead(predict_proba(context.model, rows, len(context.classes)), labels)

        low, high = np.zeros(len(first)), np.ones(len(first))
        turns = (lead(low) > 0) & (lead(high) < 0)
        best, best_lead = middle.copy(), np.full(len(first), np.inf)
        for _ in range(self.steps):
            shares = (low + high) / 2
            leads = lead(shares)
            away = np.abs(leads)
            # where the opinion jumps, all places are as uneven: the later is nearer to the jump
            is_better = (away < best_lead) | ((away == best_lead) & (away > 0))
            best[is_better], best_lead[is_better] = shares[is_better], away[is_better]
            low, high = np.where(leads > 0, shares, low), np.where(leads > 0, high, shares)
        return np.where(turns, best, middle)

    def _made(
        self,
        context: Context,
        offers: _Offers,
        ways: tuple[np.ndarray, np.ndarray, np.ndarray],
        between: Between,
    ) -> Iterator[Made]:
        """Yield the queries at these places on the ways."""
        first, second, shares = ways
        pool, middles = context.pool, between(first, second, shares, shares > 0.5)
        shown = [
            numbers_of(pool, int(parent), row) if content is None else content
            for parent, (row, content) in zip(first, middles, strict=True)
        ]
        offered = [self.nearest or (pool.has_content and content is None) for content in shown]
        real = iter(offers.nearest(np.stack([row for row, _ in middles])[offered]))
        for i, (row, _) in enumerate(middles):
            nearest = next(real) if offered[i] else None
            if offered[i] and nearest is None and (not self.nearest or shown[i] is None):
                continue  # what is left makes no sense to a person, or was offered before
            ends = (int(first[i]), int(second[i]))
            yield Made(
                parents=ends,
                row=row,
                recipe=_words(context, ends, float(shares[i])),
                content=shown[i],
                nearest=nearest,
            )

    def __repr__(self) -> str:
        return (
            f"BoundarySearch(steps={self.steps}, nearest={self.nearest}, "
            f"n_neighbors={self.n_neighbors})"
        )


class _Offers:
    """Real items that are near a query, each offered once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._taken: set[int] = set()

    def nearest(self, rows: np.ndarray) -> list[int | None]:
        """Return for each row of features the candidate nearest to it that was not taken yet."""
        if not len(rows):
            return []
        there = self._context.pool.geometry.scaling.transform(rows, by_direction=True)
        found = np.empty((len(rows), 0), dtype=int)
        away = np.empty((len(rows), 0), dtype=np.float32)
        candidates = self._context.candidates
        for start in range(0, len(candidates), _CANDIDATES):
            some = candidates[start : start + _CANDIDATES]
            some = some[~np.isin(some, list(self._taken))]
            distances = squared_distances(there, self._context.rows(some))
            found = np.hstack([found, np.broadcast_to(some, distances.shape)])
            away = np.hstack([away, distances])
            best = np.argsort(away, axis=1, kind="stable")[:, : len(rows)]
            found = np.take_along_axis(found, best, axis=1)
            away = np.take_along_axis(away, best, axis=1)
        return [self._take(nearby) for nearby in found.tolist()]

    def _take(self, nearby: list[int]) -> int | None:
        """Return the first that was not taken yet, and take it; None if all were."""
        free = next((position for position in nearby if position not in self._taken), None)
        if free is not None:
            self._taken.add(free)
        return free


def _lead(proba: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how far a class is ahead of the likeliest other one; below 0 where it is behind.

    Parameters
    ----------
    proba : ndarray of shape (n, n_classes)
    labels : ndarray of shape (n,), int
    """
    rest = proba.astype(float)
    own = rest[np.arange(len(rest)), labels].copy()
    rest[np.arange(len(rest)), labels] = -np.inf
    lead: np.ndarray = own - rest.max(axis=1)
    return lead


def _words(context: Context, ends: tuple[int, int], share: float) -> str:
    """Return where a query is, as a person understands it."""
    a, b = (context.classes[int(label)] for label in labels_of(context, np.array(ends)))
    return f"{100 * share:.0f} % of the way from {a} to {b}"
