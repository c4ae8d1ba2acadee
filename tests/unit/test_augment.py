"""Augment changes content, makes its features anew and keeps the label."""

from __future__ import annotations

import functools
import tracemalloc
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy import sparse
from synthesizer_contract import SynthesizerContract, known, make, of_features
from unit_parts import refused

from al_widgets import Pool
from al_widgets.datasets import load_digits, make_sea_creatures
from al_widgets.exceptions import InvalidInput, MissingExtra
from al_widgets.synthesizers import Augment, Brightness, Flip, Jitter, Noise, Tint, Typos

N = 24
Y = np.arange(N) % 3
LABELED = np.arange(1, N, 2)


def pictures(kind=np.uint8, shape=(6, 8, 3)):
    values = np.random.default_rng(0).integers(40, 200, (N, *shape))
    return values.astype(kind) if np.dtype(kind).kind in "iu" else (values / 255).astype(kind)


def words():
    some = ("red", "blue", "old", "fish", "whale", "crab", "in", "deep", "water")
    rng = np.random.default_rng(0)
    return [" ".join(rng.choice(some, 7)) for _ in range(N)]


def sounds():
    times = np.linspace(0, 20, 200)
    return [np.sin((1 + 0.1 * i) * times) for i in range(N)]


def loudness(contents):
    """Features of sounds: how loud they are, in ten parts."""
    return [np.abs(sound[: len(sound) // 10 * 10]).reshape(10, -1).mean(1) for sound in contents]


def table():
    return pd.DataFrame(
        {
            "age": 20 + np.arange(N),
            "height": np.linspace(1.5, 2, N),
            "city": ["Ulm", "Bonn"] * (N // 2),
            "owns": [True, False] * (N // 2),
        }
    )


def mean_colors(contents):
    """Features of pictures in files, or of what was made of them."""
    opened = [Image.open(one) if isinstance(one, Path) else one for one in contents]
    return [np.asarray(one.convert("RGB")).mean(axis=(0, 1)) for one in opened]


def context_of(pool):
    return known(pool, Y, LABELED, model=None)


def of_texts():
    return context_of(Pool.from_frame(pd.DataFrame({"text": words()}), "text"))


class TestOfPictures(SynthesizerContract):
    @pytest.fixture
    def context(self):
        return context_of(Pool(pictures()))

    @pytest.fixture
    def synthesizer(self):
        return Augment(Brightness(0.3, 0.6), Noise(0.05, 0.1), Flip())


class TestOfPicturesWithWhateverSuits(TestOfPictures):
    @pytest.fixture
    def synthesizer(self):
        return Augment()


class TestOfTexts(SynthesizerContract):
    @pytest.fixture
    def context(self):
        return of_texts()

    @pytest.fixture
    def synthesizer(self, context):
        return Augment().ready_for(context.pool)


class TestOfSounds(SynthesizerContract):
    @pytest.fixture
    def context(self):
        return context_of(Pool(loudness(sounds()), sounds(), featurize=loudness))

    @pytest.fixture
    def synthesizer(self, context):
        return Augment().ready_for(context.pool)


class TestOfRows(SynthesizerContract):
    @pytest.fixture
    def context(self):
        return context_of(Pool(table()))

    @pytest.fixture
    def synthesizer(self):
        return Augment(Jitter(0.1, 0.3), Jitter(0.5, 1, called="moved much"))


class TestOfFeatures(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Augment()


class TestOfSparseFeatures(SynthesizerContract):
    @pytest.fixture
    def context(self):
        X = of_features().pool.features
        return known(Pool(sparse.csr_array(np.where(X > 0, X, 0))), np.arange(60) % 3, range(1, 60))

    @pytest.fixture
    def synthesizer(self):
        return Augment(Jitter())


def shouted(text, rng):
    """A recipe of one's own, which draws."""
    return text.upper() if rng.random() < 0.5 else text + " !"


class TestOfARecipeOfOnesOwn(SynthesizerContract):
    @pytest.fixture
    def context(self):
        def featurize(texts):
            return [[len(text), text.isupper()] for text in texts]

        return context_of(Pool(featurize(words()), words(), featurize=featurize))

    @pytest.fixture
    def synthesizer(self):
        return Augment(shouted)


# -- what is made ----------------------------------------------------------------------------------


def test_features_are_those_of_the_content_that_was_made():
    context = context_of(Pool(pictures()))
    made = make(Augment(Brightness(0.5, 0.5)), context, LABELED)
    assert len(made) == len(LABELED)
    for one, parent in zip(made, LABELED, strict=True):
        assert np.array_equal(one.row, one.content.ravel())
        assert np.allclose(one.content, context.pool.content[parent] / 2, atol=1)


def test_the_label_is_that_of_the_parent():
    made = make(Augment(), context_of(Pool(pictures())), LABELED)
    assert [one.label for one in made] == Y[LABELED].tolist()
    assert all(one.shares is None and one.nearest is None for one in made)


def test_how_it_was_made_is_told_with_the_strength_that_was_drawn():
    made = make(Augment(Brightness(0.4, 0.4)), context_of(Pool(pictures())), LABELED[:1])
    assert made[0].recipe == "darker, to 40 %"


def test_a_recipe_that_is_asked_for_is_the_only_one_that_is_used():
    augment = Augment(Brightness(0.3, 0.6), Flip())
    made = make(augment, context_of(Pool(pictures())), LABELED, recipe=1)
    assert {one.recipe for one in made} == {"mirrored"}


def test_all_recipes_are_drawn_when_none_is_asked_for():
    made = make(Augment(Brightness(0.3, 0.6), Flip()), context_of(Pool(pictures())), LABELED)
    assert {one.recipe.split(",")[0] for one in made} == {"darker", "mirrored"}


def test_features_that_are_all_there_is_move_and_show_nothing_else():
    context = of_features()
    (made,) = make(Augment(Jitter(0.1, 0.1)), context, context.labeled[:1])
    assert made.content is None
    before = context.pool.features[context.labeled[0]]
    assert 0 < np.abs(made.row - before).max() < context.pool.features.std(0).max()


def test_rows_of_a_table_keep_their_columns_and_categories():
    context = context_of(Pool(table()))
    for one in make(Augment(Jitter(0.5, 1)), context, LABELED):
        parent = context.pool.content[one.parents[0]]
        assert list(one.content) == list(parent.index)
        assert (one.content["city"], one.content["owns"]) == (parent["city"], parent["owns"])
        assert one.content["age"] == int(one.content["age"])
        assert np.array_equal(one.row, context.pool.featurize([one.content])[0])


def test_pictures_in_files_become_pictures_in_rgb(tmp_path):
    for i, values in enumerate(pictures()):
        Image.fromarray(values).convert("L").save(tmp_path / f"{i:02}.png")
    paths = sorted(tmp_path.iterdir())
    context = context_of(Pool(mean_colors(paths), paths, featurize=mean_colors))
    for augment in (Augment(), Augment(lambda picture: picture.rotate(90))):
        for one in make(augment, context, LABELED):
            assert (one.content.mode, one.row.shape) == ("RGB", (3,))


def test_pictures_that_pillow_opened_stay_such_pictures():
    images = [Image.fromarray(values) for values in pictures()]
    context = context_of(Pool(mean_colors(images), images, featurize=mean_colors))
    made = make(Augment(), context, np.tile(LABELED, 5))
    assert {(one.content.mode, one.content.size) for one in made} == {("RGB", (8, 6))}


def test_floats_are_as_bright_as_the_pool_says():
    pool = Pool(16 * pictures(np.float64, (4, 4)))
    assert pool.features.max() > 1
    (made,) = make(Augment(Brightness(10, 10)), context_of(pool), LABELED[:1])
    assert made.row.dtype == np.float64
    assert made.row.max() == pytest.approx(pool.content.range_for(pool.content[0])[1])


def test_sea_creatures_in_a_green_veil_are_nearer_to_those_in_murky_water():
    pool, y, variation = make_sea_creatures(1500, classes=3)
    clear = np.flatnonzero(variation == "fish / orange, over a reef")[:40]
    murky = pool.features[variation == "fish / in murky green"]
    context = known(pool, np.unique(y, return_inverse=True)[1], clear, model=None)
    rows = np.stack([one.row for one in make(Augment(Tint()), context, clear)])

    def distance(rows):
        return np.linalg.norm(rows[:, None] - murky, axis=-1).mean()

    assert distance(rows) < distance(pool.features[clear]) - 0.2


def test_items_that_were_added_to_the_pool_can_be_parents_too():
    pool = Pool(pictures())
    pool.grow(["new"], pictures()[:1].reshape(1, -1) // 2, [pictures()[0] // 2])
    context = known(pool, np.append(Y, 0), [1, N], model=None)
    made = make(Augment(Flip()), context, [N])
    assert np.array_equal(made[0].content, pool.content[N][:, ::-1])


def test_a_text_of_one_word_is_passed_over_where_words_would_be_left_out():
    texts = ["word", *words()[1:]]
    pool = Pool.from_frame(pd.DataFrame({"text": texts}), "text")
    context = known(pool, Y, [0, 1], model=None)
    made = make(Augment().ready_for(pool), context, [0, 1, 0], recipe=0)
    assert [one.parents for one in made] == [(1,)]


def test_memory_does_not_grow_with_the_number_of_items():
    context = context_of(Pool(pictures(shape=(64, 64, 3))))

    def peak(n):
        tracemalloc.start()
        for _ in Augment(Flip()).make(context, np.resize(LABELED, n), np.random.default_rng(0)):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(40)
    assert peak(400) < 1.5 * peak(80)


# -- recipes of one's own --------------------------------------------------------------------------


def test_a_function_that_takes_content_alone_is_enough():
    made = make(Augment(str.upper), of_texts(), LABELED)
    assert all(one.content.isupper() for one in made)


def test_a_function_that_changes_what_it_is_given_does_no_harm():
    def blackens(picture):
        picture[:] = 0
        return picture

    context = context_of(Pool(pictures()))
    assert not any(one.row.any() for one in make(Augment(blackens), context, LABELED))
    assert context.pool.features.all()


def test_recipes_have_the_names_of_their_functions_and_all_are_different():
    def in_capitals(text):
        return text.upper()

    augment = Augment(in_capitals, in_capitals, functools.partial(in_capitals), lambda t: t)
    assert augment.recipes == ("in capitals", "in capitals (2)", "in capitals (3)", "a function")


def test_a_name_of_its_own_comes_first():
    class Louder:
        name = "louder"

        def __call__(self, text):
            return text.upper()

    assert Augment(Louder()).recipes == ("louder",)


def test_ready_recipes_are_several_strengths_of_each():
    names = Augment().ready_for(Pool(pictures())).recipes
    lights = {name.partition(",")[0] for name in names}
    assert {"darker", "much darker", "brighter", "blurred", "greenish", "noisy"} <= lights
    assert len(set(names)) == len(names)


def test_pictures_are_mirrored_only_where_mirrored_ones_lie_among_the_others():
    digits, _ = load_digits()
    sea, _, _ = make_sea_creatures(600, classes=3)

    def mirrored(pool):
        return [name for name in Augment().ready_for(pool).recipes if "mirrored" in name]

    assert not mirrored(digits)
    assert mirrored(sea)
    assert not mirrored(Pool(pictures()))


def test_a_pool_that_makes_no_features_says_so_when_items_are_made_not_before():
    blind = Pool(np.zeros((40, 2)), content=[np.zeros((4, 4), dtype=np.uint8)] * 40)
    assert Augment().ready_for(blind).recipes


def test_recipes_that_were_given_stay_as_they_are():
    augment = Augment(Flip())
    assert augment.ready_for(Pool(pictures())) is augment


def test_mappings_that_cannot_be_written_are_enough():
    rows = [MappingProxyType(dict(row)) for row in table().to_dict("records")]

    def featurize(rows):
        return [[row["age"], row["height"]] for row in rows]

    context = context_of(Pool(featurize(rows), rows, featurize=featurize))
    assert len(make(Augment(Jitter()), context, LABELED)) == len(LABELED)
    assert len(make(Augment(lambda row: {**row, "age": 3}), context, LABELED)) == len(LABELED)


# -- what is refused -------------------------------------------------------------------------------


def test_a_recipe_must_be_a_function():
    with refused(InvalidInput, "a recipe is a function", "'darker'", "Brightness()"):
        Augment("darker")


def test_content_is_needed_where_content_is_changed():
    with refused(InvalidInput, "'darker' changes content", "nothing but features", "featurize=f"):
        make(Augment(Brightness()), of_features(), [1])


def test_a_pool_that_cannot_make_features_is_refused_before_anything_is_made():
    called = []
    context = context_of(Pool(np.ones((N, 2)), words()))
    with refused(InvalidInput, "by the pool's featurize", "has none", "Pass Pool(X, content=..."):
        make(Augment(called.append), context, LABELED)
    assert not called


def test_a_recipe_that_raises_is_named_with_the_item_and_the_cause():
    def breaks(text):
        raise KeyError(text[:0] + "no such word")

    with refused(InvalidInput, "'breaks'", "item '1': KeyError: 'no such word'", "alone") as info:
        make(Augment(breaks), of_texts(), [1])
    assert isinstance(info.value.__cause__, KeyError)


def test_a_recipe_for_another_kind_of_content_is_named_with_the_item():
    with refused(InvalidInput, "'darker'", "item '3': a recipe for pictures", "alone"):
        make(Augment(Brightness()), of_texts(), [3])
    with refused(InvalidInput, "'words misspelled'", "item '3': a recipe for texts", "alone"):
        make(Augment(Typos()), context_of(Pool(pictures())), [3])


@pytest.mark.parametrize(
    ("recipe", "got"),
    [
        (lambda picture: picture[:2], "shape (2, 8, 3). Return dtype uint8, shape (6, 8, 3)"),
        (lambda picture: picture / 2, "dtype float64"),
        (lambda _: None, "NoneType"),
        (lambda picture: picture.tolist(), "list"),
    ],
    ids=["shape", "dtype", "nothing", "list"],
)
def test_a_picture_of_another_kind_is_refused(recipe, got):
    with refused(InvalidInput, "'a function'", got, "alone"):
        make(Augment(recipe), context_of(Pool(pictures())), LABELED)


def test_pixels_that_are_no_numbers_are_refused():
    with refused(InvalidInput, "'a function'", "NaN or infinity", "alone"):
        make(Augment(lambda p: p * np.nan), context_of(Pool(pictures(np.float32))), LABELED)


@pytest.mark.parametrize(
    ("recipe", "got"),
    [
        (lambda row: {"age": row["age"]}, "['age']"),
        (list, "list"),
    ],
    ids=["columns", "list"],
)
def test_a_row_of_another_kind_is_refused(recipe, got):
    with refused(InvalidInput, "must make other content", got, "alone"):
        make(Augment(recipe), context_of(Pool(table())), LABELED)


def test_a_text_or_a_sound_of_another_kind_is_refused():
    with refused(InvalidInput, "'split'", "list. Return a text", "alone"):
        make(Augment(str.split), of_texts(), LABELED)
    context = context_of(Pool(loudness(sounds()), sounds(), featurize=loudness))
    with refused(InvalidInput, "'a function'", "shape (1, 200)", "alone"):
        make(Augment(lambda sound: sound[None]), context, LABELED)


def test_what_featurize_says_of_an_item_that_was_made_is_told():
    def featurize(texts):
        if any("!" in text for text in texts):
            raise ValueError("no such sign")
        return [[len(text)] for text in texts]

    context = context_of(Pool(featurize(words()), words(), featurize=featurize))
    with refused(InvalidInput, "of every content", "no such sign", "Try"):
        make(Augment(lambda text: text + "!"), context, LABELED)


def test_content_that_no_ready_recipe_knows_needs_one_of_your_own():
    context = context_of(Pool(np.ones((N, 1)), [(i,) for i in range(N)], featurize=lambda x: x))
    with refused(InvalidInput, "ready recipes for pictures", "tuple", "Augment(f)"):
        make(Augment(), context, LABELED)
    assert make(Augment(lambda x: (x[0] + 1,)), context, [1])[0].content == (2,)


@pytest.mark.parametrize("parents", [[0.5], [[1, 3]], ["1"]])
def test_parents_are_positions(parents):
    with refused(InvalidInput, "positions in the pool", "shape", "context.labeled"):
        make(Augment(), of_features(), parents)


def test_a_missing_extra_is_not_taken_for_a_recipe_that_fails():
    def needs(_):
        raise MissingExtra("it needs a library", "none", "Run pip install")

    with pytest.raises(MissingExtra):
        make(Augment(needs), of_texts(), LABELED)
