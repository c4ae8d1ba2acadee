from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from unit_parts import refused, run_python

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput, UnknownItem

FORMATS = [
    sparse.csr_array, sparse.csc_array, sparse.coo_array, sparse.csr_matrix, sparse.csc_matrix
]  # fmt: skip


class TestFeatures:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint8, np.bool_])
    def test_a_matrix_of_numbers_is_kept_as_it_is(self, dtype):
        X = np.eye(4, dtype=dtype)
        assert Pool(X).features is X

    def test_lists_are_taken_too(self):
        assert Pool([[1, 2], [3, 4]]).features.tolist() == [[1, 2], [3, 4]]

    def test_a_memmap_is_not_copied(self, tmp_path):
        X = np.memmap(tmp_path / "X.bin", dtype=np.float32, mode="w+", shape=(100, 8))
        assert np.shares_memory(Pool(X).features, X)

    def test_a_memmap_of_pictures_is_not_copied(self, tmp_path):
        X = np.memmap(tmp_path / "X.bin", dtype=np.uint8, mode="w+", shape=(10, 8, 8))
        pool = Pool(X)
        assert np.shares_memory(pool.features, X)
        assert np.shares_memory(pool.content[3], X)

    @pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.__name__)
    def test_every_sparse_format_can_be_read_by_rows(self, format_):
        dense = np.diag([1.0, 2.0, 3.0])
        pool = Pool(format_(dense))
        assert len(pool) == 3
        assert (pool.features[[2, 0]].toarray() == dense[[2, 0]]).all()
        assert pool.content.card(1)["cells"] == [["feature 1", "2"]]

    @pytest.mark.parametrize("shape", [(5, 4, 4), (5, 4, 4, 3), (5, 3, 4, 4)])
    def test_pictures_are_features_and_content(self, shape):
        X = np.random.default_rng(0).random(shape)
        pool = Pool(X)
        assert pool.features.shape == (5, np.prod(shape[1:]))
        assert pool.content.card(0)["kind"] == "image"

    def test_pictures_may_have_other_content(self):
        pool = Pool(np.zeros((2, 4, 4)), content=["a", "b"])
        assert pool.content.card(0)["text"] == "a"

    def test_columns_that_are_no_numbers_become_indicators(self):
        frame = pd.DataFrame(
            {"age": [1, 2, 3], "city": ["Ulm", "Bonn", "Ulm"], "member": [True, False, True]}
        )
        pool = Pool(frame)
        assert pool.features.tolist() == [[1, 1, 0, 1], [2, 0, 1, 0], [3, 1, 0, 1]]
        assert pool.content.card(1)["cells"][1] == ["city", "Bonn"]

    def test_a_missing_text_in_a_column_is_a_value_of_its_own_or_none(self):
        frame = pd.DataFrame({"city": ["Ulm", None, "Bonn"], "age": [1, 2, 3]})
        assert np.isfinite(Pool(frame).features).all()

    def test_a_column_of_too_many_texts_is_told(self):
        frame = pd.DataFrame({"name": [f"name {i}" for i in range(101)]})
        with refused(InvalidInput, "at most 100 different values", "['name']", "from_frame"):
            Pool(frame)

    def test_a_pool_of_texts_is_made_from_a_frame(self):
        frame = pd.DataFrame(
            {"message": ["red apple", "green apple", "blue sky"], "key": [7, 8, 9]}
        )
        pool = Pool.from_frame(frame, text="message", ids="key")
        assert pool.content.card(2)["text"] == "blue sky"
        assert list(pool.ids) == ["7", "8", "9"]
        near, far = (np.dot(pool.features[0], pool.features[i]) for i in (1, 2))
        assert near > far

    def test_features_of_many_texts_are_reduced(self):
        words = ["apple", "sky", "river", "stone", "cloud", "tree", "house", "night"]
        rng = np.random.default_rng(0)
        texts = [" ".join(rng.choice(words, 6)) for _ in range(60)]
        pool = Pool.from_frame(pd.DataFrame({"text": texts}), text="text", n_features=5)
        assert pool.n_features == 5


