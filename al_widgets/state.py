"""What the events add up to: the state of a learner is a fold over its log.

    state = State()
    for position, event in store.read():
        state.apply(position, event)

`apply` is the only way in. Undo and redo are events like the others: a `Retracted` event takes an
answer out of the fold, and retracting that retraction puts it back where it stood.

An annotator goes in steps: one answer, or one label for a whole selection. `Steps` keeps them,
`Fits` the trainings that saw them, and `Rounds` the queries; here it is said what they mean for
each item.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from al_widgets.events import (
    IMPORTED,
    REVIEW,
    VALIDATION,
    Answer,
    Asked,
    Audited,
    Event,
    Fitted,
    Labeled,
    LabeledMany,
    Retracted,
    Skipped,
    Step,
    Streamed,
    SynthesisSet,
    Synthesized,
)
from al_widgets.lessons import Lessons
from al_widgets.rounds import Rounds
from al_widgets.steps import Taken, by_position
from al_widgets.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator


class Recorded(NamedTuple):
    """An answer and where it stands in the log; answers of one selection stand at one place."""

    position: int
    event: Answer


def _items(step: Step) -> tuple[str, ...]:
    return step.items if isinstance(step, LabeledMany) else (step.item,)


def _on(step: Step, item: str) -> Answer:
    return step.on(item) if isinstance(step, LabeledMany) else step


class State(Lessons, Rounds):
    """A learner's state: labels, counts, budget, open queries, undo and redo.

    Attributes
    ----------
    position : int
        Where in the log the last applied event stands; 0 before the first.
    labels : dict of str to str
        The label of each labeled item. Where annotators disagree it is that of the majority, and
        between equals the newest.
    counts : Counter of str
        Items a label.
    spent : Counter of str
        Answers an annotator. An answer that is corrected is spent once; a skip costs nothing; a
        selection is spent once however many items it has, and one of them that is labeled by hand
        afterwards once more. A label that was imported costs nothing until a hand replaces it.
    held_out : set of str
        Items that were drawn at random for validation, here or where their label was imported from.
    audits : list of Audited
        The samples of propagated labels that were to be checked, oldest first.
    streams : dict of str to Stream
        How far each stream is, and what was decided about its items.
    newest_stream : str
        The one that flowed last; empty before the first.
    synthetic : Syntheses
        Items that were made. They stand in `labels` where a person labeled them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.spent: Counter[str] = Counter()
        self._said: dict[str, list[Taken]] = {}  # item -> steps that answer it, in order
        self.audits: list[Audited] = []
        self._audited: set[str] = set()
        self.streams: defaultdict[str, Stream] = defaultdict(Stream)
        self.newest_stream = ""

    # -- in ------------------------------------------------------------------------------------

    def apply(self, position: int, event: Event) -> None:
        """Take in the event that stands at `position` of the log."""
        match event:
            case Labeled() | LabeledMany() | Skipped():
                self._take(Taken(position, event))
            case Asked():
                self.ask(position, event)
                self.held_out.update(event.held_out)
                self._no_longer_waiting(event)
            case Audited():
                self.audits.append(event)
                self._audited.update(event.items)
            case Streamed():
                self.streams[event.stream].apply(position, event)
                self.newest_stream = event.stream
            case Synthesized():
                self.synthetic.make(position, event)
            case SynthesisSet():
                self.synthetic.set(position, event)
            case Fitted():
                self.keep_fit(event)
            case Retracted():
                self._retract(position, event)
        self.position = position

    def _take(self, taken: Taken) -> None:
        event = taken.event
        if isinstance(event, Labeled) and event.source == IMPORTED:
            self.keep_import(taken)
            if event.strategy == VALIDATION:
                self.held_out.add(event.item)
        else:
            self.keep(taken)
        if isinstance(event, LabeledMany):
            self._select(taken, event, standing=True)
        elif (
            event.item in self._said
            or event.item in self.synthetic
            or not isinstance(event, Labeled)
        ):
            self._place(taken, event.item, standing=True)
        else:  # what nearly every event of a long log is: the first word on an item
            self._said[event.item] = [taken]
            self.labels[event.item] = event.label
            self.counts[event.label] += 1
            self.spent[event.annotator] += event.source != IMPORTED

    def _no_longer_waiting(self, event: Asked) -> None:
        for stream in self.streams.values():
            if stream.waiting:
                asked = set(event.items)
                stream.waiting = [each for each in stream.waiting if each.item not in asked]

    def _retract(self, position: int, event: Retracted) -> None:
        taken = self.toggle(position, event)
        if taken is None:
            return
        standing = self.is_standing(taken)
        if isinstance(taken.event, LabeledMany):
            self._select(taken, taken.event, standing=standing)
        else:
            self._place(taken, taken.event.item, standing=standing)

    def _select(self, taken: Taken, event: LabeledMany, *, standing: bool) -> None:
        """Put the answers of a selection among those that count, or take them away."""
        n = 0
        for item in event.items:
            answers = self._said.setdefault(item, [])
            if len(answers) != (0 if standing else 1):  # there is another word on it
                self._place(taken, item, standing=standing)
                continue
            n += 1
            if standing:
                answers.append(taken)
                self.labels[item] = event.label
            else:
                answers.clear()
                del self.labels[item]
        sign = 1 if standing else -1
        self.counts[event.label] += sign * n
        self.spent[event.annotator] += sign
        if not standing:  # whoever was asked may have to answer again
            self.reopen_all()

    def _place(self, taken: Taken, item: str, *, standing: bool) -> None:
        """Put an answer among those that count, or take it away, and mend the sums."""
        annotator = taken.event.annotator
        spent_before = self._is_spent(item, annotator)
        answers = self._said.setdefault(item, [])
        if standing:
            insort(answers, taken, key=by_position)
        else:
            answers.remove(taken)
        self.spent[annotator] += self._is_spent(item, annotator) - spent_before
        before, after = self.labels.pop(item, None), self._resolve(item)
        if after is not None:
            self.labels[item] = after
        if before != after:
            if after is not None:
                self.counts[after] += 1
            if before is not None:
                self.counts[before] -= 1
        if after is None or not standing:  # whoever was asked may have to answer again
            self.reopen(item)

    def _last(self, item: str, annotator: str) -> Taken | None:
        """Return the step in which the annotator's word on the item was said that counts now."""
        for taken in reversed(self._said.get(item, ())):
            if taken.event.annotator == annotator:
                return taken
        return None

    def _is_spent(self, item: str, annotator: str) -> bool:
        """Whether the annotator labeled the item by itself, and here."""
        last = self._last(item, annotator)
        if last is None or self.synthetic.is_free(item):
            return False
        return isinstance(last.event, Labeled) and not last.event.is_imported

    def _resolve(self, item: str) -> str | None:
        answers = self._said[item]
        if len(answers) == 1:  # nearly always, and a log is long
            event = answers[0].event
            return None if isinstance(event, Skipped) else event.label
        votes: Counter[str] = Counter()
        newest: dict[str, int] = {}
        for position, event in {taken.event.annotator: taken for taken in answers}.values():
            if not isinstance(event, Skipped):
                votes[event.label] += 1
                newest[event.label] = max(position, newest.get(event.label, 0))
        return max(votes, key=lambda label: (votes[label], newest[label]), default=None)

    # -- out -----------------------------------------------------------------------------------

    def answer(self, item: str, annotator: str) -> Answer | None:
        """Return the annotator's word on the item that counts now."""
        last = self._last(item, annotator)
        return _on(last.event, item) if last else None

    def last_said(self, item: str, annotator: str) -> int:
        """Return where in the log the annotator's last word on the item stands; 0 if nowhere."""
        last = self._last(item, annotator)
        return last.position if last else 0

    def was_seen(self, item: str) -> bool:
        """Whether somebody looked at the item by itself and labeled it."""
        return any(isinstance(taken.event, Labeled) for taken in self._said[item])

    def has_answer(self, item: str) -> bool:
        """Whether anybody labeled or skipped the item."""
        return bool(self._said.get(item))

    def is_answered(self, item: str, annotator: str) -> bool:
        """Whether the annotator need not be asked: anyone labeled it, or this one skipped it."""
        return item in self.labels or self.answer(item, annotator) is not None

    def answers_review(self, event: Answer) -> bool:
        """Whether it is the first word since its item came under review.

        To take it back, after those that followed it, brings the item back under review.
        """
        since = self.review_began(event.item, event.annotator)
        if since is None:
            return False
        said = [
            taken.position
            for taken in self._said.get(event.item, ())
            if taken.event.annotator == event.annotator and taken.event is not event
        ]
        position = self._taken[event.id].position
        return position > since and not any(since < other < position for other in said)

    def is_reviewed(self, item: str) -> bool:
        """Whether an answer that counts was given, or kept, in a review."""
        words = {taken.event.annotator: taken.event for taken in self._said.get(item, ())}
        return any(isinstance(e, Labeled) and e.strategy == REVIEW for e in words.values())

    def is_audited(self, item: str) -> bool:
        """Whether a person is to check what was propagated to the item."""
        return item in self._audited

    def costs(self, item: str, annotator: str) -> bool:
        """Whether a label of the item by this annotator would spend an answer."""
        return not self.synthetic.is_free(item) and not self._is_spent(item, annotator)

    def unavailable(self) -> set[str]:
        """Return the items that no sampling chooses: answered, made, or open in a query."""
        taken = {item for item, answers in self._said.items() if answers}
        taken.update(made.item for made in self.synthetic)
        for asked in self.since_open():
            taken.update(asked.items)
        return taken

    def answers(self) -> Iterator[Recorded]:
        """Yield the last standing answer of each annotator on each item, in the log's order.

        Those of a selection come one after the other, in the pool's order, with the position, id
        and time of their one event.
        """
        for taken, item in self._words():
            yield Recorded(taken.position, _on(taken.event, item))

    def labeled_items(self) -> list[str]:
        """Return the items that have a label, in the order in which they were answered first.

        For whoever draws them, often: it makes no answer of each.
        """
        return list(dict.fromkeys(item for _, item in self._words() if item in self.labels))

    def _words(self) -> Iterator[tuple[Taken, str]]:
        for taken in self.standing():
            for item in _items(taken.event):
                if self._last(item, taken.event.annotator) is taken:
                    yield taken, item

    def is_training_due(self, annotator: str) -> bool:
        """Whether there is something to learn of which no training that stands knows.

        That is a query that the annotator completed, a selection that they labeled, an import, or
        items that were made of what is labeled.
        """
        completed, fits = self.last_completed(annotator), self.fits()
        if len(set(self.training_labels().values())) < 2:
            return False
        if fits and self.synthetic.changed_since(fits[-1].upto):
            return True
        due = self._told_by(completed) if completed else []
        due += self.selections(annotator) + self.newest_import()
        return any(not fits or not self.stood(taken, fits[-1].upto) for taken in due)

    def _told_by(self, asked: Asked) -> list[Taken]:
        """Return the steps by which the items of an answered query were answered."""
        if asked.strategy != REVIEW:
            return [self._said[item][0] for item in asked.items]
        words = (self._last(item, asked.annotator) for item in asked.items)
        return [taken for taken in words if taken is not None]

    def previous_answer(self, event: Answer) -> Answer | None:
        """Return what the annotator had said of the item before `event`."""
        mine = [
            taken.event
            for taken in self._said.get(event.item, ())
            if taken.event.annotator == event.annotator
        ]
        before = mine[: mine.index(event)] if event in mine else mine
        return _on(before[-1], event.item) if before else None
