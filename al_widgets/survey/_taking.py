"""What is known of every item, copied from the log in one go, and what the model predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.context import Context, predict_at
from al_widgets.coverage import measure
from al_widgets.events import LabeledMany, Skipped
from al_widgets.making import status
from al_widgets.pool import CHUNK
from al_widgets.strategies import margin
from al_widgets.survey._known import GivenLabels, LabeledItems, MadeItems, Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.events import Fitted, Labeled
    from al_widgets.learner import ActiveLearner
    from al_widgets.pool import Pool
    from al_widgets.state import State
    from al_widgets.steps import Taken


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
        made=_made(pool, classes, noted),
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
    made: tuple[_MadeNote, ...]


class _MadeNote(NamedTuple):
    """What is copied of an item that was made."""

    item: str
    label: str | None
    in_use: bool
    status: str


def _note(learner: ActiveLearner, pool: Pool | None) -> tuple[_Noted, Pool]:
    """Return what the log says of the items of a pool, and that."""
    with learner.log.current() as state:
        # after the log was looked at: it has all items that are told of there
        pool = learner.pool.fixed() if pool is None else pool
        known = pool.ids if len(pool) < len(learner.pool) else None
        labels = {
            item: label
            for item, label in state.labels.items()
            if (known is None or item in known) and item not in state.synthetic
        }
        return _Noted(
            position=state.position,
            model=learner.newest_model,
            steps=state.standing(),
            labels=labels,
            held_out=frozenset(state.held_out & labels.keys()),
            measures=frozenset(state.validation_labels().keys() & labels.keys()),
            unavailable={i for i in state.unavailable() if known is None or i in known},
            fit=next(reversed(state.fits()), None),
            made=tuple(one for one in _made_notes(state) if known is None or one.item in known),
        ), pool


def _made_notes(state: State) -> Iterator[_MadeNote]:
    """Yield what is known of the items that were made."""
    if not state.synthetic:
        return
    answers, used = state.training_labels(made=False), state.training_labels()
    for each in state.synthetic:
        label = state.labels.get(each.item) or each.label
        yield _MadeNote(each.item, label, each.item in used, status(state, each, answers))


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
        made=np.sort(np.array([pool.position(one.item) for one in noted.made], dtype=int)),
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
        part = slice(start, min(start + CHUNK, n))  # the model may know items that came since
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


def _made(pool: Pool, classes: tuple[str, ...], noted: _Noted) -> MadeItems:
    if not noted.made:
        return MadeItems()
    number = {name: k for k, name in enumerate(classes)}
    found = sorted((pool.position(one.item), one) for one in noted.made)
    labels = [-1 if one.label is None else number[one.label] for _, one in found]
    return MadeItems(
        positions=np.array([position for position, _ in found], dtype=np.int64),
        labels=np.array(labels, dtype=np.int64),
        in_use=np.array([one.in_use for _, one in found], dtype=bool),
        status=tuple(one.status for _, one in found),
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
