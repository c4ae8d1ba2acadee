"""`learner.label_many`: one label for a whole selection, in one step."""

from __future__ import annotations

import numpy as np
import pytest
from unit_parts import (
    CLASSES,
    answer,
    blobs,
    counts,
    events,
    make_learner,
    make_pool,
    refused,
    settled,
)

from al_widgets import Pool, SimulatedOracle
from al_widgets.events import Asked, LabeledMany
from al_widgets.exceptions import BudgetExhausted, InvalidInput, UnknownClass, UnknownItem


@pytest.fixture
def learner():
    return make_learner(budget=9)


def others(learner, query):
    """Items that `query` does not ask about."""
    return [item for item in learner.pool.ids if item not in query.ids]


class TestWhatItLabels:
    def test_all_items_get_the_label_in_one_event(self, learner):
        assert learner.label_many(["1", "2", "3"], "b") == 3
        assert learner.labels[["item", "label"]].to_numpy().tolist() == [
            ["1", "b"], ["2", "b"], ["3", "b"]
        ]  # fmt: skip
        assert len(events(learner.store)) == 1

    def test_the_log_holds_them_once_in_the_order_of_the_pool(self, learner):
        assert learner.label_many(["10", "9", "10", "2"], "a") == 3
        [event] = events(learner.store)
        assert event.items == ("2", "9", "10")

    def test_labels_say_that_they_came_with_a_selection(self, learner):
        learner.label("5", "a", seconds=1)
        learner.label_many(["1"], "a")
        frame = learner.labels
        assert frame["source"].tolist() == ["human", "selection"]
        assert frame.iloc[1].isna()[["seconds", "strategy", "round"]].all()

    def test_labels_have_the_type_of_the_classes(self):
        from al_widgets import ActiveLearner

        learner = ActiveLearner(make_pool(), classes=[0, 1], budget=12, validation=None)
        learner.label_many(np.array([3, 4]), np.int64(1))
        assert learner.labels["label"].tolist() == [1, 1]

    def test_what_the_person_looked_at_is_kept(self, learner):
        learner.label("2", "b")
        learner.label_many(["1", "2", "3"], "a", seen=["3", "2"])
        [_, event] = events(learner.store)
        assert (event.items, event.seen) == (("1", "3"), ("3", "2"))

    def test_items_that_somebody_answered_keep_what_was_said_of_them(self, sqlite_path):
        ann = make_learner(store=sqlite_path, annotator="ann")
        bob = make_learner(store=sqlite_path, annotator="bob")
        ann.label("1", "b")
        bob.label("2", "c")
        bob.skip("3")
        assert ann.label_many(["1", "2", "3", "4"], "a") == 1
        labels = dict(ann.labels[["item", "label"]].to_numpy().tolist())
        assert labels == {"1": "b", "2": "c", "4": "a"}

    def test_with_nothing_left_to_label_nothing_is_recorded(self, learner):
        learner.label("1", "b")
        learner.skip("2")
        assert learner.label_many(["1", "2"], "a") == 0
        assert len(events(learner.store)) == 2

    def test_an_item_whose_answer_was_undone_may_be_labeled(self, learner):
        learner.label("1", "b")
        learner.undo()
        assert learner.label_many(["1"], "a") == 1

    def test_items_that_validate_are_left_to_answers_of_their_own(self):
        learner = make_learner(validation=0.25)
        query = learner.query()
        assert query.held_out
        n = learner.label_many(learner.pool.ids, "a")
        left = set(learner.pool.ids).difference(learner.labels["item"])
        assert left >= set(query.held_out)
        assert len(left) == 12 - n == 3, "a quarter of the pool is set aside"

    def test_items_that_another_was_asked_about_to_validate_are_left_too(self, sqlite_path):
        bob = make_learner(store=sqlite_path, annotator="bob", validation=0.5, batch_size=6)
        held_out = bob.query().held_out
        ann = make_learner(store=sqlite_path, annotator="ann", validation=None)
        assert ann.label_many(held_out, "a") == 0

    def test_it_says_beforehand_which_items_it_would_label(self):
        learner = make_learner(validation=0.25)
        learner.label("1", "a")
        positions = np.arange(12)[::-1]
        free = learner.is_free(positions)
        assert learner.label_many(learner.pool.ids, "b") == free.sum()
        labeled = set(learner.labels["item"]) - {"1"}
        assert [str(p) in labeled for p in positions] == free.tolist()

    def test_accuracy_is_measured_without_them(self):
        X, y = blobs(60)
        learner = make_learner(Pool(X), validation=0.4, budget=40, batch_size=5)
        learner.query()
        learner.label_many(learner.pool.ids[:30], "a")
        learner.teach(SimulatedOracle(np.array(CLASSES)[y]), n=20)
        frame = learner.labels
        measured = frame[frame["strategy"] == "validation"]
        assert learner.history["n_validation"].iloc[-1] == len(measured) > 0
        assert set(measured["source"]) == {"human"}
        assert learner.history["n_labels"].iloc[-1] == len(frame) - len(measured)


