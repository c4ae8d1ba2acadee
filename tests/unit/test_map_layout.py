from __future__ import annotations

import os
import pickle
import threading
import time

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier
from unit_parts import run_python

from al_widgets import Pool
from al_widgets.geometry import (
    Geometry,
    Layout,
    Preparation,
    Scaling,
    _apart,
    _layout,
    _map,
    _umap,
    _variations,
)
from al_widgets.geometry._layout import plane, turned_onto
from al_widgets.geometry._umap import placed

FEATURES = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 40), st.integers(1, 5)),
    elements=st.integers(-3, 3).map(float),
)

# A process that needs no compiler: it turns the plane that it starts from by a right angle.
TURN = """
import sys
from pathlib import Path
import numpy as np
folder = Path(sys.argv[2])
print("a line that is not for us")
print("share 0.5", flush=True)
start = np.load(folder / "start.npy")
np.save(folder / "coordinates.npy", np.stack([-start[:, 1], start[:, 0]], axis=1))
print("share 1.0", flush=True)
"""

# A process that tells its id, and works until somebody ends it.
WORK_ON = """
import os, time
from pathlib import Path
Path(__file__).with_suffix(".new").write_text(str(os.getpid()))
Path(__file__).with_suffix(".new").rename(Path(__file__).with_suffix(".pid"))
print("share 0.5", flush=True)
time.sleep(120)
"""


def clusters(sizes, seed=0):
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    centers = 8 * rng.normal(size=(len(sizes), 8))
    return centers[group] + rng.normal(size=(len(group), 8)), group


def kept(pool, folder):
    """The geometry of such a pool in another session."""
    again = Pool(pool.features).geometry
    again.keep_in(folder)
    return again


def eventually(condition):
    """Wait until something holds."""
    until = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def is_gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def pool():
    return Pool(clusters([40, 30])[0])


@pytest.fixture
def instead(monkeypatch, tmp_path):
    """Run another script instead of UMAP; return where its process leaves its id."""

    def put(text):
        script = tmp_path / "script" / "task.py"
        script.parent.mkdir(exist_ok=True)
        script.write_text(text)
        monkeypatch.setattr(_apart, "SCRIPT", script)
        return script.with_suffix(".pid")

    return put


@pytest.fixture
def never(instead):
    """Fail a UMAP that is begun."""
    instead("raise SystemExit('nobody asked for this')")


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:300], y[:300]


@pytest.fixture(scope="module")
def laid_out(digits, tmp_path_factory):
    """Two geometries of the same items, with a UMAP each, and what the first said meanwhile."""
    folder = tmp_path_factory.mktemp("maps")
    first, second = (Pool(digits[0]).geometry for _ in range(2))
    first.keep_in(folder)
    said = []
    futures = [
        first.prepare_map(lambda: said.append((first.map_progress, first.layout.method))),
        second.prepare_map(),
    ]
    assert [future.result(500).method for future in futures] == ["umap", "umap"]
    return first, second, said, folder


class TestPlane:
    def test_it_is_the_plane_of_largest_variance(self):
        X = np.random.default_rng(0).normal(size=(500, 6)) * [1, 5, 2, 3, 1, 1]
        scaling = Scaling(X)
        found = plane(scaling, len(X))
        expected = PCA(2).fit_transform(scaling.rows(slice(None)))
        assert np.abs(found) == pytest.approx(np.abs(expected), abs=1e-4)
        assert found.dtype == np.float32

    @given(FEATURES)
    @settings(deadline=None)
    def test_no_distance_grows(self, X):
        scaling = Scaling(X)
        rows, found = scaling.rows(slice(None)), plane(scaling, len(X))
        assert found.shape == (len(X), 2)
        apart = np.linalg.norm(rows - rows[0], axis=1)
        assert (np.linalg.norm(found - found[0], axis=1) <= apart + 1e-4).all()

    def test_directions_point_where_their_largest_column_grows(self):
        rng = np.random.default_rng(0)
        one, other, noise = rng.normal(size=(3, 500))
        X = np.stack([one, one + 0.1 * noise, one - 0.1 * noise, other], axis=1)
        for turned in (X, -X):
            found = plane(Scaling(turned), len(X))
            assert np.corrcoef(found[:, 0], turned[:, 0])[0, 1] > 0.9
            assert np.corrcoef(found[:, 1], turned[:, 3])[0, 1] > 0.9

    def test_of_one_feature_the_second_coordinate_is_0(self):
        found = Geometry(np.arange(5.0)[:, None]).map
        assert (found[:, 1] == 0).all()
        assert (np.diff(found[:, 0]) > 0).all()

    def test_one_item_lies_in_the_middle(self):
        assert Geometry(np.array([[3.0, 4.0]])).map.tolist() == [[0, 0]]

    def test_sparse_features_have_a_plane_too(self):
        X = sparse.random_array((300, 1_500), density=0.05, rng=0, format="csr")
        assert np.isfinite(Geometry(X).map).all()

    def test_a_sample_of_many_items_tells_nearly_the_same_plane(self, monkeypatch):
        X, _ = clusters([9_000, 6_000, 5_000])
        scaling = Scaling(X)
        whole = plane(scaling, len(X))
        monkeypatch.setattr(_layout, "FITTED_ON", 2_000)
        assert turned_onto(plane(scaling, len(X)), whole) == pytest.approx(whole, abs=0.5)


