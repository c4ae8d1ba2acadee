"""The query strategies of scikit-activeml, behind the one signature that strategies have here."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.extras import skactiveml
from al_widgets.strategies._committee import bootstrapped, can_train
from al_widgets.strategies._random import Random

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.context import Context
    from al_widgets.query import Query

_OF_THE_MODEL = {"clf", "estimator", "ensemble"}
_GIVEN = {"X", "y", "candidates", "batch_size", "return_utilities", "discriminator"}
_N_MEMBERS = 5
_FORMS = (("Scaled", False), ("Raw", False), ("Raw", True))  # of the data; whether the library fits
_REFUSALS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class FromSkactiveml:
    """Ask by a strategy of scikit-activeml for classification with one annotator.

    What that library wants in a form of its own is made for it at each query: labels of the whole
    pool with NaN where there is none, the model without fitting it again, a committee of bootstrap
    copies for those that want an ensemble, the names of the classes, a seed. It sees the scaled
    features, and a model that knows what the learner's own model says of each item. A strategy that
    wants more of the model (to try it on rows of its own making, to read its coefficients, to train
    it) is given the features as they are, and the model itself; if that does not do, it trains a
    copy by itself.

    Until there is a model, a strategy that needs one chooses at random. If it names too few items,
    one twice, or one that is no candidate, the rest is drawn at random. Utilities are its own if
    they fall from pick to pick; if each has a scale of its own, they count down the ranks to 1.

    Parameters
    ----------
    strategy : skactiveml.base.SingleAnnotatorPoolQueryStrategy
        An instance. It is copied for each query and never changed; random states are set in the
        copy, so that the same context gives the same choice.

    Raises
    ------
    MissingExtra
        If scikit-activeml is not installed.
    InvalidInput
        If `strategy` is something else, or is made for regression. When choosing: if it refuses
        what it is given.

    Notes
    -----
    Kottke et al., *scikit-activeml: A Library and Toolbox for Active Learning Algorithms*, 2021.
    Several strategies of that library need memory or time that grows with the square of the pool
    (ProbCover, MaxHerding, Quire, the family of expected error reduction, expected average
    precision): for large pools wrap them in its
    ``SubSamplingWrapper(..., max_candidates=1000, exclude_non_subsample=True)``.

    Examples
    --------
    >>> from skactiveml.pool import CoreSet
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> pool = Pool(np.array([[0.0], [1.0], [5.0]]))
    >>> context = Context(
    ...     pool=pool, classes=("a", "b"), candidates=np.array([1, 2]),
    ...     labeled=np.array([0]), labels=np.array([0]),
    ... )
    >>> FromSkactiveml(CoreSet()).select(context, 1).ids
    ('2',)
    """

    def __init__(self, strategy: Any) -> None:
        base = skactiveml("skactiveml.base").SingleAnnotatorPoolQueryStrategy
        if not isinstance(strategy, base):
            raise InvalidInput(
                "strategy must be an instance of a pool strategy of scikit-activeml, "
                "for one annotator",
                repr(strategy),
                "Pass for example skactiveml.pool.TypiClust()",
            )
        self.strategy = strategy
        self._wanted = _wanted(strategy)
        if unknown := sorted(self._wanted.required - _OF_THE_MODEL - _GIVEN):
            raise InvalidInput(
                "a strategy must choose by features, labels and a classifier alone",
                f"{type(strategy).__name__}, which wants {', '.join(unknown)}",
                "Choose one for classification, for example skactiveml.pool.TypiClust()",
            )

    def select(self, context: Context, batch_size: int) -> Query:
        """Return what the strategy chooses, in its own order."""
        context.require(batch_size)
        if self._wanted.model and not can_train(context):
            return Random().select(context, batch_size)
        for form, fits in _FORMS if self._wanted.model else _FORMS[:1]:
            try:
                return self._ask(context, batch_size, form, fits=fits)
            except _Refusal as error:  # it may want more of the model
                refusal = error
        raise self._refused(context, refusal)

    def _ask(self, context: Context, batch_size: int, form: str, *, fits: bool) -> Query:
        """Ask the strategy, with the data in one of the forms of `_skactiveml_models`."""
        rng = context.rng
        given = getattr(_models(), form)(context)
        strategy, arguments = self._prepared(context, rng), self._models(context, given, rng)
        arguments |= dict.fromkeys(self._wanted.fits, fits)
        y = np.full(context.n_real, np.nan)  # what was synthesized is no part of the pool for it
        y[context.numbers(context.labeled)] = context.labels
        try:
            picks, gains = strategy.query(
                given.X,
                y,
                candidates=context.numbers(context.candidates),
                batch_size=batch_size,
                return_utilities=True,
                **arguments,
            )
        except _REFUSALS as error:
            raise _Refusal from error
        picks = np.asarray(picks, dtype=int)
        utilities = np.asarray(gains, dtype=float)[np.arange(len(picks)), picks]
        picks = context.real(picks)
        picks, utilities = _completed(picks, utilities, context.candidates, batch_size, rng)
        return context.query(picks, utilities, self._name)

    def _prepared(self, context: Context, rng: np.random.Generator) -> Any:
        """Return a copy of the strategy that is seeded and knows of the classes."""
        from sklearn.base import clone  # noqa: PLC0415

        n_classes = len(context.classes)
        settings: dict[str, Callable[[], Any]] = {
            "classes": lambda: list(range(n_classes)),
            "missing_label": lambda: np.nan,
            "n_classes": lambda: n_classes,
            "random_state": lambda: int(rng.integers(2**31)),
        }
        copy = clone(self.strategy)
        for name in sorted(copy.get_params()):
            if setting := settings.get(name.rpartition("__")[2]):
                copy.set_params(**{name: setting()})
        _seed_clustering(copy, rng)
        return copy

    def _models(self, context: Context, given: Any, rng: np.random.Generator) -> dict[str, Any]:
        """Return the models that `query` takes beside the data."""
        required = self._wanted.required
        arguments: dict[str, Any] = {}
        for name in required & {"clf", "estimator"}:
            arguments[name] = given.model(context.model)
        if "ensemble" in required:
            members = bootstrapped(context, _N_MEMBERS, rng)
            arguments["ensemble"] = [given.model(member) for member in members]
        if "discriminator" in required:
            arguments["discriminator"] = _models().discriminator(int(rng.integers(2**31)))
        return arguments

    def _refused(self, context: Context, refusal: _Refusal) -> InvalidInput:
        """Return the error that tells why the library refused what it was given last."""
        error = refusal.__cause__
        model = " ".join(repr(context.model).split())
        told = InvalidInput(
            f"{self._name} must accept the model and the labels",
            f"{type(error).__name__}: {error} (model: {model}, {len(context.labeled)} labels, "
            f"{len(context.classes)} classes)",
            "Set the strategy's parameters, give the learner another model, or choose another",
        )
        told.__cause__ = error
        return told

    @property
    def _name(self) -> str:
        return f"skactiveml.{type(self.strategy).__name__}"

    def __repr__(self) -> str:
        return f"FromSkactiveml({self.strategy!r})"


class _Refusal(Exception):
    """The library raised an error, which is the cause of this one."""


class _Wanted(NamedTuple):
    """What the `query` of a strategy takes.

    Attributes
    ----------
    required : frozenset of str
        Arguments that must be given.
    fits : tuple of str
        Switches that tell it to fit a model which is fitted already.
    """

    required: frozenset[str]
    fits: tuple[str, ...]

    @property
    def model(self) -> bool:
        """Whether it chooses by a model."""
        return bool(self.required & _OF_THE_MODEL)


def _wanted(strategy: Any) -> _Wanted:
    while (inner := getattr(strategy, "query_strategy", None)) is not None:
        strategy = inner  # a wrapper hands on what it is given
    parameters = inspect.signature(strategy.query).parameters.values()
    return _Wanted(
        frozenset(p.name for p in parameters if p.default is p.empty and p.kind != p.VAR_KEYWORD),
        tuple(p.name for p in parameters if p.name.startswith("fit_")),
    )


def _seed_clustering(strategy: Any, rng: np.random.Generator) -> None:
    """Set the seed of a clustering, which some strategies leave to the global state."""
    parameters = strategy.get_params()
    for name in sorted(name for name in parameters if name.endswith("cluster_algo_dict")):
        algorithm = parameters[name.removesuffix("_dict")]
        if "random_state" in inspect.signature(algorithm).parameters:
            seed = int(rng.integers(2**31))
            strategy.set_params(**{name: {**(parameters[name] or {}), "random_state": seed}})


def _completed(
    picks: np.ndarray,
    utilities: np.ndarray,
    candidates: np.ndarray,
    batch_size: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return `batch_size` different candidates and utilities that fall.

    Parameters
    ----------
    picks : ndarray of shape (n,), int
        Positions in the pool; what is no candidate, or stands there again, is replaced at random.
    utilities : ndarray of shape (n,)
        Of the picks; ranks take their place if they rise somewhere, or one is missing.
    candidates, batch_size, rng
        As in the context.
    """
    first = np.sort(np.unique(picks, return_index=True)[1])
    kept = first[np.isin(picks[first], candidates)][:batch_size]
    n_missing = batch_size - len(kept)
    if n_missing == 0 and (np.diff(utilities[kept]) <= 0).all():
        return picks[kept], utilities[kept]
    others = np.setdiff1d(candidates, picks[kept])
    drawn = rng.choice(others, n_missing, replace=False)
    return np.concatenate([picks[kept], drawn]), np.arange(batch_size, 0, -1, dtype=float)


def _models() -> Any:
    """Return the module that imports the library."""
    return import_module("al_widgets.strategies._skactiveml_models")
