"""The views of a learner know what is pointed at in another: the item in hand, a hole, a moment."""

from __future__ import annotations

import pytest
from test_map import SETUP

READY = ".al-workbench[data-ready=true] .al-labeler[data-ready=true] .al-card[data-item]"
WIDE = {"width": 1900, "height": 1000}
SPENT = ".al-chart-moment[data-spent='{}']"


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook on a wide screen; its tests follow one another as a person's work would."""
    made = shared_notebook(SETUP, "al.Workbench(learner)", ready=READY, viewport=(1900, 1000))
    made.hide_sidebar()
    made.wait(".al-map[data-ready=true][data-by=class] .al-cov-gap")
    return made


def test_on_a_wide_screen_the_map_stands_beside_the_labeler_and_the_curve(nb):
    boxes = [
        nb.page.locator(part).bounding_box()
        for part in (".al-part-labeler", ".al-part-map", ".al-part-curve")
    ]
    lefts = [box["x"] for box in boxes]
    assert lefts == sorted(lefts)
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert boxes[1]["x"] + boxes[1]["width"] <= boxes[2]["x"]
    assert not nb.page.is_visible("[role=tab]:text-is('Map')")
    nb.page.wait_for_timeout(500)
    nb.screenshot("workbench-wide", ".al-workbench")


def test_the_map_aims_at_the_item_in_hand(nb):
    nb.page.click(".al-card")
    for key in ("1", "2"):
        item = nb.page.get_attribute(".al-card", "data-item")
        nb.page.wait_for_selector(f".al-map[data-aim='{item}']")
        nb.page.keyboard.press(key)
        nb.page.wait_for_selector(f".al-card[data-item]:not([data-item='{item}'])")
    item = nb.page.get_attribute(".al-card", "data-item")
    nb.page.wait_for_selector(f".al-map[data-aim='{item}']")


def test_an_answer_shows_on_the_map(nb):
    nb.page.wait_for_selector(".al-map-fact:has-text('8 labeled')")


def test_a_click_on_a_ringed_item_brings_it_into_the_hand(nb):
    item = nb.value("list(learner.query().ids)")[-1]
    assert nb.page.get_attribute(".al-card", "data-item") != item
    x, y = nb.value(f"places[{item}].tolist()")
    box = nb.page.locator(".al-map-over").bounding_box()
    low, high = nb.value("places.min(axis=0).tolist()"), nb.value("places.max(axis=0).tolist()")
    scale = min((box["width"] - 44) / (high[0] - low[0]), (box["height"] - 44) / (high[1] - low[1]))
    nb.page.mouse.click(
        box["x"] + box["width"] / 2 + scale * (x - (low[0] + high[0]) / 2),
        box["y"] + box["height"] / 2 - scale * (y - (low[1] + high[1]) / 2),
    )
    nb.page.wait_for_selector(f".al-card[data-item='{item}']")
    nb.page.click(".al-map-clear")


def test_a_moment_of_the_replay_is_marked_on_the_curve(nb):
    nb.page.locator(".al-map-range").focus()
    nb.page.keyboard.press("Home")
    for _ in range(3):
        nb.page.keyboard.press("ArrowRight")
    nb.page.wait_for_selector(SPENT.format(3))
    nb.page.keyboard.press("End")
    nb.page.wait_for_selector(".al-chart-moment", state="hidden")


def test_a_click_on_the_curve_shows_that_moment_on_the_map(nb):
    box = nb.page.locator(".al-part-curve .al-chart").bounding_box()
    nb.page.mouse.click(box["x"] + 0.16 * box["width"], box["y"] + box["height"] / 2)
    nb.page.wait_for_selector(".al-map-moment:has-text('after')")
    nb.page.wait_for_selector(".al-chart-moment:visible")
    nb.page.locator(".al-map-range").focus()
    nb.page.keyboard.press("End")


def test_a_hole_that_is_pointed_at_in_the_coverage_is_marked_on_the_map_and_back(nb):
    nb.page.click("[role=tab]:text-is('Coverage')")
    nb.page.wait_for_selector(".al-coverage .al-cov-gap")
    nb.page.hover(".al-coverage .al-cov-gap >> nth=1")
    key = nb.page.get_attribute(".al-coverage .al-cov-gap >> nth=1", "data-hole")
    nb.page.wait_for_selector(f".al-map-list .al-cov-pointed[data-hole='{key}']")
    nb.page.hover(".al-map-list .al-cov-gap >> nth=2")
    other = nb.page.get_attribute(".al-map-list .al-cov-gap >> nth=2", "data-hole")
    nb.page.wait_for_selector(f".al-coverage .al-cov-pointed[data-hole='{other}']")


def test_on_a_narrower_screen_the_map_is_a_tab(nb):
    nb.page.set_viewport_size({"width": 1400, "height": 900})
    nb.page.click("[role=tab]:text-is('Map')")
    nb.page.wait_for_selector(".al-part-map:visible")
    assert not nb.page.is_visible(".al-coverage")
    nb.page.keyboard.press("ArrowRight")
    nb.page.wait_for_selector(".al-part-curve:visible")
    nb.page.set_viewport_size(WIDE)


def test_it_leaves_no_error_behind(nb):
    assert nb.errors() == []
    assert nb.console == []
