from __future__ import annotations

import pickle
import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import sparse
from unit_parts import refused

from al_widgets import Pool, datasets
from al_widgets.exceptions import InvalidInput, UnknownItem


def dense(features):
    return features.toarray() if hasattr(features, "toarray") else features


def look(pool):
    """All that can be seen of the items."""
    cards = [pool.content.card(i) for i in range(len(pool))]
    return dense(pool.features).tolist(), list(pool.ids), cards


@pytest.fixture
def pool():
    return Pool(np.eye(3), content=["red", "green", "blue"])


class TestAnEmptyPool:
    def test_has_no_item(self):
        pool = Pool.empty(4)
        assert (len(pool), pool.n_given, pool.n_features) == (0, 0, 4)
        assert pool.features.shape == (0, 4)
        assert list(pool.ids) == []
        assert repr(pool) == "<Pool of 0 items, 4 features>"

    def test_takes_the_width_of_its_first_items(self):
        pool = Pool.empty()
        assert pool.n_features is None
        pool.grow(["a"], [[1, 2]])
        assert (pool.n_features, pool.features.dtype) == (2, np.float64)

    def test_keeps_the_type_of_floats(self):
        pool = Pool.empty()
        pool.grow(["a"], np.ones((1, 2), dtype=np.float32))
        assert pool.features.dtype == np.float32

    def test_may_become_sparse(self):
        pool = Pool.empty()
        pool.grow(["a"], sparse.csr_array(np.eye(2)[:1]))
        pool.grow(["b"], [[0.0, 5.0]])
        assert dense(pool.features).tolist() == [[1, 0], [0, 5]]

    def test_knows_no_id(self):
        with refused(UnknownItem, "one of the pool's", "'7'", "no item yet"):
            Pool.empty().position("7")

    @pytest.mark.parametrize("n_features", [0, -1, 2.5, "3", True])
    def test_has_at_least_one_feature_or_none_is_known(self, n_features):
        with refused(InvalidInput, "at least 1, or None", repr(n_features), "Leave it out"):
            Pool.empty(n_features)

    def test_is_the_same_whatever_it_becomes(self):
        one, other, wider = Pool.empty(2), Pool.empty(2), Pool.empty(3)
        one.grow(["a"], [[1.0, 2.0]])
        assert one.identity == other.identity != wider.identity
        assert one.fingerprint == other.fingerprint

    def test_has_no_other_width_than_it_was_told(self):
        with refused(InvalidInput, "features that the pool has", "3 features, 2", "Compute them"):
            Pool.empty(2).grow(["a"], [[1, 2, 3]])


class TestGrowth:
    def test_appends_and_moves_nothing(self, pool):
        before = look(pool)
        pool.grow(["new"], [[0.5, 0.5, 0.0]], ["violet"])
        features, ids, cards = look(pool)
        assert (features[:3], ids[:3], cards[:3]) == before
        assert (features[3], ids[3], cards[3]["text"]) == ([0.5, 0.5, 0], "new", "violet")
        assert (pool.position("new"), pool.position("1")) == (3, 1)
        assert (len(pool), pool.n_given) == (4, 3)

    def test_leaves_what_the_caller_passed_as_it_is(self):
        X = np.eye(3)
        pool = Pool(X)
        rows = np.ones((1, 3))
        pool.grow(["a"], rows)
        pool.grow(["b"], rows * 2)
        rows[:] = 7
        assert X.tolist() == np.eye(3).tolist()
        assert pool.features[3:].tolist() == [[1, 1, 1], [2, 2, 2]]

    def test_of_nothing_changes_nothing(self, pool):
        before = pool.fixed()
        pool.grow([], np.empty((0, 3)), [])
        assert pool.fixed() is before

    def test_does_not_change_who_the_pool_is(self, pool):
        known = pool.identity, pool.fingerprint
        pool.grow(["new"], [[0.5, 0.5, 0.0]], ["violet"])
        assert (pool.identity, pool.fingerprint) == known
        again = Pool(np.eye(3), content=["red", "green", "blue"])
        assert (again.identity, again.fingerprint) == known

    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint8, np.bool_])
    def test_takes_rows_into_the_type_of_the_pool(self, dtype):
        pool = Pool(np.eye(2, dtype=dtype))
        pool.grow(["a"], [[1.0, 0.0]])
        assert pool.features.dtype == dtype
        assert pool.features[2].tolist() == [1, 0]

    @pytest.mark.parametrize("form", [sparse.csr_array, sparse.csr_matrix])
    @pytest.mark.parametrize("rows", [sparse.csc_array, np.asarray])
    def test_stacks_sparse_rows(self, form, rows):
        pool = Pool(form(np.eye(3, dtype=np.float32)))
        pool.grow(["a"], rows([[0.0, 0.5, 0.0]]))
        assert isinstance(pool.features, form)
        assert pool.features.dtype == np.float32
        assert dense(pool.features)[3].tolist() == [0, 0.5, 0]

    def test_of_a_dense_pool_takes_sparse_rows(self, pool):
        pool.grow(["a"], sparse.csr_array([[0.0, 0.5, 0.0]]))
        assert pool.features[3].tolist() == [0, 0.5, 0]

    def test_of_a_memmap_goes_into_a_file(self, tmp_path):
        X = np.memmap(tmp_path / "X.bin", dtype=np.float32, mode="w+", shape=(100, 8))
        X[:] = np.arange(800).reshape(100, 8)
        pool = Pool(X)
        pool.grow(["a"], np.ones((1, 8)))
        assert isinstance(pool.features, np.memmap)
        assert (pool.features[:100] == X).all()
        assert pool.features[100].tolist() == [1] * 8
        assert X.shape == (100, 8)

    def test_of_a_pool_with_names_goes_on_with_names(self):
        pool = Pool(np.eye(2), ids=["x", "y"])
        pool.grow(["z"], [[0, 0]])
        assert (list(pool.ids), pool.ids[-1], pool.ids[1:]) == (["x", "y", "z"], "z", ("y", "z"))
        assert "z" in pool.ids
        with refused(UnknownItem, "one of the pool's", "'w'", "from 'x' to 'z'"):
            pool.position("w")

    def test_can_be_taken_to_another_process(self, pool):
        pool.grow(["new"], [[0.5, 0.5, 0.0]], ["violet"])
        again = pickle.loads(pickle.dumps(pool))
        assert look(again) == look(pool)
        again.grow(["newer"], [[0, 0, 0]])
        assert (len(again), len(pool)) == (5, 4)


