"""How items are made while a learner goes on: aimed, made, guarded, and only then recorded.

What a synthesizer makes is kept as it was made, in events of some dozens of items, all recorded
together or none. An item that inherits a label is learned from at once. One that is held back, or
that a person is to label, comes in a query of its own.
"""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import wait as wait_for
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from al_widgets.events import SYNTHESIS, Asked, SynthesisSet
from al_widgets.exceptions import (
    AlWidgetsError,
    InvalidInput,
    MissingExtra,
    ModelError,
    NotEnoughLabels,
)
from al_widgets.fitting import weighs_classes
from al_widgets.query import Query
from al_widgets.sampling import synthesized
from al_widgets.synthesis_report import CHANCE, HARM, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from al_widgets.context import Context
    from al_widgets.log import Log
    from al_widgets.plan import Plan
    from al_widgets.pool import Pool
    from al_widgets.sampling import Crafted, QuerySynthesis
    from al_widgets.state import State
    from al_widgets.syntheses import Synthetic
    from al_widgets.synthesis_report import SynthesisReport
    from al_widgets.training import Trainer

_SEED = 0x5717  # so that what is made is no echo of what a query drew


class Synthesizing:
    """Makes the items that a sampling wants, and asks about those that a person is to look at.

    Parameters
    ----------
    log : Log
        Where they are recorded.
    trainer : Trainer
        Learns from them.
    plan : Plan
        Who is asked, and how often.
    pool : Pool
        Grows by them.
    context : callable
        Gives what is known in a state.
    """

    def __init__(
        self,
        log: Log,
        trainer: Trainer,
        plan: Plan,
        pool: Pool,
        context: Callable[[State], Context],
    ) -> None:
        self._log, self._trainer, self._plan = log, trainer, plan
        self._pool, self._context = pool, context
        self._making = threading.Lock()
        self._tried = 0  # up to where in the log nothing more was to be made

    # -- making --------------------------------------------------------------------------------

    def make(self, sampling: QuerySynthesis, n: int | None = None) -> tuple[str, ...]:
        """Make items, record them, and look whether they help.

        Parameters
        ----------
        sampling : QuerySynthesis
        n : int, optional
            How many at most; as many as the sampling allows for the answers there are when None.

        Returns
        -------
        tuple of str
            Their ids; empty if none is wanted.
        """
        crafted, items = self._craft(sampling, n)
        if crafted is None:
            return ()
        self.look_out(sampling)
        return items

    def _craft(
        self, sampling: QuerySynthesis, n: int | None
    ) -> tuple[Crafted | None, tuple[str, ...]]:
        """Make items and keep them for good; begin anew if others made some meanwhile.

        What a real item is offered in the place of is not kept.
        """
        with self._making:
            while True:
                before = self._look(sampling)
                most = before.room if n is None else n
                crafted = sampling.craft(before.context, most, before.made) if most > 0 else None
                if not crafted:
                    return None, ()
                self._trainer.require_weights(any(made.shares for made in crafted.made))
                shown = [i for i, made in enumerate(crafted.made) if made.nearest is None]
                if (items := self._record(sampling, crafted.some(shown), before)) is not None:
                    return crafted, items

    def refill(self, sampling: QuerySynthesis) -> None:
        """Make what is missing since the last answers, and have the model learn from it."""
        with self._log.current() as state:
            since = max(state.synthetic.last, self._tried)
            is_due = state.synthetic.is_on and _answered_since(state, since)
            is_due &= self._trainer.can_learn(state)
            position = state.position
        if not is_due:
            return
        self._tried = position
        try:
            crafted, _ = self._craft(sampling, None)
        except (InvalidInput, MissingExtra, NotEnoughLabels) as error:
            # a class may have a single label yet: who is asked about real items goes on
            warnings.warn(f"no items were made: {error}", RuntimeWarning, stacklevel=2)
            return
        if crafted is not None:
            self.look_out(sampling)
            wait_for([self._trainer.request()])  # should it fail, queries are chosen all the same

    def report(self) -> SynthesisReport:
        """Say whether what was made helps.

        Raises
        ------
        NotEnoughLabels
            If nothing is in use, or answers are not of two classes.
        ModelError
            If the model cannot be trained on a part of the answers.
        """
        with self._log.current() as state:
            answers, validates = state.training_labels(made=False), state.validation_labels()
            made = [each for each in state.synthetic if self._is_in(state, each)]
            labels = {each.item: self._label(state, each) for each in made}
            soft = {e.item: e.shares for e in made if e.shares and e.item not in state.labels}
            classes, pool = self._context(state).classes, self._pool.fixed()
        try:
            return compare(
                pool,
                self._trainer.estimator,
                answers,
                validates,
                parents={each.item: each.parents for each in made},
                labels=labels,
                shares=soft,
                classes=classes,
                outside=self._trainer.validation,
                random_state=self._plan.random_state,
            )
        except AlWidgetsError:
            raise
        except Exception as error:
            raise ModelError(
                "to compare, the model is trained on parts of the answers",
                f"{type(error).__name__}: {error}",
                "Nothing is lost. Answer some more, or choose a model that needs fewer",
            ) from error

    def look_out(self, sampling: QuerySynthesis) -> None:
        """Stop using what was made, if the model is worse with it than without."""
        with self._log.current() as state:
            can_tell = self._trainer.can_learn(state)
            can_tell &= any(self._is_in(state, each) for each in state.synthetic)
        if not sampling.guard or not can_tell:
            return
        try:
            report = self.report()
        except ModelError as error:  # what was made is kept, and used, and somebody should know
            warnings.warn(f"the guard cannot tell: {error}", RuntimeWarning, stacklevel=2)
            return
        if self._is_to_blame(report, sampling.target):
            self.use(on=False, reason=report.summary)

    def _is_to_blame(self, report: SynthesisReport, target: object) -> bool:
        """Whether what was made had better not be used."""
        if target == "balance":
            if weighs_classes(self._trainer.estimator):  # it has balance, and must be seen to gain
                return report.gain(balanced=True) <= 0
            return report.harms(balanced=True)
        # answers lie where there are labels: what a gap gains they cannot tell, so that only what
        # is surely harm counts
        return report.harms(CHANCE if target == "gaps" else HARM)

    def use(self, *, on: bool, reason: str) -> bool:
        """Record that models learn from what was made, or do not; return whether that is new."""
        with self._log.current() as state:
            while state.synthetic.is_on is not on:
                switched = SynthesisSet(annotator=self._plan.annotator, on=on, reason=reason)
                if self._log.record(switched, after=state.position):
                    self._log.notify()
                    return True
        return False

    # -- asking --------------------------------------------------------------------------------

    def ask(self, sampling: QuerySynthesis, n: int | None = None) -> Query:
        """Make items, at most as many as a query has, and ask about them.

        Returns
        -------
        Query
            Empty if none is wanted, or nothing is left of the budget that they spend.
        """
        n = self._plan.batch_size if n is None else n
        if sampling.spend_budget:
            with self._log.current() as state:
                n = min(n, self._plan.left(state) - self._plan.to_come(state))
        crafted, items = self._craft(sampling, max(0, n))
        if crafted is None:
            return Query()
        reasons, real = self._worded(crafted, items)

        def asked(state: State) -> dict[str, str]:
            left = self._plan.left(state) - self._plan.to_come(state)
            free = [item for item in real if not state.is_answered(item, self._plan.annotator)]
            return reasons | {item: real[item] for item in free[: max(0, left)]}

        return self._open(asked)

    def review(self, n: int) -> Query:
        """Ask about items that are held back, the oldest first; empty if there is none."""
        return self._open(lambda state: self._held(state, n))

    def _open(self, items: Callable[[State], dict[str, str]]) -> Query:
        """Open a query about items, with a reason for each, in front of the others."""
        with self._log.current() as state:
            while reasons := items(state):
                asked = Asked(
                    annotator=self._plan.annotator,
                    round=len(state.rounds(self._plan.annotator)),
                    items=tuple(reasons),
                    utilities=(None,) * len(reasons),
                    strategy=SYNTHESIS,
                    n_labeled=len(state.training_labels(made=False)),
                    reasons=tuple(reasons.values()),
                )
                if self._log.record(asked, after=state.position):
                    self._log.notify()
                    return Query.from_event(asked)
        return Query()

    def _held(self, state: State, n: int) -> dict[str, str]:
        """Return items that wait for a person, and why they were held back."""
        opened = {
            item
            for asked in state.open_queries(self._plan.annotator)
            for item in state.unanswered(asked)
        }
        waiting = (
            each
            for each in state.synthetic
            if each.held and not state.has_answer(each.item) and each.item not in opened
            if not (each.event.spends and not self._plan.left(state))
        )
        return {each.item: each.held for each, _ in zip(waiting, range(n), strict=False)}

    def _worded(
        self, crafted: Crafted, items: Sequence[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Say why each item is asked about: those that were made, and real ones in their place."""
        ids, mine, made, real = self._pool.ids, iter(items), {}, {}
        for each, why in zip(crafted.made, crafted.why, strict=True):
            if each.nearest is None:
                made[next(mine)] = f"{why}: {each.recipe}"
            else:
                real[ids[each.nearest]] = f"{why}: a real item near one {each.recipe}"
        return made, real

    # -- what is known -------------------------------------------------------------------------

    def _look(self, sampling: QuerySynthesis) -> _Before:
        with self._log.current() as state:
            context, n_events = self._context(state), state.synthetic.n_events
            made = [each for each in state.synthetic if self._is_in(state, each)]
            labels = [self._label(state, each) for each in made]
        index = context.classes.index
        return _Before(
            replace(context, seed=(self._plan.random_state, _SEED, n_events)),
            n_events,
            np.array([index(label) for label in labels], dtype=int),
            ceil(sampling.most * len(context.labeled)) - len(made),
        )

    @staticmethod
    def _is_in(state: State, each: Synthetic) -> bool:
        """Whether a model would learn from it, were it not for the switch."""
        if state.has_answer(each.item):
            return each.item in state.labels
        return each.label is not None and not each.held and each.has_its_parents(state.labels)

    @staticmethod
    def _label(state: State, each: Synthetic) -> str:
        return state.labels.get(each.item) or str(each.label)

    # -- recording -----------------------------------------------------------------------------

    def _record(
        self, sampling: QuerySynthesis, crafted: Crafted, before: _Before
    ) -> tuple[str, ...] | None:
        """Keep for good what was made; return the ids, or None if others made some meanwhile."""
        with self._log.current() as state:
            while state.synthetic.n_events == before.n_events:
                ids = _new_ids(state, self._pool, len(crafted))
                events = synthesized(crafted, sampling, before.context, ids, self._plan.annotator)
                if not events or self._log.record(*events, after=state.position):
                    self._log.notify()
                    return ids
        return None


class _Before(NamedTuple):
    """What is known before some are made."""

    context: Context
    n_events: int
    made: np.ndarray  # the classes of those that are in use
    room: int  # how many more there may be


def _answered_since(state: State, position: int) -> bool:
    """Whether an answer that stands was given after this position of the log."""
    newest = state.standing()
    return bool(newest) and newest[-1].position > position


def _new_ids(state: State, pool: Pool, n: int) -> tuple[str, ...]:
    """Return ids that are nobody's: "syn" and a number, unless the pool has such."""
    first, prefix = len(state.synthetic), "syn"
    while any(f"{prefix}{first + i + 1}" in pool.ids for i in range(n)):
        prefix += "-"
    return tuple(f"{prefix}{first + i + 1}" for i in range(n))
