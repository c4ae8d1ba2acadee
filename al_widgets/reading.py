"""What can be read off a learner: its log, what that adds up to, and how far the model is."""

from __future__ import annotations

from concurrent.futures import wait as wait_for
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets._arguments import check_count
from al_widgets.auditing import Audit, audits
from al_widgets.coverage import Coverage, measure
from al_widgets.evaluation import Budget, history, labels, sources
from al_widgets.events import Streamed
from al_widgets.propagation import (
    Answer,
    MadeAnswer,
    Propagation,
    check_threshold,
    plain_estimator,
    propagate,
)
from al_widgets.stopping import Advice, advise
from al_widgets.stream_report import StreamReport, report
from al_widgets.streams import accepted
from al_widgets.suspicion import Suspect, suspects, to_frame

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    import pandas as pd

    from al_widgets._arguments import Classes
    from al_widgets.answering import Answers
    from al_widgets.choosing import Chooser
    from al_widgets.log import Log
    from al_widgets.pool import Pool
    from al_widgets.store import LabelStore
    from al_widgets.training import Trainer


class _Known(NamedTuple):
    """What there is to propagate, by positions in the pool."""

    answers: dict[int, Answer]
    made: dict[int, MadeAnswer]
    synthetic: tuple[str, ...]  # all that were made


