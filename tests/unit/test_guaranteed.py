"""`al.thresholds.Guaranteed`: labels are accepted only where an audit shows that they may be."""

from __future__ import annotations

import json

import numpy as np

from al_widgets.thresholds import Checks, Guaranteed, Stretch


def checks(is_wrong, confidence=0.97, probability=1.0):
    n = len(is_wrong)
    return Checks(
        np.broadcast_to(confidence, n).astype(float),
        np.array(is_wrong, dtype=bool),
        np.broadcast_to(probability, n).astype(float),
        np.arange(n),
    )


def stretch(confidence):
    n = len(confidence)
    return Stretch(confidence, np.zeros(n, dtype=bool), np.zeros(n), 0, n, n)


class TestGuaranteed:
    def test_without_evidence_nothing_is_accepted(self):
        threshold = Guaranteed()
        assert threshold.scan(stretch(np.ones(50))).all()
        assert threshold.share == 1

    def test_sixty_answers_without_an_error_are_too_few_and_a_hundred_and_ten_enough(self):
        threshold = Guaranteed(0.05, 0.95)
        threshold.learn(checks([False] * 58))
        assert threshold.value > 1
        threshold.learn(checks([False] * 110))
        assert threshold.value <= 0.97

    def test_where_more_is_wrong_than_allowed_nothing_is_accepted(self):
        threshold = Guaranteed(0.05)
        threshold.learn(checks(np.arange(2000) % 12 == 0))
        assert threshold.value > 1

    def test_it_accepts_only_where_the_model_is_right(self):
        rng, threshold = np.random.default_rng(0), Guaranteed(0.05)
        confidence = rng.uniform(0.5, 1.0, 1500)
        threshold.learn(checks((confidence < 0.8) & (rng.random(1500) < 0.5), confidence))
        assert 0.7 <= threshold.value <= 0.85

    def test_in_small_steps_it_learns_the_same(self):
        rng = np.random.default_rng(0)
        confidence, wrong = rng.uniform(0.5, 1.0, 400), rng.random(400) < 0.02
        one, other = Guaranteed(), Guaranteed()
        one.learn(checks(wrong, confidence))
        for n in range(0, 401, 7):
            other.learn(checks(wrong[:n], confidence[:n]))
        other.learn(checks(wrong, confidence))
        assert one.value == other.value <= 1

    def test_after_a_restart_and_with_the_same_answers_it_is_what_it_was(self):
        one, other, known = Guaranteed(), Guaranteed(), checks([False] * 120)
        one.learn(known)
        one.scan(stretch(np.ones(300)))
        other.restore(json.loads(json.dumps(one.state)))
        other.learn(known)
        assert (other.value, other.share) == (one.value, one.share)

    def test_an_answer_that_is_taken_back_counts_no_more(self):
        threshold = Guaranteed()
        threshold.learn(checks([False] * 120))
        threshold.learn(checks([True] * 30 + [False] * 30))
        assert threshold.value > 1

    def test_fewer_items_are_drawn_the_more_were_above_it(self):
        threshold = Guaranteed(audit=0.04)
        threshold.learn(checks([False] * 120))
        shares = [threshold.share]
        for _ in range(3):
            threshold.scan(stretch(np.ones(2000)))
            shares.append(threshold.share)
        assert shares == sorted(shares, reverse=True)
        assert shares[-1] == 0.04

    def test_when_draws_speak_against_it_everything_is_asked_again(self):
        threshold = Guaranteed()
        threshold.learn(checks([False] * 120 + [True] * 5, probability=0.5))
        assert threshold.value > 1
        assert threshold.share == 1
        assert threshold.n_revoked == 1

    def test_it_learns_anew_after_that(self):
        threshold = Guaranteed()
        threshold.learn(checks([False] * 120 + [True] * 5 + [False] * 300))
        assert threshold.value <= 0.97

    def test_an_error_now_and_then_is_no_reason(self):
        threshold = Guaranteed()
        threshold.learn(checks(np.arange(2000) % 100 == 50))
        assert threshold.value <= 0.97
        assert threshold.n_revoked == 0

    def test_a_model_that_was_wrong_when_it_was_young_is_forgiven(self):
        threshold = Guaranteed()
        threshold.learn(checks([True, False] * 20 + [False] * 300))
        assert threshold.value <= 0.97

    def test_of_forty_streams_just_above_the_promise_hardly_any_is_accepted_from(self):
        rng, ever = np.random.default_rng(0), 0
        for _ in range(40):
            threshold, wrong = Guaranteed(0.05, 0.95), rng.random(600) < 0.06
            is_certified = False
            for n in range(20, 601, 20):
                threshold.learn(checks(wrong[:n]))
                is_certified |= threshold.value <= 1
            ever += is_certified
        assert ever <= 4
