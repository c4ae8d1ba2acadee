"""The next query: chosen ahead, so that the hand never waits for it.

A query is chosen by the sampling, from items that nobody has answered or been asked about, and
mixed with a few that were set aside for validation. It is a draft until it is opened: then it
becomes an `Asked` event and never changes. A person may have the sampling choose among some items.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.context import Context
from al_widgets.events import AUDIT, REVIEW, SYNTHESIS, VALIDATION, Asked
from al_widgets.exceptions import NotEnoughLabels, PoolExhausted
from al_widgets.explaining import explain
from al_widgets.fronting import Front, known
from al_widgets.query import Query
from al_widgets.sampling import QuerySynthesis, StreamBasedSampling
from al_widgets.streaming import Streaming
from al_widgets.synthesizing import Synthesizing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.log import Log
    from al_widgets.plan import Plan
    from al_widgets.pool import Pool
    from al_widgets.sampling import Sampling
    from al_widgets.state import State
    from al_widgets.training import Trainer


_DRAWN = "drawn at random, to measure accuracy"


@dataclass(frozen=True, slots=True)
class _Draft:
    query: Query
    made_with: tuple[Any, ...]  # what it depends on; a draft made with something else is stale


class Chooser:
    """Chooses and opens the queries of one annotator.

    Parameters
    ----------
    log : Log
        Says what is answered and asked.
    trainer : Trainer
        Has the model.
    pool : Pool
        The items.
    classes : tuple of str
        The names of the classes.
    reserve : ndarray of int
        Positions set aside for validation, in the order of asking.
    plan : Plan
        How many are asked, and by whom.

    Attributes
    ----------
    reserve : frozenset of str
        Ids of the items that are set aside for validation.
    front : Front
        Opens what is asked in front of what is chosen.
    synthesizing : Synthesizing
        Makes items, and asks about them.
    """

    def __init__(
        self,
        log: Log,
        trainer: Trainer,
        pool: Pool,
        classes: tuple[str, ...],
        *,
        reserve: np.ndarray,
        plan: Plan,
    ) -> None:
        self._log, self._trainer, self._pool, self._classes = log, trainer, pool, classes
        self._reserve, self._plan = reserve, plan
        self.reserve = frozenset(pool.ids[int(i)] for i in reserve)
        self._annotator = plan.annotator
        self.front = Front(log, plan)
        self._draft: _Draft | None = None
        self._choosing = threading.Lock()
        self._streaming, self._streams = Streaming(log, plan, self._context), False
        self.synthesizing = Synthesizing(log, trainer, plan, pool, self._context)

    def open(self) -> Query | None:
        """Return the open query, or open the one that was chosen ahead.

        Returns
        -------
        Query or None
            If the budget is spent, a review of own answers, which cost nothing, or empty; None if
            nothing is chosen yet.
        """
        with self._log.current() as state:
            if not self._plan.left(state):
                asked = state.open_query(self._annotator, free=True)
                return Query.from_event(asked) if asked else Query()
            asked = state.open_query(self._annotator)
            if asked is None:
                asked = self.take(state)
                if asked is None or not self._log.record(asked, after=state.position):
                    return None
        return Query.from_event(asked)

    def look_ahead(self, sampling: Sampling) -> Query:
        """Return the query after the open one; choose it if need be."""
        with self._log.current() as state:
            if (asked := self._following(state)) is not None:
                return Query.from_event(asked)
            if isinstance(sampling, StreamBasedSampling) and not self._streaming.is_due(state):
                return Query()
            if isinstance(sampling, QuerySynthesis) and sampling.asks:
                return Query()  # what is made is asked about at once, in front of the rest
        return self.choose(sampling)

    def context(self) -> Context:
        """Return what is known now."""
        with self._log.current() as state:
            return self._context(state)

    def choose(self, sampling: Sampling) -> Query:
        """Draft the query after the last one that was opened, or return the draft there is.

        It takes as long as the sampling takes; the log is free meanwhile. What a stream asks about
        is no draft, but opened at once.
        """
        with self._choosing:
            self._streams = isinstance(sampling, StreamBasedSampling)
            if isinstance(sampling, StreamBasedSampling):
                self._draft = None
                return self._streaming.next(sampling)
            if isinstance(sampling, QuerySynthesis):
                if sampling.asks:
                    self._draft = None
                    return self.synthesizing.ask(sampling)
                self.synthesizing.refill(sampling)
            with self._log.current() as state:
                context = self._context(state)
                batch_size = self._plan.batch(state)
                n_held_out = self._n_held_out(state, batch_size)
            made_with = (context.seed, batch_size, sampling, context.model)
            if self._draft and self._draft.made_with == made_with:
                positions = [self._pool.position(item) for item in self._draft.query]
                if np.isin(positions, context.candidates).all():  # none was answered meanwhile
                    return self._draft.query
            query = self._choose(sampling, context, batch_size, n_held_out)
            self._draft = _Draft(query, made_with) if query else None
            return query

    @property
    def looks_ahead(self) -> bool:
        """Whether the next query is chosen before the open one is answered."""
        return self._streams or self._draft is not None

    def take(self, state: State) -> Asked | None:
        """Return the draft as an event that opens it; None if there is none or it is outdated."""
        draft = self._draft
        if draft is None or draft.query.round != len(state.rounds(self._annotator)):
            return None
        if not state.unavailable().isdisjoint(draft.query.ids):
            self._draft = None
            return None
        query = draft.query
        return Asked(
            annotator=self._annotator,
            round=query.round,
            items=query.ids,
            utilities=known(query.utilities),
            strategy=query.strategy,
            n_labeled=query.n_labeled,
            held_out=query.held_out,
            reasons=query.reasons,
        )

    def most_useful(self, items: Sequence[str], n: int, sampling: Sampling) -> dict[str, float]:
        """Return the `n` most useful of those items that are free, best first, and their gains.

        Where the sampling chooses fewer, the others follow in their order, with a gain of NaN. It
        takes as long as the sampling takes; the log is free meanwhile.
        """
        with self._choosing:
            with self._log.current() as state:
                context, held_out = self._context(state), state.held_out
            free = np.zeros(len(context.pool), dtype=bool)
            free[context.candidates] = True
            free[self._reserve] = False
            position = context.pool.position
            there = (item for item in items if item in context.pool.ids)
            left = dict.fromkeys((item for item in there if free[position(item)]), np.nan)
            for item in held_out:
                left.pop(item, None)
            candidates = np.array(sorted(position(item) for item in left), dtype=int)
            context = replace(context, candidates=candidates)
            query = _next(sampling, context, min(n, len(left)))
        gains = dict(zip(query.ids, query.utilities.tolist(), strict=True))
        useful = {item: gain for item, gain in gains.items() if item in left}
        return dict(islice((useful | {**left, **useful}).items(), n))

    def _following(self, state: State) -> Asked | None:
        """Return the query that is answered after the open one, if it was opened already.

        So it is after an undo, or where somebody picked items while a query was open.
        """
        is_spent = not self._plan.left(state)
        return next(iter(state.open_queries(self._annotator, free=is_spent)[1:]), None)

    def _n_held_out(self, state: State, batch_size: int) -> int:
        """Return how many of the next items validate, so that the share is kept over all."""
        unlike = {AUDIT, REVIEW, SYNTHESIS}  # samples of their own, and answers given before
        rounds = [query for query in state.rounds(self._annotator) if query.strategy not in unlike]
        asked = sum(len(query.items) for query in rounds)
        held_out = sum(len(query.held_out) for query in rounds)
        wanted = round(self._plan.share * (asked + batch_size)) - held_out
        return max(0, min(batch_size, wanted))

    def _context(self, state: State) -> Context:
        """Return what a strategy may know now; its candidates are all that is free."""
        pool = self._pool.fixed()  # it has all that the log tells of, and may grow meanwhile
        position, labels = pool.position, state.training_labels(made=False)
        free = np.ones(len(pool), dtype=bool)
        free[[position(item) for item in state.unavailable()]] = False
        return Context(
            pool=pool,
            classes=self._classes,
            candidates=np.flatnonzero(free),
            labeled=np.array([position(item) for item in labels], dtype=int),
            labels=np.array([self._classes.index(name) for name in labels.values()], dtype=int),
            made=np.array([position(each.item) for each in state.synthetic], dtype=int),
            model=self._trainer.newest,
            seed=(self._plan.random_state, len(state.rounds(self._annotator))),
        )

    def _choose(
        self, sampling: Sampling, context: Context, batch_size: int, n_held_out: int
    ) -> Query:
        free = np.zeros(len(context.pool), dtype=bool)
        free[context.candidates] = True
        held_out = self._reserve[free[self._reserve]][:n_held_out]
        n_chosen = batch_size - len(held_out)
        candidates = free.copy()
        candidates[self._reserve] = False
        if candidates.sum() < n_chosen:  # the pool ends: the rest of the reserve is asked about too
            candidates = free
            candidates[held_out] = False
        query = sampling.next(replace(context, candidates=np.flatnonzero(candidates)), n_chosen)
        held = tuple(self._pool.ids[int(i)] for i in held_out)
        positions = np.array([self._pool.position(item) for item in query], dtype=int)
        reasons = query.reasons or explain(context, positions)
        return Query(
            ids=(*query.ids, *held),
            utilities=np.concatenate([query.utilities, np.full(len(held), np.nan)]),
            strategy=query.strategy or VALIDATION,
            n_labeled=len(context.labeled),
            round=context.seed[1],
            held_out=held,
            reasons=(*reasons, *(_DRAWN for _ in held)),
        )


def _next(sampling: Sampling, context: Context, batch_size: int) -> Query:
    """Return what the sampling chooses; an empty query if it cannot choose."""
    if batch_size == 0:
        return Query()
    try:
        return sampling.next(context, batch_size)
    except (NotEnoughLabels, PoolExhausted):
        return Query()