class TestTurning:
    @given(st.floats(0, 7), st.booleans())
    @settings(deadline=None)
    def test_a_turned_and_flipped_and_moved_picture_comes_back(self, angle, flipped):
        target = np.random.default_rng(0).normal(size=(30, 2))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        picture = target * [1, -1 if flipped else 1] @ turn + 7
        assert turned_onto(picture, target) == pytest.approx(target, abs=1e-5)

    def test_all_distances_stay(self):
        rng = np.random.default_rng(0)
        picture, target = rng.normal(size=(20, 2)), rng.normal(size=(20, 2))
        found = turned_onto(picture, target)
        for a, b in ((0, 1), (3, 17)):
            was = np.linalg.norm(picture[a] - picture[b])
            assert np.linalg.norm(found[a] - found[b]) == pytest.approx(was, rel=1e-5)


class TestPlacing:
    landmarks = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    neighbors = np.argsort(
        np.linalg.norm(landmarks[:, None] - landmarks[None], axis=2), axis=1, kind="stable"
    )[:, 1:16]

    def test_items_lie_near_where_they_would_if_the_map_were_the_space(self):
        rows = self.landmarks[:100] + 0.02
        found = placed(rows, self.landmarks, self.neighbors, self.landmarks)
        assert np.linalg.norm(found - rows, axis=1).mean() < 0.15

    def test_different_items_lie_in_different_places(self):
        rows = np.random.default_rng(1).normal(size=(3_000, 2)).astype(np.float32)
        found = placed(rows, self.landmarks, self.neighbors, self.landmarks)
        assert len(np.unique(found.round(6), axis=0)) > 2_990

    def test_an_item_between_two_islands_lies_on_one_of_them(self):
        rows = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)
        islands = self.landmarks + np.where(self.landmarks[:, :1] > 0, 100, 0)
        found = placed(rows, self.landmarks, self.neighbors, islands)
        assert ((found[:, 0] < 5) | (found[:, 0] > 95)).all()

    def test_blocks_leave_no_seam(self, monkeypatch):
        rows = np.random.default_rng(1).normal(size=(100, 2)).astype(np.float32)
        whole = placed(rows, self.landmarks, self.neighbors, self.landmarks)
        monkeypatch.setattr(_umap, "_BLOCK", 7)
        parts = placed(rows, self.landmarks, self.neighbors, self.landmarks)
        assert parts == pytest.approx(whole, abs=1e-6)

    def test_copies_of_a_landmark_have_a_place(self):
        landmarks = np.zeros((6, 3), dtype=np.float32)
        neighbors = (np.arange(6)[:, None] + np.arange(1, 6)) % 6
        found = placed(landmarks[:2], landmarks, neighbors, np.eye(6)[:, :2])
        assert np.isfinite(found).all()


