"""Drive a notebook in a real JupyterLab, as a person would, from a test.

A test asks for the fixture `notebook` (see `conftest.py`) and gives it the cells:

    def test_a_key_labels_the_item(notebook):
        nb = notebook(
            "import al_widgets as al; learner = ...; al.Labeler(learner)",
            ready=".al-labeler[data-ready]",       # waited for after all cells have run
        )
        nb.page.keyboard.press("1")                # `nb.page` is Playwright's page
        nb.wait_value("learner.budget.spent", 1)   # asks the kernel until it is so
        assert nb.errors() == []

Text that begins with `md:` becomes a Markdown cell. Each test gets a folder of its own,
`nb.folder`, in which its kernel runs: a store written there as "labels.sqlite" is
`nb.folder / "labels.sqlite"`, and a file for the cells to read can be put there first
(`notebook.folder`). One server and one Chromium serve all tests; each notebook gets a fresh kernel,
which is ended after the test. When a test fails, the page as it was is in
`pictures/failed-<test>.png`. Nothing outside 127.0.0.1 can be reached from the page.

Loading JupyterLab takes five seconds, so a page in which a test has passed is tidied (no tab, no
localStorage, the theme and the size as asked for) and serves the next. `fresh=True` asks for a
browser context that nobody has used: for tests with `add_init_script`, emulated media, or no
network. Tests of one file that can share a notebook ask for `shared_notebook`, which lives as long
as the file; `nb.run_all()` begins anew.

What a notebook can do (everything waits, and gives up after `timeout` seconds)::

    notebook(*cells, ready=, run=, theme=, viewport=, name=, fresh=)    several a test are fine
    nb.run_all()   nb.run_cell(2)   nb.run_cell(2, wait=False)
    nb.wait(".al-card")             a Playwright locator, once it is visible
    nb.value("len(learner.labels)") what an expression is in the kernel, by way of JSON
    nb.wait_value("expr", 3)        until the expression is 3
    nb.kernel_eval("print(1)")      run code beside the cells; returns what it prints, or raises
    nb.kernel_pid()                 the kernel's process id
    nb.kill_kernel()                SIGKILL, as the out-of-memory killer does; JupyterLab starts
                                    another after some three seconds: nb.wait_kernel(other_than=pid)
    nb.restart_kernel()             the menu's Restart; returns once the new kernel answers
    with nb.kernel_paused(): ...    a kernel that hangs: messages pile up, nothing is answered
    nb.reload()                     saves, then reloads the page; the kernel lives on
    nb.reopen()                     closes the tab and opens the notebook in a fresh context
    nb.set_theme("dark")            and back; asserted by the body's attribute
    nb.hide_sidebar()               all the room for the notebook
    nb.screenshot("labeler-dark")   pictures/labeler-dark.png; selector= for one element
    nb.cell_sources()               to see that no key leaked: compare before and after
    nb.set_source(1, "...")         edit a cell
    nb.errors()                     tracebacks and stderr shown below cells
    nb.console                      errors of the page's console since it was opened
    nb.foreign_requests             addresses outside the server the page asked for (keep it empty)
    nb.paint_ms(action, watch=, attribute=)   from key or click to the painted change, milliseconds

Without pytest, as in a benchmark (`make bench` puts `tests` and `tests/browser` on PYTHONPATH)::

    with Lab.running(folder) as lab, chromium() as browser:
        nb = Notebook.write(lab, browser, "bench/demo.ipynb", ["1 + 1"])

Never await a kernel's promise in `page.evaluate`: it has no timeout, and a dead kernel's promises
do not settle. Everything here fires, and polls a slot in the page.
"""

from __future__ import annotations

import contextlib
import json
import signal
import time
from typing import TYPE_CHECKING, Any

import psutil
from ensure_chromium import ensure_chromium
from playwright.sync_api import sync_playwright
from server import Lab
from tab import PANEL, PICTURES, KernelError, Tab

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser

