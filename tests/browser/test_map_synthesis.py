"""Items that were made, on the map: stars among the points, with what they were made from."""

from __future__ import annotations

import numpy as np
import pytest

# twelve groups on a grid of places; three classes; each group is a variation of one of them. New
# items are copies of a labeled one: in another group where they were moved there, or right on it.
SETUP = """
import al_widgets as al, numpy as np
from al_widgets.synthesizers import Made
from sklearn.linear_model import LogisticRegression
evil = "<img src=x onerror=window.__run=1>"
rng = np.random.default_rng(1)
group = np.repeat(np.arange(12), 25)
middles = 20 * rng.normal(size=(12, 3))
X = middles[group] + rng.normal(size=(300, 3))
places = np.column_stack([group % 4, 2 - group // 4]) + 0.12 * rng.normal(size=(300, 2))
pool = al.Pool(X, content=[f"{evil} no. {i} of group {g}" for i, g in enumerate(group)], map=places)
pool.geometry.prepare().result()
classes = ["ant", "bee", "cat"]
learner = al.ActiveLearner(pool, classes, model=LogisticRegression(), budget=60,
                           batch_size=4, validation=None)
for i in range(6):
    learner.label(str(25 * i), classes[i % 3])
learner.retrain()


class Moved:
    recipes = ("moved",)

    def __init__(self, by):
        self.by = by

    def make(self, context, parents, rng, recipe=None):
        for parent in parents:
            start = int(parent) // 25
            row = middles[(start + self.by) % 12] + (X[parent] - middles[start])
            label = int(context.labels[np.searchsorted(context.labeled, parent)])
            yield Made(parents=(int(parent),), row=row + 0.5 * rng.normal(size=3), label=label,
                       recipe=evil + " moved on", content=f"{evil} of {parent}")


def in_turn(context, n):
    return np.resize(context.labeled, n)


def synthesis(by, **how):
    return al.QuerySynthesis(Moved(by), target=in_turn, guard=False, most=10, **how)


learner.synthesize(12, sampling=synthesis(6))
learner.synthesize(3, sampling=synthesis(0, labeling="ask"))
for item in list(learner.query())[:1]:
    learner.skip(item)
_ = learner.retrain()
"""
READY = ".al-map[data-ready=true][data-by=class] .al-cov-gap"


@pytest.fixture(scope="module")
def nb(shared_notebook):
    """One notebook; its tests follow one another as a person's work would."""
    made = shared_notebook(SETUP, "pool_map = al.PoolMap(learner)\npool_map", ready=".al-map")
    made.page.locator(".al-map").scroll_into_view_if_needed()
    made.page.wait_for_selector(READY)
    made.page.wait_for_selector(".al-map-kind")
    made.map = np.array(made.value("learner.pool.geometry.layout.coordinates.tolist()"))
    return made


def place(nb, position):
    """Where an item is on the page, as long as everything is in sight."""
    low, high = nb.map.min(axis=0), nb.map.max(axis=0)
    box, margin = nb.page.locator(".al-map-over").bounding_box(), 22
    scale = ((np.array([box["width"], box["height"]]) - 2 * margin) / (high - low)).min()
    x, y = nb.map[position] - (low + high) / 2
    return box["x"] + box["width"] / 2 + scale * x, box["y"] + box["height"] / 2 - scale * y


def kinds(nb):
    return nb.page.locator(".al-map-kind").all_inner_texts()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_was_made_is_told_apart_from_what_was_there(nb, theme):
    nb.set_theme(theme)
    nb.page.mouse.move(5, 5)
    nb.page.wait_for_timeout(300)
    nb.screenshot(f"map-made-{theme}", ".al-map")
    x, y = place(nb, 303)
    nb.page.mouse.move(x, y)
    nb.page.wait_for_selector(".al-map-tip:has-text('made from')")
    nb.screenshot(f"map-made-tip-{theme}", ".al-map")
    nb.set_theme("light")
    words = [" ".join(line.split()) for line in kinds(nb)]
    n = nb.value("learner.synthetic.status.value_counts().to_dict()")
    assert words == [
        f"made, in use {n['in use']}",
        f"made, held back {n['held back']}",
        "made, asked about 2",
        "made, rejected 1",
    ]


def test_the_items_of_the_pool_are_counted_without_them(nb):
    fact = nb.page.inner_text(".al-map-fact")
    assert fact.startswith("300 items · 15 made · 6 labeled · ")
    assert "300 items, 15 made" in nb.page.get_attribute(".al-map-over", "aria-label")


def test_the_tip_says_how_it_was_made_and_of_what_as_text(nb):
    nb.page.mouse.move(5, 5)
    nb.page.mouse.move(*place(nb, 300))
    nb.page.wait_for_selector(".al-map-tip:has-text('made from 0')")
    said = nb.page.inner_text(".al-map-tip")
    assert "moved on" in said
    assert "ant, inherited · in use" in said
    assert "<img src=x" in said
    assert nb.page.evaluate("window.__run") is None


def test_the_tip_says_why_one_is_held_back(nb):
    nb.page.mouse.move(5, 5)
    nb.page.mouse.move(*place(nb, 301))
    nb.page.wait_for_selector(".al-map-tip:has-text('held back: a model that does not know it')")
    assert "bee if it is used" in nb.page.inner_text(".al-map-tip")


def test_a_selection_passes_over_them_and_says_how_many(nb):
    nb.page.click("[data-tool=rectangle]")
    x, y = place(nb, 6 * 25)
    nb.page.mouse.move(x - 60, y - 50)
    nb.page.mouse.down()
    nb.page.mouse.move(x + 60, y + 50, steps=3)
    nb.page.mouse.up()
    nb.page.wait_for_selector(".al-map-words:has-text('2 made, passed over')")
    nb.page.wait_for_selector(".al-map-label:not(:disabled)")
    assert nb.page.inner_text(".al-map-label") == "Label 25 items"
    nb.page.keyboard.press("Escape")
    nb.page.click("[data-tool=move]")


def go_to(nb, moment):
    nb.page.locator(".al-map-range").evaluate(
        "(node, to) => { node.value = to; node.dispatchEvent(new Event('input', {bubbles: 1})); }",
        moment,
    )


def test_in_the_replay_they_come_when_they_were_made(nb):
    go_to(nb, "3")
    nb.page.wait_for_selector(".al-map-moment:has-text('after 3 of 6')")
    nb.page.wait_for_timeout(200)
    nb.screenshot("map-made-before", ".al-map")
    go_to(nb, "6")


def test_when_they_are_switched_off_the_map_says_so(nb):
    nb.value("learner.use_synthetic(False)")
    nb.page.wait_for_selector(".al-map-kind[data-kind='switched off']")
    nb.screenshot("map-made-off", ".al-map")
    nb.value("learner.use_synthetic(True)")
    nb.page.wait_for_selector(".al-map-kind[data-kind='in use']")
