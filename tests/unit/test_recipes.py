"""Ready recipes return content of the kind that they are given, changed as they say."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_arrays
from PIL import Image
from unit_parts import refused

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers import (
    Blur,
    Brightness,
    Chain,
    Contrast,
    DropWords,
    Fade,
    Flip,
    Hue,
    Jitter,
    Noise,
    Overlay,
    Rotate,
    Shift,
    SoundNoise,
    SoundShift,
    SoundStretch,
    SwapWords,
    Tint,
    Typos,
    Zoom,
)
from al_widgets.synthesizers._recipes import SUITABLE

ON_PICTURES = [
    Brightness(),
    Contrast(),
    Blur(),
    Noise(),
    Tint(),
    Tint(color="red", light=True),
    Shift(),
    Rotate(),
    Flip(),
    Flip(vertical=True),
    Hue(),
    Fade(),
    Zoom(),
    Overlay(),
    Overlay(picture=np.full((2, 3, 4), 99, dtype=np.uint8)),
]
CHAINS = [Chain(Brightness(), Flip()), Chain(Blur(), Shift(), called="moved")]
ON_SOUNDS = [SoundNoise(), SoundShift(), SoundStretch()]
ON_TEXTS = [DropWords(), SwapWords(), Typos()]
ALL = [*ON_PICTURES, *ON_SOUNDS, *ON_TEXTS, Jitter()]

SHAPES = [(5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4), (3, 5, 7), (1, 5, 7), (1, 1)]
DTYPES = ["u1", "u2", "i4", "f4", "f8", "?"]
TEXT = "The blue fish swims in deep and murky water, and it is happy."


def rng(seed=0):
    return np.random.default_rng(seed)


def picture(shape=(12, 16, 3), dtype="u1"):
    return rng().integers(0, 2 if dtype == "?" else 200, shape).astype(dtype)


def shown(recipe):
    return repr(recipe)[:40]


@pytest.mark.parametrize("recipe", ALL, ids=shown)
class TestEvery:
    def test_it_has_a_name_and_words_for_its_strength(self, recipe):
        words = recipe.words(recipe.draw(rng()))
        assert recipe.name
        assert words

    def test_it_can_be_called_another_name(self, recipe):
        assert type(recipe)(called="my own").name == "my own"

    def test_it_can_be_sent_to_another_process(self, recipe):
        assert repr(pickle.loads(pickle.dumps(recipe))) == repr(recipe)

    def test_its_strength_is_drawn_from_its_range(self, recipe):
        drawn = [abs(recipe.draw(rng(seed))) for seed in range(20)]
        assert recipe.low <= min(drawn) <= max(drawn) <= recipe.high

    @pytest.mark.parametrize("limits", [(2, 1), (-1, 1), (0, 1e9), (np.nan, 1)])
    def test_a_range_that_makes_no_sense_is_refused(self, recipe, limits):
        with refused(InvalidInput, "from a range between", "low=", "low <= high"):
            type(recipe)(*limits)

    @pytest.mark.parametrize("limits", [("dark", 1), (0.2, None), (True, 1)])
    def test_a_range_is_of_numbers(self, recipe, limits):
        with refused(InvalidInput, "from a range between", "", "Pass numbers"):
            type(recipe)(*limits)


@pytest.mark.parametrize("recipe", [*ON_PICTURES, *CHAINS], ids=shown)
class TestEveryOneOnPictures:
    @pytest.mark.parametrize("shape", SHAPES, ids=str)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_an_array_becomes_an_array_of_its_shape_and_dtype(self, recipe, shape, dtype):
        before = picture(shape, dtype)
        given = before.copy()
        made = recipe(given, rng())
        assert (made.shape, made.dtype) == (before.shape, before.dtype)
        assert np.array_equal(given, before)
        assert not np.shares_memory(made, given)

    @pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
    def test_a_pil_image_becomes_one_of_its_mode_and_size(self, recipe, mode):
        made = recipe(Image.fromarray(picture()).convert(mode), rng())
        assert (made.mode, made.size) == (mode, (16, 12))

    @pytest.mark.parametrize("mode", ["1", "P", "CMYK", "LA", "I;16"])
    def test_a_pil_image_of_another_mode_comes_in_colors(self, recipe, mode):
        gray = Image.fromarray(picture((12, 16)))
        given = Image.fromarray(picture((12, 16), "u2")) if mode == "I;16" else gray.convert(mode)
        assert recipe(given, rng()).mode == ("RGBA" if mode == "LA" else "RGB")

    def test_the_path_of_a_picture_becomes_a_picture_in_rgb(self, recipe, tmp_path):
        path = tmp_path / "one.png"
        Image.fromarray(picture()).save(path)
        made = recipe(path, rng())
        assert (made.mode, made.size) == ("RGB", (16, 12))

    def test_how_opaque_a_pixel_is_stays_as_it_is(self, recipe):
        before = picture((12, 16, 4))
        assert np.array_equal(recipe(before, rng())[..., 3], before[..., 3])

    def test_the_same_generator_makes_the_same_picture(self, recipe):
        assert np.array_equal(recipe(picture(), rng(3)), recipe(picture(), rng(3)))

    @pytest.mark.parametrize(
        "content", ["text", np.zeros(5), np.zeros((2, 2, 2, 2)), np.zeros((0, 3)), {"a": 1}]
    )
    def test_what_is_no_picture_is_refused(self, recipe, content):
        with refused(InvalidInput, "needs a picture", "", "Augment()"):
            recipe(content, rng())


class TestPictures:
    def test_brightness_is_a_factor(self):
        assert Brightness(0.5, 0.5)(picture(), rng()).mean() == pytest.approx(
            picture().mean() / 2, abs=1
        )

    def test_what_is_brighter_than_white_is_white(self):
        assert Brightness(9, 9)(np.array([[0, 100]], dtype=np.uint8), rng()).tolist() == [[0, 255]]

    def test_contrast_keeps_the_mean(self):
        made = Contrast(0.5, 0.5)(picture(), rng())
        assert made.mean() == pytest.approx(picture().mean(), abs=1)
        assert made.std() == pytest.approx(picture().std() / 2, abs=1)

    def test_blur_makes_neighbors_alike(self):
        assert Blur(0.1, 0.1)(picture(), rng()).std() < 0.6 * picture().std()

    def test_noise_is_as_strong_as_it_says(self):
        made = Noise(0.1, 0.1)(np.full((50, 50), 0.5), rng())
        assert (made - 0.5).std() == pytest.approx(0.1, rel=0.1)

    def test_a_tint_goes_to_its_color(self):
        made = Tint(1, 1, color="#102030")(picture(), rng())
        assert made[5, 5].tolist() == [16, 32, 48]

    def test_a_light_leaves_black_black_and_makes_white_its_color(self):
        given = np.array([[[0, 0, 0], [255, 255, 255]]], dtype=np.uint8)
        made = Tint(1, 1, color="#102030", light=True)(given, rng())
        assert made.tolist() == [[[0, 0, 0], [16, 32, 48]]]

    def test_a_color_that_there_is_not_is_refused(self):
        for color in ("murky", 7):
            with refused(InvalidInput, "Pillow knows", repr(color), "green"):
                Tint(color=color)

    def test_a_shift_moves_all_of_a_picture_alike(self):
        spot = np.zeros((21, 21))
        spot[10, 10] = 1
        made = Shift(0.2, 0.2)(spot, rng())
        assert made.sum() == 1
        assert 3 <= np.hypot(*(np.argwhere(made)[0] - 10)) <= 5

    def test_it_turns_to_the_side_that_it_says(self):
        top = np.zeros((21, 21))
        top[2, 10] = 1  # above the middle; to the left it comes when it is turned to the left
        made = Rotate(90, 90).apply(top, 90.0, rng())
        assert np.unravel_index(made.argmax(), made.shape) == (10, 2)
        assert Rotate().words(12.0) == "turned to the left, by 12°"
        assert Rotate().words(-12.0) == "turned to the right, by 12°"

    def test_upside_down_the_top_is_the_bottom(self):
        assert np.array_equal(Flip(vertical=True)(picture(), rng()), picture()[::-1])

    def test_an_overlay_covers_as_much_as_it_says(self):
        made = Overlay(0.5, 0.5, picture=np.zeros((1, 1), np.uint8))(np.ones((20, 30)), rng())
        assert (made == 0).sum() == 10 * 15

    def test_an_overlay_that_is_clear_covers_nothing(self):
        clear = np.zeros((2, 2, 4), dtype=np.uint8)
        assert np.array_equal(Overlay(picture=clear)(picture(), rng()), picture())


@pytest.mark.parametrize("recipe", ON_SOUNDS, ids=shown)
class TestEveryOneOnSounds:
    @settings(deadline=None, max_examples=30)
    @given(
        sound=of_arrays.arrays(
            st.sampled_from(["f4", "f8", "i2", "u1"]),
            st.integers(1, 60),
            elements={"min_value": 0, "max_value": 100},
        ),
        seed=st.integers(0, 9),
    )
    def test_samples_become_as_many_of_their_dtype(self, recipe, sound, seed):
        before = sound.copy()
        made = recipe(sound, rng(seed))
        assert (made.shape, made.dtype) == (sound.shape, sound.dtype)
        assert np.isfinite(made).all()
        assert np.array_equal(before, sound)
        assert np.array_equal(made, recipe(sound, rng(seed)))

    @pytest.mark.parametrize("content", ["text", np.zeros((2, 2)), np.zeros(0)])
    def test_what_is_no_sound_is_refused(self, recipe, content):
        with refused(InvalidInput, "needs its samples", "", "Augment()"):
            recipe(content, rng())


class TestSounds:
    sound = np.sin(np.arange(2000) / 10)

    def test_noise_is_as_loud_as_it_says(self):
        noise = SoundNoise(0.5, 0.5)(self.sound, rng()) - self.sound
        assert noise.std() == pytest.approx(0.5 * np.sqrt((self.sound**2).mean()), rel=0.1)

    def test_what_a_shift_leaves_is_silent(self):
        made = SoundShift().apply(self.sound, 0.25, rng())
        assert not made[:500].any()
        assert np.array_equal(made[500:], self.sound[:1500])
        made = SoundShift().apply(np.full(8, 200, np.uint8), -0.25, rng())
        assert made.tolist() == [200] * 6 + [128] * 2

    def test_a_slower_sound_is_longer_where_it_may_be(self):
        assert len(SoundStretch(2, 2, same_length=False)(self.sound, rng())) == 4000

    def test_a_faster_sound_ends_in_silence(self):
        made = SoundStretch(0.5, 0.5)(self.sound + 2, rng())
        assert made[:1000].all()
        assert not made[1000:].any()


@pytest.mark.parametrize("recipe", ON_TEXTS, ids=shown)
class TestEveryOneOnTexts:
    @settings(deadline=None, max_examples=60)
    @given(text=st.text(max_size=60), seed=st.integers(0, 9))
    def test_a_text_becomes_another_or_nothing(self, recipe, text, seed):
        made = recipe(text, rng(seed))
        assert made is None or (isinstance(made, str) and made != text)
        assert made is None or made.strip() or not text.strip()
        assert made == recipe(text, rng(seed))

    def test_a_stronger_one_changes_more(self, recipe):
        one, other = type(recipe)(0, 0)(TEXT, rng()), type(recipe)(1, 1)(TEXT, rng())
        kept = [
            sum(a == b for a, b in zip(TEXT.split(), t.split(), strict=False)) for t in (one, other)
        ]
        assert kept[0] > kept[1]

    def test_what_is_no_text_is_refused(self, recipe):
        with refused(InvalidInput, "needs a text", "ndarray", "Augment()"):
            recipe(np.zeros((2, 2)), rng())


class TestTexts:
    def test_words_are_left_out_and_no_word_is_changed(self):
        made = DropWords(0.5, 0.5)(TEXT, rng())
        rest = iter(TEXT.split())
        assert all(word in rest for word in made.split())
        assert 1 <= len(made.split()) < len(TEXT.split())

    def test_swapped_words_are_the_same_words(self):
        made = SwapWords(0.3, 0.3)(TEXT, rng())
        assert sorted(made.split()) == sorted(TEXT.split())

    def test_typos_leave_as_many_words_with_their_first_letters(self):
        made = Typos(1, 1)(TEXT, rng()).split()
        assert [word[0] for word in made] == [word[0] for word in TEXT.split()]

    @pytest.mark.parametrize("text", ["", " ", "word"])
    def test_of_a_single_word_no_order_can_be_changed(self, text):
        assert DropWords()(text, rng()) is None
        assert SwapWords()(text, rng()) is None


def rows_pool():
    return Pool(
        np.ones((30, 1)),
        [
            {"age": 20 + i, "height": 1.5 + i / 60, "yes": i % 2, "is": i % 2 == 0, "city": "Ulm"}
            for i in range(30)
        ],
    )


class TestRows:
    def moved(self, pool, content, share=0.5, seed=0):
        recipe = Jitter()
        return recipe.apply(content, share, rng(seed), recipe.measure(pool))

    def test_cells_keep_their_types_and_categories_their_values(self):
        pool = rows_pool()
        made = self.moved(pool, pool.content[7])
        assert {name: type(cell) for name, cell in made.items()} == {
            "age": int,
            "height": float,
            "yes": int,
            "is": bool,
            "city": str,
        }
        assert (made["yes"], made["is"], made["city"]) == (1, False, "Ulm")
        assert made["height"] != pool.content[7]["height"]

    def test_numbers_stay_in_the_range_of_their_column(self):
        pool = rows_pool()
        ages = [self.moved(pool, pool.content[29], seed=seed)["age"] for seed in range(50)]
        assert max(ages) == 49
        assert min(ages) < 49

    def test_numbers_move_as_far_as_it_says(self):
        pool = Pool(rng().normal(size=(400, 2)) * (1, 100))
        recipe = Jitter()
        measured = recipe.measure(pool)
        middle = pool.features.mean(0)
        moved = [recipe.apply(middle, 0.1, rng(seed), measured) for seed in range(300)]
        assert np.std(moved, axis=0) == pytest.approx(0.1 * pool.features.std(0), rel=0.15)

    def test_small_steps_of_whole_numbers_are_taken_too_but_rarely(self):
        pool = Pool(np.arange(5)[:, None])
        made = [self.moved(pool, pool.features[2], 0.01, seed)[0] for seed in range(400)]
        assert 0 < np.mean(np.array(made) != 2) < 0.1
        assert np.mean(made) == pytest.approx(2, abs=0.05)

    def test_rows_of_features_keep_their_dtype_and_indicators(self):
        X = np.column_stack([np.arange(9), np.arange(9) % 2])
        made = self.moved(Pool(X), X[4])
        assert made.dtype == X.dtype
        assert made[1] == X[4, 1]

    def test_what_is_missing_stays_missing(self):
        pool = rows_pool()
        made = self.moved(pool, {**pool.content[3], "height": float("nan"), "age": None})
        assert np.isnan(made["height"])
        assert made["age"] is None

    def test_without_a_pool_there_is_no_scale(self):
        with refused(InvalidInput, "in the scale of a pool's", "without a pool", "Use it in Aug"):
            Jitter()({"age": 3}, rng())

    def test_what_is_no_row_is_refused(self):
        with refused(InvalidInput, "needs rows", "str", "Augment()"):
            self.moved(rows_pool(), "text")


def test_ready_recipes_of_a_kind_have_names_of_their_own():
    for recipes in SUITABLE.values():
        names = [recipe.name for recipe in recipes]
        assert len(set(names)) == len(names)


class TestChain:
    def test_recipes_are_applied_one_after_the_other(self):
        picture = np.array([[100, 200]], dtype=np.uint8)
        assert Chain(Brightness(0.5, 0.5), Flip())(picture, rng()).tolist() == [[100, 50]]

    def test_it_says_what_each_of_them_does(self):
        chain = Chain(Brightness(0.5, 0.5), Flip(), str.upper)
        assert chain.words(chain.draw(rng())) == "darker, to 50 %; mirrored; upper"

    def test_a_name_of_its_own_says_it_all(self):
        chain = Chain(Brightness(0.5, 0.5), Flip(), called="at dusk")
        assert chain.name == chain.words(chain.draw(rng())) == "at dusk"

    def test_functions_are_links_too(self):
        assert Chain(str.upper, lambda text: text + "!")("abc", rng()) == "ABC!"

    def test_what_cannot_be_called_is_refused(self):
        with refused(InvalidInput, "at least one", "()", "Chain(Brightness(), Flip())"):
            Chain()
        with refused(InvalidInput, "recipes", "darker", "Chain("):
            Chain("darker")


def test_gray_pictures_have_no_hue_to_turn():
    gray = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert np.array_equal(Hue()(gray, rng()), gray)
    assert np.array_equal(Fade()(gray, rng()), gray)


def test_the_repr_of_a_recipe_says_what_was_given():
    assert repr(Brightness(0.2, 0.4)) == "Brightness(0.2, 0.4)"
    assert repr(Tint(0.2, 0.4, color="red")) == "Tint(0.2, 0.4, color='red')"
