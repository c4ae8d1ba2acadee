from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from unit_parts import make_learner, refused

from al_widgets import Pool, coverage
from al_widgets.context import Context
from al_widgets.coverage import measure
from al_widgets.exceptions import InvalidInput

SIZES = (60, 30, 12, 40)  # the variations of cats, cats, cats, dogs
CENTERS = ((0, 0), (0, 20), (20, 0), (40, 40))
GROUP = np.repeat(np.arange(4), SIZES)
TRUTH = np.array([0, 0, 0, 1])[GROUP]


def context(labeled=(), *, model=True):
    """Four groups far from each other, three of cats and one of dogs."""
    rng = np.random.default_rng(0)
    X = np.asarray(CENTERS)[GROUP] + rng.normal(size=(len(GROUP), 2))
    labeled = np.asarray(labeled, dtype=int)
    fitted = LogisticRegression().fit(X, TRUTH) if model else None
    return Context(
        pool=Pool(X),
        classes=("cat", "dog"),
        candidates=np.setdiff1d(np.arange(len(X)), labeled),
        labeled=labeled,
        labels=TRUTH[labeled],
        model=fitted,
    )


def first_of(group):
    return int(np.flatnonzero(group == GROUP)[0])


def test_every_variation_of_every_class_is_found():
    frame = measure(context()).to_frame()
    assert frame["class"].tolist() == ["cat", "cat", "cat", "dog"]
    assert frame["n_items"].tolist() == [60, 30, 12, 40]
    assert frame["mass"].sum() == pytest.approx(1)


def test_a_variation_is_covered_when_a_label_lies_in_it():
    found = measure(context([first_of(1), first_of(1) + 1, first_of(3)]))
    assert found.to_frame()["covered"].tolist() == [False, True, False, True]
    assert found.to_frame()["n_labels"].tolist() == [0, 2, 0, 1]
    assert found.score == 0.5
    assert found.covered_mass == pytest.approx(70 / 142)


def test_without_labels_nothing_is_covered():
    found = measure(context(model=False))
    assert (found.score, found.covered_mass) == (0, 0)
    assert set(found.to_frame()["class"]) == {"(unknown)"}
    assert (found.represented == 0).all()


def test_a_label_tells_the_class_of_its_group_where_there_is_no_model():
    frame = measure(context([first_of(0), first_of(3)], model=False)).to_frame()
    covered = frame[frame["covered"]]
    assert covered["class"].tolist() == ["cat", "dog"]
    assert covered["n_items"].tolist() == [60, 40]


def test_a_label_is_believed_more_than_the_model():
    given = context([first_of(2)])
    wrong = LogisticRegression().fit(given.pool.features, 1 - TRUTH)
    frame = measure(replace(given, model=wrong)).to_frame()
    assert frame[frame["n_items"] == 12]["class"].tolist() == ["cat"]


def test_items_near_a_label_are_better_represented():
    frame = measure(context([first_of(0)])).to_frame().set_index("n_items")["represented"]
    assert frame[60] > 0.9 > frame[30]
    assert frame.between(0, 1).all()


def test_gaps_are_the_largest_uncovered_variations_with_items_to_ask_about():
    given = context([first_of(0)])
    gaps = measure(given).gaps(2)
    assert [(gap.label, gap.n_items) for gap in gaps] == [("dog", 40), ("cat", 30)]
    assert {GROUP[int(item)] for item in gaps[0].examples} == {3}
    assert len(set(gaps[0].examples)) == 12


def test_examples_of_a_gap_may_be_asked_about():
    given = context([first_of(0)])
    typical = measure(given).gaps(1)[0].examples[0]
    taken = replace(given, candidates=given.candidates[given.candidates != int(typical)])
    assert typical not in measure(taken).gaps(1)[0].examples


def test_no_more_gaps_than_there_are():
    assert len(measure(context([first_of(0)])).gaps(99)) == 3
    assert measure(context([first_of(i) for i in range(4)])).gaps() == []


