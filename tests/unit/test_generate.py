from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity
from synthesizer_contract import SynthesizerContract, classes_of, known, make, of_features
from unit_parts import refused

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers import Generate, Kernel, Mixture

MODELS = ("mixture", "kernel")


class TestMixture(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate("mixture")


class TestMixtureOfSoManyComponents(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate("mixture", n_components=3)


class TestKernel(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate("kernel", bandwidth="silverman")


class TestEstimatorWithASeed(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate(GaussianMixture(2, reg_covar=0.1))


class TestEstimatorWithoutASeed(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate(KernelDensity(bandwidth=0.3))


class TestOfMixedTables(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate()

    @pytest.fixture
    def context(self):
        return of_mixed_rows()


class TestOfSparseFeatures(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate("kernel")

    @pytest.fixture
    def context(self):
        X = sparse.random_array((60, 20), density=0.3, rng=0, format="csr")
        return known(Pool(X), np.arange(60) % 3, np.arange(1, 60, 2))


def of_mixed_rows(n=60):
    rng = np.random.default_rng(0)
    y = np.arange(n) % 3
    color = rng.integers(0, 3, n)
    X = np.column_stack([rng.normal(y, 0.3), rng.integers(18, 80, n), color[:, None] == range(3)])
    return known(Pool(X.astype(float)), y, np.arange(1, n, 2), model=None)


@pytest.mark.parametrize("model", MODELS)
def test_rows_lie_as_those_of_their_class_do(model):
    rng = np.random.default_rng(0)
    y = np.arange(600) % 2
    spread = np.array([[1.0, 0.9], [0.0, 0.4]])
    X = rng.normal(size=(600, 2)) @ spread + np.array([[0, 0], [6, -2]])[y]
    context = known(Pool(X), y, np.arange(600), classes=("a", "b"))
    rows = np.stack([one.row for one in make(Generate(model), context, context.labeled[y == 1])])
    own = X[y == 1]
    assert np.abs(rows.mean(axis=0) - own.mean(axis=0)).max() < 0.3
    assert np.corrcoef(rows.T)[0, 1] == pytest.approx(np.corrcoef(own.T)[0, 1], abs=0.15)
    assert rows.std(axis=0) == pytest.approx(own.std(axis=0), rel=0.25)


def test_a_mixture_finds_how_many_kinds_of_examples_there_are():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(center, 0.2, size=(40, 2)) for center in (0, 5, 10)])
    rows = np.stack([Mixture().fit(X, rng)(i, rng) for i in range(len(X))])
    away = np.abs(rows[:, None] - np.array([0, 5, 10])[None, :, None]).max(axis=2).min(axis=1)
    assert away.max() < 1.5, "a row lies between the kinds"


def test_a_new_row_is_of_the_kind_that_its_parent_is():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(0, 0.2, size=(20, 2)), rng.normal(9, 0.2, size=(20, 2))])
    context = known(Pool(X), np.zeros(40, dtype=int), np.arange(40), model=None)
    for model in MODELS:
        for one in make(Generate(model), context, np.arange(40)):
            assert np.abs(one.row - X[one.parents[0]]).max() < 3


def test_a_narrow_kernel_stays_near_the_parent():
    context = of_features()
    for one in make(Generate("kernel", bandwidth=1e-6), context, context.labeled):
        assert np.allclose(one.row, context.pool.features[one.parents[0]], atol=1e-4)


def test_the_second_parent_is_the_example_that_the_row_is_most_like():
    context = of_features()
    made = make(Generate("mixture"), context, context.labeled)
    assert {len(one.parents) for one in made} == {1, 2}
    for one in made:
        own = context.labeled[context.labels == one.label]
        there = context.pool.geometry.scaling.transform(one.row[None], by_direction=True)
        away = ((context.rows(own) - there) ** 2).sum(axis=1)
        assert one.parents[-1] == own[away.argmin()]
        assert classes_of(context, one.parents) == {one.label}


def test_columns_of_categories_stay_what_they_are():
    context = of_mixed_rows()
    for model in MODELS:
        rows = np.stack([one.row for one in make(Generate(model), context, context.labeled)])
        assert (rows[:, 1] == np.rint(rows[:, 1])).all()
        assert (rows[:, 2:].sum(axis=1) == 1).all()
        assert set(np.unique(rows[:, 2:])) <= {0, 1}
        features = context.pool.features
        assert (rows.min(axis=0) >= features.min(axis=0)).all()
        assert (rows.max(axis=0) <= features.max(axis=0)).all()


def test_rows_of_categories_alone_are_mixed_of_several_examples():
    X = np.eye(4)[np.random.default_rng(0).integers(0, 4, size=(40, 3))].reshape(40, -1)
    context = known(Pool(X), np.zeros(40, dtype=int), np.arange(40), model=None)
    rows = np.stack([one.row for one in make(Generate(), context, np.arange(40))])
    assert (rows.reshape(40, 3, 4).sum(axis=2) == 1).all()
    assert len({tuple(row) for row in rows} - {tuple(row) for row in X}) > 0


@pytest.mark.parametrize("bandwidth", ["likelihood", "scott", "silverman", 0.3])
def test_a_bandwidth_by_likelihood_is_none_that_is_wider_than_scotts(bandwidth):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    Kernel(bandwidth).fit(X, rng)
    one, two = (Kernel(rule)._reach(X, rng) for rule in (bandwidth, "scott"))
    assert 0.1 * two <= one <= 1.1 * two


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", "bool"])
def test_rows_are_of_the_type_of_the_pool(dtype):
    X = np.random.default_rng(0).integers(0, 2 if dtype == "bool" else 200, size=(30, 8))
    context = known(Pool(X.astype(dtype)), np.arange(30) % 3, np.arange(30), model=None)
    made = make(Generate(), context, context.labeled)
    assert made
    assert {one.row.dtype for one in made} == {np.dtype(dtype)}


def test_a_table_of_numbers_shows_the_numbers_of_the_new_row():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 2)), columns=["length", "width"])
    context = known(Pool(frame), np.arange(30) % 3, np.arange(30), model=None)
    for one in make(Generate(), context, context.labeled):
        assert list(one.content) == ["length", "width"]
        assert list(one.content.values()) == one.row.tolist()