class TestBudget:
    def test_a_step_spends_one_answer(self, learner):
        learner.label_many(learner.pool.ids, "a")
        assert learner.budget.spent == 1

    def test_one_of_its_items_that_is_labeled_by_hand_spends_one_more(self, learner):
        learner.label_many(["1", "2"], "a")
        learner.label("1", "b")
        learner.label("1", "c")
        assert learner.budget.spent == 2
        assert learner.labels["source"].tolist() == ["selection", "human"]

    def test_a_hand_that_says_the_same_has_looked_and_is_recorded(self, learner):
        learner.label_many(["1", "2"], "a")
        learner.label("1", "a")
        learner.label("1", "a")
        assert learner.labels["source"].tolist() == ["selection", "human"]
        assert learner.budget.spent == 2
        assert len(events(learner.store)) == 2

    def test_a_spent_budget_is_told_and_nothing_is_stored(self):
        learner = make_learner(budget=3)
        for item in "012":
            learner.label(item, "a")
        with refused(BudgetExhausted, "budget is spent", "3 answers of 3", "larger budget"):
            learner.label_many(["3", "4"], "a")
        assert learner.label_many(["0", "1"], "b") == 0, "nothing is wanted of it"
        assert len(events(learner.store)) == 3

    def test_with_a_spent_budget_it_is_not_confirmed_by_hand(self):
        learner = make_learner(budget=3)
        learner.label_many(["0", "1"], "a")
        learner.label("2", "a")
        learner.label("3", "a")
        with refused(BudgetExhausted, "budget is spent", "3 answers of 3", "larger budget"):
            learner.label("0", "a")
        learner.skip("0")
        assert counts(learner) == {"a": 3}


class TestUndo:
    def test_the_whole_step_is_taken_back_and_put_back(self, learner):
        learner.label("9", "c")
        learner.label_many(["1", "2", "3"], "b")
        assert learner.undo()
        assert learner.labels["item"].tolist() == ["9"]
        assert learner.budget.spent == 1
        assert learner.redo()
        assert learner.labels["item"].tolist() == ["9", "1", "2", "3"]
        assert learner.budget.spent == 2

    def test_it_may_be_named(self, learner):
        learner.label_many(["1", "2"], "b", id="step")
        learner.label("3", "a")
        assert learner.undo(target="step", id="back")
        assert learner.labels["item"].tolist() == ["3"]
        assert learner.redo(target="back")
        assert counts(learner) == {"a": 1, "b": 2}

    def test_the_model_goes_back_with_it(self, learner, truth):
        answer(learner, learner.query(), truth)
        before = settled(learner).model.predict_proba(learner.pool.features)
        learner.label_many(others(learner, learner.query())[:4], "a")
        after = settled(learner).model.predict_proba(learner.pool.features)
        assert (before != after).any()
        learner.undo()
        assert (settled(learner).model.predict_proba(learner.pool.features) == before).all()
        learner.redo()
        assert (settled(learner).model.predict_proba(learner.pool.features) == after).all()

    def test_an_event_that_is_sent_again_counts_once_and_is_answered_the_same(self, learner):
        assert learner.label_many(["1", "2"], "b", id="step") == 2
        assert learner.label_many(["1", "2"], "b", id="step") == 2
        assert len(events(learner.store)) == 1

    def test_it_reaches_back_before_the_store_was_opened(self, sqlite_path):
        make_learner(store=sqlite_path).label_many(["1", "2"], "a")
        learner = make_learner(store=sqlite_path)
        assert learner.labels["item"].tolist() == ["1", "2"]
        assert learner.undo()
        assert len(learner.labels) == 0