class TestBadInput:
    @pytest.mark.parametrize(
        ("X", "rule", "got"),
        [
            (np.empty((0, 3)), "at least one item", "(0, 3)"),
            (np.empty((3, 0)), "at least one item and one feature", "(3, 0)"),
            ([], "two dimensions", "(0,)"),
            (np.zeros(5), "two dimensions", "(5,)"),
            (np.zeros((2, 2, 2, 2, 2)), "two dimensions", "(2, 2, 2, 2, 2)"),
            ([["a", "b"], ["c", "d"]], "must be numbers", "dtype"),
            (np.array([[1, 2j]]), "must be numbers", "complex"),
            (np.array([[Ellipsis]]), "must be numbers", "object"),
            ([[1, 2], [3]], "same length", "inhomogeneous"),
            (None, "two dimensions", "()"),
            (sparse.csr_array((0, 5)), "at least one item", "(0, 5)"),
        ],
        ids=str,
    )
    def test_features_that_cannot_be_used_are_refused(self, X, rule, got):
        with refused(InvalidInput, rule, got, ""):
            Pool(X)

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.csc_array, pd.DataFrame])
    def test_features_that_are_not_finite_are_refused(self, form, value):
        X = np.ones((9, 3))
        X[4, 1] = value
        with refused(InvalidInput, "must be finite", "row 4", "Fill or drop"):
            Pool(form(X))

    def test_a_bad_row_deep_in_a_large_pool_is_found(self):
        X = np.ones((150_000, 2), dtype=np.float32)
        X[140_000, 1] = np.nan
        with refused(InvalidInput, "must be finite", "row 140000", "Fill or drop"):
            Pool(X)

    def test_content_of_another_length_is_refused(self):
        with refused(InvalidInput, "one entry for each row", "2 entries, 3 rows", "same order"):
            Pool(np.eye(3), content=["a", "b"])

    def test_ids_of_another_length_are_refused(self):
        with refused(InvalidInput, "one entry for each row", "2 ids, 3 rows", "same order"):
            Pool(np.eye(3), ids=["a", "b"])

    @pytest.mark.parametrize("ids", [["a", "b", "a"], [1, "1", 2]], ids=str)
    def test_ids_that_repeat_are_refused(self, ids):
        with refused(InvalidInput, "must be unique", repr(str(ids[0])), "Drop the duplicates"):
            Pool(np.eye(3), ids=ids)

    def test_a_missing_column_is_told(self):
        with refused(InvalidInput, "in the frame", "'text'", "Choose one of ['message']"):
            Pool.from_frame(pd.DataFrame({"message": ["a b"]}), text="text")

    def test_texts_without_words_are_told(self):
        with refused(InvalidInput, "must hold words", "vocabulary", "features yourself"):
            Pool.from_frame(pd.DataFrame({"message": ["", "?"]}), text="message")

    def test_a_frame_without_rows_is_told(self):
        with refused(InvalidInput, "at least one item", "empty frame", "Check"):
            Pool.from_frame(pd.DataFrame({"message": []}), text="message")


class TestIds:
    def test_without_ids_positions_name_the_items(self):
        ids = Pool(np.eye(3)).ids
        assert list(ids) == ["0", "1", "2"]
        assert len(ids) == 3
        assert ids[-1] == "2"
        assert ids[1:] == ("1", "2")
        assert ids.index("2") == 2
        assert "2" in ids
        assert repr(ids) == "<ids '0' to '2'>"

    @pytest.mark.parametrize("value", ["3", "-1", "01", "x", "", "²", "9" * 5000, 1, None])
    def test_what_is_no_position_is_not_among_them(self, value):
        assert value not in Pool(np.eye(3)).ids

    @pytest.mark.parametrize("given", [["a", "b", "c"], [10, 20, 30], np.array([10, 20, 30])])
    def test_ids_that_are_given_are_kept_as_text(self, given):
        pool = Pool(np.eye(3), ids=given)
        assert list(pool.ids) == [str(value) for value in given]
        assert pool.position(given[2]) == 2
        assert str(given[1]) in pool.ids
        assert pool.ids[-1] == str(given[-1])

    def test_ids_may_come_from_a_series_in_its_order(self):
        assert list(Pool(np.eye(2), ids=pd.Series(["x", "y"], index=[5, 1])).ids) == ["x", "y"]

    def test_an_id_that_is_out_of_range_is_told(self):
        with pytest.raises(IndexError):
            Pool(np.eye(3)).ids[3]
        with refused(UnknownItem, "one of the pool's", "'7'", "from '0' to '2'"):
            Pool(np.eye(3)).position("7")


