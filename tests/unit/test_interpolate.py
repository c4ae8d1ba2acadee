"""Interpolation: between neighbors of a class, by its own rules or those of imbalanced-learn."""

from __future__ import annotations

import importlib
import sys
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from synthesizer_contract import SynthesizerContract, fingerprints, known, make, of_features
from synthesizer_parts import (
    COLORS,
    assert_rows_are_in_the_box_of_their_class,
    assert_rows_could_stand_in_the_pool,
    contexts,
    made_of,
    of_a_table,
    of_mixed_columns,
    rows_of,
)
from unit_parts import blobs, refused

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput, MissingExtra
from al_widgets.synthesizers import Interpolate
from al_widgets.synthesizers._columns import columns_of


class TestInterpolate(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Interpolate()


class TestInterpolateATable(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Interpolate(k=3)

    @pytest.fixture
    def context(self):
        return of_a_table()


class TestInterpolateMixedColumns(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Interpolate()

    @pytest.fixture
    def context(self):
        return of_mixed_columns()


class TestInterpolateSparse(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Interpolate()

    @pytest.fixture
    def context(self):
        return of_mixed_columns(as_features=sparse.csr_array)


class TestBetweenNeighbors:
    def test_a_new_row_lies_on_the_line_between_its_parents(self):
        context = of_features()
        for one in made_of(Interpolate(), context):
            a, b = context.pool.features[list(one.parents)]
            share = (one.row - a) @ (b - a) / ((b - a) @ (b - a))
            assert 0 <= share <= 1
            assert np.allclose(one.row, a + share * (b - a))

    def test_the_other_parent_is_one_of_the_k_nearest_of_the_class(self):
        context = of_features()
        for one in made_of(Interpolate(k=2), context, 100):
            parent, other = one.parents
            mates = context.labeled[context.labels == one.label]
            apart = np.linalg.norm(context.rows(mates) - context.rows(np.array([parent])), axis=1)
            assert other in mates[np.argsort(apart)][1:3]

    def test_all_others_of_a_small_class_are_its_neighbors(self):
        X, y = blobs(20)
        context = known(Pool(X), y, np.arange(9), model=None)
        made = make(Interpolate(k=50), context, np.zeros(60, dtype=int))
        assert {one.parents[1] for one in made} == {3, 6}

    def test_how_far_it_goes_is_drawn_evenly(self):
        context = of_features()
        shares = [int(one.recipe.split()[0]) for one in made_of(Interpolate(), context, 600)]
        assert np.histogram(shares, bins=4, range=(0, 100))[0].min() > 100

    def test_the_first_come_before_the_others_are_made(self):
        context = of_features()
        making = Interpolate().make(
            context, np.repeat(context.labeled, 10**4), np.random.default_rng(0)
        )
        assert len(list(islice(making, 3))) == 3

    def test_items_in_one_place_make_another_there(self):
        context = known(Pool(np.ones((6, 2))), np.zeros(6, dtype=int), np.arange(5), model=None)
        assert (rows_of(made_of(Interpolate(), context)) == 1).all()

    @settings(max_examples=60, deadline=None)
    @given(contexts(), st.integers(1, 9))
    def test_a_new_row_lies_in_the_box_of_its_parents_and_is_of_the_pools_type(self, context, k):
        for one in made_of(Interpolate(k), context, 12):
            a, b = context.pool.features[list(one.parents)]
            assert one.row.dtype == context.pool.features.dtype
            assert (one.row >= np.minimum(a, b)).all()
            assert (one.row <= np.maximum(a, b)).all()


class TestMixedColumns:
    @pytest.mark.parametrize("seed", range(3))
    def test_whole_numbers_stay_whole_and_a_category_is_one(self, seed):
        context = of_mixed_columns(seed=seed)
        made = made_of(Interpolate(), context, 200)
        assert_rows_could_stand_in_the_pool(context, made)
        assert_rows_are_in_the_box_of_their_class(context, made)

    def test_categories_are_those_of_one_parent(self):
        context = of_mixed_columns()
        for one in made_of(Interpolate(), context):
            nominal = context.pool.features[list(one.parents)][:, 3:]
            assert (one.row[3:] == nominal).all(axis=1).any()

    def test_categories_stay_as_frequent_as_they_are(self):
        rng = np.random.default_rng(0)
        X = np.column_stack([rng.normal(size=(300, 2)), np.eye(3)[[0] * 240 + [1] * 48 + [2] * 12]])
        context = known(Pool(X), np.zeros(300, dtype=int), np.arange(299), model=None)
        shares = rows_of(made_of(Interpolate(), context, 3000))[:, 2:].mean(axis=0)
        assert shares == pytest.approx([0.8, 0.16, 0.04], abs=0.04)

    def test_sparse_rows_are_made_as_dense_ones(self):
        dense, thin = of_mixed_columns(), of_mixed_columns(as_features=sparse.csr_array)
        assert np.array_equal(
            rows_of(made_of(Interpolate(), dense)), rows_of(made_of(Interpolate(), thin))
        )


class TestColumns:
    def test_indicators_of_a_category_are_found_beside_others(self):
        X = np.column_stack([of_mixed_columns().pool.features, np.eye(2)[np.arange(60) % 2]])
        columns = columns_of(X)
        assert columns.is_nominal.tolist() == [False] * 3 + [True] * 6
        assert np.flatnonzero(columns.is_whole).tolist() == [2]
        assert [group.tolist() for group in columns.groups] == [[4, 5, 6], [7, 8]]
        assert [one.tolist() for one in columns.variables] == [[4, 5, 6], [7, 8], [3]]

    def test_a_row_without_any_breaks_a_group(self):
        X = np.eye(3)[np.arange(30) % 3]
        X[7] = 0
        assert columns_of(X).groups == ()

    def test_one_row_with_a_fraction_makes_a_column_a_measurement(self):
        X = np.ones((200_000, 1))
        X[-1] = 0.5
        columns = columns_of(X)
        assert not columns.is_nominal.any()
        assert not columns.is_whole.any()

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_groups_have_one_1_in_every_row_and_share_no_column(self, data):
        n, sizes = data.draw(st.integers(3, 20)), data.draw(st.lists(st.integers(1, 4), max_size=4))
        draw = np.random.default_rng(data.draw(st.integers(0, 99)))
        parts = [np.eye(size)[draw.integers(size, size=n)] for size in sizes]
        X = np.hstack([draw.integers(2, size=(n, 2)), *parts])
        columns = [j for group in columns_of(X).groups for j in group]
        assert len(set(columns)) == len(columns)
        for group in columns_of(X).groups:
            assert (X[:, group].sum(axis=1) == 1).all()
            assert len(group) >= 2


class TestContent:
    def test_a_table_row_is_made_of_which_the_features_are(self):
        context = of_a_table()
        made = made_of(Interpolate(), context)
        told = context.pool.featurize([one.content for one in made])
        assert np.array_equal(rows_of(made), told)

    def test_its_numbers_are_between_and_its_other_cells_of_one_parent(self):
        context = of_a_table()
        for one in made_of(Interpolate(), context):
            a, b = (context.pool.content[parent] for parent in one.parents)
            assert min(a["height"], b["height"]) <= one.content["height"]
            assert one.content["height"] <= max(a["height"], b["height"])
            assert one.content["years"] == round(one.content["years"])
            assert one.content["color"] in COLORS
            others = [(cells["owns"], cells["color"]) for cells in (a, b)]
            assert (one.content["owns"], one.content["color"]) in others

    def test_rows_that_are_mappings_become_mappings(self):
        rows = [{"size": float(i), "word": "ab"[i % 2]} for i in range(10)]
        pool = Pool(
            np.arange(10.0)[:, None], rows, featurize=lambda rows: [[row["size"]] for row in rows]
        )
        context = known(pool, np.zeros(10, dtype=int), np.arange(9), model=None)
        for one in made_of(Interpolate(), context):
            assert type(one.content) is dict
            assert list(one.content) == ["size", "word"]
            assert one.row == [one.content["size"]]

    def test_a_missing_cell_is_not_blended(self):
        rows = [{"size": np.nan if i % 2 else i / 2} for i in range(10)]
        pool = Pool(
            np.arange(10.0)[:, None],
            rows,
            featurize=lambda rows: np.nan_to_num([[row["size"]] for row in rows]),
        )
        context = known(pool, np.zeros(10, dtype=int), np.arange(9), model=None)
        for one in made_of(Interpolate(), context):
            assert np.isnan(one.content["size"]) or one.content["size"] <= 4

    def test_texts_have_no_middle(self):
        X, y = blobs(12)
        context = known(
            Pool(X, ["a text"] * 12, featurize=lambda _: X), y, np.arange(9), model=None
        )
        assert all(one.content is None for one in made_of(Interpolate(), context))

    def test_a_table_whose_features_nobody_can_tell_is_not_blended(self):
        X, y = blobs(12)
        context = known(Pool(X, [{"a": 1.5}] * 12), y, np.arange(9), model=None)
        assert all(one.content is None for one in made_of(Interpolate(), context))


class TestRefusals:
    @pytest.mark.parametrize("k", [0, -1, 2.5, True, None, "3"])
    def test_k_is_a_count(self, k):
        with refused(InvalidInput, "k must be a whole number", repr(k), "k=10"):
            Interpolate(k)

    def test_a_class_with_one_example_is_named(self):
        X, y = blobs(12)
        context = known(Pool(X), y, [0, 1, 3, 4, 5], model=None)
        with refused(InvalidInput, "two labeled items", "1 of 'c'", "Label another item of 'c'"):
            make(Interpolate(), context, np.array([5, 5]))

    def test_it_is_passed_over_where_others_have_more(self):
        X, y = blobs(12)
        context = known(Pool(X), y, [0, 1, 3, 4, 5], model=None)
        made = make(Interpolate(), context, np.array([5, 0, 5, 1]))
        assert [one.parents[0] for one in made] == [0, 1]

    @pytest.mark.parametrize("sampler", [7, object(), list])
    def test_a_sampler_is_one(self, sampler):
        with refused(InvalidInput, "over-sampler", repr(sampler), "BorderlineSMOTE"):
            Interpolate(sampler=sampler)

    def test_a_name_needs_the_library_and_the_error_tells_how_to_install_it(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "imblearn", None)
        monkeypatch.delitem(sys.modules, "imblearn.over_sampling", raising=False)
        with refused(
            MissingExtra, "imbalanced-learn", "without", 'pip install "al_widgets[imbalanced]"'
        ):
            Interpolate(sampler="SMOTE")


@pytest.fixture
def over_sampling():
    reason = 'pip install "al_widgets[imbalanced]" brings imbalanced-learn'
    pytest.importorskip("imblearn", reason=reason)
    return importlib.import_module("imblearn.over_sampling")


@pytest.mark.usefixtures("over_sampling")
class TestInterpolateByASampler(SynthesizerContract):
    @pytest.fixture(params=["SMOTE", "BorderlineSMOTE", "ADASYN", "SVMSMOTE"])
    def synthesizer(self, request):
        return Interpolate(sampler=request.param)

    @pytest.fixture
    def context(self):
        X, y = blobs(90)
        X[:, :2] += 3 * np.random.default_rng(1).normal(size=(90, 2))  # classes overlap
        return known(Pool(X), y, np.arange(1, 90, 2), model=None)


class TestSamplers:
    def test_it_makes_as_many_of_each_class_as_there_are_parents_of_it(self, over_sampling):
        context = of_mixed_columns()
        parents = np.repeat(context.labeled, 3)
        made = make(Interpolate(sampler=over_sampling.SMOTE()), context, parents)
        assert [one.parents[0] for one in made] == parents.tolist()

    def test_a_sampler_that_blends_categories_is_mended(self, over_sampling):
        context = of_mixed_columns()
        made = made_of(Interpolate(sampler=over_sampling.SMOTE()), context)
        assert_rows_could_stand_in_the_pool(context, made)

    def test_one_that_knows_categories_keeps_its_choice(self, over_sampling):
        context = of_mixed_columns()
        sampler = over_sampling.SMOTENC(categorical_features=[3, 4, 5, 6])
        made = made_of(Interpolate(sampler=sampler), context)
        assert_rows_could_stand_in_the_pool(context, made)

    def test_sparse_features_are_enough(self, over_sampling):
        context = of_mixed_columns(as_features=sparse.csr_array)
        made = made_of(Interpolate(sampler=over_sampling.SMOTE()), context)
        assert rows_of(made).shape == (40, 7)

    def test_its_own_seed_does_not_matter_and_it_stays_as_it_is(self, over_sampling):
        context = of_features()
        samplers = [over_sampling.SMOTE(random_state=seed) for seed in (0, 1)]
        made = [made_of(Interpolate(sampler=sampler), context) for sampler in samplers]
        assert fingerprints(made[0]) == fingerprints(made[1])
        assert samplers[1].get_params()["random_state"] == 1
        assert samplers[1].get_params()["sampling_strategy"] == "auto"

    def test_few_examples_are_enough(self, over_sampling):
        X, y = blobs(20)
        context = known(Pool(X), y, np.arange(6), model=None)
        assert len(made_of(Interpolate(sampler=over_sampling.SMOTE()), context, 10)) == 10

    def test_a_refusal_says_what_the_library_said(self, over_sampling):
        with refused(InvalidInput, "KMeansSMOTE", "No clusters found", "another sampler"):
            made_of(Interpolate(sampler=over_sampling.KMeansSMOTE()), of_small_classes())

    def test_one_class_alone_is_refused(self, over_sampling):
        context = known(Pool(np.eye(6)), np.zeros(6, dtype=int), np.arange(5), model=None)
        with refused(InvalidInput, "SMOTE", "class", "Label more"):
            made_of(Interpolate(sampler=over_sampling.SMOTE()), context)

    @pytest.mark.usefixtures("over_sampling")
    def test_an_unknown_name_is_refused_with_those_that_there_are(self):
        with refused(InvalidInput, "name", "'SMOKE'", "BorderlineSMOTE"):
            Interpolate(sampler="SMOKE")

    @pytest.mark.usefixtures("over_sampling")
    def test_a_name_that_needs_arguments_asks_for_an_instance(self):
        with refused(InvalidInput, "no arguments", "SMOTENC", "over_sampling.SMOTENC(...)"):
            Interpolate(sampler="SMOTENC")


def of_small_classes():
    X, y = blobs(20)
    return known(Pool(X), y, np.arange(9), model=None)
