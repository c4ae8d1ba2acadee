"""The over-samplers of imbalanced-learn, behind what a synthesizer promises."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput, MissingExtra
from al_widgets.matrix import dense
from al_widgets.synthesizers._base import Made
from al_widgets.synthesizers._checks import labels_of
from al_widgets.synthesizers._classmates import Classmates
from al_widgets.synthesizers._columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.context import Context
    from al_widgets.synthesizers._columns import Columns

_REFUSALS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_AT_ONCE = 1_024  # new rows whose nearest items are looked for together


def as_sampler(sampler: Any) -> Any:
    """Return an over-sampler; a name stands for one of imbalanced-learn.

    Raises
    ------
    InvalidInput
        If it is none.
    MissingExtra
        If it is a name, and imbalanced-learn is not installed.
    """
    if not isinstance(sampler, str):
        if callable(getattr(sampler, "fit_resample", None)) and not isinstance(sampler, type):
            return sampler
        raise InvalidInput(
            "sampler is an over-sampler of imbalanced-learn, or its name",
            repr(sampler),
            'Pass for example sampler="BorderlineSMOTE", or imblearn.over_sampling.SMOTE()',
        )
    module = _over_sampling()
    names = [name for name in module.__all__ if hasattr(getattr(module, name), "fit_resample")]
    if sampler not in names:
        raise InvalidInput(
            "a sampler's name is one of imbalanced-learn's over-samplers",
            repr(sampler),
            f"Choose one of {', '.join(sorted(names))}",
        )
    try:
        return getattr(module, sampler)()
    except TypeError as error:
        raise InvalidInput(
            "a sampler that is given by its name needs no arguments",
            f"{sampler}: {error}",
            f"Pass an instance: imblearn.over_sampling.{sampler}(...)",
        ) from error


def _over_sampling() -> Any:
    try:
        return import_module("imblearn.over_sampling")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "imblearn":
            raise
        raise MissingExtra(
            "a sampler's name stands for one of imbalanced-learn",
            "a Python without it",
            'Run pip install "al_widgets[imbalanced]"',
        ) from error


def resampled(
    sampler: Any, context: Context, parents: np.ndarray, rng: np.random.Generator
) -> Iterator[Made]:
    """Yield what a sampler makes, as many items of each class as there are parents of it.

    Parameters
    ----------
    sampler : over-sampler
        It is copied.
    context, parents, rng
        As for a synthesizer; no parent is alone in its class.
    """
    if not len(parents):
        return
    name = type(sampler).__name__
    labels = labels_of(context, parents)
    wanted = np.bincount(labels, minlength=len(context.classes))
    columns = columns_of(context.pool.features)
    rows, classes = _sampled(sampler, context, columns, wanted, rng)
    mates = Classmates(context)
    nearest = np.full((len(classes), 2), -1)
    for label in np.flatnonzero(wanted).tolist():
        own = np.flatnonzero(classes == label)[: wanted[label]]
        for start in range(0, len(own), _AT_ONCE):
            some = own[start : start + _AT_ONCE]
            near = context.pool.geometry.scaling.transform(rows[some], by_direction=True)
            nearest[some] = mates.nearest_to(label, near, 2)
    given = _given(parents, labels, nearest, classes)
    for parent, label, place in zip(parents.tolist(), labels.tolist(), given, strict=True):
        if place is None:
            continue
        near = nearest[place]
        row = _mended(columns, dense(rows[[place]])[0], context, near[0])
        others = tuple(other for other in near.tolist() if other != parent)
        yield Made(parents=(parent, *others), row=row, recipe=f"made by {name}", label=label)


def _sampled(
    sampler: Any,
    context: Context,
    columns: Columns,
    wanted: np.ndarray,
    rng: np.random.Generator,
) -> tuple[Any, np.ndarray]:
    """Return the rows that a sampler adds to the labeled ones, and their classes."""
    features, labels = context.pool.features[context.labeled], context.labels
    scale = np.ones(features.shape[1])
    if not hasattr(features, "tocsr"):
        features = np.asarray(features, dtype=float)
        deviation = features.std(axis=0)
        scale = np.where((deviation > 0) & ~columns.is_nominal, deviation, scale)
        features = features / scale
    copy = _prepared(sampler, labels, wanted, rng)
    try:
        X, y = copy.fit_resample(features, labels)
    except _REFUSALS as error:
        raise InvalidInput(
            f"{type(sampler).__name__} must accept the labeled items",
            f"{type(error).__name__}: {error} ({len(labels)} labeled items)",
            "Label more of each class, choose another sampler, or leave it out",
        ) from error
    X, y = X[len(labels) :], np.asarray(y[len(labels) :], dtype=int)
    if not X.shape[0]:
        raise InvalidInput(
            "a sampler must make items",
            f"none from {type(sampler).__name__}, which found no place for any",
            "Choose another, or leave it out",
        )
    return (X if hasattr(X, "tocsr") else X * scale), y


def _prepared(
    sampler: Any, labels: np.ndarray, wanted: np.ndarray, rng: np.random.Generator
) -> Any:
    """Return a copy that is seeded, knows what is wanted, and looks at no more than there is."""
    from sklearn.base import clone  # noqa: PLC0415

    copy = clone(sampler)
    counts = np.bincount(labels, minlength=len(wanted))
    asked = np.flatnonzero(wanted).tolist()
    fewest = int(counts[asked].min()) - 1
    most = {"k_neighbors": fewest, "n_neighbors": fewest, "m_neighbors": len(labels) - 1}
    settings: dict[str, Any] = {"sampling_strategy": {c: int(counts[c] + wanted[c]) for c in asked}}
    for name, value in sorted(copy.get_params().items()):
        if name.rpartition("__")[2] == "random_state":
            settings[name] = int(rng.integers(2**31))
        elif name in most and isinstance(value, int):
            settings[name] = min(value, most[name])
    return copy.set_params(**settings)


def _given(
    parents: np.ndarray, labels: np.ndarray, nearest: np.ndarray, classes: np.ndarray
) -> list[int | None]:
    """Return which row each parent gets: one that is nearest to it, or else any of its class."""
    of_item: dict[int, list[int]] = {}
    for place in np.flatnonzero(nearest[:, 0] >= 0)[::-1].tolist():
        of_item.setdefault(int(nearest[place, 0]), []).append(place)
    given: list[int | None] = [
        (of_item[parent].pop() if of_item.get(parent) else None) for parent in parents.tolist()
    ]
    rest: dict[int, list[int]] = {}
    for place in sorted((p for places in of_item.values() for p in places), reverse=True):
        rest.setdefault(int(classes[place]), []).append(place)
    for i, label in enumerate(labels.tolist()):
        if given[i] is None and rest.get(label):
            given[i] = rest[label].pop()
    return given


def _mended(columns: Columns, row: np.ndarray, context: Context, nearest: int) -> np.ndarray:
    """Return a row that could stand in the pool: a sampler may blend whatever is a number."""
    features = context.pool.features
    whole, nominal = columns.is_whole, columns.is_nominal
    row = np.array(row, dtype=float)
    row[whole] = np.rint(row[whole])
    rounded = np.rint(row[nominal])
    is_true = np.allclose(row[nominal], rounded, atol=1e-6)
    row[nominal] = rounded
    if not is_true or any(row[group].sum() != 1 for group in columns.groups):
        row[nominal] = dense(features[[nearest]])[0][nominal]
    return row.astype(features.dtype)
