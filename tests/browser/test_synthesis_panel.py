"""What was made and what it brings, as a hand meets it in JupyterLab."""

from __future__ import annotations

import pytest
from contrast import contrasts

SETUP = """
import time
import numpy as np
import al_widgets as al

evil = "<img src=x onerror=window.__run=1>"
pool, y, _ = al.datasets.make_sea_creatures(600, classes=5, random_state=1)
names = {name: name for name in sorted(set(y.tolist()))} | {"crab": evil}
y = np.array([names[name] for name in y.tolist()])
learner = al.ActiveLearner(pool, classes=list(names.values()), budget=200, store="labels.sqlite")
if not learner.budget.spent:
    learner.teach(al.SimulatedOracle(y), 40)
    for item in np.flatnonzero(y == "fish")[:25]:
        learner.label(str(item), "fish")

class Slow(al.synthesizers.Augment):
    '''Trains before it makes anything, as a network does.'''
    progress = stop = None

    def make(self, context, parents, rng, recipe=None):
        for done in range(self.n):
            if self.stop is not None and self.stop.is_set():
                break
            if self.progress is not None:
                self.progress(done + 1, self.n)
            time.sleep(0.05)
        yield from super().make(context, parents, rng, recipe)

recipes = al.synthesizers
slow = Slow(recipes.Brightness(), recipes.Brightness(0.0, 0.01), recipes.Tint())
slow.n = 0
how = al.QuerySynthesis(slow, target=lambda context, n: np.resize(context.labeled[::-1], n))
"""
CELL = "panel = al.SynthesisPanel(learner)\npanel"
PANEL = ".al-synthesis[data-ready=true]"


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook; its tests follow one another as a person's work would."""
    return shared_notebook(SETUP, CELL, "al.Labeler(learner)", ready=PANEL)


def test_before_anything_is_made_a_sentence_says_what_to_do_with_the_line_of_code(nb):
    assert nb.page.inner_text(".al-syn-headline") == "Nothing was made yet."
    assert "Say how new items are made" in nb.page.inner_text(".al-syn-missing")
    assert "al.QuerySynthesis(" in nb.page.inner_text(".al-syn-code")
    assert nb.page.is_disabled(".al-syn-more .al-pane-main")
    assert not nb.page.is_visible(".al-syn-newest")
    nb.screenshot("synthesis-empty")


def test_the_button_makes_as_many_as_the_field_says(nb):
    nb.kernel_eval("learner.sampling = how")
    nb.page.wait_for_selector(".al-syn-more .al-pane-main:enabled")
    nb.page.fill(".al-syn-more .al-pane-n", "24")
    nb.page.click("button:text-is('Make 24')")
    nb.page.wait_for_selector(".al-syn-more .al-pane-said:has-text('items made')")
    nb.wait_value("len(learner.synthetic)", 24)
    nb.page.wait_for_selector(".al-syn-headline:has-text('24 items made of')")
    in_use = nb.value("int((learner.synthetic['status'] == 'in use').sum())")
    assert f"{in_use} in use" in nb.page.inner_text(".al-syn-fates")


def test_the_newest_stand_beside_their_parent_on_hover_and_by_the_keyboard(nb):
    nb.page.wait_for_selector(".al-syn-thumb")
    assert nb.page.locator(".al-syn-thumb").count() == 12
    third = nb.page.locator(".al-syn-thumb").nth(2)
    third.hover()
    recipe = nb.value("learner.synthetic['recipe'].iloc[-3]").replace(" %", "\u00a0%")
    nb.page.wait_for_selector(f".al-syn-words strong:text-is('{recipe}')")
    assert nb.page.locator(".al-syn-side img").count() == 2
    third.focus()
    nb.page.keyboard.press("ArrowRight")
    assert nb.page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert third.get_attribute("aria-pressed") == "false"


def test_what_is_held_back_comes_in_the_labeler(nb):
    held = nb.value("int((learner.synthetic['status'] == 'held back').sum())")
    assert held > 0
    nb.page.click(f"button:text-is('Review {held} held back')")
    nb.page.wait_for_selector(".al-syn-held .al-pane-hint:has-text('in the labeler')")
    nb.wait_value("learner.query().strategy", "synthesis")
    nb.kernel_eval("learner.label(learner.query().ids[0], 'fish')")
    nb.page.wait_for_selector(".al-syn-fates:has-text('accepted'), .al-syn-fates:has-text('rel')")


def test_a_measurement_says_whether_it_helps_and_of_which_class(nb):
    nb.page.click("button:text-is('Measure')")
    nb.page.wait_for_selector(".al-syn-verdict:has-text('synthetic items beside')", timeout=60_000)
    assert nb.page.inner_text(".al-syn-verdict") == nb.value("learner.synthesis_report().summary")
    assert nb.page.locator(".al-syn-help tr").count() > 2
    assert "Measured on" in nb.page.inner_text(".al-syn-help")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(nb, theme):
    nb.set_theme(theme)
    nb.hide_sidebar()
    ratios = contrasts(nb.page, ".al-synthesis")
    nb.screenshot(f"synthesis-{theme}", selector=".al-synthesis")
    nb.set_theme("light")
    assert len(ratios) > 30
    assert [(name, ratio) for name, ratio in ratios if ratio < 4.5] == []


