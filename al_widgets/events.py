"""What can happen to a learner, as frozen records.

An event is made once, by whoever made it happen (the browser, for a click), and carries the id it
was given there. The store accepts an id once; nothing is ever updated or deleted. Everything else,
from the learning curve to undo, is a reading of these records in their order.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

VALIDATION = "validation"
"""The name in the strategy column of an answer that was drawn at random and is held out."""

PICKED = "picked"
"""The name in the strategy column of an item that a person picked to be asked about next."""

AUDIT = "audit"
"""The name in the strategy column of an item that was drawn at random to check what was propagated
to it."""

REVIEW = "review"
"""The name in the strategy column of an answer that was looked at once more: kept, or changed."""

STREAM = "stream"
"""The name in the strategy column of an item of a stream that the model was not sure of, or that
was drawn to measure how often it is right."""

ACCEPTED = "accepted"
"""The source of a label that the model gave an item of a stream, and nobody was asked about."""

SYNTHESIS = "synthesis"
"""The name in the strategy column of an item that was made from labeled ones, or of the real item
that is asked about in its place."""

SYNTHETIC = "synthetic"
"""The source of a label of an item that was made: that of its parents, or a person's word."""

IN_FRONT = frozenset({PICKED, AUDIT, REVIEW, SYNTHESIS})
"""What is asked in front of what a sampling chose."""

HUMAN = "human"
"""The source of a label that a person gave a real item."""

SELECTION = "selection"
"""The source of a label that came with a whole selection; nobody looked at each item of it."""

IMPORTED = "imported"
"""The source of a label that came from a file: it costs no answer, and undo does not reach it."""


