"""The map in a real JupyterLab: how soon it is there, how fast it follows, what it costs.

    make bench ARGS=map

A frame counts as painted when a message that was posted within it, behind all drawing, arrives: so
says the page's own clock. Kernel and page read the clock of the same machine. Pointer, wheel and
keys are real events of the browser. Every byte that the kernel sends is counted, also those that
have nothing to do with the map. The pools, their labels, groups and UMAP are made by a process
before, and lie on disk as they would after a session.

70,000 items are Fashion-MNIST where it is there, else as many of the same shape; a million are
made.
"""

from __future__ import annotations

import itertools
import math
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_sets import DATA
from harness import Lab, Notebook, chromium
from report import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, WebSocket

VIEWPORT = (1600, 1000)
FRESH: dict[str, Any] = {"viewport": VIEWPORT, "fresh": True}
SESSIONS, TIMES = 5, 12
DRAG_SECONDS = 4
MODES = ("coverage", "uncertainty", "class")
MILLION = 1_000_000

FASHION = f"""
import numpy as np, al_widgets as al
from pathlib import Path
data, images = Path({str(DATA)!r}), None
if (data / "fashion_mnist_pca50.npz").exists():
    X = np.load(data / "fashion_mnist_pca50.npz")["X"].astype(np.float32)
    stored = np.load(data / "fashion_mnist.npz")
    y, images = stored["y"].astype(int), stored["X"].reshape(-1, 28, 28)
else:
    rng = np.random.default_rng(0)
    group = rng.integers(0, 80, 70_000)
    y = group % 10
    X = (3 * rng.normal(size=(80, 50)))[group].astype(np.float32)
    X += rng.standard_normal(X.shape, dtype=np.float32)
pool = al.Pool(X, content=images)
learner = al.ActiveLearner(pool, classes=range(10), budget=1000, store="fashion.sqlite")
"""
MADE = f"""
import numpy as np, al_widgets as al
rng = np.random.default_rng(0)
group = rng.integers(0, 60, {MILLION})
y = group % 10
X = (4 * rng.normal(size=(60, 16))).astype(np.float32)[group]
X += rng.standard_normal(X.shape, dtype=np.float32)
coordinates = rng.uniform(-1, 1, (60, 2))[group] + 0.05 * rng.standard_normal(({MILLION}, 2))
pool = al.Pool(X, map=coordinates)
del group, coordinates
learner = al.ActiveLearner(pool, classes=range(10), budget=1000, store="made.sqlite")
"""
PREPARE = """
for i in np.random.default_rng(1).choice(len(pool), 200, replace=False):
    learner.label(str(i), int(y[i]))
pool.geometry.prepare().result()
pool.geometry.prepare_map().result()
"""
READY = "\nimport time\nlearner.retrain()\n"
SHOW = "pool_map = al.PoolMap(learner)\npool_map"
# a map of few items, so that what Python loads once is not taken for what points cost
SMALL = """
small_pool = al.Pool(np.random.default_rng(0).normal(size=(300, 16)))
small_learner = al.ActiveLearner(small_pool, classes=range(10))
for i in range(20):
    small_learner.label(str(i), i % 10)
small_learner.retrain()
small_pool.geometry.prepare().result()
al.PoolMap(small_learner)
"""
MEMORY = """
import gc, psutil
def memory(reset=False):
    gc.collect()
    if reset:
        open("/proc/self/clear_refs", "w").write("5")
    peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    return psutil.Process().memory_info().rss, int(peak[0].split()[1]) * 1024
"""
# Every frame in which the points were drawn: when it began, when their pixels were on the canvas,
# and when it was painted; milliseconds since 1970.
FRAMES = """() => {
    const now = () => performance.timeOrigin + performance.now();
    window.__frames = [];
    window.__now = now;
    let began = 0;
    const ask = window.requestAnimationFrame;
    window.requestAnimationFrame = (call) => ask.call(window, (time) => {
        began = now();
        call(time);
    });
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...arguments_) {
        put.apply(this, arguments_);
        if (!this.canvas.classList.contains("al-map-points")) return;
        const root = this.canvas.closest(".al-map");
        const { by = null, selected } = root?.dataset ?? {};
        const frame = { began, put: now(), by, n: selected };
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { frame.painted = now(); window.__frames.push(frame); };
        port2.postMessage(null);
    };
    for (const kind of ["keydown", "pointerup"]) document.addEventListener(kind, (event) => {
        window.__acted = performance.timeOrigin + event.timeStamp;
    }, { capture: true });
}"""
# when the page heard last that something changed in Python
HEARD = """() => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    kernel.iopubMessage.connect((_, { header }) => {
        if (header.msg_type === "comm_msg") window.__heard = window.__now();
    });
}"""
# how many pixels of the canvas differ from its corner
DRAWN = """() => {
    const canvas = document.querySelector(".al-map-points");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return pixels.filter((one) => one !== pixels[0]).length;
}"""


