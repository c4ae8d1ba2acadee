from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from unit_parts import (
    CLASSES,
    FitsNever,
    SaysNaN,
    answer,
    blobs,
    counts,
    events,
    make_learner,
    make_pool,
    refused,
    settled,
)

from al_widgets import ActiveLearner, LabelStore, Pool, PoolBasedSampling, SimulatedOracle
from al_widgets.events import Asked, Labeled, Retracted
from al_widgets.exceptions import (
    BudgetExhausted,
    InvalidInput,
    ModelError,
    PoolMismatch,
    UnknownClass,
    UnknownItem,
)
from al_widgets.query import Query
from al_widgets.strategies import Margin, Random


class TestAsking:
    def test_a_query_has_as_many_items_as_a_batch(self, learner):
        assert len(learner.query()) == 3

    def test_the_open_query_stays_until_all_its_items_are_answered(self, learner, truth):
        query = learner.query()
        answer(learner, query.ids[:2], truth)
        assert learner.query().ids == query.ids
        learner.skip(query.ids[2])
        assert learner.query().ids != query.ids

    def test_no_item_is_asked_about_twice(self, learner, truth):
        asked = []
        while query := learner.query():
            asked += query.ids
            answer(learner, query, truth)
        assert len(set(asked)) == len(asked) == 12

    def test_the_budget_ends_the_asking(self, truth):
        learner = make_learner(budget=5, batch_size=3)
        sizes = []
        while query := learner.query():
            sizes.append(len(query))
            answer(learner, query, truth)
        assert sizes == [3, 2]
        assert learner.budget.remaining == 0

    def test_the_end_of_the_pool_ends_the_asking(self):
        learner = make_learner(budget=100)
        for item in learner.pool.ids:
            learner.skip(item)
        assert not learner.query()
        assert repr(learner.query()) == "<empty Query: nothing left to ask>"

    def test_rounds_are_counted(self, learner, truth):
        for number in range(3):
            assert learner.query().round == number
            answer(learner, learner.query(), truth)

    def test_a_query_says_who_chose_it_and_when(self, learner, truth):
        assert learner.query().strategy == "herding", "it needs no model"
        answer(learner, learner.query(), truth)
        query = learner.query()
        assert (query.strategy, query.n_labeled) == ("herding", 3)
        assert (np.diff(query.utilities) <= 0).all()

    def test_the_same_random_state_asks_the_same(self, truth):
        asked = []
        for random_state in (3, 3, 4):
            learner = make_learner(random_state=random_state, sampling=Random())
            ids = learner.query().ids
            answer(learner, ids, truth)
            asked.append((ids, learner.query().ids))
        assert asked[0] == asked[1]
        assert asked[0] != asked[2]

    def test_sampling_may_be_changed_while_a_query_is_open(self, learner, truth):
        query = learner.query()
        learner.sampling = Random()
        assert learner.query().ids == query.ids
        answer(learner, query, truth)
        assert learner.query().strategy == "random"

    def test_a_function_of_the_probabilities_may_choose(self, learner, truth):
        learner.sampling = lambda proba: proba[:, 0]
        answer(learner, learner.query(), truth)
        query = learner.query()
        free = [i for i in range(12) if str(i) not in set(learner.labels["item"])]
        proba = learner.model.predict_proba(learner.pool.features[free])[:, 0]
        assert query.ids[0] == str(free[int(proba.argmax())])

    def test_what_another_learner_asks_is_left_alone(self, sqlite_path):
        ann = make_learner(store=sqlite_path, annotator="ann")
        bob = make_learner(store=sqlite_path, annotator="bob")
        assert set(ann.query()).isdisjoint(bob.query())

    @pytest.mark.parametrize(
        "ids", [("0", "0", "1"), ("99", "1", "2"), ("0", "1", "2", "3")], ids=str
    )
    def test_a_strategy_that_does_not_keep_its_promise_is_told_and_nothing_is_stored(self, ids):
        class Careless:
            def select(self, *_):
                return Query(ids=ids, utilities=np.zeros(len(ids)), strategy="careless")

        learner = make_learner(sampling=Careless())
        with refused(InvalidInput, "different candidates", "Careless", "Mend"):
            learner.query()
        assert events(learner.store) == []

    def test_a_strategy_that_asks_again_about_a_labeled_item_is_told(self):
        class Repeats:
            def select(self, *_):
                return Query(ids=("0",), utilities=np.zeros(1), strategy="repeats")

        learner = make_learner(sampling=Repeats())
        learner.label("0", "a")
        with refused(InvalidInput, "different candidates", "Repeats", "Mend"):
            learner.query()


