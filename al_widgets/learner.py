"""ActiveLearner: the one place where pool, store, model and sampling meet.

    pool ──► query ──► card ──► label ──► store ──► retrain ──► curve, budget
      ▲                                     │                      │
      └─────────────────────────────────────┴──── next query ◄─────┘

A learner holds no state of its own beside what it was given, the fitted model and the next query
that was chosen ahead: all else is read from the log, by what it has from `Reading`.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from al_widgets._arguments import (
    Classes,
    check_counts,
    check_pool,
    check_selection,
    check_validation,
    known_ids,
)
from al_widgets.answering import Answers
from al_widgets.arrivals import admit
from al_widgets.asking import Asking
from al_widgets.choosing import Chooser
from al_widgets.evaluation import validation_reserve
from al_widgets.fitting import default_model, require_classifier
from al_widgets.keeping import Keeping
from al_widgets.log import Log
from al_widgets.making import Making
from al_widgets.plan import Plan
from al_widgets.propagation import PropagatingEstimator
from al_widgets.sampling import StreamBasedSampling
from al_widgets.store import LabelStore
from al_widgets.training import Trainer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from al_widgets.events import Fitted
    from al_widgets.pool import Pool


PROPAGATION = "propagation"
"""The name of the model that spreads answers over the pool."""

MOST_PROPAGATED = 20_000
"""Items up to which that is the default: their neighbors take some seconds, and are needed anyway
for the variations."""


class ActiveLearner(Asking, Making, Keeping):
    """Asks about the few items worth asking about, learns from the answers, remembers everything.

    Parameters
    ----------
    pool : Pool
        The items.
    classes : sequence of str or int
        What an item can be; at least two.
    model : classifier or "propagation", optional
        Any scikit-learn classifier with ``predict_proba``; it is copied, never changed. With
        "propagation" queries are chosen by what the answers say of the whole pool: its graph of
        near neighbors (for which the first training waits), a kernel and logistic regression. That
        is trained in this process, whatever the executor. When None, "propagation" in a pool of up
        to 20,000 items, and logistic regression on scaled features in a larger one, or in one that
        began empty. A classifier with ``partial_fit`` that is made with a stream as `sampling`
        learns answer by answer.
    sampling : Sampling, optional
        Where queries come from; may be changed at any time. ``PoolBasedSampling()`` when None.
    budget : int
        Answers that may be asked for, at least `batch_size`.
    batch_size : int
        Items a query.
    validation : float, (X, y) or None
        The share of the answers, from 0 up to 0.9, that is asked about items drawn at random and
        held out to measure accuracy; or a labeled set from outside; or None, and no accuracy is
        known.
    store : None, str, Path or LabelStore
        Where the log is kept: None in memory, a path in a SQLite file, a URL in PostgreSQL. If it
        holds labels of this pool already, the learner goes on where they stopped.
    annotator : str
        Who answers.
    random_state : int
        Makes every choice reproducible.
    executor : concurrent.futures.Executor, optional
        Where models are trained; a thread when None.

    Attributes
    ----------
    pool, classes, batch_size, annotator, random_state
        As given.
    sampling : Sampling
        Assign another at any time; the open query stays.

    Raises
    ------
    InvalidInput, StoreError
        Before anything is stored.

    Examples
    --------
    >>> from al_widgets import ActiveLearner, SimulatedOracle, datasets
    >>> pool, y = datasets.load_digits()
    >>> learner = ActiveLearner(pool, classes=range(10), budget=60)
    >>> learner.teach(SimulatedOracle(y))
    >>> learner.budget
    <Budget: 60 of 60 spent, 0 remaining>
    """

    def __init__(
        self,
        pool: Pool,
        classes: Sequence[Any],
        *,
        model: Any = None,
        sampling: Any = None,
        budget: int = 200,
        batch_size: int = 10,
        validation: Any = 0.2,
        store: str | Path | LabelStore | None = None,
        annotator: str = "me",
        random_state: int = 0,
        executor: Executor | None = None,
    ) -> None:
        check_pool(pool)
        self._classes = Classes(classes)
        check_counts(
            budget=budget,
            batch_size=batch_size,
            annotator=annotator,
            random_state=random_state,
        )
        share, outside = check_validation(validation, pool, self._classes)
        if model is not None and model != PROPAGATION:
            require_classifier(model)
        pool = self.pool = pool.fork()  # it may grow
        self.annotator, self.random_state = annotator, int(random_state)
        self.batch_size, self._total = batch_size, budget
        self.sampling = sampling
        plan = Plan(annotator, budget, batch_size, share, self.random_state)
        opened = store if isinstance(store, LabelStore) else LabelStore(store)
        opened.bind(pool.identity, repr(pool))
        self._log, self._propagating = Log(opened, partial(admit, self.pool)), threading.Lock()
        self._keep_geometry()
        reserve = validation_reserve(pool.n_given, share, budget, self.random_state)
        self._trainer = Trainer(
            self._log,
            pool,
            _estimator(model, pool, self.random_state),
            self._classes.names,
            reserve=tuple(pool.ids[int(i)] for i in reserve),
            validation=outside,
            annotator=annotator,
            random_state=self.random_state,
            executor=executor,
            stepwise=hasattr(model, "partial_fit") and isinstance(sampling, StreamBasedSampling),
        )
        self._chooser = Chooser(
            self._log,
            self._trainer,
            pool,
            self._classes.names,
            reserve=reserve,
            plan=plan,
        )
        self._synthesizing = self._chooser.synthesizing
        self._answers = Answers(self._log, self._trainer, self._chooser, plan)
        self._trainer.settle()
        with self._log.current() as state:
            if state.is_training_due(annotator):  # the last session ended before it
                self._trainer.request()

    # -- answering -----------------------------------------------------------------------------

    def label(
        self,
        item: object,
        label: object,
        *,
        seconds: float | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """Label an item. It is durable when this returns.

        The same label again changes nothing; another one replaces it and costs nothing, or one
        answer where it was imported. When a query is complete, training starts by itself on a
        worker.

        Parameters
        ----------
        item : str
            Id of the item; any item of the pool.
        label : str or int
            One of the classes.
        seconds : float, optional
            How long the item was looked at.
        id : str, optional
            Id of the event. One that is in the log already is passed over.

        Raises
        ------
        UnknownItem, UnknownClass, BudgetExhausted, StoreError
            And nothing was changed.
        """
        known = self.pool.ids[self.pool.position(item)]
        self._answers.label(known, self._classes.name(label), seconds, id)

    def label_many(
        self,
        items: Sequence[object],
        label: object,
        *,
        seen: Sequence[object] = (),
        id: str | None = None,  # noqa: A002
    ) -> int:
        """Give one label to a whole selection, in one step. It is durable when this returns.

        Only items get it that nobody has labeled or skipped, and that do not validate: those set
        aside or asked about to measure accuracy are left to answers of their own, since here nobody
        looks at each item. The step spends one answer of the budget, however many items it labels;
        :meth:`undo` takes it back as a whole. A later label or skip of one of the items replaces
        what the step said of it, and such a label spends one answer as any other does. Training
        starts by itself on a worker.

        Parameters
        ----------
        items : sequence of str
            Ids; at least one.
        label : str or int
            One of the classes.
        seen : sequence of str
            Those of `items` that the person looked at before; kept in the log.
        id : str, optional
            Id of the event. One that is in the log already is passed over.

        Returns
        -------
        int
            How many items were labeled; 0, and nothing was recorded, if none is left.

        Raises
        ------
        InvalidInput, UnknownItem, UnknownClass, BudgetExhausted, StoreError
            And nothing was changed.

        Examples
        --------
        >>> from al_widgets import ActiveLearner, datasets
        >>> pool, y = datasets.load_digits()
        >>> learner = ActiveLearner(pool, classes=range(10), validation=None)
        >>> learner.label_many(["0", "10", "20"], 0, seen=["10"])
        3
        >>> learner.labels["source"].unique().tolist(), learner.budget.spent
        (['selection'], 1)
        """
        known = sorted(known_ids(self.pool, items), key=self.pool.position)
        looked_at = known_ids(self.pool, seen, "seen")
        check_selection(known, looked_at)
        return self._answers.label_many(known, self._classes.name(label), looked_at, id)

    def skip(
        self,
        item: object,
        reason: str = "",
        *,
        seconds: float | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """Pass over an item: it is not asked about again, and costs nothing.

        Parameters
        ----------
        item : str
            Id of the item. If it was labeled, its label is withdrawn.
        reason : str
            Why, in words.
        seconds, id
            As for :meth:`label`.
        """
        known = self.pool.ids[self.pool.position(item)]
        self._answers.skip(known, reason, seconds, id)

    def undo(self, *, target: str | None = None, id: str | None = None) -> bool:  # noqa: A002
        """Take back the last step of this annotator, or the one of event id `target`.

        A step is an answer, or all those that one :meth:`label_many` gave. There is no limit to it,
        and it reaches across rounds and sessions: labels, budget, curve, model and queue go back
        together.

        Returns
        -------
        bool
            False if there was nothing to take back.
        """
        return self._answers.undo(target, id)

    def redo(self, *, target: str | None = None, id: str | None = None) -> bool:  # noqa: A002
        """Put back what :meth:`undo` took last, or the retraction of event id `target`.

        Returns
        -------
        bool
            False if there was nothing to put back. An answer given after an undo ends the chance.
        """
        return self._answers.redo(target, id)

    # -- learning ------------------------------------------------------------------------------

    def retrain(self, wait: bool = True) -> Fitted | Future[Fitted]:  # noqa: FBT001, FBT002
        """Train on every answer given so far.

        Parameters
        ----------
        wait : bool
            If False, return at once a future of the training. Of the trainings that wait only the
            newest is run.

        Returns
        -------
        Fitted, or Future of Fitted
            The record of the training. If nothing changed since the last one, that of the last.

        Raises
        ------
        NotEnoughLabels
            If the answers are not yet of two classes.
        ModelError
            If the model fails. No answer is lost.
        """
        self._trainer.require_labels()
        future = self._trainer.request()
        return future.result() if wait else future

    def teach(self, oracle: Any, n: int | None = None) -> None:
        """Let an oracle answer, retraining after each batch.

        Of an item that was made it says what it says of the first of its parents.

        Parameters
        ----------
        oracle : SimulatedOracle
            Anything with ``answer(pool, item) -> label``.
        n : int, optional
            How many answers; what is left of the budget when None.
        """
        left = self.budget.remaining if n is None else min(n, self.budget.remaining)
        while left > 0 and (query := self.query()):
            for item in query:
                with self._log.current() as state:
                    asked = state.rounds(self.annotator)[query.round]
                    unanswered = item in state.unanswered(asked)
                    made = item in state.synthetic
                    about = state.synthetic[item].parents[0] if made else item
                if not unanswered or left == 0:
                    continue
                self.label(
                    item, oracle.answer(self.pool, about), seconds=getattr(oracle, "seconds", None)
                )
                left -= 1
        self._wait()
        with self._log.current() as state:
            enough = self._trainer.can_learn(state)
        if enough:
            self.retrain()

    def __repr__(self) -> str:
        return (
            f"<ActiveLearner on {len(self.pool):,} items, {len(self.classes)} classes: "
            f"{self.budget.spent} of {self._total} answers, {self.store}>"
        )


def _estimator(model: Any, pool: Pool, random_state: int) -> Any:
    """Return what is trained."""
    if model is None and not 0 < pool.n_given <= MOST_PROPAGATED:
        return default_model(pool)
    if model is None or model == PROPAGATION:
        return PropagatingEstimator(pool, default_model(pool), random_state)
    return model
