"""Rows whose columns are drawn one after the other, each as the others suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.matrix import dense
from al_widgets.synthesizers._base import Made
from al_widgets.synthesizers._between import blocks
from al_widgets.synthesizers._checks import as_parents, as_recipe, labels_of
from al_widgets.synthesizers._classmates import in_company
from al_widgets.synthesizers._columns import columns_of
from al_widgets.synthesizers._conditionals import Conditionals
from al_widgets.synthesizers._table import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.context import Context
    from al_widgets.synthesizers._table import Table

_RECIPE = "each column drawn as the others suggest"


class Regress:
    """Draw new rows from regressions of each column on all others, within a class.

    Of each class that parents are of, regressions are learned once. A new item begins as the row
    of its parent. Then one column after the other, in random order, gets a new value: what its
    regression predicts from the others as they are by then, and a residual, drawn among those of
    the class: of rows that the regression had not seen, and no larger than is needed for the
    column to vary as it does. Categories (columns of 0 and 1, those of a group together) are drawn
    with the probabilities that a small decision tree gives them. Whole numbers are rounded, and no
    value leaves the range of its column in the class.

    So the new row has the means, the spread and the correlations of its class, and is no mixture
    of two items. Where a person sees table rows and the pool can tell features of one
    (``featurize=``), the cells are the columns, and the new item is a table row: a cell that has
    more than 100 different values, or misses a number, is that of the parent. Otherwise the columns
    are those of the features, and the new item has no content.

    Parameters
    ----------
    estimator : scikit-learn regressor, optional
        For columns of numbers, on one scale; copied for each column, seeded, and its residuals
        those of cross-validation. When None: ridge regression, as strong as predicts rows that
        were left out best, so that two examples are enough, and many columns do no harm.

    Raises
    ------
    InvalidInput
        If `estimator` cannot be fitted. When making: if a parent is not labeled, or if all parents
        are the only one of their class.

    Notes
    -----
    The conditionals are those of fully conditional specification (van Buuren, *Multiple imputation
    of discrete and continuous data by fully conditional specification*, Statistical Methods in
    Medical Research 16, 2007). There missing cells are filled, in many sweeps, with parameters
    drawn from their posterior; here nothing is missing: one sweep starts from a real row, and the
    parameters are fixed.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> x = np.random.default_rng(0).normal(size=100)
    >>> pool = Pool(np.column_stack([x, 2 * x]))  # the second is twice the first
    >>> context = Context(pool=pool, classes=("a", "b"), candidates=np.arange(50, 100),
    ...                   labeled=np.arange(50), labels=np.zeros(50, dtype=int))
    >>> made = next(Regress().make(context, np.array([3]), np.random.default_rng(0)))
    >>> bool(np.isclose(made.row[1], 2 * made.row[0], atol=0.05)), made.recipe
    (True, 'each column drawn as the others suggest')
    """

    def __init__(self, estimator: Any = None) -> None:
        fits = callable(getattr(estimator, "fit", None)) and hasattr(estimator, "predict")
        if estimator is not None and (isinstance(estimator, type) or not fits):
            raise InvalidInput(
                "estimator is a regressor of scikit-learn, or None",
                repr(estimator),
                "Pass for example sklearn.ensemble.RandomForestRegressor(50)",
            )
        self.estimator = estimator

    @property
    def recipes(self) -> tuple[str, ...]:
        """The one that there is."""
        return (_RECIPE,)

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Make an item for each of the parents; see `Synthesizer.make`."""
        as_recipe(recipe, self.recipes)
        return self._drawn(context, in_company(context, as_parents(context, parents)), rng)

    def _drawn(
        self, context: Context, parents: np.ndarray, rng: np.random.Generator
    ) -> Iterator[Made]:
        if not len(parents):
            return
        source = _Source(context)
        width = max(source.features.shape[1], context.pool.features.shape[1])
        known: dict[int, Conditionals] = {}
        for block in blocks(len(parents), width):
            some, labels = parents[block], labels_of(context, parents[block])
            own = np.searchsorted(context.labeled, some)
            rows = dense(source.features[own])
            for label in np.unique(labels).tolist():
                if label not in known:
                    given = dense(source.features[context.labels == label])
                    known[label] = Conditionals(given, source.columns, self.estimator, rng)
                rows[labels == label] = known[label].drawn(rows[labels == label], rng)
            made = source.made(rows, own)
            for parent, label, (row, content) in zip(
                some.tolist(), labels.tolist(), made, strict=True
            ):
                yield Made(parents=(parent,), row=row, recipe=_RECIPE, label=label, content=content)

    def __repr__(self) -> str:
        return f"Regress({'' if self.estimator is None else f'estimator={self.estimator!r}'})"


class _Source:
    """The rows that regressions are learned of: table rows as numbers, or features.

    Attributes
    ----------
    features : array or sparse matrix of shape (n_labeled, n_columns)
    columns : Columns
    """

    def __init__(self, context: Context) -> None:
        self._pool = context.pool
        self._table: Table | None = None
        if table := table_of(context):
            self._table, self._rows = table
            self.features, self.columns = self._table.features, self._table.columns
        else:
            self.features = context.pool.features[context.labeled]
            self.columns = columns_of(context.pool.features)

    def made(self, rows: np.ndarray, own: np.ndarray) -> list[tuple[np.ndarray, Any]]:
        """Return the features and the content of new rows; `own` is where their parents stand."""
        if self._table is None:
            return [(row.copy(), None) for row in rows]
        parents = [self._rows[i] for i in own.tolist()]
        contents = [self._table.row(*pair) for pair in zip(rows, parents, strict=True)]
        told = dense(self._pool.featurize(contents))
        return [(row.copy(), content) for row, content in zip(told, contents, strict=True)]
