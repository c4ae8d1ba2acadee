"""The picture of what was made, and its sentence."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from synthesis_parts import clouds, how, learner_of

import al_widgets as al
from al_widgets import SynthesisDisplay
from al_widgets.displays._base import MOST_BARS

COUNTS = {"cat": (8, 0, 0), "dog": (1, 4, 2)}


@pytest.fixture
def learner():
    """Six items were made; one was rejected, one accepted."""
    made = learner_of(*clouds())
    made.synthesize(6, sampling=how())
    made.skip("syn2")
    made.label("syn1", made.synthetic["label"].iloc[0])
    return made


def test_its_sentence_says_what_became_of_what(learner):
    said = SynthesisDisplay.from_learner(learner).summary
    assert said == "6 items made of 5 answers: 4 in use, 1 accepted, 1 rejected."


def test_what_a_class_has_adds_up(learner):
    counts = SynthesisDisplay.from_learner(learner).counts
    assert sum(answers for answers, _, _ in counts.values()) == 5
    assert sum(made for _, made, _ in counts.values()) == 5
    learner.use_synthetic(False)
    counts = SynthesisDisplay.from_learner(learner).counts
    assert [sum(parts) for parts in zip(*counts.values(), strict=True)] == [5, 0, 5]


def test_before_anything_is_made_it_says_so():
    learner = learner_of(*clouds())
    assert SynthesisDisplay.from_learner(learner).summary == "Nothing was made yet."


def test_what_was_made_is_hatched_beside_the_answers():
    display = SynthesisDisplay(9, {"in use": 4, "switched off": 2}, COUNTS).plot()
    hatched = [bar for bar in display.ax_.patches if bar.get_hatch()]
    assert [(bar.get_x(), bar.get_width()) for bar in hatched] == [(1, 4)]
    assert [note.get_text() for note in display.ax_.texts] == ["8", "1 + 4"]


def test_of_very_many_classes_the_largest_have_a_bar():
    display = SynthesisDisplay(1, {}, {str(k): (k, 0, 0) for k in range(1, 30)}).plot()
    names = [tick.get_text() for tick in display.ax_.get_yticklabels()]
    assert names == [str(k) for k in range(30 - MOST_BARS, 30)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_a_picture_in_both_themes(theme):
    assert "<svg" in SynthesisDisplay(9, {"in use": 4}, COUNTS).svg(theme=theme)


def test_it_is_drawn_where_it_is_wanted():
    ax = Figure().subplots(1, 2)[1]
    display = SynthesisDisplay(9, {"in use": 4}, COUNTS).plot(ax)
    assert display.ax_ is ax
    assert al.SynthesisDisplay is SynthesisDisplay


def test_without_a_class_that_was_answered_it_is_empty():
    assert SynthesisDisplay(0, {}, {"cat": (0, 0, 0)}).plot().ax_.patches[:] == []