class TestIdentity:
    """A store keeps it, and refuses pools that have another."""

    X = np.random.default_rng(0).normal(size=(20, 3))

    def test_the_same_items_have_the_same(self):
        assert Pool(self.X).identity == Pool(self.X.copy()).identity
        assert Pool(self.X).fingerprint == Pool(self.X.copy()).fingerprint

    def test_without_content_or_ids_features_tell_items_apart(self):
        other = self.X.copy()
        other[7] += 1
        assert Pool(self.X).identity != Pool(other).identity

    def test_items_with_names_keep_it_when_their_features_are_better(self):
        names = [f"item {i}" for i in range(20)]
        pools = Pool(self.X, ids=names), Pool(self.X[:, :2], ids=names)
        assert pools[0].identity == pools[1].identity
        assert pools[0].fingerprint != pools[1].fingerprint

    def test_items_with_content_keep_it_when_their_features_are_better(self):
        texts = [f"text {i}" for i in range(20)]
        pools = Pool(self.X, content=texts), Pool(self.X[:, :2], content=texts)
        assert pools[0].identity == pools[1].identity
        assert pools[0].fingerprint != pools[1].fingerprint

    def test_other_names_other_content_and_another_order_change_it(self):
        texts = [f"text {i}" for i in range(20)]
        identities = {
            Pool(self.X).identity,
            Pool(self.X, content=texts).identity,
            Pool(self.X, content=texts[::-1]).identity,
            Pool(self.X, ids=texts).identity,
            Pool(self.X, ids=texts[::-1]).identity,
            Pool(self.X[:19]).identity,
        }
        assert len(identities) == 6

    def test_it_is_the_same_in_another_process(self):
        code = (
            "import numpy as np; from al_widgets import Pool; "
            "print(Pool(np.eye(5), content=list('abcde')).identity)"
        )
        assert run_python(code).stdout.strip() == Pool(np.eye(5), content=list("abcde")).identity

    def test_sparse_and_dense_features_of_the_same_items_are_the_same(self):
        assert Pool(sparse.csr_array(self.X)).identity == Pool(self.X).identity


def test_its_repr_tells_its_size_and_what_is_seen():
    assert repr(Pool(np.eye(1200))) == "<Pool of 1,200 items, 1200 features, features only>"
    assert repr(Pool(np.zeros((3, 4, 4)))) == "<Pool of 3 items, 16 features, image>"


class TestMapOfOnesOwn:
    X = np.eye(4)

    @pytest.mark.parametrize(
        "places",
        [
            [[0, 1], [2, 3], [4, 5], [6, 7]],
            np.arange(8, dtype=np.uint8).reshape(4, 2),
            pd.DataFrame({"x": [0.0, 2, 4, 6], "y": [1.0, 3, 5, 7]}),
        ],
        ids=["list", "bytes", "frame"],
    )
    def test_two_numbers_for_each_item_are_its_place(self, places):
        pool = Pool(self.X, map=places)
        assert pool.geometry.map.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]
        assert pool.geometry.map.dtype == np.float32

    def test_it_stays_as_it_was_given(self):
        places = np.zeros((4, 2), dtype=np.float32)
        pool = Pool(self.X, map=places)
        places += 1
        assert (pool.geometry.map == 0).all()

    def test_it_changes_no_fingerprint(self):
        assert Pool(self.X, map=np.zeros((4, 2))).fingerprint == Pool(self.X).fingerprint

    @pytest.mark.parametrize(
        ("places", "got"),
        [
            (np.zeros((3, 2)), "shape (3, 2), 4 items"),
            (np.zeros((4, 3)), "shape (4, 3)"),
            (np.zeros(8), "shape (8,)"),
            ([[0, 1], [2], [3, 4], [5, 6]], "inhomogeneous"),
            (7, "shape ()"),
        ],
        ids=["too few", "three columns", "flat", "ragged", "number"],
    )
    def test_every_item_has_two_coordinates(self, places, got):
        with refused(InvalidInput, "two coordinates for each item", got, "shape (4, 2)"):
            Pool(self.X, map=places)

    @pytest.mark.parametrize("value", ["here", None, 1j])
    def test_coordinates_are_numbers(self, value):
        with refused(InvalidInput, "must be numbers", "dtype", "astype(float)"):
            Pool(self.X, map=[[value, value]] * 4)

    @pytest.mark.parametrize("value", [np.nan, -np.inf, 1e300])
    def test_coordinates_are_finite(self, value):
        places = np.zeros((4, 2))
        places[2, 1] = places[3, 0] = value
        with refused(InvalidInput, "must be finite", f"[0.0, {value}] in row 2", "leave map= out"):
            Pool(self.X, map=places)


def test_features_are_shown_where_there_is_nothing_better():
    assert Pool(np.array([[0.5, 2]])).content.card(0)["cells"] == [
        ["feature 0", "0.5"],
        ["feature 1", "2"],
    ]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_opening_a_learner_on_a_million_items_adds_little_memory():
    done = run_python(
        """
import re
import numpy as np
X = np.random.default_rng(0).random((1_000_000, 64), dtype=np.float32)
import al_widgets as al
import pandas, sklearn.linear_model, sklearn.pipeline, sklearn.frozen, sklearn.preprocessing
import sqlalchemy, al_widgets.learner
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
before = peak()
learner = al.ActiveLearner(al.Pool(X), classes=["a", "b"], budget=200, batch_size=10)
print(peak() - before)
learner.query()
print(peak() - before)
"""
    )
    opened, asked = map(float, done.stdout.split())
    print(f"opening adds {opened:.0f} MB, asking {asked:.0f} MB", file=sys.stderr)
    assert opened < 100
    assert asked < 150