def new_id() -> str:
    """Return an event id that nobody else will make."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes
    ----------
    annotator : str
        Who made it happen.
    id : str
        Unique over all events of all annotators.
    time : float
        Seconds since 1970 (UTC).
    """

    annotator: str
    id: str = field(default_factory=new_id)
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Event):
    """A query was opened: these items are asked about, for this reason.

    Attributes
    ----------
    round : int
        0 for the annotator's first query.
    items : tuple of str
        Ids, most useful first; the held-out ones stand at the end.
    utilities : tuple of float or None
        The strategy's gain of each item; None where it was drawn at random for validation.
    strategy : str
        Name of the strategy that chose.
    n_labeled : int
        How many items had a label when the query was chosen.
    held_out : tuple of str
        Those of `items` whose answers are kept out of training, to measure accuracy.
    reasons : tuple of str
        Why each item was chosen, in words; may be empty.
    """

    round: int
    items: tuple[str, ...]
    utilities: tuple[float | None, ...]
    strategy: str
    n_labeled: int
    held_out: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("items", "utilities", "held_out", "reasons"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labeled(Event):
    """An item got a label. A later one by the same annotator replaces it.

    Attributes
    ----------
    item, label : str
        What was labeled, and as what.
    seconds : float or None
        How long the item was looked at, where that is known.
    source : str
        ``"human"``, ``"selection"`` (see `LabeledMany`), ``"imported"``, or ``"synthetic"`` where
        the item was made (see `Synthesized`).
    strategy : str or None
        What asked about the item; None where the person picked it.
    round : int or None
        The query it belonged to.
    """

    item: str
    label: str
    seconds: float | None = None
    source: str = HUMAN
    strategy: str | None = None
    round: int | None = None

    @property
    def is_imported(self) -> bool:
        """Whether it came from a file; annotator, time and the rest are those of the file."""
        return self.source == IMPORTED


@dataclass(frozen=True, slots=True, kw_only=True)
class LabeledMany(Event):
    """A selection of items got one label in one step, which is undone in one step too.

    The person looked at a sample of them only, so these labels train a model and never measure it.

    Attributes
    ----------
    items : tuple of str
        What was labeled, in the pool's order, each once.
    label : str
        As what.
    seen : tuple of str
        The sample that was looked at. An item of it that was not labeled here is not in `items`.
    """

    items: tuple[str, ...]
    label: str
    seen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("items", "seen"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def on(self, item: str) -> Labeled:
        """Return what it says of one of its items.

        Examples
        --------
        >>> LabeledMany(annotator="me", items=("7", "9"), label="cat").on("9").source
        'selection'
        """
        return Labeled(
            annotator=self.annotator,
            id=self.id,
            time=self.time,
            item=item,
            label=self.label,
            source=SELECTION,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped(Event):
    """An annotator passed over an item and gave no label. It takes back an earlier one."""

    item: str
    reason: str = ""
    seconds: float | None = None
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted(Event):
    """A model was trained.

    Attributes
    ----------
    upto : int
        Position in the log of the last event that the training saw.
    n_labels : int
        Answers that it learned from.
    spent : int
        Answers that had been given by then, those held out among them.
    seconds : float
        Duration of the training.
    model : str
        The estimator's name.
    predictions : dict of str to str
        What it says about the items reserved for validation. Kept in the log, so that every point
        of the curve can be measured on all validation answers, also those that came later.
    n_correct, n_validation : int or None
        Score on a validation set that was given from outside.
    stop_set : str
        What it says about a fixed random sample of the pool, as `al_widgets.stability` packs it, so
        that it can be told how much trainings still change. Empty in older logs.
    n_items : int or None
        Size of the pool that answers were spread over, where that had grown: so the same model can
        be trained again when it has grown further.
    n_synthetic : int
        Items that were made, and that it learned from beside the answers.
    """

    upto: int
    n_labels: int
    spent: int
    seconds: float
    model: str
    predictions: dict[str, str] = field(default_factory=dict)
    n_correct: int | None = None
    n_validation: int | None = None
    stop_set: str = ""
    n_items: int | None = None
    n_synthetic: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited(Event):
    """A random sample of propagated labels is to be checked. What asks for it stands beside it.

    Attributes
    ----------
    items : tuple of str
        Ids, in the order in which they were drawn.
    labels : tuple of str
        What was propagated to each.
    confidences : tuple of float
        How sure each of these was, from 0 to 1.
    population : dict of str to int
        How many propagated labels of each class the sample was drawn from.
    threshold : float
        The least confidence among them.
    """

    items: tuple[str, ...]
    labels: tuple[str, ...]
    confidences: tuple[float, ...]
    population: dict[str, int]
    threshold: float = 0.0

    def __post_init__(self) -> None:
        for name in ("items", "labels", "confidences"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived(Event):
    """Items from outside the pool are kept for good, with what they show: they are asked about.

    Attributes
    ----------
    items : tuple of str
        Ids.
    features : dict of str to Any
        Their rows, as `al_widgets.kept.rows_to_record` makes it, exact to the bit.
    contents : tuple of Any
        What a person sees of each, as `al_widgets.kept.content_to_record` makes it.
    """

    items: tuple[str, ...]
    features: dict[str, Any]
    contents: tuple[Any, ...]

    def __post_init__(self) -> None:
        for name in ("items", "contents"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesized(Arrived):
    """Items were made from labeled ones, and are kept for good.

    What is said of them later is in other events: a person's word on one, or that they are not
    used any more. `al_widgets.syntheses` says which labels stand.

    Attributes
    ----------
    parents : tuple of tuple of str
        Ids of the labeled items that each was made from, the one that it is most like first.
    labels : tuple of (str or None)
        The class that each inherits; None where a person is to say it.
    shares : tuple of (dict of str to float, or None)
        How far each is of which class, where it is of several.
    recipes : tuple of str
        How each was made, in words.
    held : tuple of str
        Why each is held back until a person has looked at it; empty where it is not.
    seed : tuple of int
        Of the chance in them.
    synthesizer, target : str
        What made them, and to what end.
    spends : bool
        Whether a person's label of one of them is an answer of the budget.
    """

    parents: tuple[tuple[str, ...], ...]
    labels: tuple[str | None, ...]
    recipes: tuple[str, ...]
    held: tuple[str, ...]
    shares: tuple[dict[str, float] | None, ...] = ()
    seed: tuple[int, ...] = ()
    synthesizer: str = ""
    target: str = ""
    spends: bool = False

    def __post_init__(self) -> None:
        for name in ("items", "contents", "labels", "recipes", "held", "shares", "seed"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "parents", tuple(tuple(each) for each in self.parents))


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisSet(Event):
    """From now on models learn from items that were made, or do not.

    Attributes
    ----------
    on : bool
    reason : str
        Why, in words: a person wanted it, or it did harm.
    """

    on: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed(Event):
    """Some items of a stream passed in a row, and it was decided about each.

    Those that are neither asked about nor passed over were accepted: they have the model's label.
    Offsets count from `start`. `al_widgets.streams` packs and unpacks the numbers.

    Attributes
    ----------
    stream : str
        Which stream.
    start, n : int
        Number of the first item, counted from the beginning of the stream, and how many they are.
    ids : tuple of str
        Their ids; empty where those are `prefix` and their number.
    prefix : str
        What such an id begins with.
    names : tuple of str
        The classes that the model named; `labels` counts in them.
    labels, confidences : str
        What the model said of each item, and how sure it was; packed.
    asked, drawn, passed : tuple of int
        Offsets of items that are asked about, of those that were drawn at random, and so are asked
        about too, and of those that were passed over.
    probabilities : tuple of float
        With which probability each of the drawn items was drawn.
    would_accept : tuple of int
        Offsets of drawn items that would have been accepted.
    threshold : float
        Below which confidence an item was asked about, at the end.
    memory : dict of str to Any
        What the threshold and the watch for drift knew at the end, so that they go on from there.
    """

    stream: str
    start: int
    n: int
    names: tuple[str, ...]
    labels: str
    confidences: str
    threshold: float
    ids: tuple[str, ...] = ()
    prefix: str = "s"
    asked: tuple[int, ...] = ()
    drawn: tuple[int, ...] = ()
    probabilities: tuple[float, ...] = ()
    would_accept: tuple[int, ...] = ()
    passed: tuple[int, ...] = ()
    memory: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("names", "ids", "asked", "drawn", "probabilities", "would_accept", "passed"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Retracted(Event):
    """An earlier event does not count any more: undo. Retracting a retraction is redo."""

    target: str


Answer = Labeled | Skipped
"""What an annotator said of one item."""

Step = Labeled | LabeledMany | Skipped
"""What undo takes back and redo puts back: one answer, or those of a whole selection."""