class Reading:
    """The half of an `al_widgets.ActiveLearner` that changes nothing; it is made there."""

    annotator: str
    pool: Pool
    _propagated: tuple[_Known, Propagation] | None = None
    _propagating: threading.Lock
    random_state: int
    _answers: Answers
    _chooser: Chooser
    _classes: Classes
    _log: Log
    _total: int
    _trainer: Trainer

    @property
    def classes(self) -> tuple[Any, ...]:
        """The classes, as they were given."""
        return self._classes.given

    @property
    def budget(self) -> Budget:
        """Answers in all, spent and remaining.

        A correction, a skip or an import costs nothing; a selection that is labeled in one step
        costs one.
        """
        with self._log.current() as state:
            return Budget(self._total, state.spent.total())

    @property
    def labels(self) -> pd.DataFrame:
        """The labels that stand, one row for each item and annotator, in the order of answering.

        ``item``, ``label``, ``annotator``, ``seconds``, ``source`` ("selection" where it came by
        :meth:`label_many`, "imported" by :meth:`import_labels`, "synthetic" where a person labeled
        an item that was made), ``strategy`` ("validation" where the item was drawn at random and is
        held out), ``round``, ``time`` (UTC).
        """
        with self._log.current() as state:
            return labels(state, self._classes.value)

    @property
    def history(self) -> pd.DataFrame:
        """The learning curve, one row for each training; see `al_widgets.evaluation.history`."""
        with self._log.current() as state:
            return history(state)

    def coverage(self) -> Coverage:
        """Measure which variations of which class the labels represent; see `Coverage`.

        The groups of near neighbors are computed the first time, which takes a while on a large
        pool.
        """
        return measure(self._chooser.context())

    def propagate(self, threshold: float = 0.0) -> Propagation:
        """Give every item a label and a confidence, from the answers to some.

        What the near neighbors of an item say, what the answers around it say and what the model
        says are mixed, as far as each of them is right about answers that it does not know. It is
        computed once for the answers that stand and the items there are.

        Parameters
        ----------
        threshold : float
            From 0 to 1; propagated labels of less confidence are withheld.

        Returns
        -------
        Propagation

        Raises
        ------
        NotEnoughLabels
            If the answers are not of at least two classes.
        InvalidInput
            If `threshold` is no share.

        Notes
        -----
        The answers are spread over the graph of near neighbors (Zhou et al., *Learning with local
        and global consistency*, NeurIPS 2003); the mix is smoothed over it (Huang et al.,
        *Combining label propagation and simple models out-performs graph neural networks*, ICLR
        2021); its probabilities are made true by one temperature (Guo et al., *On calibration of
        modern neural networks*, ICML 2017). How far each mix is believed is ours: by its log loss
        on answers of other folds, as in Bayesian model averaging.

        Examples
        --------
        >>> from al_widgets import ActiveLearner, SimulatedOracle, datasets
        >>> pool, y = datasets.load_digits()
        >>> learner = ActiveLearner(pool, classes=range(10), budget=60)
        >>> learner.teach(SimulatedOracle(y))
        >>> found = learner.propagate()
        >>> found.to_frame().loc[0, ["item", "source"]].tolist()
        ['0', 'propagated']
        >>> float((found.label == y).mean().round(1))
        1.0
        """
        check_threshold(threshold)
        with self._propagating:
            known, pool = self._known(), self.pool.fixed()
            before = self._propagated
            if before is None or before[0] != known or before[1].pool is not pool:
                position = pool.position
                found = propagate(
                    pool,
                    self.classes,
                    known.answers,
                    plain_estimator(self._trainer.estimator),
                    random_state=self._trainer.random_state,
                    made=known.made,
                    made_positions=np.array(
                        [position(item) for item in known.synthetic], dtype=int
                    ),
                )
                self._propagated = known, found
            else:
                found = before[1]
        if before is None or before[1] is not found:
            self._log.notify()
        return found.above(threshold)

    def _known(self) -> _Known:
        """Return what is said of items: by people, and by what was made of that."""
        position, index = self.pool.position, self._classes.index
        with self._log.current() as state:
            measures = state.validation_labels().keys()
            labels, soft = state.training_labels(), state.soft_labels()
            answers = {
                position(item): Answer(index(state.labels[item]), source, item in measures)
                for item, source in sources(state).items()
                if item not in state.synthetic
            }
            made = {
                position(each.item): MadeAnswer(
                    index(labels[each.item]),
                    tuple(position(parent) for parent in each.parents),
                    tuple((index(k), share) for k, share in soft.get(each.item, {}).items()),
                )
                for each in state.synthetic
                if each.item in labels
            }
            return _Known(answers, made, tuple(each.item for each in state.synthetic))

    @property
    def propagated(self) -> Propagation | None:
        """What :meth:`propagate` found last, of the answers and items then; None before that."""
        return self._propagated[1] if self._propagated else None

    @property
    def audits(self) -> tuple[Audit, ...]:
        """What is known of the share of wrong ones among propagated labels; see :meth:`audit`.

        One `al_widgets.Audit` for each that was drawn, the newest last, as its answers stand now.
        """
        with self._log.current() as state:
            return audits(state, self._classes.values)

    @property
    def stream(self) -> StreamReport | None:
        """How the stream went so far that flowed last; None before the first item of one passed.

        What was accepted of it, how sure that is, and how many items were asked about; see
        `al_widgets.StreamReport`.
        """
        with self._log.current() as state:
            if not state.newest_stream:
                return None
            return report(state, state.streams[state.newest_stream])

    def accepted(self) -> pd.DataFrame:
        """Return the labels that the model gave items of streams, and nobody was asked about.

        They are read from the log, where a stream can have left very many.

        Returns
        -------
        DataFrame
            ``item``, ``label``, ``confidence`` (from 0 to 1), ``stream``, ``number`` (where in the
            stream it stood), ``time`` (UTC).
        """
        import pandas as pd  # noqa: PLC0415

        with self._log.current() as state:
            labels = set(state.labels)
        events = [event for _, event in self.store.read_kind(Streamed)]
        rows = [
            (item, self._classes.value(label), sure, event.stream, number, event.time)
            for item, label, sure, number, event in accepted(events)
            if item not in labels
        ]
        columns = ["item", "label", "confidence", "stream", "number", "time"]
        frame = pd.DataFrame(rows, columns=columns)
        frame["time"] = pd.to_datetime(frame["time"], unit="s", utc=True)
        return frame

    def suspicious(self, n: int | None = None) -> pd.DataFrame:
        """Return the answers that may be wrong, the most suspicious first; see :meth:`review`.

        By all the other answers another class is far likelier, and of the five nearest ones more
        say that class than the answer.

        Parameters
        ----------
        n : int, optional
            How many at most, at least 1; all when None.

        Returns
        -------
        DataFrame
            ``item``, ``label`` (the answer), ``suggested``, ``confidence`` (how sure the others are
            of that, from 0 to 1), ``agreement`` (share of the nearest answers that say so),
            ``annotator``.

        Raises
        ------
        NotEnoughLabels
            If there are too few answers to suspect any.
        """
        if n is not None:
            check_count("n", n)
        found = self._suspects()[:n]
        with self._log.current() as state:
            return to_frame(found, state, self._classes.value)

    def _suspects(self) -> list[Suspect]:
        propagation = self.propagate()
        return suspects(propagation, propagation.pool.geometry.rows(propagation.answered))

    def advice(self) -> Advice:
        """Say whether to stop answering, and why; it is advice, and waits for nothing.

        What 50 more answers would gain, extrapolated from at least 30 answers that were drawn at
        random for validation; whether predictions were stable over the last trainings; what share
        of the items labels represent, if the groups of near neighbors are known; and what is left
        of the budget. See `al_widgets.Advice`.
        """
        ready = self.pool.geometry.is_ready and self._trainer.newest is not None
        covered = self.coverage().covered_mass if ready else None
        with self._log.current() as state:
            return advise(
                state.fits(),
                state.validation_labels(),
                len(self._classes.names),
                covered=covered,
                budget=Budget(self._total, state.spent.total()),
                is_audited=bool(state.audits),
            )

    @property
    def log(self) -> Log:
        """The log with its fold, for whoever draws or reads it; never write to it."""
        return self._log

    @property
    def is_training(self) -> bool:
        """Whether a model is being trained."""
        return self._trainer.pending is not None

    @property
    def trained(self) -> str | None:
        """Id of the training that :attr:`model` came from; None before the first."""
        return self._trainer.trained

    @property
    def newest_model(self) -> Any:
        """The model that the next query is chosen by: :attr:`model`, or one still newer."""
        return self._trainer.newest

    @property
    def failure(self) -> str:
        """Why the last training failed; empty if it did not."""
        return self._trainer.failure

    @property
    def store(self) -> LabelStore:
        """Where the log is kept."""
        return self._log.store

    def _wait(self) -> None:
        """Wait for the training that is under way, however it ends."""
        if (pending := self._trainer.pending) is not None:
            wait_for([pending])

    @property
    def model(self) -> Any:
        """The newest fitted model that stands; None before the first."""
        if self._trainer.model is None:
            self._wait()
        return self._trainer.model

    def is_free(self, positions: np.ndarray) -> np.ndarray:
        """Return which items :meth:`label_many` would label: not answered, none that validates.

        Parameters
        ----------
        positions : ndarray of shape (n,), int
            Positions in the pool.

        Returns
        -------
        ndarray of shape (n,), bool
        """
        items = [self.pool.ids[int(position)] for position in positions]
        return np.array(self._answers.are_free(items), dtype=bool)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener`, a bound method, after each change, on the thread that made it."""
        self._log.subscribe(listener)
