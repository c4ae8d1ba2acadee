"""The fixtures of the browser tests; `harness.py` says how to use them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from harness import NotebookFactory, chromium
from server import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

FAILED = pytest.StashKey[bool]()


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


@pytest.fixture
def notebook(
    lab: Lab, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[NotebookFactory]:
    """Open notebooks that are closed after the test: `notebook("1 + 1", ready=".al-labeler")`."""
    factory = NotebookFactory(lab, browser, folder_name(request.node.name))
    failed = True
    try:
        yield factory
        failed = request.node.stash.get(FAILED, True)
        if failed:
            factory.picture_failure()
    finally:
        factory.close(reuse=not failed)


@pytest.fixture(scope="module")
def shared_notebook(
    lab: Lab, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[NotebookFactory]:
    """Open notebooks that are closed after the last test of the file."""
    factory = NotebookFactory(lab, browser, folder_name(request.module.__name__))
    try:
        yield factory
    finally:
        factory.close(reuse=False)


def folder_name(test: str) -> str:
    """Return a name for a folder and for pictures, from that of a test."""
    return re.sub(r"[^\w-]+", "-", test).strip("-")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[pytest.TestReport]:
    """Remember whether a test failed: its page is still open, and a picture can be taken."""
    report: pytest.TestReport = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report
