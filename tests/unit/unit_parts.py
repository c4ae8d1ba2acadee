"""What several tests of the core are made of."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import wait
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from al_widgets import ActiveLearner, Pool
from al_widgets.exceptions import AlWidgetsError

threadpool_limits(1)  # tiny models; threads of the linear algebra only wait for each other

N_ITEMS = 12
CLASSES = ("a", "b", "c")


def blobs(n=N_ITEMS, n_classes=3, seed=0):
    """Features of `n` items around `n_classes` centers, and the class of each."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    centers = 3 * rng.normal(size=(n_classes, 4))
    return centers[y] + rng.normal(size=(n, 4)), y


def make_pool(n=N_ITEMS, **arguments):
    return Pool(blobs(n)[0], **arguments)


def make_learner(pool=None, **arguments):
    """A learner of three classes that trains fast; the arguments are its own."""
    given = {"budget": 12, "batch_size": 3, "validation": None, "model": LogisticRegression()}
    return ActiveLearner(pool or make_pool(), classes=CLASSES, **{**given, **arguments})


def settled(learner):
    """Wait until no training is under way; return the learner."""
    while (pending := learner._trainer.pending) is not None:
        wait([pending])
    return learner


def counts(learner):
    """Items a class, as the buttons of a labeler show them."""
    with learner.log.current() as state:
        return +state.counts


def events(store):
    return [event for _, event in store.read()]


def answer(learner, query, truth):
    for item in query:
        learner.label(item, truth[item])


def run_python(code, *arguments, **options):
    """Run `code` in a fresh interpreter that finds this folder; return what it did."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=python_environment(),
        timeout=120,
        check=False,
        **options,
    )


class Kernel:
    """A process of its own that runs ``job(tell, *arguments)`` and may be killed at any moment.

    Everything that it told before is received, also after its death.
    """

    def __init__(self, job, *arguments):
        self._receiver, sender = _processes.Pipe(duplex=False)
        self._process = _processes.Process(target=job, args=(sender.send, *arguments), daemon=True)
        self._process.start()
        sender.close()

    def __iter__(self):
        try:
            while True:
                yield self._receiver.recv()
        except EOFError:
            pass

    def kill(self):
        self._process.kill()

    @property
    def is_alive(self):
        return self._process.is_alive()

    def wait(self):
        """Wait for its end; return its exit code."""
        self._process.join()
        self._receiver.close()
        return self._process.exitcode


_processes = get_context("forkserver")  # starts a process in some milliseconds, imports included
_processes.set_forkserver_preload(
    ["al_widgets.learner", "pandas", "psycopg", "pytest", "sklearn.linear_model", "sqlalchemy"]
)


def python_environment():
    here = Path(__file__).parent
    paths = [str(here), str(here.parents[1]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def refused(kind, rule, got, remedy):
    """Expect an error of `kind` whose message tells the rule, the value received and the remedy."""
    return _Refused(kind, rule, got, remedy)


class _Refused:
    def __init__(self, kind, *parts):
        self._parts = parts
        self._raises = pytest.raises(kind)

    def __enter__(self):
        self._info = self._raises.__enter__()
        return self._info

    def __exit__(self, *exception):
        caught = self._raises.__exit__(*exception)
        error = self._info.value
        assert isinstance(error, AlWidgetsError)
        for name, part in zip(("rule", "got", "remedy"), self._parts, strict=True):
            assert part in getattr(error, name), f"{name}: {getattr(error, name)!r}"
            assert getattr(error, name).rstrip(".") in str(error)
        return caught


class FitsNever(ClassifierMixin, BaseEstimator):
    """A model whose training fails."""

    def fit(self, X, y):  # noqa: ARG002
        raise RuntimeError("the machine is on fire")

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def predict_proba(self, X):
        return np.ones((len(X), 1))


class SaysNaN(ClassifierMixin, BaseEstimator):
    """A model whose probabilities are no numbers."""

    def fit(self, X, y):  # noqa: ARG002
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), np.nan)
