"""The rest labeled, checked, looked at again and taken away, as a hand meets it in JupyterLab."""

from __future__ import annotations

import pytest
from contrast import contrasts

SETUP = """
import al_widgets as al
evil = "<img src=x onerror=window.__run=1>"
pool, y = al.datasets.load_digits()
names = [evil + str(k) for k in range(10)]
learner = al.ActiveLearner(pool, classes=names, budget=150, store="labels.sqlite")
if not learner.budget.spent:
    learner.teach(al.SimulatedOracle([names[k] for k in y]), n=100)
    for item in list(learner.labels["item"][:4]):
        learner.label(item, names[(y[int(item)] + 5) % 10])
"""
READY = ".al-workbench[data-ready=true] .al-labeler[data-ready=true] .al-card[data-item]"
SLIDER, PANEL = ".al-rest-range", ".al-rest[data-ready=true]"
CHECK = "button:text('random sample')"


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook; its tests follow one another as a person's work would."""
    return shared_notebook(SETUP, "bench = al.Workbench(learner)\nbench", ready=READY)


def answer(nb, n):
    nb.kernel_eval(
        f"for item in learner.query().ids[:{n}]: learner.label(item, names[y[int(item)]])"
    )


def slide(nb, threshold):
    nb.page.locator(SLIDER).fill(str(threshold))


def test_the_rest_is_labeled_by_one_click_beside_the_labeler(nb):
    nb.page.click("[role=tab]:text-is('The rest')")
    nb.page.wait_for_selector(".al-rest-verdict strong")
    nb.page.click(".al-rest .al-pane-main")
    nb.page.wait_for_selector(f"{SLIDER}:visible")
    assert "1,697 of 1,797 items" in nb.page.inner_text(".al-rest-number")
    assert nb.page.is_visible(".al-card")


def test_the_slider_says_at_once_what_it_keeps_and_the_kernel_agrees(nb):
    with nb.kernel_paused():
        slide(nb, 0.8)
        nb.page.wait_for_selector(".al-rest-sum:has-text('withheld')")
        said = nb.page.inner_text(".al-rest-sum")
    nb.wait_value("bench.rest.threshold", 0.8)
    withheld = nb.value("int(learner.propagate(0.8).is_withheld.sum())")
    assert said.split("·")[-1].split()[0] == f"{withheld:,}"
    assert f"{1697 - withheld:,}" in nb.page.inner_text(".al-rest-which")


def test_no_key_leaks_to_the_notebook_from_any_field(nb):
    before = nb.cell_sources()
    for field in (SLIDER, ".al-pane-n", ".al-rest-kind", ".al-rest-spread", "summary:visible"):
        nb.page.locator(f"{PANEL} {field}").first.focus()
        for key in ("d", "d", "x", "b", "Backspace"):
            nb.page.keyboard.press(key)
    assert nb.cell_sources() == before


def test_a_random_sample_comes_in_the_labeler_and_its_result_appears(nb):
    slide(nb, 0)
    nb.wait_value("bench.rest.threshold", 0)
    nb.page.fill(".al-rest .al-pane-n", "12")
    nb.page.click(CHECK)
    nb.page.wait_for_selector(".al-place:text-is('audit · item 1 of 12')")
    nb.page.wait_for_selector(".al-rest-done:text-is('0 of 12 checked')")
    answer(nb, 5)
    nb.page.wait_for_selector(".al-rest-done:text-is('5 of 12 checked')")
    answer(nb, 12)
    nb.page.wait_for_selector(".al-rest-words:has-text('of 12 wrong: error between')")
    assert nb.page.is_visible(".al-rest-interval")


def test_doubtful_answers_come_back_to_be_reviewed(nb):
    nb.page.wait_for_selector(".al-rest-suspect")
    said = nb.page.inner_text(".al-rest-both >> nth=0")
    assert said.startswith("you said <img src=x")
    nb.page.click(".al-rest-again button")
    nb.page.wait_for_selector(".al-place:has-text('review · item 1 of')")
    nb.page.wait_for_selector(".al-rest-again .al-pane-hint:has-text('back in the labeler')")


def test_a_file_is_kept_by_the_browser(nb):
    with nb.page.expect_download() as kept:
        nb.page.click(".al-rest-take button")
    assert kept.value.suggested_filename == "labels.csv"
    lines = open(kept.value.path(), encoding="utf-8").read().splitlines()  # noqa: SIM115, PTH123
    assert lines[0].startswith("item,label,")
    assert len(lines) == 1798
    nb.page.wait_for_selector(".al-rest-take .al-pane-said:has-text('labels.csv')")


def test_a_malformed_message_shows_an_error_where_it_is_seen(nb):
    nb.kernel_eval("bench.rest._heard(None, {'type': 'drop'}, [])")
    nb.page.wait_for_selector(".al-rest > [role=alert]:has-text('known type')")


@pytest.mark.parametrize("width", [1400, 640])
def test_every_control_can_be_hit_and_nothing_is_cut_off(nb, width):
    nb.page.set_viewport_size({"width": width, "height": 900})
    nb.page.wait_for_function(
        """wide => { const [a, b] = [".al-part-labeler", ".al-rest"].map(part =>
            document.querySelector(part).getBoundingClientRect());
            return (a.bottom > b.top) === wide; }""",
        arg=width == 1400,
    )
    small, over = nb.page.evaluate(
        """() => { const root = document.querySelector(".al-rest").getBoundingClientRect();
        const boxes = [...document.querySelectorAll(
            ".al-rest :is(button, select, input:not([type=checkbox]), summary, .al-rest-with)")]
          .filter(b => b.checkVisibility()).map(b => b.getBoundingClientRect());
        return [boxes.filter(b => b.width < 24 || b.height < 24).length,
                boxes.filter(b => b.right > root.right + 1).length]; }"""
    )
    nb.page.set_viewport_size({"width": 1400, "height": 900})
    assert (small, over) == (0, 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(nb, theme):
    nb.set_theme(theme)
    ratios = contrasts(nb.page, ".al-rest")
    nb.screenshot(f"rest-{theme}")
    nb.set_theme("light")
    assert len(ratios) > 30
    assert [(name, ratio) for name, ratio in ratios if ratio < 4.5] == []


def test_a_reloaded_page_shows_it_all_again(nb):
    slide(nb, 0.7)
    nb.wait_value("bench.rest.threshold", 0.7)
    words = nb.page.inner_text(".al-rest-words")
    sum_ = nb.page.inner_text(".al-rest-sum")
    nb.reload()
    nb.wait(f"{SLIDER}:visible")
    assert nb.page.inner_text(".al-rest-words") == words
    assert nb.page.inner_text(".al-rest-sum") == sum_
    assert nb.page.input_value(SLIDER) == "0.7"


def test_it_leaves_no_error_behind(nb):
    assert nb.errors() == []
    assert nb.console == []
    assert nb.page.evaluate("window.__run") is None
