"""What callers pass, checked before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput, UnknownClass
from al_widgets.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterable


class Classes:
    """The classes as the caller gave them, and the names under which the log keeps them.

    Attributes
    ----------
    given : tuple
        As they were given.
    names : tuple of str
        As text; unique.
    values : dict of str to Any
        The given ones by their names.

    Examples
    --------
    >>> classes = Classes([0, 1])
    >>> classes.name(1), classes.name("1"), classes.value("1")
    ('1', '1', 1)
    """

    def __init__(self, classes: Iterable[Any]) -> None:
        if isinstance(classes, str) or not hasattr(classes, "__iter__"):
            raise InvalidInput(
                "classes must be a sequence of labels",
                repr(classes),
                f"Pass a list: [{classes!r}, ...]",
            )
        given = [value.item() if isinstance(value, np.generic) else value for value in classes]
        if wrong := [value for value in given if not isinstance(value, str | int) or value == ""]:
            raise InvalidInput(
                "a class must be a text or a whole number",
                repr(wrong[0]),
                "Convert it, for example with str",
            )
        self.given = tuple(given)
        self.names = tuple(str(value) for value in given)
        if twice := sorted({name for name in self.names if self.names.count(name) > 1}):
            raise InvalidInput(
                "classes must differ", f"{twice[0]!r} more than once", "Name each once"
            )
        if len(self.names) < 2:
            raise InvalidInput(
                "there must be at least two classes",
                repr(list(self.given)),
                'Add what else an item can be, for example "other"',
            )
        self.values = dict(zip(self.names, self.given, strict=True))

    def name(self, label: object) -> str:
        """Return the name of a class.

        Raises
        ------
        UnknownClass
            If it is none of them.
        """
        name = str(label)
        if name not in self.values:
            raise UnknownClass(
                "the label must be one of the classes",
                repr(label),
                f"Choose one of {_some(self.names)}",
            )
        return name

    def value(self, name: str) -> Any:
        """Return the class as the caller gave it."""
        return self.values.get(name, name)

    def index(self, label: object) -> int:
        """Return where the class stands among the others."""
        return self.names.index(self.name(label))


def check_pool(pool: object) -> None:
    """Refuse what is no pool."""
    if not isinstance(pool, Pool):
        raise InvalidInput(
            "pool must be a Pool", type(pool).__name__, "Pass al_widgets.Pool(X, content=...)"
        )


def known_ids(pool: Pool, items: Iterable[object], name: str = "items") -> list[str]:
    """Return the ids of these items, each once; refuse what is no sequence or not in the pool."""
    if isinstance(items, str) or not hasattr(items, "__iter__"):
        raise InvalidInput(f"{name} is a sequence of ids", repr(items), f"Pass [{items!r}]")
    return list(dict.fromkeys(pool.ids[pool.position(item)] for item in items))


def check_selection(items: list[str], seen: list[str]) -> None:
    """Refuse an empty selection, and a sample of it that holds something else."""
    if not items:
        raise InvalidInput("a selection has at least one item", "none", "Select some items first")
    if stray := set(seen).difference(items):
        raise InvalidInput(
            "seen are items of the selection",
            f"{min(stray)!r}, which is not among the {len(items):,} items",
            "Pass in seen only what is in items too",
        )


def check_count(name: str, value: int) -> None:
    """Refuse what is no whole number of at least 1."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise InvalidInput(
            f"{name} must be a whole number of at least 1",
            repr(value),
            f"Pass for example {name}=10",
        )


def check_counts(*, budget: int, batch_size: int, annotator: str, random_state: int) -> None:
    """Refuse a budget, a batch size or a seed that makes no sense."""
    check_count("batch_size", batch_size)
    check_count("budget", budget)
    if budget < batch_size:
        raise InvalidInput(
            "budget must be at least batch_size",
            f"budget={budget}, batch_size={batch_size}",
            f"Pass batch_size<={budget}",
        )
    if not isinstance(random_state, int | np.integer) or random_state < 0:
        raise InvalidInput(
            "random_state must be a whole number of at least 0",
            repr(random_state),
            "Pass random_state=0",
        )
    if not isinstance(annotator, str) or not annotator:
        raise InvalidInput("annotator must be a name", repr(annotator), 'Pass annotator="me"')


def check_validation(
    validation: Any, pool: Pool, classes: Classes
) -> tuple[float, tuple[Any, np.ndarray] | None]:
    """Return the share that is held out, and the validation set that was given, if one was."""
    if validation is None:
        return 0.0, None
    if isinstance(validation, int | float):
        if not 0 <= validation <= 0.9:
            raise InvalidInput(
                "validation is a share of the answers from 0 to 0.9",
                repr(validation),
                "Pass validation=0.2, or (X, y), or None",
            )
        return float(validation), None
    try:
        X, y = validation
    except (TypeError, ValueError):
        raise InvalidInput(
            "validation must be a share, a pair (X, y) or None",
            type(validation).__name__,
            "Pass validation=0.2",
        ) from None
    if not hasattr(X, "tocsr"):
        X = np.asarray(X, dtype=float)
        X = X.reshape(len(X), -1)
        if not np.isfinite(X).all():
            raise InvalidInput(
                "validation features must be finite",
                "NaN or infinity in X",
                "Fill or drop such rows first",
            )
    fits = X.shape[1] == pool.n_features or pool.n_features is None
    if X.shape[0] != len(y) or not fits or len(y) == 0:
        raise InvalidInput(
            "validation needs features like the pool's and a label for each",
            f"X of shape {X.shape}, {len(y)} labels, a pool of {pool.n_features} features",
            "Pass (X, y) of matching lengths",
        )
    return 0.0, (X, np.array([classes.index(label) for label in y], dtype=int))


def _some(names: tuple[str, ...], most: int = 20) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(repr(name) for name in names[:most]) + rest
