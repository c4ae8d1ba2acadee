"""Items of a stream in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator


class Item(NamedTuple):
    """An item of a stream.

    Attributes
    ----------
    number : int
        Where in the stream it stands; the first has number 0.
    id : str
        Its own, or "s" and its number.
    features : ndarray of shape (n_features,), or sparse row of shape (1, n_features)
        What the model sees.
    content : Any
        What a person sees; the features when None.
    """

    number: int
    id: str
    features: Any
    content: Any


@dataclass(frozen=True, slots=True, eq=False)
class Taken(Sequence[Item]):
    """Items in a row, taken from a stream; a sequence of `Item`, kept in columns.

    Attributes
    ----------
    start : int
        Number of the first.
    features : ndarray or CSR matrix of shape (n, n_features), float32 or float64
        What the model sees. Rows of invalid items are 0.
    contents : sequence of length n
        What a person sees of each; None where that is the features.
    ids : sequence of str of length n, or None
        None where no item has an id of its own: then they follow from the numbers.
    invalid : dict of int to str
        Offsets of items that are no row of finite numbers, and why.

    Examples
    --------
    >>> taken = Taken(7, np.eye(3), ["red", "green", "blue"])
    >>> taken[1].id, taken[1].content
    ('s8', 'green')
    >>> taken[2:].start
    9
    """

    start: int
    features: Any
    contents: Sequence[Any]
    ids: Sequence[str] | None = None
    invalid: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.features.shape[0])

    @overload
    def __getitem__(self, offset: int) -> Item: ...
    @overload
    def __getitem__(self, offset: slice) -> Taken: ...
    def __getitem__(self, offset: int | slice) -> Item | Taken:
        if isinstance(offset, slice):
            return self._part(*offset.indices(len(self)))
        offset = range(len(self))[offset]
        number = self.start + offset
        return Item(
            number,
            f"s{number}" if self.ids is None else self.ids[offset],
            self.features[[offset]] if hasattr(self.features, "tocsr") else self.features[offset],
            self.contents[offset],
        )

    def _part(self, first: int, end: int, step: int) -> Taken:
        if step != 1:
            raise InvalidInput("items are taken in a row", f"step {step}", "Leave out the step")
        part = slice(first, max(first, end))
        return Taken(
            self.start + first,
            self.features[part],
            self.contents[part],
            None if self.ids is None else self.ids[part],
            {offset - first: why for offset, why in self.invalid.items() if first <= offset < end},
        )

    def __repr__(self) -> str:
        return f"<{len(self):,} items of a stream from number {self.start:,}>"


def together(parts: Sequence[Taken]) -> Taken:
    """Return items that follow one another as one.

    Examples
    --------
    >>> together([Taken(7, np.eye(2), ["a", "b"]), Taken(9, np.eye(2), ["c", "d"])])
    <4 items of a stream from number 7>
    """
    starts = [part.start - parts[0].start for part in parts]
    features = [part.features for part in parts]
    if hasattr(features[0], "tocsr"):
        from scipy import sparse  # noqa: PLC0415 - only where there are some

        rows = sparse.vstack(features, format="csr")
    else:
        rows = np.concatenate(features)
    has_ids = any(part.ids is not None for part in parts)
    return Taken(
        parts[0].start,
        rows,
        chained([part.contents for part in parts]),
        [item.id for part in parts for item in part] if has_ids else None,
        {
            at + i: why
            for at, part in zip(starts, parts, strict=True)
            for i, why in part.invalid.items()
        },
    )


class Part(Sequence[Any]):
    """A part of what can only be indexed one by one, such as the rows of a DataFrame."""

    def __init__(self, values: Any, positions: range) -> None:
        self._values, self._positions = values, positions

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, offset: Any) -> Any:
        positions = self._positions[offset]
        return (
            Part(self._values, positions) if isinstance(offset, slice) else self._values[positions]
        )


class _Chain(Sequence[Any]):
    """Sequences one after the other, of which the first may be read only where it is looked at."""

    def __init__(self, parts: Sequence[Sequence[Any]]) -> None:
        self._parts = parts
        self._ends = np.array(list(accumulate(map(len, parts))))

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, offset: Any) -> Any:
        if isinstance(offset, slice):
            return Part(self, range(len(self))[offset])
        offset = range(len(self))[offset]
        which = int(np.searchsorted(self._ends, offset, side="right"))
        part = self._parts[which]
        return part[offset - int(self._ends[which]) + len(part)]

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self._parts)


def chained(parts: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Return the parts as one sequence, without reading what is made when it is looked at."""
    if all(isinstance(part, list | tuple) for part in parts):
        return list(chain.from_iterable(parts))
    return _Chain(parts)
