"""The ids of a pool: names that the caller gave, or positions as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from al_widgets.exceptions import InvalidInput


class Positions(Sequence[str]):
    """The ids of a pool whose items have no names: "0", "1", ... without storing them."""

    def __init__(self, n: int) -> None:
        self._n = n

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(str(i) for i in range(*index.indices(self._n)))
        return str(range(self._n)[index])

    def __iter__(self) -> Iterator[str]:
        return map(str, range(self._n))

    def index(self, value: Any, *_: Any) -> int:
        """Return the position that the id names."""
        if not (isinstance(value, str) and value.isascii() and value.isdigit()):
            raise ValueError(value)
        position = int(value)
        if position >= self._n or str(position) != value:
            raise ValueError(value)
        return position

    def __contains__(self, value: object) -> bool:
        try:
            self.index(value)
        except ValueError:
            return False
        return True

    def __repr__(self) -> str:
        return f"<ids '0' to '{self._n - 1}'>"


class Names(Sequence[str]):
    """The ids that the caller gave, as text, each of them once."""

    def __init__(self, ids: Any, n: int) -> None:
        self._names = tuple(str(name) for name in ids)
        if len(self._names) != n:
            raise InvalidInput(
                "ids must have one entry for each row of X",
                f"{len(self._names)} ids, {n} rows",
                "Pass both in the same order and length",
            )
        self._positions = {name: i for i, name in enumerate(self._names)}
        if len(self._positions) != n:
            seen: set[str] = set()
            twice = next(name for name in self._names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
            raise InvalidInput(
                "ids must be unique",
                f"{twice!r} more than once",
                "Drop the duplicates, or leave ids out",
            )

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, index: Any) -> Any:
        return self._names[index]

    def index(self, value: Any, *_: Any) -> int:
        """Return the position that the id names."""
        try:
            return self._positions[value]
        except KeyError:
            raise ValueError(value) from None

    def __contains__(self, value: object) -> bool:
        return value in self._positions

    def __repr__(self) -> str:
        return f"<{len(self)} ids, {self._names[0]!r} to {self._names[-1]!r}>"
