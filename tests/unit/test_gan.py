from __future__ import annotations

import pickle
import sys
import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier
from synthesizer_contract import SynthesizerContract, fingerprints, known, make, of_features
from unit_parts import refused

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput, MissingExtra
from al_widgets.synthesizers import CTGAN, ConvGAN, Generate


def is_there(*names):
    for name in names:
        try:
            __import__(name)
        except ImportError:
            return False
    return True


has_torch, has_ctgan = is_there("torch"), is_there("torch", "ctgan")
needs_torch = pytest.mark.skipif(not has_torch, reason="PyTorch is not installed (extra gan)")
needs_ctgan = pytest.mark.skipif(not has_ctgan, reason="ctgan is not installed (extra gan)")


@needs_torch
class TestConvGAN(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate("convgan", epochs=1)

    @pytest.fixture
    def context(self):
        return of_pictures()


@needs_ctgan
class TestCTGANOfFeatures(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate("ctgan", epochs=1)


@needs_ctgan
class TestCTGANOfTableRows(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Generate("ctgan", epochs=1)

    @pytest.fixture
    def context(self):
        return of_table_rows()


def of_pictures(n=60, shape=(8, 8), dtype=np.uint8):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 2 if dtype is bool else 256, size=(n, *shape)).astype(dtype)
    return known(Pool(pictures), np.arange(n) % 3, np.arange(1, n, 2), model=None)


def of_table_rows(n=60):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n),
            "color": rng.choice(["red", "blue"], n),
            "own": rng.random(n) < 0.5,
            "height": rng.normal(170, 10, n),
        }
    )
    return known(Pool(frame), np.arange(n) % 3, np.arange(1, n, 2), model=None)


# -- pictures ----------------------------------------------------------------------------------


@needs_torch
def test_digits_that_a_network_makes_are_read_as_their_class():
    digits = load_digits()
    pictures = (digits.images * 15).astype(np.uint8)
    y = digits.target
    some = np.arange(600)
    context = known(Pool(pictures), y, some, classes=tuple("0123456789"), model=None)
    made = make(Generate("convgan", epochs=30), context, some[:100])
    reader = KNeighborsClassifier(3).fit(digits.data[600:] * 15, y[600:])
    read = reader.predict(np.stack([one.content.ravel() for one in made]))
    assert np.mean(read == [one.label for one in made]) > 0.8
    assert len({one.content.tobytes() for one in made}) == 100


@needs_torch
@pytest.mark.parametrize("shape", [(8, 8), (9, 14), (12, 12, 3), (8, 8, 1), (3, 8, 10)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, bool])
def test_pictures_keep_their_shape_and_type(shape, dtype):
    context = of_pictures(30, shape, dtype)
    (one,) = make(Generate("convgan", epochs=1), context, context.labeled[:1])
    assert one.content.shape == shape
    assert one.content.dtype == dtype
    assert np.array_equal(one.content.ravel(), one.row)


@needs_torch
def test_the_networks_leave_chance_and_threads_of_others_alone():
    import torch

    torch.manual_seed(3)
    np.random.seed(3)  # noqa: NPY002 - that of others
    before = torch.get_rng_state(), torch.get_num_threads(), np.random.get_state()[1].copy()  # noqa: NPY002
    context = of_pictures()
    make(Generate("convgan", epochs=1), context, context.labeled[:2])
    if has_ctgan:
        context = of_table_rows()
        make(Generate("ctgan", epochs=1), context, context.labeled[:2])
    assert torch.equal(torch.get_rng_state(), before[0])
    assert torch.get_num_threads() == before[1]
    assert np.array_equal(np.random.get_state()[1], before[2])  # noqa: NPY002


@needs_torch
def test_pictures_are_the_same_whatever_the_chance_of_others():
    import torch

    context = of_pictures()
    made = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        made.append(fingerprints(make(Generate("convgan", epochs=1), context, context.labeled)))
    assert made[0] == made[1]


@needs_torch
def test_it_refuses_what_is_no_small_picture():
    generate = Generate("convgan", epochs=1)
    with refused(InvalidInput, "arrays of one shape", "str", "one size"):
        context = of_features(content=["a text"] * 60)
        make(generate, context, context.labeled)
    with refused(InvalidInput, "4 to 64 pixels", "(80, 8)", "Augment"):
        context = of_pictures(12, (80, 8))
        make(generate, context, context.labeled)
    with refused(InvalidInput, "1 or 3 channels", "(8, 8, 5)", "Augment"):
        pictures = np.zeros((60, 8, 8, 5), dtype=np.uint8)
        context = of_features(content=list(pictures))
        make(generate, context, context.labeled)
    with refused(InvalidInput, "arrays of one shape", "shapes", "one size"):
        odd = [np.zeros((8, 8 + i % 4), dtype=np.uint8) for i in range(60)]
        context = of_features(content=odd)
        make(generate, context, context.labeled)


@needs_torch
def test_it_refuses_a_pool_that_cannot_compute_features_before_it_trains():
    context = of_features(content=list(np.zeros((60, 8, 8), dtype=np.uint8)))
    told = []
    with refused(InvalidInput, "featurize", "none", "featurize=f"):
        generate = Generate("convgan", progress=lambda *words: told.append(words))
        make(generate, context, context.labeled)
    assert told == []


@needs_torch
def test_it_refuses_pixels_that_are_all_alike():
    pictures = np.zeros((60, 8, 8), dtype=np.float32)
    context = of_features(content=list(pictures), featurize=lambda _: np.ones((1, 4)))
    with refused(InvalidInput, "that differ", "from 0.0 to 0.0", "content"):
        make(Generate("convgan", epochs=1), context, context.labeled)


# -- table rows --------------------------------------------------------------------------------