@pytest.mark.timeout(600)
class TestUmap:
    """One real UMAP of 300 digits, twice; its import and compiler take some ten seconds."""

    def test_neighbors_stay_neighbors_more_than_on_the_plane(self, laid_out, digits):
        first, *_ = laid_out
        rows = first.scaling.rows(slice(None))
        flat = plane(first.scaling, len(rows))
        assert trustworthiness(rows, first.map) > trustworthiness(rows, flat) + 0.05
        assert KNeighborsClassifier(5).fit(first.map, digits[1]).score(first.map, digits[1]) > 0.85

    def test_the_same_items_have_the_same_map(self, laid_out):
        first, second, *_ = laid_out
        assert (first.map == second.map).all()

    def test_it_is_turned_onto_the_plane(self, laid_out):
        first, *_ = laid_out
        flat = plane(first.scaling, len(first.map))
        assert turned_onto(first.map, flat) == pytest.approx(first.map, abs=1e-3)
        assert (first.map * flat).sum() > 0

    def test_the_layout_says_what_it_is(self, laid_out):
        layout = laid_out[0].layout
        assert (layout.method, layout.note) == ("umap", "")
        assert layout.coordinates.shape == (300, 2)
        assert layout.coordinates.dtype == np.float32
        assert repr(layout) == "<Layout of 300 items, umap>"

    def test_progress_rises_and_ends(self, laid_out):
        said = [progress for progress, _ in laid_out[2]]
        shares = [progress.share for progress in said]
        assert shares == sorted(shares)
        assert len(set(shares)) > 5
        assert said[-1] == Preparation("ready", 1.0)
        steps = list(dict.fromkeys(progress.step for progress in said))
        assert steps == ["finding neighbors", "starting UMAP", "laying out 300 items", "ready"]

    def test_the_plane_is_there_until_the_map_is_ready(self, laid_out):
        methods = [method for _, method in laid_out[2]]
        assert methods[0] == "pca"
        assert methods[-1] == "umap"
        assert methods == sorted(methods)

    @pytest.mark.usefixtures("never")
    def test_the_next_session_reads_it_and_starts_no_process(self, laid_out, digits):
        again = kept(Pool(digits[0]), laid_out[3])
        assert again.layout.method == "umap"
        assert (again.map == laid_out[0].map).all()
        assert again.prepare_map().result(60) is again.layout
        assert again.map_progress == Preparation("ready", 1.0)

    @pytest.mark.slow
    def test_of_a_large_pool_landmarks_are_laid_out_and_the_others_placed(self, monkeypatch):
        monkeypatch.setattr(_umap, "ALL_ITEMS", 1_000)
        monkeypatch.setattr(_umap, "LANDMARKS", 500)
        X, group = clusters([1_500, 1_000, 300, 200])
        space = Geometry(X)
        layout = space.prepare_map().result(500)
        assert layout.method == "umap"
        assert trustworthiness(X, layout.coordinates) > trustworthiness(
            X, plane(space.scaling, 3_000)
        )
        assert (
            KNeighborsClassifier(5).fit(layout.coordinates, group).score(layout.coordinates, group)
            > 0.99
        )

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "X",
        [
            np.eye(4),
            np.random.default_rng(0).normal(size=(5, 2)),
            np.repeat(np.eye(2), 100, axis=0),
            np.arange(100.0)[:, None],
            np.vstack([np.ones((99, 3)), np.zeros((1, 3))]),
        ],
        ids=["four", "five", "two places", "one feature", "one other"],
    )
    def test_every_pool_that_is_not_one_place_has_one(self, X):
        layout = Geometry(X).prepare_map().result(500)
        assert layout.method == "umap"
        assert np.isfinite(layout.coordinates).all()


class TestLandmarks:
    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch, instead):
        monkeypatch.setattr(_umap, "ALL_ITEMS", 50)
        monkeypatch.setattr(_umap, "LANDMARKS", 40)
        instead(TURN)

    def test_every_item_has_a_place_of_its_own(self, pool):
        found = pool.geometry.prepare_map().result(60).coordinates
        assert found.shape == (70, 2)
        assert len(np.unique(found, axis=0)) == 70

    def test_neighbors_of_all_items_are_not_needed(self, pool):
        pool.geometry.prepare_map().result(60)
        assert pool.geometry._neighbors is None

    def test_progress_says_that_items_are_placed(self, pool):
        said = []
        pool.geometry.prepare_map(lambda: said.append(pool.geometry.map_progress)).result(60)
        shares = [progress.share for progress in said]
        assert shares == sorted(shares)
        assert {"laying out 40 items", "placing 70 items"} < {progress.step for progress in said}


