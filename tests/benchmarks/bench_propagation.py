"""Label the rest: how many labels are right, how true the confidence is, how long it takes.

    make bench ARGS=propagation

Every pipeline starts with no answer and gets 300, in batches of 10; the figure is the share of the
items without an answer that it labels rightly. Ours is a learner as it is by default (a fifth of
its answers drawn at random, to measure), and then `learner.propagate()`. A peer is a strategy and
the logistic regression that a user would build around it (balanced class weights,
standardized features), or scikit-learn's semi-supervised models on answers drawn at random.

Each run is written to build/propagation.csv as it ends, and is not run again while it stands there.
SETS=digits,letter, ONLY="ours" and SEEDS=2 shorten it; SETS= (none) leaves the figures of speed.
"""

from __future__ import annotations

import csv
import os
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from data_sets import raw
from peers import PEERS
from report import table
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier

import al_widgets as al
from al_widgets.context import Context
from al_widgets.evaluation import calibration_error
from al_widgets.geometry import Neighbors
from al_widgets.propagation import Answer, propagate, spread
from al_widgets.strategies import Margin, Random

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETS = ("digits", "spoken", "banking77", "letter", "fashion", "grocery", "sea", "imbalanced-6")
AT = (50, 100, 200, 300)
BATCH = 10
FILE = Path(__file__).parents[2] / "build" / "propagation.csv"
COLUMNS = ["set", "pipeline", "seed", "answers", "accuracy", "calibration", "seconds"]
GOALS = {
    "digits": (0.976, 0.985, 0.992, 0.998),
    "spoken": (0.82, 0.91, 0.94, 0.96),
    "banking77": (0.54, 0.72, 0.82, 0.87),
    "letter": (0.42, 0.58, 0.72, 0.78),
    "fashion": (0.70, 0.77, 0.80, 0.82),
}
Row = tuple[int, float, float, float]  # answers, accuracy, calibration error, seconds


def ours(X: Any, y: np.ndarray, seed: int, **settings: Any) -> Iterator[Row]:
    """Let a learner ask, and propagate."""
    classes = range(y.max() + 1)
    learner = al.ActiveLearner(
        al.Pool(X), classes, budget=AT[-1], batch_size=BATCH, random_state=seed, **settings
    )
    oracle = al.SimulatedOracle(y)
    for n in AT:
        learner.teach(oracle, n=n - learner.budget.spent)
        began = time.perf_counter()
        found = learner.propagate()
        seconds = time.perf_counter() - began
        rest = found.is_propagated
        right = (found.label == y)[rest]
        yield n, right.mean(), calibration_error(found.confidence[rest], right), seconds


