from __future__ import annotations

import gc
import pickle
import threading
import weakref
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from al_widgets import Pool
from al_widgets.geometry import Geometry, Layout, _geometry, _map
from al_widgets.geometry._apart import TaskFailed
from al_widgets.geometry._attaching import with_newcomers
from al_widgets.geometry._geometries import base_size
from al_widgets.geometry._neighbors import exact_neighbors


def groups(n, seed=0, n_columns=6):
    """Rows in four groups far from each other, and the group of each."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % 4
    centers = 20 * np.eye(4, n_columns)
    return centers[group] + rng.normal(size=(n, n_columns)), group


def grown(pool, rows, start=0):
    pool.grow([f"n{start + i}" for i in range(rows.shape[0])], rows)
    return pool.geometry


@pytest.fixture
def pool():
    """A pool of 100 items, to which `newcomers` are like."""
    return Pool(groups(100)[0])


@pytest.fixture
def newcomers():
    return groups(40, seed=1)[0]


@pytest.fixture
def umap(monkeypatch):
    """Lay out pools in no time; the starts of all that were laid out."""
    starts = []

    def find_layout(scaling, plane, *_):  # noqa: ARG001
        starts.append(plane)
        return (plane * 2).astype(np.float32)

    monkeypatch.setattr(_map, "find_layout", find_layout)
    return starts


class TestNewcomers:
    @given(st.integers(17, 60), st.integers(0, 40), st.integers(0, 5))
    def test_neighbors_are_as_if_they_were_found_at_once(self, n, n_new, seed):
        rng = np.random.default_rng(seed)
        rows = rng.integers(0, 5, (n + n_new, 2)).astype(float)  # many ties and duplicates
        space = Geometry(rows[:n]).scaling.over(rows)
        scaled = space.rows(slice(None))
        known = exact_neighbors(scaled[:n], 15)
        found = with_newcomers(known, space, n + n_new)
        together = exact_neighbors(scaled, 15)
        assert np.allclose(found.distances, together.distances, rtol=1e-5, atol=0)
        own = np.arange(n + n_new)[:, None]
        assert (found.indices != own).all()
        away = np.linalg.norm(scaled[found.indices] - scaled[:, None], axis=2)
        assert np.allclose(away, found.distances, atol=1e-5)

    @settings(max_examples=30)
    @given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
    def test_do_not_depend_on_the_pieces_that_they_came_in(self, pieces):
        rows = np.random.default_rng(0).integers(0, 4, (sum(pieces), 6)) + groups(sum(pieces))[0]
        rows = np.round(rows)
        in_pieces, at_once = Pool(groups(100)[0]), Pool(groups(100)[0])
        together = grown(at_once, rows)
        ends = np.cumsum([0, *pieces])
        for start, stop in pairwise(ends):
            apart = grown(in_pieces, rows[start:stop], start)
            _ = apart.neighbors, apart.variations
        assert (apart.neighbors.indices == together.neighbors.indices).all()
        assert (apart.neighbors.distances == together.neighbors.distances).all()
        assert (apart.graph != together.graph).nnz == 0
        assert (apart.variations == together.variations).all()
        assert (apart.map == together.map).all()

    def test_belong_to_the_variation_of_what_is_nearest(self, pool, newcomers):
        before = pool.geometry.variations
        after = grown(pool, newcomers).variations
        assert (after[:100] == before).all()
        near = np.linalg.norm(pool.features[100:, None] - pool.features[:100], axis=2)
        same_group = near.argmin(axis=1) % 4 == np.arange(40) % 4
        assert same_group.all()
        assert (before[near.argmin(axis=1)] == after[100:]).mean() > 0.9  # by scaled distances

    def test_lie_on_the_map_among_what_is_nearest(self, pool, newcomers):
        before = pool.geometry.layout
        after = grown(pool, newcomers).layout
        assert (after.coordinates[:100] == before.coordinates).all()
        assert after.method == before.method
        for group in range(4):
            there, new = after.coordinates[group:100:4], after.coordinates[100 + group :: 4]
            assert (new >= there.min(axis=0) - 1e-3).all()
            assert (new <= there.max(axis=0) + 1e-3).all()

    def test_are_measured_on_the_scale_of_the_given_items(self, pool, newcomers):
        before = pool.geometry.rows(np.arange(100))
        geometry = grown(pool, newcomers * 10)
        assert (geometry.rows(np.arange(100)) == before).all()
        assert len(geometry.rows(slice(None))) == 140
        assert sum(len(rows) for _, rows in geometry.scaling.blocks()) == 140

    def test_lie_beside_a_map_of_the_users_own(self, newcomers):
        places = np.random.default_rng(0).random((100, 2))
        geometry = grown(Pool(groups(100)[0], map=places), np.repeat(newcomers, 3, axis=0))
        assert geometry.layout.method == "given"
        assert (geometry.map[:100] == places.astype(np.float32)).all()
        assert len(geometry.map) == 220

    def test_of_a_large_pool_are_compared_with_landmarks(self, monkeypatch, newcomers):
        for name in ("ALL_ITEMS", "LANDMARKS"):
            monkeypatch.setattr(f"al_widgets.geometry._umap.{name}", 50)
        pool = Pool(groups(100)[0])
        before = pool.geometry.variations
        after = grown(pool, newcomers)
        groups_of = [set(before[group::4]) for group in range(4)]
        assert all(after.variations[100 + i] in groups_of[i % 4] for i in range(40))
        assert np.isfinite(after.map).all()

    def test_are_sparse_where_the_pool_is(self):
        rows, _ = groups(140)
        geometry = grown(Pool(sparse.csr_array(rows[:100])), sparse.csr_array(rows[100:]))
        assert len(geometry.neighbors.indices) == len(geometry.variations) == 140

    def test_are_known_in_another_process(self, pool, newcomers):
        geometry = grown(pool, newcomers)
        known = geometry.neighbors
        again = pickle.loads(pickle.dumps(geometry))
        assert (again.neighbors.indices == known.indices).all()
        assert (again.variations == geometry.variations).all()


class TestHowItIsComputedAfresh:
    def test_an_older_geometry_is_that_of_the_items_then(self, pool, newcomers):
        before, then = pool.geometry, pool.fixed()
        grown(pool, newcomers)
        assert then.geometry is before
        assert len(pool.fixed(120).geometry.variations) == 120
        assert len(pool.geometry.variations) == 140

    def test_one_of_fewer_items_is_found_when_one_of_more_is_known(self, pool, newcomers):
        _ = grown(pool, newcomers).neighbors
        again = Pool(groups(100)[0])
        wanted = grown(again, newcomers[:20])
        found = pool.fixed(120).geometry
        assert (found.neighbors.indices == wanted.neighbors.indices).all()
        assert (found.variations == wanted.variations).all()
        assert (found.map == wanted.map).all()

    def test_those_of_before_are_let_go(self, pool, newcomers):
        before = weakref.ref(grown(pool, newcomers[:20]))
        _ = before().neighbors
        after = grown(pool, newcomers[20:], 20)
        gc.collect()
        assert before() is None
        assert len(after.neighbors.indices) == 140

    def test_a_pool_that_began_empty_has_one_at_each_size(self):
        pool, rows = Pool.empty(6), groups(60)[0]
        for n in range(60):
            geometry = pool.geometry
            k = max(0, min(15, n - 1))
            assert geometry.neighbors.indices.shape == (n, k)
            assert geometry.graph.shape == (n, n)
            assert geometry.variations.shape == (n,)
            assert geometry.map.shape == (n, 2)
            pool.grow([f"n{n}"], rows[n : n + 1])

    def test_all_that_takes_no_longer_than_a_few_times_the_last(self):
        for n_given in (0, 7, 1_000):
            sizes = {base_size(n_given, n) for n in range(n_given, 20 * n_given + 1_000)}
            assert sum(size**2 for size in sizes) < 2.5 * max(sizes) ** 2

    def test_half_as_many_newcomers_are_taken_for_what_they_are(self, pool):
        others = np.random.default_rng(0).normal(size=(50, 6)) - 60
        _ = grown(pool, others[:30]).variations
        before = pool.geometry.variations[100:]
        after = grown(pool, others[30:], 30).variations
        assert set(before) <= set(pool.fixed(100).geometry.variations)
        assert not set(after[100:]) & set(after[:100])

    def test_it_is_prepared_if_the_one_before_was(self, pool, newcomers):
        pool.geometry.prepare().result(60)
        geometry = grown(pool, np.repeat(newcomers, 2, axis=0))
        geometry.prepare().result(60)
        assert geometry.is_ready

    def test_who_heard_of_the_one_before_hears_of_it_too(self, pool, newcomers):
        class Listener:
            def __init__(self):
                self.heard = threading.Event()

            def hear(self):
                if pool.geometry.is_ready:
                    self.heard.set()

        listener = Listener()
        pool.geometry.prepare(listener.hear).result(60)
        listener.heard.clear()
        geometry = grown(pool, np.repeat(newcomers, 2, axis=0))
        assert listener.heard.wait(60)
        assert geometry.is_ready

    def test_the_map_of_the_one_before_is_seen_until_there_is_a_new_one(self, newcomers, umap):
        pool = Pool(groups(100)[0])
        laid = pool.geometry.prepare_map().result(60)
        geometry = grown(pool, np.concatenate([newcomers, newcomers[:10]]))
        best = geometry.prepare_map().result(60)
        assert (umap[1][:100] == laid.coordinates).all()
        assert best.method == "umap"
        assert (best.coordinates == 2 * umap[1]).all()

    def test_the_map_of_the_one_before_stays_if_there_can_be_no_other(
        self, newcomers, umap, monkeypatch
    ):
        pool = Pool(groups(100)[0])
        laid = pool.geometry.prepare_map().result(60)
        assert len(umap) == 1

        def fail(*_):
            raise TaskFailed("killed")

        monkeypatch.setattr(_map, "find_layout", fail)
        layout = grown(pool, np.repeat(newcomers, 2, axis=0)).prepare_map().result(60)
        assert (layout.coordinates[:100] == laid.coordinates).all()
        assert layout.method == "umap"
        assert "UMAP failed (killed)" in layout.note
        assert "beside the UMAP of the pool as it was" in layout.note

    def test_no_map_is_laid_out_of_a_few_items_of_many_to_come(self, umap):
        pool, rows = Pool.empty(6), groups(200)[0]
        pool.geometry.prepare_map().result(60)
        for n in range(200):
            grown(pool, rows[n : n + 1], n)
        pool.geometry.prepare_map().result(60)
        assert {len(plane) for plane in umap} <= {141}


class TestMeanwhile:
    def test_a_pool_may_grow_while_its_geometry_is_computed(self, newcomers, monkeypatch):
        begun, goes_on = threading.Event(), threading.Event()
        original = _geometry.find_variations

        def slowly(*arguments):
            begun.set()
            assert goes_on.wait(60)
            return original(*arguments)

        monkeypatch.setattr(_geometry, "find_variations", slowly)
        pool = Pool(groups(100)[0])
        future = pool.geometry.prepare()
        assert begun.wait(60)
        geometry = grown(pool, newcomers)
        assert not geometry.is_ready
        goes_on.set()
        future.result(60)
        assert geometry.is_ready
        assert len(geometry.variations) == 140

    def test_a_map_that_is_made_meanwhile_holds_the_newcomers(self, pool, newcomers, umap):
        geometry = grown(pool, newcomers)
        plane = geometry.layout
        layout = geometry.prepare_map().result(60)
        assert isinstance(layout, Layout)
        assert (plane.method, layout.method) == ("pca", "umap")
        assert len(layout.coordinates) == 140
        assert len(umap[0]) == 100
        assert geometry.layout is layout

    def test_what_is_kept_on_disk_is_that_of_the_given_items(self, pool, newcomers, tmp_path):
        grown(pool, newcomers).keep_in(tmp_path)
        found = pool.geometry.variations
        again = Pool(groups(100)[0])
        again.geometry.keep_in(tmp_path)
        assert (grown(again, newcomers).variations == found).all()
        assert len(list(tmp_path.iterdir())) == 1
        grown(again, newcomers, 40)
        assert again.geometry.unkept == ""
        _ = again.geometry.variations
        assert len(list(tmp_path.iterdir())) == 1
