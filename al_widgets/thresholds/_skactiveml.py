"""The stream strategies of scikit-activeml as thresholds."""

from __future__ import annotations

import base64
import inspect
from collections import deque
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.extras import skactiveml
from al_widgets.thresholds._base import Threshold

if TYPE_CHECKING:
    from al_widgets.thresholds._base import Stretch

_CHOOSE = ("UncertaintyZliobaite", "StreamRandomSampling", "PeriodicSampling")
_STEADY = ("FixedUncertainty", "VariableUncertainty", "Split")  # decide about many as about each
_FEWEST, _AT_ONCE = 16, 256


class FromSkactiveml(Threshold):
    """Ask by a stream strategy of scikit-activeml.

    It is told of the confidence of each item, and what else was asked about, drawn items among
    them, counts against its ``budget``: the share of the stream that it may ask about. So it does
    for strategies that choose by the confidence, or by no more than their budget and chance; those
    that look at the features, such as ``StreamDensityBasedAL``, do not get them from a threshold.

    Parameters
    ----------
    strategy : skactiveml.base.SingleAnnotatorStreamQueryStrategy
        An instance of ``FixedUncertainty``, ``VariableUncertainty``, ``RandomVariableUncertainty``,
        ``Split``, ``StreamRandomSampling`` or ``PeriodicSampling``. It is copied and never changed;
        a random state that is None becomes 0, so that the same stream is decided about the same.

    Raises
    ------
    MissingExtra
        If scikit-activeml is not installed.
    InvalidInput
        If it is another strategy.

    Notes
    -----
    Žliobaitė, Bifet, Pfahringer and Holmes, "Active learning with drifting streaming data", IEEE
    Transactions on Neural Networks and Learning Systems, 2014.

    ``RandomVariableUncertainty``, and budget managers that the library does not choose by itself,
    are asked item by item, since they decide differently about items in a row: some 3,000 items a
    second.

    Examples
    --------
    >>> from skactiveml.stream import VariableUncertainty
    >>> from al_widgets.thresholds import Stretch
    >>> threshold = FromSkactiveml(VariableUncertainty(budget=0.2))
    >>> stretch = Stretch(
    ...     confidence=np.array([0.5, 0.99, 0.6]),
    ...     drawn=np.zeros(3, dtype=bool),
    ...     coins=np.zeros(3),
    ...     start=0,
    ...     left=10,
    ...     most=10,
    ... )
    >>> threshold.scan(stretch)
    array([ True, False,  True])
    >>> round(threshold.value, 3)
    0.99
    """

    def __init__(self, strategy: Any) -> None:
        library = skactiveml("skactiveml.stream")
        if not isinstance(strategy, tuple(getattr(library, name) for name in _CHOOSE)):
            raise InvalidInput(
                "strategy must be a stream strategy of scikit-activeml that chooses by the "
                "confidence, or by chance",
                " ".join(repr(strategy).split()),
                "Pass for example skactiveml.stream.VariableUncertainty(budget=0.1)",
            )
        self.strategy = _seeded(strategy)
        self._model = skactiveml("al_widgets.thresholds._skactiveml_model").Confident()
        self._arguments = {"clf": self._model} if _wants_model(strategy) else {}
        is_steady = isinstance(strategy, tuple(getattr(library, name) for name in _STEADY))
        is_simple = not isinstance(strategy, library.UncertaintyZliobaite)
        by_itself = getattr(strategy, "budget_manager", None) is None
        self._at_once = _AT_ONCE if is_simple or (is_steady and by_itself) else 1
        # it reckons with what was left of the budget before the first of those it is told of
        self._told_at_once = 1 if isinstance(strategy, library.VariableUncertainty) else _AT_ONCE
        self.forget()

    @property
    def value(self) -> float:  # type: ignore[override]
        """Below which confidence it asks as long as its budget lasts; 0 where it has no such."""
        manager: Any = getattr(self._running, "budget_manager_", None)
        if hasattr(manager, "theta_"):
            return min(1.0, float(manager.theta_))
        if hasattr(manager, "classes"):  # the rule of `FixedUncertaintyBudgetManager`
            least = 1 / len(manager.classes)
            return float(least + manager.budget_ * (1 - least))
        return 0.0

    def judge(self, stretch: Stretch) -> np.ndarray:
        """Return what the strategy asks about, and tell it what is asked about."""
        confidence = np.nan_to_num(np.asarray(stretch.confidence, dtype=float))[:, None]
        is_unsure, done, left = np.zeros(len(confidence), dtype=bool), 0, stretch.most
        n_ahead = _FEWEST  # what is looked at beyond the last that there is room for is in vain
        while done < len(confidence) and left:
            end = _end(done, min(n_ahead, self._at_once), stretch.drawn)
            n_ahead *= 2
            rows = confidence[done:end]
            asked = np.zeros(len(rows), dtype=bool)
            asked[self._running.query(rows, **self._arguments)] = True
            is_unsure[done:end] = asked
            asked |= stretch.drawn[done:end]
            if asked.sum() >= left:
                asked = asked[: np.flatnonzero(asked)[left - 1] + 1]
            self._tell(rows[: len(asked)], asked)
            left -= int(asked.sum())
            done += len(asked)
        return is_unsure[:done]

    def _tell(self, rows: np.ndarray, asked: np.ndarray) -> None:
        for start in range(0, len(rows), self._told_at_once):
            part = slice(start, start + self._told_at_once)
            more = {}
            if self._arguments:  # a budget manager that wants utilities gets them
                more["budget_manager_param_dict"] = {"utilities": 1 - rows[part, 0]}
            self._running.update(rows[part], np.flatnonzero(asked[part]), **more)

    # -- what it knows -------------------------------------------------------------------------

    def forget(self) -> None:
        """Begin anew."""
        self._running = self._fresh()

    def _fresh(self) -> Any:
        """Return a copy of the strategy that has made up its mind how to begin."""
        strategy = deepcopy(self.strategy)
        strategy.query(np.zeros((1, 1)), **self._arguments)  # decides, and changes nothing
        return strategy

    def memory(self) -> dict[str, Any]:
        """Return all that differs from how it began."""
        return _difference(self._running, self._fresh())

    def recall(self, state: dict[str, Any]) -> None:
        """Take over what `memory` returned."""
        _take_over(self._running, state)

    def __repr__(self) -> str:
        return f"FromSkactiveml({' '.join(repr(self.strategy).split())})"


