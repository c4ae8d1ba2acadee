"""The coverage as a picture and a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from al_widgets.coverage import Coverage
from al_widgets.displays import MOST_BARS, CoverageDisplay


def make_coverage(classes, label, n_labels):
    """A coverage of variations of ten items each."""
    n = len(label)
    return Coverage(
        classes=tuple(classes),
        label=np.array(label),
        variation=np.arange(n),
        mass=np.full(n, 1 / n),
        n_items=np.full(n, 10),
        n_labels=np.array(n_labels),
        represented=np.full(n, 0.5),
        examples=tuple(() if has else (str(i), f"{i}b") for i, has in enumerate(n_labels)),
    )


@pytest.fixture
def display():
    """Of four variations two are covered, one of each class."""
    return CoverageDisplay(make_coverage("ab", [0, 0, 1, 1], [3, 0, 1, 0]))


def bars(display, kind):
    """How many pieces of bars are drawn that are hatched, or that are not."""
    return sum(
        len(collection.get_paths())
        for collection in display.ax_.collections
        if bool(collection.get_hatch()) is (kind == "hatched")
    )


def test_a_variation_with_a_label_is_filled_and_one_without_is_hatched(display):
    display.plot()
    assert (bars(display, "filled"), bars(display, "hatched")) == (2, 2)


def test_the_fact_and_the_sentence_say_how_many_are_covered_and_what_is_missing(display):
    assert display.fact == "0.50 · 2 of 4 variations"
    assert "2 of 4 variations, 50% of the items" in display.summary
    assert "about 10 items, probably a" in display.summary


def test_every_class_says_its_labels_at_the_end_of_its_bar(display):
    texts = [text.get_text() for text in display.plot().ax_.texts]
    assert texts == ["3 labels · 1 of 2 variations", "1 label · 1 of 2 variations"]


def test_with_nothing_known_there_is_one_bar_of_the_unknown():
    display = CoverageDisplay(make_coverage(["a", "b", "(unknown)"], [2, 2], [0, 0]))
    assert list(display.shown.index) == ["(unknown)"]
    assert display.plot().ax_.texts[0].get_text() == "0 labels · 0 of 2 variations"
    assert "of no known class" in display.summary


def test_a_class_that_nothing_is_known_to_be_of_has_a_row_that_says_so():
    display = CoverageDisplay(make_coverage("abc", [0, 1], [1, 1]))
    assert [text.get_text() for text in display.plot().ax_.texts][-1] == "nothing known to be one"


def test_of_many_classes_the_worst_covered_are_shown_in_their_order():
    names = [f"class {i}" for i in range(20)]
    covered = [i % 2 for i in range(20)]  # the ten of odd numbers are covered
    display = CoverageDisplay(make_coverage(names, list(range(20)), covered))
    shown = list(display.shown.index)
    assert len(shown) == MOST_BARS
    assert set(names[::2]) <= set(shown)
    assert shown == [name for name in names if name in shown]
    assert "4 better covered classes not shown" in display.plot().ax_.get_xlabel()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_names_that_look_like_formulas_are_drawn_as_they_are(theme):
    display = CoverageDisplay(make_coverage(["$x^{2$", "b"], [0, 1], [1, 0]))
    assert display.svg(theme=theme).startswith("<?xml")
