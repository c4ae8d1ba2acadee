"""A stream: how fast items pass, what memory that takes, and what its labels are worth.

    make bench ARGS=stream

Speed: 1,000,000 items of 64 features through a fitted logistic regression, threshold fixed, every
decision made durable in a SQLite log; a process of its own each. One at a time: by a model that can
only be asked about one item a call. Peers are called directly and log nothing. Labels: a learner
with the same model and the same budget asks in a pool, and in a shuffled stream of the same items;
accuracy on items that neither saw. SETS=digits and SEEDS=2 shorten it; SETS= (none) leaves speed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from data_sets import raw
from report import table
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import al_widgets as al

SETS = ("digits", "banking77")
BUDGETS = (100, 200, 300)
N = 1_000_000

MADE = """
import sys, threading, time, numpy as np, psutil
from sklearn.linear_model import LogisticRegression
n, one_by_one = int(sys.argv[1]), sys.argv[2] == "one"
rng = np.random.default_rng(0)
centers = rng.normal(size=(10, 64)) * 0.6
y = rng.integers(0, 10, n)
X = (centers[y] + rng.normal(size=(n, 64))).astype(np.float32)
first = np.arange(2_000)
model = LogisticRegression(max_iter=1000).fit(X[first], y[first])
process, peak = psutil.Process(), [0]
def watch():
    while True:
        peak[0] = max(peak[0], process.memory_info().rss)
        time.sleep(0.005)
def begin():
    global before, began
    threading.Thread(target=watch, daemon=True).start()
    before = process.memory_info().rss
    began = time.perf_counter(), time.process_time()
def end(n_asked):
    took = time.perf_counter() - began[0], time.process_time() - began[1]
    print(*took, (peak[0] - before) / 1e6, n_asked)
"""

OURS = """
import al_widgets as al
from sklearn.base import BaseEstimator, ClassifierMixin
class Fitted(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = model.classes_
        return self
    def predict_proba(self, X):
        if one_by_one:
            return np.vstack([model.predict_proba(X[i : i + 1]) for i in range(len(X))])
        return model.predict_proba(X)
    def predict(self, X): return model.predict(X)
learner = al.ActiveLearner(al.Pool(X[:20].copy()), range(10), model=Fitted(), validation=None,
                           budget=1_000_000, batch_size=1_000_000, store=sys.argv[3])
for i in range(20):
    learner.label(str(i), int(y[i]))
learner.retrain()
stream = ((X[i], None) for i in range(n))
learner.sampling = al.StreamBasedSampling(stream, threshold=0.5, audit=0, warm_up=0)
begin()
learner.query()
end(learner.stream.n_asked)
"""

PEER = """
from skactiveml.stream import FixedUncertainty
from skactiveml.classifier import SklearnClassifier
clf = SklearnClassifier(LogisticRegression(max_iter=1000), classes=range(10))
clf.fit(X[:2000], y[:2000])
strategy = FixedUncertainty(classes=range(10), random_state=0)
begin()
asked = 0
for i in range(n):
    candidates = X[i : i + 1]
    chosen = strategy.query(candidates=candidates, clf=clf, fit_clf=False)
    strategy.update(candidates, chosen)
    asked += len(chosen)
end(asked)
"""


def run(code: str, n: int, how: str) -> list[float]:
    """Run code in a fresh interpreter: seconds, CPU seconds, MB above, items asked about."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", MADE + code, str(n), how, str(Path(folder, "log.sqlite"))]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        ran = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, env=environment, check=True
        )
    return [float(word) for word in ran.stdout.split()]


def speed() -> None:
    """Print how fast items pass."""
    cases = [
        ("ours, in chunks", OURS, N, "chunks", "200,000"),
        ("ours, one at a time", OURS, 30_000, "one", "3,000"),
    ]
    try:
        import skactiveml  # noqa: F401
    except ImportError:
        print("scikit-activeml is not installed, passed over", file=sys.stderr)
    else:
        cases.append(("scikit-activeml FixedUncertainty", PEER, 5_000, "one", ""))
    lines = []
    for name, code, n, how, goal in cases:
        seconds, cpu, above, asked = run(code, n, how)
        each = f"{1e6 * cpu / n:,.1f}"
        lines.append(
            [name, f"{n:,}", f"{n / seconds:,.0f}", goal, each, f"{above:.0f}", f"{asked:,.0f}"]
        )
    heads = [
        "",
        "items",
        "items a second",
        "goal",
        "CPU µs an item",
        "MB above, at its highest",
        "asked",
    ]
    table("Speed and memory", heads, lines)