class TestLookingAhead:
    def test_what_is_chosen_ahead_becomes_the_next_query(self, learner, truth):
        query, ahead = learner.query(), learner.look_ahead()
        answer(learner, query, truth)
        assert learner.query().ids == ahead.ids

    def test_it_leaves_the_open_query_open(self, learner):
        query = learner.query()
        learner.look_ahead()
        assert learner.query().ids == query.ids

    def test_it_holds_none_of_the_items_of_the_open_query(self, learner):
        assert set(learner.query()).isdisjoint(learner.look_ahead())

    def test_it_is_the_same_when_asked_twice(self, learner):
        learner.query()
        assert learner.look_ahead().ids == learner.look_ahead().ids

    def test_it_is_logged_when_it_is_opened_and_not_before(self, learner, truth):
        query = learner.query()
        learner.look_ahead()
        assert sum(isinstance(e, Asked) for e in events(learner.store)) == 1
        answer(learner, query, truth)
        assert sum(isinstance(e, Asked) for e in events(learner.store)) == 2

    def test_it_spends_no_more_than_the_open_query_leaves(self):
        learner = make_learner(budget=5)
        assert len(learner.query()) == 3
        assert len(learner.look_ahead()) == 2

    def test_it_is_empty_when_the_open_query_takes_the_rest(self):
        learner = make_learner(budget=3)
        learner.query()
        assert not learner.look_ahead()

    def test_an_answer_to_the_query_sent_ahead_opens_it(self, learner):
        """A browser goes on with what it has before the kernel was asked."""
        query = learner.query()
        for item, label in zip(query, CLASSES, strict=True):
            learner.label(item, label)
        settled(learner)
        ahead = learner.look_ahead()
        learner.label(ahead.ids[0], "a")
        assert learner.query().ids == ahead.ids
        assert learner.labels["round"].tolist() == [0, 0, 0, 1]

    def test_after_an_undo_it_is_the_query_that_was_open_before(self, learner, truth):
        answer(learner, learner.query(), truth)
        second = learner.query()
        learner.undo()
        assert learner.look_ahead().ids == second.ids

    def test_it_is_dropped_when_somebody_answers_one_of_its_items(self, learner, truth):
        query, ahead = learner.query(), learner.look_ahead()
        learner.skip(ahead.ids[0])
        answer(learner, query, truth)
        assert ahead.ids[0] not in learner.query().ids


