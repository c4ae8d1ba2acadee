"""`al.thresholds`: below which confidence an item of a stream is asked about."""

from __future__ import annotations

import json
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit_parts import refused

import al_widgets as al
from al_widgets.exceptions import InvalidInput
from al_widgets.thresholds import (
    Checks,
    Fixed,
    Guaranteed,
    Paced,
    Randomized,
    Stretch,
    TargetRate,
    as_threshold,
)

MUCH = 10**9
MAKERS = {
    "fixed": lambda: Fixed(0.9),
    "rate": lambda: TargetRate(0.1),
    "paced": lambda: Paced(700),
    "guaranteed": lambda: Guaranteed(0.05),
    "randomized": lambda: Randomized(0.8),
    "randomized rate": lambda: Randomized(TargetRate(0.1), sigma=1),
}
ADAPTIVE = pytest.mark.parametrize("name", MAKERS)


def confidences(kind, n, seed=0):
    rng, when = np.random.default_rng(seed), np.arange(n) / n
    some = 1 - 0.5 * rng.beta(0.5, 3, n)
    return {
        "shuffled": some,
        "sorted": 1 - 0.7 * rng.random(n) * rng.random(10)[(10 * when).astype(int)],
        "drifting": 1 - 0.3 * rng.random(n) * np.exp(-3 * when),
        "suddenly sure": np.where(when < 0.5, some, 1 - 1e-4 * (1 - some)),
        "all 1.0": np.ones(n),
        "of a forest": np.round(some, 1),
    }[kind]


STREAMS = pytest.mark.parametrize(
    "kind", ["shuffled", "sorted", "drifting", "suddenly sure", "all 1.0", "of a forest"]
)


def follow(threshold, confidence, *, cuts=(), drawn=None, left=MUCH, most=MUCH, between=None):
    """Let a stream pass; return which items are asked about, and the last threshold."""
    n = len(confidence)
    drawn = np.zeros(n, dtype=bool) if drawn is None else drawn
    coins = np.random.default_rng(5).random(n)
    asked, done, ends = [], 0, sorted({*cuts, n})
    while done < n and left > 0:
        end = next(end for end in ends if end > done)
        here = slice(done, end)
        room = min(most, left)
        part = threshold.scan(Stretch(confidence[here], drawn[here], coins[here], done, left, room))
        assert part.dtype == bool
        assert part.sum() <= room
        assert (part >= drawn[here][: len(part)]).all()
        asked.extend(part.tolist())
        done, left = done + len(part), left - int(part.sum())
        threshold = between(threshold) if between else threshold
    return np.array(asked), threshold


