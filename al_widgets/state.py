"""What the events add up to: the state of a learner is a fold over its log.

    state = State()
    for position, event in store.read():
        state.apply(position, event)

`apply` is the only way in. Undo and redo are events like the others: a `Retracted` event takes an
answer out of the fold, and retracting that retraction puts it back where it stood.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from al_widgets.events import PICKED, Asked, Event, Fitted, Labeled, Retracted, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator


class Recorded(NamedTuple):
    """An answer and where it stands in the log."""

    position: int
    event: Labeled | Skipped


_position = attrgetter("position")


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
        Answers an annotator. An answer that is corrected is spent once; a skip costs nothing.
    held_out : set of str
        Items that were drawn at random for validation.
    """

    def __init__(self) -> None:
        self.position = 0
        self.labels: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.spent: Counter[str] = Counter()
        self.held_out: set[str] = set()
        self._standing: dict[str, list[Recorded]] = {}  # item -> answers, in order
        self._recorded: dict[str, Recorded] = {}  # event id -> answer, standing or not
        self._toggles: dict[str, list[int]] = {}  # event id -> where it was undone, redone, ...
        self._done: defaultdict[str, list[Recorded]] = defaultdict(list)  # annotator -> undoable
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
            case Labeled() | Skipped():
                self._answer(Recorded(position, event))
            case Asked():
                self._ask(event)
            case Fitted():
                self._fit(event)
            case Retracted():
                self._retract(position, event)
        self.position = position

    def _answer(self, recorded: Recorded) -> None:
        event = recorded.event
        self._recorded[event.id] = recorded
        self._done[event.annotator].append(recorded)
        self._undone.pop(event.annotator, None)
        if event.item in self._standing or not isinstance(event, Labeled):
            self._place(recorded, standing=True)
        else:  # what nearly every event of a long log is: the first word on an item
            self._standing[event.item] = [recorded]
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
        self._hidden[event.id] += sum(self._stood(recorded, event.upto) for recorded in undone)

    def _retract(self, position: int, event: Retracted) -> None:
        self._retractions[event.id] = event
        earlier = self._retractions.get(event.target)
        recorded = self._recorded.get(earlier.target if earlier else event.target)
        toggles = self._toggles.get(recorded.event.id, []) if recorded else []
        if recorded is None or (len(toggles) % 2 == 0) is (earlier is not None):
            return  # unknown, or already so: sent twice, or undone by two hands at once
        annotator = recorded.event.annotator
        if earlier:
            self._undone[annotator] = [r for r in self._undone[annotator] if r is not earlier]
            insort(self._done[annotator], recorded, key=_position)
        else:
            self._done[annotator].remove(recorded)
            self._undone[annotator].append(event)
        for fit in self._fits:
            if self._stood(recorded, fit.upto):
                self._hidden[fit.id] += -1 if earlier else 1
        self._toggles[recorded.event.id] = [*toggles, position]
        self._place(recorded, standing=earlier is not None)

    def _stood(self, recorded: Recorded, upto: int) -> bool:
        """Whether the answer stood when the log ended at position `upto`."""
        toggles = self._toggles.get(recorded.event.id, ())
        return recorded.position <= upto and bisect_right(toggles, upto) % 2 == 0

    def _place(self, recorded: Recorded, *, standing: bool) -> None:
        """Put an answer among those that count, or take it away, and mend the sums."""
        item, annotator = recorded.event.item, recorded.event.annotator
        spent_before = isinstance(self.answer(item, annotator), Labeled)
        answers = self._standing.setdefault(item, [])
        if standing:
            insort(answers, recorded, key=_position)
        else:
            answers.remove(recorded)
        self.spent[annotator] += isinstance(self.answer(item, annotator), Labeled) - spent_before
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

    def _resolve(self, item: str) -> str | None:
        answers = self._standing[item]
        if len(answers) == 1:  # nearly always, and a log is long
            event = answers[0].event
            return event.label if isinstance(event, Labeled) else None
        last = {r.event.annotator: r for r in answers}
        labeled = [r for r in last.values() if isinstance(r.event, Labeled)]
        if not labeled:
            return None
        votes = Counter(r.event.label for r in labeled)  # type: ignore[union-attr]
        newest = {r.event.label: r.position for r in labeled}  # type: ignore[union-attr]
        return max(votes, key=lambda label: (votes[label], newest[label]))

    # -- out -----------------------------------------------------------------------------------

    def answer(self, item: str, annotator: str) -> Labeled | Skipped | None:
        """Return the annotator's word on the item that counts now."""
        for recorded in reversed(self._standing.get(item, ())):
            if recorded.event.annotator == annotator:
                return recorded.event
        return None

    def is_answered(self, item: str, annotator: str) -> bool:
        """Whether the annotator need not be asked: anyone labeled it, or this one skipped it."""
        return item in self.labels or self.answer(item, annotator) is not None

    def knows(self, event_id: str) -> bool:
        """Whether an answer or a retraction of this id is in the log."""
        return event_id in self._recorded or event_id in self._retractions

    def can_undo(self, event_id: str, annotator: str) -> bool:
        """Whether the event is an answer of this annotator that stands."""
        recorded = self._recorded.get(event_id)
        stands = len(self._toggles.get(event_id, ())) % 2 == 0
        return recorded is not None and stands and recorded.event.annotator == annotator

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
        """Yield the last standing answer of each annotator on each item, in the log's order."""
        last = {
            (item, recorded.event.annotator): recorded
            for item, answers in self._standing.items()
            for recorded in answers
        }
        yield from sorted(last.values(), key=_position)

    def training_labels(self, upto: int | None = None) -> dict[str, str]:
        """Return the labels to train on: not held out, as they stood at position `upto`."""
        if upto is None or upto >= self.position:
            labels = self.labels
        else:
            past = State()
            for recorded in self._recorded.values():
                if self._stood(recorded, upto):
                    past.apply(*recorded)
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
        """Whether the annotator completed a query from which no training that stands learned."""
        self.open_query(annotator)
        number, fits = self._first_open[annotator], self.fits()
        if number == 0 or len(set(self.training_labels().values())) < 2:
            return False
        first_words = (self._standing[item][0] for item in self._asked[annotator][number - 1].items)
        return not fits or any(not self._stood(r, fits[-1].upto) for r in first_words)

    def undoable(self, annotator: str, n: int = 1) -> list[Labeled | Skipped]:
        """Return the annotator's last `n` answers, newest first: what undo would take back."""
        return [recorded.event for recorded in self._done[annotator][: -n - 1 : -1]]

    def redoable(self, annotator: str, n: int = 1) -> list[tuple[Retracted, Labeled | Skipped]]:
        """Return the last `n` retractions that redo would take back, newest first."""
        newest = self._undone[annotator][: -n - 1 : -1]
        return [(undone, self._recorded[undone.target].event) for undone in newest]

    def previous_answer(self, event: Labeled | Skipped) -> Labeled | Skipped | None:
        """Return what the annotator had said of the item before `event`."""
        mine = [
            r.event
            for r in self._standing.get(event.item, ())
            if r.event.annotator == event.annotator
        ]
        if event not in mine:
            return mine[-1] if mine else None
        index = mine.index(event)
        return mine[index - 1] if index else None
