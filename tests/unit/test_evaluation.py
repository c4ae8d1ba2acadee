from __future__ import annotations

import math

import numpy as np
import pytest

from al_widgets.evaluation import Budget, labels_a_minute, validation_reserve
from al_widgets.shares import wilson


@pytest.mark.parametrize(
    ("n_correct", "n", "low", "high"),
    [  # computed with statsmodels' proportion_confint(method="wilson")
        (0, 10, 0.0, 0.277533),
        (5, 10, 0.236593, 0.763407),
        (10, 10, 0.722467, 1.0),
        (81, 263, 0.255332, 0.366185),
        (1, 1, 0.206549, 1.0),
        (900, 1000, 0.879850, 0.917045),
    ],
)
def test_the_interval_is_that_of_wilson(n_correct, n, low, high):
    assert wilson(n_correct, n) == pytest.approx((low, high), abs=1e-4)


def test_without_trials_the_interval_is_not_known():
    assert all(math.isnan(end) for end in wilson(0, 0))


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    shares = rng.uniform(0.05, 0.95, 3000)
    ends = [
        (share, *wilson(k, 40)) for share, k in zip(shares, rng.binomial(40, shares), strict=True)
    ]
    assert 0.935 < np.mean([low <= share <= high for share, low, high in ends]) < 0.965


def test_a_larger_budget_reserves_the_same_items_and_more():
    small = validation_reserve(1000, 0.2, 100, seed=1)
    large = validation_reserve(1000, 0.2, 300, seed=1)
    assert large[: len(small)].tolist() == small.tolist()
    assert len(large) > len(small)


def test_no_more_than_the_share_of_the_pool_is_reserved():
    assert len(validation_reserve(20, 0.2, 200, seed=0)) == 4


def test_without_a_share_nothing_is_reserved():
    assert len(validation_reserve(20, 0.0, 200, seed=0)) == 0


def test_the_reserve_has_no_item_twice():
    reserve = validation_reserve(100, 0.5, 500, seed=0)
    assert len(set(reserve.tolist())) == len(reserve)


def test_every_item_may_be_reserved_alike():
    n, seeds = 20, 2000
    drawn = np.zeros(n)
    for seed in range(seeds):
        drawn[validation_reserve(n, 0.2, 8, seed=seed)] += 1
    assert np.abs(drawn / seeds - 2 / n).max() < 0.035, "five standard deviations"


def test_a_budget_never_has_less_than_nothing_left():
    assert Budget(5, 7).remaining == 0
    assert Budget(5, 2).remaining == 3


def test_the_pace_counts_the_gaps_between_answers():
    assert labels_a_minute([0.0, 2.0, 4.0]) == 30


def test_what_was_labeled_in_one_step_counts_as_one_answer():
    assert labels_a_minute([0.0, 2.0, 4.0, *[6.0] * 1000, 8.0]) == 30


def test_a_break_is_no_work():
    assert labels_a_minute([0.0, 2.0, 4.0, 3604.0, 3606.0]) == 30


@pytest.mark.parametrize("times", [[], [1.0], [0.0, 3600.0], [1.0, 1.0]])
def test_without_gaps_there_is_no_pace(times):
    assert math.isnan(labels_a_minute(times))
