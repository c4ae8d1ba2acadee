from __future__ import annotations

from itertools import count

import pytest

from al_widgets.events import (
    REVIEW,
    Asked,
    Audited,
    Fitted,
    Labeled,
    LabeledMany,
    Retracted,
    Skipped,
)
from al_widgets.state import State


class Story:
    """Events told one after the other, folded as they come."""

    def __init__(self):
        self.log = []
        self.state = State()
        self._ids = (f"event {i}" for i in count())

    def _tell(self, kind, annotator="me", **fields):
        event = kind(annotator=annotator, id=next(self._ids), time=0.0, **fields)
        self.log.append(event)
        self.state.apply(len(self.log), event)
        return event

    def label(self, item, label="a", by="me"):
        return self._tell(Labeled, by, item=item, label=label)

    def label_many(self, *items, label="a", by="me"):
        return self._tell(LabeledMany, by, items=items, label=label)

    def take_in(self, item, label="a", by="me", **fields):
        return self._tell(Labeled, by, item=item, label=label, source="imported", **fields)

    def skip(self, item, by="me"):
        return self._tell(Skipped, by, item=item)

    def ask(self, *items, by="me", held_out=(), strategy="margin"):
        return self._tell(
            Asked,
            by,
            round=len(self.state.rounds(by)),
            items=items,
            utilities=[0.0] * len(items),
            strategy=strategy,
            n_labeled=0,
            held_out=held_out,
        )

    def review(self, *items, by="me"):
        return self.ask(*items, by=by, strategy=REVIEW)

    def audit(self, *items, label="a"):
        n = len(items)
        return self._tell(
            Audited, items=items, labels=[label] * n, confidences=[0.5] * n, population={label: n}
        )

    def retract(self, event, by="me"):
        return self._tell(Retracted, by, target=event.id)

    def fit(self, upto=None):
        """Train on everything so far, or on what stood at position `upto`."""
        learned = len(self.log) if upto is None else upto
        return self._tell(Fitted, upto=learned, n_labels=0, spent=0, seconds=0.0, model="M")

    def again(self):
        """The fold of the same log by somebody who opens it now."""
        state = State()
        for position, event in enumerate(self.log, start=1):
            state.apply(position, event)
        return state


@pytest.fixture
def story():
    return Story()


class TestLabels:
    def test_a_label_counts_and_costs_one(self, story):
        story.label("1", "a")
        assert story.state.labels == {"1": "a"}
        assert story.state.counts == {"a": 1}
        assert story.state.spent == {"me": 1}

    def test_a_correction_replaces_the_label_and_costs_nothing(self, story):
        story.label("1", "a")
        story.label("1", "b")
        assert story.state.labels == {"1": "b"}
        assert +story.state.counts == {"b": 1}
        assert story.state.spent["me"] == 1

    def test_a_skip_costs_nothing(self, story):
        story.skip("1")
        assert story.state.labels == {}
        assert story.state.spent.total() == 0

    def test_a_skip_takes_an_earlier_label_back(self, story):
        story.label("1")
        story.skip("1")
        assert story.state.labels == {}
        assert story.state.spent["me"] == 0
        assert story.state.counts["a"] == 0

    def test_a_skip_leaves_the_label_of_another_annotator(self, story):
        story.label("1", by="ann")
        story.skip("1", by="bob")
        assert story.state.labels == {"1": "a"}

    def test_the_majority_decides(self, story):
        story.label("1", "a", by="ann")
        story.label("1", "a", by="bob")
        story.label("1", "b", by="eve")
        assert story.state.labels == {"1": "a"}
        assert story.state.spent.total() == 3

    def test_between_equals_the_newest_decides(self, story):
        story.label("1", "a", by="ann")
        story.label("1", "b", by="bob")
        assert story.state.labels == {"1": "b"}
        story.label("1", "c", by="ann")
        assert story.state.labels == {"1": "c"}

    def test_an_annotator_has_one_vote(self, story):
        story.label("1", "b", by="bob")
        for label in "caca":
            story.label("1", label, by="ann")
        story.label("1", "b", by="eve")
        assert story.state.labels == {"1": "b"}

    def test_held_out_labels_are_not_trained_on(self, story):
        story.ask("1", "2", held_out=["2"])
        story.label("1")
        story.label("2")
        assert story.state.training_labels() == {"1": "a"}
        assert story.state.labels == {"1": "a", "2": "a"}

    def test_answers_are_the_last_word_of_each_annotator_in_order(self, story):
        story.label("1", "a", by="ann")
        bob = story.label("1", "b", by="bob")
        ann = story.label("1", "c", by="ann")
        assert [recorded.event for recorded in story.state.answers()] == [bob, ann]


