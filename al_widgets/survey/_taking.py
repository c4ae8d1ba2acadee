"""What is known of every item, copied from the log in one go, and what the model predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.context import Context, predict_at
from al_widgets.coverage import Coverage, measure
from al_widgets.events import LabeledMany, Skipped
from al_widgets.pool import CHUNK
from al_widgets.strategies import margin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.events import Fitted, Labeled
    from al_widgets.learner import ActiveLearner
    from al_widgets.pool import Pool
    from al_widgets.steps import Taken


@dataclass(frozen=True, slots=True, eq=False)
class GivenLabels:
    """The labels that stand, one for each item and annotator, in the order of answering.

    Attributes
    ----------
    positions : ndarray of shape (n_labels,), int64
        The item of each.
    labels : ndarray of shape (n_labels,), int64
        Its class, as a position in the classes.
    annotators : tuple of str
        The names of those who answered, sorted.
    annotator : ndarray of shape (n_labels,), int64
        Who answered, as a position in `annotators`.
    held_out : ndarray of shape (n_labels,), bool
        Whether it validates, and no model learns from it.
    is_selection : ndarray of shape (n_labels,), bool
        Whether it was given to a whole selection at once.
    times : ndarray of shape (n_labels,), float
        Seconds since 1970 (UTC).
    """

    positions: np.ndarray
    labels: np.ndarray
    annotators: tuple[str, ...]
    annotator: np.ndarray
    held_out: np.ndarray
    is_selection: np.ndarray
    times: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class LabeledItems:
    """The items that have a label, each once, in the order of the pool.

    Attributes
    ----------
    positions : ndarray of shape (n_labeled,), int64
        Ascending.
    labels : ndarray of shape (n_labeled,), int64
        The class of each; where annotators disagree that of the majority.
    held_out : ndarray of shape (n_labeled,), bool
        Whether it was drawn to validate, and no model learns from its label.
    said : ndarray of shape (n_labeled,), int64
        The class that the last training predicted for it, if its label validates; -1 elsewhere.
    """

    positions: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    said: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What is known of every item at one moment.

    Attributes
    ----------
    classes : tuple of str
        The names of the classes.
    position : int
        Of the log, when it was taken.
    model : fitted classifier or None
        Whose predictions these are.
    predicted : ndarray of shape (n_items,), uint8, or uint16 from 256 classes
        The likeliest class of each item; `n_classes` where there is no model.
    uncertainty : ndarray of shape (n_items,), uint8
        255 times 1 - the lead of the likeliest class over the next one; 255 where there is no
        model.
    answers : GivenLabels
        The labels that stand, in the order of answering.
    labeled : LabeledItems
        The items that they are of.
    validates_outside : bool
        Whether the model is measured on items that are not in the pool.
    coverage : Coverage or None
        None while the groups of near neighbors are not known.
    groups : ndarray of shape (n_items,), int32, or None
        The group of each item: ``pool.geometry.variations`` itself, or None while that is not
        known.
    confidence : ndarray of shape (n_known,), float32, or None
        Of the labels that were propagated last; of fewer items if some came since. None before.
    """

    classes: tuple[str, ...]
    position: int
    model: Any
    predicted: np.ndarray
    uncertainty: np.ndarray
    answers: GivenLabels
    labeled: LabeledItems
    validates_outside: bool
    coverage: Coverage | None
    groups: np.ndarray | None
    confidence: np.ndarray | None = None

    @property
    def n_items(self) -> int:
        """Number of items of the pool."""
        return len(self.predicted)

    def __repr__(self) -> str:
        model = "a model" if self.model is not None else "no model"
        return f"<Survey of {self.n_items:,} items: {len(self.labeled):,} labeled, {model}>"


def survey(
    learner: ActiveLearner, previous: Survey | None = None, pool: Pool | None = None
) -> Survey:
    """Say what is known of every item now.

    Nothing is waited for: neither a training, nor the groups of near neighbors.

    Parameters
    ----------
    learner : ActiveLearner
        Whose labels and model.
    previous : Survey, optional
        An older one of the same learner, whose predictions are taken over where the model is the
        same; it is returned itself if nothing happened since.
    pool : Pool, optional
        The learner's, as it was: items that came since are left out. As it is now when None.

    Returns
    -------
    Survey

    Examples
    --------
    >>> from al_widgets import ActiveLearner, Pool
    >>> learner = ActiveLearner(Pool(np.eye(3)), classes=["cat", "dog"], budget=3, batch_size=1)
    >>> learner.label("1", "dog")
    >>> survey(learner)
    <Survey of 3 items: 1 labeled, no model>
    >>> survey(learner).labeled.labels, survey(learner).predicted
    (array([1]), array([2, 2, 2], dtype=uint8))
    """
    classes = tuple(str(given) for given in learner.classes)
    spread = learner.propagated
    noted, pool = _note(learner, pool)
    has_groups = pool.geometry.is_ready
    confidence = None if spread is None else spread.confidence[: len(pool)]
    if (
        previous is not None
        and previous.position == noted.position
        and previous.n_items == len(pool)
        and previous.model is noted.model
        and (previous.coverage is not None) is has_groups
        and _is_same(previous.confidence, confidence)
    ):
        return previous
    is_known = previous is not None and previous.model is noted.model
    predicted, uncertainty = _predicted(
        pool, noted.model, len(classes), previous if is_known else None
    )
    context = _context(pool, classes, noted)
    return Survey(
        classes=classes,
        position=noted.position,
        model=noted.model,
        predicted=predicted,
        uncertainty=uncertainty,
        answers=_answers(pool, classes, noted),
        labeled=_labeled(pool, classes, noted),
        validates_outside=noted.fit is not None and noted.fit.n_validation is not None,
        coverage=measure(context, predicted) if has_groups else None,
        groups=pool.geometry.variations if has_groups else None,
        confidence=confidence,
    )


