"""`learner.import_labels`: what is taken in, what it costs, what it sets going."""

from __future__ import annotations

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

from al_widgets import ActiveLearner, Pool
from al_widgets.events import Labeled
from al_widgets.exceptions import BudgetExhausted, ImportRefused
from al_widgets.log import Log


def said(learner):
    return dict(learner.labels[["item", "label"]].to_numpy().tolist())


class TestWhatIsTakenIn:
    def test_item_and_label_are_enough(self, learner, take_in):
        assert take_in(learner, "1,a", "2,b").n_imported == 2
        frame = learner.labels
        assert said(learner) == {"1": "a", "2": "b"}
        assert set(frame["annotator"]) == set(frame["source"]) == {"imported"}
        assert frame[["seconds", "strategy", "round"]].isna().all(axis=None)
        assert frame["time"].nunique() == 1

    def test_what_else_the_file_says_is_kept(self, learner, take_in):
        header = "label,round,item,annotator,time,seconds,strategy,event,remark"
        take_in(learner, "b,3,7,ann,2001-09-09T01:46:40Z,2.5,margin,click,fine", header=header)
        [event] = events(learner.store)
        assert event == Labeled(
            annotator="ann", id="click", time=1e9, item="7", label="b", seconds=2.5,
            source="imported", strategy="margin", round=3,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("time", "seconds"),
        [("2001-09-09", 999993600), ("2001-09-09 01:46:40", 1e9),
         ("2001-09-09 03:46:40+02:00", 1e9), ("2001-09-09T01:46:40.250000+00:00", 1e9 + 0.25)],
    )  # fmt: skip
    def test_a_time_is_iso_8601_and_utc_unless_it_says_otherwise(
        self, learner, take_in, time, seconds
    ):
        take_in(learner, f"1,a,{time}", header="item,label,time")
        assert events(learner.store)[0].time == seconds

    def test_classes_are_compared_as_text_and_come_back_as_they_were_given(self, take_in):
        learner = ActiveLearner(make_pool(), classes=[0, 1], budget=12, validation=None)
        take_in(learner, "1,1")
        assert learner.labels["label"].tolist() == [1]

    def test_several_annotators_of_an_item_have_a_vote_each(self, learner, take_in):
        take_in(learner, "1,a,ann", "1,b,bob", "1,a,eve", header="item,label,annotator")
        with learner.log.current() as state:
            assert state.labels == {"1": "a"}

    def test_rows_without_a_label_and_rows_of_a_model_are_passed_over(self, learner, take_in):
        result = take_in(
            learner, "1,a,human", "2,,", "3,b,propagated", "99,z,propagated", ",,", "",
            header="item,label,source",
        )  # fmt: skip
        assert (result.n_imported, result.n_propagated, result.n_empty) == (1, 2, 2)
        assert said(learner) == {"1": "a"}

    def test_rows_that_the_log_knows_are_passed_over(self, learner, take_in):
        learner.label("1", "a")
        learner.label_many(["2"], "b")
        result = take_in(learner, "1,a,me", "2,b,me", "3,c,me", header="item,label,annotator")
        assert (result.n_imported, result.n_known) == (1, 2)
        assert learner.labels["source"].tolist() == ["human", "selection", "imported"]

    def test_an_event_id_that_several_rows_have_is_not_taken_for_one(self, learner, take_in):
        take_in(learner, "1,a,x", "2,a,x", header="item,label,event")
        assert said(learner) == {"1": "a", "2": "a"}

    def test_an_event_id_of_something_else_in_the_log_is_not_taken_for_it(self, learner, take_in):
        learner.label("1", "a", id="x")
        take_in(learner, "2,b,x", header="item,label,event")
        assert said(learner) == {"1": "a", "2": "b"}

    @pytest.mark.parametrize("header", ["item,label", "item,label,event"])
    def test_what_was_skipped_since_stays_skipped(self, take_in, header):
        lines = ["1,a"] if header == "item,label" else ["1,a,x"]
        named = make_learner(annotator="imported")
        take_in(named, *lines, header=header)
        named.skip("1")
        result = take_in(named, *lines, header=header)
        assert (result.n_imported, result.n_known) == (0, 1)
        assert said(named) == {}

    def test_nothing_to_import_records_nothing(self, learner, take_in):
        assert take_in(learner).n_imported == 0
        assert events(learner.store) == []

    def test_a_byte_order_mark_is_no_part_of_a_name(self, learner, tmp_path):
        (tmp_path / "labels.csv").write_text("item,label\n1,a\n", encoding="utf-8-sig")
        assert learner.import_labels(tmp_path / "labels.csv").n_imported == 1

    def test_the_result_says_what_came_of_it(self, learner, take_in):
        assert repr(take_in(learner, "1,a")) == "<Imported: 1 label>"
        result = take_in(learner, "1,a,", "2,,", "3,b,propagated", header="item,label,source")
        assert repr(result) == (
            "<Imported: 0 labels; passed over: 1 known already, 1 propagated, 1 without a label>"
        )


