"""Writing a million propagated labels: how long it takes, and how much memory it adds.

make bench ARGS=export

Each cell is a process of its own. The memory is the highest above what the process had before the
export: pool and propagation are not the export's doing. SIZES=10000,100000 measures others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from report import table

SIZES = [int(n) for n in os.environ.get("SIZES", "100000,1000000").split(",")]
FORMATS = ("csv", "parquet", "jsonl")

EXPORT = """
import sys, threading, time
from dataclasses import dataclass
from pathlib import Path
import numpy as np, pandas, psutil
import al_widgets as al

@dataclass(frozen=True)
class Spread:                                           # what an export looks at of a propagation
    pool: al.Pool
    classes: tuple
    label: np.ndarray
    confidence: np.ndarray
    is_propagated: np.ndarray
    is_withheld: np.ndarray

path, format, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
rng = np.random.default_rng(0)
learner = al.ActiveLearner(al.Pool(np.zeros((n, 2))), classes=range(10), budget=200)
for i in range(200):
    learner.label(str(i * (n // 200)), i % 10)
learner.retrain()
is_propagated = np.ones(n, dtype=bool)
is_propagated[::n // 200] = False
spread = Spread(learner.pool, learner.classes, rng.integers(0, 10, n),
                rng.random(n, dtype=np.float32), is_propagated, np.zeros(n, dtype=bool))
if format == "parquet":
    import pyarrow.parquet                              # a library is not the export's doing
process, highest, done = psutil.Process(), 0, threading.Event()
before = process.memory_info().rss

def watch():
    global highest
    while not done.wait(0.005):
        highest = max(highest, process.memory_info().rss)

watcher = threading.Thread(target=watch)
watcher.start()
began, busy = time.perf_counter(), time.process_time()
learner.export(path, format=format, propagation=spread)
took, busy = time.perf_counter() - began, time.process_time() - busy
done.set()
watcher.join()
print(took, busy, (max(highest, before) - before) / 1e6, Path(path).stat().st_size / 1e6)
"""

IMPORT = """
import sys, time
import numpy as np, al_widgets as al, pandas, sqlalchemy
learner = al.ActiveLearner(al.Pool(np.zeros((int(sys.argv[2]), 2))), classes=range(10))
began, busy = time.perf_counter(), time.process_time()
learner.import_labels(sys.argv[1])
print(time.perf_counter() - began, time.process_time() - busy)
"""


def run(code: str, *arguments: object) -> list[float]:
    """Run code in a fresh interpreter and return the numbers that it prints."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def main() -> None:
    """Measure and print."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for n in SIZES:
            for known in FORMATS:
                path = Path(name, f"{n}.{known}")
                took, busy, above, size = run(EXPORT, path, known, n)
                cells = [f"{took:.1f}", f"{busy:.1f}", f"{above:.0f}", f"{size:.0f}"]
                rows.append([f"{n:,}", known, *cells])
        file = Path(name, "answers.csv")
        file.write_text("item,label\n" + "".join(f"{i},{i % 10}\n" for i in range(100_000)))
        took, busy = run(IMPORT, file, 100_000)
    columns = ["items", "format", "s", "CPU s", "MB above", "MB on disk"]
    table("Exporting a propagation (goal: 1,000,000 to CSV in 20 s)", columns, rows)
    answers = [["100,000", "csv", f"{took:.1f}", f"{busy:.1f}"]]
    table("Importing answers", ["labels", "from", "s", "CPU s"], answers)


if __name__ == "__main__":
    main()
