"""One query of 20: time and memory, ours and the peers', on the same pools.

    make bench ARGS=query

Each cell is a process of its own: 64 features, 10 classes, 100 random labels, logistic regression
fitted beforehand, one thread. What is timed is the library's own query and nothing else; peers are
called directly, as their manuals say. The median of some calls is reported, and how far the
process's memory rose above where it stood before the first. A peer that needs more than 12 GB or
60 s is not tried on the next larger pool.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from report import table

SIZES = (10_000, 100_000, 1_000_000)
BATCH, N_CLASSES, N_LABELED = 20, 10, 100
MOST_SECONDS, MOST_BYTES = 60, 12 * 2**30

OURS = {"herding": "UncertaintyHerding", "margin": "Margin", "k-center": "KCenter"}
PEERS = {
    "scikit-activeml MaxHerding": ("MaxHerding", None),
    "scikit-activeml Badge": ("Badge", "clf"),
    "scikit-activeml TypiClust": ("TypiClust", None),
    "scikit-activeml Clue": ("Clue", "estimator"),
    "scikit-activeml Falcun": ("Falcun", "clf"),
    "scikit-activeml margin": ("UncertaintySampling", "clf"),
    "modAL margin": None,
    "modAL ranked batch": None,
}


def measured(name: str, n: int) -> dict[str, float]:
    """Time one cell in this process."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    y = rng.integers(0, N_CLASSES, n)
    X = 2 * rng.standard_normal((n, 64), dtype=np.float32)
    X += rng.standard_normal((N_CLASSES, 64), dtype=np.float32)[y]
    labeled = np.sort(rng.choice(n, N_LABELED, replace=False))
    model = LogisticRegression(max_iter=200).fit(X[labeled], y[labeled])
    if name == "one predict_proba":

        def query() -> Any:
            return model.predict_proba(X)

    elif name in OURS:
        query = ours(name, X, y, labeled, model)
    elif name.startswith("modAL"):
        query = modal(name, X, y, labeled)
    else:
        query = skactiveml(name, X, y, labeled)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = memory("VmRSS")
    walls, cpus = [], []
    while len(walls) < 5 and sum(walls) < 20:
        wall, cpu = time.perf_counter(), time.process_time()
        query()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {
        "wall": statistics.median(walls),
        "cpu": statistics.median(cpus),
        "megabytes": (memory("VmHWM") - before) / 1024,
    }


def memory(name: str) -> int:
    """Return a figure of this process's memory, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def ours(name: str, X: Any, y: Any, labeled: Any, model: Any) -> Any:
    """Return the query of one of our strategies."""
    import numpy as np

    from al_widgets import Pool, strategies
    from al_widgets.context import Context

    context = Context(
        pool=Pool(X),
        classes=tuple(map(str, range(N_CLASSES))),
        candidates=np.setdiff1d(np.arange(len(X)), labeled),
        labeled=labeled,
        labels=y[labeled],
        model=model,
    )
    strategy = getattr(strategies, OURS[name])()
    return lambda: strategy.select(context, BATCH)


def skactiveml(name: str, X: Any, y: Any, labeled: Any) -> Any:
    """Return the query of a strategy of scikit-activeml, its classifier fitted beforehand."""
    import numpy as np
    import skactiveml.pool
    from skactiveml.classifier import SklearnClassifier
    from sklearn.linear_model import LogisticRegression

    strategy, needs = PEERS[name]  # type: ignore[misc]
    known = np.full(len(X), np.nan)
    known[labeled] = y[labeled]
    chooses = getattr(skactiveml.pool, strategy)(random_state=0)
    given = {}
    if needs:
        logistic = LogisticRegression(max_iter=200)
        classifier = SklearnClassifier(logistic, classes=np.arange(N_CLASSES), random_state=0)
        given = {needs: classifier.fit(X, known), f"fit_{needs}": False}
    return lambda: chooses.query(X, known, batch_size=BATCH, **given)


def modal(name: str, X: Any, y: Any, labeled: Any) -> Any:
    """Return the query of a strategy of modAL."""
    import numpy as np
    from modAL.batch import uncertainty_batch_sampling
    from modAL.models import ActiveLearner
    from modAL.uncertainty import margin_sampling
    from sklearn.linear_model import LogisticRegression

    rest = X[np.setdiff1d(np.arange(len(X)), labeled)]
    learner = ActiveLearner(
        LogisticRegression(max_iter=200),
        query_strategy=uncertainty_batch_sampling if "batch" in name else margin_sampling,
        X_training=X[labeled],
        y_training=y[labeled],
    )
    return lambda: learner.query(rest, n_instances=BATCH)


def cell(name: str, n: int) -> dict[str, float] | None:
    """Measure in a process of its own; None if it takes too long or too much."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))

    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    try:
        done = subprocess.run(
            [sys.executable, __file__, name, str(n)],
            check=True,
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            env={**os.environ, **threads},
            preexec_fn=limit,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print."""
    found: dict[tuple[str, int], dict[str, float] | None] = {}
    names = ["one predict_proba", *OURS, *PEERS]
    for name in names:
        for n in SIZES:
            found[name, n] = cell(name, n)
            print(name, n, found[name, n], file=sys.stderr, flush=True)
            if found[name, n] is None:
                break
    rows = []
    for name in names:
        row = [name]
        for n in SIZES:
            one = found.get((name, n))
            row.append(
                f"{one['cpu']:.3f} / {one['wall']:.3f} ({one['megabytes']:.0f})" if one else "-"
            )
        rows.append(row)
    columns = ["", *(f"{n:,} x 64" for n in SIZES)]
    table("One query of 20: CPU s / wall s (MB above the pool)", columns, rows)
    table("Ratios of CPU time", ["what", "measured", "goal"], ratios(found))


def ratios(found: dict[tuple[str, int], Any]) -> list[list[str]]:
    """Return what was promised, beside what was found."""

    def cpu(name: str, n: int) -> float:
        one = found.get((name, n))
        return one["cpu"] if one else float("nan")

    small, middle, large = SIZES
    million = found["herding", large] or {"cpu": float("nan"), "megabytes": float("nan")}
    allowed = 3 * cpu("one predict_proba", large) + 0.5
    return [
        [
            "herding / MaxHerding at 10,000",
            f"1/{cpu('scikit-activeml MaxHerding', small) / cpu('herding', small):.0f}",
            "1/50",
        ],
        [
            "herding / Badge at 100,000",
            f"1/{cpu('scikit-activeml Badge', middle) / cpu('herding', middle):.0f}",
            "1/10",
        ],
        [
            "herding at 1,000,000, s",
            f"{million['cpu']:.2f}",
            f"3 predict_proba + 0.5: {allowed:.2f}",
        ],
        ["... MB above the pool", f"{million['megabytes']:.0f}", "200"],
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        warnings.filterwarnings("ignore")
        print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