class TestWhileItIsMade:
    def test_the_plane_and_the_variations_wait_for_nothing(self, pool, instead):
        pid = instead(WORK_ON)
        future = pool.geometry.prepare_map()
        eventually(pid.exists)
        assert pool.geometry.layout.method == "pca"
        assert pool.geometry.layout.note == "", "it is on its way"
        assert len(pool.geometry.variations) == 70
        assert not future.done()
        psutil.Process(int(pid.read_text())).kill()
        future.result(60)

    def test_a_process_that_is_killed_leaves_the_plane_and_says_why(self, pool, instead):
        pid = instead(WORK_ON)
        future = pool.geometry.prepare_map()
        psutil.Process(int(eventually(lambda: pid.exists() and pid.read_text()))).kill()
        layout = future.result(60)
        assert layout.method == "pca"
        assert "UMAP failed (killed by signal 9)" in layout.note
        assert pool.geometry.layout is layout
        assert pool.geometry.map_progress == Preparation("ready", 1.0)

    def test_the_end_of_this_process_ends_the_other(self, tmp_path):
        (tmp_path / "umap.py").write_text(WORK_ON)  # it is found before the real one
        code = (
            "import os, sys, time\n"
            "from pathlib import Path\n"
            "import numpy as np\n"
            "from al_widgets.geometry import Geometry\n"
            "os.environ['PYTHONPATH'] = sys.argv[1]\n"
            "Geometry(np.eye(9)).prepare_map()\n"
            "while not Path(sys.argv[1], 'umap.pid').exists(): time.sleep(0.01)\n"
            "os._exit(0)"
        )
        done = run_python(code, tmp_path)
        assert done.returncode == 0, done.stderr
        pid = int((tmp_path / "umap.pid").read_text())
        assert eventually(lambda: is_gone(pid))

    def test_a_pool_whose_variations_need_no_neighbors_groups_beside_the_search(
        self, monkeypatch, instead
    ):
        instead(TURN)
        monkeypatch.setattr(_variations, "ALL_ITEMS", 50)
        monkeypatch.setattr(_variations, "LANDMARKS", 40)
        space = Geometry(clusters([40, 30])[0])
        read = []

        def searching():
            if space.map_progress.step == "finding neighbors" and space._searching.locked():
                read.append(len(space.variations))

        space.prepare_map(searching).result(60)
        assert read
        assert set(read) == {70}
        assert "finding neighbors" not in space.progress.step

    def test_umap_is_never_imported_here(self, tmp_path):
        (tmp_path / "umap.py").write_text("raise ImportError('no compiler')")
        code = (
            "import os, sys, numpy as np\n"
            "from al_widgets.geometry import Geometry\n"
            "os.environ['PYTHONPATH'] = sys.argv[1]\n"
            "print(Geometry(np.eye(9)).prepare_map().result(60).note)\n"
            "print([name for name in ('numba', 'pynndescent', 'umap') if name in sys.modules])"
        )
        note, imported = run_python(code, tmp_path).stdout.splitlines()
        assert "no compiler" in note, "the process imported it"
        assert imported == "[]"