def _end(done: int, most: int, drawn: np.ndarray) -> int:
    """Return where the next items end that the strategy can be asked about together.

    That is with a drawn item, since it must know of that before it goes on.
    """
    ahead = drawn[done : done + most]
    return done + (int(ahead.argmax()) + 1 if ahead.any() else len(ahead))


def _seeded(strategy: Any) -> Any:
    """Return a copy whose random states are whole numbers."""
    from sklearn.base import clone  # noqa: PLC0415

    copy = clone(strategy)
    for name, value in copy.get_params().items():
        if name.rpartition("__")[2] != "random_state" or isinstance(value, int):
            continue
        seed = 0 if value is None else int(deepcopy(value).randint(2**31))
        copy.set_params(**{name: seed})
    return copy


def _wants_model(strategy: Any) -> bool:
    return "clf" in inspect.signature(strategy.query).parameters


def _learned(values: Any) -> dict[str, Any]:
    """Return what an object of the library learned: by custom its name ends with a line."""
    return {
        name: value
        for name, value in vars(values).items()
        if name.endswith("_") and not name.startswith("_")
    }


def _difference(values: Any, fresh: Any) -> dict[str, Any]:
    """Return what was learned since `fresh`, as it can stand in JSON."""
    found = {}
    for name, value in _learned(values).items():
        before = getattr(fresh, name)
        if hasattr(value, "get_params"):
            plain, unchanged = _difference(value, before), {}
        else:
            plain, unchanged = _plain(name, value), _plain(name, before)
        if plain != unchanged:
            found[name] = plain
    return found


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, np.random.RandomState):
        _, keys, *rest = value.get_state()
        return [base64.b64encode(np.asarray(keys, "<u4").tobytes()).decode(), *rest]
    if isinstance(value, deque | list | tuple | np.ndarray):
        return [_plain(name, each) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise InvalidInput(
        "what a strategy of a stream learns must be numbers and texts, so that the log keeps it",
        f"{name} of type {type(value).__name__}",
        "Choose another budget manager",
    )


def _take_over(values: Any, state: dict[str, Any]) -> None:
    for name, value in _learned(values).items():
        if name not in state:
            continue
        if hasattr(value, "get_params"):
            _take_over(value, state[name])
        elif isinstance(value, np.random.RandomState):
            keys, *rest = state[name]
            value.set_state(("MT19937", np.frombuffer(base64.b64decode(keys), "<u4"), *rest))
        elif isinstance(value, deque):
            value.clear()
            value.extend(state[name])
        else:
            setattr(values, name, state[name])
