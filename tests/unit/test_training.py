from __future__ import annotations

import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from unit_parts import answer, blobs, events, make_learner, refused, settled

from al_widgets import Pool
from al_widgets.events import Fitted
from al_widgets.exceptions import NotEnoughLabels
from al_widgets.fitting import default_model, seeded_copy


class Slow(LogisticRegression):
    """A model that waits for a gate which all its copies share."""

    gate = threading.Event()
    started = threading.Event()

    def fit(self, X, y):
        Slow.started.set()
        assert Slow.gate.wait(30)
        return super().fit(X, y)


@pytest.fixture
def slow():
    Slow.gate.clear()
    Slow.started.clear()
    learner = make_learner(model=Slow())
    for item, label in zip("012", "abc", strict=True):
        learner.label(item, label)
    yield learner
    Slow.gate.set()
    settled(learner)


def test_a_training_is_logged(learner):
    learner.label("0", "a")
    learner.label("1", "b")
    fit = learner.retrain()
    assert (fit.n_labels, fit.spent, fit.model) == (2, 2, "LogisticRegression")
    assert events(learner.store)[-1] == fit


def test_without_two_classes_there_is_no_training(learner):
    with refused(NotEnoughLabels, "at least two classes", "0 answers of 0 classes", "more"):
        learner.retrain()
    learner.label("0", "a")
    with refused(NotEnoughLabels, "at least two classes", "1 answers of 1 class", "more"):
        learner.retrain(wait=False)


def test_without_waiting_a_future_is_returned(slow):
    future = slow.retrain(wait=False)
    assert isinstance(future, Future)
    assert not future.done()
    Slow.gate.set()
    assert isinstance(future.result(30), Fitted)


def test_while_a_model_is_trained_labels_are_taken_and_the_newest_request_wins(slow):
    first = slow.retrain(wait=False)
    assert Slow.started.wait(30)
    later = []
    for item in "345":
        slow.label(item, "a")
        later.append(slow.retrain(wait=False))
    Slow.gate.set()
    assert first.result(30).n_labels == 3
    assert {future.result(30).n_labels for future in later} == {6}
    assert slow.history["n_labels"].tolist() == [3, 6]


def test_a_training_whose_answers_were_undone_meanwhile_does_not_stand(slow):
    future = slow.retrain(wait=False)
    assert Slow.started.wait(30)
    slow.undo()
    Slow.gate.set()
    future.result(30)
    assert len(settled(slow).history) == 0
    assert slow.model is None
    assert slow.failure == ""


def test_a_training_that_was_cancelled_leaves_the_next_one_alone(slow):
    first = slow.retrain(wait=False)
    assert Slow.started.wait(30)
    slow.label("3", "a")
    slow.retrain(wait=False).cancel()
    Slow.gate.set()
    first.result(30)
    assert slow.retrain().n_labels == 4


def test_going_back_and_forth_past_a_training_is_no_failure(learner):
    for item, label in zip("012", "abc", strict=True):
        learner.label(item, label)
    learner.retrain()
    learner.label("3", "a")
    learner.retrain()
    for _ in range(5):
        for _ in range(4):
            learner.undo()
        for _ in range(4):
            learner.redo()
    assert settled(learner).failure == ""
    assert learner.history["n_labels"].tolist() == [3, 4]


def test_it_starts_by_itself_after_each_complete_batch(learner, truth):
    for n in (3, 6, 9):
        answer(learner, learner.query(), truth)
        assert settled(learner).history["n_labels"].iloc[-1] == n


def test_it_does_not_start_in_the_middle_of_a_batch(learner, truth):
    answer(learner, learner.query().ids[:2], truth)
    assert len(settled(learner).history) == 0


def test_without_new_answers_the_last_training_is_returned(learner):
    learner.label("0", "a")
    learner.label("1", "b")
    assert learner.retrain() == learner.retrain()
    assert len(learner.history) == 1


def test_the_model_that_was_given_is_not_changed():
    model = RandomForestClassifier(n_estimators=3)
    learner = make_learner(model=model)
    learner.label("0", "a")
    learner.label("1", "b")
    learner.retrain()
    assert model.random_state is None
    assert not hasattr(model, "classes_")


def test_the_same_answers_make_the_same_model():
    said = []
    for order in ("012", "210"):
        learner = make_learner(model=RandomForestClassifier(n_estimators=5), random_state=3)
        for item in order:
            learner.label(item, "abc"[int(item)])
        learner.retrain()
        said.append(learner.model.predict_proba(learner.pool.features))
    assert (said[0] == said[1]).all()


def test_a_random_state_that_was_given_is_kept():
    learner = make_learner(model=RandomForestClassifier(n_estimators=3, random_state=77))
    learner.label("0", "a")
    learner.label("1", "b")
    learner.retrain()
    assert learner.model.random_state == 77


def test_the_model_is_the_same_after_opening_the_store_again(sqlite_path, truth):
    model = RandomForestClassifier(n_estimators=5)
    learner = make_learner(model=model, store=sqlite_path)
    answer(learner, learner.query(), truth)
    before = settled(learner).model.predict_proba(learner.pool.features)
    learner.label("0", "c")  # not learned yet
    again = settled(make_learner(model=model, store=sqlite_path))
    assert (again.model.predict_proba(learner.pool.features) == before).all()


def test_the_default_model_learns():
    learner = make_learner(model=None)
    for item in learner.pool.ids:
        learner.label(item, "abc"[int(item) % 3])
    learner.retrain()
    assert (learner.model.predict(learner.pool.features) == np.arange(12) % 3).mean() > 0.8


class Counted(ThreadPoolExecutor):
    n_jobs = 0

    def submit(self, *arguments, **named):
        self.n_jobs += 1
        return super().submit(*arguments, **named)


def test_an_executor_that_is_given_does_the_training(truth):
    with Counted(1) as executor:
        learner = make_learner(executor=executor)
        answer(learner, learner.query(), truth)
        assert len(settled(learner).history) == 1
        assert executor.n_jobs >= 1


def test_processes_may_do_the_training():
    from unit_parts import _processes

    with ProcessPoolExecutor(1, mp_context=_processes) as executor:
        learner = make_learner(executor=executor)
        learner.label("0", "a")
        learner.label("1", "b")
        assert learner.retrain().n_labels == 2
        assert learner.model.classes_.tolist() == [0, 1]


def test_two_trainings_at_a_time_share_nothing_that_they_write_into():
    estimator = default_model(Pool(blobs(60)[0]))
    one, other = seeded_copy(estimator, 0), seeded_copy(estimator, 0)
    assert one.steps[0][1] is not other.steps[0][1]
    assert one.steps[0][1].estimator is other.steps[0][1].estimator  # what is known of the pool


def test_an_executor_that_was_shut_down_loses_no_label():
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    learner = make_learner(executor=executor)
    learner.label("0", "a")
    learner.label("1", "b")
    with pytest.raises(Exception, match="shutdown"):
        learner.retrain()
    assert len(learner.labels) == 2