class TestWithoutUmap:
    @pytest.mark.usefixtures("never")
    def test_fewer_than_4_items_have_none(self):
        layout = Geometry(np.eye(3)).prepare_map().result(60)
        assert layout.method == "pca"
        assert layout.note == (
            "A UMAP needs at least 4 items; this is the plane of largest variance."
        )
        assert layout.note in repr(layout)

    @pytest.mark.usefixtures("never")
    def test_items_that_are_all_the_same_have_none(self):
        layout = Geometry(np.ones((50, 3))).prepare_map().result(60)
        assert layout.note == "All items are the same, so all lie in one place."
        assert (layout.coordinates == 0).all()

    @pytest.mark.usefixtures("never")
    def test_without_umap_learn_the_note_says_what_to_install(self, pool, monkeypatch):
        monkeypatch.setattr(_umap.importlib.util, "find_spec", lambda name: None)  # noqa: ARG005
        assert "pip install umap-learn" in pool.geometry.layout.note
        assert pool.geometry.prepare_map().result(60).method == "pca"

    @pytest.mark.usefixtures("never")
    def test_a_kernel_in_a_browser_says_so_and_starts_no_thread(self, pool, monkeypatch):
        monkeypatch.setattr("sys.platform", "emscripten")
        threads, heard = threading.active_count(), []
        layout = pool.geometry.prepare_map(lambda: heard.append(threading.active_count())).result(0)
        assert layout.method == "pca"
        assert "browser" in layout.note
        assert heard == [threads]

    def test_what_is_installed_meanwhile_is_used_when_asked_again(self, pool, instead, monkeypatch):
        instead(TURN)
        with monkeypatch.context() as patch:
            patch.setattr(_umap.importlib.util, "find_spec", lambda name: None)  # noqa: ARG005
            assert pool.geometry.prepare_map().result(60).method == "pca"
        assert pool.geometry.prepare_map().result(60).method == "umap"

    def test_a_umap_that_fails_says_its_last_line_and_may_be_tried_again(self, pool, instead):
        instead("import sys\nsys.exit('Traceback\\nMemoryError: 3 GB')")
        layout = pool.geometry.prepare_map().result(60)
        assert layout.method == "pca"
        assert "UMAP failed (exit code 1: MemoryError: 3 GB)" in layout.note
        instead(TURN)
        assert pool.geometry.prepare_map().result(60).note == ""

    def test_coordinates_that_are_no_numbers_are_a_failure(self, pool, instead):
        instead(TURN.replace("np.stack([", "np.stack([np.nan * "))
        assert "no place" in pool.geometry.prepare_map().result(60).note

    def test_a_process_that_cannot_be_started_is_a_failure(self, pool, monkeypatch):
        monkeypatch.setattr("sys.executable", "/nowhere/python")
        assert "could not be started" in pool.geometry.prepare_map().result(60).note

    def test_a_disk_without_room_is_a_failure(self, pool, monkeypatch):
        def fail(*_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(np, "save", fail)
            layout = pool.geometry.prepare_map().result(60)
        assert "No space left" in layout.note

    def test_an_error_of_ours_is_in_the_future(self, pool, monkeypatch):
        monkeypatch.setattr(_umap, "turned_onto", lambda *_: 1 / 0)
        monkeypatch.setattr(_umap, "_umap", lambda *_: None)
        with pytest.raises(ZeroDivisionError):
            pool.geometry.prepare_map().result(60)
        assert pool.geometry.map_progress.step == "failed: division by zero"
        assert pool.geometry.layout.method == "pca"


class TestKeeping:
    @pytest.fixture(autouse=True)
    def _fast(self, instead):
        instead(TURN)

    @pytest.fixture
    def folder(self, pool, tmp_path):
        folder = tmp_path / "kept"
        pool.geometry.keep_in(folder)
        pool.geometry.prepare_map().result(60)
        return folder

    @pytest.fixture
    def file(self, folder):
        (file,) = folder.glob("*-map-*.npz")
        return file

    def test_it_has_a_file_of_its_own_named_by_the_fingerprint(self, pool, file):
        assert file.name.startswith(pool.fingerprint)
        with np.load(file) as arrays_:
            assert arrays_.files == ["map"]

    @pytest.mark.usefixtures("folder", "never")
    def test_a_map_from_disk_needs_no_neighbors(self, pool, folder):
        again = kept(pool, folder)
        assert again.layout.method == "umap"
        assert (again.map == pool.geometry.map).all()
        assert again._neighbors is None

    def test_what_was_known_before_is_kept_too(self, pool, tmp_path, folder):
        pool.geometry.keep_in(tmp_path / "other")
        assert kept(pool, tmp_path / "other").layout.method == "umap"
        assert kept(pool, folder).layout.method == "umap"

    def test_a_folder_that_is_named_later_is_looked_into(self, pool, folder):
        again = Pool(pool.features).geometry
        assert again.layout.method == "pca"
        again.keep_in(folder)
        assert again.layout.method == "umap"

    def test_a_plane_is_not_kept(self, pool, tmp_path):
        again = kept(pool, tmp_path / "empty")
        assert again.layout.method == "pca"
        assert not (tmp_path / "empty").exists()

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda path: path.write_bytes(b""),
            lambda path: path.write_bytes(b"not ours"),
            lambda path: path.write_bytes(path.read_bytes()[:300]),
            lambda path: np.savez(path, map=np.zeros((3, 2), dtype=np.float32)),
            lambda path: np.savez(path, map=np.zeros((70, 2))),
            lambda path: np.savez(path, map=np.full((70, 2), np.nan, dtype=np.float32)),
            lambda path: np.savez(path, map=np.array([{"a": 1}] * 70)),
        ],
        ids=["empty", "foreign", "cut", "short", "doubles", "no numbers", "pickled"],
    )
    def test_a_broken_file_is_passed_over_and_replaced(self, pool, folder, file, spoil):
        whole = file.read_bytes()
        spoil(file)
        again = kept(pool, folder)
        assert again.layout.method == "pca"
        again.prepare_map().result(60)
        assert (again.map == pool.geometry.map).all()
        assert len(file.read_bytes()) == len(whole)

    def test_another_umap_leaves_neighbors_and_variations_as_they_are(
        self, pool, folder, monkeypatch
    ):
        variations = pool.geometry.variations
        monkeypatch.setattr(_map, "SETTINGS", ("finer",))
        again = kept(pool, folder)
        assert again.layout.method == "pca"
        assert (again.variations == variations).all()
        again.prepare_map().result(60)
        assert len(list(folder.glob("*-map-*.npz"))) == 2
        assert len(list(folder.iterdir())) == 3

    def test_where_nothing_can_be_written_it_is_said_once(self, pool, tmp_path):
        (tmp_path / "file").touch()
        assert pool.geometry.unkept == ""
        pool.geometry.keep_in(tmp_path / "file" / "kept")
        with pytest.warns(RuntimeWarning, match="could not be kept") as warned:
            assert pool.geometry.prepare_map().result(60).method == "umap"
        assert len(warned) == 1, "neighbors and map are two files"
        assert pool.geometry.unkept == str(warned[0].message)
        assert len(pool.geometry.variations) == 70, "and no warning, which would be an error"

    def test_another_folder_is_another_chance(self, pool, tmp_path):
        (tmp_path / "file").touch()
        pool.geometry.keep_in(tmp_path / "file" / "kept")
        with pytest.warns(RuntimeWarning, match="could not be kept"):
            pool.geometry.prepare_map().result(60)
        pool.geometry.keep_in(tmp_path / "kept")
        assert pool.geometry.unkept == ""
        assert kept(pool, tmp_path / "kept").layout.method == "umap"

    @pytest.mark.usefixtures("folder", "never")
    def test_what_is_known_goes_into_another_process(self, pool):
        copy = pickle.loads(pickle.dumps(pool.geometry))
        assert copy.layout.method == "umap"
        assert (copy.map == pool.geometry.map).all()