@pytest.mark.parametrize("width", [1400, 640])
def test_every_control_can_be_hit_and_nothing_is_cut_off(nb, width):
    nb.page.set_viewport_size({"width": width, "height": 900})
    nb.page.wait_for_timeout(300)
    small, over = nb.page.evaluate(
        """() => { const root = document.querySelector(".al-synthesis").getBoundingClientRect();
        const boxes = [...document.querySelectorAll(".al-synthesis :is(button, .al-pane-n, label)")]
          .filter(b => b.checkVisibility()).map(b => b.getBoundingClientRect());
        return [boxes.filter(b => b.width < 24 || b.height < 24).length,
                boxes.filter(b => b.right > root.right + 1).length]; }"""
    )
    nb.screenshot(f"synthesis-{width}", selector=".al-synthesis")
    nb.page.set_viewport_size({"width": 1400, "height": 900})
    assert (small, over) == (0, 0)


def test_the_switch_turns_them_off_and_on_and_what_the_guard_said_is_shown(nb):
    nb.page.click(".al-syn-use")
    nb.wait_value("learner.uses_synthetic", False)
    nb.page.wait_for_selector(".al-syn-why:has-text('Switched off: you wanted it')")
    nb.page.wait_for_selector(".al-syn-fates:has-text('switched off')")
    nb.screenshot("synthesis-off", selector=".al-synthesis")
    nb.page.click(".al-syn-use")
    nb.wait_value("learner.uses_synthetic", True)
    nb.kernel_eval("learner.use_synthetic(False, 'right on 14 of 20 with them, 17 without')")
    nb.page.wait_for_selector(".al-syn-why:has-text('right on 14 of 20 with')")
    nb.kernel_eval("learner.use_synthetic(True)")
    nb.page.wait_for_selector(".al-syn-why", state="hidden")


def test_a_long_making_says_how_far_it_is_and_can_be_stopped(nb):
    nb.kernel_eval("slow.n = 1200")
    nb.page.fill(".al-syn-more .al-pane-n", "4")
    nb.page.keyboard.press("Enter")
    nb.page.wait_for_selector(".al-syn-doing:has-text('of 1,200')")
    nb.screenshot("synthesis-making", selector=".al-synthesis")
    nb.page.click(".al-syn-far button:text-is('Stop')")
    nb.page.wait_for_selector(".al-syn-more .al-pane-said:has-text('made')")
    nb.wait_value("len(learner.synthetic)", 28)
    assert nb.value("[slow.progress, slow.stop]") == [None, None]
    nb.kernel_eval("slow.n = 0")


def test_no_key_leaks_to_the_notebook_from_any_field(nb):
    before = nb.cell_sources()
    for field in (".al-pane-n", ".al-syn-use", ".al-syn-thumb", ".al-pane-main"):
        nb.page.locator(f"{PANEL} {field}").first.focus()
        for key in ("d", "d", "x", "b", "Backspace"):
            nb.page.keyboard.press(key)
    assert nb.cell_sources() == before


def test_an_error_is_shown_where_it_was_asked_for(nb):
    nb.kernel_eval(
        "learner.sampling = al.QuerySynthesis(recipes.Augment(lambda picture: 1 / 0),"
        " target=how.target)"
    )
    nb.page.wait_for_selector(".al-syn-name:not(:has-text('Brightness'))")
    nb.page.fill(".al-syn-more .al-pane-n", "3")
    nb.page.click(".al-syn-more .al-pane-main")
    nb.page.wait_for_selector(".al-syn-more [role=alert]:has-text('division by zero')")
    nb.kernel_eval("panel._heard(None, {'type': 'drop'}, [])")
    nb.page.wait_for_selector(".al-synthesis > [role=alert]:has-text('known type')")


def test_a_reloaded_page_shows_it_all_again(nb):
    words = nb.page.inner_text(".al-syn-headline")
    nb.reload()
    nb.wait(".al-syn-thumb")
    assert nb.page.inner_text(".al-syn-headline") == words
    assert nb.page.locator(".al-syn-verdict").is_visible()


def test_it_leaves_no_error_behind(nb):
    assert nb.errors() == []
    assert nb.console == []
    assert nb.page.evaluate("window.__run") is None


def test_a_workbench_shows_it_as_a_tab_where_items_are_made(notebook):
    nb = notebook(SETUP, "learner.sampling = how\nal.Workbench(learner)", ready=PANEL)
    nb.hide_sidebar()
    nb.page.wait_for_selector("[role=tab][aria-selected=true]:text-is('Synthesis')")
    nb.page.wait_for_selector(".al-syn-headline:has-text('made of')")  # the labeler wanted some
    before = nb.value("len(learner.synthetic)")
    nb.page.click("button:text-is('Make 20')")
    nb.page.wait_for_selector(f".al-syn-headline:has-text('{before + 20} items')")
    nb.screenshot("synthesis-workbench")
    assert nb.errors() == []
