"""Synthesized items in a propagation: they teach as answers do, and measure nothing."""

from __future__ import annotations

import zlib
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from unit_parts import blobs, refused

from al_widgets import Pool, datasets
from al_widgets.exceptions import InvalidInput
from al_widgets.fitting import default_model
from al_widgets.propagation import (
    SYNTHETIC,
    Answer,
    MadeAnswer,
    PropagatingEstimator,
    propagate,
)
from al_widgets.propagation._opinions import Ground, opinions, smoothed
from al_widgets.propagation._seeds import Descent, Seeds
from al_widgets.suspicion import suspects
from al_widgets.widgets._rest_view import labels_of

N, N_ANSWERS = 120, 30


def grown(rows, n=N, seed=0):
    """A pool of three groups, with synthesized items at its end."""
    X, y = blobs(n, seed=seed)
    pool = Pool(X)
    if len(rows):
        pool.grow([f"made-{i}" for i in range(len(rows))], np.asarray(rows, dtype=float))
    return pool, y


def answers_of(y, n=N_ANSWERS, every=3):
    return {i: Answer(int(y[i]), validates=i % every == 0) for i in range(n)}


def spread_over(pool, answers, estimator=None, **arguments):
    estimator = default_model(pool) if estimator is None else estimator
    return propagate(pool, ("a", "b", "c"), answers, estimator, **arguments)


def copies(y, parents, label=None):
    """Copies of answered items at the end of the pool, each with its parent's label."""
    return {
        N + i: MadeAnswer(int(y[p]) if label is None else label, (int(p),))
        for i, p in enumerate(parents)
    }


@pytest.fixture
def found():
    """Four copies of answers, of which the last is held back."""
    X, y = blobs(N)
    pool, _ = grown(X[[1, 2, 4, 5]] + 0.01)
    made = copies(y, [1, 2, 4])
    return spread_over(pool, answers_of(y), made=made, made_positions=np.arange(N, N + 4))


# -- without them nothing is different -------------------------------------------------------------


def test_without_synthesized_items_digits_are_labeled_as_ever():
    pool, y = datasets.load_digits()
    at = np.sort(np.random.default_rng(7).choice(len(y), 60, replace=False))
    answers = {int(i): Answer(int(y[i]), validates=k % 3 == 0) for k, i in enumerate(at)}
    found = propagate(pool, tuple(range(10)), answers, default_model(pool))
    # as it was before there were any
    assert zlib.crc32(found.label.astype(np.int64).tobytes()) == 2289759862
    assert found.confidence.sum(dtype=float) == pytest.approx(1621.1788574, rel=1e-5)
    assert (found.estimate.accuracy, found.estimate.n) == (0.95, 20)
    assert found.sources == ("human", "propagated")


def test_no_synthesized_items_are_the_same_as_none():
    pool, y = grown([])
    one = spread_over(pool, answers_of(y))
    other = spread_over(pool, answers_of(y), made={}, made_positions=np.empty(0, dtype=int))
    for name in ("label", "confidence", "source", "out_of_fold", "is_made"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name[0] == "o")
    assert one.summary == other.summary


# -- they are no items that wait for a label -------------------------------------------------------


def test_nothing_is_propagated_to_what_was_made(found):
    assert found.is_made.sum() == 4
    assert not found.is_propagated[N:].any()
    assert not found.above(1.0).is_withheld[N:].any()
    assert {found.sources[k] for k in found.source[N:]} == {SYNTHETIC}


def test_tables_and_counts_leave_them_out(found):
    frame = found.to_frame()
    assert frame["item"].tolist() == [str(i) for i in range(N)]
    assert SYNTHETIC not in set(frame["source"])
    assert not any(item.startswith("made") for row in frame["support"] for item in row)
    assert (found.n_items, found.n_made) == (N, 3)
    assert labels_of(found)["items"] == N
    assert labels_of(found)["propagated"] == N - N_ANSWERS
    assert "from 30 answers and 3 synthetic items" in found.summary


def test_what_stands_is_sure_and_what_is_held_back_is_not(found):
    _, y = blobs(N)
    assert found.confidence[N:].tolist() == [1, 1, 1, 0]
    assert found.label[N : N + 3].tolist() == y[[1, 2, 4]].tolist()


def test_they_teach():
    X, y = blobs(N)
    rng = np.random.default_rng(0)
    far = X + 40  # a variation that no answer is of
    pool = Pool(np.concatenate([X, far]))
    parents = rng.choice(N_ANSWERS, 12, replace=False)
    pool.grow([f"made-{i}" for i in range(12)], far[parents] + 0.01)
    made = {2 * N + i: MadeAnswer(int(y[p]), (int(p),)) for i, p in enumerate(parents)}
    held = np.arange(2 * N, 2 * N + 12)
    model = KNeighborsClassifier(1)
    without = spread_over(pool, answers_of(y), model, made_positions=held)
    with_them = spread_over(pool, answers_of(y), model, made=made)
    right, right_without = ((each.label[N : 2 * N] == y).mean() for each in (with_them, without))
    assert right > right_without
    assert right > 0.9


