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

Text that begins with `md:` becomes a Markdown cell. Each test gets a folder of its own, `nb.folder`,
in which its kernel runs: a store written there as "labels.sqlite" is `nb.folder / "labels.sqlite"`.
A file for the cells to read can be put there first: `notebook.folder`. One server and one Chromium
serve all tests; each notebook gets a fresh browser context (no cookies, no localStorage) and a fresh
kernel, both ended after the test. When a test fails, the page as it was is in
`pictures/failed-<test>.png`. Nothing outside 127.0.0.1 can be reached from the page.

What a notebook can do (everything waits, and gives up after `timeout` seconds)::

    notebook(*cells, theme=, viewport=, ready=, run=, name=)   open one; several in one test are fine
    nb.run_all()   nb.run_cell(2)   nb.run_cell(2, wait=False)
    nb.wait(".al-card")             a Playwright locator, once it is visible
    nb.value("len(learner.labels)") what an expression is in the kernel, by way of JSON
    nb.wait_value("expr", 3)        until the expression is 3
    nb.kernel_eval("print(1)")      run code beside the cells; returns what it prints, raises KernelError
    nb.kernel_pid()                 the kernel's process id
    nb.kill_kernel()                SIGKILL, as the out-of-memory killer does; JupyterLab starts another
                                    after about three seconds: nb.wait_kernel(other_than=pid)
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

Without pytest, for a benchmark (with `tests` and `tests/browser` on PYTHONPATH, as `make bench` has it)::

    with Lab.running(folder) as lab, chromium() as browser:
        nb = Notebook.write(lab, browser, "bench/demo.ipynb", ["1 + 1"])

Never await a kernel's promise in `page.evaluate`: it has no timeout, and a dead kernel's promises do not
settle. Everything here fires, and polls a slot in the page.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import signal
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from ensure_chromium import ensure_chromium
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Route,
    sync_playwright,
)
from server import THEMES, Lab

PICTURES = Path(__file__).parent / "pictures"
VIEWPORT = (1400, 900)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
CELL = f"{PANEL} .jp-Notebook .jp-Cell"
TROUBLE = ", ".join(
    f"{PANEL} .jp-OutputArea-output[data-mime-type='application/vnd.jupyter.{kind}']"
    for kind in ("error", "stderr")
)
# JupyterLab's own, in an empty home; nothing that a widget does
HARMLESS = ("favicon", "/lab/api/workspaces/", "net::ERR_CONNECTION_REFUSED")


class KernelError(AssertionError):
    """Code run with `kernel_eval` raised."""


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


