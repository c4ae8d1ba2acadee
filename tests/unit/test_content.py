from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from unit_parts import refused

from al_widgets.content import LONGEST_SIDE, LONGEST_TEXT, MOST_CELLS, Content
from al_widgets.exceptions import InvalidInput


def pixels(card):
    """What a browser paints."""
    assert card["kind"] == "image"
    picture = Image.open(io.BytesIO(card["bytes"]))
    assert picture.size == (card["width"], card["height"])
    assert Image.MIME[picture.format] == card["mime"]
    return np.asarray(picture)


def painted(images, position=0):
    return pixels(Content(images).card(position))


def ramp(low, high, dtype):
    """Two pictures of 4 by 5 pixels, from `low` to `high`."""
    return np.linspace(low, high, 40).astype(dtype).reshape(2, 4, 5)


def test_a_picture_is_given_in_its_full_size_or_as_the_path_that_it_was(tmp_path):
    large, path = np.zeros((2, 5, 1000), dtype=np.uint8), tmp_path / "x.png"
    assert Content(large).picture(1).size == (1000, 5)
    assert Content([path]).picture(0) == path
    assert Content(["text"]).picture(0) is None


class TestPictures:
    def test_eight_bits_are_shown_as_they_are(self):
        images = ramp(0, 90, np.uint8)
        assert (painted(images, 1) == images[1]).all()

    def test_false_is_black_and_true_is_white(self):
        images = ramp(0, 1.99, int) > 0
        assert (painted(images, 1) == 255).all()
        assert (painted(images, 0) == 0).all()

    def test_sixteen_bits_are_scaled_to_eight(self):
        images = ramp(0, 65535, np.uint16)
        assert painted(images)[0, 0] == 0
        assert painted(images, 1)[-1, -1] == 255
        assert (painted(images, 1) == np.rint(images[1] / 257)).all()

    def test_whole_numbers_up_to_255_are_shown_as_they_are(self):
        images = ramp(0, 255, np.int64)
        assert (painted(images, 1) == images[1]).all()

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_from_0_to_1_is_from_black_to_white(self, dtype):
        images = ramp(0, 1, dtype)
        assert np.abs(painted(images, 1) - 255.0 * images[1]).max() <= 0.51

    def test_a_dim_picture_among_bright_ones_stays_dim(self):
        images = np.stack([np.full((4, 4), 0.1), np.full((4, 4), 1.0)])
        assert (painted(images, 0) == 26).all()

    def test_from_minus_1_to_1_is_from_black_to_white(self):
        images = ramp(-1, 1, np.float64)
        assert painted(images, 0)[0, 0] == 0
        assert painted(images, 1)[-1, -1] == 255
        assert np.abs(painted(images, 1) - 127.5 * (images[1] + 1)).max() <= 0.51

    def test_from_0_to_16_is_from_black_to_white(self):
        images = ramp(0, 16, np.float64)
        assert np.abs(painted(images, 1) - images[1] * 255 / 16).max() <= 0.51

    @pytest.mark.parametrize("low", [0, -1])
    def test_what_is_no_number_is_black(self, low):
        images = ramp(low, 1, np.float64)
        images[1, 2, 3] = np.nan
        assert painted(images, 1)[2, 3] == 0
        assert painted(images, 1)[3, 4] == 255

    def test_infinity_is_white_and_less_than_everything_is_black(self):
        images = ramp(0, 1, np.float64)
        images[1, 0, :2] = np.inf, -np.inf
        assert painted(images, 1)[0, :2].tolist() == [255, 0]

    @pytest.mark.parametrize("value", [0.0, 0.5, 1.0, 7.0, np.nan])
    def test_a_picture_of_one_value_is_painted(self, value):
        assert len(np.unique(painted(np.full((1, 4, 4), value)))) == 1

    @pytest.mark.parametrize(
        ("shape", "mode"),
        [
            ((6, 7), "L"),
            ((6, 7, 1), "L"),
            ((6, 7, 3), "RGB"),
            ((6, 7, 4), "RGBA"),
            ((1, 6, 7), "L"),
            ((3, 6, 7), "RGB"),
            ((4, 6, 7), "RGBA"),
        ],
    )
    def test_every_usual_shape_is_painted(self, shape, mode):
        image = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
        expected = np.moveaxis(image, 0, -1) if shape[1:] == (6, 7) else image
        card = Content([image]).card(0)
        assert Image.open(io.BytesIO(card["bytes"])).mode == mode
        assert (pixels(card) == expected.squeeze()).all()

    def test_another_shape_is_told(self):
        with refused(InvalidInput, "(height, width)", "(5, 6, 7)", "Reshape"):
            Content([np.zeros((5, 6, 7))]).card(0)

    def test_a_large_picture_is_scaled_down_and_keeps_its_form(self):
        card = Content([np.zeros((1000, 2000), np.uint8)]).card(0)
        assert (card["width"], card["height"]) == (LONGEST_SIDE, LONGEST_SIDE // 2)

    def test_the_array_is_not_changed(self):
        images = ramp(-1, 1, np.float64)
        before = images.copy()
        painted(images)
        assert (images == before).all()

    @pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "LA", "CMYK"])
    def test_a_pil_image_of_any_mode_is_painted(self, mode):
        image = Image.fromarray(ramp(0, 255, np.uint8)[1]).convert(mode)
        expected = np.asarray(image.convert("RGBA" if "A" in mode else "RGB").convert("L"))
        card = Content([image]).card(0)
        shown = np.asarray(Image.open(io.BytesIO(card["bytes"])).convert("L"))
        assert np.abs(shown.astype(int) - expected).max() <= 1

    def test_a_pil_image_is_not_changed(self):
        image = Image.new("RGB", (2000, 1000))
        Content([image]).card(0)
        assert image.size == (2000, 1000)

    def test_a_picture_is_shown_from_its_path(self, tmp_path):
        image = ramp(0, 255, np.uint8)[1]
        Image.fromarray(image).save(tmp_path / "cat.png")
        card = Content([tmp_path / "cat.png"]).card(0)
        assert (pixels(card) == image).all()
        assert card["alt"] == "cat.png"

    def test_a_picture_is_shown_upright(self, tmp_path):
        """A camera writes how it was held beside the pixels."""
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new("RGB", (40, 20)).save(tmp_path / "photo.jpg", exif=exif)
        card = Content([tmp_path / "photo.jpg"]).card(0)
        assert (card["width"], card["height"]) == (20, 40)

    def test_a_file_that_is_no_picture_is_told(self, tmp_path):
        (tmp_path / "cat.png").write_text("meow")
        with refused(InvalidInput, "a picture that can be read", "cat.png", "Mend or remove"):
            Content([tmp_path / "cat.png"]).card(0)

    def test_a_missing_file_is_told(self, tmp_path):
        with refused(InvalidInput, "a picture that can be read", "No such file", "Mend or remove"):
            Content([tmp_path / "cat.png"]).card(0)

    def test_a_picture_that_ends_too_early_is_told(self, tmp_path):
        noise = np.random.default_rng(0).integers(0, 256, (99, 99, 3)).astype(np.uint8)
        Image.fromarray(noise).save(tmp_path / "whole.png")
        (tmp_path / "cat.png").write_bytes((tmp_path / "whole.png").read_bytes()[:9000])
        with refused(InvalidInput, "a picture that can be read", "cat.png", "Mend or remove"):
            Content([tmp_path / "cat.png"]).card(0)

    def test_many_cards_leave_no_file_open(self, tmp_path):
        Image.new("L", (4, 4)).save(tmp_path / "cat.png")
        content = Content([tmp_path / "cat.png"] * 2000)
        assert all(content.card(i)["kind"] == "image" for i in range(2000))