class TestContentThatFollows:
    def test_is_of_any_kind(self, pool, tmp_path):
        picture = np.zeros((4, 4), dtype=np.uint8)
        path = tmp_path / "picture.png"
        Image.fromarray(picture).save(path)
        added = ["text", {"a": 1}, picture, path, Image.fromarray(picture), None]
        pool.grow([f"n{i}" for i in range(6)], np.arange(18.0).reshape(6, 3), added)
        kinds = [pool.content.card(i)["kind"] for i in range(3, 9)]
        assert kinds == ["text", "row", "image", "image", "image", "row"]
        assert pool.content.card(8)["cells"][0] == ["feature 0", "15"]
        assert pool.content.picture(6) == path
        assert pool.content.picture(5).size == (4, 4)
        assert pool.content.picture(3) is None

    def test_is_as_bright_as_what_was_there(self):
        pool = Pool(np.array([np.zeros((2, 2)), np.full((2, 2), 16.0)]))
        pool.grow(["dim"], np.full((1, 4), 8.0), [np.full((2, 2), 8.0)])
        assert np.asarray(pool.content.picture(2)).tolist() == [[128, 128], [128, 128]]

    def test_of_a_frame_follows_its_rows(self):
        pd = pytest.importorskip("pandas")
        pool = Pool(pd.DataFrame({"age": [1, 2]}))
        pool.grow(["new"], [[3.0]], [{"age": 3}])
        assert [pool.content.card(i)["cells"] for i in range(3)] == [
            [["age", "1"]], [["age", "2"]], [["age", "3"]]
        ]  # fmt: skip


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("ids", "rows", "contents", "refusal"),
        [
            (["1"], [[0, 0, 0]], None, ("none of the pool's", "'1'")),
            (["a", "a"], [[0, 0, 0]] * 2, None, ("must be unique", "'a'")),
            ([7], [[0, 0, 0]], None, ("is a text", "7")),
            ([""], [[0, 0, 0]], None, ("is a text", "''")),
            ("a", [[0, 0, 0]], None, ("a sequence of names", "'a'")),
            (["a"], [[0, 0]], None, ("features that the pool has", "2 features, 3 in the pool")),
            (["a"], [0, 0, 0], None, ("two dimensions", "(3,)")),
            (["a"], [[0, np.nan, 0]], None, ("must be finite", "row 0")),
            (["a"], [["x", "y", "z"]], None, ("must be numbers", "dtype")),
            (["a"], [[0, 0, 0]] * 2, None, ("a row and a content each", "1 ids, 2 rows")),
            (["a"], [[0, 0, 0]], [], ("a row and a content each", "1 rows, 0 contents")),
        ],
    )
    def test_leaves_the_pool_as_it_was(self, pool, ids, rows, contents, refusal):
        before = look(pool)
        with refused(InvalidInput, *refusal, ""):
            pool.grow(ids, rows, contents)
        assert look(pool) == before
        pool.grow(["a"], [[1, 1, 1]])
        assert pool.ids[3] == "a"

    @pytest.mark.parametrize(
        ("dtype", "value"), [(np.uint8, 0.5), (np.uint8, -1), (np.int16, 1e6), (np.float32, 1e300)]
    )
    def test_what_the_type_cannot_hold(self, dtype, value):
        pool = Pool(np.eye(2, dtype=dtype))
        with refused(InvalidInput, "must fit", str(value), "as floats"):
            pool.grow(["a"], [[value, 0.0]])

    def test_a_pool_as_it_was_does_not_grow(self, pool):
        with refused(InvalidInput, "only the pool itself grows", "at one moment", "fixed()"):
            pool.fixed().grow(["a"], [[1, 1, 1]])

    @pytest.mark.parametrize("n", [2, 5, -1])
    def test_a_pool_never_had_fewer_items_than_given_or_more_than_now(self, pool, n):
        pool.grow(["a"], [[1, 1, 1]])
        with refused(InvalidInput, "at least the items", f"n={n}, 3 given, 4 now", "between"):
            pool.fixed(n)


