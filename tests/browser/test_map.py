"""The map, with the hands of a person: wheel, drag, lasso, keys; and what is seen is looked at."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from PIL import Image

# twelve groups on a grid of places; three classes; each group is a variation of one of them
SETUP = """
import al_widgets as al, numpy as np
from sklearn.linear_model import LogisticRegression
evil = "<img src=x onerror=window.__run=1>"
rng = np.random.default_rng(1)
group = np.repeat(np.arange(12), 25)
X = (20 * rng.normal(size=(12, 3)))[group] + rng.normal(size=(300, 3))
places = np.column_stack([group % 4, 2 - group // 4]) + 0.12 * rng.normal(size=(300, 2))
pool = al.Pool(X, content=[f"{evil} no. {i} of group {g}" for i, g in enumerate(group)], map=places)
pool.geometry.prepare().result()
classes = ["ant", "bee", "cat"]
learner = al.ActiveLearner(pool, classes, model=LogisticRegression(), budget=60,
                           batch_size=4, validation=None)
for i in range(6):
    learner.label(str(25 * i), classes[i % 3])
learner.retrain()
"""
READY = ".al-map[data-ready=true][data-by=class] .al-cov-gap"
HOLES = [6, 7, 8, 9, 10, 11]  # groups in which no item is labeled


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook; its tests follow one another as a person's work would."""
    made = shared_notebook(SETUP, "pool_map = al.PoolMap(learner)\npool_map", ready=READY)
    made.places = np.array(made.value("places.tolist()"))
    return made


def canvas(nb):
    return nb.page.locator(".al-map-over").bounding_box()


def place(nb, group):
    """Where the middle of a group is on the page, as long as everything is in sight."""
    low, high = nb.places.min(axis=0), nb.places.max(axis=0)
    box, margin = canvas(nb), 22
    room = np.array([box["width"], box["height"]]) - 2 * margin
    scale = (room / (high - low)).min()
    x, y = nb.places[25 * group : 25 * group + 25].mean(axis=0)
    middle = (low + high) / 2
    return (
        box["x"] + box["width"] / 2 + scale * (x - middle[0]),
        box["y"] + box["height"] / 2 - scale * (y - middle[1]),
    )


def lasso(nb, group, radius=60, keys=()):
    """Draw a circle around a group."""
    x, y = place(nb, group)
    mouse = nb.page.mouse
    for key in keys:
        nb.page.keyboard.down(key)
    mouse.move(x + radius, y)
    mouse.down()
    for step in range(1, 25):
        angle = 2 * math.pi * step / 24
        mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    mouse.up()
    for key in keys:
        nb.page.keyboard.up(key)


def selected(nb, n):
    nb.page.wait_for_selector(f".al-map[data-selected='{n}']")


def pixels(nb):
    """The picture as an array of shape (height, width, 3), without a pointer on it."""
    nb.page.mouse.move(5, 5)
    nb.page.wait_for_timeout(200)
    picture = Image.open(io.BytesIO(nb.page.locator(".al-map-stage").screenshot()))
    return np.asarray(picture.convert("RGB")).astype(int)


def orange(picture):
    """Count the pixels that have about the color of a hole's outline."""
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    return int(((red > 150) & (red - green > 60) & (red - blue > 100)).sum())


def around(nb, picture, group, reach=60):
    box, (x, y) = canvas(nb), place(nb, group)
    x, y = int(x - box["x"]), int(y - box["y"])
    return picture[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]


def test_it_says_what_it_shows_and_lists_the_holes_by_size(nb):
    assert nb.page.inner_text(".al-map-fact") == "300 items · 6 labeled · 6 holes"
    assert nb.page.locator(".al-map-list .al-cov-gap").count() == 6
    assert "6 holes" in nb.page.inner_text(".al-map-subtitle")
    assert "Map: 300 items" in nb.page.get_attribute(".al-map-over", "aria-label")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_hole_is_visible_as_a_hole(nb, theme):
    nb.set_theme(theme)
    nb.page.select_option(".al-map-by select", "coverage")
    nb.page.wait_for_selector(".al-map[data-by=coverage]")
    picture = pixels(nb)
    nb.screenshot(f"map-{theme}", ".al-map")
    nb.page.select_option(".al-map-by select", "class")
    nb.page.wait_for_selector(".al-map[data-by=class]")
    nb.set_theme("light")
    holes = [orange(around(nb, picture, group)) for group in HOLES]
    others = [orange(around(nb, picture, group)) for group in range(6)]
    assert min(holes) > 150
    assert max(others) < min(holes) / 3


def test_the_pointer_over_an_item_shows_its_card_as_text(nb):
    x, y = place(nb, 7)
    nb.page.mouse.move(x, y)
    nb.page.wait_for_selector(".al-map-tip:has-text('of group 7')")
    said = nb.page.inner_text(".al-map-tip")
    assert "<img src=x" in said
    assert "probably" in said
    assert nb.page.evaluate("window.__run") is None


def test_the_wheel_zooms_to_where_the_pointer_is_and_one_button_shows_everything_again(nb):
    before = pixels(nb)
    nb.page.mouse.move(*place(nb, 7))
    nb.page.wait_for_timeout(350)
    nb.page.mouse.wheel(0, -600)
    nb.page.wait_for_selector(".al-map-tip:has-text('of group 7')")
    assert np.abs(pixels(nb) - before).mean() > 3
    nb.page.click("[data-zoom=fit]")
    assert np.abs(pixels(nb) - before).mean() < 1


def test_a_drag_moves_the_picture_and_selects_nothing(nb):
    before = pixels(nb)
    x, y = place(nb, 5)
    nb.page.mouse.move(x, y + 60)
    nb.page.mouse.down()
    nb.page.mouse.move(x + 90, y + 60, steps=4)
    nb.page.mouse.up()
    now = pixels(nb)
    assert np.abs(now[:, 200:600] - before[:, 110:510]).mean() < np.abs(now - before).mean() / 2
    assert not nb.page.is_visible(".al-map-panel")
    nb.page.click("[data-zoom=fit]")


def test_a_lasso_selects_and_shows_a_sample_and_what_the_model_thinks(nb):
    nb.page.click("[data-tool=lasso]")
    lasso(nb, 3)
    selected(nb, 25)
    nb.page.wait_for_selector(".al-map-words:has-text('the model thinks')")
    assert "labeled already: ant (1)" in nb.page.inner_text(".al-map-words")
    assert nb.page.locator(".al-map-sample > *").count() == 12


def test_shift_adds_and_alt_takes_away(nb):
    lasso(nb, 7, keys=["Shift"])
    selected(nb, 50)
    lasso(nb, 3, keys=["Alt"])
    selected(nb, 25)


def test_escape_clears_the_selection(nb):
    nb.page.keyboard.press("Escape")
    nb.page.wait_for_selector(".al-map-panel", state="hidden")


def test_a_rectangle_selects_too(nb):
    nb.page.click("[data-tool=rectangle]")
    x, y = place(nb, 10)
    nb.page.mouse.move(x - 60, y - 60)
    nb.page.mouse.down()
    nb.page.mouse.move(x + 60, y + 60, steps=3)
    nb.page.mouse.up()
    selected(nb, 25)


def test_all_of_a_selection_are_labeled_in_one_step_and_taken_back_in_one(nb):
    spent = nb.value("learner.budget.spent")
    nb.page.wait_for_selector(".al-map-label:not(:disabled)")
    assert nb.page.inner_text(".al-map-label") == "Label 25 items"
    nb.page.select_option(".al-map-as select", "bee")
    nb.page.click(".al-map-label")
    nb.page.wait_for_selector(".al-map-status:text-is('25 items labeled bee.')")
    assert nb.value("learner.labels['source'].tolist().count('selection')") == 25
    assert nb.value("learner.budget.spent") == spent + 1
    nb.page.wait_for_selector(".al-map-fact:has-text('31 labeled · 5 holes')")
    nb.page.click(".al-map-undo")
    nb.page.wait_for_selector(".al-map-status:text-is('Taken back.')")
    nb.page.wait_for_selector(".al-map-fact:has-text('6 labeled · 6 holes')")
    assert nb.value("learner.budget.spent") == spent


def test_a_hole_is_shown_selected_and_asked_about_by_keys_alone(nb):
    nb.page.locator(".al-map-list .al-cov-show").first.focus()
    nb.page.keyboard.press("Enter")
    selected(nb, 25)
    nb.page.wait_for_selector(".al-map-words:has-text('25 items selected')")
    nb.page.locator(".al-map-ask").focus()
    nb.page.keyboard.press("Enter")
    nb.page.wait_for_selector(".al-map-status:has-text('come next in the labeler')")
    (first, *_) = nb.value("list(learner.query().ids)")
    assert int(first) // 25 in HOLES
    nb.page.click("[data-zoom=fit]")


def test_a_double_click_puts_the_item_into_the_labeler(nb):
    nb.page.click("[data-tool=move]")
    nb.page.mouse.dblclick(*place(nb, 4))
    nb.page.wait_for_selector(".al-map-status:text-is('1 item comes next in the labeler.')")
    (item,) = nb.value("list(learner.query().ids)")
    assert int(item) // 25 == 4


def test_the_legend_dims_what_it_hides_and_the_lasso_passes_over_it(nb):
    before = pixels(nb)
    nb.page.click(".al-map-entry:has-text('ant')")
    assert nb.page.get_attribute(".al-map-entry:has-text('ant')", "aria-pressed") == "true"
    now = pixels(nb)
    changed = [np.abs(around(nb, now, g) - around(nb, before, g)).mean() for g in (0, 1)]
    assert changed[1] > 0.4  # a group of bees
    assert changed[0] < changed[1] / 3  # and one of ants, which are not dimmed
    nb.page.click("[data-tool=lasso]")
    lasso(nb, 1)
    nb.page.wait_for_timeout(200)
    assert not nb.page.is_visible(".al-map-panel")
    nb.page.click("[data-tool=move]")
    nb.page.click(".al-map-entry:has-text('ant')")


def test_every_way_to_color_has_its_legend(nb):
    for by in nb.value("list(al.coloring.MODES)"):
        nb.page.select_option(".al-map-by select", by)
        nb.page.wait_for_selector(f".al-map[data-by={by}]")
        assert nb.page.inner_text(".al-map-legend").strip()
    nb.kernel_eval("pool_map.by = 'class'")
    nb.page.wait_for_selector(".al-map[data-by=class]")
    assert nb.page.locator(".al-map-by select").input_value() == "class"


def test_the_work_can_be_replayed_label_by_label(nb):
    nb.page.locator(".al-map-range").focus()
    nb.page.keyboard.press("Home")
    nb.page.wait_for_selector(".al-map-fact:has-text('0 labeled · 12 holes')")
    nb.page.keyboard.press("ArrowRight")
    nb.page.wait_for_selector(".al-map-fact:has-text('1 labeled · 11 holes')")
    assert nb.page.inner_text(".al-map-moment") == "after 1 of 6 labels"
    nb.page.click(".al-map-play")
    nb.page.wait_for_selector(".al-map-fact:has-text('6 labeled · 6 holes')")


def test_the_keys_of_the_picture_are_not_the_notebook_s(nb):
    sources = nb.cell_sources()
    nb.page.locator(".al-map-over").focus()
    before = pixels(nb)
    for key in ("+", "ArrowLeft", "d", "d", "x"):
        nb.page.keyboard.press(key)
    assert np.abs(pixels(nb) - before).mean() > 1
    nb.page.keyboard.press("0")
    assert nb.cell_sources() == sources


def test_a_malformed_message_shows_an_error(nb):
    nb.kernel_eval("pool_map._heard(None, {'type': 'card', 'position': -1}, [])")
    nb.page.wait_for_selector(".al-map-error:has-text('from 0 to 299')")


def test_a_reloaded_page_shows_the_same_map(nb):
    nb.reload()
    nb.wait(READY)
    nb.page.wait_for_selector(".al-map-fact:has-text('300 items · 6 labeled · 6 holes')")


@pytest.mark.parametrize("width", [1400, 640])
def test_every_button_can_be_hit_and_nothing_is_cut_off(nb, width):
    nb.page.set_viewport_size({"width": width, "height": 900})
    nb.page.wait_for_timeout(300)
    small, over = nb.page.evaluate(
        """() => { const root = document.querySelector(".al-map").getBoundingClientRect();
        const boxes = [...document.querySelectorAll(".al-map button, .al-map select")]
          .filter(b => b.offsetParent).map(b => b.getBoundingClientRect());
        return [boxes.filter(b => b.width < 24 || b.height < 24).length,
                boxes.filter(b => b.right > root.right + 1).length]; }"""
    )
    nb.page.set_viewport_size({"width": 1400, "height": 900})
    assert (small, over) == (0, 0)


def test_items_that_came_are_on_the_map_after_a_training_and_what_was_selected_stays(nb):
    nb.page.click("[data-tool=lasso]")
    lasso(nb, 1)
    selected(nb, 25)
    nb.kernel_eval("learner.pool.grow(['new 1', 'new 2'], X[50:52], ['one', 'two'])")
    nb.kernel_eval("learner.label('new 1', 'cat')")
    nb.kernel_eval("learner.retrain()")
    nb.page.wait_for_selector(".al-map-fact:has-text('302 items · 7 labeled')")
    selected(nb, 25)
    nb.page.wait_for_selector(".al-map-words:has-text('25 items selected')")
    lasso(nb, 2)
    selected(nb, 27)


def test_when_the_kernel_dies_the_map_says_so_and_can_still_be_looked_at(nb):
    assert nb.errors() == []
    nb.kill_kernel()
    nb.page.wait_for_selector(".al-map-error:has-text('The kernel is gone')")
    nb.wait(".jp-Dialog")
    nb.dismiss_dialogs()
    nb.page.click("[data-tool=lasso]")
    lasso(nb, 3)
    selected(nb, 25)
    assert nb.page.is_disabled(".al-map-label")


def test_it_leaves_no_error_behind(nb):
    assert nb.console == []
    assert nb.foreign_requests == []
    assert nb.page.evaluate("window.__run") is None
