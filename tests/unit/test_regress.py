"""Regress: each column drawn as the others suggest, within a class."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeRegressor
from synthesizer_contract import SynthesizerContract, known, make, of_features
from synthesizer_parts import (
    COLORS,
    assert_rows_are_in_the_box_of_their_class,
    assert_rows_could_stand_in_the_pool,
    contexts,
    made_of,
    of_a_table,
    of_mixed_columns,
    of_one_class,
    rows_of,
)
from unit_parts import blobs, refused

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers import Regress
from al_widgets.synthesizers._conditionals import _Ridge


class TestRegress(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Regress()


class TestRegressMixedColumns(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Regress()

    @pytest.fixture
    def context(self):
        return of_mixed_columns()


class TestRegressByAnEstimator(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Regress(DecisionTreeRegressor(min_samples_leaf=3, max_features=1))

    @pytest.fixture
    def context(self):
        return of_mixed_columns()


class TestRegressATable(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Regress()

    @pytest.fixture
    def context(self):
        return of_a_table()


class TestRegressSparse(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Regress()

    @pytest.fixture
    def context(self):
        return of_mixed_columns(as_features=sparse.csr_array)


def gaussian(n, width, n_factors, seed=0):
    """Rows whose columns are correlated, since a few factors move them all."""
    rng = np.random.default_rng(seed)
    loadings = rng.normal(size=(n_factors, width)) / np.sqrt(n_factors)
    return rng.normal(size=(n, n_factors)) @ loadings + 0.3 * rng.normal(size=(n, width)) + 5


class TestDistribution:
    @pytest.mark.parametrize(
        ("n", "width", "n_factors"),
        [(300, 5, 2), (300, 64, 5), (8, 64, 3), (30, 200, 5)],
    )
    @pytest.mark.parametrize("seed", range(2))
    def test_means_spread_and_correlations_are_those_of_the_class(self, n, width, n_factors, seed):
        X = gaussian(n, width, n_factors, seed)
        new, old = rows_of(made_of(Regress(), of_one_class(X), 2000)), X[:-1]
        shift = (new.mean(axis=0) - old.mean(axis=0)) / old.std(axis=0)
        assert np.abs(shift).max() < 0.3
        spread = new.std(axis=0) / old.std(axis=0)
        assert 0.75 < spread.min() < spread.max() < 1.15
        apart = np.corrcoef(new.T) - np.corrcoef(old.T)
        assert np.sqrt((apart**2).mean()) < 0.1

    def test_with_an_estimator_too(self):
        X = gaussian(200, 4, 2)
        new = rows_of(made_of(Regress(LinearRegression()), of_one_class(X), 2000))
        assert new.std(axis=0) == pytest.approx(X[:-1].std(axis=0), rel=0.15)
        assert np.abs(np.corrcoef(new.T) - np.corrcoef(X[:-1].T)).max() < 0.1

    def test_an_estimator_finds_what_is_no_line(self):
        x = np.random.default_rng(0).uniform(-2, 2, 300)
        context = of_one_class(np.column_stack([x, x**2]))
        rows = rows_of(made_of(Regress(KNeighborsRegressor(5)), context, 300))
        assert np.median(np.abs(rows[:, 1] - rows[:, 0] ** 2)) < 0.1

    def test_columns_that_have_nothing_to_do_with_each_other_stay_so(self):
        X = np.random.default_rng(0).normal(size=(300, 20))
        new = rows_of(made_of(Regress(), of_one_class(X), 2000))
        apart = np.corrcoef(new.T) - np.eye(20)
        assert np.abs(apart).max() < 0.25
        assert new.std(axis=0) == pytest.approx(X[:-1].std(axis=0), rel=0.1)

    def test_new_rows_are_no_copies(self):
        X = gaussian(40, 6, 2)
        context = of_one_class(X)
        rows = rows_of(made_of(Regress(), context, 100))
        apart = np.linalg.norm(rows[:, None] - X[None], axis=2).min(axis=1)
        assert np.median(apart) > 0.2

    def test_categories_follow_the_numbers(self):
        rng = np.random.default_rng(0)
        color = np.arange(300) % 3
        X = np.column_stack([6 * color + rng.normal(size=300), np.eye(3)[color]])
        rows = rows_of(made_of(Regress(), of_one_class(X), 600))
        told = np.clip(np.rint(rows[:, 0] / 6), 0, 2)
        assert (told == rows[:, 1:].argmax(axis=1)).mean() > 0.8
        assert rows[:, 1:].mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.1)


class TestLeavingOneOut:
    @pytest.mark.parametrize(("n", "width"), [(30, 5), (10, 20)])
    def test_errors_are_those_of_regressions_that_left_the_row_out(self, n, width):
        Z = gaussian(n, width, 2)
        Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
        ridge = _Ridge(Z, np.arange(width))
        penalty = 0.3 * n
        _, missed = ridge._left_out(Z, Z @ ridge._V, penalty)
        for column in range(3):
            others, y = np.delete(Z, column, axis=1), Z[:, column]
            told = cross_val_predict(Ridge(penalty), others, y, cv=LeaveOneOut())
            assert missed[:, column] == pytest.approx(y - told, rel=0.1, abs=0.05)

    def test_predictions_are_those_of_ridge_regressions(self):
        Z = gaussian(30, 5, 2)
        Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
        ridge = _Ridge(Z, np.arange(5))
        new = np.random.default_rng(1).normal(size=(7, 5))
        ridge.begin(new)
        model = Ridge(ridge._penalty).fit(Z[:, 1:], Z[:, 0])
        assert ridge.predicted(0, new) == pytest.approx(model.predict(new[:, 1:]))


class TestRows:
    @pytest.mark.parametrize("estimator", [None, LinearRegression()])
    def test_whole_numbers_stay_whole_and_a_category_is_one(self, estimator):
        context = of_mixed_columns()
        made = made_of(Regress(estimator), context, 200)
        assert_rows_could_stand_in_the_pool(context, made)
        assert_rows_are_in_the_box_of_their_class(context, made)

    def test_sparse_rows_are_drawn_as_dense_ones(self):
        dense, thin = of_mixed_columns(), of_mixed_columns(as_features=sparse.csr_array)
        assert np.array_equal(rows_of(made_of(Regress(), dense)), rows_of(made_of(Regress(), thin)))

    def test_two_examples_of_many_columns_are_enough(self):
        context = of_one_class(gaussian(3, 64, 3))
        made = made_of(Regress(), context)
        assert_rows_are_in_the_box_of_their_class(context, made)
        assert rows_of(made).std(axis=0).min() > 0

    def test_a_single_column_is_drawn_from_the_values_of_the_class(self):
        context = of_one_class(np.arange(10.0)[:, None] ** 2 / 7)
        rows = rows_of(made_of(Regress(), context, 200))
        assert rows.mean() == pytest.approx(context.pool.features[:-1].mean(), rel=0.2)

    def test_items_in_one_place_make_another_there(self):
        assert (rows_of(made_of(Regress(), of_one_class(np.ones((6, 3))))) == 1).all()

    @settings(max_examples=60, deadline=None)
    @given(contexts())
    def test_a_new_row_lies_in_the_box_of_its_class_and_is_of_the_pools_type(self, context):
        made = made_of(Regress(), context, 12)
        assert {one.row.dtype for one in made} == {context.pool.features.dtype}
        assert_rows_are_in_the_box_of_their_class(context, made)

    def test_the_first_come_before_the_others_are_made(self):
        context = of_features()
        parents = np.repeat(context.labeled, 10**4)
        assert len(list(islice(Regress().make(context, parents, np.random.default_rng(0)), 3))) == 3


class TestTableRows:
    def test_a_table_row_is_drawn_cell_by_cell(self):
        context = of_a_table()
        labeled = [context.pool.content[i] for i in context.labeled.tolist()]
        made = made_of(Regress(), context)
        for one in made:
            assert list(one.content) == ["height", "years", "owns", "color"]
            assert isinstance(one.content["years"], int | np.integer)
            assert one.content["owns"] in (True, False)
            assert one.content["color"] in COLORS
        years = [one.content["years"] for one in made]
        assert len({*years}) > 10
        assert min(row["years"] for row in labeled) <= min(years)

    def test_features_are_those_of_the_row(self):
        context = of_a_table()
        made = made_of(Regress(), context)
        told = context.pool.featurize([one.content for one in made])
        assert np.array_equal(rows_of(made), told)

    def test_cells_that_cannot_be_learned_are_those_of_the_parent(self):
        rows = [
            {"size": float(i), "name": f"no. {i}", "tags": [i], "depth": None if i % 2 else i / 4}
            for i in range(300)
        ]
        pool = Pool(
            np.arange(300.0)[:, None], rows, featurize=lambda some: [[row["size"]] for row in some]
        )
        context = known(pool, np.zeros(300, dtype=int), np.arange(299), model=None)
        for one in made_of(Regress(), context):
            parent = rows[one.parents[0]]
            assert all(one.content[name] == parent[name] for name in ("name", "tags", "depth"))
            assert one.content["size"] != parent["size"]

    def test_rows_without_a_cell_that_can_be_learned_are_drawn_as_features(self):
        X, y = blobs(30)
        rows = [{"tags": [i]} for i in range(30)]
        context = known(Pool(X, rows, featurize=lambda some: X[: len(some)]), y, np.arange(20))
        assert all(one.content is None for one in made_of(Regress(), context))


class TestRefusals:
    @pytest.mark.parametrize("estimator", [7, "ridge", LinearRegression])
    def test_an_estimator_is_an_instance(self, estimator):
        with refused(InvalidInput, "regressor", repr(estimator), "RandomForestRegressor"):
            Regress(estimator)

    def test_one_that_cannot_be_fitted_is_told_of(self):
        with refused(InvalidInput, "learn a column", "n_neighbors", "Set its parameters"):
            made_of(Regress(KNeighborsRegressor(500)), of_features())

    def test_a_class_with_one_example_is_named(self):
        X, y = blobs(12)
        context = known(Pool(X), y, [0, 1, 3, 4, 5], model=None)
        with refused(InvalidInput, "two labeled items", "1 of 'c'", "Label another item of 'c'"):
            make(Regress(), context, np.array([5, 5]))

    def test_it_is_passed_over_where_others_have_more(self):
        X, y = blobs(12)
        context = known(Pool(X), y, [0, 1, 3, 4, 5], model=None)
        made = make(Regress(), context, np.array([5, 0, 5, 1]))
        assert [one.parents[0] for one in made] == [0, 1]
