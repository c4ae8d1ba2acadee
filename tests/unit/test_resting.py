"""A worker that rests between two jobs."""

from __future__ import annotations

import threading

import pytest

from al_widgets.widgets._resting import RestingWorker

LONG = 30  # seconds; no test waits so long


@pytest.fixture
def done():
    """What the jobs did, and a way to wait for it."""

    class Done(list):
        news = threading.Event()

        def add(self, what):
            self.append(what)
            self.news.set()

    return Done()


def test_the_first_job_runs_at_once(done):
    RestingWorker("test", LONG).submit(lambda: done.add(1))
    assert done.news.wait(5)


def test_jobs_that_come_during_the_rest_wait_for_its_end(done):
    worker = RestingWorker("test", LONG)
    worker.submit(lambda: done.add(1))
    assert done.news.wait(5)
    worker.submit(lambda: done.add(2))
    assert done == [1]


def test_the_last_of_a_series_is_always_run_and_those_before_it_are_not(done):
    worker = RestingWorker("test", 0.05)
    futures = [worker.submit(lambda n=n: done.add(n)) for n in range(100)]
    futures[-1].result(5)
    assert done[-1] == 99
    assert len(done) < 100


def test_a_job_that_is_wanted_at_once_cuts_the_rest_short(done):
    worker = RestingWorker("test", LONG)
    worker.submit(lambda: done.add(1))
    assert done.news.wait(5)
    done.news.clear()
    worker.submit(lambda: done.add(2), at_once=True)
    assert done.news.wait(5)
    assert done == [1, 2]


def test_a_job_that_fails_does_not_end_the_worker(done):
    worker = RestingWorker("test", 0)
    failed = worker.submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        failed.result(5)
    worker.submit(lambda: done.add(1))
    assert done.news.wait(5)
