"""The picture of what the answers were spent on, and its sentence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from matplotlib.figure import Figure
from unit_parts import make_learner, make_pool

from al_widgets import ActiveLearner, BudgetDisplay
from al_widgets.displays._base import MOST_BARS


def display_of(learner):
    return BudgetDisplay.from_learner(learner).plot()


def spent_on(display):
    """What the bars of the display add up to, by class."""
    names = [tick.get_text() for tick in display.ax_.get_yticklabels()]
    bars = [(round(b.get_y() + b.get_height() / 2), b.get_width()) for b in display.ax_.patches]
    rows = dict(zip(display.ax_.get_yticks().tolist(), names, strict=True))
    return {name: sum(width for at, width in bars if rows[at] == name) for name in names}


def said(display):
    """Words beside the bars."""
    return [note.get_text() for note in display.ax_.texts]


def legend(display):
    found = display.ax_.get_legend()
    return [text.get_text() for text in found.get_texts()] if found else []


@pytest.fixture
def learner():
    """Two items labeled one by one, five and three in a selection each."""
    made = make_learner(budget=12)
    made.label("0", "a")
    made.label("1", "b")
    made.label_many(["2", "3", "4", "5", "6"], "b")
    made.label_many(["7", "8", "9"], "b")
    return made


def test_bars_add_up_to_what_is_spent(learner):
    found = spent_on(display_of(learner))
    assert found == {"a": 1, "b": 3, "c": 0}
    assert sum(found.values()) == learner.budget.spent


def test_a_selection_is_named_with_its_items(learner):
    assert said(display_of(learner)) == ["1", "3", "2 selections (8 items)", "0"]


def test_selections_are_hatched_and_explained(learner):
    found = display_of(learner)
    hatched = [bar for bar in found.ax_.patches if bar.get_hatch()]
    assert [bar.get_width() for bar in hatched] == [2]
    assert "selections 2" not in legend(found), "one annotator, and the words are beside the bar"


def test_the_sentence_says_how_many_items_the_selections_have(learner):
    words = BudgetDisplay.from_learner(learner).summary
    assert words.startswith("4 of 12 answers spent, among them 2 selections (8 items), 8 remaining")


def test_an_item_that_is_labeled_by_hand_afterwards_leaves_its_selection(learner):
    learner.label("2", "c")
    found = BudgetDisplay.from_learner(learner)
    assert found.selections == {"b": [4, 3]}
    assert found.counts == {"me": {"a": 1, "b": 1, "c": 1}}
    assert found.spent == learner.budget.spent == 5


def test_a_selection_whose_items_were_all_labeled_by_hand_stays_spent(learner):
    for item in ("7", "8", "9"):
        learner.label(item, "a")
    found = display_of(learner)
    assert found.selections == {"b": [5, 0]}
    assert sum(spent_on(found).values()) == learner.budget.spent


def test_what_is_taken_back_is_not_drawn(learner):
    learner.undo()
    assert BudgetDisplay.from_learner(learner).selections == {"b": [5]}
    learner.undo()
    found = display_of(learner)
    assert found.selections == {}
    assert said(found) == ["1", "1", "0"]
    assert "selection" not in found.summary


def test_the_pace_counts_a_selection_once():
    learner = make_learner()
    learner.label_many(learner.pool.ids[:9], "a")
    found = BudgetDisplay.from_learner(learner)
    assert math.isnan(found.pace), "one answer has no pace"


def test_each_annotator_has_a_shade(sqlite_path):
    ann = make_learner(store=sqlite_path, annotator="ann")
    bob = make_learner(store=sqlite_path, annotator="bob")
    ann.label("1", "a")
    bob.label("1", "b")
    bob.label_many(["2", "3"], "c")
    found = display_of(ann)
    assert spent_on(found) == {"a": 1, "b": 1, "c": 1}
    assert legend(found) == ["ann 1", "bob 1", "selection 1"]


def test_who_only_labeled_selections_is_named_too(sqlite_path):
    ann = make_learner(store=sqlite_path, annotator="ann")
    bob = make_learner(store=sqlite_path, annotator="bob")
    ann.label("1", "a")
    bob.label_many(["2", "3"], "c")
    assert "bob 0" in legend(display_of(ann))


def test_with_no_answer_yet_there_are_no_bars():
    found = display_of(make_learner())
    assert set(spent_on(found).values()) == {0}
    assert found.summary == "0 of 12 answers spent, 12 remaining."


def test_of_very_many_classes_those_with_the_most_and_fewest_answers_are_drawn():
    learner = ActiveLearner(make_pool(60), classes=range(60), budget=60, validation=None)
    for k in range(20, 28):
        learner.label_many([str(k)], k)
    shown = spent_on(display_of(learner))
    assert len(shown) == MOST_BARS
    assert {str(k) for k in range(20, 28)} <= shown.keys()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_drawn_into_a_place_of_one_s_own(learner, theme):
    left, right = Figure().subplots(1, 2)
    found = BudgetDisplay.from_learner(learner).plot(right, theme=theme)
    assert found.ax_ is right
    assert not left.patches
    assert "4 of 12 spent, 8 left" in right.get_title(loc="left")


def test_it_is_a_picture_and_a_drawing(learner):
    found = BudgetDisplay.from_learner(learner)
    assert found.png().startswith(b"\x89PNG")
    assert "</svg>" in found.svg()
    assert np.isfinite(found.ax_.get_xlim()).all()