class TestUndo:
    def test_an_undone_label_is_gone(self, story):
        story.retract(story.label("1"))
        assert story.state.labels == {}
        assert story.state.spent["me"] == 0
        assert story.state.counts["a"] == 0

    def test_an_undone_correction_gives_the_earlier_label(self, story):
        story.label("1", "a")
        story.retract(story.label("1", "b"))
        assert story.state.labels == {"1": "a"}
        assert story.state.spent["me"] == 1

    def test_an_undone_skip_gives_the_label_back(self, story):
        story.label("1", "a")
        story.retract(story.skip("1"))
        assert story.state.labels == {"1": "a"}
        assert story.state.spent["me"] == 1

    def test_redo_puts_the_answer_back_where_it_stood(self, story):
        first = story.label("1", "a")
        undone = story.retract(first)
        story.label("1", "b", by="bob")
        story.retract(undone)
        assert story.state.labels == {"1": "b"}, "the newest of two equals is still bob's"
        assert [r.event.label for r in story.state.answers()] == ["a", "b"]

    def test_undo_goes_back_through_everything_newest_first(self, story):
        answers = [story.label("1"), story.skip("2"), story.label("1", "b"), story.label("3")]
        for expected in reversed(answers):
            assert story.state.undoable("me") == [expected]
            story.retract(expected)
        assert story.state.undoable("me") == []
        assert story.state.labels == {}

    def test_after_a_redo_undo_takes_the_same_answer_again(self, story):
        story.label("1")
        second = story.label("2")
        story.retract(story.retract(second))
        assert story.state.undoable("me") == [second]

    def test_redo_goes_forth_through_everything_in_order(self, story):
        answers = [story.label(str(i)) for i in range(4)]
        for event in reversed(answers):
            story.retract(event)
        for expected in answers:
            [(retracted, event)] = story.state.redoable("me")
            assert event == expected
            story.retract(retracted)
        assert story.state.redoable("me") == []
        assert list(story.state.labels) == ["0", "1", "2", "3"]

    def test_an_answer_after_an_undo_ends_the_chance_to_redo(self, story):
        story.retract(story.label("1"))
        story.label("2")
        assert story.state.redoable("me") == []

    def test_the_answer_of_another_does_not_end_the_chance_to_redo(self, story):
        story.retract(story.label("1", by="ann"), by="ann")
        story.label("2", by="bob")
        assert len(story.state.redoable("ann")) == 1

    def test_each_annotator_has_an_undo_of_their_own(self, story):
        mine = story.label("1", by="ann")
        story.label("2", by="bob")
        assert story.state.undoable("ann") == [mine]

    def test_undoing_the_same_answer_twice_is_undoing_it_once(self, story):
        event = story.label("1")
        story.retract(event)
        story.retract(event)
        assert story.state.spent["me"] == 0
        assert len(story.state.redoable("me")) == 1

    def test_redoing_the_same_answer_twice_is_redoing_it_once(self, story):
        undone = story.retract(story.label("1"))
        story.retract(undone)
        story.retract(undone)
        assert story.state.labels == {"1": "a"}
        assert story.state.spent["me"] == 1

    def test_a_retraction_of_something_unknown_changes_nothing(self, story):
        story.label("1")
        story._tell(Retracted, target="never heard of")
        assert story.state.labels == {"1": "a"}

    def test_what_an_annotator_said_before_is_known(self, story):
        first, _, second = story.label("1"), story.label("2"), story.label("1", "b")
        assert story.state.previous_answer(second) == first
        assert story.state.previous_answer(first) is None


