from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from strategy_contract import CLASSES, OfAnySize, context
from unit_parts import SaysNaN, blobs, refused

from al_widgets import Pool, PoolBasedSampling
from al_widgets.context import CHUNK, Context
from al_widgets.exceptions import InvalidInput, ModelError
from al_widgets.strategies import (
    Entropy,
    FromFunction,
    LeastConfident,
    Margin,
    Random,
    as_strategy,
    entropy,
    least_confident,
    margin,
)


class TestRandom(OfAnySize):
    @pytest.fixture
    def strategy(self):
        return Random()

    def test_every_candidate_has_the_same_chance(self, strategy):
        times = Counter()
        for seed in range(600):
            times.update(strategy.select(context(seed=seed, model=None), 3).ids)
        expected = 600 * 3 / 31
        assert sum((times[str(i)] - expected) ** 2 / expected for i in range(9, 40)) < 61


class UncertaintyContract(OfAnySize):
    measure = None

    def test_it_chooses_the_highest_utilities(self, strategy):
        given = context()
        proba = given.model.predict_proba(given.pool.features[given.candidates])
        best = given.candidates[np.argsort(-type(self).measure(proba))[:5]]
        assert strategy.select(given, 5).ids == tuple(map(str, best))

    def test_without_a_model_it_draws_at_random(self, strategy):
        given = context(model=None)
        assert strategy.select(given, 5).ids == Random().select(given, 5).ids

    def test_it_refuses_probabilities_that_are_no_numbers(self, strategy):
        model = SaysNaN().fit(None, [0, 1, 2])
        with refused(ModelError, "must be numbers", "NaN from SaysNaN", "another model"):
            strategy.select(context(model=model), 5)


class TestLeastConfident(UncertaintyContract):
    measure = staticmethod(least_confident)

    @pytest.fixture
    def strategy(self):
        return LeastConfident()


class TestMargin(UncertaintyContract):
    measure = staticmethod(margin)

    @pytest.fixture
    def strategy(self):
        return Margin()


class TestEntropy(UncertaintyContract):
    measure = staticmethod(entropy)

    @pytest.fixture
    def strategy(self):
        return Entropy()


class TestAFunction(UncertaintyContract):
    measure = staticmethod(lambda proba: proba[:, 0])

    @pytest.fixture
    def strategy(self):
        return as_strategy(lambda proba: proba[:, 0])

    def test_it_bears_the_name_of_the_function(self):
        def likely_cats(proba):
            return proba[:, 0]

        assert as_strategy(likely_cats).select(context(), 2).strategy == "likely_cats"

    def test_one_that_returns_too_much_is_told(self):
        with refused(InvalidInput, "one utility for each row", "(31, 3) for 31", "Mend square"):
            FromFunction(np.square, name="square").select(context(), 2)

    def test_one_that_returns_no_numbers_is_told(self):
        broken = FromFunction(lambda proba: proba[:, 0] * np.nan, name="broken")
        with refused(ModelError, "must be a number", "NaN from broken", "Mend"):
            broken.select(context(), 2)

    def test_what_is_no_strategy_is_refused(self):
        with refused(InvalidInput, "select(context, batch_size)", "'margin'", "Margin()"):
            as_strategy("margin")
        with refused(InvalidInput, "select(context, batch_size)", "Margin", "instance: Margin()"):
            as_strategy(Margin)


class TestMeasures:
    """Computed by hand."""

    proba = np.array([[0.5, 0.3, 0.2], [1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.1, 0.45, 0.45]])

    def test_least_confident(self):
        assert least_confident(self.proba) == pytest.approx([0.5, 0.0, 2 / 3, 0.55])

    def test_margin(self):
        assert margin(self.proba) == pytest.approx([0.8, 0.0, 1.0, 1.0])

    def test_entropy(self):
        first = -(0.5 * math.log(0.5) + 0.3 * math.log(0.3) + 0.2 * math.log(0.2))
        last = -(0.1 * math.log(0.1) + 0.9 * math.log(0.45))
        assert entropy(self.proba) == pytest.approx([first, 0, math.log(3), last])

    def test_margin_of_two_classes(self):
        assert margin(np.array([[0.7, 0.3]])) == pytest.approx([0.6])

    @pytest.mark.parametrize("measure", [least_confident, margin, entropy])
    def test_the_order_of_the_classes_does_not_matter(self, measure):
        assert measure(self.proba[:, ::-1]) == pytest.approx(measure(self.proba))

    @pytest.mark.parametrize("measure", [least_confident, margin, entropy])
    def test_the_probabilities_are_not_changed(self, measure):
        before = self.proba.copy()
        measure(self.proba)
        assert (self.proba == before).all()


def test_ties_are_broken_at_random():
    level = FromFunction(lambda proba: np.zeros(len(proba)), name="level")
    given = context()
    seeds = [replace(given, seed=(seed,)) for seed in range(620)]
    times = Counter(level.select(seeded, 1).ids[0] for seeded in seeds)
    assert len(times) == 31
    assert max(times.values()) < 50


def test_ties_at_the_edge_of_the_batch_leave_out_no_better_item():
    steps = FromFunction(lambda proba: (np.arange(len(proba)) > 28).astype(float), name="steps")
    for seed in range(20):
        query = steps.select(context(seed=seed), 4)
        assert set(query.ids[:2]) == {"38", "39"}


def test_infinite_utilities_come_first_and_last():
    def measure(proba):
        utilities = np.zeros(len(proba))
        utilities[3], utilities[4] = np.inf, -np.inf
        return utilities

    query = FromFunction(measure).select(context(), 31)
    assert (query.ids[0], query.ids[-1]) == ("12", "13")


def test_probabilities_come_in_chunks_in_the_order_of_the_candidates():
    X = np.arange(CHUNK + 10, dtype=float)[:, None]
    model = LogisticRegression().fit(X[[0, -1]] / len(X), [0, 1])
    given = Context(
        pool=Pool(X / len(X)), classes=("a", "b"), candidates=np.arange(len(X)), model=model
    )
    for positions in (given.candidates, given.candidates[::-1], given.candidates[5:]):
        proba = np.concatenate(list(given.proba_chunks(positions)))
        assert (np.sign(np.diff(proba[:, 1])) == np.sign(np.diff(positions))).all()


def test_columns_stand_in_the_order_of_the_classes():
    X, _ = blobs(12)
    model = LogisticRegression().fit(X, [0, 2] * 6)
    given = Context(pool=Pool(X), classes=CLASSES, candidates=np.arange(12), model=model)
    [proba] = given.proba_chunks(given.candidates)
    assert proba.shape == (12, 3)
    assert (proba[:, 1] == 0).all()
    assert np.allclose(proba[:, [0, 2]], model.predict_proba(X))


def test_sampling_of_nothing_is_an_empty_query():
    assert not PoolBasedSampling().next(context(), 0)
    assert not PoolBasedSampling().next(context(n=9), 5)