class TestAtOneMoment:
    def test_the_pool_stands_still(self, pool):
        before = pool.fixed()
        seen = look(before)
        for i in range(20):
            pool.grow([f"n{i}"], [[i, 0, 0]])
        assert look(before) == seen
        assert "n0" not in before.ids
        with pytest.raises(UnknownItem):
            before.position("n0")

    def test_it_is_the_pool_all_the_same(self, pool):
        pool.grow(["a"], [[1, 1, 1]])
        assert pool.fixed().identity == pool.identity
        assert pool.fixed() is pool.fixed() is pool.fixed().fixed()
        assert pool.fixed().geometry is pool.geometry

    @given(st.integers(0, 12))
    def test_it_can_be_told_how_it_was_before(self, n):
        pool = Pool(np.eye(4))
        moments = [look(pool)]
        for i in range(12):
            pool.grow([f"n{i}"], [[i, 0, 0, 0]], [f"text {i}"])
            moments.append(look(pool))
        assert look(pool.fixed(4 + n)) == moments[n]

    def test_whoever_reads_meanwhile_sees_no_half(self):
        pool = Pool(np.zeros((5, 2)))
        wrong, done = [], threading.Event()

        def read():
            while not done.is_set():
                now = pool.fixed()
                n = len(now)
                if not (now.features.shape[0] == len(now.ids) == len(now.content) == n):
                    wrong.append("lengths differ")
                if now.position(now.ids[n - 1]) != n - 1 or now.features[n - 1, 0] != max(0, n - 5):
                    wrong.append("the newest is not there")
                now.content.card(n - 1)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for i in range(500):
            pool.grow([f"n{i}"], [[i + 1, 0]], [f"text {i}"])
        done.set()
        for reader in readers:
            reader.join()
        assert not wrong


@given(st.lists(st.integers(0, 9), max_size=12), st.sampled_from(["empty", "dense", "sparse"]))
def test_in_whatever_pieces_a_pool_grows_it_becomes_the_same(pieces, kind):
    make = {
        "empty": lambda: Pool.empty(4),
        "dense": lambda: Pool(np.eye(4, dtype=np.float32), ids=list("wxyz")),
        "sparse": lambda: Pool(sparse.csr_array(np.eye(4))),
    }[kind]
    n = sum(pieces)
    rows = np.random.default_rng(0).integers(0, 3, (n, 4)).astype(float)
    names = [f"n{i}" for i in range(n)]
    contents = [None if i % 3 else f"text {i}" for i in range(n)]
    in_pieces, at_once = make(), make()
    at_once.grow(names, rows, contents)
    ends = np.cumsum([0, *pieces])
    for start, stop in pairwise(ends):
        in_pieces.grow(names[start:stop], rows[start:stop], contents[start:stop])
    assert look(in_pieces) == look(at_once)
    assert [in_pieces.position(item) for item in in_pieces.ids] == list(range(len(at_once)))
    assert in_pieces.identity == at_once.identity == make().identity


def test_to_grow_often_by_a_little_copies_next_to_nothing():
    pool = Pool(datasets.load_digits()[0].features)
    pool.grow(["first"], np.zeros((1, 64)))
    room = pool.features.base
    for i in range(100):
        pool.grow([f"{i}/{j}" for j in range(10)], np.zeros((10, 64)))
    assert pool.features.base is room
