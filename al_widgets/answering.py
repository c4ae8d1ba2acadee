"""Answers: how a label, a skip, an undo or a redo becomes an event, and what it sets going.

One label for a whole selection is one event and one step. It is given to no item that somebody has
answered, nor to one that validates or is audited: nobody looked at each of them.

What is under review has an answer already. The same one again is recorded, since that keeps it.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from al_widgets.events import (
    HUMAN,
    REVIEW,
    SELECTION,
    SYNTHETIC,
    VALIDATION,
    Asked,
    Labeled,
    LabeledMany,
    Retracted,
    Skipped,
    new_id,
)
from al_widgets.exceptions import BudgetExhausted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from al_widgets.choosing import Chooser
    from al_widgets.events import Event
    from al_widgets.log import Log
    from al_widgets.plan import Plan
    from al_widgets.state import State
    from al_widgets.training import Trainer

    _Decide = Callable[[State], tuple[Event, ...]]

_LATE = 0.2  # the share of a query that is left when the next one is chosen anew


class Answers:
    """Takes what one annotator says.

    Parameters
    ----------
    log : Log
        Where it is recorded.
    trainer : Trainer
        Is told when a query is complete.
    chooser : Chooser
        Has the query that was sent ahead.
    plan : Plan
        Who answers, and how often.
    """

    def __init__(self, log: Log, trainer: Trainer, chooser: Chooser, plan: Plan) -> None:
        self._log, self._trainer, self._chooser, self._plan = log, trainer, chooser, plan
        self._annotator = plan.annotator

    def label(self, item: str, name: str, seconds: float | None, id_: str | None) -> None:
        """Record a label, unless it says nothing new."""

        def decide(state: State) -> tuple[Event, ...]:
            before = state.answer(item, self._annotator)
            if id_ and state.knows(id_):
                return ()
            if (
                isinstance(before, Labeled)
                and before.source != SELECTION  # which is confirmed: now somebody has looked at it
                and before.label == name
                and not state.is_under_review(item, self._annotator)
            ):
                return ()
            if state.costs(item, self._annotator):
                self._require_budget(state)
            asked, opened = self._asked(state, item)
            label = Labeled(
                id=id_ or new_id(),
                annotator=self._annotator,
                item=item,
                label=name,
                seconds=seconds,
                source=SYNTHETIC if item in state.synthetic else HUMAN,
                strategy=_strategy(state, item, asked),
                round=asked.round if asked else None,
            )
            return (*opened, label)

        self._record(decide)

    def label_many(
        self, items: Sequence[str], name: str, seen: Sequence[str], id_: str | None
    ) -> int:
        """Record one label for those of the items that are free, in one step; return how many."""
        id_ = id_ or new_id()

        def decide(state: State) -> tuple[Event, ...]:
            if state.knows(id_):
                return ()
            free = [item for item in items if self._is_free(state, item)]
            if not free:
                return ()
            self._require_budget(state)
            many = LabeledMany(
                id=id_,
                annotator=self._annotator,
                items=tuple(free),
                label=name,
                seen=tuple(seen),
            )
            return (many,)

        self._record(decide)
        with self._log.known() as state:
            return len(state.selected(id_))

    def are_free(self, items: Sequence[str]) -> list[bool]:
        """Return which of the items `label_many` would label now."""
        with self._log.current() as state:
            return [self._is_free(state, item) for item in items]

    def _is_free(self, state: State, item: str) -> bool:
        measures = item in self._chooser.reserve or item in state.held_out or state.is_audited(item)
        return not measures and item not in state.synthetic and not state.has_answer(item)

    def take_in(self, decide: _Decide) -> None:
        """Record labels that were given elsewhere, all or none.

        Parameters
        ----------
        decide : callable
            Makes the events of the state; is called anew if another process was faster.
        """
        self._record(decide)

    def skip(self, item: str, reason: str, seconds: float | None, id_: str | None) -> None:
        """Record that the annotator passes over the item."""

        def decide(state: State) -> tuple[Event, ...]:
            before = state.answer(item, self._annotator)
            reviewed = state.is_under_review(item, self._annotator)
            if isinstance(before, Skipped) and not reviewed:
                return ()
            asked, opened = self._asked(state, item)
            skipped = Skipped(
                id=id_ or new_id(),
                annotator=self._annotator,
                item=item,
                reason=reason,
                seconds=seconds,
                round=asked.round if asked else None,
            )
            return (*opened, skipped)

        self._record(decide)

    def undo(self, target: str | None, id_: str | None) -> bool:
        """Retract a step, the last one if no other is named."""

        def decide(state: State) -> tuple[Event, ...]:
            last = state.undoable(self._annotator)
            wanted = target or (last[0].id if last else None)
            if wanted is None or not state.can_undo(wanted, self._annotator):
                return ()
            return (Retracted(id=id_ or new_id(), annotator=self._annotator, target=wanted),)

        return self._retract(decide, id_)

    def redo(self, target: str | None, id_: str | None) -> bool:
        """Retract a retraction, the last one if no other is named."""

        def decide(state: State) -> tuple[Event, ...]:
            last = state.redoable(self._annotator)
            wanted = target or (last[0][0].id if last else None)
            if wanted is None or not state.can_redo(wanted, self._annotator):
                return ()
            return (Retracted(id=id_ or new_id(), annotator=self._annotator, target=wanted),)

        return self._retract(decide, id_)

    def _retract(self, decide: _Decide, id_: str | None) -> bool:
        done = self._record(lambda state: () if id_ and state.knows(id_) else decide(state))
        if done:
            self._trainer.settle()
        return done

    def _require_budget(self, state: State) -> None:
        if state.spent.total() >= self._plan.total:
            raise BudgetExhausted(
                "the budget is spent",
                f"{state.spent.total()} answers of {self._plan.total}",
                "Make the learner with a larger budget= on the same store to go on",
            )

    def _asked(self, state: State, item: str) -> tuple[Asked | None, tuple[Asked, ...]]:
        """Return the query that asked about the item, and, if it must be opened first, that.

        A browser is already at the next query, which was sent ahead, when its first answer comes.
        """
        asked = state.asked(item, self._annotator)
        if asked is None and state.open_query(self._annotator) is None:
            ahead = self._chooser.take(state)
            if ahead is not None and item in ahead.items:
                return ahead, (ahead,)
        return asked, ()

    def _record(self, decide: _Decide) -> bool:
        """Record what `decide` makes of the state; decide anew if another process was faster."""
        with self._log.current() as state:
            while events := decide(state):
                before = state.open_query(self._annotator)
                if self._log.record(*events, after=state.position):
                    self._set_going(state, before, events[-1])
                    return True
        return False

    def _set_going(self, state: State, before: Asked | None, event: Event) -> None:
        """Have the model trained after a selection or an import; after a query, open the next."""
        after = state.open_query(self._annotator)
        completed = before is not None and not state.unanswered(before)
        step = state.step(event.id)
        at_once = isinstance(step, LabeledMany) and state.can_undo(step.id, self._annotator)
        at_once |= isinstance(event, Labeled) and event.is_imported
        newest = next(reversed(state.fits()), None)
        if (completed or at_once) and state.changed_since(newest):
            if self._trainer.can_learn(state):
                self._trainer.request()
            if completed:
                self._chooser.open()
        elif after is not None and self._chooser.looks_ahead:
            left = len(state.unanswered(after))
            if left == ceil(_LATE * len(after.items)) or self._trainer.is_stepwise:
                self._trainer.preview()
        self._log.notify()


def _strategy(state: State, item: str, asked: Asked | None) -> str | None:
    """Return what the strategy column says; what is held out says so, also after a review."""
    if asked is None:
        return None
    held_out = state.held_out if asked.strategy == REVIEW else asked.held_out
    return VALIDATION if item in held_out else asked.strategy
