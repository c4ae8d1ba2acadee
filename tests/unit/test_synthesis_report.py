from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from unit_parts import refused

from al_widgets import Pool
from al_widgets._comparing import Bench, Comparison
from al_widgets.exceptions import NotEnoughLabels
from al_widgets.propagation import PropagatingEstimator
from al_widgets.shares import mcnemar
from al_widgets.synthesis_report import ENOUGH, SynthesisReport, compare


def of_first(n):
    """A number is of the first class."""
    return np.array([n, 0]) if isinstance(n, int) else np.array(n)


def comparison(n=(0, 0), right=(0, 0), without=(0, 0), gained=0, lost=0):
    return Comparison(*map(np.array, (n, right, without)), of_first(gained), of_first(lost))


def report(validation=None, answers=None):
    return SynthesisReport(
        classes=("cat", "dog"),
        n_answers=50,
        n_made=20,
        validation=validation or comparison(),
        answers=answers or comparison(),
    )


@pytest.fixture
def line():
    """Items on a line: low below 0, high above; names are positions."""
    x = np.linspace(-1, 1, 200)
    return Pool(np.column_stack([x, np.zeros(200)])), ["low" if v < 0 else "high" for v in x]


def given(line, made_labels=None, n_validation=20, n_answers=30):
    """Answers, validation answers, and two synthetic items of each of some of the answers."""
    pool, y = line
    pool = pool.fork()
    order = np.random.default_rng(0).permutation(200)
    answers = {str(i): y[i] for i in order[:n_answers]}
    validates = {str(i): y[i] for i in order[n_answers : n_answers + n_validation]}
    parents = {f"m{i}": (str(order[i]),) for i in range(10)}
    pool.grow(list(parents), pool.features[order[:10]] * 1.01)
    labels = {item: made_labels or answers[of[0]] for item, of in parents.items()}
    return {
        "pool": pool,
        "answers": answers,
        "validates": validates,
        "parents": parents,
        "labels": labels,
        "classes": ("low", "high"),
    }


def test_good_items_do_no_harm(line):
    found = compare(estimator=LogisticRegression(), **given(line))
    assert found.n_made == 10
    assert found.n_answers == 30
    assert found.n_validation == found.n == 20
    assert int(found.answers.n.sum()) == 30
    assert not found.harms()


def test_items_of_a_wrong_class_do_harm(line):
    wrong = given(line)
    wrong["labels"] = {
        item: {"low": "high", "high": "low"}[label] for item, label in wrong["labels"].items()
    }
    wrong["shares"] = None
    pool, far = wrong["pool"], {f"f{i}": ("0",) for i in range(60)}
    pool.grow(list(far), np.column_stack([np.full(60, -5.0), np.zeros(60)]))
    wrong["answers"]["0"] = "low"
    wrong["validates"].pop("0", None)
    wrong["parents"] |= far
    wrong["labels"] |= dict.fromkeys(far, "high")
    found = compare(estimator=LogisticRegression(), **wrong)
    assert found.harms()
    assert found.helped is False
    assert "they did harm" in found.summary
    assert found.accuracy < found.accuracy_without


def test_with_enough_validation_answers_no_other_is_asked(line):
    found = compare(estimator=LogisticRegression(), **given(line, n_validation=ENOUGH))
    assert found.on == "validation answers"
    assert found.answers.n.sum() == 0


def test_without_validation_answers_the_others_tell(line):
    found = compare(estimator=LogisticRegression(), **given(line, n_validation=0))
    assert found.on == "answers"
    assert found.n == 30
    assert found.to_frame()["n"].sum() == 30


def test_an_item_is_left_out_with_the_answer_that_it_was_made_from(line):
    parts = given(line)
    bench = Bench(parts["pool"], None, parts["classes"], 0)
    made = bench.lesson(parts["labels"], {}, parts["parents"])
    told = bench.lesson(parts["answers"])
    tested = []
    for train_on, test_on in bench.folds(told):
        held_out = set(test_on.positions.tolist())
        left = made.without(test_on)
        assert all(held_out.isdisjoint(of) for of in left.parents)
        assert held_out.isdisjoint(train_on.positions.tolist())
        tested += sorted(held_out)
    assert sorted(tested) == sorted(told.positions.tolist())