class TestAnswering:
    def test_a_label_is_in_the_store_when_it_returns(self, sqlite_path):
        learner = make_learner(store=sqlite_path)
        learner.label("3", "a", seconds=1.5, id="click")
        [event] = events(LabelStore(sqlite_path))
        assert (event.item, event.label, event.seconds, event.id) == ("3", "a", 1.5, "click")

    def test_labels_tell_everything_about_each(self, learner):
        query = learner.query()
        learner.label(query.ids[0], "a", seconds=2)
        learner.label("11" if query.ids[0] != "11" else "10", "b")
        frame = learner.labels
        assert list(frame.columns) == [
            "item", "label", "annotator", "seconds", "source", "strategy", "round", "time"
        ]  # fmt: skip
        first = frame.iloc[0]
        assert (first["annotator"], first["seconds"], first["source"]) == ("me", 2, "human")
        assert (first["strategy"], first["round"]) == ("herding", 0)
        assert str(frame["time"].dt.tz) == "UTC"

    def test_an_item_that_nobody_asked_about_may_be_labeled(self, learner):
        learner.label("5", "a")
        row = learner.labels.iloc[0]
        assert row["item"] == "5"
        assert row.isna()[["strategy", "round"]].all()

    def test_labels_have_the_type_of_the_classes(self):
        learner = ActiveLearner(make_pool(), classes=[0, 1], budget=12)
        learner.label(3, 1)
        learner.label("4", "0")
        learner.label(np.int64(5), np.int64(1))
        assert learner.labels["label"].tolist() == [1, 0, 1]

    def test_the_same_label_again_says_nothing(self, learner):
        learner.label("1", "a")
        learner.label("1", "a")
        assert len(events(learner.store)) == 1

    def test_another_label_replaces_it_and_costs_nothing(self, learner):
        learner.label("1", "a")
        learner.label("1", "b")
        assert learner.labels["label"].tolist() == ["b"]
        assert learner.budget.spent == 1

    def test_a_click_that_is_sent_again_counts_once(self, learner):
        learner.label("1", "a", id="click")
        learner.label("1", "b", id="other click")
        learner.label("1", "a", id="click")
        assert learner.labels["label"].tolist() == ["b"]

    def test_a_click_that_is_sent_again_is_no_error_when_the_budget_is_spent(self):
        learner = make_learner(budget=3)
        for item in "012":
            learner.label(item, "a", id=f"click {item}")
        learner.skip("2")
        learner.label("3", "a")
        learner.label("2", "a", id="click 2")
        assert learner.budget.spent == 3

    def test_a_skip_costs_nothing_and_is_not_asked_again(self, learner, truth):
        query = learner.query()
        learner.skip(query.ids[0], reason="blurred")
        answer(learner, query.ids[1:], truth)
        assert learner.budget.spent == 2
        rest = []
        while query_ := learner.query():
            rest += query_.ids
            answer(learner, query_, truth)
        assert query.ids[0] not in rest

    def test_a_skip_tells_its_reason_to_the_log(self, learner):
        learner.skip("4", reason="blurred", seconds=3)
        [event] = events(learner.store)
        assert (event.item, event.reason, event.seconds) == ("4", "blurred", 3)

    def test_a_listener_hears_of_each_answer(self, learner):
        class Listener:
            heard = 0

            def hear(self):
                self.heard += 1

        listener = Listener()
        learner.subscribe(listener.hear)
        learner.label("1", "a")
        learner.skip("2")
        learner.undo()
        assert listener.heard >= 3


class TestUndo:
    def test_with_nothing_to_undo_it_says_so(self, learner):
        assert learner.undo() is False
        assert learner.redo() is False
        assert events(learner.store) == []

    def test_everything_goes_back_through_all_rounds_and_forth_again(self, truth):
        learner = make_learner(validation=0.25)

        def situation():
            settled(learner)
            frame = learner.labels
            return (
                frame[["item", "label", "round"]].to_numpy().tolist(),
                learner.budget,
                counts(learner),
                learner.history.drop(columns="time").round(9).astype(str).to_numpy().tolist(),
                learner.query().ids,
            )

        learner.query()
        past = [situation()]
        while len(past) < 12:
            query = learner.query()
            answered = set(learner.labels["item"])
            item = next(item for item in query if item not in answered)
            learner.label(item, truth[item])
            settled(learner)
            past.append(situation())
        for expected in reversed(past[:-1]):
            assert learner.undo()
            assert without_measures(situation()) == without_measures(expected)
        assert not learner.undo()
        for expected in past[1:]:
            assert learner.redo()
            assert without_measures(situation()) == without_measures(expected)
        assert not learner.redo()
        assert situation() == past[-1]

    def test_it_reaches_back_before_the_store_was_opened(self, sqlite_path):
        make_learner(store=sqlite_path).label("1", "a")
        learner = make_learner(store=sqlite_path)
        assert learner.undo()
        assert len(learner.labels) == 0
        again = make_learner(store=sqlite_path)
        assert again.redo()
        assert again.labels["item"].tolist() == ["1"]

    def test_the_model_goes_back_too(self, learner, truth):
        answer(learner, learner.query(), truth)
        before = settled(learner).model.predict_proba(learner.pool.features)
        answer(learner, learner.query(), truth)
        after = settled(learner).model.predict_proba(learner.pool.features)
        learner.undo()
        assert (settled(learner).model.predict_proba(learner.pool.features) == before).all()
        learner.redo()
        assert (settled(learner).model.predict_proba(learner.pool.features) == after).all()

    def test_before_the_first_training_there_is_no_model(self, learner, truth):
        answer(learner, learner.query(), truth)
        settled(learner)
        learner.undo()
        assert learner.model is None
        assert len(learner.history) == 0

    def test_an_answer_may_be_named(self, learner):
        for item in "123":
            learner.label(item, "a", id=f"click {item}")
        assert learner.undo(target="click 2")
        assert learner.labels["item"].tolist() == ["1", "3"]

    def test_an_answer_that_nobody_gave_cannot_be_undone(self, learner):
        learner.label("1", "a")
        assert learner.undo(target="never heard of") is False

    def test_an_undo_that_is_sent_again_counts_once(self, learner):
        learner.label("1", "a")
        learner.label("2", "a")
        assert learner.undo(id="key press") is True
        learner.undo(id="key press")
        assert learner.labels["item"].tolist() == ["1"]

    def test_it_takes_back_only_what_this_annotator_did(self, sqlite_path):
        ann = make_learner(store=sqlite_path, annotator="ann")
        bob = make_learner(store=sqlite_path, annotator="bob")
        ann.label("1", "a")
        bob.label("2", "a")
        ann.undo()
        assert ann.undo() is False
        assert bob.labels["item"].tolist() == ["2"]

    def test_nothing_is_deleted(self, learner):
        learner.label("1", "a")
        learner.undo()
        assert [type(event) for event in events(learner.store)] == [Labeled, Retracted]

    def test_what_was_redone_after_a_training_is_learned_by_the_next(self, learner):
        for item, label in zip("012", "abc", strict=True):
            learner.label(item, label)
        learner.undo()
        learner.retrain()
        learner.redo()
        assert learner.retrain().n_labels == 3