def test_a_number_of_gaps_that_makes_no_sense_is_refused():
    with refused(InvalidInput, "whole number of at least 0", "-1", "n=5"):
        measure(context()).gaps(-1)


def test_by_class_the_sums_are_those_of_its_variations():
    sums = measure(context([first_of(0), first_of(3)])).by_class()
    assert sums.index.tolist() == ["cat", "dog"]
    assert sums["n_variations"].tolist() == [3, 1]
    assert sums["n_covered"].tolist() == [1, 1]
    assert sums["covered_mass"].tolist() == pytest.approx([60 / 102, 1])


def test_a_class_that_nothing_is_of_stands_there_with_nothing():
    given = context([first_of(0)])
    sums = measure(replace(given, classes=("cat", "dog", "cow"))).by_class()
    assert sums.loc["cow", ["mass", "n_labels", "n_variations"]].tolist() == [0, 0, 0]


def test_of_a_large_pool_a_sample_tells_nearly_the_same(monkeypatch):
    given = context([first_of(0), first_of(3)])
    exact = measure(given)
    monkeypatch.setattr(coverage, "EXACT_TO", 100)
    estimated = measure(given)
    assert estimated.n_items.sum() == pytest.approx(142, abs=4)
    assert estimated.score == exact.score
    assert estimated.covered_mass == pytest.approx(exact.covered_mass, abs=0.12)


def test_it_says_the_main_thing_in_its_repr():
    assert repr(measure(context([first_of(0)]))) == (
        "<Coverage 0.25: 1 of 4 variations, 42% of the items>"
    )


def test_a_pool_of_equal_items_has_one_variation():
    X = np.ones((30, 3))
    given = Context(
        pool=Pool(X), classes=("a", "b"), candidates=np.arange(30), labeled=np.array([4]),
        labels=np.array([1]),
    )  # fmt: skip
    found = measure(given)
    assert (found.score, len(found.mass)) == (1, 1)


def test_a_learner_measures_it_with_what_it_knows_now():
    learner = make_learner()
    before = learner.coverage()
    learner.label("0", "a")
    assert before.score == 0
    assert learner.coverage().score > 0


def test_held_out_answers_do_not_count():
    learner = make_learner(validation=0.5, batch_size=4)
    query = learner.query()
    for item in query.held_out:
        learner.label(item, "a")
    assert learner.coverage().n_labels.sum() == 0


# -- items that were synthesized -------------------------------------------------------------------


def with_made(given, rows):
    """The same, with items at the end of the pool that were made."""
    n = len(given.pool)
    pool = given.pool.fork()
    pool.grow([f"made-{i}" for i in range(len(rows))], np.asarray(rows, dtype=float))
    return replace(given, pool=pool, made=np.arange(n, len(pool)))


@pytest.mark.parametrize("model", [True, False])
def test_what_was_made_is_no_part_of_the_coverage(model):
    plain = context([first_of(1), first_of(3)], model=model)
    found = measure(with_made(plain, [[0, 0]] * 50 + [[20, 0]] * 9))
    assert found.to_frame().equals(measure(plain).to_frame())
    assert found.examples == measure(plain).examples


def test_what_was_made_is_no_part_of_the_coverage_of_a_large_pool(monkeypatch):
    monkeypatch.setattr(coverage, "EXACT_TO", 80)
    plain = context([first_of(1), first_of(3)])
    found = measure(with_made(plain, [[0, 0]] * 50 + [[20, 0]] * 9))
    assert found.to_frame().equals(measure(plain).to_frame())


def test_what_was_made_may_stand_among_items_that_came_later():
    plain = context([first_of(1), first_of(3)])
    late = np.asarray(CENTERS)[[0, 1, 3]] + 0.1
    grown = with_made(plain, late)  # all three are real here
    mixed = with_made(plain, [late[0], [0, 0], late[1], [40, 40], late[2]])
    made = mixed.made[[1, 3]]
    found = measure(replace(mixed, made=made))
    expected = measure(replace(grown, made=np.empty(0, dtype=int)))
    assert found.to_frame().equals(expected.to_frame())