class Watched(Notebook):
    """A notebook that notes every frame of the map, and how many bytes the kernel sends."""

    received = 0

    def _listen(self) -> None:
        super()._listen()
        self.page.on("websocket", self._meet)

    def _meet(self, socket: WebSocket) -> None:
        if "/api/kernels/" in socket.url:
            socket.on("framereceived", self._count)

    def _count(self, payload: str | bytes) -> None:
        self.received += len(payload)

    def run_setup(self, *cells: int) -> None:
        """Run the cells before the map's, and wait until the page is at rest."""
        self.page.evaluate(FRAMES)
        self.hide_sidebar()
        for cell in cells:
            self.run_cell(cell, timeout=300)
        self.page.wait_for_timeout(1_500)

    def frames(self, since: float = 0) -> list[dict[str, Any]]:
        """Return what was painted since a moment."""
        return self.page.evaluate(
            "since => window.__frames.filter(({ began }) => began >= since)", since
        )

    def frame(self, since: float, test: str, timeout: float = 60) -> dict[str, Any]:
        """Wait for a frame that began after a moment, and of which an expression is true."""
        found = f"window.__frames.find((it) => it.put >= {since} && ({test}))"
        self.page.wait_for_function(f"() => {found}", timeout=timeout * 1000, polling=20)
        return self.page.evaluate(f"() => {found}")

    def show(self, cell: int) -> float:
        """Run the cell of the map; return the milliseconds to the first picture in colors."""
        began = self.page.evaluate(
            f"""() => {{
                const app = window.jupyterapp, panel = app.shell.currentWidget;
                panel.content.activeCellIndex = {cell};
                const began = window.__now();
                void app.commands.execute("notebook:run-cell");
                return began;
            }}"""
        )
        took = self.frame(began, "it.by !== null")["painted"] - began
        assert self.page.evaluate(DRAWN) > 1_000, "the picture is empty"
        return took

    def at_rest(self) -> None:
        """Wait until kernel and page have nothing left to do."""
        self.kernel_eval("pool_map._worker.pending and pool_map._worker.pending.result()", 120)
        before = -1
        while before != (before := self.received):
            self.page.wait_for_timeout(2_500)

    def cost(self, act: Callable[[], object]) -> int:
        """Return how many bytes the kernel sends on account of an act."""
        self.at_rest()
        before = self.received
        act()
        self.at_rest()
        return self.received - before

    @property
    def box(self) -> dict[str, float]:
        """Where the map is on the page."""
        return self.page.locator(".al-map-over").bounding_box()


# -- what is measured ------------------------------------------------------------------------------


def recolors(nb: Watched) -> dict[str, list[float]]:
    """Return for each way to color the milliseconds from an assignment in Python to the picture."""
    took: dict[str, list[float]] = {by: [] for by in MODES}
    for by in (TIMES + 1) * MODES:
        began = 1000 * float(nb.kernel_eval(f"t = time.time(); pool_map.by = {by!r}; print(t)"))
        took[by].append(nb.frame(began, f"it.by === {by!r}")["painted"] - began)
        nb.page.wait_for_timeout(300)
    return {by: all_[1:] for by, all_ in took.items()}


def messages(nb: Watched) -> list[float]:
    """Return the milliseconds from an assignment of a few bytes in Python to the page's hearing."""
    nb.page.evaluate(HEARD)
    took = []
    for number in range(TIMES + 1):
        set_it = f"pool_map._layout = pool_map._layout | {{'share': {number / 100}}}"
        began = 1000 * float(nb.kernel_eval(f"t = time.time(); {set_it}; print(t)"))
        nb.page.wait_for_timeout(300)
        took.append(nb.page.evaluate("() => window.__heard") - began)
    return took[1:]