class TestWhatItCosts:
    def test_nothing(self, learner, take_in):
        take_in(learner, *(f"{i},a" for i in range(12)))
        assert learner.budget.spent == 0

    def test_also_where_the_budget_is_spent(self, take_in):
        learner = make_learner(budget=3)
        for item in "012":
            learner.label(item, "a")
        assert take_in(learner, "3,b").n_imported == 1

    def test_a_hand_that_agrees_changes_nothing(self, learner, take_in):
        take_in(learner, "1,a,me", header="item,label,annotator")
        learner.label("1", "a")
        assert len(events(learner.store)) == 1
        assert learner.budget.spent == 0

    def test_a_hand_that_corrects_costs_one_and_undo_brings_it_back(self, learner, take_in):
        take_in(learner, "1,a,me", header="item,label,annotator")
        learner.label("1", "b")
        assert (said(learner), learner.budget.spent) == ({"1": "b"}, 1)
        assert learner.undo()
        assert (said(learner), learner.budget.spent) == ({"1": "a"}, 0)
        assert learner.redo()
        assert (said(learner), learner.budget.spent) == ({"1": "b"}, 1)

    def test_with_a_spent_budget_it_is_not_corrected_by_hand_but_skipped(self, take_in):
        learner = make_learner(budget=3)
        take_in(learner, "3,a,me", header="item,label,annotator")
        for item in "012":
            learner.label(item, "a")
        with refused(BudgetExhausted, "budget is spent", "3 answers of 3", "larger budget"):
            learner.label("3", "b")
        learner.label("3", "a")
        learner.skip("3")
        assert counts(learner) == {"a": 3}

    def test_undo_does_not_reach_it(self, learner, take_in):
        take_in(learner, "1,a,me,x", header="item,label,annotator,event")
        assert not learner.undo()
        assert not learner.undo(target="x")
        learner.label("2", "b")
        assert learner.undo()
        assert said(learner) == {"1": "a"}

    def test_it_is_not_drawn_among_what_the_budget_was_spent_on(self, learner, take_in):
        from al_widgets.displays import BudgetDisplay

        take_in(learner, "1,a", "2,b")
        learner.label("3", "c")
        display = BudgetDisplay.from_learner(learner)
        assert (display.spent, display.counts) == (1, {"me": {"c": 1}})


class TestWhatItSetsGoing:
    def test_a_training_learns_from_it(self, learner, take_in):
        take_in(learner, "1,a", "2,b", "3,b")
        assert settled(learner).history[["n_labels", "spent"]].to_numpy().tolist() == [[3, 0]]
        assert learner.model is not None

    def test_labels_of_one_class_wait_for_another(self, learner, take_in):
        take_in(learner, "1,a")
        assert len(settled(learner).history) == 0

    def test_what_was_drawn_to_validate_measures_and_is_not_trained_on(self, tmp_path):
        X, y = blobs(60)
        truth = {str(i): CLASSES[k] for i, k in enumerate(y)}
        settings = {"validation": 0.4, "budget": 30, "batch_size": 5}
        first = make_learner(Pool(X), **settings)
        while query := first.query():
            answer(first, query, truth)
        settled(first).export(tmp_path / "labels.csv")
        second = make_learner(Pool(X), **settings)
        second.import_labels(tmp_path / "labels.csv")
        last = settled(second).history.iloc[-1]
        n_held_out = (first.labels["strategy"] == "validation").sum()
        assert (last["n_validation"], last["n_labels"]) == (n_held_out, 30 - n_held_out)

    def test_a_query_that_it_completes_is_followed_by_the_next(self, learner, take_in):
        query = learner.query()
        take_in(learner, *(f"{item},a" for item in query))
        assert set(learner.query()).isdisjoint(query)

    def test_none_of_its_items_is_asked_about(self, learner, take_in):
        take_in(learner, *(f"{i},a" for i in range(9)))
        assert set(learner.query()) == {"9", "10", "11"}

    def test_a_listener_hears_of_it_once(self, learner, take_in):
        class Listener:
            heard = 0

            def hear(self):
                self.heard += 1

        listener = Listener()
        learner.subscribe(listener.hear)
        take_in(learner, "1,a", "2,a")
        assert listener.heard == 1

    def test_it_is_there_when_the_store_is_opened_again(self, sqlite_path, take_in):
        first = make_learner(store=sqlite_path)
        take_in(first, "1,a", "2,b")
        settled(first).store.close()
        learner = make_learner(store=sqlite_path)
        assert said(learner) == {"1": "a", "2": "b"}
        assert settled(learner).history["n_labels"].tolist() == [2]

    def test_a_training_that_a_session_ended_before_is_made_up_for(self, sqlite_path):
        first = make_learner(store=sqlite_path)
        fields = {"annotator": "ann", "source": "imported"}
        first.store.append(Labeled(item="1", label="a", **fields))
        first.store.append(Labeled(item="2", label="b", **fields))
        first.store.close()
        assert settled(make_learner(store=sqlite_path)).history["n_labels"].tolist() == [2]

    def test_labels_are_recorded_at_once(self, learner, take_in, monkeypatch):
        recorded = []
        good = Log.record
        monkeypatch.setattr(
            Log, "record", lambda log, *e, **k: recorded.append(len(e)) or good(log, *e, **k)
        )
        take_in(learner, "1,a", "2,a", "3,a")
        assert recorded == [3]

    def test_somebody_who_answers_meanwhile_is_heard(self, sqlite_path, take_in, monkeypatch):
        """The file is checked again against what another process has said."""
        ann = make_learner(store=sqlite_path, annotator="ann")
        bob = make_learner(store=sqlite_path, annotator="bob")
        good = Log.record

        def record(log, *new, **arguments):
            monkeypatch.setattr(Log, "record", good)
            bob.label("1", "b")
            return good(log, *new, **arguments)

        monkeypatch.setattr(Log, "record", record)
        lines = ["1,a,bob", "2,a,bob"]
        with pytest.raises(ImportRefused, match="'b' in the log"):
            take_in(ann, *lines, header="item,label,annotator")
        assert said(ann) == {"1": "b"}
