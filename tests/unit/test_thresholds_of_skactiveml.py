"""Stream strategies of scikit-activeml as thresholds."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skactiveml import stream as library
from skactiveml.stream import budgetmanager
from unit_parts import refused, run_python

from al_widgets.exceptions import InvalidInput
from al_widgets.thresholds import FromSkactiveml, Stretch, as_threshold

N = 200
RNG = np.random.default_rng(0)
CONFIDENCE, COINS, DRAWN = RNG.beta(4, 1, N), RNG.random(N), RNG.random(N) < 0.05

STRATEGIES = {
    "fixed": lambda: library.FixedUncertainty(classes=[0, 1, 2], budget=0.2),
    "variable": lambda: library.VariableUncertainty(budget=0.2),
    "random variable": lambda: library.RandomVariableUncertainty(budget=0.2, random_state=3),
    "split": lambda: library.Split(budget=0.2),
    "random": lambda: library.StreamRandomSampling(budget=0.2),
    "periodic": lambda: library.PeriodicSampling(budget=0.2),
    "quantile": lambda: library.VariableUncertainty(
        budget_manager=budgetmanager.BalancedIncrementalQuantileFilter(budget=0.2)
    ),
}
every_strategy = pytest.mark.parametrize("make", STRATEGIES.values(), ids=STRATEGIES)


def stretch(start=0, end=N, *, most=N, drawn=DRAWN):
    part = slice(start, end)
    return Stretch(CONFIDENCE[part], drawn[part], COINS[part], start=start, left=N, most=most)


def restored(threshold):
    """Another one that goes on where this one is, after a restart."""
    other = FromSkactiveml(threshold.strategy)
    other.restore(json.loads(json.dumps(threshold.state, allow_nan=False)))
    return other


@every_strategy
def test_it_asks_about_what_the_library_asks_about(make):
    threshold = FromSkactiveml(make())
    strategy, asked = copy.deepcopy(threshold.strategy), []
    given = {} if "clf" not in strategy.query.__code__.co_varnames else {"clf": threshold._model}
    for row in CONFIDENCE[:, None, None]:
        picks = strategy.query(row, **given)
        more = {"budget_manager_param_dict": {"utilities": 1 - row[:, 0]}} if given else {}
        strategy.update(row, picks, **more)
        asked.append(len(picks) == 1)
    none = np.zeros(N, dtype=bool)
    assert FromSkactiveml(make()).scan(stretch(drawn=none)).tolist() == asked
    assert 0 < np.mean(asked) < 0.4


@every_strategy
@settings(deadline=None, max_examples=8)
@given(data=st.data())
def test_however_the_stream_is_cut_the_same_is_asked_about_also_after_a_restart(make, data):
    whole = FromSkactiveml(make()).scan(stretch())
    threshold, start, parts = FromSkactiveml(make()), 0, []
    while start < N:
        n, most = data.draw(st.integers(1, N)), data.draw(st.integers(1, 30))
        part = threshold.scan(stretch(start, start + n, most=most))
        assert part.sum() <= most
        assert part.sum() == most or len(part) == min(n, N - start)
        parts.append(part)
        start += len(part)
        if data.draw(st.booleans()):
            threshold = restored(threshold)
    assert np.concatenate(parts).tolist() == whole.tolist()


@every_strategy
def test_drawn_items_are_asked_about_and_count_against_the_budget(make):
    drawn = np.arange(N) < N // 2
    asked = FromSkactiveml(make()).scan(stretch(drawn=drawn))
    assert asked[: N // 2].all()
    assert not asked[N // 2 : N // 2 + 20].any() or type(make()) is library.StreamRandomSampling


@every_strategy
def test_a_drawn_item_is_judged_like_any_other(make):
    judged = FromSkactiveml(make()).judge(stretch(drawn=np.ones(N, dtype=bool)))
    assert 0 <= judged.mean() < 1


@every_strategy
def test_it_begins_anew_where_the_state_is_another_ones(make):
    threshold = FromSkactiveml(make())
    threshold.scan(stretch())
    threshold.restore({})
    assert threshold.memory() == {}
    assert threshold.scan(stretch()).tolist() == FromSkactiveml(make()).scan(stretch()).tolist()


@every_strategy
def test_copies_share_nothing_and_the_given_strategy_stays_as_it_was(make):
    strategy = make()
    before = set(vars(strategy))
    threshold = FromSkactiveml(strategy)
    other = copy.deepcopy(threshold)
    threshold.scan(stretch())
    assert other.memory() == {}
    assert set(vars(strategy)) == before
    assert as_threshold(threshold) is threshold


@every_strategy
def test_the_line_in_the_picture_is_a_confidence(make):
    threshold = FromSkactiveml(make())
    threshold.scan(stretch())
    assert 0 <= threshold.value <= 1
    assert threshold.share is None


def test_no_confidence_is_the_least_confidence():
    threshold = FromSkactiveml(library.VariableUncertainty(budget=0.5))
    unknown = Stretch(np.array([np.nan]), np.array([False]), np.zeros(1), start=0, left=1, most=1)
    assert threshold.scan(unknown).tolist() == [True]


def test_a_random_state_is_copied():
    rng = np.random.RandomState(7)
    before = rng.get_state()[1].copy()
    one, other = (FromSkactiveml(library.Split(budget=0.2, random_state=rng)) for _ in range(2))
    assert one.scan(stretch()).tolist() == other.scan(stretch()).tolist()
    assert repr(one) == repr(other)
    assert (rng.get_state()[1] == before).all()


@pytest.mark.parametrize(
    "strategy",
    [
        library.StreamProbabilisticAL(),
        library.StreamDensityBasedAL(),
        library.VariableUncertainty,
        "split",
        None,
    ],
    ids=repr,
)
def test_what_looks_at_features_or_is_no_strategy_is_refused(strategy):
    with refused(InvalidInput, "chooses by the confidence", "", "VariableUncertainty"):
        FromSkactiveml(strategy)


def test_without_the_library_it_says_what_to_install():
    done = run_python(
        """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "skactiveml":
            raise ModuleNotFoundError(name, name="skactiveml")
sys.meta_path.insert(0, Absent())
from al_widgets.thresholds import FromSkactiveml
FromSkactiveml(None)
"""
    )
    assert "MissingExtra: FromSkactiveml needs scikit-activeml" in done.stderr
    assert "al_widgets[skactiveml]" in done.stderr
