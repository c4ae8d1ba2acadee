"""Key press → next item painted, in a real JupyterLab: at rest, and while a random forest trains.

    make bench ARGS=hand

The clock starts with the key event in the page and stops when the frame that shows the next item
has been painted. `ack` is the time from the key until the kernel has said that the answer is on
disk.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from harness import Notebook, chromium
from report import table
from server import Lab

N = 100
READY = ".al-labeler[data-ready=true] .al-card[data-item]"
SETUP = """
import al_widgets as al
pool, truth = al.datasets.load_digits()
learner = al.ActiveLearner(pool, classes=range(10), budget=1000, store="{name}.sqlite")
al.Workbench(learner)
"""
FOREST = """
import threading, numpy as np
from sklearn.ensemble import RandomForestClassifier
stop = threading.Event()
def burn():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20_000, 64)), rng.integers(0, 10, 20_000)
    while not stop.is_set():
        RandomForestClassifier(100).fit(X, y)
threading.Thread(target=burn, daemon=True).start()
"""
ACKED = """() => { window.__acks = []; const line = document.querySelector(".al-saved");
  let began = null;
  document.addEventListener("keydown", event => { began = event.timeStamp; }, true);
  new MutationObserver(() => { if (began !== null && !line.textContent.includes("saving")) {
    window.__acks.push(performance.now() - began); began = null; } })
  .observe(line, {subtree: true, childList: true, characterData: true}); }"""


def press_all(nb: Notebook) -> tuple[list[float], list[float], int]:
    """Label N items, one key each, and return how long each took to paint and to acknowledge."""
    nb.page.click(".al-card")
    nb.page.evaluate(ACKED)
    painted, waits = [], 0
    for number in range(N):
        waits += not nb.page.is_visible(".al-card[data-item]")
        nb.page.wait_for_selector(".al-card[data-item]")
        painted.append(
            nb.paint_ms(
                lambda n=number: nb.page.keyboard.press(str(n % 10)), ".al-card", "data-item"
            )
        )
        nb.page.wait_for_timeout(60)
    nb.wait_value("learner.budget.spent", N)
    return painted, nb.page.evaluate("() => window.__acks"), waits


def quantiles(values: list[float]) -> str:
    """Return median, 95th percentile and largest."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"{statistics.median(ordered):.1f} / {p95:.1f} / {ordered[-1]:.1f}"


def main() -> None:
    """Measure and print."""
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab.running(Path(folder)) as lab,
        chromium() as browser,
    ):
        for name, extra in (("at rest", ""), ("a random forest trains", FOREST)):
            path = f"{name.replace(' ', '-')}/hand.ipynb"
            nb = Notebook.write(lab, browser, path, [SETUP.format(name="hand")])
            nb.run_all()
            nb.wait(READY)
            if extra:
                nb.kernel_eval(extra)
            painted, acknowledged, waits = press_all(nb)
            if extra:
                nb.kernel_eval("stop.set()")
            rows.append([name, N, quantiles(painted), quantiles(acknowledged), waits])
            nb.close()
    columns = [
        "the kernel",
        "keys",
        "key → next item painted, ms",
        "key → acknowledged, ms",
        "times the next batch was late",
    ]
    table("The hand: median / 95th percentile / largest", columns, rows)


if __name__ == "__main__":
    main()
