from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.sampling._guarding import held_back

LOW, HIGH = 0, 1


def two_heaps(**arguments):
    """Two heaps of 60 items, low at 0 and high at 20, 10 of each labeled; a third at 40, unseen."""
    rng = np.random.default_rng(0)
    X = rng.normal(0, 1, (180, 3))
    X[:, 0] += np.repeat([0, 20, 40], 60)
    labeled = np.r_[np.arange(10), np.arange(60, 70)]
    labels = np.repeat([LOW, HIGH], 10)
    return Context(
        pool=Pool(X),
        classes=("low", "high"),
        candidates=np.setdiff1d(np.arange(180), labeled),
        labeled=labeled,
        labels=labels,
        model=LogisticRegression().fit(X[labeled], labels),
        **arguments,
    )


@pytest.fixture
def context():
    return two_heaps()


def test_an_item_that_lies_among_its_class_may_be_used(context):
    rows = [[0.5, 0.2, -0.3], [20.5, 0.2, -0.3]]
    assert held_back(context, rows, np.array([LOW, HIGH]), [(0,), (60,)]) == ["", ""]


def test_a_copy_of_its_parent_is_nothing_new(context):
    row = context.pool.features[[3]] + 1e-4
    assert held_back(context, row, np.array([LOW]), [(3,)]) == ["nearly the same as a labeled item"]


def test_of_two_that_are_made_alike_the_second_is_held_back(context):
    rows = [[0.5, 0.2, -0.3], [0.1, 0.9, 0.3], [0.5, 0.2, -0.3]]
    held = held_back(context, rows, np.zeros(3, dtype=int), [(0,), (1,), (2,)])
    assert held == ["", "", "nearly the same as another that was made with it"]


@pytest.mark.parametrize("in_pool", [True, False])
def test_an_item_that_was_made_before_is_not_made_again(context, in_pool):
    rows, known = [[0.5, 0.2, -0.3]], [[0.5, 0.2, -0.3]]
    if in_pool:
        pool = context.pool.fork()
        pool.grow(["made"], known)
        context, known = replace(context, pool=pool, made=np.array([180])), None
    held = held_back(context, rows, np.array([LOW]), [(0,)], known)
    assert held == ["nearly the same as one that was made before"]


def test_an_item_that_lies_near_nothing_is_far(context):
    [reason] = held_back(context, [[0.0, 90.0, 0.0]], np.array([LOW]), [(0,)])
    assert reason.startswith("far from all that is known of low: ")
    assert "times as far from the nearest as neighbors are" in reason


def test_an_item_that_fills_a_gap_is_not_far(context):
    assert held_back(context, [[40.5, 0.2, -0.3]], np.array([HIGH]), [(60,)]) == [""]


def test_an_item_whose_class_nobody_knows_is_compared_with_the_pool(context):
    rows = [[0.5, 0.2, -0.3], [0.0, 90.0, 0.0]]
    near, far = held_back(context, rows, np.array([-1, -1]), [(0,), (0,)])
    assert near == ""
    assert far.startswith("far from all that is known of the pool")


def test_an_item_in_the_midst_of_another_class_is_held_back(context):
    [reason] = held_back(context, [[20.5, 0, 0]], np.array([LOW]), [(0,)])
    assert reason == (
        "a model that does not know it is 100 % sure that it is high, and so is the nearest label"
    )


def test_where_no_distance_tells_the_model_says_it_is_of_another_class():
    rng = np.random.default_rng(0)
    X = np.sort(rng.uniform(0, 1, 200))[:, None]
    labeled = np.arange(0, 200, 10)
    labels = (labeled >= 100).astype(int)
    labels[1] = HIGH  # so that what is high is not far from there
    model = LogisticRegression(C=1e4).fit(X[labeled], (labeled >= 100).astype(int))
    context = Context(
        pool=Pool(X),
        classes=("low", "high"),
        candidates=np.setdiff1d(np.arange(200), labeled),
        labeled=labeled,
        labels=labels,
        model=model,
    )
    row = X[[12]] + 1e-3
    [reason] = held_back(context, row, np.array([HIGH]), [(10,)])
    assert reason.endswith("% sure that it is low, and so is the nearest label")


def test_a_model_is_not_asked_about_the_classes_of_the_parents(context):
    assert held_back(context, [[40.5, 0, 0]], np.array([LOW]), [(0, 60)]) == [""]


def test_a_sure_model_is_not_believed_where_the_nearest_label_says_otherwise(context):
    class AllHigh:
        classes_ = np.array([LOW, HIGH])

        def predict_proba(self, X):
            return np.tile([0.0, 1.0], (len(X), 1))

    context = replace(context, model=AllHigh())
    assert held_back(context, [[0.5, 0.2, -0.3]], np.array([LOW]), [(0,)]) == [""]


def test_without_a_model_distances_alone_decide(context):
    rows = [[0.5, 0.2, -0.3], [0.0, 90.0, 0.0]]
    held = held_back(replace(context, model=None), rows, np.array([LOW, LOW]), [(0,), (1,)])
    assert [bool(reason) for reason in held] == [False, True]


def test_nothing_made_is_nothing_held(context):
    assert held_back(context, context.pool.features[:0], np.empty(0, dtype=int), []) == []


def test_sparse_rows_are_taken():
    rng = np.random.default_rng(0)
    X = sparse.csr_matrix(np.where(rng.random((60, 8)) < 0.5, rng.random((60, 8)), 0))
    context = Context(
        pool=Pool(X),
        classes=("low", "high"),
        candidates=np.arange(10, 60),
        labeled=np.arange(10),
        labels=np.arange(10) % 2,
    )
    held = held_back(context, X[[0, 20]], np.array([0, 0]), [(0,), (2,)])
    assert held == ["nearly the same as a labeled item", ""]


@given(st.integers(0, 1000))
@settings(deadline=None, max_examples=20)
def test_the_same_items_are_held_back_for_the_same_reasons(seed):
    context, rng = two_heaps(), np.random.default_rng(seed)
    rows, labels = rng.normal(0, 20, (12, 3)), rng.integers(-1, 2, 12)
    parents = [(0,)] * 12
    first = held_back(context, rows, labels, parents)
    assert first == held_back(context, rows, labels, parents)
    assert len(first) == 12
