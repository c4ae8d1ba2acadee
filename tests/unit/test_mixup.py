"""MixUp: between any two labeled items, with a share of each class."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from synthesizer_contract import SynthesizerContract, known, make, of_features
from synthesizer_parts import (
    assert_rows_could_stand_in_the_pool,
    contexts,
    made_of,
    of_a_table,
    of_mixed_columns,
    rows_of,
)
from unit_parts import blobs, refused

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers import MixUp


def pictures(n=30, dtype=np.uint8, seed=0):
    """Pictures of 4 by 5 pixels."""
    pixels = 255 * np.random.default_rng(seed).random((n, 4, 5))
    return pixels.astype(dtype)


def of_pictures(n=30, dtype=np.uint8, **arguments):
    """What is known about a pool of pictures of which the pixels are the features."""
    pool = Pool(pictures(n, dtype), **arguments)
    return known(pool, np.arange(n) % 3, np.arange(1, n, 2), model=None)


class TestMixUp(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return MixUp()


class TestMixUpPictures(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return MixUp(alpha=1)

    @pytest.fixture
    def context(self):
        return of_pictures()


class TestMixUpATable(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return MixUp()

    @pytest.fixture
    def context(self):
        return of_a_table()


class TestMixUpSparse(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return MixUp()

    @pytest.fixture
    def context(self):
        return of_mixed_columns(as_features=sparse.csr_array)


class TestShares:
    def test_the_row_lies_as_far_from_the_parent_as_the_share_of_the_other_says(self):
        context = of_features()
        for one in made_of(MixUp(1), context, 100):
            a, b = context.pool.features[list(one.parents)]
            if one.shares is not None:
                other = context.labels[np.searchsorted(context.labeled, one.parents[1])]
                assert np.allclose(one.row, a + one.shares[other] * (b - a))

    def test_the_label_is_that_of_the_parent_and_has_at_least_half(self):
        context = of_features()
        parents = np.repeat(context.labeled, 10)
        labels = np.repeat(context.labels, 10)
        for one, label in zip(make(MixUp(1), context, parents), labels, strict=True):
            assert one.label == label
            assert one.shares is None or one.shares[label] >= 0.5

    def test_there_are_shares_where_the_classes_differ_only(self):
        context = of_features()
        for one in made_of(MixUp(), context, 100):
            classes = context.labels[np.searchsorted(context.labeled, one.parents)]
            assert (one.shares is None) == (classes[0] == classes[1])

    def test_the_other_is_any_other_labeled_item(self):
        context = of_features()
        parents = np.repeat(context.labeled[3], 2000)
        others = [one.parents[1] for one in make(MixUp(), context, parents)]
        assert set(others) == set(context.labeled.tolist()) - {int(parents[0])}
        assert np.bincount(others)[np.unique(others)].min() > 30

    @pytest.mark.parametrize(
        ("alpha", "least", "most"), [(0.05, 0, 0.06), (1, 0.2, 0.3), (50, 0.4, 0.5)]
    )
    def test_alpha_decides_how_much_of_the_other_there_is(self, alpha, least, most):
        made = made_of(MixUp(alpha), of_features(), 500)
        shares = [sorted(one.shares)[-2] for one in made if one.shares is not None]
        assert least <= np.mean(shares) <= most

    def test_a_class_with_one_example_is_enough(self):
        X, y = blobs(9)
        made = make(MixUp(), known(Pool(X), y, [0, 1], model=None), np.array([0, 1]))
        assert [one.parents for one in made] == [(0, 1), (1, 0)]

    def test_the_first_come_before_the_others_are_made(self):
        context = of_features()
        parents = np.repeat(context.labeled, 10**4)
        assert len(list(islice(MixUp().make(context, parents, np.random.default_rng(0)), 3))) == 3


class TestRows:
    def test_whole_numbers_stay_whole_and_a_category_is_one(self):
        context = of_mixed_columns()
        assert_rows_could_stand_in_the_pool(context, made_of(MixUp(2), context, 300))

    @settings(max_examples=60, deadline=None)
    @given(contexts(), st.floats(0.01, 100))
    def test_a_new_row_lies_in_the_box_of_its_parents_and_is_of_the_pools_type(
        self, context, alpha
    ):
        for one in made_of(MixUp(alpha), context, 12):
            a, b = context.pool.features[list(one.parents)]
            assert one.row.dtype == context.pool.features.dtype
            assert (one.row >= np.minimum(a, b)).all()
            assert (one.row <= np.maximum(a, b)).all()
            assert one.shares is None or sum(one.shares) == pytest.approx(1)


class TestPictures:
    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
    def test_pictures_are_mixed_pixel_by_pixel(self, dtype):
        context = of_pictures(dtype=dtype)
        for one in made_of(MixUp(1), context):
            a, b = (context.pool.content[parent].astype(float) for parent in one.parents)
            assert one.content.dtype == dtype
            assert one.content.shape == a.shape
            assert (one.content >= np.minimum(a, b)).all()
            assert (one.content <= np.maximum(a, b)).all()
            assert np.array_equal(one.row, one.content.ravel())

    def test_features_are_those_of_the_picture(self):
        images = pictures()
        pool = Pool(
            images.mean(axis=(1, 2))[:, None],
            list(images),
            featurize=lambda some: np.mean(some, axis=(1, 2))[:, None],
        )
        context = known(pool, np.arange(30) % 3, np.arange(20), model=None)
        for one in made_of(MixUp(1), context):
            assert one.row == one.content.mean()

    def test_without_a_function_that_tells_features_these_are_mixed(self):
        X, y = blobs(30)
        context = known(Pool(X, pictures()), y, np.arange(20), model=None)
        made = made_of(MixUp(), context)
        assert all(one.content is None for one in made)
        assert np.isfinite(rows_of(made)).all()

    def test_features_of_pictures_that_are_not_alike_are_mixed(self):
        X, y = blobs(30)
        shown = [np.zeros((4 + i % 2, 5), dtype=np.uint8) for i in range(30)]
        context = known(Pool(X, shown, featurize=lambda some: X[: len(some)]), y, np.arange(20))
        for one in made_of(MixUp(), context):
            alike = (one.parents[0] - one.parents[1]) % 2 == 0
            assert (one.content is not None) == alike


class TestRefusals:
    @pytest.mark.parametrize("alpha", [0, -1, np.nan, np.inf, True, "much", None])
    def test_alpha_is_above_0(self, alpha):
        with refused(InvalidInput, "above 0", repr(alpha), "alpha=0.4"):
            MixUp(alpha)

    def test_one_labeled_item_cannot_be_mixed(self):
        X, y = blobs(9)
        with refused(InvalidInput, "two", "1 labeled item", "Label another"):
            make(MixUp(), known(Pool(X), y, [4], model=None), np.array([4]))
