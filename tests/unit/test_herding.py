from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LogisticRegression
from unit_parts import refused

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.exceptions import InvalidInput
from al_widgets.strategies import UncertaintyHerding
from al_widgets.strategies._herding import lazy_greedy

SHARES = st.floats(0, 1, width=32)


def plainly_greedy(kernel, weights, covered, n_picks):
    """What lazy greedy must find, the slow way: the gain of every pick, as high as any."""
    covered, left, gains = covered.astype(float), list(range(len(kernel))), []
    for _ in range(n_picks):
        now = {row: (np.maximum(kernel[row] - covered, 0) * weights).sum() for row in left}
        best = max(now, key=now.get)
        gains.append(now[best])
        left.remove(best)
        covered = np.maximum(covered, kernel[best])
    return gains


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_lazy_greedy_gains_as_much_as_greedy_at_every_pick(data):
    n, m = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 12))
    kernel = data.draw(arrays(np.float64, (n, m), elements=SHARES)).astype(float)
    weights = data.draw(arrays(np.float64, m, elements=SHARES))
    covered = data.draw(arrays(np.float64, m, elements=SHARES))
    n_picks = data.draw(st.integers(1, n))
    picks, gains = lazy_greedy(kernel, weights, covered, n_picks)
    assert len(set(picks.tolist())) == n_picks
    assert (np.diff(gains) <= 0).all()
    if not has_ties(kernel, weights, covered, picks):
        assert gains == pytest.approx(plainly_greedy(kernel, weights, covered, n_picks), abs=1e-9)


def has_ties(kernel, weights, covered, picks):
    """Whether equal gains make the greedy choice ambiguous: then later gains may differ."""
    covered, left = covered.astype(float), set(range(len(kernel)))
    for pick in picks:
        now = np.array([(np.maximum(kernel[r] - covered, 0) * weights).sum() for r in sorted(left)])
        if len(now) > 1 and np.partition(now, -2)[-2] >= now.max() - 1e-9:
            return True
        covered = np.maximum(covered, kernel[pick])
        left.remove(int(pick))
    return False


def context(X, labeled=(), labels=(), *, model=None, n_classes=2, seed=0):
    labeled = np.asarray(labeled, dtype=int)
    return Context(
        pool=Pool(np.asarray(X, dtype=float)),
        classes=tuple("abcdefgh"[:n_classes]),
        candidates=np.setdiff1d(np.arange(len(X)), labeled),
        labeled=labeled,
        labels=np.asarray(labels, dtype=int),
        model=model,
        seed=(seed,),
    )


def groups(sizes, seed=0):
    """Points around far corners of a square, some here and some there."""
    rng = np.random.default_rng(seed)
    corners = np.array([[0, 0], [0, 30], [30, 0], [30, 30]])[: len(sizes)]
    where = np.repeat(np.arange(len(sizes)), sizes)
    return corners[where] + rng.normal(size=(len(where), 2)), where


def test_with_no_label_at_all_every_group_is_asked_about_once():
    X, where = groups((100, 100, 100, 100))
    query = UncertaintyHerding().select(context(X), 4)
    assert sorted(where[[int(i) for i in query]]) == [0, 1, 2, 3]


def test_of_unequal_groups_the_largest_gains_most():
    X, where = groups((40, 200, 60, 100))
    query = UncertaintyHerding().select(context(X), 1)
    assert where[int(query.ids[0])] == 1


def test_a_group_without_a_label_comes_before_those_with_one():
    X, where = groups((100, 100, 100, 100))
    query = UncertaintyHerding().select(context(X, [0, 100, 200], [0, 0, 1]), 1)
    assert where[int(query.ids[0])] == 3


def test_between_equal_groups_the_unsure_one_comes_first():
    X, where = groups((100, 100, 100))
    known = np.flatnonzero(where == 0)[:1].tolist() + np.flatnonzero(where == 1)[:1].tolist()

    class Unsure:
        classes_ = np.arange(2)

        def predict_proba(self, X):
            doubtful = X[:, 0] > 15
            return np.where(doubtful[:, None], [0.5, 0.5], [0.99, 0.01])

    given = context(X, known, [0, 1], model=Unsure())
    query = UncertaintyHerding().select(given, 5)
    assert (where[[int(i) for i in query]] == 2).all()


def test_a_class_that_is_short_of_labels_is_preferred():
    X, where = groups((100, 100, 100, 100))
    labeled = [*range(9), 100]  # nine labels of the first class, one of the second
    labels = [0] * 9 + [1]

    class Wavers:
        classes_ = np.arange(2)

        def predict_proba(self, X):
            second = X[:, 1] > 15
            return np.where(second[:, None], [0.4, 0.6], [0.6, 0.4])

    given = context(X, labeled, labels, model=Wavers())
    first = {
        balance: where[int(UncertaintyHerding(balance=balance).select(given, 1).ids[0])]
        for balance in (0.0, 2.0)
    }
    assert first[2.0] == 3, "the bare group that is predicted the second class"
    assert first[0.0] in (2, 3)


def test_a_model_that_is_sure_of_everything_leaves_what_lies_far_away():
    X, where = groups((100, 100, 100))

    class Sure:
        classes_ = np.arange(2)

        def predict_proba(self, X):
            return np.tile([1.0, 0.0], (len(X), 1))

    given = context(X, [0, 100], [0, 1], model=Sure())
    assert where[int(UncertaintyHerding().select(given, 1).ids[0])] == 2


def test_items_that_are_all_equal_can_be_asked_about():
    query = UncertaintyHerding().select(context(np.ones((20, 3)), [0], [1]), 5)
    assert len(set(query.ids)) == 5
    assert np.isfinite(query.utilities).all()


def test_a_batch_larger_than_the_sample_of_candidates_is_filled():
    X, _ = groups((100, 100))
    query = UncertaintyHerding(n_candidates=3, n_reference=5).select(context(X), 50)
    assert len(set(query.ids)) == 50


def test_the_screening_keeps_the_most_uncertain():
    X, _ = groups((300, 300))
    model = LogisticRegression().fit(X[[0, 599]], [0, 1])
    given = context(X, [0, 599], [0, 1], model=model)
    proba = model.predict_proba(X)[:, 0]
    most = np.argsort(np.abs(proba - 0.5))[:10]
    strategy = UncertaintyHerding(n_candidates=20)
    kept = strategy._screened(given, 5, given.rng)
    assert set(most) <= set(kept)
    assert len(set(kept.tolist())) == len(kept) == 20


def test_another_seed_draws_other_samples():
    X, _ = groups((400, 400))
    strategy = UncertaintyHerding(n_candidates=10, n_reference=20)
    asked = {strategy.select(replace(context(X), seed=(seed,)), 3).ids for seed in range(5)}
    assert len(asked) > 1


@pytest.mark.parametrize(
    ("arguments", "rule", "got", "remedy"),
    [
        ({"balance": -1}, "balance is a number of at least 0", "-1", "balance=1.0"),
        ({"balance": "much"}, "balance is a number", "much", "balance=1.0"),
        ({"balance": float("nan")}, "balance is a number", "nan", "balance=1.0"),
        ({"n_reference": 0}, "n_reference must be a whole number", "0", "n_reference=1000"),
        ({"n_candidates": 1.5}, "n_candidates must be a whole number", "1.5", "n_candidates="),
        ({"n_candidates": True}, "n_candidates must be a whole number", "True", "n_candidates="),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, rule, got, remedy):
    with refused(InvalidInput, rule, got, remedy):
        UncertaintyHerding(**arguments)
