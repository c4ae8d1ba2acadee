"""What the labels do not represent, a click that asks for it, and why each item is asked about."""

from __future__ import annotations

import pytest

SETUP = """
import al_widgets as al, numpy as np
from sklearn.linear_model import LogisticRegression
evil = "<img src=x onerror=window.__run=1>"
rng = np.random.default_rng(0)
group = np.repeat(np.arange(12), 25)
X = (20 * rng.normal(size=(12, 3)))[group] + rng.normal(size=(300, 3))
pool = al.Pool(X, content=[f"{evil} no. {i} of group {g}" for i, g in enumerate(group)])
pool.geometry.prepare().result()
classes = [evil + name for name in "abc"]
learner = al.ActiveLearner(pool, classes, model=LogisticRegression(), budget=60,
                           batch_size=4, validation=None)
for i in range(4):
    learner.label(str(25 * i), classes[i % 3])
learner.retrain()
"""
READY = ".al-workbench[data-ready=true] .al-labeler[data-ready=true] .al-card[data-item]"
PLACE = ".al-place:text-is('{}')"


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook; its tests follow one another as a person's work would."""
    return shared_notebook(SETUP, "bench = al.Workbench(learner)\nbench", ready=READY)


def press(nb, *keys):
    for key in keys:
        nb.page.keyboard.press(key)


def at(nb, place):
    nb.page.wait_for_selector(PLACE.format(place))


def test_the_coverage_is_one_click_away_and_the_labeler_stays_in_sight(nb):
    nb.page.click("[role=tab]:text-is('Coverage')")
    nb.page.wait_for_selector(".al-cov-gap")
    assert nb.page.is_visible(".al-card")
    assert not nb.page.is_visible(".al-chart")
    box = nb.page.locator(".al-workbench").bounding_box()
    side = nb.page.locator(".al-side").bounding_box()
    assert side["y"] + side["height"] <= box["y"] + box["height"] + 1
    nb.screenshot("coverage")


def test_the_item_says_why_it_is_asked_about_as_text(nb):
    (reason, *_) = nb.value("learner.query().reasons")
    assert "<img src=x" in reason
    assert nb.page.inner_text(".al-reason") == f"Why this one? {reason}"
    assert nb.page.evaluate("window.__run") is None


def test_what_was_asked_for_comes_at_once_and_then_the_rest_of_the_batch(nb):
    nb.page.click(".al-card")
    press(nb, "1")
    at(nb, "batch 1 · item 2 of 4")
    nb.page.click(".al-cov-gap .al-cov-ask >> nth=0")
    at(nb, "you asked for these · item 1 of 4")
    nb.page.wait_for_selector(".al-cov-status:text-is('4 items come next in the labeler.')")
    assert "you asked for it" in nb.page.inner_text(".al-reason")
    nb.page.click(".al-card")
    press(nb, "2", "2", "2")
    at(nb, "you asked for these · item 4 of 4")
    press(nb, "2")
    at(nb, "batch 1 · item 2 of 4")
    nb.wait_value("learner.labels['strategy'].tolist().count('picked')", 4)


def test_undo_goes_back_to_what_was_asked_for_and_redo_to_the_rest(nb):
    press(nb, "Backspace", "Backspace")
    at(nb, "you asked for these · item 3 of 4")
    press(nb, "3")
    at(nb, "you asked for these · item 4 of 4")
    press(nb, "Backspace", "Control+Shift+z", "3")
    at(nb, "batch 1 · item 2 of 4")
    nb.wait_value("[label[-1] for label in learner.labels['label'][-4:]]", ["b", "b", "c", "c"])


def test_a_batch_can_be_finished_after_it_was_interrupted(nb):
    press(nb, "1", "2", "3")
    at(nb, "batch 3 · item 1 of 4")
    nb.wait_value("learner.budget.spent", 12)
    # the browser is ahead: what is asked for before the kernel opens it would take its number
    nb.wait_value("[asked.round for asked in learner.log.state.open_queries('me')]", [2])


def test_a_gap_in_a_bar_is_reached_and_asked_about_by_keys(nb):
    # what the last answers filled is a gap no more, and would not be asked about
    nb.wait_value("bench.coverage._measured == bench.coverage._needs()", True)
    nb.page.wait_for_timeout(300)  # the last measurement is drawn
    nb.page.wait_for_selector("button.al-cov-empty")
    nb.page.locator(".al-cov-rows button[tabindex='0']").focus()
    press(nb, "ArrowRight", "Enter")
    at(nb, "you asked for these · item 1 of 4")
    assert nb.page.evaluate("document.activeElement.className").startswith("al-cov-block")


def test_a_view_goes_on_when_its_items_are_answered_elsewhere(nb):
    nb.kernel_eval("for item in learner.query(): learner.label(item, classes[1])")
    at(nb, "batch 3 · item 1 of 4")


def test_a_malformed_message_shows_an_error_and_the_next_ask_takes_it_away(nb):
    nb.kernel_eval("bench.coverage._heard(None, {'type': 'ask', 'gaps': ['x']}, [])")
    nb.page.wait_for_selector(".al-cov-error:has-text('without a label')")
    nb.page.wait_for_timeout(1600)  # what was answered just now is measured
    nb.page.click(".al-cov-gap .al-cov-ask >> nth=0")
    nb.page.wait_for_selector(".al-cov-error", state="hidden")


@pytest.mark.parametrize("width", [1400, 640])
def test_every_button_can_be_hit_and_nothing_is_cut_off(nb, width):
    nb.page.set_viewport_size({"width": width, "height": 900})
    nb.page.wait_for_timeout(300)
    small, over = nb.page.evaluate(
        """() => { const root = document.querySelector(".al-coverage").getBoundingClientRect();
        const boxes = [...document.querySelectorAll(".al-coverage button, .al-tab")]
          .filter(b => b.offsetParent).map(b => b.getBoundingClientRect());
        return [boxes.filter(b => b.width < 24 || b.height < 24).length,
                boxes.filter(b => b.right > root.right + 1).length]; }"""
    )
    nb.page.set_viewport_size({"width": 1400, "height": 900})
    assert (small, over) == (0, 0)


def test_it_leaves_no_error_behind(nb):
    assert nb.errors() == []
    assert nb.console == []
    assert nb.page.evaluate("window.__run") is None
