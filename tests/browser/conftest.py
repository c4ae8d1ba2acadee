"""The fixtures of the browser tests; `harness.py` says how to use them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import PICTURES, VIEWPORT, Notebook, chromium
from playwright.sync_api import Browser
from server import Lab


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab server for all tests."""
    with Lab.running(tmp_path_factory.mktemp("jupyterlab") / "home") as started:
        yield started


class NotebookFactory:
    """Opens notebooks in the folder of one test, and closes them after it."""

    def __init__(self, lab: Lab, browser: Browser, test: str) -> None:
        self.lab = lab
        self.browser = browser
        self.test = test
        self.opened: list[Notebook] = []

    @property
    def folder(self) -> Path:
        """Where the notebooks will lie: put files for their cells here."""
        folder = self.lab.root / self.test
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def __call__(
        self,
        *cells: str,
        ready: str | None = None,
        run: bool = True,
        name: str = "demo",
        theme: str = "light",
        viewport: tuple[int, int] = VIEWPORT,
    ) -> Notebook:
        """Write a notebook, open it, run all cells, and wait until `ready` is visible."""
        path = f"{self.test}/{name}.ipynb"
        notebook = Notebook.write(
            self.lab, self.browser, path, cells, theme=theme, viewport=viewport
        )
        self.opened.append(notebook)
        if run:
            notebook.run_all()
        if ready is not None:
            notebook.wait(ready)
        return notebook

    def close(self) -> None:
        for notebook in self.opened:
            notebook.close()


@pytest.fixture
def notebook(
    lab: Lab, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[NotebookFactory]:
    """Open notebooks: `notebook("1 + 1", ready=".al-labeler")`."""
    test = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    factory = NotebookFactory(lab, browser, test)
    try:
        yield factory
        if request.node.stash.get(FAILED, default=False):
            for number, opened in enumerate(factory.opened):
                with contextlib.suppress(Exception):
                    opened.screenshot(f"failed-{test}" + (f"-{number}" if number else ""))
                    print("console:", *opened.console, sep="\n  ")
    finally:
        factory.close()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:
    """Remember whether a test failed, so that its fixtures can take a picture."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
        if report.failed:
            report.sections.append(("pictures", f"see {PICTURES.name}/failed-*.png"))
    return report