class Notebook:
    """One notebook, open in one page. The module says what it can do.

    Attributes
    ----------
    page : Page
        Playwright's page; replaced by `reopen`.
    path : str
        The notebook, relative to the server's root.
    console : list of str
        What the page wrote to its console as an error, and exceptions nobody caught.
    foreign_requests : list of str
        Addresses outside the server that the page asked for; they were refused.
    """

    def __init__(
        self,
        lab: Lab,
        browser: Browser,
        path: str,
        *,
        theme: str = "light",
        viewport: tuple[int, int] = VIEWPORT,
    ) -> None:
        self.lab = lab
        self.path = path
        self.console: list[str] = []
        self.foreign_requests: list[str] = []
        self._browser = browser
        self._viewport = viewport
        self._slots = itertools.count()
        lab.set_theme(theme)
        self.page = self._open()

    @classmethod
    def write(
        cls, lab: Lab, browser: Browser, path: str, cells: Sequence[str], **how: Any
    ) -> Notebook:
        """Write a notebook below the server's root, and open it. Nothing runs yet."""
        write_notebook(lab.root / path, cells)
        return cls(lab, browser, path, **how)

    @property
    def folder(self) -> Path:
        """Where the notebook lies and its kernel runs."""
        return (self.lab.root / self.path).parent

    # -- the page --------------------------------------------------------------------------------

    def _open(self, timeout: float = 60) -> Page:
        width, height = self._viewport
        context = self._browser.new_context(viewport={"width": width, "height": height})
        context.route(lambda url: not url.startswith(self.lab.url), self._refuse)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())  # "leave the page?"
        quoted = urllib.parse.quote(self.path)
        # reset: without it the tabs of the last visitor are opened again
        page.goto(f"{self.lab.url}/lab/tree/{quoted}?reset&token={self.lab.token}")
        self.page = page
        self._wait_open(timeout)
        return page

    def _wait_open(self, timeout: float) -> None:
        self.page.wait_for_selector(CELL, timeout=timeout * 1000)
        self.wait_kernel(timeout=timeout)

    def _refuse(self, route: Route, request: Request) -> None:
        if request.url.startswith(("blob:", "data:")):
            route.continue_()
        else:
            self.foreign_requests.append(request.url)
            route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(word in text for word in HARMLESS):
            self.console.append(text)

    def close(self) -> None:
        """Close the page and end its kernel."""
        with contextlib.suppress(Exception):
            self.page.context.close()
        with contextlib.suppress(OSError):
            self.lab.end_sessions(self.path)

    def reload(self, timeout: float = 60) -> None:
        """Save, then reload the page. The kernel lives on, and the outputs come from the file."""
        self.save()
        self.page.reload()
        self._wait_open(timeout)

    def reopen(self) -> None:
        """Save, close the tab, and open the notebook in a context that knows nothing of the old."""
        self.save()
        self.page.context.close()
        self._open()

    def save(self, timeout: float = 20) -> None:
        """Save the notebook to its file."""
        self.command("docmanager:save", timeout=timeout)

    def command(self, name: str, timeout: float = 60, **arguments: object) -> None:
        """Execute one of JupyterLab's commands, and wait until it is done."""
        self._done(self._fire(f"app.commands.execute({name!r}, {json.dumps(arguments)})"), timeout)

    def wait(self, selector: str, timeout: float = 60) -> Locator:
        """Wait until an element is visible, and return its locator."""
        locator = self.page.locator(selector)
        locator.first.wait_for(state="visible", timeout=timeout * 1000)
        return locator

    def wait_for(self, script: str, timeout: float = 30) -> None:
        """Wait until a JavaScript expression is true in the page."""
        self.page.wait_for_function(f"() => {script}", timeout=timeout * 1000, polling=50)

    def set_theme(self, theme: str, timeout: float = 30) -> None:
        """Switch this page to the light or the dark theme."""
        self.command("apputils:change-theme", theme=THEMES[theme])
        light = str(theme == "light").lower()
        self.wait_for(f"document.body.dataset.jpThemeLight === '{light}'", timeout)

    def hide_sidebar(self) -> None:
        """Fold the file browser away."""
        self.page.evaluate("() => { window.jupyterapp.shell.collapseLeft(); }")

    def screenshot(self, name: str, selector: str | None = None) -> Path:
        """Take a picture of the page, or of one element; returns its file."""
        PICTURES.mkdir(exist_ok=True)
        file = PICTURES / f"{name}.png"
        if selector is None:
            self.page.screenshot(path=file)
        else:
            self.page.locator(selector).first.screenshot(path=file)
        return file

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

    def dismiss_dialogs(self) -> list[str]:
        """Close JupyterLab's own dialogs ("Kernel Restarting"); returns what they said."""
        said = []
        dialogs = self.page.locator(".jp-Dialog")
        while dialogs.count():
            said.append(dialogs.first.inner_text())
            dialogs.first.locator("button.jp-mod-accept").click()
            self.page.wait_for_timeout(100)
        return said

    # -- fire, and poll --------------------------------------------------------------------------

    def _fire(self, expression: str) -> int:
        """Begin something in the page (`app` and `panel` are at hand); returns a ticket for it."""
        ticket = next(self._slots)
        self.page.evaluate(
            f"""() => {{
                const app = window.jupyterapp, panel = app.shell.currentWidget;
                const slots = (window.__tests ??= {{}});
                void (async () => {expression})().then(
                    value => {{ slots[{ticket}] = {{ value: value }}; }},
                    error => {{ slots[{ticket}] = {{ error: String(error) }}; }});
            }}"""
        )
        return ticket

    def _done(self, ticket: int, timeout: float) -> object:
        """Wait until what was begun is done; returns its value if it is plain text."""
        self.wait_for(f"window.__tests?.[{ticket}]", timeout)
        done: dict[str, Any] = self.page.evaluate(
            f"""() => {{ const {{ value, error }} = window.__tests[{ticket}];
                 return {{ value: typeof value === 'string' ? value : null, error }}; }}"""
        )
        if done.get("error"):
            raise KernelError(done["error"])
        return done["value"]

    # -- the paint clock -------------------------------------------------------------------------

    def paint_ms(
        self, action: Callable[[], object], watch: str, attribute: str, timeout: float = 10
    ) -> float:
        """Time an action: from its key or click in the page to the frame that shows its effect.

        Parameters
        ----------
        action : callable
            Presses a key or clicks, such as `lambda: nb.page.keyboard.press("1")`.
        watch : str
            Selector of the element whose attribute changes; it may be replaced by a new one.
        attribute : str
            For example "data-item" of ".al-card".
        """
        self.page.evaluate(CLOCK, [watch, attribute])
        action()
        self.wait_for("window.__painted !== null", timeout)
        milliseconds: float = self.page.evaluate("() => window.__painted")
        return milliseconds


# Starts at the first key or click after it was set; stops when the frame with the change is painted:
# a message posted within an animation frame is delivered after that frame.
CLOCK = """([watch, attribute]) => {
    const read = () => document.querySelector(watch)?.getAttribute(attribute);
    const before = read();
    let began = null;
    window.__painted = null;
    const begin = event => { began ??= event.timeStamp; };
    for (const kind of ['keydown', 'pointerdown'])
        document.addEventListener(kind, begin, { capture: true, once: true });
    const changes = new MutationObserver(() => {
        if (began === null || read() === before) return;
        changes.disconnect();
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { window.__painted = performance.now() - began; };
            port2.postMessage(null);
        });
    });
    changes.observe(document.body,
        { subtree: true, childList: true, attributes: true, attributeFilter: [attribute] });
}"""
