"""Answers: how a label, a skip, an undo or a redo becomes an event, and what it sets going."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, TypeVar

from al_widgets.events import VALIDATION, Asked, Labeled, Retracted, Skipped, new_id
from al_widgets.exceptions import BudgetExhausted

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.choosing import Chooser, Plan
    from al_widgets.log import Log
    from al_widgets.training import Trainer

_LATE = 0.2  # the share of a query that is left when the next one is chosen anew

_Answer = TypeVar("_Answer", Labeled, Skipped)


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
        with self._log.current() as state:
            before = state.answer(item, self._annotator)
            if id_ and state.knows(id_):
                return
            if isinstance(before, Labeled) and before.label == name:
                return
            if not isinstance(before, Labeled) and state.spent.total() >= self._plan.total:
                raise BudgetExhausted(
                    "the budget is spent",
                    f"{state.spent.total()} answers of {self._plan.total}",
                    "Make the learner with a larger budget= on the same store to go on",
                )

            def event(asked: Asked | None) -> Labeled:
                strategy = None
                if asked:
                    strategy = VALIDATION if item in asked.held_out else asked.strategy
                return Labeled(
                    id=id_ or new_id(),
                    annotator=self._annotator,
                    item=item,
                    label=name,
                    seconds=seconds,
                    strategy=strategy,
                    round=asked.round if asked else None,
                )

            self._answer(item, event)

    def skip(self, item: str, reason: str, seconds: float | None, id_: str | None) -> None:
        """Record that the annotator passes over the item."""
        with self._log.current() as state:
            if isinstance(state.answer(item, self._annotator), Skipped):
                return
            self._answer(
                item,
                lambda asked: Skipped(
                    id=id_ or new_id(),
                    annotator=self._annotator,
                    item=item,
                    reason=reason,
                    seconds=seconds,
                    round=asked.round if asked else None,
                ),
            )

    def undo(self, target: str | None, id_: str | None) -> bool:
        """Retract an answer, the last one if no other is named."""
        with self._log.current() as state:
            last = state.undoable(self._annotator)
            return self._retract(target or (last[0].id if last else None), id_)

    def redo(self, target: str | None, id_: str | None) -> bool:
        """Retract a retraction, the last one if no other is named."""
        with self._log.current() as state:
            last = state.redoable(self._annotator)
            return self._retract(target or (last[0][0].id if last else None), id_)

    def _retract(self, target: str | None, id_: str | None) -> bool:
        state = self._log.state
        if target is None or not state.knows(target) or (id_ and state.knows(id_)):
            return False
        self._record(Retracted(id=id_ or new_id(), annotator=self._annotator, target=target))
        self._trainer.settle()
        return True

    def _answer(self, item: str, event: Callable[[Asked | None], _Answer]) -> None:
        """Record an answer, and before it the opening of the query it belongs to, if need be.

        A browser is already at the next query, which was sent ahead, when its first answer comes.
        """
        state = self._log.state
        asked = state.asked(item, self._annotator)
        opened: tuple[Asked, ...] = ()
        if asked is None and state.open_query(self._annotator) is None:
            ahead = self._chooser.take(state)
            if ahead is not None and item in ahead.items:
                asked, opened = ahead, (ahead,)
        self._record(*opened, event(asked))

    def _record(self, *events: Asked | Labeled | Skipped | Retracted) -> None:
        """Record, and if that completes a query have the model trained and the next one opened."""
        state = self._log.state
        before = state.open_query(self._annotator)
        self._log.record(*events)
        after = state.open_query(self._annotator)
        completed = before is not None and (after is None or after.round > before.round)
        if completed and state.changed_since(next(reversed(state.fits()), None)):
            if self._trainer.can_learn(state):
                self._trainer.request()
            self._chooser.open()
        elif after is not None and self._chooser.looks_ahead:
            left = sum(not state.is_answered(item, self._annotator) for item in after.items)
            if left == ceil(_LATE * len(after.items)):
                self._trainer.preview()
        self._log.notify()