class TestValidation:
    def test_held_out_items_are_never_trained_on(self):
        X, y = blobs(60)
        learner = make_learner(Pool(X), validation=0.4, budget=40, batch_size=5)
        learner.teach(SimulatedOracle(np.array(CLASSES)[y]))
        held_out = (learner.labels["strategy"] == "validation").sum()
        assert held_out == 16
        assert learner.history["n_labels"].iloc[-1] == 40 - held_out

    def test_the_strategy_never_sees_them(self):
        seen = []

        class Watching(Margin):
            def select(self, context, batch_size):
                seen.append({context.pool.ids[i] for i in context.candidates})
                return super().select(context, batch_size)

        X, y = blobs(60)
        learner = make_learner(
            Pool(X), validation=0.4, budget=40, batch_size=5, sampling=Watching()
        )
        learner.teach(SimulatedOracle(np.array(CLASSES)[y]))
        held_out = {i for e in events(learner.store) if isinstance(e, Asked) for i in e.held_out}
        assert seen
        assert all(held_out.isdisjoint(candidates) for candidates in seen)

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5])
    def test_the_share_is_kept_over_all_rounds(self, share):
        X, _ = blobs(200)
        learner = make_learner(Pool(X), validation=share, budget=80, batch_size=8)
        asked = held_out = 0
        while query := learner.query():
            asked, held_out = asked + len(query), held_out + len(query.held_out)
            assert abs(held_out - share * asked) <= 1
            for item in query:
                learner.label(item, CLASSES[int(item) % 3])

    def test_they_are_drawn_from_the_whole_pool_alike(self):
        n, seeds = 30, 200
        drawn = np.zeros(n)
        pool = make_pool(n)
        for seed in range(seeds):
            learner = make_learner(pool, validation=0.5, batch_size=4, random_state=seed)
            for item in learner.query().held_out:
                drawn[int(item)] += 1
        expected = 2 * seeds / n
        assert drawn.sum() == 2 * seeds
        statistic = ((drawn - expected) ** 2 / expected).sum()
        assert statistic < 59.7, "chi square with 29 degrees of freedom exceeds that once in 1500"

    def test_accuracy_is_that_of_the_held_out_answers(self):
        X, y = blobs(60)
        learner = make_learner(Pool(X), validation=0.4, budget=40, batch_size=5)
        learner.teach(SimulatedOracle(np.array(CLASSES)[y]))
        frame = learner.labels
        held_out = frame[frame["strategy"] == "validation"]
        positions = held_out["item"].astype(int).to_numpy()
        said = learner.model.predict(X[positions])
        right = (np.array(CLASSES)[said] == held_out["label"]).mean()
        last = learner.history.iloc[-1]
        assert last["accuracy"] == right
        assert last["n_validation"] == len(held_out)
        assert last["low"] <= right <= last["high"]

    def test_a_set_from_outside_measures_accuracy(self, truth):
        X, y = blobs(50, seed=0)
        learner = make_learner(validation=(X, np.array(CLASSES)[y]))
        answer(learner, learner.query(), truth)
        settled(learner)
        last = learner.history.iloc[-1]
        assert last["n_validation"] == 50
        assert last["accuracy"] == (learner.model.predict(X) == y).mean()
        assert last["n_labels"] == 3, "nothing is held out"

    def test_without_validation_no_accuracy_is_known(self, learner, truth):
        answer(learner, learner.query(), truth)
        assert settled(learner).history["accuracy"].isna().all()
        assert learner.history[["low", "high"]].isna().all(axis=None)


