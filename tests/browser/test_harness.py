"""The harness itself: a tiny widget, and everything that may happen to its kernel and its page."""

from __future__ import annotations

import pytest
from harness import KernelError

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
        const button = document.createElement("button");
        button.className = "counter";
        const draw = () => {
            button.textContent = `clicked ${model.get("clicks")}`;
            button.dataset.clicks = model.get("clicks");
        };
        button.addEventListener("click", () => {
            model.set("clicks", model.get("clicks") + 1);
            model.save_changes();
        });
        model.on("change:clicks", draw);
        draw();
        el.append(button);
    } };
    """
    clicks = traitlets.Int(0).tag(sync=True)

counter = Counter()
counter
'''


@pytest.fixture(scope="module")
def opened(shared_notebook):
    return shared_notebook("md:# A counter", COUNTER, "1 + 1", run=False)


@pytest.fixture
def nb(opened):
    """A counter that begins at 0, in a page that may have been used before."""
    opened.console.clear()
    opened.foreign_requests.clear()
    opened.run_all()
    opened.wait(".counter[data-clicks='0']")
    return opened


def test_a_click_reaches_the_kernel(nb):
    nb.page.click(".counter")
    nb.wait_value("counter.clicks", 1)
    assert nb.page.inner_text(".counter") == "clicked 1"
    assert nb.errors() == []
    assert nb.console == []
    assert nb.foreign_requests == []


def test_pictures_are_taken_of_the_page_and_of_an_element(nb):
    page, element = nb.screenshot("harness"), nb.screenshot("harness-counter", ".counter")
    assert page.stat().st_size > element.stat().st_size > 0


def test_a_reload_with_the_kernel_alive_restores_the_widget(nb):
    nb.page.click(".counter")
    nb.wait_value("counter.clicks", 1)
    pid = nb.kernel_pid()
    nb.reload()
    assert nb.wait(".counter").inner_text() == "clicked 1"
    nb.page.click(".counter")
    nb.wait_value("counter.clicks", 2)
    assert nb.kernel_pid() == pid


def test_a_reopened_notebook_keeps_its_kernel_but_no_local_storage(nb):
    nb.page.evaluate("() => localStorage.setItem('mark', '1')")
    pid = nb.kernel_pid()
    nb.reopen()
    assert nb.wait(".counter").inner_text() == "clicked 0"
    assert nb.kernel_pid() == pid
    assert nb.page.evaluate("() => localStorage.getItem('mark')") is None


def test_a_killed_kernel_is_replaced_and_the_cells_run_again(nb):
    nb.page.click(".counter")
    old = nb.kill_kernel()
    nb.wait_kernel(other_than=old)
    nb.dismiss_dialogs()
    assert nb.value("'counter' in globals()") is False
    nb.run_all()
    assert nb.wait(".counter").inner_text() == "clicked 0"


def test_a_restarted_kernel_is_another_process_that_knows_nothing(nb):
    old = nb.kernel_pid()
    nb.restart_kernel()
    assert nb.kernel_pid() != old
    assert nb.value("'counter' in globals()") is False
    nb.run_cell(1)
    nb.wait(".counter")


def test_a_paused_kernel_answers_when_it_goes_on(nb):
    with nb.kernel_paused():
        nb.page.click(".counter")
        with pytest.raises(Exception, match="Timeout"):
            nb.kernel_eval("counter.clicks", timeout=1)
    nb.wait_value("counter.clicks", 1)


def test_the_theme_can_be_switched_and_chosen(nb, notebook):
    light = "() => document.body.dataset.jpThemeLight"
    assert nb.page.evaluate(light) == "true"
    nb.set_theme("dark")
    assert nb.page.evaluate(light) == "false"
    other = notebook("1", name="other", theme="dark")
    assert other.page.evaluate(light) == "false"
    nb.set_theme("light")
    assert nb.page.evaluate(light) == "true"


def test_cells_can_be_read_edited_and_run_one_by_one(nb):
    nb.set_source(2, "answer = 40 + 2\nanswer")
    nb.run_cell(2)
    assert nb.cell_sources() == ["# A counter", COUNTER, "answer = 40 + 2\nanswer"]
    assert nb.value("answer") == 42
    with pytest.raises(KernelError, match="ZeroDivisionError"):
        nb.kernel_eval("1 / 0")


def test_errors_below_cells_are_seen(notebook):
    nb = notebook("import sys; print('careful', file=sys.stderr)", "1 / 0")
    careful, traceback = nb.errors()
    assert "careful" in careful
    assert "ZeroDivisionError" in traceback


def test_the_page_cannot_reach_the_world(nb):
    nb.page.evaluate("() => { void fetch('https://cdn.example/x.js').catch(() => null); }")
    nb.page.wait_for_timeout(300)
    assert nb.foreign_requests == ["https://cdn.example/x.js"]


def test_the_paint_clock_times_a_click(nb):
    button = nb.page.locator(".counter")
    milliseconds = nb.paint_ms(button.click, watch=".counter", attribute="data-clicks")
    assert 0 < milliseconds < 2000