@needs_ctgan
def test_table_rows_have_the_columns_and_categories_that_the_pool_has():
    context = of_table_rows()
    made = make(Generate("ctgan", epochs=2), context, context.labeled)
    assert made
    for one in made:
        assert list(one.content) == ["age", "color", "own", "height"]
        assert one.content["color"] in ("red", "blue")
        assert one.content["own"] in (True, False)
        assert one.content["age"] == round(one.content["age"])
        assert 18 <= one.content["age"] < 80
        assert np.array_equal(context.pool.featurize([one.content])[0], one.row)


@needs_ctgan
def test_rows_of_features_are_of_the_kind_that_the_pool_has():
    rng = np.random.default_rng(0)
    color = rng.integers(0, 3, 60)
    X = np.column_stack([rng.normal(size=60), color[:, None] == range(3)])
    context = known(Pool(X), np.arange(60) % 3, np.arange(60), model=None)
    rows = np.stack([one.row for one in make(Generate("ctgan", epochs=2), context, np.arange(60))])
    assert set(np.unique(rows[:, 1:])) <= {0, 1}
    assert rows[:, 0].min() >= X[:, 0].min()


@needs_ctgan
def test_rows_of_a_class_are_like_those_of_the_class():
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    frame = pd.DataFrame({"kind": np.where(y, "x", "o"), "size": rng.normal(10 * y, 1)})
    context = known(Pool(frame), y, np.arange(200), classes=("a", "b"), model=None)
    made = make(Generate("ctgan", epochs=60), context, np.arange(60))
    sizes = np.array([one.content["size"] for one in made])
    labels = np.array([one.label for one in made])
    assert sizes[labels == 1].mean() - sizes[labels == 0].mean() > 5


@needs_ctgan
def test_it_refuses_numbers_that_are_missing():
    n = 60
    frame = pd.DataFrame({"age": np.where(np.arange(n) == 3, np.nan, np.arange(n)), "b": 1.0})
    y = np.arange(n) % 3
    features = np.random.default_rng(0).normal(size=(n, 2))
    pool = Pool(features, content=frame, featurize=lambda rows: np.zeros((len(rows), 2)))
    with refused(InvalidInput, "must be known", "column 'age'", "Fill"):
        make(Generate("ctgan", epochs=1), known(pool, y, np.arange(n), model=None), np.arange(n))


# -- the training ------------------------------------------------------------------------------


BOTH = [
    pytest.param(ConvGAN, of_pictures, marks=needs_torch),
    pytest.param(CTGAN, of_table_rows, marks=needs_ctgan),
]


@pytest.mark.parametrize(("network", "context"), BOTH)
def test_it_tells_of_every_epoch(network, context):
    told = []
    given = context()
    generate = Generate(network(epochs=3, progress=lambda done, total: told.append((done, total))))
    make(generate, given, given.labeled[:2])
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("network", "context"), BOTH)
def test_a_training_that_is_stopped_uses_what_was_learned(network, context):
    told, stop, given = [], threading.Event(), context()

    def progress(done, total):  # noqa: ARG001
        told.append(done)
        if done == 2:
            stop.set()

    generate = Generate(network(epochs=1000, progress=progress, stop=stop))
    assert len(make(generate, given, given.labeled[:2])) == 2
    assert told == [1, 2]


@pytest.mark.parametrize(("network", "context"), BOTH)
def test_it_refuses_to_draw_when_it_was_stopped_in_the_first_epoch(network, context):
    given = context()
    generate = Generate(network(epochs=5, stop=lambda: True))
    with refused(InvalidInput, "train for an epoch", "of the first of 5", "Let it train longer"):
        make(generate, given, given.labeled[:2])


@pytest.mark.parametrize("name", ["ctgan", "convgan"])
def test_it_refuses_arguments_that_make_no_sense(name):
    with refused(InvalidInput, "epochs", "0", "epochs"):
        Generate(name, epochs=0)
    with refused(InvalidInput, "progress", "3", "progress"):
        Generate(name, progress=3)
    with refused(InvalidInput, "stop", "3", "Event"):
        Generate(name, stop=3)


@pytest.mark.parametrize("name", ["ctgan", "convgan"])
def test_its_repr_and_its_copy_say_how_it_trains(name):
    generate = Generate(name, epochs=7)
    assert repr(pickle.loads(pickle.dumps(generate))) == repr(generate)
    assert "epochs=7" in repr(generate)
    assert "stop=..." in repr(Generate(name, stop=threading.Event()))


@pytest.mark.parametrize(
    ("name", "missing", "library"),
    [("ctgan", "ctgan", "ctgan"), ("ctgan", "torch", "PyTorch"), ("convgan", "torch", "PyTorch")],
)
def test_a_library_that_is_missing_is_named_with_the_command(monkeypatch, name, missing, library):
    if missing == "ctgan" and not has_torch:
        pytest.skip("PyTorch is missed first")
    monkeypatch.delitem(sys.modules, missing, raising=False)
    monkeypatch.setattr("al_widgets.extras.import_module", lacking(missing))
    context = of_pictures()
    with refused(MissingExtra, f"needs {library}", "without it", 'pip install "al_widgets[gan]"'):
        make(Generate(name), context, context.labeled)


def test_where_no_library_is_missing_but_it_is_broken_the_error_says_so(monkeypatch):
    monkeypatch.setattr("al_widgets.extras.import_module", lacking("something_else"))
    context = of_pictures()
    with pytest.raises(ModuleNotFoundError, match="something_else"):
        make(Generate("convgan"), context, context.labeled)


def lacking(name):
    """What imports as if one module were not installed, which torch and ctgan need."""

    def import_module(wanted):
        if name in (wanted, "something_else"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return __import__(wanted)

    return import_module