class TestTexts:
    def test_a_text_is_shown_as_it_is(self):
        assert Content(["Kätzchen 🐈\nzwei"]).card(0)["text"] == "Kätzchen 🐈\nzwei"

    def test_what_looks_like_html_stays_text(self):
        attack = "<img src=x onerror=alert(1)>"
        card = Content([attack]).card(0)
        assert card == {"kind": "text", "text": attack, "alt": attack}

    def test_a_very_long_text_is_cut_and_says_so(self):
        card = Content(["x" * (LONGEST_TEXT + 12_345)]).card(0)
        assert card["text"] == "x" * LONGEST_TEXT + "… (12,345 more characters)"
        assert len(card["alt"]) <= 80

    @pytest.mark.parametrize(("value", "text"), [(3, "3"), (0.1 + 0.2, "0.3"), (None, "None")])
    def test_other_values_are_shown_as_text(self, value, text):
        assert Content([value]).card(0)["text"] == text

    def test_a_series_is_read_by_position(self):
        assert Content(pd.Series(["a", "b"], index=[7, 3])).card(1)["text"] == "b"

    def test_an_empty_text_is_shown(self):
        assert Content([""]).card(0)["text"] == ""


class TestRows:
    def test_a_row_of_a_frame_has_a_cell_for_each_column(self):
        frame = pd.DataFrame({"age": [31, 52], "income": [1.5, 2.123456789]}, index=[9, 4])
        card = Content(frame).card(1)
        assert card["cells"] == [["age", "52"], ["income", "2.12346"]]
        assert card["alt"] == "52 · 2.12346"

    def test_mappings_are_rows(self):
        assert Content([{"a": 1, "b": "<b>"}]).card(0)["cells"] == [["a", "1"], ["b", "<b>"]]

    def test_of_many_columns_the_rest_is_counted(self):
        card = Content([{f"c{i}": i for i in range(MOST_CELLS + 10)}]).card(0)
        assert len(card["cells"]) == MOST_CELLS + 1
        assert card["cells"][-1] == ["…", "10 more"]

    def test_arrays_in_a_cell_are_short(self):
        [[_, shown]] = Content([{"series": np.arange(10_000)}]).card(0)["cells"]
        assert len(shown) < 200

    @pytest.mark.parametrize("value", [["a", 1], [[1], [2, 3]], [], ("x",)], ids=str)
    def test_lists_in_a_cell_are_shown_whatever_they_hold(self, value):
        assert Content([{"tags": value}]).card(0)["cells"][0][0] == "tags"


def test_an_item_is_given_back_as_it_came():
    value = {"a": 1}
    assert Content([value])[0] is value
