"""Items between two others: rows of features, and what a person sees of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.matrix import dense
from al_widgets.synthesizers._columns import blended, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.context import Context
    from al_widgets.pool import Pool

_MOST_AT_ONCE = 512  # items that are made together
_AT_ONCE = 2**21  # numbers in them
_SAMPLE = 1_000  # labeled items by which a cell is known to be whole or nominal

Middle = tuple[np.ndarray, Any]
"""The row of an item, and its content or None."""


def blocks(n: int, width: int) -> Iterator[slice]:
    """Yield parts of `n` items that are made together: few at first, so that these come at once."""
    most = max(1, min(_MOST_AT_ONCE, _AT_ONCE // width))
    start, size = 0, min(32, most)
    while start < n:
        yield slice(start, min(start + size, n))
        start, size = start + size, min(4 * size, most)


class Between:
    """Makes items between two labeled ones.

    Where content is a table row and the pool can tell the features of one, the new item is a
    mapping of names to cells: numbers between those of the parents, all other cells those of one
    of them. So are pictures, pixel by pixel, if that is wanted. Otherwise rows of features are
    blended, and there is no content.

    Parameters
    ----------
    context : Context
    pictures : bool
        Whether pictures of one shape are blended too.
    """

    def __init__(self, context: Context, *, pictures: bool = False) -> None:
        self._pool = context.pool
        self._columns = columns_of(context.pool.features)
        self._cells: _Cells | None = None
        self._pictures = False
        self._rows: dict[int, dict[Any, Any]] = {}
        if not self._pool.has_content or not featurizes(self._pool):
            return
        one = self._pool.content[int(context.labeled[0])]
        self._pictures = pictures and isinstance(one, np.ndarray) and one.ndim >= 2
        if hasattr(one, "items"):
            step = max(1, len(context.labeled) // _SAMPLE)
            some = context.labeled[::step].tolist()
            self._cells = _Cells([self._row(position) for position in some])

    def __call__(
        self, first: np.ndarray, second: np.ndarray, shares: np.ndarray, takes: np.ndarray
    ) -> list[Middle]:
        """Return items between those at `first` and `second`; the rest as for `blended`."""
        features = self._pool.features
        rows = blended(
            self._columns, dense(features[first]), dense(features[second]), shares, takes
        )
        made: list[Middle] = [(row.copy(), None) for row in rows]
        if self._cells is None and not self._pictures:
            return made
        pairs = zip(first.tolist(), second.tolist(), shares.tolist(), takes.tolist(), strict=True)
        contents = [self._content(*pair) for pair in pairs]
        seen = [i for i, content in enumerate(contents) if content is not None]
        if seen:
            told = self._pool.featurize([contents[i] for i in seen])
            for i, row in zip(seen, dense(told), strict=True):
                made[i] = (np.array(row), contents[i])
        return made

    def _content(self, first: int, second: int, share: float, takes: bool) -> Any:  # noqa: FBT001
        if self._cells is not None:
            return self._cells.blended(self._row(first), self._row(second), share, takes=takes)
        return _picture(self._pool.content[first], self._pool.content[second], share)

    def _row(self, position: int) -> dict[Any, Any]:
        """Return the cells of a table row, which takes long where it is one of a frame."""
        if position not in self._rows:
            self._rows[position] = dict(self._pool.content[position].items())
        return self._rows[position]


def featurizes(pool: Pool) -> bool:
    """Whether the pool has a function that tells features of content."""
    try:
        pool.featurize([])
    except InvalidInput:
        return False
    return True


def _picture(a: Any, b: Any, share: float) -> np.ndarray | None:
    """Return a picture between two; None if they are not alike."""
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        return None
    if a.shape != b.shape or a.dtype != b.dtype:
        return None
    out = a * (1 - share) + b * share
    return (out if a.dtype.kind == "f" else np.rint(out)).astype(a.dtype)


class _Cells:
    """Blends table rows cell by cell.

    Parameters
    ----------
    rows : list of mapping
        By which it is known that a cell holds numbers, and what kind of numbers.
    """

    def __init__(self, rows: list[Any]) -> None:
        self._numbers: dict[Any, bool] = {}  # cells that are blended; whether they are whole
        columns: dict[Any, list[Any]] = {}
        for row in rows:
            for name, cell in row.items():
                columns.setdefault(name, []).append(cell)
        for name, cells in columns.items():
            values = np.array([cell for cell in cells if not _is_missing(cell)], dtype=object)
            if not all(map(is_number, values)) or np.isin(values, (0, 1)).all():
                continue
            self._numbers[name] = all(value == round(value) for value in values)

    def blended(
        self, a: dict[Any, Any], b: dict[Any, Any], share: float, *, takes: bool
    ) -> dict[Any, Any]:
        """Return a row between two, with the cells that the first has."""
        cells = {name: b.get(name, cell) for name, cell in a.items()} if takes else dict(a)
        for name, is_whole in self._numbers.items():
            first, second = a.get(name), b.get(name)
            if is_number(first) and is_number(second):
                cells[name] = _cell(first, second, share, is_whole=is_whole)
        return cells


def _cell(a: Any, b: Any, share: float, *, is_whole: bool) -> Any:
    value = float(a) * (1 - share) + float(b) * share
    value = min(max(value, min(a, b)), max(a, b))
    kind = type(a)
    return kind(round(value)) if is_whole else kind(value)


def is_number(cell: Any) -> bool:
    """Whether a cell holds a number that can be blended."""
    is_one = isinstance(cell, int | float | np.integer | np.floating)
    return is_one and not isinstance(cell, bool) and math.isfinite(cell)


def _is_missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float | np.floating) and math.isnan(cell))