class TestStore:
    def test_an_open_learner_can_be_saved_and_goes_on_there(self, learner, sqlite_path, truth):
        answer(learner, learner.query(), truth)
        before = settled(learner).labels
        learner.save(sqlite_path)
        learner.label("11", "c")
        again = make_learner(store=sqlite_path)
        assert again.labels.iloc[: len(before)].equals(before)
        assert again.history.equals(learner.history)

    def test_a_learner_can_be_saved_before_its_first_answer(self, learner, sqlite_path):
        learner.save(sqlite_path)
        learner.label("1", "a")
        assert len(make_learner(store=sqlite_path).labels) == 1

    def test_the_store_of_another_pool_is_refused(self, sqlite_path):
        make_learner(store=sqlite_path).label("1", "a")
        with refused(PoolMismatch, "another pool", "20 items", "Pass the pool"):
            make_learner(make_pool(20), store=sqlite_path)

    def test_a_larger_budget_goes_on_with_the_same_store(self, sqlite_path, truth):
        small = make_learner(store=sqlite_path, budget=3)
        answer(small, small.query(), truth)
        assert not small.query()
        large = make_learner(store=sqlite_path, budget=6)
        assert len(large.query()) == 3

    def test_its_repr_tells_where_it_is(self, learner):
        assert repr(learner) == (
            "<ActiveLearner on 12 items, 3 classes: 0 of 12 answers, in memory>"
        )


def learner_arguments(**wrong):
    return {"classes": ["a", "b"], "budget": 10, "batch_size": 2, **wrong}


