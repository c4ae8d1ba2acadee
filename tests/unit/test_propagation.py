"""Labels for the rest: what is propagated, how sure, and what is refused."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from unit_parts import blobs, make_learner, refused, settled

from al_widgets import ActiveLearner, Pool, PoolBasedSampling, SimulatedOracle, datasets
from al_widgets.evaluation import calibration_error
from al_widgets.exceptions import InvalidInput, NotEnoughLabels
from al_widgets.fitting import default_model
from al_widgets.geometry import Geometry
from al_widgets.propagation import (
    Answer,
    PropagatedModel,
    Student,
    propagate,
    spread,
)
from al_widgets.propagation._mixing import MIXES, Belief, believed, mixed, weighed
from al_widgets.propagation._opinions import Ground, kernel_opinions, opinions
from al_widgets.propagation._seeds import Seeds
from al_widgets.strategies import QueryByCommittee


def answers_of(y, positions):
    return {int(i): Answer(int(y[i])) for i in positions}


def spread_from(X, y, positions):
    pool, classes = Pool(X), tuple(range(y.max() + 1))
    return propagate(pool, classes, answers_of(y, positions), default_model(pool))


@pytest.fixture(scope="module")
def digits():
    pool, y = datasets.load_digits()
    learner = ActiveLearner(pool, range(10), budget=100, random_state=3)
    learner.teach(SimulatedOracle(y))
    return settled(learner), y


# -- what comes out --------------------------------------------------------------------------------


def test_a_hundred_answers_label_nearly_all_digits_rightly(digits):
    learner, y = digits
    found = learner.propagate()
    rest = found.is_propagated
    assert rest.sum() == len(y) - 100
    assert (found.label == y)[rest].mean() > 0.96


def test_confidence_is_about_the_share_that_is_right(digits):
    learner, y = digits
    found = learner.propagate()
    rest = found.is_propagated
    assert calibration_error(found.confidence[rest], (found.label == y)[rest]) < 0.05


def test_the_mix_is_hardly_worse_than_the_best_opinion_alone(digits):
    learner, y = digits
    found = learner.propagate()
    rest = found.is_propagated
    seeds = Seeds(found.answered, found.given, 10)
    alone = opinions(found.ground, seeds).values()
    best = max((opinion.argmax(axis=1) == y)[rest].mean() for opinion in alone)
    assert (found.label == y)[rest].mean() >= best - 0.005


def test_where_the_graph_misleads_it_is_not_believed():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6))
    X[:, 1:] *= 8  # distances say nothing of the one column that matters
    y = (X[:, 0] > 0).astype(int)
    belief, _ = weighed(Ground(Pool(X), LogisticRegression(), 0), Seeds(np.arange(80), y[:80], 2))

    def trust(name):
        return sum(weight for mix, weight in belief.weights.items() if name in mix.names)

    assert trust("model") > 0.9
    assert trust("graph") < 0.5


def test_an_answer_stays_what_it_is(digits):
    learner, y = digits
    found = learner.propagate()
    assert (found.label[found.answered] == y[found.answered]).all()
    assert (found.confidence[found.answered] == 1).all()
    frame = found.to_frame(support=False).set_index("item")
    assert set(frame.loc[learner.labels["item"], "source"]) == {"human"}
    assert frame["source"].value_counts()["propagated"] == len(y) - 100


def test_labels_of_a_selection_say_so():
    learner = make_learner(Pool(blobs(60)[0]), budget=20)
    learner.label_many(["0", "3", "6"], "a")
    learner.label("1", "b")
    found = learner.propagate()
    assert found.to_frame(support=False)["source"].tolist()[:5] == [
        "selection", "human", "propagated", "selection", "propagated",
    ]  # fmt: skip


def test_classes_come_back_as_they_were_given(digits):
    learner, _ = digits
    assert learner.propagate().to_frame(support=False)["label"].map(type).unique().tolist() == [int]


def test_a_class_that_nobody_answered_is_never_propagated():
    X, y = blobs(90)
    found = spread_from(X, np.where(y == 2, 1, y), range(12))
    assert 2 not in found.label
    wide = propagate(
        Pool(X), ("a", "b", "never"), answers_of(np.minimum(y, 1), range(12)), GaussianNB()
    )
    assert set(wide.label) == {0, 1}
    assert (wide.out_of_fold[:, 2] == 0).all()


def test_support_is_the_nearest_answers_that_say_the_same():
    X = np.array([[0.0], [1.0], [2.0], [9.0], [10.0]])
    found = propagate(
        Pool(X), ("low", "high"), {0: Answer(0), 2: Answer(0), 4: Answer(1)}, LogisticRegression()
    )
    assert found.support(np.array([1, 3])).tolist() == [[0, 2, -1], [4, -1, -1]]


def test_an_answer_does_not_support_itself():
    X = np.array([[0.0], [1.0], [2.0], [9.0], [10.0]])
    found = propagate(
        Pool(X), ("low", "high"), {0: Answer(0), 2: Answer(0), 4: Answer(1)}, LogisticRegression()
    )
    assert found.support(np.array([0, 4])).tolist() == [[2, -1, -1], [-1, -1, -1]]


def test_below_the_threshold_a_label_is_withheld(digits):
    learner, _ = digits
    found = learner.propagate(threshold=0.9)
    frame = found.to_frame(support=False)
    unsure = (frame["confidence"] < 0.9).to_numpy()
    assert unsure.any()
    assert frame["label"].isna().to_numpy().tolist() == unsure.tolist()
    assert found.above(0.0).is_withheld.sum() == 0


def test_nothing_is_computed_twice_for_the_same_answers(digits):
    learner, _ = digits
    found = learner.propagate()
    assert learner.propagate(threshold=0.5).label is found.label


def test_another_answer_is_taken_in():
    learner = make_learner(Pool(blobs(60)[0]), budget=20)
    for item in range(9):
        learner.label(item, "abc"[item % 3])
    before = learner.propagate()
    learner.label(30, "a")
    assert before.is_propagated.sum() - learner.propagate().is_propagated.sum() == 1
    learner.undo()
    assert learner.propagate().is_propagated.sum() == before.is_propagated.sum()


def test_two_threads_that_ask_at_once_get_the_same():
    learner = make_learner(Pool(blobs(300)[0]), budget=20)
    for item in range(9):
        learner.label(item, "abc"[item % 3])
    found = []
    threads = [threading.Thread(target=lambda: found.append(learner.propagate())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0].label is found[1].label


def test_the_same_answers_give_the_same_labels():
    X, y = blobs(200)
    one, other = (spread_from(X, y, range(30)) for _ in range(2))
    assert (one.label == other.label).all()
    assert (one.confidence == other.confidence).all()


# -- honest numbers --------------------------------------------------------------------------------


def test_the_estimate_is_measured_on_validation_answers_alone(digits):
    learner, _ = digits
    found = learner.propagate()
    n = (learner.labels["strategy"] == "validation").sum()
    assert found.estimate.n == n
    assert found.estimate.low <= found.estimate.accuracy <= found.estimate.high
    assert f"{n} answers drawn at random" in found.summary


def test_without_validation_answers_there_is_no_estimate():
    learner = make_learner(Pool(blobs(60)[0]), budget=30)
    for item in range(20):
        learner.label(item, "abc"[item % 3])
    assert learner.propagate().estimate is None
    assert "right" not in learner.propagate().summary


def test_no_answer_tells_its_own_label():
    X, y = blobs(200)
    rng = np.random.default_rng(1)
    answers = {
        i: Answer(int(rng.integers(3)) if i < 60 else int(y[i]), validates=i < 60)
        for i in range(160)
    }
    assert propagate(Pool(X), (0, 1, 2), answers, LogisticRegression()).estimate.accuracy < 0.6


def test_a_wrong_answer_is_contradicted_out_of_fold():
    X, y = blobs(200)
    answers = answers_of(y, range(60))
    answers[7] = Answer((y[7] + 1) % 3)
    found = propagate(Pool(X), (0, 1, 2), answers, LogisticRegression())
    assert found.out_of_fold[7].argmax() == y[7]
    assert np.allclose(found.out_of_fold.sum(axis=1), 1, atol=1e-5)


def test_too_few_answers_are_not_divided():
    X, y = blobs(60)
    found = spread_from(X, y, range(6))
    assert np.isnan(found.out_of_fold).all()
    assert found.estimate is None


def test_of_very_many_answers_a_sample_is_tested():
    X, y = blobs(4_000)
    found = spread_from(X, y, range(3_000))
    assert (~np.isnan(found.out_of_fold[:, 0])).sum() == 2_000
    assert (found.label == y).mean() > 0.9


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "got"), [([], "0 answers of 0 classes"), (["a", "a"], "2 answers of 1 class")]
)
def test_fewer_than_two_classes_are_refused(labels, got):
    learner = make_learner()
    for item, label in enumerate(labels):
        learner.label(item, label)
    with refused(NotEnoughLabels, "at least two classes", got, "Answer some more"):
        learner.propagate()


@pytest.mark.parametrize("threshold", [-0.1, 1.1, "high", None, True, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with refused(InvalidInput, "threshold is a confidence from 0 to 1", repr(threshold), "0.8"):
        make_learner().propagate(threshold)


# -- odd pools -------------------------------------------------------------------------------------


@given(
    X=arrays(
        np.float64,
        st.tuples(st.integers(2, 40), st.integers(1, 3)),
        elements=st.sampled_from([0.0, 1.0, 1.0 + 1e-9, -5.0, 1e6, 1e-12]),
    ),
    n_answers=st.integers(2, 40),
)
@settings(max_examples=60, deadline=None)
def test_copies_outliers_and_constant_columns_break_nothing(X, n_answers):
    n_answers = min(n_answers, len(X))
    y = np.arange(len(X)) % 2
    found = spread_from(X, y, range(n_answers))
    assert np.isfinite(found.confidence).all()
    assert ((found.confidence >= 0) & (found.confidence <= 1)).all()
    assert (found.label[:n_answers] == y[:n_answers]).all()


def test_an_island_without_an_answer_is_labeled_by_what_is_nearest():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(center, 0.1, (20, 2)) for center in (0, 10, 13)])
    answers = {0: Answer(0), 1: Answer(0), 20: Answer(1), 21: Answer(1)}
    found = propagate(Pool(X), ("a", "b"), answers, LogisticRegression())
    assert (found.label[40:] == 1).all()


def test_sparse_features_are_taken_as_they_are():
    X, y = blobs(120)
    found = spread_from(sparse.csr_matrix(np.maximum(X, 0)), y, range(40))
    assert (found.label == y)[40:].mean() > 0.6


# -- the parts -------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0.1, 0.95))
@settings(max_examples=25, deadline=None)
def test_spreading_solves_the_equations(seed, alpha):
    rng = np.random.default_rng(seed)
    graph = Geometry(rng.normal(size=(30, 2))).graph
    held = rng.random((30, 3)).astype(np.float32)
    exact = np.linalg.solve(np.eye(30) - alpha * graph.toarray(), held)
    assert np.allclose(spread(graph, held, alpha, n_steps=80), exact, rtol=1e-2, atol=1e-3)


def test_the_graph_is_symmetric_and_an_outlier_hangs_on_to_it():
    X = np.concatenate([np.random.default_rng(0).normal(size=(50, 2)), [[1e4, 1e4]]])
    graph = Geometry(X).graph.toarray()
    assert np.allclose(graph, graph.T, atol=1e-6)
    assert np.abs(np.linalg.eigvalsh(graph)).max() <= 1 + 1e-4
    assert (graph[-1] > 0).sum() >= 5


def test_a_kernel_around_some_answers_does_not_know_the_others():
    X, y = blobs(80)
    ground, seeds = Ground(Pool(X), LogisticRegression(), 0), Seeds(np.arange(30), y[:30], 3)
    half = np.arange(30) < 15
    other = seeds._replace(labels=np.where(half, seeds.labels, 0))
    (one,) = kernel_opinions(ground, seeds, [half])
    (same,) = kernel_opinions(ground, other, [half])
    assert np.allclose(one, same)


def test_opinions_are_shares():
    X, y = blobs(80)
    ground, seeds = Ground(Pool(X), LogisticRegression(), 0), Seeds(np.arange(30), y[:30], 3)
    for mix, proba in mixed(ground, seeds, MIXES).items():
        assert np.allclose(proba.sum(axis=1), 1, atol=1e-4), mix
    belief = Belief({MIXES[0]: 0.5, MIXES[5]: 0.5}, {MIXES[0]: 2.0, MIXES[5]: 0.5}, 1.5)
    total = believed(belief, mixed(ground, seeds, (MIXES[0], MIXES[5])))
    assert np.allclose(total.sum(axis=1), 1, atol=1e-4)


# -- in the loop -----------------------------------------------------------------------------------


def test_a_small_pool_is_asked_about_by_propagation():
    learner = ActiveLearner(Pool(blobs(60)[0]), ["a", "b", "c"], budget=20)
    for item in learner.query():
        learner.label(item, "abc"[int(item) % 3])
    assert isinstance(settled(learner).model, PropagatedModel)


def test_a_session_that_goes_on_has_the_same_propagated_model(tmp_path):
    X, y = blobs(80)
    truth = SimulatedOracle(np.array(["a", "b", "c"])[y])
    first = make_learner(Pool(X), model="propagation", store=tmp_path / "l.sqlite", budget=30)
    first.teach(truth, n=12)
    expected = settled(first).model.proba_at(slice(None))
    second = make_learner(Pool(X), model="propagation", store=tmp_path / "l.sqlite", budget=30)
    assert np.array_equal(settled(second).model.proba_at(slice(None)), expected)


def test_rows_of_the_pool_and_their_positions_are_told_the_same():
    learner = make_learner(Pool(blobs(60)[0]), model="propagation", budget=20)
    learner.teach(SimulatedOracle(np.array(["a", "b", "c"])[blobs(60)[1]]), n=9)
    model = settled(learner).model
    rows = np.array([3, 17, 40])
    said = model.predict_proba(learner.pool.features[rows])
    assert np.allclose(said, model.proba_at(rows), atol=1e-4)
    assert model.predict(learner.pool.features[rows]).tolist() == [0, 2, 1]


def test_a_validation_set_from_outside_measures_it():
    X, y = blobs(90)
    names = np.array(["a", "b", "c"])[y]
    learner = make_learner(
        Pool(X[:60]), model="propagation", budget=20, validation=(X[60:], names[60:])
    )
    learner.teach(SimulatedOracle(names[:60]), n=12)
    assert settled(learner).history["accuracy"].iloc[-1] > 0.8


def test_a_committee_of_it_is_one_of_its_plain_models():
    learner = make_learner(Pool(blobs(60)[0]), model="propagation", budget=20)
    learner.sampling = PoolBasedSampling(QueryByCommittee())
    learner.teach(SimulatedOracle(np.array(["a", "b", "c"])[blobs(60)[1]]), n=9)
    assert len(learner.query()) == 3


# -- what learns from all of it --------------------------------------------------------------------


def test_a_student_learns_from_every_label_and_says_whether_that_helped(digits):
    learner, y = digits
    student = learner.propagate().fit(GaussianNB())
    assert student.n_answers == 100
    assert student.n_propagated == len(y) - 100
    assert student.weighted
    assert (student.model.predict(learner.pool.features) == y).mean() > 0.8
    assert student.n_validation == (learner.labels["strategy"] == "validation").sum()
    assert student.helped is (student.n_right > student.n_right_alone)
    assert f"{student.n_right} of {student.n_validation}" in student.summary
    assert 0 <= student.p_value <= 1


@pytest.mark.parametrize(
    ("right", "alone", "p_value", "said"),
    [
        (38, 30, 0.01, "; that helped: right on 38 of 40"),
        (34, 33, 0.9, "; that may have helped, or it is chance: right on 34 of 40"),
        (30, 38, 0.01, "; that did harm: right on 30 of 40"),
        (33, 33, 1.0, "; that changed nothing: right on 33 of 40"),
    ],
)
def test_what_may_be_chance_is_said_to_be(right, alone, p_value, said):
    assert said in Student(GaussianNB(), 50, 900, True, 40, right, alone, p_value).summary


def test_a_student_predicts_classes_as_they_were_given():
    X, y = blobs(90)
    learner = make_learner(Pool(X), budget=30)
    for item in range(20):
        learner.label(item, "abc"[y[item]])
    student = learner.propagate().fit(LogisticRegression())
    assert set(student.model.predict(X)) <= {"a", "b", "c"}
    assert student.helped is None
    assert "not known" in student.summary


def test_a_student_that_takes_no_weights_learns_without():
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = blobs(90)
    found = spread_from(X, y, range(20))
    assert not found.fit(KNeighborsClassifier(3)).weighted
    assert found.fit(make_pipeline(StandardScaler(), LogisticRegression())).weighted


def test_a_student_learns_nothing_that_is_withheld(digits):
    learner, _ = digits
    found = learner.propagate(threshold=0.9)
    student = found.fit(GaussianNB())
    assert student.n_propagated == (found.is_propagated & ~found.is_withheld).sum()


@pytest.mark.parametrize("wrong", [LogisticRegression, "svm", None])
def test_what_cannot_be_trained_is_refused(digits, wrong):
    learner, _ = digits
    with refused(InvalidInput, "an estimator is a scikit-learn classifier", "", "Pass an instance"):
        learner.propagate().fit(wrong)
