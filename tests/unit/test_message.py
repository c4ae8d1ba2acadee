"""What a browser is told of the fold, and what it may say."""

from __future__ import annotations

import pytest
from unit_parts import make_learner, refused

from al_widgets.events import Labeled
from al_widgets.exceptions import InvalidInput
from al_widgets.widgets._message import Message, told


@pytest.fixture
def learner():
    return make_learner(budget=9)


def heard(learner, items):
    with learner.log.current() as state:
        return told(state, "me", items)


def test_a_selection_is_one_step_of_which_the_browser_knows_its_own_items(learner):
    learner.label("5", "b")
    learner.label_many(["1", "2", "3"], "a", id="step")
    state = heard(learner, ["5", "2", "9", "1"])
    assert state["answers"] == {"5": "b", "2": "a", "1": "a"}
    assert state["selected"] == ["2", "1"]
    assert (state["counts"], state["spent"]) == ({"a": 3, "b": 1}, 2)
    assert state["undo"][0] == {"id": "step", "items": ["2", "1"], "n": 3, "after": "a"}


def test_a_selection_that_was_undone_can_be_redone(learner):
    learner.label_many(["1", "2", "3"], "a", id="step")
    learner.undo(id="back")
    state = heard(learner, ["2", "9"])
    assert (state["answers"], state["selected"], state["undo"]) == ({}, [], [])
    assert state["redo"] == [{"id": "back", "action": "step", "items": ["2"], "n": 3, "after": "a"}]


@pytest.mark.parametrize("how", ["given", "undone"])
def test_a_label_by_hand_says_that_a_selection_came_before_it(learner, how):
    learner.label_many(["1", "2"], "a")
    learner.label("1", "b", id="click")
    if how == "undone":
        learner.undo()
    state = heard(learner, ["1"])
    [action, *_] = state["undo"] if how == "given" else state["redo"]
    assert (action["item"], action["after"]) == ("1", "b")
    assert (action["before"], action["selected"]) == ("a", True)
    assert state["selected"] == ([] if how == "given" else ["1"])


def test_a_correction_says_what_was_said_by_hand_before(learner):
    learner.label("1", "a")
    learner.label("1", "b", id="click")
    assert heard(learner, ["1"])["undo"][0] == {
        "id": "click",
        "item": "1",
        "before": "a",
        "selected": False,
        "imported": False,
        "reviewed": False,
        "after": "b",
    }


def take_in(learner, item, annotator):
    event = Labeled(annotator=annotator, item=item, label="a", source="imported")
    learner.log.record(event)


def test_an_imported_label_is_one_that_nobody_spent_an_answer_on(learner):
    take_in(learner, "1", "me")
    take_in(learner, "2", "ann")
    learner.label("3", "b")
    state = heard(learner, ["1", "2", "3"])
    assert (state["selected"], state["imported"], state["spent"]) == (["2"], ["1"], 1)


def test_a_label_by_hand_says_that_an_imported_one_came_before_it(learner):
    take_in(learner, "1", "me")
    learner.label("1", "b", id="click")
    state = heard(learner, ["1"])
    assert (state["undo"][0]["before"], state["undo"][0]["imported"]) == ("a", True)
    assert (state["imported"], state["spent"]) == ([], 1)


def test_an_item_that_somebody_else_labeled_by_hand_has_been_spent_on(learner):
    take_in(learner, "1", "ann")
    learner.log.record(Labeled(annotator="bob", item="1", label="b"))
    assert heard(learner, ["1"])["selected"] == []


def test_a_whole_number_in_a_message_is_taken():
    assert Message({"type": "card", "position": 3}).number("position", 4) == 3


@pytest.mark.parametrize("value", [4, -1, "3", 3.0, True, None])
def test_what_is_no_whole_number_below_the_end_is_refused(value):
    with refused(InvalidInput, "'card' message has a whole number 'position' from 0 to 3",
                 repr(value), "Reload"):  # fmt: skip
        Message({"type": "card", "position": value}).number("position", 4)


class TestReview:
    @pytest.fixture
    def learner(self, learner):
        for item, label in zip("123", "abc", strict=True):
            learner.label(item, label)
        learner.review(items=["2", "1"])
        return learner

    def test_the_browser_is_told_what_is_under_review(self, learner):
        state = heard(learner, ["1", "2", "3", "4"])
        assert state["reviewing"] == ["1", "2"]
        assert state["answers"] == {"1": "a", "2": "b", "3": "c"}
        assert state["order"] == ["review 0"]

    def test_undo_of_a_keep_is_told_to_bring_it_back(self, learner):
        learner.label("1", "a", id="keep")
        state = heard(learner, ["1", "2"])
        assert (state["reviewing"], state["undo"][0]["reviewed"]) == (["2"], True)
        assert [action["reviewed"] for action in state["undo"][1:]] == [False] * 3
        learner.undo()
        state = heard(learner, ["1", "2"])
        assert (state["reviewing"], state["redo"][0]["reviewed"]) == (["1", "2"], True)

    def test_undo_of_a_second_thought_is_not_only_that_of_the_first(self, learner):
        learner.label("1", "a")
        learner.label("1", "b", id="second thought")
        actions = heard(learner, ["1"])["undo"]
        assert [action["reviewed"] for action in actions[:2]] == [False, True]

    def test_when_the_budget_is_spent_only_reviews_are_open(self, learner):
        learner.ask(["7", "8"])
        with learner.log.current() as state:
            assert told(state, "me", [])["order"] == ["picked 1", "review 0"]
            assert told(state, "me", [], is_spent=True)["order"] == ["review 0"]