# -- they measure nothing, and tell nothing --------------------------------------------------------


def test_nothing_is_measured_on_them(found):
    assert found.out_of_fold.shape == (N_ANSWERS, 3)
    assert np.isfinite(found.out_of_fold).all()
    assert found.estimate.n == N_ANSWERS / 3


def test_a_copy_does_not_tell_what_its_parent_was():
    X, y = blobs(N)
    answers = answers_of(y)
    wrong = (int(y[7]) + 1) % 3
    answers[7] = Answer(wrong)
    pool, _ = grown(np.repeat(X[[7]], 6, axis=0))
    related = {N + i: MadeAnswer(wrong, (7,)) for i in range(6)}
    found = spread_over(pool, answers, made=related)
    assert found.out_of_fold[7].argmax() == y[7]
    strangers = {at: answer._replace(parents=()) for at, answer in related.items()}
    assert spread_over(pool, answers, made=strangers).out_of_fold[7].argmax() == wrong


def test_what_was_made_of_two_is_taken_away_with_either():
    X, y = blobs(N)
    answers = answers_of(y)
    wrong = (int(y[7]) + 1) % 3
    answers[7] = Answer(wrong)
    other = next(i for i in range(N_ANSWERS) if y[i] == wrong)
    pool, _ = grown(np.repeat(X[[7]], 6, axis=0))
    made = {N + i: MadeAnswer(wrong, (other, 7)) for i in range(6)}
    assert spread_over(pool, answers, made=made).out_of_fold[7].argmax() == y[7]


def test_only_answers_are_suspected():
    X, y = blobs(N)
    answers = answers_of(y)
    wrong = (int(y[7]) + 1) % 3
    answers[7] = Answer(wrong)
    pool, _ = grown(X[[7, 8]])
    made = {N: MadeAnswer(wrong, (7,)), N + 1: MadeAnswer((int(y[8]) + 1) % 3, (8,))}
    found = spread_over(pool, answers, made=made)
    suspected = suspects(found, pool.geometry.rows(found.answered))
    assert [suspect.item for suspect in suspected] == ["7"]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_what_is_left_has_no_parent_that_is_out(data):
    n = data.draw(st.integers(1, 20))
    links = data.draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
    out = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    child, parent = np.array(links, dtype=int).reshape(-1, 2).T
    left = Descent(child, parent).without(out)
    assert not (left & out).any()
    assert not (left[child] & out[parent]).any()
    for row in np.flatnonzero(~left & ~out):
        assert out[parent[child == row]].any()


# -- soft labels -----------------------------------------------------------------------------------


def test_a_soft_label_of_one_class_is_a_whole_one():
    X, y = blobs(N)
    pool, _ = grown(X[[1]] + 0.01)
    whole = {N: MadeAnswer(int(y[1]), (1,))}
    soft = {N: MadeAnswer(int(y[1]), (1,), ((int(y[1]), 1.0),))}
    one, other = (spread_over(pool, answers_of(y), made=made) for made in (whole, soft))
    assert np.array_equal(one.confidence, other.confidence)
    assert np.array_equal(one.out_of_fold, other.out_of_fold)


def test_the_same_weight_in_two_parts_says_the_same():
    X, y = blobs(N)
    ground = Ground(Pool(X), default_model(Pool(X)), 0)
    whole = Seeds(np.arange(9), y[:9], 3)
    rows = np.repeat(np.arange(9), 2)
    parts = Seeds(rows, y[rows], 3, np.tile([0.25, 0.75], 9))
    one, other = opinions(ground, whole), opinions(ground, parts)
    for name, opinion in one.items():
        assert other[name] == pytest.approx(opinion, abs=2e-3)
        again = smoothed(ground, parts, opinion)
        assert again == pytest.approx(smoothed(ground, whole, opinion), abs=1e-4)


def test_an_item_between_two_classes_is_said_to_be_between_them():
    X = np.array([[0.0], [0.2], [0.4], [10.0], [10.2], [10.4], [5.0], [5.1]])
    ground = Ground(Pool(X), LogisticRegression(), 0)
    positions = np.array([0, 3, 6, 6])
    weights = np.array([1.0, 1.0, 0.7, 0.3])
    seeds = Seeds(positions, np.array([0, 1, 0, 1]), 2, weights)
    for opinion in opinions(ground, seeds).values():
        assert opinion[0, 0] > opinion[7, 0] > 0.5 > opinion[4, 0]