class TestSelections:
    def test_each_item_gets_the_label(self, story):
        story.label_many("1", "2", "3", label="b")
        assert story.state.labels == {"1": "b", "2": "b", "3": "b"}
        assert story.state.counts == {"b": 3}

    def test_it_is_spent_once(self, story):
        story.label_many("1", "2", "3")
        assert story.state.spent["me"] == 1

    def test_an_answer_says_that_it_came_with_a_selection(self, story):
        many = story.label_many("1", "2")
        answer = story.state.answer("2", "me")
        assert (answer.item, answer.label, answer.source) == ("2", "a", "selection")
        assert (answer.id, answer.time) == (many.id, many.time)
        assert (answer.seconds, answer.strategy, answer.round) == (None, None, None)

    def test_answers_stand_together_in_the_order_of_the_selection(self, story):
        before = story.label("5")
        story.retract(story.label("1"))
        story.label_many("3", "1")
        after = story.label("2")
        answers = list(story.state.answers())
        assert [recorded.event.item for recorded in answers] == ["5", "3", "1", "2"]
        assert [recorded.position for recorded in answers] == [1, 4, 4, 5]
        assert (answers[0].event, answers[3].event) == (before, after)

    def test_the_labeled_items_are_told_in_the_order_of_their_answers(self, story):
        story.label_many("3", "1")
        story.label("2", by="bob")
        story.label("3", "b")
        story.skip("1")
        assert story.state.labeled_items() == ["2", "3"]

    def test_undo_takes_the_step_back_and_redo_puts_it_back(self, story):
        many = story.label_many("1", "2")
        assert story.state.undoable("me") == [many]
        undone = story.retract(many)
        assert (story.state.labels, +story.state.counts, story.state.spent["me"]) == ({}, {}, 0)
        assert story.state.redoable("me") == [(undone, many)]
        story.retract(undone)
        assert story.state.labels == {"1": "a", "2": "a"}
        assert (story.state.counts["a"], story.state.spent["me"]) == (2, 1)

    def test_a_later_label_replaces_it_and_is_spent(self, story):
        story.label_many("1", "2")
        label = story.label("1", "b")
        assert story.state.labels == {"1": "b", "2": "a"}
        assert story.state.spent["me"] == 2
        assert story.state.previous_answer(label).source == "selection"

    def test_a_later_skip_withdraws_it_and_costs_nothing(self, story):
        story.label_many("1", "2")
        story.skip("1")
        assert story.state.labels == {"2": "a"}
        assert story.state.spent["me"] == 1

    @pytest.mark.parametrize("how", ["label", "skip"])
    def test_undoing_what_came_later_puts_its_label_back(self, story, how):
        story.label_many("1", "2")
        story.retract(getattr(story, how)("1"))
        assert story.state.labels == {"1": "a", "2": "a"}
        assert (story.state.counts["a"], story.state.spent["me"]) == (2, 1)

    def test_undoing_it_leaves_what_came_later(self, story):
        many = story.label_many("1", "2")
        story.label("1", "b")
        story.retract(many)
        assert story.state.labels == {"1": "b"}
        assert (+story.state.counts, story.state.spent["me"]) == ({"b": 1}, 1)

    def test_it_has_a_vote_where_somebody_else_answered_meanwhile(self, story):
        undone = story.retract(story.label_many("1", "2", by="ann"), by="ann")
        story.label("1", "b", by="bob")
        story.retract(undone, by="ann")
        assert story.state.labels == {"1": "b", "2": "a"}, "the newest of two equals is bob's"
        story.label("1", "a", by="eve")
        assert story.state.labels["1"] == "a"

    def test_undoing_it_opens_the_queries_that_it_completed(self, story):
        asked = story.ask("1", "2", by="ann")
        many = story.label_many("1", "2", "3", by="bob")
        assert story.state.open_query("ann") is None
        story.retract(many, by="bob")
        assert story.state.open_query("ann") == asked

    def test_a_training_stands_while_it_does(self, story):
        many = story.label_many("1", "2")
        fit = story.fit()
        undone = story.retract(many)
        assert story.state.fits() == []
        story.retract(undone)
        assert story.state.fits() == [fit]

    def test_the_past_knows_it(self, story):
        undone = story.retract(story.label_many("1", "2"))
        upto = len(story.log)
        story.retract(undone)
        story.label("1", "b")
        assert story.state.training_labels(upto) == {}
        assert story.state.training_labels(upto + 1) == {"1": "a", "2": "a"}

    def test_a_training_is_due_after_it(self, story):
        story.label("1", "a")
        assert not story.state.is_training_due("me")
        story.label_many("2", "3", label="b")
        assert story.state.is_training_due("me")
        story.fit()
        assert not story.state.is_training_due("me")

    def test_it_never_measures_not_even_where_it_is_redone_on_a_held_out_item(self, story):
        undone = story.retract(story.label_many("1", "2", by="ann"), by="ann")
        story.ask("1", "3", by="bob", held_out=["1", "3"])
        story.label("3", by="bob")
        story.retract(undone, by="ann")
        assert story.state.validation_labels() == {"3": "a"}
        story.label("1", "b", by="bob")
        assert story.state.validation_labels() == {"3": "a", "1": "b"}