def test_a_soft_label_stands_there_once_for_each_class(line):
    parts = given(line)
    bench = Bench(parts["pool"], None, parts["classes"], 0)
    lesson = bench.lesson({"m0": "low"}, {"m0": {"low": 0.7, "high": 0.3}}, {"m0": ("3", "4")})
    assert lesson.positions.tolist() == [200, 200]
    assert lesson.weights.tolist() == [0.7, 0.3]
    assert lesson.parents == (frozenset({3, 4}),) * 2


def test_an_estimator_that_knows_the_pool_is_asked_by_position(line):
    parts = given(line)
    estimator = PropagatingEstimator(parts["pool"], LogisticRegression())
    found = compare(estimator=estimator, **parts)
    assert found.n_validation == 20
    assert found.accuracy > 0.8


def test_soft_labels_are_compared_too(line):
    parts = given(line)
    soft = {"m0": {"low": 0.6, "high": 0.4}}
    assert compare(estimator=LogisticRegression(), shares=soft, **parts).n_made == 10


def test_the_same_answers_give_the_same_report(line):
    first, again = (compare(estimator=LogisticRegression(), **given(line)) for _ in range(2))
    assert repr(first) == repr(again)


def test_nothing_is_compared_where_nothing_was_made(line):
    parts = given(line) | {"parents": {}, "labels": {}}
    with refused(NotEnoughLabels, "some in use", "none", "Make some first"):
        compare(estimator=LogisticRegression(), **parts)


def test_nothing_is_compared_with_answers_of_one_class(line):
    parts = given(line) | {"answers": {"3": "low"}}
    with refused(NotEnoughLabels, "two classes", "1 answer", "Answer some more"):
        compare(estimator=LogisticRegression(), **parts)


def test_it_says_which_class_gained_and_which_lost():
    found = report(comparison((40, 30), (38, 20), (30, 22), 9, 3))
    assert found.summary == (
        "20 synthetic items beside 50 answers: they may have helped, or it is chance. Right on 58 "
        "of 70 validation answers with them, on 52 without (cat +8 of 40; dog -2 of 30)."
    )
    assert found.helped
    assert found.balanced_accuracy == pytest.approx((38 / 40 + 20 / 30) / 2)
    assert repr(found).startswith("<SynthesisReport: 20 synthetic items")


def test_few_validation_answers_are_counted_with_the_others():
    found = report(comparison((3, 2), (3, 1), (2, 1), 1, 0), comparison((20, 5), (20, 5), (20, 5)))
    assert (found.on, found.n, found.n_right, found.n_right_without) == ("answers", 30, 29, 28)
    assert found.to_frame()["n_validation"].tolist() == [3, 2]


def test_what_was_not_measured_is_not_known():
    found = report()
    assert found.helped is None
    assert not found.harms()
    assert np.isnan(found.accuracy)
    assert "not known yet" in found.summary


@pytest.mark.parametrize(
    ("gained", "lost", "harms"),
    [(0, 2, False), (0, 3, True), (3, 3, False), (9, 0, False), (4, 8, True)],
)
def test_it_is_switched_off_where_harm_is_likelier_than_chance(gained, lost, harms):
    assert report(comparison((20, 20), (10, 10), (12, 10), gained, lost)).harms() is harms


def test_harm_is_told_by_both_together():
    on_validation = comparison((10, 10), (10, 9), (10, 10), 0, 1)
    on_answers = comparison((30, 30), (27, 30), (30, 30), (0, 0), (3, 0))
    assert report(on_validation, on_answers).harms()
    assert not report(on_validation).harms()


def test_validation_answers_that_gain_outweigh_others_that_lose():
    on_answers = comparison((30, 30), (27, 30), (30, 30), (0, 0), (3, 0))
    assert not report(comparison((10, 10), (10, 10), (10, 9), (0, 1), (0, 0)), on_answers).harms()
    assert report(
        comparison((2, 2), (2, 2), (2, 1), (0, 1), (0, 0)), on_answers + on_answers
    ).harms()


def test_the_exact_test_is_of_both_sides():
    assert mcnemar(0, 0) == 1
    assert mcnemar(5, 0) == mcnemar(0, 5) == pytest.approx(2 / 32)


def test_where_classes_are_to_be_balanced_each_counts_alike():
    rare = comparison((90, 10), (86, 10), (90, 6), (0, 4), (4, 0))
    assert not report(rare).harms(balanced=True)
    common = comparison((90, 10), (90, 6), (84, 10), (6, 0), (0, 4))
    assert not report(common).harms()
    assert report(None, common).harms(balanced=True)
