"""What the events add up to: the state of a learner is a fold over its log.

    state = State()
    for position, event in store.read():
        state.apply(position, event)

`apply` is the only way in. Undo and redo are events like the others: a `Retracted` event takes an
answer out of the fold, and retracting that retraction puts it back where it stood.

An annotator goes in steps: one answer, or one label for a whole selection. The fold keeps a step as
it was recorded, once however many items it has, and says of each item what it means there.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from al_widgets.events import (
    PICKED,
    Answer,
    Asked,
    Event,
    Fitted,
    Labeled,
    LabeledMany,
    Retracted,
    Skipped,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Recorded(NamedTuple):
    """An answer and where it stands in the log; answers of one selection stand at one place."""

    position: int
    event: Answer


class _Taken(NamedTuple):
    position: int
    event: Step


_position = attrgetter("position")


def _items(step: Step) -> tuple[str, ...]:
    return step.items if isinstance(step, LabeledMany) else (step.item,)


def _on(step: Step, item: str) -> Answer:
    return step.on(item) if isinstance(step, LabeledMany) else step


class State:
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
        afterwards once more.
    held_out : set of str
        Items that were drawn at random for validation.
    """

    def __init__(self) -> None:
        self.position = 0
        self.labels: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.spent: Counter[str] = Counter()
        self.held_out: set[str] = set()
        self._standing: dict[str, list[_Taken]] = {}  # item -> steps that answer it, in order
        self._recorded: dict[str, _Taken] = {}  # event id -> step, standing or not
        self._selected: dict[str, frozenset[str]] = {}  # event id of a selection -> its items
        self._toggles: dict[str, list[int]] = {}  # event id -> where it was undone, redone, ...
        self._done: defaultdict[str, list[_Taken]] = defaultdict(list)  # annotator -> undoable
        self._undone: defaultdict[str, list[Retracted]] = defaultdict(list)  # -> redoable
        self._retractions: dict[str, Retracted] = {}
        self._fits: list[Fitted] = []
        self._hidden: Counter[str] = Counter()  # fit id -> answers it saw that were undone
        self._asked: defaultdict[str, list[Asked]] = defaultdict(list)
        self._round_of: dict[tuple[str, str], int] = {}
        self._first_open: Counter[str] = Counter()  # annotator -> rounds before it are answered

    # -- in ------------------------------------------------------------------------------------

    def apply(self, position: int, event: Event) -> None:
        """Take in the event that stands at `position` of the log."""
        match event:
            case Labeled() | LabeledMany() | Skipped():
                self._take(_Taken(position, event))
            case Asked():
                self._ask(event)
            case Fitted():
                self._fit(event)
            case Retracted():
                self._retract(position, event)
        self.position = position

    def _take(self, taken: _Taken) -> None:
        event = taken.event
        self._recorded[event.id] = taken
        self._done[event.annotator].append(taken)
        self._undone.pop(event.annotator, None)
        if isinstance(event, LabeledMany):
            self._selected[event.id] = frozenset(event.items)
            self._select(taken, event, standing=True)
        elif event.item in self._standing or not isinstance(event, Labeled):
            self._place(taken, event.item, standing=True)
        else:  # what nearly every event of a long log is: the first word on an item
            self._standing[event.item] = [taken]
            self.labels[event.item] = event.label
            self.counts[event.label] += 1
            self.spent[event.annotator] += 1

    def _ask(self, event: Asked) -> None:
        rounds = self._asked[event.annotator]
        for item in event.items:
            self._round_of.setdefault((event.annotator, item), len(rounds))
        rounds.append(event)
        self.held_out.update(event.held_out)

    def _fit(self, event: Fitted) -> None:
        self._fits.append(event)
        undone = (self._recorded[key] for key, toggles in self._toggles.items() if len(toggles) % 2)
        self._hidden[event.id] += sum(self._stood(taken, event.upto) for taken in undone)

    def _retract(self, position: int, event: Retracted) -> None:
        self._retractions[event.id] = event
        earlier = self._retractions.get(event.target)
        taken = self._recorded.get(earlier.target if earlier else event.target)
        toggles = self._toggles.get(taken.event.id, []) if taken else []
        if taken is None or (len(toggles) % 2 == 0) is (earlier is not None):
            return  # unknown, or already so: sent twice, or undone by two hands at once
        annotator = taken.event.annotator
        if earlier:
            self._undone[annotator] = [r for r in self._undone[annotator] if r is not earlier]
            insort(self._done[annotator], taken, key=_position)
        else:
            self._done[annotator].remove(taken)
            self._undone[annotator].append(event)
        for fit in self._fits:
            if self._stood(taken, fit.upto):
                self._hidden[fit.id] += -1 if earlier else 1
        self._toggles[taken.event.id] = [*toggles, position]
        if isinstance(taken.event, LabeledMany):
            self._select(taken, taken.event, standing=earlier is not None)
        else:
            self._place(taken, taken.event.item, standing=earlier is not None)

    def _stood(self, taken: _Taken, upto: int) -> bool:
        """Whether the step stood when the log ended at position `upto`."""
        toggles = self._toggles.get(taken.event.id, ())
        return taken.position <= upto and bisect_right(toggles, upto) % 2 == 0

    def _select(self, taken: _Taken, event: LabeledMany, *, standing: bool) -> None:
        """Put the answers of a selection among those that count, or take them away."""
        n = 0
        for item in event.items:
            answers = self._standing.setdefault(item, [])
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
            self._first_open.clear()

    def _place(self, taken: _Taken, item: str, *, standing: bool) -> None:
        """Put an answer among those that count, or take it away, and mend the sums."""
        annotator = taken.event.annotator
        spent_before = self._is_spent(item, annotator)
        answers = self._standing.setdefault(item, [])
        if standing:
            insort(answers, taken, key=_position)
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
            for who in self._asked:
                opened = self._round_of.get((who, item), self._first_open[who])
                self._first_open[who] = min(self._first_open[who], opened)

    def _last(self, item: str, annotator: str) -> _Taken | None:
        """Return the step in which the annotator's word on the item was said that counts now."""
        for taken in reversed(self._standing.get(item, ())):
            if taken.event.annotator == annotator:
                return taken
        return None

    def _is_spent(self, item: str, annotator: str) -> bool:
        """Whether the annotator labeled the item by itself."""
        last = self._last(item, annotator)
        return last is not None and isinstance(last.event, Labeled)

    def _resolve(self, item: str) -> str | None:
        answers = self._standing[item]
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

    def has_answer(self, item: str) -> bool:
        """Whether anybody labeled or skipped the item."""
        return bool(self._standing.get(item))

    def is_answered(self, item: str, annotator: str) -> bool:
        """Whether the annotator need not be asked: anyone labeled it, or this one skipped it."""
        return item in self.labels or self.answer(item, annotator) is not None

    def knows(self, event_id: str) -> bool:
        """Whether a step or a retraction of this id is in the log."""
        return event_id in self._recorded or event_id in self._retractions

    def step(self, event_id: str) -> Step | None:
        """Return the step that this event is, or that it took back or put back."""
        for _ in range(2):  # a redo retracts an undo, which retracts a step
            if (retraction := self._retractions.get(event_id)) is not None:
                event_id = retraction.target
        taken = self._recorded.get(event_id)
        return taken.event if taken else None

    def selected(self, event_id: str) -> frozenset[str]:
        """Return the items of the selection that was labeled by the event of this id."""
        return self._selected.get(event_id, frozenset())

    def can_undo(self, event_id: str, annotator: str) -> bool:
        """Whether the event is a step of this annotator that stands."""
        taken = self._recorded.get(event_id)
        stands = len(self._toggles.get(event_id, ())) % 2 == 0
        return taken is not None and stands and taken.event.annotator == annotator

    def can_redo(self, event_id: str, annotator: str) -> bool:
        """Whether the event is a retraction that this annotator may still take back."""
        return any(retraction.id == event_id for retraction in self._undone.get(annotator, ()))

    def open_queries(self, annotator: str) -> list[Asked]:
        """Return the annotator's queries that have an unanswered item, in the order of answering.

        What a person picked comes first, the newest of it before the rest; then what was chosen
        for them, oldest first.
        """
        rounds = self._asked[annotator]
        numbers = [
            number
            for number in range(self._first_open[annotator], len(rounds))
            if any(not self.is_answered(item, annotator) for item in rounds[number].items)
        ]
        self._first_open[annotator] = numbers[0] if numbers else len(rounds)
        picked = [number for number in numbers if rounds[number].strategy == PICKED]
        chosen = [number for number in numbers if rounds[number].strategy != PICKED]
        return [rounds[number] for number in (*reversed(picked), *chosen)]

    def open_query(self, annotator: str) -> Asked | None:
        """Return the query that the annotator is at; None if every item is answered."""
        return next(iter(self.open_queries(annotator)), None)

    def rounds(self, annotator: str) -> list[Asked]:
        """Return the annotator's queries, oldest first."""
        return self._asked[annotator]

    def asked(self, item: str, annotator: str) -> Asked | None:
        """Return the query by which the annotator was asked about the item."""
        number = self._round_of.get((annotator, item))
        return None if number is None else self._asked[annotator][number]

    def unavailable(self) -> set[str]:
        """Return the items that need not be asked about: answered, or open in somebody's query."""
        taken = {item for item, answers in self._standing.items() if answers}
        for annotator in list(self._asked):
            if self.open_query(annotator):  # those after it were open before an undo
                for asked in self._asked[annotator][self._first_open[annotator] :]:
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

    def _words(self) -> Iterator[tuple[_Taken, str]]:
        for taken in sorted(chain.from_iterable(self._done.values()), key=_position):
            for item in _items(taken.event):
                if self._last(item, taken.event.annotator) is taken:
                    yield taken, item

    def validation_labels(self) -> dict[str, str]:
        """Return the labels of held-out items that measure: somebody looked at each of them.

        A held-out item may get a selection's label all the same, where one that was undone is
        redone after the item was asked about.
        """
        return {
            item: self.labels[item]
            for item in self.held_out & self.labels.keys()
            if any(isinstance(taken.event, Labeled) for taken in self._standing[item])
        }

    def training_labels(self, upto: int | None = None) -> dict[str, str]:
        """Return the labels to train on: not held out, as they stood at position `upto`."""
        if upto is None or upto >= self.position:
            labels = self.labels
        else:
            past = State()
            for taken in self._recorded.values():
                if self._stood(taken, upto):
                    past.apply(*taken)
            labels = past.labels
        return {item: label for item, label in labels.items() if item not in self.held_out}

    def fits(self) -> list[Fitted]:
        """Return the trainings that stand: those that saw no answer which was undone since."""
        return [fit for fit in self._fits if self._hidden[fit.id] == 0]

    def changed_since(self, fit: Fitted | None) -> bool:
        """Whether an answer that counts now did not when `fit` read the log."""
        newest = [answers[-1] for answers in self._done.values() if answers]
        redone = (
            self._recorded[key] for key, toggles in self._toggles.items() if len(toggles) % 2 == 0
        )
        return any(fit is None or not self._stood(r, fit.upto) for r in (*newest, *redone))

    def is_training_due(self, annotator: str) -> bool:
        """Whether there is something to learn of which no training that stands knows.

        That is a query that the annotator completed, or a selection that they labeled.
        """
        self.open_query(annotator)
        number, fits = self._first_open[annotator], self.fits()
        if len(set(self.training_labels().values())) < 2:
            return False
        completed = self._asked[annotator][number - 1].items if number else ()
        due = [self._standing[item][0] for item in completed]
        due += [taken for taken in self._done[annotator] if isinstance(taken.event, LabeledMany)]
        return any(not fits or not self._stood(taken, fits[-1].upto) for taken in due)

    def undoable(self, annotator: str, n: int = 1) -> list[Step]:
        """Return the annotator's last `n` steps, newest first: what undo would take back."""
        return [taken.event for taken in self._done[annotator][: -n - 1 : -1]]

    def redoable(self, annotator: str, n: int = 1) -> list[tuple[Retracted, Step]]:
        """Return the last `n` retractions that redo would take back, newest first."""
        newest = self._undone[annotator][: -n - 1 : -1]
        return [(undone, self._recorded[undone.target].event) for undone in newest]

    def previous_answer(self, event: Answer) -> Answer | None:
        """Return what the annotator had said of the item before `event`."""
        mine = [
            taken.event
            for taken in self._standing.get(event.item, ())
            if taken.event.annotator == event.annotator
        ]
        before = mine[: mine.index(event)] if event in mine else mine
        return _on(before[-1], event.item) if before else None
