"""A pool makes features of new content as its own were made, or says what it lacks."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from unit_parts import refused

from al_widgets import Pool
from al_widgets.datasets import load_digits, make_sea_creatures
from al_widgets.exceptions import InvalidInput

TEXTS = ["a red fish", "a blue fish", "one old whale", "one red crab", "the crab and the fish"]


def lengths(texts):
    """Features of texts: how long they are, and how many words they have."""
    return np.array([[len(text), text.count(" ") + 1] for text in texts])


def pool_of_texts(**arguments):
    return Pool(lengths(TEXTS), TEXTS, **{"featurize": lengths, **arguments})


def frame(n=8):
    return pd.DataFrame(
        {
            "age": np.arange(n) + 20,
            "city": ["Ulm", "Bonn"] * (n // 2),
            "owns": [True, False] * (n // 2),
            "height": np.linspace(1.5, 2, n),
            "since": pd.to_datetime(["2020-01-01", "2021-06-02"] * (n // 2)),
            "grade": pd.Categorical([1, 2] * (n // 2), categories=[2, 1, 3]),
        }
    )


def own(pool):
    """The content of a pool, as a list."""
    return [pool.content[i] for i in range(len(pool))]


class TestAFunctionOfOnesOwn:
    def test_it_makes_features_of_new_content(self):
        assert pool_of_texts().featurize(["my ray"]).tolist() == [[6, 2]]

    def test_features_are_of_the_type_that_the_pool_has(self):
        pool = Pool(lengths(TEXTS).astype(np.float32), TEXTS, featurize=lengths)
        assert pool.featurize(["my ray"]).dtype == np.float32

    def test_they_are_an_array_also_where_those_of_the_pool_are_sparse(self):
        pool = Pool(sparse.csr_array(lengths(TEXTS)), TEXTS, featurize=lengths)
        assert pool.featurize(["my ray"]).tolist() == [[6, 2]]

    def test_it_may_return_lists_or_a_sparse_matrix(self):
        for kind in (np.ndarray.tolist, sparse.csr_array):
            pool = pool_of_texts(featurize=lambda texts, kind=kind: kind(lengths(texts)))
            assert pool.featurize(["my ray", "a"]).tolist() == [[6, 2], [1, 1]]

    def test_of_nothing_it_makes_no_rows(self):
        assert pool_of_texts().featurize([]).shape == (0, 2)

    def test_it_survives_forks_fixed_pools_growth_and_pickling(self):
        pool = pool_of_texts()
        fork = pool.fork()
        fork.grow(["new"], [[6, 2]], ["my ray"])
        others = (pool.fixed(), fork, fork.fixed(), fork.fork(), pickle.loads(pickle.dumps(fork)))
        assert all(one.featurize(["my ray"]).tolist() == [[6, 2]] for one in others)

    def test_a_function_of_ones_own_comes_before_the_pixels(self):
        pictures = np.zeros((3, 2, 2))
        pool = Pool(pictures, featurize=lambda them: np.ones((len(them), 4)))
        assert pool.featurize(pictures[:1]).tolist() == [[1, 1, 1, 1]]

    @pytest.mark.parametrize(
        ("answer", "rule", "got", "remedy"),
        [
            (np.zeros((1, 3)), "features that the pool has", "3 features, 2 in", "as those of"),
            (np.zeros(2), "two dimensions", "shape (2,)", "Reshape"),
            (np.zeros((2, 2)), "one row for each content", "2 rows of 1 contents", "Check"),
            (np.full((1, 2), np.nan), "finite", "NaN", "Fill"),
            (np.full((1, 2), np.inf), "finite", "infinity", "Fill"),
            (np.array([["a", "b"]]), "must be numbers", "dtype", "Encode"),
            (np.full((1, 2), 0.5), "int64", "0.5", "astype"),
            (None, "", "", ""),
        ],
        ids=["width", "flat", "rows", "nan", "infinite", "text", "fraction", "nothing"],
    )
    def test_an_answer_that_does_not_fit_is_refused(self, answer, rule, got, remedy):
        pool = pool_of_texts(featurize=lambda _: answer)
        with refused(InvalidInput, rule, got, remedy):
            pool.featurize(["my ray"])

    def test_its_failure_is_told_with_the_cause(self):
        def fails(_):
            raise KeyError("no such word")

        with refused(InvalidInput, "every content", "KeyError: 'no such word'", "Try") as info:
            pool_of_texts(featurize=fails).featurize(["my ray"])
        assert isinstance(info.value.__cause__, KeyError)

    def test_it_must_be_a_function(self):
        with refused(InvalidInput, "must be a function", "'hog'", "array of shape"):
            pool_of_texts(featurize="hog")


def test_a_pool_that_begins_empty_makes_features_of_its_own_items():
    pool = Pool.empty(featurize=lengths)
    pool.grow(["a", "b"], pool.featurize(["my ray", "a"]), ["my ray", "a"])
    assert pool.features.tolist() == [[6, 2], [1, 1]]


@pytest.mark.parametrize(
    "pool",
    [
        Pool(np.eye(3)),
        Pool(np.eye(3), ["a", "b", "c"]),
        Pool(np.zeros((3, 2, 2)), ["a", "b", "c"]),
        Pool(pd.DataFrame({"a": [1, 2]}), ["a", "b"]),
        Pool.empty(3),
    ],
    ids=["features only", "texts", "pixels that nobody sees", "a frame of texts", "empty"],
)
def test_a_pool_that_cannot_know_how_says_what_it_needs(pool):
    with refused(InvalidInput, "of their content", "has none", "Pass Pool(X, content=..., featur"):
        pool.featurize(["a"])


class TestPictures:
    pictures = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)

    def test_pixels_are_taken_as_they_are(self):
        pool = Pool(self.pictures)
        assert np.array_equal(pool.featurize(own(pool)), pool.features)
        assert pool.featurize(own(pool)).dtype == np.uint8

    def test_a_picture_of_another_size_is_refused(self):
        with refused(InvalidInput, "the shape", "(2, 2), (4, 6, 3) in the pool", "Scale"):
            Pool(self.pictures).featurize([np.zeros((2, 2))])

    def test_digits_are_taken_as_they_are(self):
        pool, _ = load_digits()
        assert np.array_equal(pool.featurize(own(pool)[:9]), pool.features[:9])

    @pytest.mark.parametrize("n", [40, 300])
    def test_sea_creatures_are_described_as_those_of_the_pool(self, n):
        pool, _, _ = make_sea_creatures(n, classes=3)
        made = pool.featurize(own(pool))
        assert made.dtype == np.float32
        assert np.allclose(made, pool.features, atol=1e-4)

    def test_a_sea_creature_of_another_size_is_refused(self):
        pool, _, _ = make_sea_creatures(40, classes=3)
        with refused(InvalidInput, "the shape", "(8, 8, 3), (48, 48, 3)", "Scale"):
            pool.featurize([np.zeros((8, 8, 3), np.uint8)])

    def test_sea_creatures_can_be_sent_to_another_process(self):
        pool, _, _ = make_sea_creatures(40, classes=3)
        copy = pickle.loads(pickle.dumps(pool))
        assert np.array_equal(copy.featurize(own(pool)[:3]), pool.featurize(own(pool)[:3]))


class TestTexts:
    @pytest.mark.parametrize("n_features", [2, 128])
    def test_a_text_of_the_pool_has_the_features_that_it_has_there(self, n_features):
        pool = Pool.from_frame(pd.DataFrame({"text": TEXTS}), "text", n_features=n_features)
        assert np.allclose(pool.featurize(TEXTS), pool.features, atol=1e-6)
        assert pool.featurize(TEXTS).dtype == pool.features.dtype

    def test_words_that_the_pool_has_not_count_nothing(self):
        pool = Pool.from_frame(pd.DataFrame({"text": TEXTS}), "text")
        assert not pool.featurize(["zebra"]).any()


class TestRows:
    def test_rows_of_the_frame_have_the_features_that_they_have_there(self):
        pool = Pool(frame())
        assert np.array_equal(pool.featurize(own(pool)), pool.features)

    def test_a_mapping_is_as_good_as_a_row(self):
        pool = Pool(frame())
        row = {"more": 3, **pool.content[1]}
        assert np.array_equal(pool.featurize([row])[0], pool.features[1])

    def test_a_value_that_the_pool_has_not_has_no_feature(self):
        made = Pool(frame()[["city"]]).featurize([{"city": "Rome"}, {"city": "Ulm"}, {"city": 3}])
        assert made.tolist() == [[0, 0], [0, 1], [0, 0]]

    def test_a_row_with_names_that_became_texts_is_read_too(self):
        pool = Pool(pd.DataFrame({0: [1.0, 2.0], 1: ["a", "b"]}))
        assert pool.featurize([{"0": 2.0, "1": "b"}]).tolist() == [[2, 0, 1]]

    def test_the_whole_frame_as_content_is_enough(self):
        whole = frame()
        pool = Pool(whole[["age", "city"]], content=whole)
        assert np.array_equal(pool.featurize(own(pool)), pool.features)

    def test_a_frame_whose_names_repeat_makes_a_pool_all_the_same(self):
        twice = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
        assert len(Pool(twice)) == 2

    @pytest.mark.parametrize(
        ("row", "rule", "got", "remedy"),
        [
            ({"age": 3}, "has the columns", "no column 'city'", "['age']"),
            ({"age": "old", "city": "Ulm"}, "column 'age' holds numbers", "old", "as those"),
            ({"age": None, "city": "Ulm"}, "finite", "NaN", "Fill"),
            ("Ulm", "made of its rows", "str", "mappings"),
        ],
        ids=["missing", "no number", "nothing", "no row"],
    )
    def test_what_is_no_such_row_is_refused(self, row, rule, got, remedy):
        with refused(InvalidInput, rule, got, remedy):
            Pool(frame()[["age", "city"]]).featurize([row])

    @settings(deadline=None, max_examples=50)
    @given(
        st.lists(
            st.tuples(
                st.integers(-(2**40), 2**40),
                st.sampled_from(["a", "b_c", "a_b", "", "nan", None, 1, 2.5]),
                st.booleans(),
            ),
            min_size=1,
            max_size=20,
        )
    )
    def test_whatever_is_in_the_frame_rows_have_their_own_features(self, rows):
        rows.append((0, "a", True))  # or else the words could all be numbers
        pool = Pool(pd.DataFrame(rows, columns=["number", "word", "yes"]))
        assert np.array_equal(pool.featurize(own(pool)), pool.features)
        names = [dict(zip(["number", "word", "yes"], row, strict=True)) for row in rows]
        assert np.array_equal(pool.featurize(names), pool.features)