class TestWhatIsAThreshold:
    def test_the_package_is_public(self):
        assert al.thresholds.Fixed is Fixed

    def test_a_number_is_a_fixed_one(self):
        assert as_threshold(0.7).value == 0.7

    def test_a_threshold_stays_what_it_is(self):
        threshold = TargetRate(0.1)
        assert as_threshold(threshold) is threshold

    @pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "0.8", None, True])
    def test_nothing_else_is_one(self, value):
        with refused(InvalidInput, "confidence from 0 to 1", repr(value), "threshold=0.8"):
            as_threshold(value)

    @pytest.mark.parametrize(
        ("make", "rule", "got"),
        [
            (lambda: Fixed(1.5), "value is a number from 0 to 1", "1.5"),
            (lambda: Fixed(float("nan")), "value is a number", "nan"),
            (lambda: TargetRate(0), "rate is a number greater than 0", "0"),
            (lambda: TargetRate(1.01), "rate is a number", "1.01"),
            (lambda: TargetRate("much"), "rate is a number", "much"),
            (lambda: Paced(0), "length is a whole number", "0"),
            (lambda: Paced(-3), "length is a whole number", "-3"),
            (lambda: Paced(10.5), "length is a whole number", "10.5"),
            (lambda: Guaranteed(0), "error is a number greater than 0", "0"),
            (lambda: Guaranteed(0.9), "error is a number", "0.9"),
            (lambda: Guaranteed(level=0.2), "level is a number", "0.2"),
            (lambda: Guaranteed(level=1.0), "level is less than 1", "1.0"),
            (lambda: Guaranteed(audit=0), "audit is a number", "0"),
            (lambda: Randomized(0.8, sigma=0), "sigma is a number", "0"),
            (lambda: Randomized(3), "confidence from 0 to 1", "3"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, make, rule, got):
        with refused(InvalidInput, rule, got, "Pass"):
            make()


class TestWhatAllPromise:
    @ADAPTIVE
    @settings(max_examples=25, deadline=None)
    @given(
        cuts=st.lists(st.integers(1, 699), max_size=12),
        most=st.integers(1, 40),
        seed=st.integers(0, 5),
        kind=st.sampled_from(["shuffled", "sorted", "all 1.0", "of a forest"]),
    )
    def test_it_decides_alike_however_the_stream_is_cut(self, name, cuts, most, seed, kind):
        confidence = confidences(kind, 700, seed)
        drawn = np.random.default_rng(seed).random(700) < 0.03
        whole, _ = follow(MAKERS[name](), confidence, drawn=drawn, left=60)
        cut, _ = follow(MAKERS[name](), confidence, drawn=drawn, left=60, cuts=cuts, most=most)
        assert (whole == cut).all()

    @ADAPTIVE
    @settings(max_examples=15, deadline=None)
    @given(at=st.integers(1, 699), seed=st.integers(0, 5))
    def test_it_decides_alike_after_a_restart(self, name, at, seed):
        def restarted(threshold):
            other = MAKERS[name]()
            other.restore(json.loads(json.dumps(threshold.state)))
            assert other.value == threshold.value
            return other

        confidence = confidences("shuffled", 700, seed)
        whole, _ = follow(MAKERS[name](), confidence, left=60)
        again, _ = follow(MAKERS[name](), confidence, left=60, cuts=[at], between=restarted)
        assert (whole == again).all()

    @ADAPTIVE
    def test_a_copy_goes_its_own_way(self, name):
        _, threshold = follow(MAKERS[name](), confidences("shuffled", 200))
        before = json.dumps(threshold.state)
        follow(deepcopy(threshold), confidences("sorted", 300))
        assert json.dumps(threshold.state) == before

    @pytest.mark.parametrize("state", [{}, TargetRate(0.2).state, Fixed(0.5).state])
    def test_the_state_of_another_one_is_not_taken_over(self, state):
        _, threshold = follow(TargetRate(0.1), confidences("shuffled", 200))
        threshold.restore(state)
        assert threshold.state == TargetRate(0.1).state

    @ADAPTIVE
    def test_a_drawn_item_is_judged_like_any_other(self, name):
        confidence, n = confidences("shuffled", 300), 300
        everything = Stretch(confidence, np.ones(n, bool), np.zeros(n), 0, MUCH, MUCH)
        assert MAKERS[name]().scan(everything).all()
        assert len(MAKERS[name]().judge(everything)) == n

    @ADAPTIVE
    def test_an_empty_stretch_is_no_trouble(self, name):
        nothing = np.empty(0)
        empty = Stretch(nothing, nothing.astype(bool), nothing, 0, 5, 5)
        assert len(MAKERS[name]().scan(empty)) == 0


class TestFixed:
    def test_what_is_below_is_asked_about(self):
        asked, _ = follow(Fixed(0.8), np.array([0.79, 0.8, 0.81, np.nan]))
        assert asked.tolist() == [True, False, False, True]

    def test_it_ends_with_the_last_item_there_is_room_for(self):
        confidence = np.array([0.9, 0.1, 0.9, 0.1, 0.9])
        stretch = Stretch(confidence, np.zeros(5, bool), np.zeros(5), 0, 9, 2)
        assert Fixed(0.8).scan(stretch).tolist() == [False, True, False, True]


class TestTargetRate:
    @STREAMS
    @pytest.mark.parametrize("rate", [0.02, 0.1, 0.5, 1.0])
    def test_it_keeps_to_its_rate_on_every_stream(self, kind, rate):
        asked, _ = follow(TargetRate(rate), confidences(kind, 3000))
        wanted = rate * np.arange(1, 3001)
        assert (np.abs(asked.cumsum() - wanted) <= 1 + 0.05 * wanted).all()
        assert asked.mean() == pytest.approx(rate, rel=0.1)

    def test_of_a_stream_that_does_not_change_it_asks_about_the_least_sure(self):
        confidence = confidences("shuffled", 5000)
        asked, _ = follow(TargetRate(0.05), confidence)
        best = np.sort(confidence)[:250].mean()
        assert confidence[asked].mean() < best + 0.1 * (confidence.mean() - best)

    def test_among_equals_chance_decides(self):
        asked, _ = follow(TargetRate(0.1), np.ones(5000))
        gaps = np.diff(np.flatnonzero(asked))
        assert len(set(gaps.tolist())) > 10

    def test_drawn_items_count(self):
        drawn = np.random.default_rng(0).random(3000) < 0.06
        asked, _ = follow(TargetRate(0.1), confidences("shuffled", 3000), drawn=drawn)
        assert asked.mean() == pytest.approx(0.1, rel=0.1)

    def test_after_a_beginning_without_a_model_it_still_asks_meanwhile(self):
        drawn = np.arange(3000) < 60
        asked, _ = follow(TargetRate(0.05), confidences("shuffled", 3000), drawn=drawn)
        assert 20 <= asked[60:1200].sum() <= 35
        assert asked.mean() == pytest.approx(0.05, rel=0.1)

    def test_its_value_is_the_confidence_that_this_share_is_below(self):
        confidence = np.random.default_rng(0).random(4000)
        _, threshold = follow(TargetRate(0.2), confidence)
        assert threshold.value == pytest.approx(0.2, abs=0.1)

    def test_what_it_keeps_does_not_grow(self):
        _, short = follow(TargetRate(0.1), confidences("shuffled", 1_000))
        _, long = follow(TargetRate(0.1), confidences("shuffled", 20_000))
        assert len(json.dumps(long.state)) < 1.6 * len(json.dumps(short.state)) < 4_000


class TestPaced:
    @STREAMS
    @pytest.mark.parametrize("budget", [20, 100, 1000])
    def test_at_the_expected_end_the_budget_is_nearly_spent(self, kind, budget):
        asked, _ = follow(Paced(3000), confidences(kind, 3000), left=budget)
        assert 0.9 * budget <= asked.sum() <= budget

    @STREAMS
    def test_half_way_half_of_it_is_spent(self, kind):
        asked, _ = follow(Paced(3000), confidences(kind, 3000), left=200)
        assert 85 <= asked[:1500].sum() <= 110

    def test_a_stream_that_goes_on_still_finds_some_left(self):
        asked, _ = follow(Paced(1000), confidences("shuffled", 4000), left=300)
        parts = asked.reshape(4, 1000).sum(axis=1)
        assert parts[0] >= 270
        assert parts[1] >= 1
        assert parts.sum() <= 300

    def test_a_larger_budget_is_spread_over_what_is_still_to_come(self):
        confidence = confidences("shuffled", 2000)
        first, threshold = follow(Paced(2000), confidence[:1000], left=100)
        second, _ = follow(threshold, confidence[1000:], left=250)
        assert 40 <= first.sum() <= 58
        assert 0.9 * 250 <= second.sum() <= 250
        assert second[:200].sum() <= 65

    def test_after_a_beginning_that_was_dear_the_rest_lasts_to_the_end(self):
        drawn = np.arange(3000) < 50
        asked, _ = follow(Paced(3000), confidences("shuffled", 3000), drawn=drawn, left=200)
        assert np.diff(np.flatnonzero(asked)).max() < 150
        assert 180 <= asked.sum() <= 200


class TestRandomized:
    def test_what_is_asked_about_without_it_still_is(self):
        confidence = confidences("shuffled", 3000)
        asked, _ = follow(Randomized(0.8), confidence)
        assert asked[confidence < 0.8].all()

    def test_what_is_sure_is_asked_about_now_and_then(self):
        asked, _ = follow(Randomized(0.8, sigma=1), np.ones(20_000))
        assert asked.mean() == pytest.approx(0.01 / 0.21, rel=0.15)

    def test_what_is_near_is_asked_about_more_often(self):
        asked, _ = follow(Randomized(0.8), np.tile([0.82, 0.99], 5000))
        assert asked[::2].mean() > 5 * asked[1::2].mean() > 0

    def test_a_rate_is_kept(self):
        asked, _ = follow(Randomized(TargetRate(0.1)), confidences("shuffled", 3000))
        assert asked.mean() == pytest.approx(0.1, rel=0.1)

    def test_evidence_and_wishes_are_handed_on(self):
        threshold = Randomized(Guaranteed(0.05))
        assert threshold.share == 1
        right = np.zeros(150, dtype=bool)
        threshold.learn(Checks(np.full(150, 0.97), right, np.ones(150), np.arange(150)))
        assert threshold.value <= 0.97