def steps(nb: Watched) -> tuple[list[float], list[float]]:
    """Move the picture by keys; return key to painted frame, and the work in a frame."""
    nb.page.locator(".al-map-over").focus()
    painted, work = [], []
    for number in range(TIMES + 2):
        before = nb.page.evaluate("() => window.__now()")
        nb.page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        frame = nb.frame(before, "true")
        painted.append(frame["painted"] - nb.page.evaluate("() => window.__acted"))
        work.append(frame["painted"] - frame["began"])
        nb.page.wait_for_timeout(100)
    return painted[2:], work[2:]


def circle(nb: Watched, radius: float, n: int) -> Iterator[tuple[float, float]]:
    """Yield places on a circle around the middle of the map."""
    box = nb.box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for k in range(n):
        angle = 2 * math.pi * k / n
        yield x + radius * math.cos(angle), y + radius * math.sin(angle)


def under_way(nb: Watched, act: Callable[[], object]) -> list[float]:
    """Repeat a gesture for some seconds; return the milliseconds from frame to frame."""
    act()
    began = nb.page.evaluate("() => window.__now()")
    end = time.monotonic() + DRAG_SECONDS
    while time.monotonic() < end:
        act()
    at = [frame["painted"] for frame in nb.frames(began)]
    return [b - a for a, b in itertools.pairwise(at)]


def drag(nb: Watched) -> list[float]:
    """Drag the picture around in circles."""
    places = list(circle(nb, 150, 40))
    nb.page.mouse.move(*places[0])
    nb.page.mouse.down()
    found = under_way(nb, lambda: [nb.page.mouse.move(*place) for place in places])
    nb.page.mouse.up()
    nb.page.click("[data-zoom=fit]")
    return found


def wheel(nb: Watched) -> list[float]:
    """Turn the wheel in and out again."""
    nb.page.mouse.move(*next(circle(nb, 60, 1)))
    turns = 12 * [-100] + 12 * [100]
    found = under_way(nb, lambda: [nb.page.mouse.wheel(0, turn) for turn in turns])
    nb.page.click("[data-zoom=fit]")
    return found


def lassos(nb: Watched, times: int = 6) -> tuple[list[float], list[float], int]:
    """Draw around a part; return pointer up to painted, up to the sample, and how many items."""
    nb.page.click("[data-tool=lasso]")
    painted, previewed, n = [], [], 0
    for _ in range(times + 1):
        places = list(circle(nb, 180, 60))
        nb.page.mouse.move(*places[0])
        nb.page.mouse.down()
        for place in places:
            nb.page.mouse.move(*place)
        before = nb.page.evaluate("() => window.__now()")
        nb.page.mouse.up()
        frame = nb.frame(before, "Number(it.n) > 0")
        began, n = nb.page.evaluate("() => window.__acted"), int(frame["n"])
        painted.append(frame["painted"] - began)
        nb.page.wait_for_selector(".al-map-label:not(:disabled)")
        previewed.append(nb.page.evaluate("() => window.__now()") - began)
        nb.page.locator(".al-map-over").focus()
        nb.page.keyboard.press("Escape")
        nb.page.wait_for_timeout(300)
    nb.page.click("[data-tool=move]")
    return painted[1:], previewed[1:], n


def hover(nb: Watched) -> None:
    """Let the pointer rest on items until the card of one is there."""
    for place in circle(nb, 100, 12):
        nb.page.mouse.move(*place)
        nb.page.wait_for_timeout(500)
        if nb.page.is_visible(".al-map-tip"):
            return


# -- what is said ----------------------------------------------------------------------------------


def ms(values: list[float]) -> str:
    """Return the median and the 95th percentile."""
    ordered = sorted(values)
    high = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"{statistics.median(ordered):.0f} / {high:.0f} ms"


def fps(intervals: list[float]) -> str:
    """Return frames a second on the mean, and the longest wait but 5 % for one."""
    return f"{1000 / statistics.mean(intervals):.0f} a second; {ms(intervals)} from one to the next"