__all__ = [
    "PICTURES",
    "KernelError",
    "Lab",
    "Notebook",
    "NotebookFactory",
    "chromium",
    "write_notebook",
]

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing outside can be reached
]
TROUBLE = ", ".join(
    f"{PANEL} .jp-OutputArea-output[data-mime-type='application/vnd.jupyter.{kind}']"
    for kind in ("error", "stderr")
)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def write_notebook(file: Path, cells: Sequence[str]) -> None:
    """Write a notebook; text that begins with `md:` is Markdown."""
    written = []
    for position, source in enumerate(cells):
        cell: dict[str, Any] = {"id": f"cell-{position}", "metadata": {}}
        if source.startswith("md:"):
            cell |= {"cell_type": "markdown", "source": source.removeprefix("md:")}
        else:
            cell |= {"cell_type": "code", "source": source, "outputs": [], "execution_count": None}
        written.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel},
        "cells": written,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook), encoding="utf-8")


class Notebook(Tab):
    """One notebook, open in one page, with a kernel. The module says what it can do."""

    @classmethod
    def write(
        cls, lab: Lab, browser: Browser, path: str, cells: Sequence[str], **how: Any
    ) -> Notebook:
        """Write a notebook below the server's root, and open it. Nothing runs yet."""
        write_notebook(lab.root / path, cells)
        notebook = cls(lab, browser, path, **how)
        notebook.open()
        return notebook

    @property
    def folder(self) -> Path:
        """Where the notebook lies and its kernel runs."""
        return (self.lab.root / self.path).parent

    # -- cells -----------------------------------------------------------------------------------

    def run_all(self, timeout: float = 120) -> None:
        """Run all cells from the top; a cell that raises ends the run (see `errors`)."""
        self.command("notebook:run-all-cells", timeout=timeout)

    def run_cell(self, index: int, timeout: float = 120, *, wait: bool = True) -> None:
        """Run one cell; `wait=False` returns while it runs."""
        self._fire(f"(panel.content.activeCellIndex = {index}, null)")
        ticket = self._fire("app.commands.execute('notebook:run-cell')")
        if wait:
            self._done(ticket, timeout)

    def cell_sources(self) -> list[str]:
        """Return what every cell says now."""
        script = "() => %s.content.widgets.map(cell => cell.model.sharedModel.getSource())"
        sources: list[str] = self.page.evaluate(script % "window.jupyterapp.shell.currentWidget")
        return sources

    def set_source(self, index: int, source: str) -> None:
        """Replace what a cell says."""
        model = f"panel.content.widgets[{index}].model.sharedModel"
        self._done(self._fire(f"{model}.setSource({json.dumps(source)})"), 10)

    def errors(self) -> list[str]:
        """Return every traceback and every piece of stderr shown below the cells."""
        return self.page.locator(TROUBLE).all_inner_texts()

    # -- the kernel ------------------------------------------------------------------------------

    def kernel_eval(self, code: str, timeout: float = 30) -> str:
        """Run code in the kernel, beside the cells; return what it printed, or its last value.

        It queues behind a cell that is running.
        """
        ticket = self._fire(
            f"""new Promise((resolve, reject) => {{
                const kernel = panel.sessionContext.session.kernel;
                const code = {json.dumps(code)};
                const future = kernel.requestExecute({{ code, store_history: false }});
                let text = '', error = null;
                future.onIOPub = ({{ header, content }}) => {{
                    if (header.msg_type === 'stream') text += content.text;
                    if (header.msg_type === 'execute_result') text += content.data['text/plain'];
                    if (header.msg_type === 'error') error = content.ename + ': ' + content.evalue;
                }};
                future.done.then(() => error === null ? resolve(text) : reject(error), reject);
            }})"""
        )
        return str(self._done(ticket, timeout) or "")

    def value(self, expression: str, timeout: float = 30) -> Any:
        """Return what an expression is in the kernel, as JSON carries it (a tuple is a list)."""
        code = f"print(__import__('json').dumps({expression}, default=str))"
        return json.loads(self.kernel_eval(code, timeout))

    def wait_value(self, expression: str, expected: object, timeout: float = 30) -> None:
        """Ask the kernel until an expression is what is expected."""
        end = time.monotonic() + timeout
        while (got := self.value(expression, timeout)) != expected:
            if time.monotonic() > end:
                raise AssertionError(
                    f"{expression} must become {expected!r} within {timeout} s. Got {got!r}."
                )
            self.page.wait_for_timeout(50)

    def kernel_pid(self) -> int:
        """Return the process id of the notebook's kernel."""
        process = self._kernel_process()
        assert process is not None, "the kernel has no living process"
        return process.pid

    def _kernel_process(self) -> psutil.Process | None:
        for session in self.lab.api("sessions"):
            if session["path"] == self.path and session["kernel"]:
                return self.lab.kernel_process(session["kernel"]["id"])
        return None

    def wait_kernel(self, other_than: int | None = None, timeout: float = 60) -> None:
        """Wait for a connected kernel that answers; `other_than`: for another one than this pid."""
        end = time.monotonic() + timeout
        while (process := self._kernel_process()) is None or process.pid == other_than:
            assert time.monotonic() < end, f"no new kernel within {timeout} s"
            self.page.wait_for_timeout(100)
        # the toolbar says "idle" before there is a kernel: ask the session
        ready = (
            "(context => context?.isReady && context.session?.kernel?.status === 'idle' &&"
            " context.session.kernel.connectionStatus === 'connected')"
            "(window.jupyterapp?.shell?.currentWidget?.sessionContext)"
        )
        self.wait_for(ready, max(1, end - time.monotonic()))
        assert self.kernel_eval("40 + 2", timeout) == "42"

    def kill_kernel(self) -> int:
        """Kill the kernel's process; returns the pid it had. JupyterLab will start another."""
        process = self._kernel_process()
        assert process is not None, "the kernel has no living process"
        process.kill()
        self._gone(process)
        return process.pid

    def _gone(self, process: psutil.Process, timeout: float = 20) -> None:
        end = time.monotonic() + timeout
        with contextlib.suppress(psutil.NoSuchProcess):
            while process.status() != psutil.STATUS_ZOMBIE:
                assert time.monotonic() < end, f"process {process.pid} does not end"
                time.sleep(0.02)

    def restart_kernel(self, timeout: float = 60) -> None:
        """Restart the kernel as the menu does, and wait until the new one answers."""
        old = self.kernel_pid()
        self._fire("panel.sessionContext.restartKernel()")
        self.wait_kernel(other_than=old, timeout=timeout)

    @contextlib.contextmanager
    def kernel_paused(self) -> Iterator[None]:
        """Stop the kernel's process for a while: it neither answers nor dies."""
        process = psutil.Process(self.kernel_pid())
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)


