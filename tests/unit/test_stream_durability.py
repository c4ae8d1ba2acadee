"""A stream whose kernel is killed anywhere goes on with the next item, and loses nothing."""

from __future__ import annotations

import asyncio
import queue
import threading
from itertools import pairwise

import pytest
from sklearn.linear_model import LogisticRegression
from test_durability import killed_after
from unit_parts import CLASSES, blobs, events, settled

from al_widgets import ActiveLearner, LabelStore, Pool, SimulatedOracle, StreamBasedSampling
from al_widgets.events import Arrived, Labeled, Streamed
from al_widgets.streams import decided

N = 3_000


def truth():
    return {f"s{i}": CLASSES[k] for i, k in enumerate(blobs(N)[1])}


def streamer(path, stream=None):
    if stream is None:
        stream = ((row, f"item {i}") for i, row in enumerate(blobs(N)[0]))
    return ActiveLearner(
        Pool.empty(),
        CLASSES,
        budget=150,
        batch_size=5,
        model=LogisticRegression(),
        sampling=StreamBasedSampling(stream, 0.8),
        store=path,
    )


def answer(tell, path):
    """Answer what the stream asks, and tell of each answer once it is acknowledged."""
    learner, y = streamer(path), truth()
    while query := learner.query():
        for item in query:
            learner.label(item, y[item])
            tell(item)
        settled(learner)
    tell(None)


@pytest.mark.timeout(120)
def test_a_kernel_that_is_killed_again_and_again_decides_about_every_item_once(sqlite_path):
    told = []
    for attempt in range(4):
        told += killed_after(20 + 7 * attempt, answer, sqlite_path)
    learner = streamer(sqlite_path)
    learner.teach(SimulatedOracle(truth()))
    settled(learner)
    log = events(LabelStore(sqlite_path))
    passed = [event for event in log if isinstance(event, Streamed)]
    assert passed[0].start == 0
    assert all(one.start + one.n == other.start for one, other in pairwise(passed))
    asked = [decided(event).ids[i] for event in passed for i in event.asked]
    kept = [item for event in log if isinstance(event, Arrived) for item in event.items]
    assert asked == kept
    labeled = [event.item for event in log if isinstance(event, Labeled)]
    assert set(told) - {None} <= set(labeled)
    assert len(labeled) == len(set(labeled)) == learner.budget.spent
    assert [learner.pool.content[i] for i in range(3)] == ["item 0", "item 1", "item 2"]


def test_a_queue_that_something_else_fills_is_asked_about_as_it_comes(sqlite_path):
    source = queue.Queue()
    learner = streamer(sqlite_path, source)
    X, y = blobs(60)

    def fill():
        for i, row in enumerate(X):
            source.put((row, f"item {i}"))
        source.put(None)

    threading.Timer(0.3, fill).start()
    while not (query := learner.query()):
        assert learner.sampling.is_flowing
    assert query.ids == ("s0", "s1", "s2", "s3", "s4")
    learner.teach(SimulatedOracle({f"s{i}": CLASSES[k] for i, k in enumerate(y)}))
    assert learner.stream.n_seen == 60
    assert learner.sampling.is_ended


def test_an_asynchronous_stream_is_asked_about_as_it_comes():
    X, y = blobs(60)

    async def socket():
        for row in X:
            await asyncio.sleep(0.001)
            yield row, "heard"

    learner = streamer(None, socket())
    learner.teach(SimulatedOracle({f"s{i}": CLASSES[k] for i, k in enumerate(y)}))
    assert learner.stream.n_seen == 60


def test_a_stream_that_never_ends_ends_with_the_budget():
    X, y = blobs(3)

    def forever():
        while True:
            yield X[0] + len(seen), "again"
            seen.append(1)

    seen = []
    learner = streamer(None, forever())
    learner.teach(SimulatedOracle(dict.fromkeys((f"s{i}" for i in range(10_000)), "a")), n=20)
    assert learner.budget.spent == 20
    assert len(seen) < 200
    assert len(y) == 3
