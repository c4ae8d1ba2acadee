"""`al.thresholds.Drift`: a stream is no longer what it was."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from al_widgets.thresholds import Checks, Drift


def checks(is_wrong):
    n = len(is_wrong)
    return Checks(np.ones(n), np.asarray(is_wrong, dtype=bool), np.ones(n), 10 * np.arange(n))


def falling(seed=0):
    """Confidences that fall at item 8,000."""
    rng = np.random.default_rng(seed)
    return np.r_[rng.uniform(0.8, 1.0, 8_000), rng.uniform(0.5, 1.0, 2_000)]


class TestTheConfidence:
    def test_while_nothing_moves_there_is_no_alarm(self):
        drift = Drift()
        assert not drift.see(np.random.default_rng(0).uniform(0.5, 1, 100_000), 0)
        assert drift.alarm is None

    def test_a_fall_is_noticed_and_said_in_words(self):
        drift = Drift()
        assert drift.see(falling(), 0)
        assert 8_000 < drift.alarm.number <= 8_500
        assert drift.alarm.what == "confidence"
        assert "mean confidence fell from 90" in drift.alarm.sentence

    def test_a_model_that_becomes_surer_is_no_alarm(self):
        drift = Drift()
        assert not drift.see(np.linspace(0.3, 0.99, 30_000), 0)

    def test_confidences_that_never_vary_are_no_alarm(self):
        assert not Drift().see(np.ones(20_000), 0)

    @settings(max_examples=20, deadline=None)
    @given(cuts=st.lists(st.integers(1, 9_999), max_size=8), seed=st.integers(0, 3))
    def test_it_finds_the_same_however_the_stream_is_cut(self, cuts, seed):
        whole, cut, confidence = Drift(), Drift(), falling(seed)
        whole.see(confidence, 0)
        ends = sorted({0, *cuts, 10_000})
        for start, end in pairwise(ends):
            cut.see(confidence[start:end], start)
            other = Drift()
            other.restore(json.loads(json.dumps(cut.state)))
            cut = other
        assert cut.state == whole.state


class TestTheError:
    def test_while_nothing_moves_there_is_no_alarm(self):
        assert not Drift().learn(checks(np.arange(1000) % 20 == 0))

    def test_a_model_that_is_wrong_more_often_is_noticed(self):
        drift = Drift()
        assert drift.learn(checks([*(np.arange(200) % 25 == 0), *[True, False] * 15]))
        assert drift.alarm.what == "error"
        assert 2_000 <= drift.alarm.number <= 2_200
        assert drift.alarm.before < 0.06 < drift.alarm.after
        assert "rose" in drift.alarm.sentence

    def test_each_answer_counts_once(self):
        wrong = [*(np.arange(200) % 25 == 0), *[True, False] * 15]
        one, other = Drift(), Drift()
        one.learn(checks(wrong))
        for n in range(0, len(wrong) + 1, 5):
            other.learn(checks(wrong[:n]))
        assert one.state == other.state


class TestCaution:
    def test_without_an_alarm_nothing_changes(self):
        drift, confidence = Drift(), np.array([0.3, 0.9])
        assert drift.caution == 0
        assert drift.share(0.1) == 0.1
        assert (drift.lowered(confidence) == confidence).all()

    def test_after_one_more_is_drawn_and_confidences_count_less_and_it_passes(self):
        drift = Drift()
        drift.see(falling(), 0)
        before = drift.caution
        assert 0.2 < before < 0.5
        assert drift.share(0.01) > 0.05
        assert 0.75 < drift.lowered(np.array([0.9]))[0] < 0.9
        drift.see(np.full(1_000, 0.75), 10_000)
        assert drift.caution == pytest.approx(before / 2)
        drift.see(np.full(9_000, 0.75), 11_000)
        assert drift.caution == 0

    def test_what_it_keeps_does_not_grow(self):
        short, long = Drift(), Drift()
        rng = np.random.default_rng(0)
        short.see(rng.random(10_100), 0)
        long.see(rng.random(200_100), 0)
        assert len(json.dumps(long.state)) < 1.1 * len(json.dumps(short.state))
