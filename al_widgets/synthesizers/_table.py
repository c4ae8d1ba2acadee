"""Table rows as rows of numbers, and back again."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.synthesizers._between import featurizes, is_number
from al_widgets.synthesizers._columns import Columns, columns_of

if TYPE_CHECKING:
    from al_widgets.context import Context

_MOST_CATEGORIES = 100  # of a cell; one that has more is a name or an id

Cells = dict[Any, Any]


class Table:
    """The labeled table rows as numbers: a column for each number, and one for each category.

    A cell that has too many different values, or misses a number somewhere, has no column: what is
    made of a row keeps it.

    Parameters
    ----------
    rows : list of dict
        Of all labeled items, in their order.

    Attributes
    ----------
    features : ndarray of shape (n_rows, n_columns)
    columns : Columns
        What kind of numbers stand in them.

    Examples
    --------
    >>> table = Table([{"age": 30, "city": "Ulm"}, {"age": 40, "city": "Bonn"}])
    >>> table.features
    array([[30.,  1.,  0.],
           [40.,  0.,  1.]])
    >>> table.row(np.array([33.0, 0.0, 1.0]), {"age": 30, "city": "Ulm"})
    {'age': 33, 'city': 'Bonn'}
    """

    def __init__(self, rows: list[Cells]) -> None:
        self._numbers: list[tuple[Any, type]] = []
        self._categories: list[tuple[Any, list[Any]]] = []
        parts = []
        for name in rows[0]:
            cells = [row.get(name) for row in rows]
            if all(map(is_number, cells)):
                kinds = {type(cell) for cell in cells}
                self._numbers.append((name, kinds.pop() if len(kinds) == 1 else float))
                parts.append(np.array(cells, dtype=float)[:, None])
        for name in rows[0]:
            cells = [row.get(name) for row in rows]
            if any(map(is_number, cells)) or not all(isinstance(cell, Hashable) for cell in cells):
                continue
            place = {cell: i for i, cell in enumerate(dict.fromkeys(cells))}
            if len(place) <= _MOST_CATEGORIES:
                self._categories.append((name, list(place)))
                parts.append(np.eye(len(place))[[place[cell] for cell in cells]])
        self.features = np.hstack(parts) if parts else np.empty((len(rows), 0))
        self.columns = self._kinds()

    def _kinds(self) -> Columns:
        n = len(self._numbers)
        numbers = columns_of(self.features[:, :n])
        rest = np.ones(self.features.shape[1] - n, dtype=bool)
        ends = n + np.cumsum([0, *(len(categories) for _, categories in self._categories)])
        groups = [np.arange(*pair) for pair in pairwise(ends.tolist())]
        return Columns(
            np.append(numbers.is_nominal, rest), np.append(numbers.is_whole, ~rest), tuple(groups)
        )

    def row(self, values: np.ndarray, parent: Cells) -> Cells:
        """Return a table row of a row of numbers; other cells are those of its parent."""
        cells, n_numbers = dict(parent), len(self._numbers)
        for (name, kind), value in zip(self._numbers, values[:n_numbers].tolist(), strict=True):
            cells[name] = kind(value)
        start = n_numbers
        for name, categories in self._categories:
            chosen = int(np.argmax(values[start : start + len(categories)]))
            cells[name] = categories[chosen]
            start += len(categories)
        return cells


def table_of(context: Context) -> tuple[Table, list[Cells]] | None:
    """Return the labeled items as a table, and its rows; None where they are no table rows.

    None too where the pool cannot tell the features of one.
    """
    pool = context.pool
    if not len(context.labeled) or not pool.has_content or not featurizes(pool):
        return None
    contents = [pool.content[position] for position in context.labeled.tolist()]
    if not all(hasattr(content, "items") for content in contents):
        return None
    rows = [dict(content.items()) for content in contents]
    table = Table(rows)
    return (table, rows) if table.features.shape[1] else None
