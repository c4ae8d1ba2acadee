from __future__ import annotations

import itertools

import numpy as np
import pytest

from al_widgets import datasets
from al_widgets.datasets import _sea_creatures
from al_widgets.datasets._variations import DRAWN_BY, VARIATIONS
from al_widgets.exceptions import InvalidInput

EVERY = {f"{name} / {kind.name}" for name, kinds in VARIATIONS.items() for kind in kinds}


@pytest.fixture(scope="module")
def sea():
    return datasets.make_sea_creatures(600)


def pictures(pool):
    return np.stack([pool.content[i] for i in range(len(pool))])


def test_the_digits_are_all_there():
    pool, y = datasets.load_digits()
    assert len(pool) == len(y) == 1_797
    assert set(y) == set(range(10))


def test_pictures_features_and_names_come_in_the_documented_form(sea):
    pool, y, variation = sea
    shown = pictures(pool)
    assert (shown.shape, shown.dtype) == ((600, 48, 48, 3), np.uint8)
    assert (pool.features.shape, pool.features.dtype) == ((600, 64), np.float32)
    assert y.shape == variation.shape == (600,)
    assert y.dtype.kind == variation.dtype.kind == "U"
    assert pool.content.card(0)["kind"] == "image"


def test_a_variation_belongs_to_one_animal(sea):
    _, y, variation = sea
    assert [name.split(" / ")[0] for name in variation] == list(y)


def test_every_animal_and_every_variation_is_there(sea):
    _, y, variation = sea
    assert set(y) == set(DRAWN_BY)
    assert set(variation) == EVERY


def test_the_same_seed_draws_the_same_pictures():
    first, again = (datasets.make_sea_creatures(40, random_state=3) for _ in range(2))
    np.testing.assert_array_equal(pictures(first[0]), pictures(again[0]))
    np.testing.assert_array_equal(first[0].features, again[0].features)
    for names, same in zip(first[1:], again[1:], strict=True):
        np.testing.assert_array_equal(names, same)


def test_another_seed_draws_other_pictures_in_another_order_as_often():
    (pool, y, kinds), (other, other_y, others) = (
        datasets.make_sea_creatures(80, random_state=seed) for seed in (0, 1)
    )
    assert (pictures(pool) != pictures(other)).any(axis=(1, 2, 3)).all()
    assert list(y) != list(other_y)
    assert sorted(kinds) == sorted(others)


def test_no_two_pictures_are_equal(sea):
    assert len({picture.tobytes() for picture in pictures(sea[0])}) == 600


@pytest.mark.parametrize("classes", [2, 7, 10])
def test_numbers_add_up_at_every_size(classes):
    for n in (classes, classes + 1, 100, 10_000):
        kinds = _sea_creatures._kinds(n, classes)
        assert sum(count for _, _, count in kinds) == n
        assert len({name for name, _, _ in kinds}) == classes


def test_variations_are_of_very_unequal_frequency():
    kinds = _sea_creatures._kinds(10_000, 10)
    for name, group in itertools.groupby(kinds, key=lambda kind: kind[0]):
        counts = [count for _, _, count in group]
        assert counts == sorted(counts, reverse=True), name
        assert 0.45 < counts[0] / sum(counts) < 0.55, name
        assert 8 <= counts[-1] < 0.02 * sum(counts), name


def test_classes_are_of_mildly_unequal_frequency(sea):
    _, counts = np.unique(sea[1], return_counts=True)
    assert 1.5 < counts.max() / counts.min() < 2


def test_fewer_pictures_than_variations_keep_the_commonest():
    _, y, variation = datasets.make_sea_creatures(2, classes=2)
    assert set(y) == {"fish", "jellyfish"}
    assert set(variation) == {f"{name} / {VARIATIONS[name][0].name}" for name in set(y)}


def test_few_pictures_have_as_many_features_as_pictures():
    pool, _, _ = datasets.make_sea_creatures(12, classes=4)
    assert pool.n_features == 12


def test_a_model_learns_the_animals_from_the_features(sea):
    from sklearn.linear_model import LogisticRegression

    pool, y, _ = sea
    model = LogisticRegression(max_iter=500).fit(pool.features[:300], y[:300])
    assert model.score(pool.features[300:], y[300:]) > 0.6


@pytest.mark.parametrize(
    "bad",
    [
        {"classes": 1},
        {"classes": 11},
        {"classes": 2.5},
        {"classes": True},
        {"n": 9},
        {"n": 0},
        {"n": "many"},
        {"random_state": -1},
        {"random_state": None},
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_drawn(bad, monkeypatch):
    monkeypatch.setattr(_sea_creatures, "_draw", lambda *_: pytest.fail("it drew"))
    name, value = next(iter(bad.items()))
    with pytest.raises(InvalidInput, match=name) as refused:
        datasets.make_sea_creatures(**bad)
    assert str(value) in refused.value.got
    assert "Pass" in refused.value.remedy
