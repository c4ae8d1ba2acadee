"""What needs no browser: import, a long log, a large pool, one label made durable.

make bench ARGS=core
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import table

from al_widgets.events import Asked, Labeled
from al_widgets.log import Log
from al_widgets.store import LabelStore

HEAVY = ("sklearn", "matplotlib", "umap", "pandas", "anywidget", "numpy", "scipy", "sqlalchemy")

IMPORT = f"""
import sys, time
began = time.perf_counter()
import al_widgets
took = time.perf_counter() - began
print(took, *[name for name in {HEAVY!r} if name in sys.modules])
"""

LARGE = """
import sys, time, psutil, numpy as np
import al_widgets as al
from al_widgets import ActiveLearner, Pool                      # modules are not the pool's doing
import sklearn.linear_model, sklearn.pipeline, sklearn.preprocessing, sklearn.frozen, pandas
X = np.random.default_rng(0).standard_normal((1_000_000, 64), dtype=np.float32)
process = psutil.Process()
before, began = process.memory_info().rss, time.perf_counter()
pool = Pool(X)
learner = ActiveLearner(pool, classes=range(10), store=sys.argv[1])
took = time.perf_counter() - began
print(took, (process.memory_info().rss - before) / 1e6)
"""


def run(code: str, *arguments: str) -> list[str]:
    """Run code in a fresh interpreter and return the words that it prints."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def a_long_log(folder: Path, n: int) -> list[object]:
    """Return how long it takes to open and fold a store of n labels."""
    file = folder / "long.sqlite"
    events: list[Asked | Labeled] = []
    for number in range(n // 10):
        items = tuple(str(number * 10 + i) for i in range(10))
        events.append(
            Asked(
                annotator="me",
                round=number,
                items=items,
                utilities=(0.5,) * 10,
                strategy="margin",
                n_labeled=number * 10,
            )
        )
        events += [
            Labeled(
                annotator="me", item=item, label="cat", seconds=1.5, strategy="margin", round=number
            )
            for item in items
        ]
    LabelStore(file).append(*events)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        log = Log(LabelStore(file))
        times.append(time.perf_counter() - began)
        assert log.state.spent.total() == n
    return [f"a store of {n:,} labels opens and folds, s", f"{statistics.median(times):.2f}", "2"]


def one_label(folder: Path) -> list[object]:
    """Return how long it takes until one label is durable."""
    store = LabelStore(folder / "one.sqlite")
    times = []
    for number in range(300):
        event = Labeled(annotator="me", item=str(number), label="cat")
        began = time.perf_counter()
        store.append(event)
        times.append(1000 * (time.perf_counter() - began))
    ordered = sorted(times)
    return [
        "one label durable (synchronous=FULL), ms: median / p95",
        f"{statistics.median(ordered):.1f} / {ordered[285]:.1f}",
        "",
    ]


def main() -> None:
    """Measure and print."""
    rows: list[list[object]] = []
    imports = [run(IMPORT) for _ in range(5)]
    seconds = statistics.median(float(words[0]) for words in imports)
    rows.append(["import al_widgets, s", f"{seconds:.3f}", "0.3"])
    rows.append(["heavy packages it imports", " ".join(imports[0][1:]) or "none", "none"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows += [a_long_log(folder, 100_000), one_label(folder)]
        took, megabytes = run(LARGE, str(folder / "large.sqlite"))
        rows.append(["a learner on 1,000,000 x 64 float32 opens, s", f"{float(took):.2f}", ""])
        rows.append(["... and adds, MB", f"{float(megabytes):.0f}", "100"])
    table("Without a browser", ["what", "measured", "goal: at most"], rows)


if __name__ == "__main__":
    main()