def model() -> Any:
    """Return the model of both."""
    regression = LogisticRegression(max_iter=1000, class_weight="balanced")
    return make_pipeline(StandardScaler(), regression)


def thresholds(n: int, budget: int) -> dict[str, Any]:
    """Return the thresholds that a stream is asked with."""
    return {
        "fixed 0.8": 0.8,
        "fixed 0.5": 0.5,
        "target rate": al.thresholds.TargetRate(budget / n),
        "paced": al.thresholds.Paced(n),
        "fixed 0.8, window": 0.8,
    }


def accuracies(names: list[str], seeds: int) -> pd.DataFrame:
    """Return the accuracy of each way on items that nobody saw."""
    rows = []
    for name in names:
        if (loaded := raw(name)) is None:
            continue
        X, y = loaded[0], np.unique(loaded[1], return_inverse=True)[1]
        for seed in range(seeds):
            order = np.random.default_rng(seed).permutation(len(y))
            test, train = order[: len(y) // 4], order[len(y) // 4 :]
            for budget in BUDGETS:
                for way, score, spent, seen in ways(X, y, (train, test), budget, seed):
                    rows.append((name, seed, budget, way, score, spent, seen))
                    print(*rows[-1], file=sys.stderr, flush=True)
    columns = ["set", "seed", "budget", "way", "accuracy", "spent", "seen"]
    return pd.DataFrame(rows, columns=columns)


def ways(X: Any, y: np.ndarray, parts: tuple[Any, Any], budget: int, seed: int) -> Any:
    """Yield each way's name, accuracy, answers spent and items seen."""
    train, test = parts
    n_classes = int(y.max()) + 1
    oracle = al.SimulatedOracle(y[train])
    settings = {"model": model(), "budget": budget, "random_state": seed, "validation": None}
    settings["batch_size"] = 10
    pool = al.Pool(X[train])
    for way, strategy in {"pool, herding": None, "pool, random": al.strategies.Random()}.items():
        learner = al.ActiveLearner(pool, range(n_classes), sampling=strategy, **settings)
        learner.teach(oracle)
        yield way, (learner.model.predict(X[test]) == y[test]).mean(), budget, len(train)
    truth = {f"s{i}": int(label) for i, label in enumerate(y[train])}
    for way, threshold in thresholds(len(train), budget).items():
        stream = ((X[i], None) for i in train)
        window = len(train) * settings["batch_size"] // budget if "window" in way else 1
        sampling = al.StreamBasedSampling(stream, threshold, audit=0, window=window)
        learner = al.ActiveLearner(al.Pool.empty(), range(n_classes), sampling=sampling, **settings)
        learner.teach(al.SimulatedOracle(truth))
        score = (learner.model.predict(X[test]) == y[test]).mean()
        yield f"stream, {way}", score, learner.budget.spent, learner.stream.n_seen


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    threadpool_limits(1)
    names = [name for name in os.environ.get("SETS", ",".join(SETS)).split(",") if name]
    if names:
        found = accuracies(names, int(os.environ.get("SEEDS", "5")))
        for name in names:
            some = found[found["set"] == name]
            lines = []
            for way in some["way"].unique():
                own = some[some["way"] == way].groupby("budget")
                means, errors = own["accuracy"].mean(), own["accuracy"].sem()
                spent, seen = own["spent"].mean(), own["seen"].mean()
                cells = [
                    f"{means[b]:.3f} ± {errors[b]:.3f} ({spent[b]:.0f} of {seen[b]:,.0f})"
                    for b in BUDGETS
                ]
                lines.append([way, *cells])
            heads = [f"budget {budget}" for budget in BUDGETS]
            table(f"{name}: accuracy on unseen items (answers of items seen)", ["", *heads], lines)
    speed()


if __name__ == "__main__":
    main()
