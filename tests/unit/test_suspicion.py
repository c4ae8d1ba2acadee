"""`learner.suspicious` and `learner.review`: answers that may be wrong come back."""

from __future__ import annotations

import numpy as np
import pytest
from unit_parts import answer, events, make_learner, make_pool, refused, settled

from al_widgets import ActiveLearner, Pool
from al_widgets.events import Asked, Labeled
from al_widgets.exceptions import InvalidInput, NotEnoughLabels, UnknownItem
from al_widgets.suspicion import suspects

WRONG = {"7": "c", "20": "a"}  # they are b and c


def groups(n, n_classes):
    """Features of items in groups far apart, and the class of each."""
    y = np.arange(n) % n_classes
    rng = np.random.default_rng(0)
    return 9 * np.eye(n_classes)[y] + rng.normal(size=(n, n_classes)), y


def answered(wrong=WRONG, *, n=60, **arguments):
    """A learner with an answer to each of `n` items in three groups, some of them wrong."""
    X, y = groups(90, 3)
    given = {"budget": n, "batch_size": 5, "validation": None, "classes": "abc"}
    arguments = {**given, "classes": list("abc"), **arguments}
    learner = ActiveLearner(Pool(X), **arguments)
    truth = {str(i): "abc"[k] for i, k in enumerate(y)}
    for item in learner.pool.ids[:n]:
        learner.label(item, wrong.get(item, truth[item]))
    learner.truth = truth
    return settled(learner)


@pytest.fixture
def learner():
    return answered()


class TestWhatIsSuspicious:
    def test_an_answer_that_all_others_gainsay_and_no_other(self, learner):
        frame = learner.suspicious()
        assert sorted(frame["item"]) == sorted(WRONG)
        assert frame.columns.tolist() == [
            "item",
            "label",
            "suggested",
            "confidence",
            "agreement",
            "annotator",
        ]
        for row in frame.itertuples():
            assert row.label == WRONG[row.item]
            assert row.suggested == learner.truth[row.item]
            assert row.confidence > 0.5
            assert row.agreement > 0.5
            assert row.annotator == "me"

    def test_as_many_as_wanted_the_most_suspicious_first(self, learner):
        assert learner.suspicious(1)["item"].tolist() == learner.suspicious()["item"].tolist()[:1]

    def test_where_nothing_is_wrong_it_is_empty(self):
        assert len(answered({}).suspicious()) == 0

    def test_classes_are_as_they_were_given(self):
        X, y = groups(60, 2)
        learner = ActiveLearner(Pool(X), classes=[0, 1], budget=60, validation=None)
        for item in learner.pool.ids[:40]:
            learner.label(item, int(y[int(item)]) if item != "7" else 1 - int(y[7]))
        [row] = learner.suspicious().itertuples()
        assert (row.item, row.label, row.suggested) == ("7", 1 - y[7], y[7])

    def test_what_was_not_looked_at_out_of_fold_is_not_suspicious(self, learner):
        found = learner.propagate()
        rows = learner.pool.geometry.rows(found.answered)
        assert {suspect.item for suspect in suspects(found, rows)} == set(WRONG)
        found.out_of_fold[found.answered == 7] = np.nan
        assert {suspect.item for suspect in suspects(found, rows)} == set(WRONG) - {"7"}
        found.out_of_fold[:] = np.nan
        assert suspects(found, rows) == []

    def test_with_too_few_answers_it_is_refused(self):
        with refused(NotEnoughLabels, "two classes", "0 answers", "Answer some more"):
            make_learner().suspicious()

    @pytest.mark.parametrize("n", [0, 1.5, True])
    def test_no_number_of_answers_is_refused(self, learner, n):
        with refused(InvalidInput, "n must be a whole number", repr(n), "n=10"):
            learner.suspicious(n)