def test_texts_have_no_content_that_a_density_could_make():
    texts = [f"text {i}" for i in range(60)]
    context = of_features(content=texts)
    assert {one.content for one in make(Generate(), context, context.labeled)} == {None}


def test_two_examples_are_enough():
    context = known(Pool(np.eye(6)), np.array([0, 0, 1, 1, 2, 2]), np.arange(6), model=None)
    for model in MODELS:
        assert len(make(Generate(model), context, np.arange(6))) == 6


def test_a_class_with_one_example_is_passed_over():
    X = np.random.default_rng(0).normal(size=(9, 3))
    y = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2])
    made = make(Generate(), known(Pool(X), y, np.arange(9), model=None), np.arange(9))
    assert [one.parents[0] for one in made] == list(range(8))


def test_it_refuses_classes_that_all_have_one_example():
    X = np.random.default_rng(0).normal(size=(9, 3))
    y = np.array([0, 0, 0, 0, 0, 0, 0, 1, 2])
    context = known(Pool(X), y, np.arange(9), model=None)
    with refused(InvalidInput, "two different", "1 of class 'c'", "use Augment"):
        make(Generate(), context, np.array([8]))
    with refused(
        InvalidInput, "two different", "1 of class 'b', and nothing better of 1 more", "Label"
    ):
        make(Generate(), context, np.array([7, 8]))


def test_it_refuses_examples_that_are_all_alike():
    y = np.array([0, 0, 0, 1, 1, 1])
    context = known(Pool(np.ones((6, 3))), y, np.arange(6), model=None)
    with refused(InvalidInput, "two different", "3 of class 'a', all alike", "Label more"):
        make(Generate("kernel"), context, np.arange(3))


def test_examples_that_repeat_are_learned_from():
    X = np.repeat(np.random.default_rng(0).normal(size=(3, 4)), 10, axis=0)
    context = known(Pool(X), np.zeros(30, dtype=int), np.arange(30), model=None)
    for model in ("kernel", "mixture", Mixture(30)):
        rows = np.stack([one.row for one in make(Generate(model), context, np.arange(30))])
        assert np.isfinite(rows).all()


def test_more_features_than_examples_are_learned_from():
    X = np.random.default_rng(0).normal(size=(12, 2_000)).astype(np.float32)
    context = known(Pool(X), np.arange(12) % 3, np.arange(12), model=None)
    for model in MODELS:
        assert len(make(Generate(model), context, np.arange(12))) == 12


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(2, 30),
    width=st.integers(1, 12),
    scale=st.sampled_from([1e-9, 1.0, 1e9]),
    model=st.sampled_from(MODELS),
    seed=st.integers(0, 2**16),
)
def test_rows_are_finite_and_within_the_pool(n, width, scale, model, seed):
    X = scale * np.random.default_rng(seed).normal(size=(n, width))
    context = known(Pool(X), np.zeros(n, dtype=int), np.arange(n), model=None)
    rows = np.stack([one.row for one in make(Generate(model), context, np.arange(n))])
    assert (rows >= X.min(axis=0)).all()
    assert (rows <= X.max(axis=0)).all()


def test_a_model_is_given_by_its_name_or_as_it_is():
    assert repr(Generate("mixture", n_components=2)) == repr(Generate(Mixture(n_components=2)))
    assert repr(Generate(Kernel())) == "Generate(Kernel(bandwidth='likelihood'))"


@pytest.mark.parametrize("model", ["gan", 3, Mixture, GaussianMixture])
def test_it_refuses_what_is_no_model(model):
    with refused(InvalidInput, "model is one of 'mixture', 'kernel', ", repr(model), "mixture"):
        Generate(model)


def test_it_refuses_arguments_for_a_model_that_has_its_own():
    with refused(InvalidInput, "by its name", "n_components", "Mixture(...)"):
        Generate(Mixture(), n_components=3)


@pytest.mark.parametrize("bandwidth", [0, -1, np.nan, np.inf, "wide", True, None])
def test_it_refuses_a_bandwidth_that_makes_no_sense(bandwidth):
    with refused(InvalidInput, "bandwidth", repr(bandwidth), "likelihood"):
        Generate("kernel", bandwidth=bandwidth)


@pytest.mark.parametrize("n", [0, -1, 1.5, True])
def test_it_refuses_a_number_of_components_that_makes_no_sense(n):
    with refused(InvalidInput, "n_components", repr(n), "n_components"):
        Generate("mixture", n_components=n)
