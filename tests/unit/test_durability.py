"""A kernel may die at any moment. What it acknowledged is on disk, and the learner goes on."""

from __future__ import annotations

import random
import signal
import threading

import pytest
from unit_parts import CLASSES, Kernel, blobs, events, make_learner, make_pool, settled

from al_widgets import ActiveLearner, LabelStore, Pool, SimulatedOracle
from al_widgets.events import Asked, Labeled

SHARED = {"budget": 3000, "batch_size": 5, "validation": 0.2}
TAUGHT = {"classes": range(3), "budget": 45, "batch_size": 5}


def label(tell, path, name, attempt):
    """Label on and on, now and then going back and forth; tell what was acknowledged."""
    learner = make_learner(make_pool(3000), store=path, annotator=name, **SHARED)
    known = set(learner.labels["item"])
    tell("ready")
    while query := learner.query():
        for n, item in enumerate(item for item in query if item not in known):
            event = f"{name} {attempt} {item}"
            learner.label(item, "abc"[int(item) % 3], id=event)
            tell((event, item))
            if n == 3:
                learner.undo()
                learner.redo()


def teach(tell, path):
    """Let an oracle answer everything, telling each item before it is answered."""

    class Telling(SimulatedOracle):
        def answer(self, pool, item):
            tell(item)
            return super().answer(pool, item)

    X, y = blobs(300, seed=1)
    learner = ActiveLearner(Pool(X), store=path, **TAUGHT)
    learner.teach(Telling(y, noise=0.3))
    tell("done")


def killed_after(n, job, *arguments):
    """Run `job` until it told so many things, kill it there; return all it told."""
    kernel = Kernel(job, *arguments)
    told = []
    for word in kernel:
        told.append(word)
        if len(told) == n:
            kernel.kill()
    kernel.wait()
    return told


def killed_in(seconds, job, *arguments):
    """Run `job` and kill it so long after two answers, wherever it is; return what it told.

    However slow the machine is, there is something to lose then.
    """
    kernel = Kernel(job, *arguments)
    words = iter(kernel)
    assert next(words) == "ready"
    told = [next(words), next(words)]
    threading.Timer(seconds, kernel.kill).start()
    told += list(words)
    assert kernel.wait() == -signal.SIGKILL
    return told


def test_a_killed_kernel_loses_no_acknowledged_label(sqlite_path):
    """Several times on the same file, each time at another moment."""
    moments = random.Random(7)
    acknowledged = {}
    for attempt in range(6):
        acknowledged.update(
            killed_in(moments.uniform(0.05, 0.5), label, sqlite_path, "me", attempt)
        )
        stored = {e.id: e.item for e in events(LabelStore(sqlite_path)) if isinstance(e, Labeled)}
        assert stored.items() >= acknowledged.items()
        assert len(stored) <= len(acknowledged) + attempt + 1, "one may have been under way"
    assert len(acknowledged) > 10


def test_after_a_kill_the_learner_is_where_it_was(sqlite_path):
    killed_after(38, label, sqlite_path, "me", 0)

    def reopened():
        return settled(make_learner(make_pool(3000), store=sqlite_path, **SHARED))

    first, second = reopened(), reopened()
    stored = events(first.store)
    labeled = [event for event in stored if isinstance(event, Labeled)]
    rounds = [event for event in stored if isinstance(event, Asked)]
    assert first.labels["item"].tolist() == [event.item for event in labeled]
    assert first.labels["label"].tolist() == ["abc"[int(event.item) % 3] for event in labeled]
    assert first.budget.spent == len(labeled)
    answered = {event.item for event in labeled}
    opened = [asked for asked in rounds if not answered >= set(asked.items)]
    if opened:
        assert first.query().ids == opened[0].items
        assert first.query().round == opened[0].round
    assert first.query().ids == second.query().ids
    assert first.query().round == second.query().round
    assert first.labels.equals(second.labels)
    assert first.history.equals(second.history)
    assert (
        first.model.predict_proba(first.pool.features)
        == second.model.predict_proba(first.pool.features)
    ).all()


