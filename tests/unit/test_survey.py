"""What is known of every item, and where on a map each variation lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.path import Path
from unit_parts import CLASSES, blobs, make_learner, refused, settled

from al_widgets import Pool, SimulatedOracle, coverage
from al_widgets.context import predict_proba
from al_widgets.exceptions import InvalidInput
from al_widgets.survey import cell_of, regions, states, survey

N = 300


def grown(n_labels=0, *, validation=None, n=N, ready=True):
    """A learner of `n` items in three far groups that was taught so many labels."""
    X, y = blobs(n)
    learner = make_learner(Pool(6 * X), budget=n, validation=validation)
    if ready:
        _ = learner.pool.geometry.variations
    if n_labels:
        learner.teach(SimulatedOracle(np.array(CLASSES)[y]), n_labels)
    return settled(learner)


@pytest.fixture(scope="module")
def taught():
    """A learner with 30 labels, a third of them held out."""
    return grown(30, validation=0.3)


def test_without_a_model_nothing_is_predicted_and_all_is_uncertain():
    known = survey(grown())
    assert set(known.predicted) == {len(CLASSES)}
    assert set(known.uncertainty) == {255}
    assert known.model is None


def test_with_a_model_each_item_has_its_likeliest_class_and_how_near_the_next_one_is(taught):
    known = survey(taught)
    proba = predict_proba(taught.model, taught.pool.features, len(CLASSES))
    two = np.sort(proba, axis=1)[:, -2:]
    np.testing.assert_array_equal(known.predicted, proba.argmax(axis=1))
    np.testing.assert_array_equal(known.uncertainty, np.rint(255 * (1 - two[:, 1] + two[:, 0])))


def test_it_keeps_two_bytes_an_item_and_no_copy_of_the_groups(taught):
    known = survey(taught)
    arrays = [getattr(known, name) for name in known.__slots__]
    own = [a.nbytes for a in arrays if isinstance(a, np.ndarray) and a is not known.groups]
    assert sum(own) == 2 * N
    assert known.groups is taught.pool.geometry.variations


def test_the_labels_stand_in_the_order_of_answering():
    learner = grown()
    for item, label in (("7", "b"), ("2", "a"), ("5", "c")):
        learner.label(item, label)
    known = survey(learner)
    assert known.answers.positions.tolist() == [7, 2, 5]
    assert known.answers.labels.tolist() == [1, 0, 2]
    assert known.labeled.positions.tolist() == [2, 5, 7]
    assert known.labeled.labels.tolist() == [0, 2, 1]


def test_a_label_that_was_undone_or_replaced_does_not_stand():
    learner = grown()
    for item, label in (("7", "b"), ("2", "a"), ("7", "c"), ("5", "c")):
        learner.label(item, label)
    learner.undo()
    learner.skip("9")
    answers = survey(learner).answers
    assert (answers.positions.tolist(), answers.labels.tolist()) == ([2, 7], [0, 2])


def test_a_selection_gives_each_of_its_items_a_label_where_nothing_newer_was_said():
    learner = grown()
    learner.label("7", "b")
    learner.label_many(["2", "4", "6"], "a")
    learner.label("4", "c")
    learner.skip("6")
    known = survey(learner)
    assert known.answers.positions.tolist() == [7, 2, 4]
    assert known.answers.is_selection.tolist() == [False, True, False]
    assert known.labeled.labels.tolist() == [0, 2, 1]


def test_the_labels_are_those_that_the_log_adds_up_to():
    learner = grown(12)
    learner.label_many([str(i) for i in range(40, 60)], "a")
    answers = survey(learner).answers
    with learner.log.current() as state:
        said = [recorded.event for recorded in state.answers()]
    ids = [learner.pool.ids[position] for position in answers.positions]
    assert ids == [event.item for event in said]
    assert [CLASSES[k] for k in answers.labels] == [event.label for event in said]
    assert answers.times.tolist() == [event.time for event in said]


def test_of_two_annotators_both_labels_stand_and_the_newest_of_two_counts():
    learner = grown()
    learner.label("7", "b")
    other = make_learner(learner.pool, store=learner.store, annotator="you", budget=N)
    other.label("7", "c")
    known = survey(other)
    assert known.answers.annotators == ("me", "you")
    assert known.answers.annotator.tolist() == [0, 1]
    assert known.answers.labels.tolist() == [1, 2]
    assert known.labeled.labels.tolist() == [2]


def test_what_others_labeled_meanwhile_is_in_it():
    learner = grown()
    other = make_learner(learner.pool, store=learner.store, annotator="you", budget=N)
    before = survey(learner)
    other.label("7", "c")
    assert (len(before.labeled), len(survey(learner).labeled)) == (0, 1)


def test_held_out_labels_say_what_the_last_training_predicted(taught):
    labeled = survey(taught).labeled
    said = taught.retrain().predictions
    ids = [taught.pool.ids[i] for i in labeled.positions]
    assert labeled.held_out.sum() == 9
    for item, held_out, name in zip(ids, labeled.held_out, labeled.said, strict=True):
        assert (CLASSES[name] == said[item]) if held_out else (name == -1)


def test_whether_it_validates_on_items_that_are_not_in_the_pool():
    X, y = blobs(30, seed=1)
    learner = grown(12, validation=(6 * X, np.array(CLASSES)[y]))
    assert survey(learner).validates_outside
    assert not survey(grown(12)).validates_outside


def test_nobody_waits_for_the_groups():
    learner = grown(ready=False)
    assert (survey(learner).coverage, survey(learner).groups) == (None, None)
    assert not learner.pool.geometry.is_ready


def test_the_coverage_is_that_of_the_learner(taught):
    assert survey(taught).coverage.to_frame().equals(taught.coverage().to_frame())
    assert survey(taught).coverage.examples == taught.coverage().examples


def test_where_nothing_happened_the_last_one_stands(taught):
    known = survey(taught)
    assert survey(taught, known) is known


def test_the_groups_are_added_as_soon_as_they_are_known():
    learner = grown(ready=False)
    before = survey(learner)
    _ = learner.pool.geometry.variations
    after = survey(learner, before)
    assert after.coverage is not None
    assert after.predicted is before.predicted


def test_a_new_label_takes_the_predictions_over_and_a_new_model_does_not():
    learner = grown(12)
    first = survey(learner)
    item = learner.pool.ids[int(np.setdiff1d(range(N), first.labeled.positions)[0])]
    learner.label(item, "a")
    second = survey(learner, first)
    assert second.predicted is first.predicted
    assert len(second.labeled) == 13
    learner.retrain()
    assert survey(learner, second).predicted is not first.predicted


# -- variations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_labels", [0, 3, 30])
def test_every_item_is_placed_as_the_coverage_counts_it(n_labels):
    known = survey(grown(n_labels))
    counts = np.bincount(cell_of(known), minlength=len(known.coverage.mass))
    np.testing.assert_array_equal(counts, known.coverage.n_items)


def test_of_a_large_pool_every_item_is_placed_in_its_own_group(taught, monkeypatch):
    monkeypatch.setattr(coverage, "EXACT_TO", 40)
    known = survey(taught)
    cells = cell_of(known)
    np.testing.assert_array_equal(known.coverage.variation[cells], known.groups)


def test_of_very_many_labels_of_a_group_some_tell_how_near_its_items_are(monkeypatch):
    learner = grown()
    groups = learner.pool.geometry.variations
    learner.label_many([str(i) for i in np.flatnonzero(groups == 0)[:-3]], "a")
    exact = survey(learner).coverage
    monkeypatch.setattr(coverage, "_MOST_LABELS", 4)
    rough = survey(learner).coverage
    np.testing.assert_array_equal(rough.n_labels, exact.n_labels)
    np.testing.assert_allclose(rough.represented, exact.represented, atol=0.3)


def test_a_labeled_item_belongs_to_its_label_whatever_the_model_says(taught):
    known = survey(taught)
    trained = ~known.labeled.held_out
    wrong = replace(known, predicted=(known.predicted + 1) % 3)
    label = known.coverage.label[cell_of(wrong)[known.labeled.positions[trained]]]
    np.testing.assert_array_equal(label, known.labeled.labels[trained])


def test_a_survey_without_groups_has_no_variations_to_tell():
    known = survey(grown(ready=False))
    with refused(InvalidInput, "coverage", "before the groups", "prepare()"):
        cell_of(known)
    assert regions(known, np.zeros((N, 2))) == []


def test_where_no_label_lies_is_a_hole_and_where_they_are_far_is_thin(taught):
    found = survey(taught).coverage
    spoiled = replace(
        found,
        n_labels=np.where(np.arange(len(found.mass)) == 0, 0, 1),
        represented=np.where(np.arange(len(found.mass)) == 1, 0.3, 0.4),
    )
    assert states(spoiled)[:3].tolist() == [2, 1, 0]


def test_there_is_a_region_for_every_variation_the_largest_first(taught):
    known = survey(taught)
    found = regions(known, taught.pool.features[:, :2])
    sizes = [region.n_items for region in found]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == N
    rows = known.coverage.to_frame()
    keys = {f"{CLASSES.index(r['class'])}/{r['variation']}" for _, r in rows.iterrows()}
    assert {region.key for region in found} == keys
    assert sum(region.n_labels for region in found) == 21


def test_the_items_of_a_region_lie_inside_its_outlines(taught):
    coordinates = taught.pool.features[:, :2].astype(np.float32)
    known = survey(taught)
    cells, rows = cell_of(known), known.coverage
    for region in regions(known, coordinates):
        (row,) = np.flatnonzero(
            (rows.variation == region.variation)
            & (np.array(rows.classes)[rows.label] == region.label)
        )
        inside = [Path(p).contains_points(coordinates[cells == row]) for p in region.outlines]
        assert np.any(inside, axis=0).mean() > 0.6


def test_a_region_knows_which_label_was_its_first(taught):
    known = survey(taught)
    cells = cell_of(known)[known.answers.positions]
    for region in regions(known, taught.pool.features[:, :2]):
        if region.state == "hole":
            assert region.first is None
            continue
        first = region.first - 1
        row = cells[first]
        assert not known.answers.held_out[first]
        assert known.coverage.variation[row] == region.variation
        earlier = cells[:first][~known.answers.held_out[:first]]
        assert row not in earlier


def test_a_hole_has_examples_to_ask_about_and_says_what_it_is():
    learner = grown()
    learner.label("0", "a")
    found = regions(survey(learner), learner.pool.features[:, :2])
    hole = next(region for region in found if region.state == "hole")
    assert hole.examples
    assert "0" not in hole.examples
    assert repr(hole).endswith(f"of no known class, in group {hole.variation}: hole>")


def test_after_an_answer_only_the_shapes_of_other_items_are_traced_again():
    learner = grown(20)
    places = learner.pool.features[:, :2]
    before = regions(survey(learner), places)
    learner.label(next(item for item in learner.pool.ids if learner.is_free([int(item)])[0]), "a")
    now = survey(learner)
    after, anew = regions(now, places, before), regions(now, places)
    shapes = {region.items: region.outlines for region in before}
    assert any(region.outlines is shapes.get(region.items) for region in after)
    for region, fresh in zip(after, anew, strict=True):
        assert (region.key, region.center, region.first) == (fresh.key, fresh.center, fresh.first)
        assert all(map(np.array_equal, region.outlines, fresh.outlines))


def test_a_map_of_other_items_is_refused(taught):
    with refused(InvalidInput, "two coordinates", "shape (5, 2), 300 items", "geometry.map"):
        regions(survey(taught), np.zeros((5, 2)))


def test_it_says_the_main_thing_in_its_repr(taught):
    assert repr(survey(taught)) == "<Survey of 300 items: 30 labeled, a model>"