class TestWhatItSetsGoing:
    def test_a_training_learns_from_it(self, learner):
        learner.label("1", "a")
        learner.label_many(["2", "3", "4"], "b")
        assert settled(learner).history[["n_labels", "spent"]].to_numpy().tolist() == [[4, 2]]

    def test_labels_of_one_class_wait_for_another(self, learner):
        learner.label_many(["2", "3", "4"], "b")
        assert len(settled(learner).history) == 0
        learner.label_many(["5"], "a")
        assert settled(learner).history["n_labels"].tolist() == [4]

    def test_a_redo_before_the_training_has_it_learned(self, learner):
        learner.label_many(["2", "3"], "b")
        learner.undo()
        learner.label("1", "a")
        learner.label_many(["2", "3"], "b", id="step")
        settled(learner)
        learner.undo()
        assert len(learner.history) == 0
        learner.redo()
        assert settled(learner).history["n_labels"].tolist() == [3]

    def test_a_training_that_a_session_ended_before_is_made_up_for(self, sqlite_path):
        first = make_learner(store=sqlite_path)
        first.label("1", "a")
        first.store.append(LabeledMany(annotator="me", items=("2", "3"), label="b"))
        first.store.close()
        assert settled(make_learner(store=sqlite_path)).history["n_labels"].tolist() == [3]

    def test_an_open_query_goes_on_with_what_is_left_of_it(self, learner):
        query = learner.query()
        learner.label_many(query.ids[:2], "a")
        assert learner.query().ids == query.ids
        learner.label(query.ids[2], "b")
        assert set(learner.query()).isdisjoint(query.ids)

    def test_a_query_that_it_completes_is_followed_by_the_next(self, learner):
        query = learner.query()
        learner.label(query.ids[0], "b")
        learner.label_many(query.ids[1:], "a")
        assert set(learner.query()).isdisjoint(query.ids)

    def test_the_query_chosen_ahead_is_dropped_if_it_holds_one_of_the_items(self, learner):
        learner.query()
        ahead = learner.look_ahead()
        learner.label_many(ahead.ids[:1], "a")
        again = learner.look_ahead()
        assert len(again) == 3
        assert ahead.ids[0] not in again.ids

    def test_another_query_chosen_ahead_stays(self, learner):
        query = learner.query()
        ahead = learner.look_ahead()
        free = [item for item in others(learner, query) if item not in ahead.ids]
        learner.label_many(free[:2], "a")
        assert learner.look_ahead().ids == ahead.ids

    def test_none_of_its_items_is_asked_about(self, learner):
        labeled = learner.pool.ids[:6]
        learner.label_many(labeled, "a")
        while query := learner.query():
            assert set(query).isdisjoint(labeled)
            answer(learner, query, dict.fromkeys(learner.pool.ids, "b"))

    def test_a_listener_hears_of_it(self, learner):
        class Listener:
            heard = 0

            def hear(self):
                self.heard += 1

        listener = Listener()
        learner.subscribe(listener.hear)
        learner.label_many(["1", "2"], "a")
        assert listener.heard == 1

    def test_no_query_is_opened_for_it(self, learner):
        learner.label_many(["1", "2"], "a")
        assert not any(isinstance(event, Asked) for event in events(learner.store))


class TestWhatIsRefused:
    @pytest.mark.parametrize("items", ["12", 12, None])
    def test_what_is_no_sequence_of_ids(self, learner, items):
        with refused(InvalidInput, "items is a sequence of ids", repr(items), f"[{items!r}]"):
            learner.label_many(items, "a")

    def test_an_empty_selection(self, learner):
        with refused(InvalidInput, "at least one item", "none", "Select"):
            learner.label_many([], "a")

    def test_an_unknown_item(self, learner):
        with refused(UnknownItem, "one of the pool's", "'99'", "12 ids"):
            learner.label_many(["1", "99"], "a")
        assert events(learner.store) == []

    def test_an_unknown_class(self, learner):
        with refused(UnknownClass, "one of the classes", "'z'", "'a', 'b', 'c'"):
            learner.label_many(["1", "2"], "z")
        assert events(learner.store) == []

    def test_a_sample_that_was_not_taken_from_the_selection(self, learner):
        with refused(InvalidInput, "items of the selection", "'3'", "in items too"):
            learner.label_many(["1", "2"], "a", seen=["2", "3"])
        assert events(learner.store) == []
