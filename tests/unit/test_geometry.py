from __future__ import annotations

import pickle
import threading
import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse
from sklearn.neighbors import NearestNeighbors
from unit_parts import blobs, make_learner, make_pool, refused, run_python

from al_widgets import Pool
from al_widgets.exceptions import AlWidgetsError
from al_widgets.geometry import Geometry, Preparation, Scaling, _apart, _neighbors, _variations
from al_widgets.geometry import _geometry as geometry
from al_widgets.geometry._communities import communities
from al_widgets.geometry._neighbors import exact_neighbors, find_neighbors

SMALL = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 40), st.integers(1, 4)),
    elements=st.integers(-3, 3).map(float),  # few values: many duplicates and ties
)


def scaled(features):
    return Scaling(features).rows(slice(None))


def clusters(sizes, n_columns=8, seed=0):
    """Items in groups far from each other, in random order, and the group of each."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    centers = 8 * rng.normal(size=(len(sizes), n_columns))
    return centers[group] + rng.normal(size=(len(group), n_columns)), group


def kept(pool, folder):
    """The geometry of such a pool in another session."""
    again = Pool(pool.features).geometry
    again.keep_in(folder)
    return again


@pytest.fixture
def pool():
    return Pool(clusters([40, 30])[0])


@pytest.fixture
def computed(monkeypatch):
    """The names of what was computed, in order."""
    names = []

    def counting(name):
        original = getattr(geometry, name)

        def count(*arguments):
            names.append(name)
            return original(*arguments)

        monkeypatch.setattr(geometry, name, count)

    counting("find_neighbors")
    counting("find_variations")
    return names


class TestScaling:
    def test_columns_of_different_units_have_one_scale(self):
        X = np.random.default_rng(0).normal(5, [1, 2, 10_000], size=(500, 3))
        rows = scaled(X)
        assert rows.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-5)
        assert rows.std(axis=0) == pytest.approx([1, 1, 1], rel=1e-5)
        assert rows.dtype == np.float32

    def test_columns_of_one_unit_keep_half_of_their_proportions(self):
        X = np.random.default_rng(0).normal(5, [1, 4, 16] * 20, size=(5_000, 60))
        proportions = scaled(X).std(axis=0)[:3]
        assert proportions / proportions[0] == pytest.approx([1, 2, 4], rel=0.1)

    def test_rows_of_many_columns_of_one_unit_have_length_1(self):
        space = Geometry(np.random.default_rng(0).normal(size=(100, 40)))
        assert np.linalg.norm(space.rows(slice(None)), axis=1) == pytest.approx(1, abs=1e-5)

    def test_rows_of_few_columns_keep_their_length(self):
        space = Geometry(np.random.default_rng(0).normal(size=(100, 10)))
        assert np.linalg.norm(space.rows(slice(None)), axis=1).std() > 0.1

    @pytest.mark.parametrize("spreads", [[1, 10_000], [1] * 15 + [10_000] * 15, [1] * 30 + [500]])
    def test_columns_of_different_units_count_alike(self, spreads):
        X = np.random.default_rng(0).normal(5, spreads, size=(5_000, len(spreads)))
        assert scaled(X).std(axis=0) == pytest.approx(scaled(X).std(axis=0)[0], rel=0.01)

    def test_a_constant_column_counts_nothing(self):
        X = np.array([[0.0, 0.1], [1.0, 0.1], [2.0, 0.1]])
        assert (scaled(X)[:, 1] == 0).all()

    def test_a_small_difference_on_a_large_mean_counts(self):
        noise = np.random.default_rng(0).normal(size=1_000)
        rows = scaled((1e6 + 10 * noise)[:, None])
        assert rows[:, 0] == pytest.approx((noise - noise.mean()) / noise.std(), abs=1e-3)

    def test_rounding_on_a_large_mean_is_no_difference(self):
        X = np.full((100, 1), 1e6, dtype=np.float64)
        X[::2] += 1e-9
        assert (scaled(X) == 0).all()

    def test_items_that_are_all_the_same_lie_in_one_place(self):
        assert (scaled(np.full((50, 3), 7.5)) == 0).all()

    def test_one_item_lies_at_zero(self):
        assert scaled(np.array([[3.0, 4.0]])).tolist() == [[0, 0]]

    def test_bytes_are_numbers(self):
        X = np.random.default_rng(0).integers(0, 256, size=(300, 5), dtype=np.uint8)
        assert scaled(X) == pytest.approx(scaled(X.astype(float)), abs=1e-5)

    def test_narrow_sparse_features_are_scaled_like_dense_ones(self):
        X = sparse.random_array((200, 30), density=0.1, rng=0, format="csr")
        assert scaled(X) == pytest.approx(scaled(X.toarray()), abs=1e-5)

    @pytest.mark.parametrize("density", [0.05, 1.0])
    def test_wide_features_are_projected(self, density):
        X = sparse.random_array((300, 1_500), density=density, rng=0, format="csr")
        features = X if density < 1 else X.toarray()
        rows = scaled(features)
        assert rows.shape == (300, 128)
        assert np.isfinite(rows).all()

    def test_few_wide_items_have_few_directions(self):
        X = sparse.random_array((5, 1_500), density=0.1, rng=0, format="csr")
        assert scaled(X).shape == (5, 5)

    def test_blocks_are_the_rows_in_order(self):
        X = np.random.default_rng(0).normal(size=(20_000, 2))
        scaling = Scaling(X)
        blocks = np.concatenate([rows for _, rows in scaling.blocks()])
        assert (blocks == scaling.rows(slice(None))).all()


class TestNeighbors:
    @given(SMALL)
    @settings(deadline=None)
    def test_they_are_those_of_a_search_by_brute_force(self, rows):
        k = min(15, len(rows) - 1)
        found = exact_neighbors(rows, k)
        assert found.indices.shape == found.distances.shape == (len(rows), k)
        assert not (found.indices == np.arange(len(rows))[:, None]).any()
        assert all(len(set(row)) == k for row in found.indices.tolist())
        measured = np.linalg.norm(rows[found.indices] - rows[:, None], axis=2)
        assert found.distances == pytest.approx(measured, abs=1e-6)
        if k:
            expected = NearestNeighbors(n_neighbors=k).fit(rows.astype(float)).kneighbors()[0]
            assert found.distances == pytest.approx(expected, abs=1e-5)

    def test_there_are_fifteen_in_small_integers_and_floats(self, pool):
        found = pool.geometry.neighbors
        assert found.indices.shape == found.distances.shape == (70, 15)
        assert (found.indices.dtype, found.distances.dtype) == (np.int32, np.float32)
        assert (np.diff(found.distances, axis=1) >= 0).all()

    @pytest.mark.parametrize("n", [1, 2, 15, 16])
    def test_of_few_items_all_others_are_neighbors(self, n):
        found = Geometry(np.arange(n, dtype=float)[:, None]).neighbors
        assert found.indices.shape == (n, n - 1)
        assert all(set(row) | {i} == set(range(n)) for i, row in enumerate(found.indices.tolist()))

    def test_a_duplicate_is_a_neighbor_at_distance_zero_but_never_the_item_itself(self):
        X = np.random.default_rng(0).normal(1e3, size=(30, 50)).repeat(40, axis=0)
        found = Geometry(X).neighbors
        assert (found.distances == 0).all()
        assert not (found.indices == np.arange(len(X))[:, None]).any()

    def test_blocks_leave_no_seam(self, monkeypatch):
        X = np.random.default_rng(0).normal(size=(100, 3))
        whole = Geometry(X).neighbors
        monkeypatch.setattr(_neighbors, "_BLOCK", 7)
        assert (Geometry(X).neighbors.indices == whole.indices).all()

    def test_sparse_features_have_neighbors_too(self):
        X = sparse.random_array((100, 20), density=0.2, rng=0, format="csr")
        assert (
            Geometry(X).neighbors.indices == Geometry(X.toarray()).neighbors.indices
        ).mean() > 0.99

    def test_the_repr_says_how_many(self, pool):
        assert repr(pool.geometry.neighbors) == "<Neighbors: the 15 nearest of each of 70 items>"


class TestApproximateNeighbors:
    """pynndescent in a process of its own; it compiles for most of a minute, so only once."""

    @pytest.mark.slow  # it compiles for a minute
    @pytest.mark.timeout(600)
    def test_nearly_all_are_found_and_an_item_is_never_its_own(self):
        X = np.random.default_rng(0).normal(size=(1_500, 8))
        X[:300] = X[0]
        scaling = Scaling(X)
        exact = find_neighbors(scaling, len(X))
        found = find_neighbors(scaling, len(X), exact_work=0)
        assert not (found.indices == np.arange(len(X))[:, None]).any()
        assert (found.indices >= 0).all()
        assert (np.diff(found.distances, axis=1) >= 0).all()
        assert (found.distances <= exact.distances[:, -1:] + 1e-5).mean() > 0.9

    def test_where_the_search_found_too_few_the_rest_is_filled_in(self, monkeypatch):
        X, _ = clusters([10, 10])
        exact = Geometry(X).neighbors

        def search(scaling, n_items, k):  # noqa: ARG001
            own = np.arange(n_items, dtype=np.int32)[:, None]
            indices = np.hstack([own, exact.indices])
            distances = np.hstack([np.zeros((n_items, 1), np.float32), exact.distances])
            indices[3, 4:], distances[3, 4:] = -1, np.inf
            return indices, distances

        monkeypatch.setattr(_neighbors, "_search_apart", search)
        found = find_neighbors(Scaling(X), len(X), exact_work=0)
        assert (found.indices == exact.indices).all()
        assert found.distances == pytest.approx(exact.distances, abs=1e-5)

    def test_a_process_that_fails_says_why(self, monkeypatch, tmp_path):
        script = tmp_path / "script.py"
        script.write_text("raise SystemExit('no room for trees')")
        monkeypatch.setattr(_apart, "SCRIPT", script)
        with refused(AlWidgetsError, "must end well", "no room for trees", "pynndescent"):
            find_neighbors(Scaling(np.eye(5)), 5, exact_work=0)

    def test_neither_numba_nor_pynndescent_is_imported_here(self):
        code = (
            "import sys, numpy as np\n"
            "from al_widgets.geometry import Geometry\n"
            "Geometry(np.eye(30)).variations\n"
            "print([name for name in ('numba', 'pynndescent', 'umap') if name in sys.modules])"
        )
        done = run_python(code)
        assert done.stdout.strip() == "[]", done.stderr


class TestVariations:
    def test_groups_far_from_each_other_are_found_whatever_their_size(self):
        X, group = clusters([600, 250, 80, 40, 12])
        found = Geometry(X).variations
        assert found.dtype == np.int32
        assert 5 <= found.max() + 1 <= 40
        for number in range(found.max() + 1):  # a large group may be cut, none is mixed
            assert len(set(group[found == number])) == 1
        for rare in (3, 4):
            assert len(set(found[group == rare])) == 1

    def test_they_are_numbered_by_falling_size(self):
        X, _ = clusters([40, 70, 20])
        sizes = np.bincount(Geometry(X).variations)
        assert sizes.tolist() == sorted(sizes, reverse=True)

    def test_a_few_clear_groups_are_left_whole(self):
        group = np.repeat(np.arange(4), [60, 30, 12, 40])
        centers = np.array([(0, 0), (0, 20), (20, 0), (40, 40)])
        X = centers[group] + np.random.default_rng(0).normal(size=(142, 2))
        found = Geometry(X).variations
        assert np.bincount(found).tolist() == [60, 40, 30, 12]
        assert len(set(zip(found.tolist(), group.tolist(), strict=True))) == 4

    def test_no_group_is_smaller_than_five(self):
        rng = np.random.default_rng(0)
        for n in (6, 30, 300, 1_000):
            found = Geometry(rng.normal(size=(n, 5))).variations
            assert np.bincount(found).min() >= 5

    def test_their_number_grows_slower_than_the_pool(self):
        rng = np.random.default_rng(0)
        few, many = (Geometry(rng.normal(size=(n, 8))).variations.max() + 1 for n in (300, 3_000))
        assert 3 <= few <= 30
        assert few < many <= 120

    @pytest.mark.parametrize("n", [1, 2, 4])
    def test_a_handful_of_items_is_one_group(self, n):
        assert (Geometry(np.random.default_rng(0).normal(size=(n, 2))).variations == 0).all()

    def test_items_that_are_all_the_same_are_one_group(self):
        assert (Geometry(np.ones((200, 3))).variations == 0).all()

    def test_duplicates_are_in_the_same_group(self):
        X = np.random.default_rng(0).normal(size=(20, 6)).repeat(50, axis=0)
        found = Geometry(X).variations.reshape(20, 50)
        assert (found == found[:, :1]).all()

    def test_an_item_with_many_copies_is_one_place_among_others(self):
        X = np.random.default_rng(0).normal(size=(600, 6))
        X[:300] = X[0]
        found = Geometry(X).variations
        assert len(set(found[:300])) == 1
        assert len(set(found[300:])) > 5

    @given(SMALL)
    @settings(deadline=None)
    def test_every_item_is_in_a_group_and_no_number_is_left_out(self, X):
        found = Geometry(X).variations
        assert found.shape == (len(X),)
        assert np.bincount(found).min() >= min(5, len(X))

    def test_the_same_pool_has_the_same_groups(self):
        X = np.random.default_rng(0).normal(size=(500, 5))
        assert (Geometry(X).variations == Geometry(X.copy()).variations).all()

    def test_to_prepare_a_large_pool_leaves_its_neighbors_to_who_asks_for_them(self, monkeypatch):
        monkeypatch.setattr(_variations, "ALL_ITEMS", 50)
        monkeypatch.setattr(_variations, "LANDMARKS", 40)
        space = Geometry(clusters([60, 40])[0])
        space.prepare().result(60)
        assert space.is_ready
        assert set(space._parts()) == {"variations"}
        assert space.progress == Preparation("ready", 1.0)

    def test_of_a_large_pool_landmarks_are_grouped_and_the_others_placed(self, monkeypatch):
        monkeypatch.setattr(_variations, "ALL_ITEMS", 1_000)
        monkeypatch.setattr(_variations, "LANDMARKS", 500)
        X, group = clusters([1_500, 1_000, 300, 200])
        space = Geometry(X)
        found = space.variations
        assert found.shape == (3_000,)
        assert "neighbors" not in space._parts(), "they were not needed"
        for number in range(found.max() + 1):
            assert len(set(group[found == number])) == 1
        assert (Geometry(X).variations == found).all()


class TestCommunities:
    def test_a_graph_without_edges_is_all_single_nodes(self):
        assert sorted(communities(sparse.csr_array((3, 3)), 1.0)) == [0, 1, 2]

    def test_two_cliques_with_one_bridge_are_two_groups(self):
        weights = np.kron(np.eye(2), np.ones((6, 6))) - np.eye(12)
        weights[0, 6] = weights[6, 0] = 1
        found = communities(sparse.csr_array(weights), 1.0)
        assert len(set(found[:6])) == len(set(found[6:])) == 1
        assert found[0] != found[6]

    def test_groups_are_merged_level_by_level(self):
        ring = sparse.csr_array(np.roll(np.eye(64), 1, axis=1))
        found = communities(ring + ring.T, 1.0)
        assert 4 <= len(set(found)) <= 16


class TestPreparing:
    def test_everything_is_computed_on_another_thread(self, pool, computed):
        assert not pool.geometry.is_ready
        pool.geometry.prepare().result(60)
        assert pool.geometry.is_ready
        assert pool.geometry.progress == Preparation("ready", 1.0)
        assert computed == ["find_neighbors", "find_variations"]

    def test_a_listener_hears_of_each_change(self, pool):
        said, threads = [], set()

        def listen():
            said.append(pool.geometry.progress)
            threads.add(threading.get_ident())

        pool.geometry.prepare(listen).result(60)
        shares = [progress.share for progress in said]
        assert shares == sorted(shares)
        assert shares[0] == 0
        assert shares[-1] == 1
        steps = list(dict.fromkeys(progress.step for progress in said))
        assert steps == ["finding neighbors", "grouping near neighbors", "ready"]
        assert threading.get_ident() not in threads

    def test_a_listener_that_fails_does_not_fail_the_computation(self, pool, caplog):
        pool.geometry.prepare(lambda: 1 / 0).result(60)
        assert pool.geometry.is_ready
        assert "a listener failed" in caplog.text

    def test_who_comes_late_hears_that_all_is_ready(self, pool):
        pool.geometry.prepare().result(60)
        heard = threading.Event()
        pool.geometry.prepare(heard.set).result(60)
        assert heard.is_set()

    def test_many_threads_compute_once(self, pool, computed, monkeypatch):
        counted = geometry.find_neighbors

        def slowly(*arguments):
            time.sleep(0.1)
            return counted(*arguments)

        monkeypatch.setattr(geometry, "find_neighbors", slowly)
        found = []
        threads = [
            threading.Thread(target=lambda: found.append(pool.geometry.variations))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        pool.geometry.prepare().result(60)
        for thread in threads:
            thread.join(60)
        assert len(found) == 8
        assert computed == ["find_neighbors", "find_variations"]

    def test_an_error_is_told_and_the_next_attempt_may_succeed(self, pool, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(geometry, "find_neighbors", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                pool.geometry.prepare().result(60)
        assert pool.geometry.progress.step == "failed: division by zero"
        pool.geometry.prepare().result(60)
        assert pool.geometry.is_ready

    def test_what_is_known_goes_into_another_process(self, pool, computed):
        variations = pool.geometry.variations
        copy = pickle.loads(pickle.dumps(pool.geometry))
        assert (copy.variations == variations).all()
        assert copy.is_ready
        assert computed == ["find_neighbors", "find_variations"]

    def test_the_repr_says_how_far_it_is(self, pool):
        assert repr(pool.geometry) == "<Geometry of 70 items, not begun>"


class TestKeeping:
    def test_the_next_session_computes_nothing(self, pool, tmp_path, computed):
        pool.geometry.keep_in(tmp_path / "kept")
        pool.geometry.prepare().result(60)
        again = kept(pool, tmp_path / "kept")
        again.prepare().result(60)
        assert (again.variations == pool.geometry.variations).all()
        assert (again.neighbors.indices == pool.geometry.neighbors.indices).all()
        assert (again.neighbors.distances == pool.geometry.neighbors.distances).all()
        assert computed == ["find_neighbors", "find_variations"]

    def test_it_is_one_file_named_by_the_fingerprint(self, pool, tmp_path):
        pool.geometry.keep_in(tmp_path)
        pool.geometry.prepare().result(60)
        (file,) = tmp_path.iterdir()
        assert file.name.startswith(pool.fingerprint)
        assert file.suffix == ".npz"

    def test_what_was_known_before_is_kept_too(self, pool, tmp_path, computed):
        pool.geometry.prepare().result(60)
        pool.geometry.keep_in(tmp_path)
        assert kept(pool, tmp_path).variations is not None
        assert len(computed) == 2

    def test_no_folder_is_made_before_there_is_something_to_keep(self, pool, tmp_path):
        pool.geometry.keep_in(tmp_path / "kept")
        assert not (tmp_path / "kept").exists()

    def test_another_pool_has_another_file(self, pool, tmp_path, computed):
        for features in (pool.features, pool.features + np.eye(*pool.features.shape)):
            other = Pool(features).geometry
            other.keep_in(tmp_path)
            other.prepare().result(60)
        assert len(list(tmp_path.iterdir())) == 2
        assert len(computed) == 4

    def test_a_part_that_is_missing_is_computed_and_added(self, pool, tmp_path, computed):
        pool.geometry.keep_in(tmp_path)
        assert pool.geometry.neighbors is not None
        again = kept(pool, tmp_path)
        assert again.variations is not None
        assert kept(pool, tmp_path).variations is not None
        assert computed == ["find_neighbors", "find_variations"]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda path: path.write_bytes(b""),
            lambda path: path.write_bytes(b"not ours"),
            lambda path: path.write_bytes(path.read_bytes()[:700]),
            lambda path: path.write_bytes(path.read_bytes()[:200] + bytes(400)),
            lambda path: np.savez(path, variations=np.zeros(3, dtype=np.int32)),
            lambda path: np.savez(path, variations=np.zeros(70)),
            lambda path: np.savez(path, variations=np.full(70, -1, dtype=np.int32)),
            lambda path: np.savez(path, variations=np.array([{"a": 1}] * 70)),
            lambda path: np.save(path.open("wb"), np.zeros(70)),
        ],
        ids=["empty", "foreign", "cut", "damaged", "short", "floats", "negative", "pickled", "npy"],
    )
    def test_a_broken_file_is_passed_over_and_replaced(self, pool, tmp_path, spoil, computed):
        pool.geometry.keep_in(tmp_path)
        variations = pool.geometry.variations
        (file,) = tmp_path.iterdir()
        whole = len(file.read_bytes())
        spoil(file)
        assert (kept(pool, tmp_path).variations == variations).all()
        assert len(file.read_bytes()) == whole
        assert len(computed) == 4
        assert list(tmp_path.iterdir()) == [file]

    def test_a_damage_anywhere_in_the_file_is_no_error(self, pool, tmp_path):
        pool.geometry.keep_in(tmp_path)
        variations = pool.geometry.variations
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        for where in np.random.default_rng(0).integers(0, len(whole), 40).tolist():
            file.write_bytes(whole[:where] + bytes([whole[where] ^ 0xFF]) + whole[where + 1 :])
            assert (kept(pool, tmp_path).variations == variations).all()

    def test_where_nothing_can_be_written_a_warning_says_so(self, pool, tmp_path):
        (tmp_path / "file").touch()
        pool.geometry.keep_in(tmp_path / "file" / "kept")
        with pytest.warns(RuntimeWarning, match=r"could not be kept in .*kept.*Give write perm"):
            assert pool.geometry.variations is not None

    def test_a_disk_that_is_full_leaves_no_rest(self, pool, tmp_path, monkeypatch):
        def fail(file, **arrays):  # noqa: ARG001
            file.write(b"half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(np, "savez", fail)
        pool.geometry.keep_in(tmp_path)
        with pytest.warns(RuntimeWarning, match="No space left"):
            assert pool.geometry.variations is not None
        assert list(tmp_path.iterdir()) == []

    def test_another_way_to_compute_has_another_file(self, pool, tmp_path, monkeypatch, computed):
        pool.geometry.keep_in(tmp_path)
        pool.geometry.prepare().result(60)
        monkeypatch.setattr(geometry, "_SETTINGS", ("finer",))
        kept(pool, tmp_path).prepare().result(60)
        assert len(list(tmp_path.iterdir())) == 2
        assert len(computed) == 4

    def test_a_geometry_without_a_fingerprint_keeps_nothing(self, pool, tmp_path):
        alone = Geometry(pool.features)
        alone.keep_in(tmp_path)
        assert alone.variations is not None
        assert list(tmp_path.iterdir()) == []


class TestBesideTheStore:
    def test_a_learner_keeps_the_geometry_beside_its_store(self, sqlite_path):
        learner = make_learner(store=sqlite_path)
        assert learner.pool.geometry.variations is not None
        (file,) = (sqlite_path.parent / ".al_widgets").iterdir()
        assert file.name.startswith(learner.pool.fingerprint)

    def test_labels_that_are_saved_take_the_geometry_along(self, sqlite_path):
        learner = make_learner()
        learner.pool.geometry.prepare().result(60)
        learner.save(sqlite_path)
        assert list((sqlite_path.parent / ".al_widgets").iterdir())

    def test_a_learner_in_memory_writes_no_file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        learner = make_learner()
        assert learner.store.folder is None
        assert learner.pool.geometry.variations is not None
        assert list(tmp_path.iterdir()) == []


def test_all_of_it_works_on_features_of_every_kind():
    X = np.abs(blobs(60)[0])
    for features in (X, sparse.csr_array(X), X.astype(np.uint8), X > 1, X[:, :1] * 0):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            space = Pool(features).geometry
            space.prepare().result(60)
        assert space.neighbors.indices.shape == (60, 15)
        assert space.variations.shape == (60,)


def test_the_space_of_a_pool_is_that_of_its_features():
    pool = make_pool()
    assert (pool.geometry.rows(slice(None)) == scaled(pool.features)).all()
