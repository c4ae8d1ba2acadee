"""`learner.advice`: whether to stop, and why."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from unit_parts import answer, blobs, events, make_learner, make_pool, settled

from al_widgets import Pool
from al_widgets.evaluation import Budget
from al_widgets.event_rows import decode, encode
from al_widgets.events import Fitted
from al_widgets.stability import StopSet, kappa, pack, stability, unpack
from al_widgets.stopping import advise, expected_gain

LEFT, SPENT = Budget(500, 300), Budget(300, 300)


def fitted(spent, *, said=(), predictions=None, score=None):
    """A training after `spent` answers."""
    right, n = score or (None, None)
    return Fitted(
        annotator="me",
        upto=spent,
        n_labels=spent,
        spent=spent,
        seconds=0.1,
        model="M",
        predictions=predictions or {},
        n_correct=right,
        n_validation=n,
        stop_set=pack(np.array(said, dtype=int), 3) if len(said) else "",
    )


def curve(error, n=100, upto=300, said=()):
    """Trainings of which each errs on so many of `n` validation answers, and the answers."""
    truth = {str(i): "a" for i in range(n)}
    fits = []
    for spent in range(20, upto + 1, 10):
        wrong = round(n * error(spent))
        predictions = {item: "b" if int(item) < wrong else "a" for item in truth}
        fits.append(fitted(spent, predictions=predictions, said=said))
    return fits, truth


def about(advice, name):
    return next(reason for reason in advice.reasons if reason.name == name)


class TestStability:
    def test_the_stop_set_is_random_sorted_and_the_same_each_time(self):
        pool = Pool(np.zeros((5000, 1)))
        positions = StopSet(pool, 2).positions
        assert len(set(positions.tolist())) == 1000
        assert (np.diff(positions) > 0).all()
        assert positions.tolist() == StopSet(pool, 2).positions.tolist()
        assert abs(positions.mean() - 2500) < 250
        assert StopSet(make_pool(12), 3).positions.tolist() == list(range(12))

    @pytest.mark.parametrize("n_classes", [2, 256, 257, 1000])
    def test_predictions_are_packed_and_unpacked(self, n_classes):
        said = np.arange(300) % n_classes
        packed = pack(said, n_classes)
        assert unpack(packed, n_classes).tolist() == said.tolist()
        assert json.loads(json.dumps(packed)) == packed

    def test_kappa_is_that_of_cohen(self):
        rng = np.random.default_rng(0)
        one, other = rng.integers(0, 4, (2, 200))
        other[:120] = one[:120]
        assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))

    def test_who_always_says_the_same_agrees_wholly(self):
        assert kappa(np.zeros(9, dtype=int), np.zeros(9, dtype=int)) == 1.0

    def test_it_is_the_mean_of_the_last_three_pairs(self):
        base = np.arange(300) % 3
        other = base.copy()
        other[:30] = (other[:30] + 1) % 3
        fits = [fitted(s, said=said) for s, said in ((10, other), (20, base), (30, base))]
        assert stability(fits, 3) is None
        fits.append(fitted(40, said=base))
        assert stability(fits, 3) == pytest.approx((2 + kappa(base, other)) / 3)

    def test_trainings_with_few_answers_between_them_are_passed_over(self):
        same = np.arange(300) % 3
        assert stability([fitted(s, said=same) for s in range(100, 130)], 3) is None
        assert stability([fitted(s, said=same) for s in range(100, 131)], 3) == 1.0

    def test_an_older_log_without_it_still_reads(self):
        row = encode(fitted(10))
        body = json.loads(row["body"])
        del body["stop_set"]
        old = (1, row["id"], row["kind"], row["time"], row["annotator"], json.dumps(body))
        [(_, fit)] = decode([old])
        assert fit.stop_set == ""
        assert stability([fit] * 9, 3) is None


class TestTheGain:
    @pytest.mark.parametrize("exponent", [0.5, 1.0])
    def test_it_is_that_of_a_power_law(self, exponent):
        fits, truth = curve(lambda spent: 3 * spent**-exponent, n=1000)
        gain = expected_gain(fits, truth)
        true = 3 * (300**-exponent - 350**-exponent)
        assert gain.low < true < gain.high
        assert gain.expected == pytest.approx(true, rel=0.15)

    def test_a_flat_curve_gains_little(self):
        gain = expected_gain(*curve(lambda _: 0.1, n=200))
        assert 0 <= gain.low <= gain.expected < 0.002

    def test_without_a_single_error_there_may_still_be_some(self):
        gain = expected_gain(*curve(lambda _: 0.0, n=40))
        assert gain.low < gain.expected < 0.001
        assert 0.002 < gain.high < 0.01

    def test_the_fewer_validation_answers_the_wider_it_is(self):
        few, many = (expected_gain(*curve(lambda s: 5 / s, n=n)) for n in (40, 1000))
        assert few.high - few.low > 3 * (many.high - many.low)

    def test_too_few_validation_answers_or_trainings_tell_nothing(self):
        assert expected_gain(*curve(lambda s: 5 / s, n=29)) is None
        fits, truth = curve(lambda s: 5 / s)
        assert expected_gain(fits[-3:], truth) is None
        assert expected_gain([], {}) is None

    def test_a_validation_set_from_outside_tells_as_well(self):
        fits = [fitted(s, score=(1000 - round(3000 / s**0.5), 1000)) for s in range(100, 301, 10)]
        gain = expected_gain(fits, {})
        true = 3 * (300**-0.5 - 350**-0.5)
        assert gain.low < true < gain.high
        assert expected_gain([fitted(s, score=(5, 29)) for s in range(100, 301, 10)], {}) is None

    def test_items_that_a_training_did_not_know_of_are_left_out(self):
        fits, truth = curve(lambda s: 5 / s)
        truth |= {f"new {i}": "a" for i in range(50)}
        assert expected_gain(fits, truth) == expected_gain(*curve(lambda s: 5 / s))

    def test_a_thousand_trainings_are_no_trouble(self):
        fits, truth = curve(lambda s: 5 / s, upto=10_000)
        assert expected_gain(fits, truth).expected < 0.001


class TestTheAdvice:
    def test_at_first_nothing_can_be_told(self):
        advice = advise([], {}, 3, covered=None, budget=LEFT)
        assert not advice.stop
        assert [reason.is_met for reason in advice.reasons] == [None, None, None, False]
        assert advice.sentence == (
            "Go on, it is too early to tell: what 50 more answers would gain cannot be told: "
            "0 validation answers, and whether predictions still change cannot be told: too few "
            "trainings."
        )

    def test_while_much_is_gained_it_says_go_on_and_how_much(self):
        fits, truth = curve(lambda s: 3 * s**-0.5, n=1000)
        advice = advise(fits, truth, 3, covered=0.95, budget=LEFT)
        assert not advice.stop
        assert advice.sentence.startswith("Go on: 50 more answers would gain about 1.")
        assert repr(advice) == f"<Advice: {advice.sentence}>"

    def test_if_little_is_gained_it_says_that_one_could_stop(self):
        fits, truth = curve(lambda s: 5 / s, n=1000, said=np.arange(90) % 3)
        advice = advise(fits, truth, 3, covered=0.954, budget=LEFT)
        assert advice.stop
        assert advice.sentence.startswith(
            "You could stop here: 50 more answers would gain about 0."
        )
        assert "points of accuracy (" in advice.sentence
        assert advice.sentence.endswith(
            "predictions hardly changed over the last 3 trainings (kappa 1.00), and labels "
            "represent 95 % of the items."
        )

    def test_while_variations_have_no_label_it_says_go_on(self):
        fits, truth = curve(lambda s: 5 / s, n=1000)
        advice = advise(fits, truth, 3, covered=0.7, budget=LEFT)
        assert not advice.stop
        assert advice.sentence == "Go on: labels represent 70 % of the items."

    def test_without_validation_stable_predictions_stand_in_and_it_says_so(self):
        same = np.arange(90) % 3
        fits = [fitted(s, said=same) for s in range(10, 100, 10)]
        advice = advise(fits, {}, 3, covered=None, budget=LEFT)
        assert advice.stop
        assert advice.sentence == (
            "You could stop here: predictions hardly changed over the last 3 trainings "
            "(kappa 1.00). What 50 more answers would gain cannot be told: 0 validation answers."
        )

    def test_a_kappa_that_is_too_low_is_not_rounded_up(self):
        base = np.arange(300) % 3
        other = base.copy()
        other[:3] = (other[:3] + 1) % 3
        fits = [fitted(s, said=(base, other)[s // 10 % 2]) for s in range(10, 100, 10)]
        reason = about(advise(fits, {}, 3, covered=None, budget=LEFT), "stability")
        assert reason.is_met is False
        assert "(kappa 0.98)" in reason.words

    def test_a_spent_budget_ends_it(self):
        advice = advise([], {}, 3, covered=None, budget=SPENT)
        assert advice.stop
        assert advice.sentence == "Stop: the budget of 300 answers is spent."

    @pytest.mark.parametrize(
        ("budget", "is_audited", "words"),
        [
            (Budget(500, 300), False, "200 answers of 500 left; keep 50 for an audit"),
            (Budget(500, 300), True, "200 answers of 500 left"),
            (Budget(60, 0), False, "60 answers of 60 left; keep 15 for an audit"),
            (Budget(60, 59), False, "1 answer of 60 left; keep what is left for an audit"),
        ],
    )
    def test_it_reminds_of_an_audit(self, budget, is_audited, words):
        advice = advise([], {}, 3, covered=None, budget=budget, is_audited=is_audited)
        assert about(advice, "budget").words == words

    def test_it_never_speaks_of_how_good_the_model_is(self):
        fits, truth = curve(lambda s: 5 / s, n=1000)
        advice = advise(fits, truth, 3, covered=0.95, budget=LEFT)
        assert "98" not in "".join(reason.words for reason in advice.reasons)


class TestTheLearner:
    def test_every_training_logs_what_it_predicts_of_the_stop_set(self):
        X, y = blobs(60)
        learner = make_learner(make_pool(60), budget=30, batch_size=10)
        answer(learner, learner.query(), {str(i): "abc"[k] for i, k in enumerate(y)})
        settled(learner)
        [fit] = [event for event in events(learner.store) if isinstance(event, Fitted)]
        assert unpack(fit.stop_set, 3).tolist() == learner.model.predict(X).tolist()

    def test_it_waits_for_no_geometry(self):
        learner = make_learner()
        assert about(learner.advice(), "coverage").is_met is None
        assert not learner.pool.geometry.is_ready

    def test_it_knows_the_same_after_a_restart(self, tmp_path):
        _, y = blobs(60)
        truth = {str(i): "abc"[k] for i, k in enumerate(y)}
        pool = make_pool(60)
        _ = pool.geometry.variations
        given = {"budget": 60, "batch_size": 10, "store": tmp_path / "labels.sqlite"}
        learner = make_learner(pool, **given)
        for _ in range(5):
            answer(learner, learner.query(), truth)
            settled(learner)
        advice = learner.advice()
        assert about(advice, "stability").is_met is not None
        assert about(advice, "coverage").is_met is not None
        learner.store.close()
        assert settled(make_learner(pool, **given)).advice() == advice
