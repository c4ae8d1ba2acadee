from __future__ import annotations

import threading

import pytest

from al_widgets.worker import Worker


@pytest.fixture
def worker():
    return Worker("test")


class Gate:
    """A job that waits until it is let through."""

    def __init__(self):
        self.started, self.open = threading.Event(), threading.Event()

    def __call__(self):
        self.started.set()
        assert self.open.wait(30)
        return "first"


@pytest.fixture
def busy(worker):
    """The worker at work, and the gate that ends it."""
    gate = Gate()
    gate.future = worker.submit(gate)
    gate.started.wait(30)
    yield gate
    gate.open.set()


def test_a_job_runs_on_a_thread_of_its_own(worker):
    assert worker.submit(threading.get_ident).result(30) != threading.get_ident()


def test_jobs_run_one_after_the_other(worker, busy):
    ran = threading.Event()
    later = worker.submit(ran.set)
    assert not ran.wait(0.05)
    busy.open.set()
    later.result(30)
    assert ran.is_set()
    assert busy.future.result(30) == "first"


def test_of_the_jobs_that_wait_only_the_newest_runs(worker, busy):
    ran = []
    futures = [worker.submit(lambda i=i: ran.append(i) or i) for i in range(3)]
    busy.open.set()
    assert [future.result(30) for future in futures] == [2, 2, 2]
    assert ran == [2]


def test_an_error_belongs_to_whoever_asked_and_the_worker_goes_on(worker):
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 / 0).result(30)
    assert worker.submit(lambda: 42).result(30) == 42


def test_pending_is_the_newest_job_that_has_not_ended(worker, busy):
    assert worker.pending is busy.future
    waiting = worker.submit(int)
    assert worker.pending is waiting
    busy.open.set()
    waiting.result(30)
    worker.submit(int).result(30)


def test_a_job_that_was_cancelled_is_passed_over_and_the_worker_goes_on(worker, busy):
    ran = []
    assert worker.submit(lambda: ran.append("cancelled")).cancel()
    busy.open.set()
    busy.future.result(30)
    assert worker.submit(lambda: "next").result(30) == "next"
    assert ran == []


def test_a_job_after_one_that_was_cancelled_has_a_future_of_its_own(worker, busy):
    worker.submit(int).cancel()
    later = worker.submit(lambda: "next")
    busy.open.set()
    assert later.result(30) == "next"