class TestBadArguments:
    """Each error names the rule, the value and the remedy, and no store is even made."""

    @pytest.mark.parametrize(
        ("wrong", "rule", "got", "remedy"),
        [
            ({"classes": ["a"]}, "at least two classes", "['a']", "other"),
            ({"classes": []}, "at least two classes", "[]", "other"),
            ({"classes": "abc"}, "sequence", "'abc'", "list"),
            ({"classes": None}, "sequence", "None", "list"),
            ({"classes": 3}, "sequence", "3", "list"),
            ({"classes": ["a", "b", "a"]}, "must differ", "'a'", "once"),
            ({"classes": [1, "1"]}, "must differ", "'1'", "once"),
            ({"classes": ["a", ""]}, "a text or a whole number", "''", "str"),
            ({"classes": [0.5, 1.5]}, "a text or a whole number", "0.5", "str"),
            (
                {"budget": 5, "batch_size": 10},
                "at least batch_size", "budget=5, batch_size=10", "batch_size<=5",
            ),
            ({"budget": 0}, "budget must be a whole number", "0", "budget="),
            ({"batch_size": 0}, "batch_size must be a whole number", "0", "batch_size="),
            ({"batch_size": 2.5}, "batch_size must be a whole number", "2.5", "batch_size="),
            ({"budget": True}, "budget must be a whole number", "True", "budget="),
            ({"budget": "10"}, "budget must be a whole number", "'10'", "budget="),
            ({"annotator": ""}, "annotator must be a name", "''", "annotator="),
            ({"annotator": None}, "annotator must be a name", "None", "annotator="),
            ({"random_state": -1}, "random_state", "-1", "random_state=0"),
            ({"random_state": None}, "random_state", "None", "random_state=0"),
            ({"validation": 1.0}, "share", "1.0", "validation=0.2"),
            ({"validation": -0.1}, "share", "-0.1", "validation=0.2"),
            ({"validation": float("nan")}, "share", "nan", "validation=0.2"),
            ({"validation": "some"}, "a share, a pair", "str", "validation=0.2"),
            (
                {"validation": (np.zeros((3, 4)), ["a", "b"])},
                "a label for each", "(3, 4), 2 labels", "matching",
            ),
            (
                {"validation": (np.zeros((2, 9)), ["a", "b"])},
                "features like the pool's", "(2, 9)", "matching",
            ),
            (
                {"validation": (np.full((2, 4), np.nan), ["a", "b"])},
                "must be finite", "NaN", "Fill or drop",
            ),
            (
                {"validation": (np.zeros((2, 4)), ["a", "z"])},
                "one of the classes", "'z'", "Choose one of 'a', 'b'",
            ),
            ({"sampling": 5}, "strategy", "5", "Margin"),
            ({"sampling": Margin}, "strategy", "Margin", "an instance"),
            ({"model": LinearSVC()}, "predict_proba", "LinearSVC", "CalibratedClassifierCV"),
            ({"model": LogisticRegression}, "instance", "Logistic", "LogisticRegression()"),
            ({"model": "forest"}, "classifier", "'forest'", "choose another"),
            ({"pool": np.zeros((5, 2))}, "Pool", "ndarray", "Pool("),
        ],
        ids=lambda value: str(value)[:50] if isinstance(value, dict) else "",
    )  # fmt: skip
    def test_a_wrong_argument_is_refused(self, wrong, rule, got, remedy, sqlite_path):
        arguments = {"pool": make_pool(), **learner_arguments(store=sqlite_path), **wrong}
        with refused(InvalidInput, rule, got, remedy):
            ActiveLearner(**arguments)
        assert not sqlite_path.exists()

    def test_a_store_that_is_no_store_is_refused(self, tmp_path):
        (tmp_path / "letter.txt").write_text("Dear friend,\n" * 100)
        with pytest.raises(Exception, match=r"is no label store.*Got.*Pass the path"):
            make_learner(store=tmp_path / "letter.txt")

    def test_an_unknown_class_is_refused_and_nothing_is_stored(self, learner):
        with refused(UnknownClass, "one of the classes", "'z'", "Choose one of 'a', 'b', 'c'"):
            learner.label("1", "z")
        assert events(learner.store) == []

    @pytest.mark.parametrize("item", ["12", "-1", "01", "", "x", None, 1.0, "1 ", "\u0661", 10**30])
    def test_an_unknown_item_is_refused_and_nothing_is_stored(self, learner, item):
        for act in (lambda: learner.label(item, "a"), lambda: learner.skip(item)):
            with refused(UnknownItem, "one of the pool's", repr(item), "from '0' to '11'"):
                act()
        assert events(learner.store) == []

    def test_an_unknown_given_id_is_refused(self):
        learner = make_learner(Pool(blobs(3)[0], ids=["x", "y", "z"]), budget=3)
        with refused(UnknownItem, "one of the pool's", "'0'", "from 'x' to 'z'"):
            learner.label("0", "a")

    def test_a_spent_budget_is_told_and_nothing_is_stored(self):
        learner = make_learner(budget=3)
        for item in "012":
            learner.label(item, "a")
        with refused(BudgetExhausted, "the budget is spent", "3 answers of 3", "larger budget="):
            learner.label("3", "a")
        assert learner.budget.spent == 3
        assert len(events(learner.store)) == 3

    def test_with_a_spent_budget_corrections_and_skips_are_still_taken(self):
        learner = make_learner(budget=3)
        for item in "012":
            learner.label(item, "a")
        learner.label("0", "b")
        learner.skip("1")
        assert learner.labels["item"].tolist() == ["2", "0"]
        learner.label("3", "c")
        assert learner.budget.remaining == 0


