"""Synthesized items at the end of a pool: nothing that is chosen or told counts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skactiveml import pool as skactiveml_pool
from strategy_contract import context

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.explaining import explain
from al_widgets.strategies import (
    Entropy,
    FromSkactiveml,
    KCenter,
    QueryByCommittee,
    Random,
    Typical,
    UncertaintyHerding,
)

STRATEGIES = {
    "Random": Random(),
    "Entropy": Entropy(),
    "UncertaintyHerding": UncertaintyHerding(n_reference=50),
    "Typical": Typical(),
    "KCenter": KCenter(),
    "QueryByCommittee": QueryByCommittee(),
    "CoreSet": FromSkactiveml(skactiveml_pool.CoreSet()),
    "Badge": FromSkactiveml(skactiveml_pool.Badge()),
    "TypiClust": FromSkactiveml(skactiveml_pool.TypiClust()),
    "MonteCarloEER": FromSkactiveml(skactiveml_pool.MonteCarloEER()),
}


def among(context, where):
    """The same, with synthesized items before some of the items that came last."""
    n = len(context.pool)
    pool = context.pool.fork()
    late = context.pool.features[:3] + 0.1
    rows = np.insert(late, where, 7.0, axis=0)
    is_made = np.insert(np.zeros(3, dtype=bool), where, True)
    pool.grow([f"new-{i}" for i in range(len(rows))], rows)
    return replace(
        context,
        pool=pool,
        candidates=np.concatenate([context.candidates, n + np.flatnonzero(~is_made)]),
        made=n + np.flatnonzero(is_made),
    )


def features_of(query, pool):
    return pool.features[[pool.position(item) for item in query.ids]]


@pytest.mark.parametrize("name", STRATEGIES)
def test_strategies_choose_as_if_nothing_had_been_made(name):
    n = 15 if name == "MonteCarloEER" else 90
    plain, made = (among(context(n=n), where) for where in ([], [0, 0, 2, 3]))
    assert len(made.made) == 4
    n_asked = 1 if name == "MonteCarloEER" else 6
    one, other = (STRATEGIES[name].select(each, n_asked) for each in (plain, made))
    assert np.array_equal(features_of(one, plain.pool), features_of(other, made.pool))
    assert one.utilities == pytest.approx(other.utilities)


def test_of_those_that_are_alike_what_was_made_is_none():
    X = np.repeat([[0.0], [50.0]], 30, axis=0) + np.linspace(0, 1, 60)[:, None]
    pool = Pool(X)
    pool.grow([f"made-{i}" for i in range(9)], np.full((9, 1), 0.5))
    given = Context(
        pool=pool,
        classes=("a", "b"),
        candidates=np.arange(1, 60),
        labeled=np.array([0]),
        labels=np.array([0]),
        made=np.arange(60, 69),
    )
    assert pool.geometry.variations is not None
    assert "one of 30 alike, 1 labeled" in explain(given, np.array([3]))[0]


@given(st.sets(st.integers(0, 29)))
def test_real_items_are_all_but_those_that_were_made(made):
    at = np.array(sorted(made), dtype=int)
    given = Context(
        pool=Pool(np.eye(30)), classes=("a", "b"), candidates=np.empty(0, dtype=int), made=at
    )
    real = given.real()
    assert real.tolist() == [i for i in range(30) if i not in made]
    assert given.numbers(real).tolist() == list(range(given.n_real))
