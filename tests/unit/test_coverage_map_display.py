"""The map of a pool as a picture and a sentence."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from unit_parts import CLASSES, blobs, make_learner, refused, settled

from al_widgets import CoverageMapDisplay, Pool, SimulatedOracle
from al_widgets.displays import THEMES, _coverage_map, class_colors
from al_widgets.exceptions import InvalidInput

N = 300
X, Y = blobs(N)


def grown(n_labels=0, classes=CLASSES, **arguments):
    """A learner of three far groups that was taught so many labels, a third of them held out."""
    learner = make_learner(Pool(6 * X, **arguments), budget=N, validation=0.3)
    if classes != CLASSES:
        learner = type(learner)(learner.pool, classes=classes, budget=N, validation=0.3)
    learner.teach(SimulatedOracle(np.array(classes)[Y]), n_labels)
    return settled(learner)


@pytest.fixture(scope="module")
def display():
    """Of 30 labels nine are held out."""
    return CoverageMapDisplay.from_learner(grown(30))


def drawn(display, zorder):
    """What is drawn on one level: points 1, slopes 2 and 3, holes 4, labels 5."""
    return [found for found in display.ax_.collections if found.get_zorder() == zorder]


def test_it_lies_where_the_map_does_and_waits_for_no_umap():
    learner = grown(30)
    found = CoverageMapDisplay.from_learner(learner)
    assert learner.pool.geometry.is_ready
    assert found.method == "pca"
    np.testing.assert_array_equal(found.points, learner.pool.geometry.map)


def test_it_lies_where_the_user_says():
    places = np.random.default_rng(0).normal(size=(N, 2))
    found = CoverageMapDisplay.from_learner(grown(30, map=places))
    np.testing.assert_allclose(found.points, places, rtol=1e-6)
    assert "made as it was given" in found.summary


def test_of_very_many_items_a_sample_is_drawn_but_all_are_counted(monkeypatch):
    monkeypatch.setattr(_coverage_map, "_MOST_POINTS", 50)
    found = CoverageMapDisplay.from_learner(grown(30))
    assert len(found.points) == 50
    assert sum(region.n_items for region in found.regions) == N
    assert len(found.labels) == 30


def test_every_label_is_a_mark_solid_or_if_held_out_hollow(display):
    marks = drawn(display.plot(), 5)
    solid = [m for m in marks if len(m.get_facecolor())]
    hollow = [m for m in marks if not len(m.get_facecolor())]
    assert sum(len(m.get_offsets()) for m in solid) == 21
    assert sum(len(m.get_offsets()) for m in hollow) == 9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_classes_have_the_colors_of_the_palette(display, theme):
    marks = drawn(display.plot(theme=theme), 5)
    found = {tuple(m.get_facecolor()[0]) for m in marks if len(m.get_facecolor())}
    assert found == {to_rgba(color) for color in class_colors(3, theme)}


def test_classes_differ_in_shape_too(display):
    shapes = {tuple(m.get_paths()[0].vertices[2].round(3)) for m in drawn(display.plot(), 5)}
    assert len(shapes) == 3


def test_every_hole_is_dashed_and_the_largest_say_their_size(display):
    (dashed,) = drawn(display.plot(), 4)
    assert len(dashed.get_paths()) == sum(len(hole.outlines) for hole in display.holes)
    assert dashed.get_linestyle()[0][1] is not None
    words = [text.get_text() for text in display.ax_.texts]
    assert f"{display.holes[0].n_items} items" in words
    assert len(words) <= len(CLASSES) + 5


@pytest.mark.parametrize("width", [3, 6, 12])
def test_no_word_lies_on_another(display, width):
    figure = Figure(figsize=(width, width), layout="constrained")
    display.plot(figure.add_subplot())
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in display.ax_.texts]
    assert len(boxes) > 4
    if width > 3:  # where there is room
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_every_class_is_named_where_it_is_densest(display):
    names = {text.get_text() for text in display.plot().ax_.texts}
    assert set(CLASSES) <= names
    for hill in display.hills:
        assert np.linalg.norm(points_of(display, hill.label) - hill.peak, axis=1).min() < 1


def points_of(display, label):
    return display.points[display.point_classes == label]


def test_the_fact_and_the_sentence_say_what_is_represented_and_what_is_missing(display):
    holes, n = len(display.holes), len(display.regions)
    assert display.fact == f"30 labels · {holes} holes in {n} variations"
    assert display.summary.startswith(
        "A map of 300 items, made by principal components, with 30 labels: "
        f"they represent {n - holes} of {n} variations. The largest without: about "
    )


def test_without_a_label_all_is_a_hole_of_no_known_class():
    found = CoverageMapDisplay.from_learner(grown())
    assert found.hills == ()
    assert len(found.holes) == len(found.regions)
    assert "of no known class" in found.summary
    assert found.png().startswith(b"\x89PNG")


def test_where_nothing_is_missing_nothing_is_dashed():
    learner = grown()
    for item in np.unique(learner.pool.geometry.variations, return_index=True)[1]:
        learner.label(item, CLASSES[Y[item]])
    found = CoverageMapDisplay.from_learner(learner)
    assert found.holes == ()
    assert drawn(found.plot(), 4) == []
    assert "dashed" not in found.ax_.get_xlabel()
    assert "The largest without" not in found.summary


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_names_that_look_like_formulas_are_drawn_as_they_are(theme):
    found = CoverageMapDisplay.from_learner(grown(30, classes=("$x^{2$", "b_1", "c%")))
    assert found.svg(theme=theme).startswith("<?xml")


def test_it_draws_on_the_axes_that_it_is_given(display):
    one, other = Figure().subplots(1, 2)
    assert display.plot(other) is display
    assert display.ax_ is other
    assert not one.collections


def test_an_svg_of_many_items_stays_small(display):
    many = np.random.default_rng(0).normal(size=(20_000, 2))
    heavy = CoverageMapDisplay(
        **{
            **{name: getattr(display, name) for name in display.__dataclass_fields__},
            "points": many,
            "point_classes": np.zeros(len(many), dtype=int),
        }
    )
    assert len(heavy.svg()) < 1_000_000


def test_a_theme_that_there_is_not_is_refused(display):
    with refused(InvalidInput, "theme", "'sepia'", str(list(THEMES))):
        display.plot(theme="sepia")