class TestListening:
    def test_who_comes_late_hears_that_all_is_ready(self, pool, instead):
        instead(TURN)
        pool.geometry.prepare_map().result(60)
        heard = threading.Event()
        pool.geometry.prepare_map(heard.set).result(60)
        assert heard.is_set()

    def test_a_listener_that_fails_does_not_fail_the_map(self, pool, instead, caplog):
        instead(TURN)
        assert pool.geometry.prepare_map(lambda: 1 / 0).result(60).method == "umap"
        assert "a listener failed" in caplog.text

    def test_nothing_is_begun_before_it_is_asked_for(self, pool):
        assert pool.geometry.layout.method == "pca"
        assert pool.geometry.map_progress == Preparation("not begun", 0.0)
        assert repr(pool.geometry.layout) == (
            "<Layout of 70 items, pca: prepare_map() makes a UMAP>"
        )


class TestGiven:
    @pytest.mark.usefixtures("never")
    def test_a_map_of_ones_own_is_returned_as_it_is(self):
        coordinates = np.random.default_rng(0).normal(size=(70, 2))
        pool = Pool(clusters([40, 30])[0], map=coordinates)
        assert pool.geometry.layout.method == "given"
        assert (pool.geometry.map == coordinates.astype(np.float32)).all()
        assert pool.geometry.prepare_map().result(60) is pool.geometry.layout

    def test_it_is_neither_kept_nor_read(self, pool, tmp_path, instead):
        instead(TURN)
        pool.geometry.keep_in(tmp_path / "kept")
        pool.geometry.prepare_map().result(60)
        given_ = Pool(pool.features, map=np.zeros((70, 2))).geometry
        given_.keep_in(tmp_path / "kept")
        assert isinstance(given_.layout, Layout)
        assert (given_.map == 0).all()

    def test_it_goes_into_another_process(self):
        pool = Pool(np.eye(3), map=[[0, 1], [2, 3], [4, 5]])
        assert pickle.loads(pickle.dumps(pool.geometry)).map.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_the_process_leaves_no_files(pool, instead, monkeypatch, tmp_path):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", os.fspath(tmp_path / "temporary"))
    instead(TURN)
    pool.geometry.prepare_map().result(60)
    assert list((tmp_path / "temporary").iterdir()) == []