def test_several_kernels_write_at_once_and_one_that_is_killed_leaves_the_others_alone(sqlite_path):
    told = {}

    def work(name, seconds):
        told[name] = killed_in(seconds, label, sqlite_path, name, 0)

    threads = [
        threading.Thread(target=work, args=(name, seconds))
        for name, seconds in (("ann", 0.3), ("bob", 1.0))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = events(LabelStore(sqlite_path))
    labeled = {e.id: e.item for e in stored if isinstance(e, Labeled)}
    for name in ("ann", "bob"):
        assert told[name]
        assert labeled.items() >= dict(told[name]).items()
    asked = [item for e in stored if isinstance(e, Asked) for item in e.items]
    assert len(set(asked)) == len(asked), "nobody is asked what another was asked"


def asked_by(learner):
    return [event.items for event in events(learner.store) if isinstance(event, Asked)]


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """One run from the beginning to the end, in one process."""
    X, y = blobs(300, seed=1)
    learner = ActiveLearner(
        Pool(X),
        store=tmp_path_factory.mktemp("straight") / "labels.sqlite",
        **TAUGHT,
    )
    learner.teach(SimulatedOracle(y, noise=0.3))
    return learner


class TestExactResume:
    """The same labels, asked in the same order, whether or not the kernel was killed."""

    @pytest.mark.parametrize(
        "moments",
        [
            [4, 9, 14, 19],  # in the middle of a batch
            [5, 10, 5, 15],  # while the last answer of a batch is written or learned
            [6, 1, 1, 11, 2],  # at the beginning of a batch
        ],
    )
    def test_kills_change_nothing(self, straight, sqlite_path, moments):
        for n in moments:
            assert len(killed_after(n, teach, sqlite_path)) < 45
        assert killed_after(None, teach, sqlite_path)[-1] == "done"
        X, _ = blobs(300, seed=1)
        resumed = settled(ActiveLearner(Pool(X), store=sqlite_path, **TAUGHT))
        asked = [
            [e.items for e in events(of.store) if isinstance(e, Asked)]
            for of in (straight, resumed)
        ]
        assert asked[1] == asked[0]
        columns = ["item", "label", "annotator", "source", "strategy", "round"]
        assert resumed.labels[columns].equals(straight.labels[columns])
        columns = ["n_labels", "spent", "accuracy", "low", "high", "n_validation", "model"]
        assert resumed.history[columns].equals(straight.history[columns])

    def test_reopening_between_any_two_answers_changes_nothing(self, straight, sqlite_path):
        X, y = blobs(300, seed=1)
        pool, oracle = Pool(X), SimulatedOracle(y, noise=0.3)
        while True:
            learner = ActiveLearner(pool, store=sqlite_path, **TAUGHT)
            answered = set(learner.labels["item"])
            left = [item for item in learner.query() if item not in answered]
            if not left:
                break
            for item in left[:2]:
                learner.label(item, oracle.answer(pool, item))
            settled(learner)
        assert learner.labels["item"].tolist() == straight.labels["item"].tolist()
        assert learner.labels["label"].tolist() == straight.labels["label"].tolist()
        columns = ["n_labels", "spent", "accuracy", "low", "high"]
        assert learner.history[columns].equals(straight.history[columns])


def test_a_batch_that_was_complete_when_the_kernel_died_is_learned_when_it_is_opened_again(
    sqlite_path,
):
    """The process ends between the last answer of a batch and the training that follows."""
    learner = make_learner(store=sqlite_path)
    query = learner.query()
    settled(learner).store.append(
        *(
            Labeled(annotator="me", item=item, label=label, round=0)
            for item, label in zip(query, CLASSES, strict=True)
        )
    )
    again = settled(make_learner(store=sqlite_path))
    assert again.history["n_labels"].tolist() == [3]
    assert settled(make_learner(store=sqlite_path)).history.equals(again.history)