class NotebookFactory:
    """Opens notebooks in a folder of their own, and closes them in the end."""

    def __init__(self, lab: Lab, browser: Browser, name: str) -> None:
        self.lab = lab
        self.browser = browser
        self.name = name
        self.opened: list[Notebook] = []

    @property
    def folder(self) -> Path:
        """Where the notebooks will lie: put files for their cells here."""
        folder = self.lab.root / self.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def __call__(
        self,
        *cells: str,
        ready: str | None = None,
        run: bool = True,
        name: str = "demo",
        **how: Any,
    ) -> Notebook:
        """Write a notebook, open it, run all cells, and wait until `ready` is visible.

        `how` is what `Tab` takes: theme, viewport, fresh.
        """
        path = f"{self.name}/{name}.ipynb"
        write_notebook(self.lab.root / path, cells)
        notebook = Notebook(self.lab, self.browser, path, **how)
        self.opened.append(notebook)
        notebook.open()
        if run:
            notebook.run_all()
        if ready is not None:
            notebook.wait(ready)
        return notebook

    def picture_failure(self) -> None:
        """Keep how every page looks, and print what its console said."""
        for number, notebook in enumerate(self.opened):
            with contextlib.suppress(Exception):
                file = notebook.screenshot(f"failed-{self.name}" + (f"-{number}" * bool(number)))
                print(f"The page as it was: {file}")
                print("Its console:", *notebook.console or ["(silent)"], sep="\n  ")

    def close(self, *, reuse: bool = True) -> None:
        """Close all notebooks and end their kernels; sound pages may serve others."""
        for notebook in self.opened:
            notebook.close(reuse=reuse)