def test_repeats_make_one_center():
    seeds = Seeds(np.array([0, 3, 6, 6]), np.array([0, 1, 0, 1]), 2, np.array([1.0, 1.0, 0.7, 0.3]))
    told = seeds.centers(10)
    assert told.positions.tolist() == [0, 3, 6]
    assert told.shares.tolist() == [[1, 0], [0, 1], [0.7, 0.3]]
    assert told.weights == pytest.approx([1, 1, 1])


def test_of_very_many_centers_those_that_were_answered_stay():
    is_made = np.arange(50) >= 10
    seeds = Seeds(np.arange(50), np.arange(50) % 2, 2, is_made=is_made)
    assert set(range(10)) <= set(seeds.centers(12).positions.tolist())


def test_the_model_that_queries_are_chosen_by_learns_soft_labels():
    X, y = blobs(N)
    estimator = PropagatingEstimator(Pool(X), default_model(Pool(X)))
    at = np.array([*range(9), 9, 9])
    labels = np.array([*y[:9], 0, 1])
    weights = np.array([*np.ones(9), 0.6, 0.4])
    model = estimator.train_at(at, labels, None, weights)
    assert model.proba_at(9)[0] > model.proba_at(9)[1] > model.proba_at(9)[2]
    plain = estimator.train_at(at[:9], labels[:9])
    assert np.array_equal(
        plain.proba_at(slice(None)), estimator.train_at(at[:9], labels[:9], N).proba_at(slice(None))
    )


# -- another model that learns from all ------------------------------------------------------------


def test_a_student_learns_from_them_and_counts_them_apart(found):
    student = found.fit(LogisticRegression())
    assert (student.n_answers, student.n_made) == (N_ANSWERS, 3)
    assert student.n_propagated == N - N_ANSWERS
    assert student.n_validation == N_ANSWERS / 3
    assert "30 answers, 3 synthetic items and 90 propagated labels" in student.summary
    assert "from the answers and the synthetic items alone" in student.summary


class Noting(LogisticRegression):
    """Notes how many rows it was shown, at each training."""

    shown: ClassVar = []

    def fit(self, X, y, sample_weight=None):
        self.shown.append((len(X), None if sample_weight is None else sample_weight.sum()))
        return super().fit(X, y, sample_weight)


def test_what_was_made_of_a_validation_answer_measures_no_student():
    X, y = blobs(N)
    pool, _ = grown(X[[0, 1]])  # the first validates
    found = spread_over(pool, answers_of(y), made=copies(y, [0, 1]))
    Noting.shown.clear()
    found.fit(Noting())
    rows = [n for n, _ in Noting.shown]
    assert rows == [N + 2, N + 1, N_ANSWERS * 2 / 3 + 1]  # all; without validation; answers alone


@pytest.mark.parametrize("estimator", [LogisticRegression(), KNeighborsClassifier(3)])
def test_a_student_learns_soft_labels_as_far_as_it_can(estimator):
    X, y = blobs(N)
    pool, _ = grown(X[[1]] + 0.01)
    other = (int(y[1]) + 1) % 3
    made = {N: MadeAnswer(int(y[1]), (1,), ((other, 0.3), (int(y[1]), 0.7)))}
    found = spread_over(pool, answers_of(y), made=made)
    assert found.label[N] == y[1]
    student = found.fit(estimator)
    assert student.n_made == 1
    assert student.weighted is isinstance(estimator, LogisticRegression)


# -- what is exported ------------------------------------------------------------------------------


# -- what is refused -------------------------------------------------------------------------------


def test_an_item_that_is_both_answered_and_made_is_refused():
    pool, y = grown([])
    with refused(InvalidInput, "either answered or synthesized", "positions [3]", "MadeAnswer"):
        spread_over(pool, answers_of(y), made={3: MadeAnswer(0)})


@pytest.mark.parametrize(
    "shares",
    [((0, 0.7), (1, 0.7)), ((0, 0.4), (1, 0.6)), ((0, 1.2), (1, -0.2)), ((0, 0.5), (0, 0.5))],
)
def test_shares_that_are_none_are_refused(shares):
    pool, y = grown([[0] * 4])
    with refused(InvalidInput, "sum to 1", "shares=", "MadeAnswer(0"):
        spread_over(pool, answers_of(y), made={N: MadeAnswer(0, (), shares)})


def test_soft_labels_for_a_model_without_weights_are_refused():
    pool, y = grown([[0] * 4])
    made = {N: MadeAnswer(0, (), ((0, 0.6), (1, 0.4)))}
    with refused(InvalidInput, "sample_weight", "KNeighborsClassifier", "LogisticRegression"):
        spread_over(pool, answers_of(y), KNeighborsClassifier(), made=made)
