"""The model: trained on a worker, the newest request first, restored rather than stored.

No model is ever written to disk. After a restart, or an undo past a training, the model that stands
is trained again from the answers which it had then, with the same random state: the same model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.events import Fitted
from al_widgets.exceptions import AlWidgetsError, InvalidInput, ModelError, NotEnoughLabels
from al_widgets.fitting import name_of, train, train_at, weight_name
from al_widgets.stability import StopSet
from al_widgets.stepwise import Stepwise
from al_widgets.worker import Worker

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from al_widgets.fitting import Trained
    from al_widgets.log import Log
    from al_widgets.pool import Pool
    from al_widgets.state import State

_FEWEST_CLASSES = 2


class Trainer:
    """Keeps the model that the log calls for.

    Parameters
    ----------
    log : Log
        Where the answers are and trainings are recorded.
    pool : Pool
        Where the features are.
    estimator : classifier
        What to train copies of.
    classes : tuple of str
        The names of the classes.
    reserve : tuple of str
        Ids that validate.
    validation : (X, y) or None
        A validation set from outside, with y as positions in `classes`.
    annotator : str
        In whose name trainings are recorded.
    random_state : int
        Seed of every training.
    executor : Executor or None
        Where to train; the worker's own thread when None.
    stepwise : bool
        Whether `estimator` is to learn answer by answer, which it does on the worker's thread.

    Attributes
    ----------
    model : fitted classifier or None
        The newest model that stands.
    trained : str or None
        Id of the `Fitted` event that `model` belongs to.
    failure : str
        Why the last training failed; empty if it did not.
    validation : (X, y) or None
        As given.
    """

    def __init__(
        self,
        log: Log,
        pool: Pool,
        estimator: Any,
        classes: tuple[str, ...],
        *,
        reserve: tuple[str, ...],
        validation: tuple[Any, np.ndarray] | None,
        annotator: str,
        random_state: int,
        executor: Executor | None,
        stepwise: bool = False,
    ) -> None:
        self._log, self._pool, self._classes = log, pool, classes
        self.estimator, self._reserve, self.validation = estimator, reserve, validation
        self._annotator, self.random_state, self._executor = annotator, random_state, executor
        self._stepwise = Stepwise(estimator, len(classes), random_state) if stepwise else None
        self._stop_set = StopSet(pool, len(classes))
        self._worker = Worker("al_widgets training")
        self.trained: str | None = None
        self._asked_for = False  # whether new answers are to be learned, or a model only restored
        self._preview_wanted = False
        self._preview: Any = None
        self.model: Any = None
        self.failure = ""

    def request(self) -> Future[Fitted]:
        """Ask for a model of the answers given so far; the newest request wins."""
        self._asked_for = True
        return self._submit()

    def _submit(self) -> Future[Fitted]:
        future = self._worker.submit(self._run)
        self._log.notify()
        future.add_done_callback(lambda _: self._log.notify())
        return future

    def preview(self) -> None:
        """Learn the answers given so far only to choose the next query by; log nothing.

        Whoever answers fast has the next query chosen before the open one is complete. A model
        that knows most of its answers chooses better than one that knows none of them.
        """
        self._preview_wanted = True
        self._submit()

    @property
    def newest(self) -> Any:
        """The model that knows most answers: a preview if there is one, else `model`."""
        return self.model if self._preview is None else self._preview

    @property
    def pending(self) -> Future[Fitted] | None:
        """The training that is under way or waiting."""
        return self._worker.pending

    def settle(self) -> None:
        """See to it that the model is the one that the log calls for, after undo or a restart."""
        self._preview = None
        with self._log.current() as state:
            fits = state.fits()
            newest = fits[-1].id if fits else None
        if newest is None:
            self.model = self.trained = None
        elif newest != self.trained:
            self._submit()

    @staticmethod
    def can_learn(state: State) -> bool:
        """Whether there are answers of at least two classes to learn from."""
        return len(set(state.training_labels().values())) >= _FEWEST_CLASSES

    @property
    def is_stepwise(self) -> bool:
        """Whether the model learns answer by answer."""
        return self._stepwise is not None

    def require_labels(self) -> None:
        """Refuse to train while fewer than two classes have an answer."""
        with self._log.current() as state:
            if self.can_learn(state):
                return
            labels = state.training_labels()
        n = len(set(labels.values()))
        raise NotEnoughLabels(
            "a model needs answers of at least two classes to learn from",
            f"{len(labels)} answers of {n} class" + "es" * (n == 0),
            "Answer some more; training starts by itself then",
        )

    def require_weights(self, are_wanted: bool) -> None:  # noqa: FBT001
        """Refuse soft labels, if there are to be some, where the model takes none."""
        estimator = self.estimator
        if hasattr(estimator, "train_at"):
            estimator = estimator.estimator  # the one beside the graph
        takes = self._stepwise is None and weight_name(estimator) is not None
        if are_wanted and not takes:
            raise InvalidInput(
                "soft labels need a model that takes sample_weight, and learns them all at once",
                name_of(estimator),
                "Choose a model such as LogisticRegression, or a synthesizer of whole labels",
            )

    def _run(self) -> Fitted:
        asked_for, self._asked_for = self._asked_for, False
        self._preview_wanted = self._preview_wanted and not asked_for
        try:
            if asked_for:
                fit = self._fit()
            else:
                if self._preview_wanted:
                    self._learn_ahead()
                fit = self._restore()
        except NotEnoughLabels:
            raise
        except Exception as error:
            self.failure = str(error) or type(error).__name__
            if isinstance(error, AlWidgetsError):
                raise
            raise ModelError(
                "the model could not be trained",
                f"{type(error).__name__}: {error}",
                "No answer is lost. Mend the model and retrain",
            ) from error
        self.failure = ""
        return fit

    def _fit(self) -> Fitted:
        """Learn the answers given so far, and log it; restore if there are no new ones."""
        with self._log.current() as state:
            changed = state.changed_since(next(reversed(state.fits()), None))
            lesson, spent, upto = _lesson(state), state.spent.total(), state.position
            n_items = len(self._pool)
        if not changed:
            return self._restore()
        self.require_labels()
        trained = self._train(lesson, n_items)
        fit = self._event(trained, lesson, upto, spent)
        self.model, self.trained, self._preview = trained.model, fit.id, None
        self._log.record(fit)
        self.settle()  # an answer that it saw may have been undone meanwhile
        return fit

    def _learn_ahead(self) -> None:
        self._preview_wanted = False
        with self._log.current() as state:
            lesson = _lesson(state) if self.can_learn(state) else None
            n_items = len(self._pool)
        if lesson is not None:
            self._preview = self._train(lesson, n_items).model

    def _restore(self) -> Fitted:
        """Train the newest model that stands once more, if it is not the one we have."""
        self.require_labels()
        with self._log.current() as state:
            if not (fits := state.fits()):  # it was undone before its turn came
                raise NotEnoughLabels("a model needs a training", "none that stands", "Retrain")
            fit, lesson = fits[-1], _lesson(state, fits[-1].upto)
        if fit.id != self.trained:
            self.model, self.trained = self._train(lesson, fit.n_items).model, fit.id
            self._preview = None
        return fit

    def _train(self, lesson: _Lesson, n_items: int | None) -> Trained:
        """Train on these labels; a model that learns from the pool, on its first `n_items`."""
        positions, y, weights = self._training_set(lesson)
        reserve = [self._pool.position(item) for item in self._reserve]
        X_validation = None if self.validation is None else self.validation[0]
        if hasattr(self.estimator, "train_at"):  # it learns from the whole pool, where that is
            n_items = self._pool.n_given if n_items is None else n_items
            return train_at(
                self.estimator,
                positions,
                y,
                reserve,
                X_validation,
                n_items=n_items,
                weights=weights,
            )
        features = self._pool.features
        if X_validation is None:
            X_validation = features[reserve]
        if self._stepwise is not None:
            self.require_weights(weights is not None)
            return self._stepwise.train(positions, features[positions], y, X_validation)
        arguments = (self.estimator, features[positions], y, X_validation, self.random_state)
        if self._executor is None:
            return train(*arguments, weights=weights)
        return self._executor.submit(train, *arguments, weights=weights).result()

    def _training_set(self, lesson: _Lesson) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Return where these items stand, their labels as positions in the classes, and weights.

        An item that is of several classes stands there once for each.
        """
        soft, index = lesson.soft, self._classes.index
        said = [(item, label, 1.0) for item, label in lesson.labels.items() if item not in soft]
        said += [(item, name, share) for item in soft for name, share in soft[item].items()]
        positions = np.array([self._pool.position(item) for item, _, _ in said], dtype=int)
        y = np.array([index(label) for _, label, _ in said], dtype=int)
        order = np.lexsort((y, positions))  # the same set gives the same model, whoever came first
        if not soft:
            return positions[order], y[order], None
        weights = np.array([share for _, _, share in said])
        order = order[weights[order] > 0]
        return positions[order], y[order], weights[order]

    def _event(self, trained: Trained, lesson: _Lesson, upto: int, spent: int) -> Fitted:
        predictions: dict[str, str] = {}
        n_correct = n_validation = None
        if self.validation is None:
            said = [self._classes[k] for k in trained.predictions]
            predictions = dict(zip(self._reserve, said, strict=True))
        else:
            n_correct = int((trained.predictions == self.validation[1]).sum())
            n_validation = len(self.validation[1])
        return Fitted(
            annotator=self._annotator,
            upto=upto,
            n_labels=len(lesson.labels) - lesson.n_synthetic,
            spent=spent,
            seconds=round(trained.seconds, 6),
            model=name_of(self.estimator),
            predictions=predictions,
            n_correct=n_correct,
            n_validation=n_validation,
            stop_set=self._stop_set.said_by(trained.model),
            n_items=trained.n_items if trained.n_items != self._pool.n_given else None,
            n_synthetic=lesson.n_synthetic,
        )


class _Lesson(NamedTuple):
    """What there is to learn."""

    labels: dict[str, str]
    soft: dict[str, dict[str, float]]  # of those that are of several classes
    n_synthetic: int  # of the labels


def _lesson(state: State, upto: int | None = None) -> _Lesson:
    """Return what there was to learn at position `upto` of the log."""
    labels = state.training_labels(upto)
    n_synthetic = sum(item in state.synthetic for item in labels) if state.synthetic else 0
    return _Lesson(labels, state.soft_labels(upto), n_synthetic)
