"""One browser tab with a notebook in it: the half of the harness that knows the page."""

from __future__ import annotations

import contextlib
import itertools
import json
import urllib.parse
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server import THEMES, Lab

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Request

PICTURES = Path(__file__).parent / "pictures"
VIEWPORT = (1400, 900)
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
CELL = f"{PANEL} .jp-Notebook .jp-Cell"
# JupyterLab's own, in an empty home; nothing that a widget does
HARMLESS = ("favicon", "/lab/api/workspaces/", "net::ERR_CONNECTION_REFUSED", "debugger state")


class KernelError(AssertionError):
    """What was begun in the page or in the kernel failed there."""


class Tab:
    """One tab of a browser context of its own, on one notebook.

    Attributes
    ----------
    page : Page
        Playwright's page; replaced by `reopen`.
    path : str
        The notebook, relative to the server's root.
    console : list of str
        What the page wrote to its console as an error, and exceptions nobody caught.
    foreign_requests : list of str
        Addresses outside the server that the page asked for; they could not be reached.

    `fresh` asks for a browser context that nobody has used and nobody will use again.
    """

    page: Page
    _slots = itertools.count()  # one count for all: a page may serve several notebooks

    def __init__(
        self,
        lab: Lab,
        browser: Browser,
        path: str,
        *,
        theme: str = "light",
        viewport: tuple[int, int] = VIEWPORT,
        fresh: bool = False,
    ) -> None:
        self.lab = lab
        self.path = path
        self.console: list[str] = []
        self.foreign_requests: list[str] = []
        self._browser = browser
        self._theme = theme
        self._viewport = viewport
        self._fresh = fresh
        lab.set_theme(theme)

    # -- the page --------------------------------------------------------------------------------

    def open(self, timeout: float = 60) -> None:
        """Open the notebook in an idle page, or else in a new context; wait for its kernel."""
        idle = None if self._fresh or not self.lab.idle_pages else self.lab.idle_pages.pop()
        self.page = idle or self._browser.new_context().new_page()
        self.page.set_default_timeout(30_000)
        self._listen()
        width, height = self._viewport
        self.page.set_viewport_size({"width": width, "height": height})
        if idle:
            self.set_theme(self._theme)
            self.command("docmanager:open", path=self.path)
            self.page.evaluate("() => { window.jupyterapp.shell.expandLeft(); }")
        else:
            quoted = urllib.parse.quote(self.path)
            # a workspace of its own: a reload opens no tabs of other pages
            workspace = f"{self.lab.url}/lab/workspaces/{uuid.uuid4().hex}"
            self.page.goto(f"{workspace}/tree/{quoted}?token={self.lab.token}")
        self._wait_open(timeout)

    def _listen(self) -> None:
        self._listeners = {
            "console": self._hear,
            "request": self._note,
            "pageerror": self._catch,
            "dialog": lambda dialog: dialog.accept(),  # "leave the page?"
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)  # type: ignore[call-overload]

    def _wait_open(self, timeout: float) -> None:
        self.page.wait_for_selector(CELL, timeout=timeout * 1000)
        self.wait_kernel(timeout=timeout)

    def wait_kernel(self, other_than: int | None = None, timeout: float = 60) -> None:
        """Wait for a kernel; `Notebook` knows how."""
        raise NotImplementedError

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.lab.url, "blob:", "data:")):
            self.foreign_requests.append(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(word in text for word in HARMLESS):
            self.console.append(text)

    def _catch(self, error: Error) -> None:
        # where a theme was saved before, JupyterLab may take its splash screen away twice
        is_splash = "'removeChild'" in str(error) and "/jlab_core." in (error.stack or "")
        if not is_splash:
            self.console.append(f"uncaught: {error}")

    def close(self, *, reuse: bool = True) -> None:
        """Close the notebook and end its kernel; keep the page for another one if it is sound."""
        try:
            if reuse and not self._fresh:
                self._tidy()
                self.lab.idle_pages.append(self.page)
            else:
                self.page.context.close()
        except Exception:  # noqa: BLE001 - whatever it is, such a page is not used again
            with contextlib.suppress(Exception):
                self.page.context.close()
        with contextlib.suppress(OSError):
            self.lab.end_sessions(self.path)

    def _tidy(self) -> None:
        """Leave a page that knows nothing of what was done in it."""
        self.page.unroute_all()
        self.dismiss_dialogs()
        self.page.evaluate(
            "() => { window.jupyterapp.shell.currentWidget.context.model.dirty = false; }"
        )  # or it would ask whether to save
        self.command("application:close-all", timeout=10)
        self.wait_for("!document.querySelector('.jp-NotebookPanel')", timeout=5)
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)

    def reload(self, timeout: float = 60) -> None:
        """Save, then reload the page. The kernel lives on, and the outputs come from the file."""
        self.save()
        self.page.reload()
        self._wait_open(timeout)

    def reopen(self) -> None:
        """Save, close the tab, and open the notebook in a context that knows nothing of the old."""
        self.save()
        self.page.context.close()
        self._fresh = True
        self.open()

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
        self.wait_for("!document.querySelector('#jupyterlab-splash')", timeout)  # it veils pictures

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


# Starts at the first key or click after it was set; stops when the frame with the change is
# painted: a message posted within an animation frame is delivered after that frame.
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
