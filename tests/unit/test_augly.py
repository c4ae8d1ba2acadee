"""AugLy's functions are recipes: a stand-in shows how they are called, the real ones that they are.

The real ones are tried where AugLy is installed: ``pip install "al_widgets[augly]"``.
"""

from __future__ import annotations

import pickle
import random
import sys
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFilter
from synthesizer_contract import SynthesizerContract, known, make
from unit_parts import refused, run_python

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput, MissingExtra
from al_widgets.synthesizers import Augly, Augment

TEXTS = [
    f"the {color} fish swims in {place} water"
    for color in ["red", "blue", "green"]
    for place in ["deep", "murky", "cold", "warm"]
]
Y = np.arange(12) % 3
HAS_TEXT = find_spec("augly") and find_spec("nlpaug") and find_spec("requests")
needs_augly = pytest.mark.skipif(not HAS_TEXT, reason="AugLy is not installed")


def rng(seed=0):
    return np.random.default_rng(seed)


def pictures():
    return rng().integers(0, 256, (12, 16, 20, 3), dtype=np.uint8)


def of_pictures():
    return known(Pool(pictures()), Y, range(0, 12, 2), model=None)


def of_texts():
    pool = Pool.from_frame(pd.DataFrame({"text": TEXTS}), "text")
    return known(pool, Y, range(0, 12, 2), model=None)