class TestBudgetSpentByHand:
    def test_an_open_query_is_asked_no_further(self, truth):
        learner = make_learner(budget=3)
        open_items = set(learner.query().ids)
        others = [item for item in truth if item not in open_items][:3]
        for item in others:
            learner.label(item, truth[item])
        assert learner.budget.remaining == 0
        assert not learner.query()

    def test_undo_brings_it_back(self, truth):
        learner = make_learner(budget=3)
        asked = learner.query()
        for item in [item for item in truth if item not in asked.ids][:3]:
            learner.label(item, truth[item])
        learner.undo()
        assert learner.query().ids == asked.ids


class TestTargets:
    def test_an_answer_is_undone_once(self):
        learner = make_learner()
        learner.label("0", "a", id="first")
        n = len(events(learner.store))
        assert learner.undo(target="first")
        assert not learner.undo(target="first")
        assert len(events(learner.store)) == n + 1

    def test_redo_takes_retractions_and_undo_answers(self):
        learner = make_learner()
        learner.label("0", "a", id="first")
        assert not learner.redo(target="first")
        learner.undo(target="first", id="back")
        assert not learner.undo(target="back")
        assert learner.redo(target="back")
        assert list(learner.labels["item"]) == ["0"]

    def test_the_answer_of_another_annotator_is_not_mine_to_undo(self, sqlite_path):
        ann = make_learner(store=sqlite_path, annotator="ann")
        bob = make_learner(store=sqlite_path, annotator="bob")
        ann.label("0", "a", id="hers")
        assert not bob.undo(target="hers")
        assert len(bob.labels) == 1


def test_a_listener_that_fails_does_not_fail_the_label(caplog):
    class Painter:
        def paint(self):
            raise RuntimeError("no paint")

    learner, painter = make_learner(), Painter()
    learner.subscribe(painter.paint)
    learner.label("0", "a")
    assert len(learner.labels) == 1
    assert "no paint" in caplog.text


class TestModelsThatFail:
    def test_a_model_that_cannot_be_trained_loses_no_label_and_the_next_query_comes(self, truth):
        learner = make_learner(model=FitsNever())
        answer(learner, learner.query(), truth)
        settled(learner)
        with pytest.warns(RuntimeWarning, match="training failed.*on fire"):
            query = learner.query()
        assert len(query) == 3
        assert len(learner.labels) == 3
        assert "on fire" in learner.failure
        assert len(learner.history) == 0

    def test_retraining_it_says_why(self):
        learner = make_learner(model=FitsNever())
        learner.label("0", "a")
        learner.label("1", "b")
        with refused(ModelError, "could not be trained", "RuntimeError: the machine", "No answer"):
            learner.retrain()
        with pytest.raises(ModelError):
            learner.retrain(wait=False).result()
        assert len(learner.labels) == 2

    def test_the_same_store_goes_on_with_a_model_that_works(self, sqlite_path, truth):
        learner = make_learner(model=FitsNever(), store=sqlite_path)
        answer(learner, learner.query(), truth)
        settled(learner)
        mended = make_learner(store=sqlite_path)
        assert mended.retrain().n_labels == 3
        assert mended.failure == ""

    def test_probabilities_that_are_no_numbers_fail_the_training_and_the_next_query_comes(
        self, truth
    ):
        learner = make_learner(model=SaysNaN())
        answer(learner, learner.query(), truth)
        settled(learner)
        assert "NaN from SaysNaN" in learner.failure
        assert learner.model is None
        with pytest.warns(RuntimeWarning, match="must be numbers"):
            assert len(learner.query()) == 3
        assert len(learner.labels) == 3
        with refused(ModelError, "must be numbers", "NaN from SaysNaN", "another model"):
            learner.retrain()


def test_sparse_features_are_learned_as_they_are(truth):
    X = sparse.csr_array(np.abs(blobs()[0]))
    learner = ActiveLearner(Pool(X), classes=CLASSES, budget=12, batch_size=3)
    answer(learner, learner.query(), truth)
    assert len(learner.query()) == 3
    assert learner.failure == ""


def test_a_sampling_object_is_used_as_it_is():
    sampling = PoolBasedSampling(Random())
    assert make_learner(sampling=sampling).sampling is sampling


def without_measures(situation):
    """Leave out accuracies: a curve is measured on all validation answers there are."""
    labels, budget, by_class, history, asked = situation
    return labels, budget, by_class, [row[:2] + row[6:] for row in history], asked
