"""The tree of errors. Each message names the rule, the value received and the remedy.

AlWidgetsError
├── InvalidInput (ValueError)      an argument breaks a rule; nothing was changed
│   ├── ImportRefused              a file of labels has problems; none of it was imported
│   ├── StreamItemInvalid          an item of a stream is no row of finite numbers
│   ├── UnknownClass               a label that is not one of the learner's classes
│   └── UnknownItem                an id that is not in the pool
├── BudgetExhausted                every answer of the budget is spent
├── PoolExhausted                  fewer candidates are left than are wanted
├── NotEnoughLabels                a model needs answers of two classes
├── ExportFailed (OSError)         a file could not be written; nothing is half written
├── MissingExtra (ImportError)     something needs a library that is not installed
├── ModelError                     the model failed, or answered something that is no probability
├── StreamFailed                   a stream raised an error; what came before it was taken
└── StoreError                     the log could not be opened or written
    ├── NotAStore                  the file is something else
    ├── StoreTooNew                written by a later version
    ├── PoolMismatch               the log belongs to another pool
    ├── StoreReadOnly              no permission to write
    └── StoreFull                  the disk is full
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class AlWidgetsError(Exception):
    """The root of every error that this package raises.

    Parameters
    ----------
    rule : str
        What must hold.
    got : str
        What was received instead.
    remedy : str
        What to do about it.
    """

    def __init__(self, rule: str, got: str = "", remedy: str = "") -> None:
        self.rule, self.got, self.remedy = rule, got, remedy
        parts = (rule, f"Got {got}" if got else "", remedy)
        super().__init__(" ".join(f"{part.rstrip('.')}." for part in parts if part))

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.rule, self.got, self.remedy)


class InvalidInput(AlWidgetsError, ValueError):
    """An argument breaks a rule; nothing was changed."""


class Problem(NamedTuple):
    """Why a row cannot be imported.

    Attributes
    ----------
    kind : str
        "unreadable row", "unknown item", "unknown class", "conflict" or "repeated row".
    where : str
        "row 7", "line 3", "task 5".
    words : str
        What is wrong with it.
    """

    kind: str
    where: str
    words: str


class ImportRefused(InvalidInput):
    """A file of labels has problems, and none of it was imported.

    Attributes
    ----------
    problems : tuple of Problem
        All of them, in the order of the file.
    """

    def __init__(
        self, rule: str, got: str = "", remedy: str = "", problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(rule, got, remedy)
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:  # type: ignore[override]
        return type(self), (self.rule, self.got, self.remedy, self.problems)


class StreamItemInvalid(InvalidInput):
    """An item of a stream that is no row of finite numbers; it and what follows were not taken.

    Attributes
    ----------
    number : int
        Of the item, counted from 0 at the beginning of the stream.
    """

    def __init__(self, rule: str, got: str = "", remedy: str = "", number: int = 0) -> None:
        super().__init__(rule, got, remedy)
        self.number = number

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:  # type: ignore[override]
        return type(self), (self.rule, self.got, self.remedy, self.number)


class UnknownClass(InvalidInput):
    """A label that is not one of the learner's classes."""


class UnknownItem(InvalidInput):
    """An id that is not in the pool."""


class BudgetExhausted(AlWidgetsError):
    """Every answer of the budget is spent."""


class PoolExhausted(AlWidgetsError):
    """Fewer candidates are left than are wanted."""


class NotEnoughLabels(AlWidgetsError):
    """A model needs answers of at least two classes."""


class ExportFailed(AlWidgetsError, OSError):
    """A file could not be written; nothing is half written."""


class MissingExtra(AlWidgetsError, ImportError):
    """Something needs a library that is not installed."""


class ModelError(AlWidgetsError):
    """The model failed, or answered something that is no probability."""


class StreamFailed(AlWidgetsError):
    """A stream raised an error, which is the cause of this one; what came before was taken.

    Attributes
    ----------
    number : int
        Of the item that did not come, counted from 0 at the beginning of the stream.
    """

    def __init__(self, rule: str, got: str = "", remedy: str = "", number: int = 0) -> None:
        super().__init__(rule, got, remedy)
        self.number = number

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:  # type: ignore[override]
        return type(self), (self.rule, self.got, self.remedy, self.number)


class StoreError(AlWidgetsError):
    """The log could not be opened, read or written."""


class NotAStore(StoreError):
    """The file is something other than a label store."""


class StoreTooNew(StoreError):
    """The store was written by a later version of al_widgets."""


class PoolMismatch(StoreError):
    """The store holds the labels of another pool."""


class StoreReadOnly(StoreError):
    """The store cannot be written."""


class StoreFull(StoreError):
    """The disk that holds the store is full."""
