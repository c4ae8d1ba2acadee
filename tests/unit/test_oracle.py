from __future__ import annotations

import numpy as np
import pytest
from unit_parts import CLASSES, blobs, make_learner, make_pool, refused

from al_widgets import Pool, SimulatedOracle
from al_widgets.exceptions import InvalidInput


def test_it_answers_the_truth(pool, truth):
    oracle = SimulatedOracle(list(truth.values()))
    assert {item: oracle.answer(pool, item) for item in pool.ids} == truth


def test_it_knows_items_by_their_ids():
    pool = Pool(np.eye(2), ids=["x", "y"])
    assert SimulatedOracle([7, 8]).answer(pool, "y") == 8


def test_its_answers_are_plain_values(pool):
    assert type(SimulatedOracle(np.arange(12)).answer(pool, "3")) is int


def test_a_share_of_its_answers_is_wrong():
    pool = make_pool(2000)
    oracle = SimulatedOracle(np.arange(2000) % 3, noise=0.3)
    wrong = [oracle.answer(pool, item) != int(item) % 3 for item in pool.ids]
    assert 0.25 < np.mean(wrong) < 0.35


def test_an_item_that_is_answered_wrongly_always_is(pool):
    oracle = SimulatedOracle(np.arange(12) % 3, noise=0.5)
    first = [oracle.answer(pool, item) for item in pool.ids]
    assert [oracle.answer(pool, item) for item in pool.ids] == first


def test_it_refuses_another_pool(pool):
    with refused(InvalidInput, "one label for each item", "3 labels, 12 items", "this pool"):
        SimulatedOracle([1, 2, 3]).answer(pool, "0")


@pytest.mark.parametrize(
    ("wrong", "rule"), [({"noise": 1.5}, "noise"), ({"noise": -1}, "noise"), ({"seconds": -1}, "s")]
)
def test_it_refuses_what_makes_no_sense(wrong, rule):
    with refused(InvalidInput, rule, str(next(iter(wrong.values()))), "Pass"):
        SimulatedOracle([1, 2], **wrong)


def test_it_teaches_until_the_budget_is_spent():
    X, y = blobs(40)
    learner = make_learner(Pool(X), budget=20, batch_size=4)
    learner.teach(SimulatedOracle(np.array(CLASSES)[y], seconds=1.5))
    assert learner.budget.remaining == 0
    assert (learner.labels["seconds"] == 1.5).all()
    assert learner.history["n_labels"].tolist() == [4, 8, 12, 16, 20]


def test_it_teaches_as_much_as_is_asked_for_and_goes_on_later():
    X, y = blobs(40)
    learner = make_learner(Pool(X), budget=20, batch_size=4)
    oracle = SimulatedOracle(np.array(CLASSES)[y])
    learner.teach(oracle, n=6)
    assert learner.budget.spent == 6
    learner.teach(oracle, n=3)
    assert learner.budget.spent == 9