def peer(strategy: Any, finish: Callable[..., np.ndarray]) -> Callable[..., Iterator[Row]]:
    """Return the pipeline of a strategy, and of what labels the rest."""

    def run(X: Any, y: np.ndarray, seed: int) -> Iterator[Row]:
        X = StandardScaler().fit_transform(X).astype(np.float32)
        pool, names = al.Pool(X), tuple(map(str, range(y.max() + 1)))
        labeled, model = np.empty(0, dtype=int), None
        while len(labeled) < AT[-1]:
            context = Context(
                pool=pool,
                classes=names,
                candidates=np.setdiff1d(np.arange(len(y)), labeled),
                labeled=labeled,
                labels=y[labeled],
                model=model,
                seed=(seed, len(labeled) // BATCH),
            )
            query = strategy.select(context, BATCH)
            labeled = np.concatenate([labeled, [pool.position(item) for item in query]])
            model = _regression(X, y, labeled)
            if len(labeled) in AT:
                began = time.perf_counter()
                said = finish(model, X, y, labeled)
                rest = np.setdiff1d(np.arange(len(y)), labeled)
                right = (said == y)[rest].mean()
                yield len(labeled), right, np.nan, time.perf_counter() - began

    return run


def _regression(X: Any, y: np.ndarray, labeled: np.ndarray) -> Any:
    if len(np.unique(y[labeled])) < 2:
        return None
    model = LogisticRegression(max_iter=300, class_weight="balanced")
    return model.fit(X[labeled], y[labeled])


def by_model(model: Any, X: Any, _y: Any, _labeled: Any) -> np.ndarray:
    """Label by the model that the strategy chose by."""
    return model.predict(X)


def by_spreading(_model: Any, X: Any, y: np.ndarray, labeled: np.ndarray) -> np.ndarray:
    """Label by scikit-learn's label spreading over nearest neighbors."""
    return LabelSpreading(kernel="knn", n_neighbors=10).fit(X, _masked(y, labeled)).transduction_


def by_self_training(_model: Any, X: Any, y: np.ndarray, labeled: np.ndarray) -> np.ndarray:
    """Label by scikit-learn's self-training."""
    base = LogisticRegression(max_iter=300, class_weight="balanced")
    return SelfTrainingClassifier(base, threshold=0.9).fit(X, _masked(y, labeled)).predict(X)


def _masked(y: np.ndarray, labeled: np.ndarray) -> np.ndarray:
    known = np.full(len(y), -1)
    known[labeled] = y[labeled]
    return known


def pipelines() -> dict[str, Callable[..., Iterator[Row]]]:
    """Return all pipelines by name, ours first."""
    made = {
        "ours": ours,
        "ours, validation=None": lambda *given: ours(*given, validation=None),
        "ours, queries by logistic regression": lambda *given: ours(*given, model=_own_model()),
        "margin + logistic regression": peer(Margin(), by_model),
    }
    for name in ("skactiveml MaxHerding", "skactiveml TypiClust", "skactiveml Falcun"):
        if name in PEERS:
            made[f"{name} + logistic regression"] = peer(PEERS[name], by_model)
    return made | {
        "random + logistic regression": peer(Random(), by_model),
        "random + LabelSpreading": peer(Random(), by_spreading),
        "random + SelfTraining": peer(Random(), by_self_training),
    }


def _own_model() -> Any:
    from sklearn.pipeline import make_pipeline

    regression = LogisticRegression(max_iter=1000, class_weight="balanced")
    return make_pipeline(StandardScaler(), regression)


def rows_of(names: list[str], seeds: int, only: list[str]) -> pd.DataFrame:
    """Run what has not been run; return every row."""
    FILE.parent.mkdir(exist_ok=True)
    if not FILE.exists():
        FILE.write_text(",".join(COLUMNS) + "\n")
    known = pd.read_csv(FILE)
    done = set(zip(known["set"], known["pipeline"], known["seed"], strict=True))
    for seed in range(seeds):
        for name in names:
            if (loaded := raw(name)) is None:
                continue
            X, labels = loaded
            y = np.unique(labels, return_inverse=True)[1]
            for title, pipeline in pipelines().items():
                if (name, title, seed) in done or (only and title not in only):
                    continue
                try:
                    rows = list(pipeline(X, y, seed))
                except Exception as error:  # noqa: BLE001 - a peer that fails is reported
                    print(f"failed: {title} on {name}: {error}", file=sys.stderr, flush=True)
                    continue
                with FILE.open("a", newline="") as file:
                    csv.writer(file).writerows([name, title, seed, *row] for row in rows)
    return pd.read_csv(FILE)


def accuracies(rows: pd.DataFrame, names: list[str]) -> None:
    """Print how many of the unlabeled items are right, a table for each set."""
    for name in names:
        some = rows[rows["set"] == name]
        if some.empty:
            continue
        wide = some.groupby(["pipeline", "answers"])["accuracy"].agg(["mean", "sem", "count"])
        lines = []
        for title in pipelines():
            if title not in wide.index.get_level_values(0):
                continue
            own = wide.loc[title]
            cells = [f"{row['mean']:.3f} ± {row['sem']:.3f}" for _, row in own.iterrows()]
            lines.append([title, *cells, int(own["count"].max())])
        if name in GOALS:
            lines.append(["(prototype)", *(f"{goal:.3f}" for goal in GOALS[name]), ""])
        heads = [f"{n} answers" for n in AT]
        table(f"{name}: right labels among the unlabeled", ["", *heads, "seeds"], lines)


def calibration(rows: pd.DataFrame) -> None:
    """Print the expected calibration error of ours."""
    some = rows[rows["pipeline"] == "ours"]
    wide = some.pivot_table(index="set", columns="answers", values=["calibration", "seconds"])
    lines = [
        [name, *(f"{wide.loc[name, ('calibration', n)]:.3f}" for n in AT),
         f"{wide.loc[name, ('seconds', AT[-1])]:.1f}"]
        for name in wide.index
    ]  # fmt: skip
    heads = [f"{n} answers" for n in AT]
    title = "Expected calibration error of the confidence (15 bins; goal at 200: 0.05)"
    table(title, ["", *heads, "propagate(), s"], lines)


def large(n: int) -> tuple[Any, np.ndarray]:
    """Return a pool of n items in ten bands, with a graph that is computed already."""
    rng = np.random.default_rng(0)
    along = np.sort(rng.random(n)).astype(np.float32)
    X = rng.normal(scale=0.05, size=(n, 64)).astype(np.float32)
    X += np.sin(np.outer(along, np.linspace(1, 40, 64))).astype(np.float32)
    pool = al.Pool(X)
    steps = np.array([s for k in range(1, 8) for s in (k, -k)] + [8])
    indices = ((np.arange(n)[:, None] + steps) % n).astype(np.int32)
    distances = np.abs(steps) * np.full((n, 1), 0.1) + rng.random((n, 15)) * 0.01
    pool.geometry._neighbors = Neighbors(indices, np.sort(distances, axis=1).astype(np.float32))
    return pool, (along * 10).astype(int)


def speed(sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)) -> None:
    """Print how long it takes in large pools, 10 classes, 300 answers, 64 features."""
    lines = []
    goals = {100_000: "1", 1_000_000: "15"}
    for n in sizes:
        pool, y = large(n)
        began = time.perf_counter()
        graph = pool.geometry.graph
        built = time.perf_counter() - began
        at = np.random.default_rng(1).choice(n, 300, replace=False)
        held = np.zeros((n, 10), dtype=np.float32)
        held[at, y[at]] = 1
        began = time.perf_counter()
        spread(graph, held, 0.9, 14)
        once = time.perf_counter() - began
        answers = {int(i): Answer(int(y[i])) for i in at}
        began = time.perf_counter()
        propagate(pool, tuple(range(10)), answers, _own_model())
        whole = time.perf_counter() - began
        lines.append([f"{n:,}", f"{built:.2f}", f"{once:.2f}", goals.get(n, ""), f"{whole:.1f}"])
    heads = ["items", "graph from neighbors, s", "answers spread, s", "goal, s", "propagate(), s"]
    table(
        "Speed; propagate() spreads 41 times for each of five folds, and for the result",
        heads,
        lines,
    )


def main() -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    names = [name for name in os.environ.get("SETS", ",".join(SETS)).split(",") if name]
    only = [name for name in os.environ.get("ONLY", "").split(";") if name]
    if names:
        rows = rows_of(names, int(os.environ.get("SEEDS", "5")), only)
        accuracies(rows, names)
        calibration(rows[rows["set"].isin(names)])
    speed()


if __name__ == "__main__":
    main()
