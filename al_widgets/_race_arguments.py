"""What callers of a race pass, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.pool import Pool
from al_widgets.sampling import PoolBasedSampling, Sampling
from al_widgets.simulation import Task
from al_widgets.strategies import Random, Strategy, as_strategy

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query


class _Sampled:
    """A sampling in the place of a strategy."""

    def __init__(self, sampling: Sampling) -> None:
        self.sampling = sampling

    def select(self, context: Context, batch_size: int) -> Query:
        return self.sampling.next(context, batch_size)

    def __repr__(self) -> str:
        return repr(self.sampling)


def check_entrants(strategies: Any) -> dict[str, Strategy]:
    """Return the strategies by name."""
    if isinstance(strategies, Mapping):
        pairs = list(strategies.items())
    elif isinstance(strategies, Iterable) and not isinstance(strategies, str):
        pairs = [(repr(strategy), strategy) for strategy in strategies]
    else:
        raise InvalidInput(
            "strategies must be a mapping of names to strategies, or a sequence of strategies",
            repr(strategies),
            'Pass {"margin": Margin(), "random": Random()}',
        )
    if not pairs:
        raise InvalidInput(
            "a race needs at least one strategy",
            "none",
            'Pass {"margin": Margin(), "random": Random()}',
        )
    names = [name for name, _ in pairs]
    for name in names:
        if not isinstance(name, str) or not name:
            raise InvalidInput("a name must be a text", repr(name), "Name the strategy")
        if names.count(name) > 1:
            raise InvalidInput(
                "names of strategies must differ",
                f"{name} more than once",
                "Pass a mapping of names to strategies",
            )
    return {name: _entrant(strategy) for name, strategy in pairs}


def _entrant(strategy: Any) -> Strategy:
    if isinstance(strategy, PoolBasedSampling):
        return strategy.strategy
    is_sampling = isinstance(strategy, Sampling) and not isinstance(strategy, type | Strategy)
    return _Sampled(strategy) if is_sampling else as_strategy(strategy)


def baseline(entrants: dict[str, Strategy]) -> str:
    """Return the one that the others are compared with."""
    if "random" in entrants:
        return "random"
    drawn = [name for name, strategy in entrants.items() if isinstance(strategy, Random)]
    return next(iter([*drawn, *entrants]))


def check_seeds(seeds: Any) -> list[int]:
    """Return the seeds one by one."""
    given = [seeds] if isinstance(seeds, bool | str) else seeds
    if isinstance(given, int | np.integer):
        given = range(given)
    numbers = list(given) if isinstance(given, Iterable) else [given]
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in numbers)
    if not numbers or not whole or min(numbers) < 0 or len(set(numbers)) < len(numbers):
        raise InvalidInput(
            "seeds must be a number of at least 1, or different whole numbers from 0",
            repr(seeds),
            "Pass seeds=5 or seeds=[0, 1, 2]",
        )
    return [int(n) for n in numbers]


def check_executor(executor: Any) -> None:
    """Refuse what runs cannot be handed to."""
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise InvalidInput(
            "executor must have submit, as those of concurrent.futures do",
            repr(executor),
            "Pass ThreadPoolExecutor(4), or for Dask client.get_executor()",
        )


def make_task(pool: Pool, y: Any, test: Any, *, budget: int, batch_size: int, model: Any) -> Task:
    """Return what the runs have in common."""
    values = _labels(y, "y", len(pool))
    classes = _sorted(values)
    if len(classes) < 2:
        raise InvalidInput(
            "there must be at least two classes in y", repr(classes), "Pass the labels of all items"
        )
    place = {value: k for k, value in enumerate(classes)}
    codes = np.array([place[value] for value in values], dtype=int)
    sizes, outside = np.zeros(len(classes), dtype=int), None
    if isinstance(test, tuple | list):
        outside = _outside(test, pool, place)
    else:
        sizes = _test_sizes(np.bincount(codes), test)
    n_askable = len(pool) - int(sizes.sum())
    if budget > n_askable:
        raise InvalidInput(
            "budget must be at most the number of items that can be asked about",
            f"budget={budget}, {n_askable} of {len(pool)} items once the test part is held out",
            f"Pass budget<={n_askable}",
        )
    return Task(
        X=pool.features,
        y=codes,
        classes=tuple(map(str, classes)),
        test_sizes=sizes,
        outside=outside,
        budget=budget,
        batch_size=batch_size,
        model=model,
    )


def _labels(y: Any, name: str, n: int) -> list[Any]:
    """Return n labels, none of which is missing."""
    import pandas as pd  # noqa: PLC0415

    values = list(y) if isinstance(y, Iterable) and not isinstance(y, str) else None
    if values is None or len(values) != n:
        raise InvalidInput(
            f"{name} must have one label for each item",
            repr(y) if values is None else f"{len(values)} labels, {n} items",
            "Pass the labels in the order of the items",
        )
    try:
        set(values)
    except TypeError as error:
        raise InvalidInput(
            "a label must be hashable, as text and numbers are",
            str(error),
            "Pass one label an item, for example y.argmax(axis=1) of indicator columns",
        ) from None
    missing = np.flatnonzero(pd.isna(pd.Series(values, dtype=object)))
    if len(missing):
        raise InvalidInput(
            "a race needs the true label of every item",
            f"{values[missing[0]]} for item {missing[0]} of {name}",
            "Leave such items out of the pool",
        )
    return values


def _sorted(values: list[Any]) -> list[Any]:
    """Return the classes in order, or as they come where they have none."""
    found = list(dict.fromkeys(values))
    try:
        return sorted(found)
    except TypeError:
        return found


def _test_sizes(counts: np.ndarray, share: Any) -> np.ndarray:
    """Return how many items of each class are held out; at least one stays to be asked about."""
    if (
        isinstance(share, bool)
        or not isinstance(share, int | float | np.floating)
        or not 0 < share <= 0.9
    ):
        raise InvalidInput(
            "test is a share above 0 and up to 0.9, or a pair (X_test, y_test)",
            repr(share),
            "Pass test=0.3",
        )
    sizes = np.minimum(np.floor(share * counts).astype(int), counts - 1)
    wanted = min(max(1, round(share * counts.sum())), int((counts - 1).sum()))
    while sizes.sum() < wanted:  # the class furthest below its share goes first
        short = np.where(sizes < counts - 1, share * counts - sizes, -np.inf)
        sizes[np.argmax(short)] += 1
    if not sizes.sum():
        raise InvalidInput(
            "some class must have two items, one to ask about and one to test with",
            f"{len(counts)} classes of one item each",
            "Pass test=(X_test, y_test)",
        )
    return np.asarray(sizes)


def _outside(test: Any, pool: Pool, place: dict[Any, int]) -> tuple[Any, np.ndarray]:
    """Return the test set from outside, its labels as positions in the classes."""
    if len(test) != 2:
        raise InvalidInput(
            "test must be a share or a pair (X_test, y_test)", f"{len(test)} parts", "Pass two"
        )
    X = Pool(test[0]).features
    if X.shape[1] != pool.n_features:
        raise InvalidInput(
            "X_test must have as many features as the pool",
            f"{X.shape[1]} features, {pool.n_features} in the pool",
            "Prepare both alike",
        )
    values = _labels(test[1], "y_test", X.shape[0])
    if strange := [value for value in values if value not in place]:
        raise InvalidInput(
            "labels of the test set must occur in y", repr(strange[0]), "Leave such items out"
        )
    return X, np.array([place[value] for value in values], dtype=int)