class _Noted(NamedTuple):
    """What is copied from the log in one go, so that all of it is of the same moment."""

    position: int
    model: Any
    steps: list[Taken]
    labels: dict[str, str]
    held_out: frozenset[str]  # of those that have a label: no model learns from them
    measures: frozenset[str]  # of these, those that somebody looked at
    unavailable: set[str]
    fit: Fitted | None


def _note(learner: ActiveLearner, pool: Pool | None) -> tuple[_Noted, Pool]:
    """Return what the log says of the items of a pool, and that."""
    with learner.log.current() as state:
        # after the log was looked at: it has all items that are told of there
        pool = learner.pool.fixed() if pool is None else pool
        known = pool.ids if len(pool) < len(learner.pool) else None
        labels = {i: label for i, label in state.labels.items() if known is None or i in known}
        return _Noted(
            position=state.position,
            model=learner.newest_model,
            steps=state.standing(),
            labels=labels,
            held_out=frozenset(state.held_out & labels.keys()),
            measures=frozenset(state.validation_labels().keys() & labels.keys()),
            unavailable={i for i in state.unavailable() if known is None or i in known},
            fit=next(reversed(state.fits()), None),
        ), pool


def _is_same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether these are the first entries of the same array."""
    if one is None or other is None:
        return one is other
    return len(one) == len(other) and (one is other or one.base is other.base is not None)


def _context(pool: Pool, classes: tuple[str, ...], noted: _Noted) -> Context:
    """Return what the coverage is measured by: labels that are held out do not count."""
    trained = [item for item in noted.labels if item not in noted.held_out]
    free = np.ones(len(pool), dtype=bool)
    free[[pool.position(item) for item in noted.unavailable]] = False
    return Context(
        pool=pool,
        classes=classes,
        candidates=np.flatnonzero(free),
        labeled=np.array([pool.position(item) for item in trained], dtype=int),
        labels=np.array([classes.index(noted.labels[item]) for item in trained], dtype=int),
        model=noted.model,
    )


def _predicted(
    pool: Pool, model: Any, n_classes: int, previous: Survey | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the likeliest class of each item, and how near the next one is.

    What the same model said in a previous survey is taken over.
    """
    n = len(pool)
    n_known = 0 if previous is None else min(n, previous.n_items)
    if previous is not None and previous.n_items == n:
        return previous.predicted, previous.uncertainty
    predicted = np.full(n, n_classes, dtype=np.min_scalar_type(n_classes))
    uncertainty = np.full(n, 255, dtype=np.uint8)
    if previous is not None:
        predicted[:n_known] = previous.predicted[:n_known]
        uncertainty[:n_known] = previous.uncertainty[:n_known]
    for start in range(n_known, n if model is not None else 0, CHUNK):
        part = slice(start, start + CHUNK)
        proba = predict_at(model, pool, part, n_classes)
        predicted[part] = proba.argmax(axis=1)
        uncertainty[part] = np.rint(255 * margin(proba))
    return predicted, uncertainty


def _answers(pool: Pool, classes: tuple[str, ...], noted: _Noted) -> GivenLabels:
    number = {name: k for k, name in enumerate(classes)}
    given = [(event, item) for event, item in _words(noted.steps) if item in noted.labels]
    annotators = tuple(sorted({event.annotator for event, _ in given}))
    who = {name: k for k, name in enumerate(annotators)}
    return GivenLabels(
        positions=np.array([pool.position(item) for _, item in given], dtype=np.int64),
        labels=np.array([number[event.label] for event, _ in given], dtype=np.int64),
        annotators=annotators,
        annotator=np.array([who[event.annotator] for event, _ in given], dtype=np.int64),
        held_out=np.array([item in noted.held_out for _, item in given], dtype=bool),
        is_selection=np.array([isinstance(event, LabeledMany) for event, _ in given], dtype=bool),
        times=np.array([event.time for event, _ in given], dtype=float),
    )


def _words(steps: list[Taken]) -> Iterator[tuple[Labeled | LabeledMany, str]]:
    """Yield the labels that stand, as `State.answers` does, but without a record of each.

    A selection may have very many, and this runs when nobody waits for the log.
    """
    items = [
        step.event.items if isinstance(step.event, LabeledMany) else (step.event.item,)
        for step in steps
    ]
    last = {
        (item, steps[number].event.annotator): number
        for number, mine in enumerate(items)
        for item in mine
    }
    for number, (step, mine) in enumerate(zip(steps, items, strict=True)):
        if not isinstance(event := step.event, Skipped):
            yield from ((event, item) for item in mine if last[item, event.annotator] == number)


def _labeled(pool: Pool, classes: tuple[str, ...], noted: _Noted) -> LabeledItems:
    number = {name: k for k, name in enumerate(classes)}
    predictions = noted.fit.predictions if noted.fit is not None else {}
    said = {item: number[predictions[item]] for item in noted.measures if item in predictions}
    positions = np.array([pool.position(item) for item in noted.labels], dtype=np.int64)
    order = np.argsort(positions)
    return LabeledItems(
        positions=positions[order],
        labels=np.array([number[name] for name in noted.labels.values()], dtype=np.int64)[order],
        held_out=np.array([item in noted.held_out for item in noted.labels], dtype=bool)[order],
        said=np.array([said.get(item, -1) for item in noted.labels], dtype=np.int64)[order],
    )
