"""Labeler, curve and budget in one cell: they fit, move together, and leave a still picture."""

from __future__ import annotations

import json

import pytest
from contrast import contrasts

SETUP = """
import al_widgets as al
pool, y = al.datasets.load_digits()
learner = al.ActiveLearner(pool, classes=range(10), budget=200, store="labels.sqlite")
"""
READY = ".al-workbench[data-ready=true] .al-labeler[data-ready=true] .al-card[data-item]"
CHARTS = ".al-chart[data-ready=true]"


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook; its tests follow one another as a person's work would."""
    return shared_notebook(SETUP, "al.Workbench(learner)", ready=READY)


def answer_batch(nb):
    nb.page.click(".al-card")
    before = nb.value("learner.budget.spent")
    for key in "0123456789":
        nb.page.keyboard.press(key)
        nb.page.wait_for_selector(".al-card[data-item]")
    nb.wait_value("learner.budget.spent", before + 10)


def test_on_a_screen_of_1400_by_900_nothing_needs_scrolling(nb):
    nb.wait(CHARTS)
    box = nb.page.locator(".al-workbench").bounding_box()
    panel = nb.page.locator(".jp-WindowedPanel-outer:visible, .jp-Notebook:visible").first
    scrolled = panel.evaluate("node => node.scrollTop")
    view = panel.bounding_box()
    assert box["y"] + scrolled + box["height"] <= view["y"] + view["height"]
    assert box["x"] + box["width"] <= view["x"] + view["width"]
    assert nb.page.evaluate(
        "() => document.querySelector('.al-workbench').scrollWidth <= "
        "document.querySelector('.al-workbench').clientWidth"
    )


def test_a_batch_of_answers_moves_the_curve_and_the_budget(nb):
    nb.page.wait_for_selector('.al-part-curve img[alt^="No accuracy yet"]')
    answer_batch(nb)
    nb.page.wait_for_selector('.al-part-curve img[alt^="Accuracy"]')
    nb.page.wait_for_selector('.al-part-budget img[alt^="10 of 200"]')
    answer_batch(nb)
    nb.page.wait_for_selector('.al-part-curve img[alt*="after 20 answers"]')


def test_undo_moves_the_curve_back_and_redo_forth(nb):
    nb.page.click(".al-card")
    nb.page.keyboard.press("Backspace")
    nb.page.wait_for_selector('.al-part-curve img[alt*="after 10 answers"]')
    nb.page.wait_for_selector('.al-part-budget img[alt^="19 of 200"]')
    nb.page.keyboard.press("Control+Shift+z")
    nb.page.wait_for_selector('.al-part-curve img[alt*="after 20 answers"]')


def test_an_answer_given_in_code_shows_in_the_widgets(nb):
    nb.kernel_eval("learner.label('1700', 3)")
    nb.page.wait_for_selector('.al-part-budget img[alt^="21 of 200"]')
    nb.page.wait_for_function("document.querySelector('.al-status').innerText.includes('saved 21')")
    nb.kernel_eval("learner.undo()")
    nb.page.wait_for_selector('.al-part-budget img[alt^="20 of 200"]')


def test_both_themes_are_drawn_for(nb):
    for theme in ("dark", "light"):
        nb.set_theme(theme)
        nb.page.wait_for_function(
            """theme => [...document.querySelectorAll(".al-chart")].length === 2
            && widgetThemes().every(drawn => drawn === theme);
            function widgetThemes() { return [...document.querySelectorAll(".al-chart")]
              .map(chart => chart.dataset.theme); }""",
            arg=theme,
        )
        nb.screenshot(f"workbench-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(nb, theme):
    nb.set_theme(theme)
    ratios = contrasts(nb.page, ".al-labeler", passed_over=":disabled, .al-done")
    nb.set_theme("light")
    assert len(ratios) > 30
    assert [(name, ratio) for name, ratio in ratios if ratio < 4.5] == []


def test_a_narrow_column_stacks_the_parts_and_cuts_nothing_off(nb):
    nb.page.set_viewport_size({"width": 600, "height": 900})
    nb.page.wait_for_function(
        """() => { const [a, b] = ["labeler", "curve"].map(part =>
            document.querySelector(`.al-part-${part}`).getBoundingClientRect());
            return b.top >= a.bottom; }"""
    )
    over = nb.page.evaluate(
        """() => { const root = document.querySelector(".al-workbench").getBoundingClientRect();
        return [...document.querySelectorAll(".al-workbench button, .al-workbench img")]
          .filter(n => n.offsetParent && !n.closest(".al-strip"))
          .filter(n => n.getBoundingClientRect().right > root.right + 1).length; }"""
    )
    assert over == 0
    nb.screenshot("workbench-narrow")
    nb.page.set_viewport_size({"width": 1400, "height": 900})


def test_a_still_picture_of_the_state_is_saved_with_the_notebook(nb):
    nb.page.wait_for_function(
        "[...document.querySelectorAll('.al-still')].every(still => still.offsetParent === null)"
    )
    nb.save()
    saved = json.loads((nb.folder / "demo.ipynb").read_text())
    outputs = [output for cell in saved["cells"] for output in cell.get("outputs", [])]
    stills = ["".join(o["data"]["text/html"]) for o in outputs if "text/html" in o.get("data", {})]
    assert len(stills) == 1
    assert "after 20 answers" in stills[0]
    assert "data:image/png;base64," in stills[0]
    assert "<script" not in stills[0]


def test_nbconvert_shows_the_still_picture(nb):
    import nbformat
    from nbconvert import HTMLExporter

    notebook = nbformat.read(nb.folder / "demo.ipynb", as_version=4)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert page.count('class="al-still"') == 1


def test_running_the_cell_again_makes_no_second_workbench_and_resumes(nb):
    shown = nb.page.locator(".al-card").get_attribute("data-item")
    nb.run_all()
    nb.wait(READY)
    nb.wait(CHARTS)
    assert nb.page.locator(".al-workbench").count() == 1
    assert nb.page.locator(".al-card").get_attribute("data-item") == shown
    assert nb.errors() == []
    assert nb.console == []