class TestImports:
    def test_an_imported_label_counts_and_costs_nothing(self, story):
        story.take_in("1", by="ann")
        assert story.state.labels == {"1": "a"}
        assert (story.state.counts, story.state.spent.total()) == ({"a": 1}, 0)

    def test_it_keeps_what_the_file_said_of_it(self, story):
        story.take_in("1", by="ann", seconds=2.5, strategy="margin", round=3)
        answer = story.state.answer("1", "ann")
        assert (answer.seconds, answer.strategy, answer.round) == (2.5, "margin", 3)
        assert answer.is_imported

    def test_undo_does_not_reach_it(self, story):
        label = story.label("1")
        imported = story.take_in("2")
        assert story.state.undoable("me", 5) == [label]
        assert not story.state.can_undo(imported.id, "me")
        story.retract(imported)
        assert story.state.labels == {"1": "a", "2": "a"}

    def test_it_does_not_end_the_chance_to_redo(self, story):
        undone = story.retract(story.label("1", "b"))
        story.take_in("1", "a")
        assert story.state.can_redo(undone.id, "me")
        story.retract(undone)
        assert story.state.labels == {"1": "a"}, "the last word is still the file's"
        assert story.state.spent["me"] == 0

    def test_a_later_label_by_hand_replaces_it_and_is_spent(self, story):
        story.take_in("1", "a")
        label = story.label("1", "b")
        assert story.state.labels == {"1": "b"}
        assert story.state.spent["me"] == 1
        assert story.state.previous_answer(label).is_imported

    @pytest.mark.parametrize("how", ["label", "skip"])
    def test_undoing_what_came_later_puts_it_back(self, story, how):
        story.take_in("1", "a")
        later = story.label("1", "b") if how == "label" else story.skip("1")
        story.retract(later)
        assert story.state.labels == {"1": "a"}
        assert (+story.state.counts, story.state.spent["me"]) == ({"a": 1}, 0)

    def test_a_skip_withdraws_it(self, story):
        story.take_in("1")
        story.skip("1")
        assert (story.state.labels, story.state.spent["me"]) == ({}, 0)

    def test_it_has_a_vote(self, story):
        story.take_in("1", "a", by="ann")
        story.take_in("1", "a", by="bob")
        story.label("1", "b", by="eve")
        assert story.state.labels == {"1": "a"}
        assert story.state.spent.total() == 1

    def test_it_is_held_out_again_where_it_was_drawn_to_validate(self, story):
        story.take_in("1", strategy="validation")
        story.take_in("2", strategy="margin")
        assert story.state.training_labels() == {"2": "a"}
        assert story.state.validation_labels() == {"1": "a"}

    def test_it_stands_among_the_answers_where_it_came(self, story):
        story.label("1")
        story.take_in("2")
        story.label("3")
        assert [recorded.event.item for recorded in story.state.answers()] == ["1", "2", "3"]

    def test_the_past_knows_it(self, story):
        story.take_in("1")
        upto = len(story.log)
        story.take_in("2")
        assert story.state.training_labels(upto) == {"1": "a"}

    def test_a_training_knows_those_that_came_before_it(self, story):
        story.take_in("1", "a")
        story.take_in("2", "b")
        assert story.state.is_training_due("me")
        fit = story.fit()
        assert not story.state.is_training_due("me")
        assert not story.state.changed_since(fit)
        story.take_in("3", by="ann")
        assert story.state.changed_since(fit)
        assert story.state.is_training_due("me")

    def test_an_item_that_has_one_need_not_be_answered(self, story):
        story.ask("1")
        story.take_in("1", by="ann")
        assert story.state.open_query("me") is None


