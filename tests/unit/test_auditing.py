"""`learner.audit` and `learner.audits`: how many propagated labels are wrong."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from unit_parts import CLASSES, events, make_learner, make_pool, refused, settled

from al_widgets.auditing import Audit, error_interval
from al_widgets.events import Asked, Audited
from al_widgets.exceptions import BudgetExhausted, InvalidInput, NotEnoughLabels
from al_widgets.shares import wilson


def propagated(learner, label="b", confidence=None):
    """Let everything that is not answered have the same propagated label."""
    n = len(learner.pool)
    sure = np.full(n, 0.8, dtype=np.float32) if confidence is None else np.asarray(confidence)

    def propagate(threshold=0.0):
        frame = learner.labels
        answered = np.zeros(n, dtype=bool)
        answered[[learner.pool.position(item) for item in frame["item"]]] = True
        return SimpleNamespace(
            pool=learner.pool,
            classes=CLASSES,
            label=np.full(n, CLASSES.index(label)),
            confidence=sure,
            is_propagated=~answered,
            is_withheld=~answered & (sure < threshold),
            threshold=threshold,
        )

    learner.propagate = propagate
    return learner


@pytest.fixture
def learner():
    """Two of twelve items are answered, nine answers are left."""
    learner = make_learner(budget=11)
    learner.label("0", "a")
    learner.label("1", "b")
    return propagated(settled(learner))


class TestTheInterval:
    def test_without_a_sample_nothing_is_known(self):
        assert all(math.isnan(end) for end in error_interval(0, 0, 100))

    @pytest.mark.parametrize("n_wrong", [0, 3, 20])
    def test_if_everything_was_checked_the_error_is_known(self, n_wrong):
        assert error_interval(n_wrong, 20, 20) == (n_wrong / 20, n_wrong / 20)

    @given(st.data())
    def test_what_was_found_is_possible_and_inside(self, data):
        n_population = data.draw(st.integers(1, 3000))
        n_checked = data.draw(st.integers(1, min(n_population, 200)))
        n_wrong = data.draw(st.integers(0, n_checked))
        low, high = error_interval(n_wrong, n_checked, n_population)
        assert low <= n_wrong / n_checked + 1e-12
        assert n_wrong / n_checked <= high + 1e-12
        assert n_wrong <= round(low * n_population)
        assert round(high * n_population) <= n_population - (n_checked - n_wrong)

    @given(st.integers(1, 60), st.integers(0, 400), st.data())
    def test_right_and_wrong_are_treated_alike(self, n_checked, n_rest, data):
        n_wrong = data.draw(st.integers(0, n_checked))
        low, high = error_interval(n_wrong, n_checked, n_checked + n_rest)
        mirrored = error_interval(n_checked - n_wrong, n_checked, n_checked + n_rest)
        assert mirrored == pytest.approx((1 - high, 1 - low))

    @pytest.mark.parametrize("n_wrong", [0, 2, 4, 25])
    def test_in_a_population_without_end_it_is_that_of_wilson(self, n_wrong):
        ends = error_interval(n_wrong, 50, 10**9)
        assert ends == pytest.approx(wilson(n_wrong, 50), abs=1e-4)

    def test_the_more_of_the_population_was_checked_the_narrower_it_is(self):
        widths = [np.diff(error_interval(4, 50, size))[0] for size in (10**6, 1400, 200, 100, 60)]
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] < widths[0] / 2

    @pytest.mark.parametrize("n_population", [200, 1400, 100_000])
    @pytest.mark.parametrize("n_checked", [30, 100])
    def test_a_single_error_is_found_in_fewer_than_one_of_20_samples_below_its_low_end(
        self, n_checked, n_population
    ):
        low = round(error_interval(1, n_checked, n_population)[0] * n_population)
        assert hypergeom.sf(0, n_population, low, n_checked) > 0.05
        assert hypergeom.sf(0, n_population, low - 1, n_checked) <= 0.05 + 1e-9

    @pytest.mark.parametrize("n_population", [200, 1400, 100_000])
    @pytest.mark.parametrize("n", [30, 50, 100])
    def test_wherever_an_error_is_to_be_expected_it_holds_the_truth_as_often_as_it_says(
        self, n, n_population
    ):
        ends = np.array([error_interval(k, n, n_population) for k in range(n + 1)])
        wrong = np.unique(np.geomspace(n_population / n, n_population / 2, 60).astype(int))
        chances = hypergeom.pmf(np.arange(n + 1), n_population, wrong[:, None], n)
        truth = wrong[:, None] / n_population
        inside = (ends[:, 0] <= truth + 1e-12) & (truth <= ends[:, 1] + 1e-12)
        held = (chances * inside).sum(axis=1)
        assert 0.94 < held.mean() < 0.965
        assert held.min() > 0.87
        assert ((held >= 0.93) & (held <= 0.97)).mean() > 0.7

    def test_a_million_items_are_no_trouble(self):
        low, high = error_interval(4, 50, 1_000_000)
        assert (round(low, 3), round(high, 3)) == (0.032, 0.188)

    @pytest.mark.parametrize("numbers", [(3, 2, 10), (0, 11, 10), (-1, 5, 10)])
    def test_numbers_that_contradict_each_other_are_refused(self, numbers):
        with refused(InvalidInput, "among the checked", f"{numbers[0]} of", "n_wrong <="):
            error_interval(*numbers)

    def test_it_holds_the_truth_about_as_often_as_it_says(self):
        rng = np.random.default_rng(1)
        n_population, n, held = 1400, 100, []
        known = {}
        for _ in range(1000):
            n_errors = int(rng.integers(28, 280))
            k = int(rng.hypergeometric(n_errors, n_population - n_errors, n))
            low, high = known.setdefault(k, error_interval(k, n, n_population))
            held.append(low <= n_errors / n_population <= high)
        assert 0.93 <= np.mean(held) <= 0.97


class TestTheSample:
    def test_it_comes_first_and_says_nothing_of_what_was_propagated(self, learner):
        before = learner.query()
        query = learner.audit(4)
        assert len(query) == 4
        assert learner.query().ids == query.ids
        assert learner.look_ahead().ids == before.ids
        assert query.strategy == "audit"
        assert set(query.reasons) == {"drawn at random, to check what was propagated"}

    def test_it_is_drawn_from_what_is_propagated_and_unanswered(self, learner):
        learner.skip("2")
        query = learner.audit(9)
        assert sorted(query, key=int) == [str(i) for i in range(3, 12)]

    def test_all_items_are_drawn_alike(self):
        n, drawn = 400, np.zeros(12)
        for seed in range(n):
            learner = propagated(make_learner(make_pool(), budget=12, random_state=seed))
            drawn[[int(item) for item in learner.audit(4)]] += 1
        assert np.abs(drawn / n - 1 / 3).max() < 0.11, "four and a half standard deviations"

    def test_the_same_learner_draws_the_same_and_the_next_audit_something_else(self, learner):
        again = propagated(settled(make_learner(budget=11)))
        again.label("0", "a")
        again.label("1", "b")
        first = learner.audit(3)
        assert again.audit(3).ids == first.ids
        for item in first:
            learner.label(item, "b")
        assert set(learner.audit(3)).isdisjoint(first)

    def test_only_labels_of_the_given_confidence_are_audited(self, learner):
        propagated(learner, confidence=np.linspace(0, 1, 12))
        assert sorted(learner.audit(9, threshold=0.7), key=int) == ["8", "9", "10", "11"]
        [audit] = learner.audits
        assert audit.population == {"b": 4}
        assert audit.threshold == 0.7

    def test_items_of_the_validation_reserve_are_drawn_too(self):
        learner = propagated(make_learner(budget=12, validation=0.5))
        query = learner.audit(12)
        assert learner._chooser.reserve <= set(query)
        for item in query:
            learner.label(item, "ab"[int(item) % 2])
        with learner.log.current() as state:
            assert len(state.training_labels()) == 12

    def test_what_was_drawn_and_the_query_are_recorded_together(self, learner):
        query = learner.audit(2)
        audited, asked = events(learner.store)[-2:]
        assert isinstance(audited, Audited)
        assert isinstance(asked, Asked)
        assert audited.items == asked.items == query.ids
        assert audited.labels == ("b", "b")

    def test_if_there_are_fewer_all_are_audited_and_the_error_is_exact(self, learner):
        for item in learner.pool.ids[2:8]:
            learner.skip(item)
        query = learner.audit(50)
        assert len(query) == 4
        for item, label in zip(query, "bbba", strict=True):
            learner.label(item, label)
        [audit] = learner.audits
        assert (audit.error, audit.low, audit.high) == (0.25, 0.25, 0.25)

    def test_an_open_audit_is_not_drawn_again(self, learner):
        query = learner.audit(3)
        learner.label(query.ids[0], "b")
        assert learner.audit(2).ids == query.ids
        assert len(learner.audits) == 1

    def test_a_selection_leaves_it_to_answers_of_its_own(self, learner):
        query = learner.audit(3)
        assert learner.label_many(learner.pool.ids, "c") == 7
        assert learner.audits[0].n_answered == 0
        assert set(query).isdisjoint(learner.labels["item"])

    def test_it_comes_back_after_a_restart(self, tmp_path):
        store = tmp_path / "labels.sqlite"
        query = propagated(make_learner(store=store)).audit(3)
        again = make_learner(store=store)
        assert again.query().ids == query.ids
        assert again.audits[0].items == query.ids


class TestWhatIsRefused:
    @pytest.mark.parametrize("n", [0, -1, 2.0, True])
    def test_no_number_of_items(self, learner, n):
        with refused(InvalidInput, "n must be a whole number", repr(n), "n=10"):
            learner.audit(n)

    def test_more_items_than_answers_are_left(self, learner):
        before = len(events(learner.store))
        with refused(InvalidInput, "an answer for each", "n=10, 9 answers left", "Pass n<=9"):
            learner.audit(10)
        assert len(events(learner.store)) == before

    def test_a_spent_budget(self, learner):
        for item in learner.pool.ids[2:11]:
            learner.label(item, "a")
        with refused(BudgetExhausted, "needs answers", "11 of 11", "larger budget"):
            learner.audit(1)

    def test_nothing_that_was_propagated(self, learner):
        with refused(NotEnoughLabels, "propagated labels", "none", "threshold"):
            learner.audit(3, threshold=0.9)


class TestTheResult:
    def test_it_grows_with_each_answer(self, learner):
        query = learner.audit(3)
        assert learner.audits[0].n_answered == 0
        assert math.isnan(learner.audits[0].error)
        assert math.isnan(learner.audits[0].low)
        learner.label(query.ids[0], "a")
        [audit] = learner.audits
        assert (audit.n_answered, audit.n_wrong, audit.error) == (1, 1, 1.0)
        assert audit.wrong == query.ids[:1]
        assert audit.is_open

    def test_undo_takes_an_answer_out_of_it(self, learner):
        learner.label(learner.audit(3).ids[0], "a")
        learner.undo()
        assert learner.audits[0].n_answered == 0

    def test_the_label_that_stands_now_counts(self, learner):
        [item] = learner.audit(1)
        learner.label(item, "a")
        learner.label(item, "b")
        assert learner.audits[0].n_wrong == 0

    def test_what_is_unclear_is_neither_right_nor_wrong(self, learner):
        one, two, three = learner.audit(3)
        learner.label(one, "b")
        learner.skip(two)
        learner.label(three, "c")
        [audit] = learner.audits
        assert (audit.n_answered, audit.n_wrong, audit.n_unclear) == (2, 1, 1)
        assert not audit.is_open

    def test_its_answers_spend_the_budget_and_train(self, learner):
        spent = learner.budget.spent
        query = learner.audit(3)
        for item in query:
            learner.label(item, "a")
        assert learner.budget.spent == spent + 3
        assert settled(learner).history["n_labels"].iloc[-1] == 5
        assert learner.labels["strategy"].iloc[-3:].tolist() == ["audit"] * 3

    def test_each_audit_stands_by_itself(self, learner):
        for item in learner.audit(2):
            learner.label(item, "b")
        learner.audit(3)
        assert [audit.n for audit in learner.audits] == [2, 3]
        assert [audit.n_answered for audit in learner.audits] == [2, 0]

    def test_it_does_not_change_what_the_next_queries_hold_out(self):
        plain, audited = (
            propagated(make_learner(make_pool(60), budget=50, validation=0.34)) for _ in range(2)
        )
        for item in audited.audit(20):
            audited.label(item, "a")
        assert len(audited.query().held_out) == len(plain.query().held_out) == 1

    def test_a_table_tells_of_each_class(self):
        audit = Audit(
            items=("1", "2", "3"),
            propagated=("a", "b", "a"),
            answers={"1": "a", "2": "a"},
            unclear=(),
            population={"a": 60, "b": 30, "c": 10},
            values={"a": 1, "b": 2, "c": 3},
        )
        frame = audit.to_frame()
        assert frame.index.tolist() == [1, 2, 3]
        assert frame["n_population"].tolist() == [60, 30, 10]
        assert frame["n_checked"].tolist() == [1, 1, 0]
        assert frame["n_wrong"].tolist() == [0, 1, 0]
        assert frame["error"].tolist()[:2] == [0, 1]
        assert frame.loc[3, ["error", "low", "high"]].isna().all()
        assert (frame["low"] <= frame["high"]).tolist() == [True, True, False]

    @pytest.mark.parametrize(
        ("answers", "unclear", "said"),
        [
            ({}, (), "none of 50 answered yet, drawn from 1,400 propagated labels"),
            (50, (), "4 of 50 wrong, error 3-19 % of 1,400 propagated labels"),
            (49, ("49",), "4 of 49 wrong, error 3-19 % of 1,400 propagated labels, 1 unclear"),
            (
                20,
                (),
                "4 of 20 wrong, error 8-41 % of 1,400 propagated labels, 30 of 50 not answered yet",
            ),
        ],
    )
    def test_it_says_itself_in_a_sentence(self, answers, unclear, said):
        items = tuple(map(str, range(50)))
        right = {item: "b" if int(item) < 4 else "a" for item in items[: answers or 0]}
        audit = Audit(items, ("a",) * 50, right, unclear, {"a": 1000, "b": 400})
        assert repr(audit) == f"<Audit: {said}>"

    def test_an_exact_error_is_one_number(self):
        audit = Audit(("1", "2"), ("a", "a"), {"1": "a", "2": "b"}, (), {"a": 2})
        assert repr(audit) == "<Audit: 1 of 2 wrong, error 50 % of 2 propagated labels>"
