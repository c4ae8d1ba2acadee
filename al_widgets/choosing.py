"""The next query: chosen ahead, so that the hand never waits for it.

A query is chosen by the sampling, from items that nobody has answered or been asked about, and
mixed with a few that were set aside for validation. It is a draft until it is opened: then it
becomes an `Asked` event and never changes.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.context import Context
from al_widgets.events import Asked
from al_widgets.query import Query

if TYPE_CHECKING:
    from al_widgets.log import Log
    from al_widgets.pool import Pool
    from al_widgets.sampling import Sampling
    from al_widgets.state import State
    from al_widgets.training import Trainer


@dataclass(frozen=True, slots=True)
class _Draft:
    query: Query
    made_with: tuple[Any, ...]  # what it depends on; a draft made with something else is stale


class Chooser:
    """Chooses queries for one annotator.

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
    share : float
        Share of the answers that validates.
    annotator : str
        Who is asked.
    random_state : int
        Seed, with the number of the round.
    """

    def __init__(
        self,
        log: Log,
        trainer: Trainer,
        pool: Pool,
        classes: tuple[str, ...],
        *,
        reserve: np.ndarray,
        share: float,
        annotator: str,
        random_state: int,
    ) -> None:
        self._log, self._trainer, self._pool, self._classes = log, trainer, pool, classes
        self._reserve, self._share = reserve, share
        self._annotator, self._random_state = annotator, random_state
        self._draft: _Draft | None = None
        self._choosing = threading.Lock()

    def choose(self, sampling: Sampling, batch_size: int) -> Query:
        """Draft the query after the last one that was opened, or return the draft there is.

        It takes as long as the sampling takes; the log is free meanwhile.
        """
        with self._choosing:
            with self._log.current() as state:
                model = self._trainer.model
                number = len(state.rounds(self._annotator))
                labels = state.training_labels()
                taken = state.unavailable()
                made_with = (
                    number,
                    batch_size,
                    id(sampling),
                    id(model),
                    frozenset(taken) if number == 0 else None,
                )
                n_held_out = self._held_out_share(state, batch_size)
            if self._draft and self._draft.made_with == made_with:
                return self._draft.query
            query = self._choose(sampling, batch_size, n_held_out, labels, taken, model, number)
            self._draft = _Draft(query, made_with) if query else None
            return query

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
            utilities=tuple(None if np.isnan(u) else float(u) for u in query.utilities),
            strategy=query.strategy,
            n_labeled=query.n_labeled,
            held_out=query.held_out,
            reasons=query.reasons,
        )

    def following(self, state: State) -> Asked | None:
        """Return the query after the open one, if it was opened before an undo went back."""
        asked = state.open_query(self._annotator)
        if asked is None:
            return None
        for later in state.rounds(self._annotator)[asked.round + 1 :]:
            if any(not state.is_answered(item, self._annotator) for item in later.items):
                return later
        return None

    def _held_out_share(self, state: State, batch_size: int) -> int:
        """Return how many of the next items validate, so that the share is kept over all."""
        asked = sum(len(query.items) for query in state.rounds(self._annotator))
        mine = sum(len(query.held_out) for query in state.rounds(self._annotator))
        return max(0, min(batch_size, round(self._share * (asked + batch_size)) - mine))

    def _choose(
        self,
        sampling: Sampling,
        batch_size: int,
        n_held_out: int,
        labels: dict[str, str],
        taken: set[str],
        model: Any,
        number: int,
    ) -> Query:
        position = self._pool.position
        free = np.ones(len(self._pool), dtype=bool)
        free[[position(item) for item in taken]] = False
        held_out = self._reserve[free[self._reserve]][:n_held_out]
        candidates = free.copy()
        candidates[self._reserve] = False
        if candidates.sum() < batch_size - len(held_out):  # the pool ends: ask about the rest too
            candidates = free
            candidates[held_out] = False
        context = Context(
            pool=self._pool,
            classes=self._classes,
            candidates=np.flatnonzero(candidates),
            labeled=np.array([position(item) for item in labels], dtype=int),
            labels=np.array([self._classes.index(name) for name in labels.values()], dtype=int),
            model=model,
            seed=(self._random_state, number),
        )
        query = sampling.next(context, batch_size - len(held_out))
        held = tuple(self._pool.ids[int(i)] for i in held_out)
        return Query(
            ids=(*query.ids, *held),
            utilities=np.concatenate([query.utilities, np.full(len(held), np.nan)]),
            strategy=query.strategy or "validation",
            n_labeled=len(labels),
            round=number,
            held_out=held,
            reasons=(*query.reasons, *("drawn at random, to measure accuracy" for _ in held))
            if query.reasons
            else (),
        )
