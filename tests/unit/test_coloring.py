"""What the color of an item tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from unit_parts import CLASSES, blobs, make_learner, refused, settled

from al_widgets import Pool, SimulatedOracle
from al_widgets.coloring import MODES, MOST, NOTHING, OTHERS, color
from al_widgets.exceptions import InvalidInput
from al_widgets.survey import GivenLabels, LabeledItems, Survey, cell_of, states, survey

N = 300


def grown(n_labels=0, *, validation=None, spread=False, **arguments):
    """What is known of 300 items in three far groups after so many labels."""
    X, y = blobs(N)
    learner = make_learner(Pool(6 * X), budget=N, validation=validation, **arguments)
    _ = learner.pool.geometry.variations
    if n_labels:
        learner.teach(SimulatedOracle(np.array(CLASSES)[y]), n_labels)
    if spread:
        learner.propagate()
    return survey(settled(learner))


@pytest.fixture(scope="module")
def known():
    """Of 30 labels nine are held out."""
    return grown(30, validation=0.3, spread=True)


def of_many(n, positions=(0,), labels=(0,)):
    """A survey of `n` classes with three items predicted as each, apart from class 0 with one."""
    positions, labels = np.array(positions), np.array(labels)
    no, zeros = np.zeros(len(positions), dtype=bool), np.zeros(len(positions), dtype=int)
    predicted = np.concatenate([[0], np.repeat(np.arange(1, n), 3)]).astype(np.min_scalar_type(n))
    return Survey(
        classes=tuple(f"class {k}" for k in range(n)),
        position=1,
        model=object(),
        predicted=predicted,
        uncertainty=np.zeros(len(predicted), dtype=np.uint8),
        answers=GivenLabels(positions, labels, ("me",), zeros, no, no, zeros.astype(float)),
        labeled=LabeledItems(positions, labels, no, zeros - 1),
        validates_outside=False,
        coverage=None,
        groups=None,
    )


@pytest.mark.parametrize("by", MODES)
def test_every_item_has_a_code_of_an_entry_or_a_place_on_a_scale_or_nothing(known, by):
    found = color(known, by)
    assert found.by == by
    assert (found.codes.shape, found.codes.dtype) == ((N,), np.uint8)
    if found.kind == "scale":
        assert found.entries == ()
        assert found.low
        assert found.high
    else:
        counts = {entry.code: entry.n_items for entry in found.entries}
        told, n = np.unique(found.codes[found.codes != NOTHING], return_counts=True)
        assert {code: n_items for code, n_items in counts.items() if n_items} == dict(
            zip(told.tolist(), n.tolist(), strict=True)
        )
    assert found.note == ""


@pytest.mark.parametrize("by", MODES)
def test_with_nothing_known_there_is_a_note_or_something_to_see(by):
    known = replace(grown(), coverage=None, groups=None)
    found = color(known, by)
    assert set(found.codes) == {NOTHING}
    assert found.note
    assert found.kind == color(grown(30), by).kind


def test_a_given_class_counts_more_than_a_predicted_one(known):
    wrong = replace(known, predicted=np.zeros_like(known.predicted))
    codes = color(wrong, "class").codes
    np.testing.assert_array_equal(codes[known.labeled.positions], known.labeled.labels)
    assert (np.delete(codes, known.labeled.positions) == 0).all()


def test_every_class_has_an_entry_in_their_order_also_one_of_no_item(known):
    missing = replace(known, classes=("a", "b", "c", "none is this"))
    entries = color(missing, "class").entries
    assert [entry.name for entry in entries] == ["a", "b", "c", "none is this"]
    assert (entries[3].n_items, entries[3].n_labeled) == (0, 0)
    assert sum(entry.n_labeled for entry in entries) == 30


def test_without_a_model_only_labeled_items_have_a_class():
    given = grown(1)
    found = color(given, "class")
    assert np.flatnonzero(found.codes != NOTHING).tolist() == given.labeled.positions.tolist()
    assert found.note == "No model yet: it needs answers of two classes"


def test_of_very_many_classes_the_small_ones_share_a_code():
    found = color(of_many(MOST + 2), "class")
    assert [entry.code for entry in found.entries] == [*range(MOST), OTHERS]
    assert found.entries[0].name == "class 1"
    assert found.entries[-1].name == "others"
    assert (found.entries[-1].n_items, found.entries[-1].n_labeled) == (1 + 3, 1)
    assert (found.codes == OTHERS).sum() == 4


def test_as_many_classes_as_there_are_codes_need_no_others():
    found = color(of_many(MOST), "class")
    assert [entry.code for entry in found.entries] == list(range(MOST))


def test_coverage_tells_the_state_of_the_variation_that_an_item_is_of(known):
    found = color(known, "coverage")
    np.testing.assert_array_equal(found.codes, states(known.coverage)[cell_of(known)])
    assert [entry.name for entry in found.entries] == ["represented", "thin", "hole"]


def test_no_entry_of_holes_has_a_label_that_counts(known):
    hole = color(known, "coverage").entries[2]
    assert hole.n_items > 0
    assert hole.n_labeled == 0


def test_before_the_rest_is_labeled_no_item_has_a_confidence():
    found = color(grown(), "confidence")
    assert set(found.codes) == {NOTHING}
    assert found.note == "Label the rest first"


def test_confidence_is_that_of_the_labels_which_were_propagated_last():
    X, y = blobs(N)
    learner = make_learner(Pool(6 * X), budget=N)
    learner.teach(SimulatedOracle(np.array(CLASSES)[y]), 12)
    before = survey(settled(learner))
    confidence = learner.propagate().confidence
    found = color(survey(learner, before), "confidence")
    np.testing.assert_array_equal(found.codes, np.rint(254 * confidence))
    assert (found.low, found.high, found.note) == ("unsure", "sure", "")


def test_uncertainty_is_a_scale_that_every_item_is_on(known):
    codes = color(known, "uncertainty").codes
    assert codes.max() < NOTHING
    assert (np.diff(codes[np.argsort(known.uncertainty)].astype(int)) >= 0).all()


def test_variations_are_named_by_their_main_class_the_largest_first(known):
    found = color(known, "variation")
    sizes = [entry.n_items for entry in found.entries]
    assert sizes == sorted(sizes, reverse=True)
    names = [entry.name.split() for entry in found.entries]
    for label in "ac":
        numbers = [int(number) for name, number in names if name == label]
        assert numbers == list(range(1, 1 + len(numbers)))
        assert numbers
    np.testing.assert_array_equal(found.codes, known.groups)


def test_variations_of_no_known_class_are_numbered():
    names = [entry.name for entry in color(grown(), "variation").entries]
    assert names[:2] == ["variation 1", "variation 2"]


def test_the_order_goes_from_the_first_label_to_the_last(known):
    codes = color(known, "order").codes
    given = codes[known.answers.positions]
    assert (given[0], given[-1]) == (0, 254)
    assert (np.diff(given.astype(int)) > 0).all()
    assert (codes != NOTHING).sum() == 30


def test_an_item_that_two_answered_stands_where_the_first_did_and_belongs_to_the_last():
    given = replace(
        of_many(5),
        answers=GivenLabels(
            np.array([4, 7, 4]), np.zeros(3, int), ("me", "you"), np.array([0, 0, 1]),
            np.zeros(3, bool), np.zeros(3, bool), np.arange(3.0),
        ),
        labeled=LabeledItems(
            np.array([4, 7]), np.zeros(2, int), np.zeros(2, bool), np.full(2, -1)
        ),
    )  # fmt: skip
    assert color(given, "order").codes[[4, 7]].tolist() == [0, 254]
    found = color(given, "annotator")
    assert found.codes[[4, 7]].tolist() == [1, 0]
    assert [(entry.name, entry.n_items) for entry in found.entries] == [("me", 1), ("you", 1)]


def test_one_label_is_the_first():
    assert color(grown(1), "order").codes.min() == 0


def test_validation_tells_right_from_wrong_on_held_out_items_alone(known):
    items = known.labeled
    spoiled = replace(
        items, said=np.where(items.positions % 2, items.labels, (items.labels + 1) % 3)
    )
    found = color(replace(known, labeled=spoiled), "validation")
    told = items.positions[items.held_out]
    np.testing.assert_array_equal(np.flatnonzero(found.codes != NOTHING), told)
    np.testing.assert_array_equal(found.codes[told], 1 - told % 2)
    assert [entry.name for entry in found.entries] == ["right", "wrong"]


def test_validation_by_items_from_outside_the_pool_says_so():
    X, y = blobs(30, seed=1)
    found = color(grown(12, validation=(6 * X, np.array(CLASSES)[y])), "validation")
    assert found.note == "The validation set is not in the pool"
    assert set(found.codes) == {NOTHING}


def test_a_mode_that_there_is_not_is_refused(known):
    with refused(InvalidInput, "something known", "'taste'", "'uncertainty'"):
        color(known, "taste")


def test_it_says_the_main_thing_in_its_repr(known):
    assert repr(color(known, "order")) == "<Coloring by order of 30 of 300 items>"