class TestTheReview:
    def test_the_suspicious_come_back_in_front_and_say_why(self, learner):
        query = learner.review()
        assert sorted(query) == sorted(WRONG)
        assert query.strategy == "review"
        assert learner.query().ids == query.ids
        for item, reason in zip(query, query.reasons, strict=True):
            assert reason.startswith(f"you said {WRONG[item]} · others say {learner.truth[item]} (")
            assert f"of 5 near answers say {learner.truth[item]}" in reason

    def test_it_can_be_answered_although_the_budget_is_spent(self, learner):
        assert learner.budget.remaining == 0
        answer(learner, learner.review(), learner.truth)
        assert learner.budget.remaining == 0
        labels = dict(zip(learner.labels["item"], learner.labels["label"], strict=True))
        assert all(labels[item] == learner.truth[item] for item in WRONG)
        assert not learner.query()

    def test_what_was_kept_does_not_come_back(self, learner):
        answer(learner, learner.review(1), WRONG)
        assert len(learner.suspicious()) == 2
        assert len(learner.review()) == 1
        answer(learner, learner.query(), WRONG)
        assert not learner.review()

    def test_what_is_under_review_is_not_opened_twice(self, learner):
        first = learner.review(1)
        assert set(learner.review()).isdisjoint(first)
        assert not learner.review()

    def test_undo_of_what_was_kept_brings_it_back(self, learner):
        query = learner.review()
        answer(learner, query, WRONG)
        assert not learner.query()
        learner.undo()
        assert learner.query().ids == query.ids

    def test_the_same_answer_again_is_recorded_once(self, learner):
        [item, _] = learner.review()
        for _ in range(3):
            learner.label(item, WRONG[item])
        kept = [e for e in events(learner.store) if isinstance(e, Labeled) and e.item == item]
        assert [event.strategy for event in kept] == [None, "review"]

    def test_if_there_is_nothing_nothing_is_opened(self):
        learner = answered({})
        before = len(events(learner.store))
        assert not learner.review()
        assert len(events(learner.store)) == before

    def test_items_can_be_named(self, learner):
        query = learner.review(items=["3", "80", "7"])
        assert query.ids == ("3", "7"), "80 has no label"
        assert query.reasons[0] == f"you said {learner.truth['3']} · you asked to see it again"
        assert query.reasons[1].startswith("you said c · others say")

    def test_items_can_be_named_before_anything_can_be_suspected(self):
        learner = make_learner()
        learner.label("3", "a")
        assert learner.review(items=["3"]).ids == ("3",)

    def test_an_unknown_item_is_refused_and_nothing_is_opened(self, learner):
        with refused(UnknownItem, "one of the pool's", "'99'", "90 ids"):
            learner.review(items=["3", "99"])
        assert not any(isinstance(event, Asked) for event in events(learner.store))

    def test_answers_that_validate_or_audit_are_left_alone_unless_named(self):
        learner = answered({}, n=50, budget=60, validation=0.2)
        query = learner.query()
        [held_out, *_] = query.held_out
        learner.label(held_out, other(learner.truth[held_out]))
        [audited] = learner.audit(1)
        learner.label(audited, other(learner.truth[audited]))
        assert {held_out, audited} <= set(learner.suspicious()["item"])
        assert {held_out, audited}.isdisjoint(learner.review())
        assert learner.review(items=[held_out]).ids == (held_out,)
        learner.label(held_out, learner.truth[held_out])
        frame = learner.labels.set_index("item")
        assert frame.loc[held_out, "strategy"] == "validation"

    def test_an_answer_of_somebody_else_costs_one(self, tmp_path):
        store = tmp_path / "labels.sqlite"
        ann = answered(store=store, budget=61, annotator="ann")
        bob = answered({}, n=0, store=store, budget=61, annotator="bob")
        assert set(bob.suspicious()["annotator"]) == {"ann"}
        query = bob.review()
        assert len(query) == 1, "one answer is left"
        assert query.reasons[0].startswith("somebody said")
        bob.label(query.ids[0], ann.truth[query.ids[0]])
        assert bob.budget.remaining == 0
        assert not bob.query()

    def test_it_does_not_change_what_the_next_queries_hold_out(self):
        plain, reviewed = (answered(n=30, budget=60, validation=0.34) for _ in range(2))
        answer(reviewed, reviewed.review(n=20, items=reviewed.pool.ids[:20]), reviewed.truth)
        assert len(reviewed.query().held_out) == len(plain.query().held_out)

    def test_an_oracle_answers_it_too(self, learner):
        class Oracle:
            def answer(self, _, item):
                return learner.truth[item]

        more = answered(budget=70)
        more.review()
        more.teach(Oracle(), 4)
        assert more.budget.spent == 62, "two of the four were reviews"
        assert len(more.suspicious()) == 0


def other(label):
    return "abc"["bca".index(label)]


def test_a_pool_without_answers_has_nothing_to_review():
    with refused(NotEnoughLabels, "two classes", "0 answers", "Answer some more"):
        make_learner(make_pool()).review()
