"""The ids of a pool: names that the caller gave, or positions as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from al_widgets.exceptions import InvalidInput, UnknownItem


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
        return f"<ids '0' to '{self._n - 1}'>" if self._n else "<no ids>"


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
            raise InvalidInput(
                "ids must be unique",
                f"{_twice(self._names)!r} more than once",
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


class Followed(Sequence[str]):
    """Ids that were followed by others, as a pool grew.

    Parameters
    ----------
    first : Positions or Names
        Those that the pool began with.

    Examples
    --------
    >>> ids = Followed(Positions(2)).and_by(["later"])
    >>> list(ids), ids.index("later"), "more" in ids
    (['0', '1', 'later'], 2, False)
    """

    def __init__(self, first: Sequence[str]) -> None:
        self._first, self._n = first, len(first)
        # shared by all that came from the same ids; each sees those that it has
        self._names: list[str] = []
        self._positions: dict[str, int] = {}

    def and_by(self, names: Sequence[str]) -> Followed:
        """Return these and more; only the newest may be followed."""
        more = self.cut(self._n + len(names))
        self._positions.update(zip(names, range(self._n, more._n), strict=True))  # noqa: SLF001
        self._names.extend(names)
        return more

    def cut(self, n: int) -> Followed:
        """Return the first `n`."""
        some = object.__new__(Followed)
        some.__dict__.update(self.__dict__)
        some._n = n
        return some

    def fork(self) -> Followed:
        """Return the same ids, which others may follow than these."""
        fork = Followed(self._first)
        return fork.and_by(self._names[: self._n - len(self._first)])

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(self._n)))
        position = range(self._n)[index]
        n_first = len(self._first)
        return self._first[position] if position < n_first else self._names[position - n_first]

    def index(self, value: Any, *_: Any) -> int:
        """Return the position that the id names."""
        position = self._positions.get(value, self._n)
        return position if position < self._n else self._first.index(value)

    def __contains__(self, value: object) -> bool:
        return self._positions.get(value, self._n) < self._n or value in self._first  # type: ignore[call-overload]

    def __repr__(self) -> str:
        return f"<{self._n:,} ids, {self._first!r} and others>"


def as_new_names(ids: Any, known: Sequence[str]) -> list[str]:
    """Return the names of new items.

    Raises
    ------
    InvalidInput
        If one is no text, empty, repeated, or known already.
    """
    if isinstance(ids, str) or not hasattr(ids, "__iter__"):
        raise InvalidInput("ids are a sequence of names", repr(ids), f"Pass [{ids!r}]")
    names = list(ids)
    if wrong := [name for name in names if not isinstance(name, str) or not name]:
        raise InvalidInput("the id of a new item is a text", repr(wrong[0]), "Convert it with str")
    if taken := [name for name in names if name in known]:
        raise InvalidInput(
            "the id of a new item is none of the pool's", repr(taken[0]), "Name it otherwise"
        )
    if len(set(names)) != len(names):
        raise InvalidInput("ids must be unique", repr(_twice(names)), "Drop the duplicates")
    return [str(name) for name in names]


def _twice(names: Sequence[str]) -> str:
    """Return the first name that is there more than once."""
    seen: set[str] = set()
    return next(name for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]


def position_of(ids: Sequence[str], item: object) -> int:
    """Return where the item of this id stands.

    Raises
    ------
    UnknownItem
        If no item has it.
    """
    try:
        return ids.index(str(item))
    except ValueError:
        raise UnknownItem("the id must be one of the pool's", repr(item), _range_of(ids)) from None


def _range_of(ids: Sequence[str]) -> str:
    if not len(ids):
        return "The pool has no item yet"
    return f"The pool has {len(ids):,} ids, from {ids[0]!r} to {ids[-1]!r}"