def noisy(image, mean=0.0, seed=42):  # noqa: ARG001 - as AugLy's
    drawn = np.random.RandomState(seed)
    return Image.fromarray(np.asarray(image) // 2 + drawn.randint(0, 9, np.shape(image), np.uint8))


def cropped(image):
    return image.crop((0, 0, 10, 8))


def speckled(image):
    """One that draws from the generators that all share."""
    drawn = np.random.randint(0, 9, np.shape(image)).astype(np.uint8)  # noqa: NPY002
    return Image.fromarray(np.asarray(image) // 2 + drawn + random.randrange(9))


def blur(image, radius=2.0):
    return image.filter(ImageFilter.GaussianBlur(radius))


def shout(texts, aug_p=1.0):
    """One that answers with a list, as some of AugLy's do."""
    return [texts.upper() if random.random() < aug_p else texts]


@pytest.fixture
def stand_in(monkeypatch):
    """A module in AugLy's place."""
    whole = ModuleType("augly")
    whole.image, whole.text = ModuleType("augly.image"), ModuleType("augly.text")
    for function in (noisy, cropped, speckled, blur):
        setattr(whole.image, function.__name__, function)
    whole.text.shout = shout
    whole.image.Blur = type("Blur", (), {})
    for name, module in (("", whole), (".image", whole.image), (".text", whole.text)):
        monkeypatch.setitem(sys.modules, f"augly{name}", module)


@pytest.mark.usefixtures("stand_in")
class TestWithAStandIn(SynthesizerContract):
    @pytest.fixture
    def context(self):
        return of_pictures()

    @pytest.fixture
    def synthesizer(self):
        return Augment(Augly("noisy"), Augly("speckled"), Augly("blur", radius=1))


@pytest.mark.usefixtures("stand_in")
class TestHowItIsCalled:
    def test_parameters_are_passed_on(self):
        given = Image.fromarray(pictures()[0])
        made = Augly("blur", radius=5)(given, rng())
        assert np.array_equal(made, given.filter(ImageFilter.GaussianBlur(5)))

    @pytest.mark.parametrize("name", ["noisy", "speckled"])
    def test_chance_comes_from_the_generator_that_is_given(self, name):
        one, same, other = (Augly(name)(pictures()[0], rng(seed)) for seed in (1, 1, 2))
        assert np.array_equal(one, same)
        assert not np.array_equal(one, other)

    def test_a_seed_of_ones_own_comes_first(self):
        one, other = (Augly("noisy", seed=3)(pictures()[0], rng(seed)) for seed in (1, 2))
        assert np.array_equal(one, other)

    def test_the_generators_that_all_share_are_left_as_they_were(self):
        before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
        Augly("speckled")(pictures()[0], rng())
        assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002

    @pytest.mark.parametrize(
        "shape", [(16, 20), (16, 20, 1), (16, 20, 3), (16, 20, 4), (3, 16, 20)]
    )
    @pytest.mark.parametrize("dtype", ["u1", "f4"])
    @pytest.mark.parametrize("name", ["blur", "cropped"])
    def test_an_array_becomes_one_of_its_shape_and_dtype(self, shape, dtype, name):
        given = rng().integers(0, 200, shape).astype(dtype)
        made = Augly(name)(given, rng())
        assert (made.shape, made.dtype) == (given.shape, given.dtype)

    def test_a_pil_image_may_become_one_of_another_size(self):
        assert Augly("cropped")(Image.fromarray(pictures()[0]), rng()).size == (10, 8)

    def test_a_path_becomes_a_picture(self, tmp_path):
        Image.fromarray(pictures()[0]).save(tmp_path / "one.png")
        assert Augly("blur")(tmp_path / "one.png", rng()).size == (20, 16)

    def test_a_text_becomes_a_text(self):
        assert Augly("shout")("hello", rng()) == "HELLO"
        assert make(Augment(Augly("shout")), of_texts(), [0])[0].content == TEXTS[0].upper()

    @pytest.mark.parametrize("name", ["nothing", "shout", "Blur"])
    def test_a_function_that_there_is_not_is_refused(self, name):
        with refused(InvalidInput, "function in augly.image", f"'{name}'", "help(augly.image)"):
            Augly(name)(pictures()[0], rng())

    def test_other_content_is_refused(self):
        with refused(InvalidInput, "pictures and texts", "dict", "Augment()"):
            Augly("blur")({"a": 1}, rng())


class TestByItself:
    def test_it_needs_no_augly_before_it_is_used(self):
        recipe = Augly("blur", radius=2)
        assert (repr(recipe), recipe.name) == ("Augly('blur', radius=2)", "blur (radius 2)")
        assert repr(pickle.loads(pickle.dumps(recipe))) == repr(recipe)
        assert Augment(recipe).recipes == ("blur (radius 2)",)

    def test_it_is_not_imported_with_the_package(self):
        code = "import sys, al_widgets.synthesizers; print('augly' in sys.modules)"
        assert run_python(code).stdout.strip() == "False"

    @pytest.mark.parametrize("name", ["", "two words", "_private", 3])
    def test_it_takes_the_name_of_a_function(self, name):
        with refused(InvalidInput, "name of one of AugLy's functions", repr(name), "blur"):
            Augly(name)

    @pytest.mark.parametrize("missing", ["augly", "nlpaug"])
    def test_without_augly_it_names_the_command(self, monkeypatch, missing):
        def absent(_):
            raise ModuleNotFoundError(f"No module named '{missing}'", name=missing)

        monkeypatch.setattr("al_widgets.extras.import_module", absent)
        with refused(
            MissingExtra, "needs AugLy", f"without {missing}", 'install "al_widgets[augly]"'
        ):
            make(Augment(Augly("simulate_typos")), of_texts(), [0])

    def test_what_is_missing_for_another_reason_is_not_hidden(self, monkeypatch):
        def absent(_):
            raise ModuleNotFoundError("No module named 'zlib'", name="zlib")

        monkeypatch.setattr("al_widgets.extras.import_module", absent)
        with pytest.raises(ModuleNotFoundError, match="zlib"):
            Augly("blur")(pictures()[0], rng())


@needs_augly
@pytest.mark.filterwarnings("ignore")  # its own
class TestTheRealOneOnPictures(SynthesizerContract):
    @pytest.fixture
    def context(self):
        return of_pictures()

    @pytest.fixture
    def synthesizer(self):
        return Augment(
            Augly("random_noise"),
            Augly("overlay_emoji", emoji_size=0.4),
            Augly("shuffle_pixels", factor=0.2),
            Augly("encoding_quality", quality=10),
            Augly("overlay_onto_screenshot"),
            Augly("pad"),
        )


@needs_augly
@pytest.mark.filterwarnings("ignore")  # its own
class TestTheRealOneOnTexts(SynthesizerContract):
    @pytest.fixture
    def context(self):
        return of_texts()

    @pytest.fixture
    def synthesizer(self):
        return Augment(
            Augly("simulate_typos"),
            Augly("replace_similar_chars"),
            Augly("split_words"),
            Augly("change_case"),
        )