def moving(nb: Watched, redraw: str, lasso: str) -> list[list[str]]:
    """Return the rows that every map has."""
    key, work = steps(nb)
    found = recolors(nb)
    rows = [[f"recolor by {by}: Python to paint", ms(found[by]), "50 ms"] for by in MODES]
    rows += [
        ["... of which Jupyter takes for a message of a few bytes", ms(messages(nb)), ""],
        ["pan by a step: key to paint", ms(key), redraw],
        ["... of which work of the page in the frame", ms(work), ""],
        ["frames while the pointer drags", fps(drag(nb)), "30 a second"],
        ["frames while the wheel turns", fps(wheel(nb)), "30 a second"],
    ]
    painted, previewed, n = lassos(nb)
    return [
        *rows,
        [f"lasso of 60 corners, {n:,} items: pointer up to paint", ms(painted), lasso],
        ["... to a sample and what the model thinks", ms(previewed), ""],
    ]


def bytes_(nb: Watched, n: int, first: int) -> list[list[str]]:
    """Return what crosses the wire."""

    def label() -> None:
        nb.kernel_eval(
            "learner.label(next(i for i in pool.ids if learner.is_free([int(i)])[0]), 3)"
        )

    other = [by for by in MODES if by != nb.value("pool_map.by")]
    costs = [
        ("first picture, with all that Jupyter says", first, f"{5 * n:,} and the words"),
        ("recolor", nb.cost(lambda: nb.kernel_eval(f"pool_map.by = {other[0]!r}")), f"{n:,}"),
        ("one label", nb.cost(label), ""),
        ("hover until a card is there", nb.cost(lambda: hover(nb)), "the card"),
    ]
    return [[f"bytes: {what}", f"{cost:,}", goal] for what, cost, goal in costs]


def seventy_thousand(lab: Lab, browser: Browser) -> list[list[str]]:
    """Measure a map of 70,000 items."""
    prepare(lab.root / "fashion", FASHION)
    took = []
    for number in range(SESSIONS):
        path = f"fashion/session-{number}.ipynb"
        nb = Watched.write(lab, browser, path, [FASHION + READY, SHOW], **FRESH)
        nb.run_setup(0)
        before = nb.received
        took.append(nb.show(1))
        if number < SESSIONS - 1:
            nb.close()
    nb.at_rest()
    first = nb.received - before
    goal = "1,500 ms"
    rows = [[f"cell to first picture, {SESSIONS} new kernels and pages", ms(took), goal]]
    rows += moving(nb, "", "")
    rows += bytes_(nb, 70_000, first)
    nb.close()
    return rows


def million(lab: Lab, browser: Browser) -> list[list[str]]:
    """Measure a map of 1,000,000 items."""
    prepare(lab.root / "made", MADE)
    cells = [MADE + READY, SMALL, MEMORY, SHOW]
    nb = Watched.write(lab, browser, "made/session.ipynb", cells, **FRESH)
    nb.run_setup(0, 1, 2)
    nb.page.wait_for_timeout(3_000)
    nb.command("notebook:clear-all-cell-outputs")
    before, _ = nb.value("memory(reset=True)")
    received = nb.received
    took = nb.show(3)
    nb.at_rest()
    first = nb.received - received
    _, peak = nb.value("memory()")
    rows = [["cell to first picture, once", f"{took:,.0f} ms", ""]]
    rows += moving(nb, "60 ms", "150 ms")
    rows += bytes_(nb, MILLION, first)
    held, highest = nb.value("memory()")
    per = [f"{(value - before) / MILLION:.0f} bytes a point" for value in (held, peak, highest)]
    rows += [
        ["kernel memory beyond the pool, after all of this", per[0], "40 bytes a point"],
        ["... at its highest during the first picture", per[1], ""],
        ["... and during all of this", per[2], ""],
    ]
    nb.close()
    return rows


def prepare(folder: Path, code: str) -> None:
    """Leave labels, groups and UMAP in a folder, as a session before would."""
    folder.mkdir()
    subprocess.run([sys.executable, "-c", code + PREPARE], cwd=folder, check=True)


def main() -> None:
    """Measure and print."""
    columns = ["what", "measured: median / 95th percentile", "goal: at most, frames at least"]
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab.running(Path(folder) / "home") as lab,
        chromium() as browser,
    ):
        table("The map, 70,000 items", columns, seventy_thousand(lab, browser))
        table("The map, 1,000,000 items", columns, million(lab, browser))


if __name__ == "__main__":
    main()
