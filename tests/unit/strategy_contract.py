"""What every strategy promises, as a class of tests that those of each strategy inherit."""

from __future__ import annotations

import tracemalloc
from functools import cache

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from unit_parts import blobs, refused

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.exceptions import PoolExhausted
from al_widgets.strategies import Strategy

CLASSES = ("a", "b", "c")


def context(n=40, n_labeled=9, *, model="fitted", seed=0):
    """What is known about `n` items, the first ones of which are labeled."""
    X, y = blobs(n, len(CLASSES))
    labeled = np.arange(min(n_labeled, n))
    if model == "fitted":
        model = LogisticRegression().fit(X[labeled], y[labeled])
    return Context(
        pool=Pool(X),
        classes=CLASSES,
        candidates=np.arange(len(labeled), n),
        labeled=labeled,
        labels=y[labeled],
        model=model,
        seed=(seed,),
    )


class StrategyContract:
    """What every strategy promises."""

    @pytest.fixture
    def strategy(self):
        raise NotImplementedError

    def test_it_is_a_strategy(self, strategy):
        assert isinstance(strategy, Strategy)

    def test_it_chooses_as_many_as_it_is_asked_for(self, strategy):
        assert len(strategy.select(context(), 7)) == 7

    def test_it_chooses_candidates_only(self, strategy):
        given = context()
        assert {int(i) for i in strategy.select(given, 20)} <= set(given.candidates.tolist())

    def test_it_chooses_nothing_twice(self, strategy):
        ids = strategy.select(context(), 20).ids
        assert len(set(ids)) == len(ids)

    def test_it_chooses_all_candidates_if_it_is_asked_for_so_many(self, strategy):
        assert sorted(map(int, strategy.select(context(n=12), 3))) == [9, 10, 11]

    def test_it_refuses_a_batch_larger_than_what_is_left(self, strategy):
        with refused(PoolExhausted, "that many candidates", "batch_size=50, 3 cand", "size<=3"):
            strategy.select(context(n=12), 50)

    def test_the_same_seed_chooses_the_same(self, strategy):
        queries = [strategy.select(context(seed=5), 6) for _ in range(2)]
        assert queries[0].ids == queries[1].ids
        assert np.array_equal(queries[0].utilities, queries[1].utilities)

    def test_it_changes_nothing_that_it_is_given(self, strategy):
        given = context()
        before = [np.array(x) for x in (given.pool.features, given.candidates, given.labeled)]
        strategy.select(given, 5)
        after = (given.pool.features, given.candidates, given.labeled)
        assert all(np.array_equal(x, y) for x, y in zip(before, after, strict=True))

    def test_arrays_that_cannot_be_written_are_enough(self, strategy):
        given = context()
        for array in (given.pool.features, given.candidates, given.labeled, given.labels):
            array.flags.writeable = False
        assert len(strategy.select(given, 5)) == 5

    def test_a_pool_of_one_item_is_enough(self, strategy):
        given = context(n=1, n_labeled=0, model=None)
        assert strategy.select(given, 1).ids == ("0",)

    def test_it_works_without_a_model(self, strategy):
        assert len(strategy.select(context(n_labeled=0, model=None), 5)) == 5

    def test_it_works_when_the_model_has_not_met_every_class(self, strategy):
        X, _ = blobs(40)
        model = LogisticRegression().fit(X[:6], [0, 2, 0, 2, 0, 2])
        assert len(strategy.select(context(model=model), 5)) == 5

    def test_it_tells_utilities_in_falling_order_and_its_name(self, strategy):
        query = strategy.select(context(), 8)
        assert query.utilities.shape == (8,)
        assert (np.diff(query.utilities) <= 0).all()
        assert query.strategy
        assert query.n_labeled == 9

    def test_items_that_are_all_equal_can_be_asked_about(self, strategy):
        query = strategy.select(odd(np.ones((40, 4))), 5)
        assert len(set(query.ids)) == 5
        assert not np.isnan(query.utilities).any()

    def test_constant_columns_do_no_harm(self, strategy):
        X, _ = blobs(40)
        X[:, 1:3] = 7
        assert len(strategy.select(odd(X), 5)) == 5

    def test_sparse_features_are_enough(self, strategy):
        X, _ = blobs(40)
        assert len(strategy.select(odd(sparse.csr_array(np.where(X > 0, X, 0))), 5)) == 5


class OfAnySize(StrategyContract):
    """Of a strategy that keeps its promises on large pools too."""

    def test_a_million_items_cost_little_memory_beyond_the_pool(self, strategy):
        given = a_million()
        given.rows(slice(1))  # what is computed once for the pool is not the strategy's
        tracemalloc.start()
        try:
            query = strategy.select(given, 10)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert len(set(query.ids)) == 10
        assert peak < 200 * 2**20


def odd(X):
    """What is known about items of these features, the first six of which are labeled."""
    labels = np.array([0, 1, 2, 0, 1, 2])
    model = LogisticRegression().fit(X[:6], labels)
    return Context(
        pool=Pool(X),
        classes=CLASSES,
        candidates=np.arange(6, X.shape[0]),
        labeled=np.arange(6),
        labels=labels,
        model=model,
    )


@cache
def a_million():
    """A million items of two features."""
    X = np.random.default_rng(0).normal(size=(1_000_000, 2)).astype(np.float32)
    labels = np.array([0, 1, 2, 0])
    return Context(
        pool=Pool(X),
        classes=CLASSES,
        candidates=np.arange(4, 1_000_000),
        labeled=np.arange(4),
        labels=labels,
        model=LogisticRegression().fit(X[:4], labels),
    )