class TestQueries:
    def test_a_query_is_open_until_every_item_is_answered(self, story):
        asked = story.ask("1", "2")
        story.label("1")
        assert story.state.open_query("me") == asked
        story.skip("2")
        assert story.state.open_query("me") is None

    def test_undo_opens_the_earliest_query_again_and_redo_the_later_one(self, story):
        first = story.ask("1")
        answer = story.label("1")
        second = story.ask("2")
        undone = story.retract(answer)
        assert story.state.open_query("me") == first
        story.retract(undone)
        assert story.state.open_query("me") == second

    def test_an_item_that_another_labeled_need_not_be_answered(self, story):
        story.ask("1", by="ann")
        story.label("1", by="bob")
        assert story.state.open_query("ann") is None

    def test_an_item_that_another_skipped_must_still_be_answered(self, story):
        asked = story.ask("1", by="ann")
        story.skip("1", by="bob")
        assert story.state.open_query("ann") == asked

    @pytest.mark.parametrize("how", ["undo", "skip"])
    def test_a_query_opens_again_when_another_withdraws_the_label(self, story, how):
        """And it does so for a learner that looked at it before, as for one that is opened now."""
        first = story.ask("1", by="ann")
        label = story.label("1", by="bob")
        assert story.state.open_query("ann") is None
        story.ask("2", by="ann")
        story.state.open_query("ann")
        story.retract(label, by="bob") if how == "undo" else story.skip("1", by="bob")
        assert story.again().open_query("ann") == first
        assert story.state.open_query("ann") == first

    def test_what_is_answered_or_open_is_not_available(self, story):
        story.ask("1", "2", by="ann")
        story.label("3", by="bob")
        story.skip("4", by="bob")
        assert story.state.unavailable() == {"1", "2", "3", "4"}

    def test_the_later_queries_of_one_who_went_back_are_not_available_either(self, story):
        story.ask("1", by="ann")
        answer = story.label("1", by="ann")
        story.ask("2", by="ann")
        story.retract(answer, by="ann")
        assert story.state.unavailable() == {"1", "2"}

    def test_each_annotator_counts_rounds_alone(self, story):
        story.ask("1", by="ann")
        story.ask("2", by="ann")
        story.ask("3", by="bob")
        assert len(story.state.rounds("ann")) == 2
        assert len(story.state.rounds("bob")) == 1

    def test_it_knows_which_query_asked_about_an_item(self, story):
        story.ask("1")
        asked = story.ask("2", "3")
        assert story.state.asked("3", "me") == asked
        assert story.state.asked("4", "me") is None
        assert story.state.asked("3", "you") is None


class TestTrainings:
    def test_a_training_stands_while_what_it_saw_stands(self, story):
        answer = story.label("1")
        fit = story.fit()
        undone = story.retract(answer)
        assert story.state.fits() == []
        story.retract(undone)
        assert story.state.fits() == [fit]

    def test_a_training_that_did_not_see_an_answer_outlives_it(self, story):
        story.label("1")
        fit = story.fit()
        story.retract(story.label("2"))
        assert story.state.fits() == [fit]

    def test_a_training_that_is_logged_after_the_undo_of_what_it_saw_does_not_stand(self, story):
        answer = story.label("1")
        upto = len(story.log)
        story.retract(answer)
        story.fit(upto)
        assert story.state.fits() == []

    def test_a_training_after_an_undo_stands_when_that_is_redone(self, story):
        story.label("1")
        undone = story.retract(story.label("2"))
        fit = story.fit()
        story.retract(undone)
        assert story.state.fits() == [fit]

    def test_without_answers_nothing_changed(self, story):
        assert not story.state.changed_since(None)

    def test_an_answer_is_a_change(self, story):
        story.label("1")
        assert story.state.changed_since(None)
        fit = story.fit()
        assert not story.state.changed_since(fit)
        story.skip("2")
        assert story.state.changed_since(fit)

    def test_an_answer_that_was_undone_is_no_change(self, story):
        story.label("1")
        fit = story.fit()
        story.retract(story.label("2"))
        assert not story.state.changed_since(fit)

    def test_an_older_answer_that_was_redone_is_a_change(self, story):
        story.label("1")
        undone = story.retract(story.label("2"))
        fit = story.fit()
        story.retract(undone)
        assert story.state.changed_since(fit)

    def test_an_answer_that_was_undone_and_redone_since_is_no_change(self, story):
        answer = story.label("1")
        fit = story.fit()
        story.retract(story.retract(answer))
        assert not story.state.changed_since(fit)

    def test_training_labels_of_the_past_are_those_that_stood_then(self, story):
        story.label("1", "a")
        undone = story.retract(story.label("2", "b"))
        fit = story.fit()
        story.retract(undone)
        story.label("1", "c")
        assert story.state.training_labels(fit.upto) == {"1": "a"}
        assert story.state.training_labels() == {"1": "c", "2": "b"}

    def test_the_past_is_told_the_same_when_the_log_ended_there(self, story):
        story.label("1")
        undone = story.retract(story.label("2"))
        upto = len(story.log)
        story.retract(undone)
        assert story.state.training_labels(upto) == {"1": "a"}


def test_the_same_events_read_twice_make_the_same_state(story):
    story.ask("1", "2", held_out=["2"])
    first = story.label("1")
    story.label("2", "b")
    story.fit()
    story.label("3", by="you")
    story.retract(first)
    story.skip("2")
    story.retract(story.retract(story.label_many("4", "5", "2")))
    again = story.again()
    for name in ("position", "labels", "counts", "spent", "held_out"):
        assert getattr(again, name) == getattr(story.state, name)
    assert again.fits() == story.state.fits()
    assert again.open_query("me") == story.state.open_query("me")
    assert again.undoable("me", 9) == story.state.undoable("me", 9)
