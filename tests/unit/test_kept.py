"""Items that the log keeps: what comes back is what was given."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from scipy import sparse
from unit_parts import refused

from al_widgets.content import Content
from al_widgets.exceptions import InvalidInput
from al_widgets.kept import (
    MOST_BYTES,
    content_from_record,
    content_to_record,
    rows_from_record,
    rows_to_record,
)

TEXTS = st.text(st.characters(exclude_categories=()))  # halves of characters too
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
DTYPES = (
    arrays.boolean_dtypes()
    | arrays.integer_dtypes(endianness="?")
    | arrays.unsigned_integer_dtypes(endianness="?")
    | arrays.floating_dtypes(endianness="?")
    | arrays.complex_number_dtypes()
)


def there_and_back(content):
    """The content after it went through a log."""
    return content_from_record(through_json(content_to_record(content)))


def through_json(record):
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return json.loads(text.encode().decode())


def rows_there_and_back(rows):
    return rows_from_record(through_json(rows_to_record(rows)))


def same(one, other):
    """Whether both are the same to the bit."""
    return (
        one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    )


class TestContents:
    @settings(deadline=None)
    @given(PLAIN)
    def test_texts_and_numbers_come_back(self, value):
        found = there_and_back(value)
        assert type(found) is type(value)
        assert repr(found) == repr(value)

    @settings(deadline=None)
    @given(st.dictionaries(TEXTS, PLAIN))
    def test_mappings_come_back_in_order(self, row):
        found = there_and_back(row)
        assert list(found) == list(row)
        assert repr(found) == repr(row)

    @settings(deadline=None)
    @given(arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0)))
    def test_arrays_come_back_to_the_bit(self, pixels):
        assert same(there_and_back(pixels), pixels)

    @settings(deadline=None)
    @given(
        arrays.arrays(
            np.uint8,
            st.sampled_from([(40, 30), (30, 40, 1), (30, 40, 3), (20, 30, 4), (3, 30, 40), (9, 1)]),
            elements=st.integers(0, 3),
            fill=st.just(0),
        )
    )
    def test_pictures_come_back_to_the_bit(self, pixels):
        assert same(there_and_back(pixels), pixels)
        turned = pixels[::-1].swapaxes(0, 1)
        assert same(there_and_back(turned), np.ascontiguousarray(turned))

    def test_a_picture_of_few_colors_is_kept_small(self):
        assert len(json.dumps(content_to_record(np.zeros((500, 500, 3), np.uint8)))) < 5000

    def test_noise_is_not_made_larger(self):
        noise = np.random.default_rng(0).integers(0, 256, (50, 50)).astype(np.uint8)
        assert "data" in content_to_record(noise)

    @settings(deadline=None)
    @given(st.sampled_from(["L", "RGB", "RGBA"]), st.integers(1, 9), st.integers(1, 9), st.data())
    def test_pillow_images_come_back(self, mode, width, height, data):
        n = width * height * len(mode)
        pixels = data.draw(st.binary(min_size=n, max_size=n))
        found = there_and_back(Image.frombytes(mode, (width, height), pixels))
        assert (found.mode, found.size, found.tobytes()) == (mode, (width, height), pixels)

    @pytest.mark.parametrize("mode", ["1", "P", "LA", "CMYK", "PA", "YCbCr", "HSV"])
    def test_other_images_come_back_as_they_are_shown(self, mode):
        pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
        picture = Image.fromarray(pixels).convert("P" if mode == "PA" else mode).convert(mode)
        assert Content([there_and_back(picture)]).card(0) == Content([picture]).card(0)

    @pytest.mark.parametrize(
        "content",
        [
            pd.DataFrame(
                {"n": [1], "x": [0.1], "t": ["a"], "when": pd.to_datetime(["2024-05-06"])}
            ),
            pd.DataFrame({"x": [np.float32(0.1)], "missing": [np.nan], "list": [[1, 2]]}),
            [np.float32(0.1)],
            [np.int64(3)],
            [[1, 2, 3]],
            [{"series": np.arange(9.0), 7: pd.NA, None: None}],
            [np.arange(5)],
            [pd.Timestamp("2024-05-06 07:08")],
            pd.DataFrame([[1, 2, 3]], columns=["a", "b", "c"]),
        ],
        ids=repr,
    )
    def test_what_comes_back_is_shown_as_before(self, content):
        before = Content(content)
        after = Content([there_and_back(before[0])])
        assert after.card(0) == before.card(0)

    def test_cells_of_one_name_stay_apart(self):
        row = pd.Series([1, 2, 3], index=["a", "a", "a"])
        assert there_and_back(row) == {"a": 1, "a (2)": 2, "a (3)": 3}

    @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
    def test_paths_come_back(self, name):
        assert there_and_back(Path(name)) == Path(name)

    def test_only_the_path_of_a_file_is_kept(self):
        assert there_and_back(Path("no/such/file.png")) == Path("no/such/file.png")

    def test_half_a_character_can_be_kept(self):
        assert there_and_back({"\ud800": "a\udc00"}) == {"\ud800": "a\udc00"}


class TestRows:
    @settings(deadline=None)
    @given(arrays.arrays(DTYPES, arrays.array_shapes(min_dims=2, max_dims=2, min_side=0)))
    def test_rows_come_back_to_the_bit(self, rows):
        assert same(rows_there_and_back(rows), rows)

    @settings(deadline=None)
    @given(
        arrays.arrays(
            st.sampled_from([np.float32, np.float64, np.int8]),
            arrays.array_shapes(min_dims=2, max_dims=2),
            elements=st.integers(-2, 2),
        ),
        st.sampled_from([sparse.csr_array, sparse.csc_array, sparse.coo_matrix]),
    )
    def test_sparse_rows_stay_sparse(self, rows, kind):
        found = rows_there_and_back(kind(rows))
        assert sparse.issparse(found)
        assert same(found.toarray(), rows)

    def test_what_a_sparse_row_stores_stays_to_the_bit(self):
        rows = sparse.csr_array((np.array([-0.0, np.nan, 1]), ([0, 0, 2], [4, 1, 0])), shape=(3, 5))
        found = rows_there_and_back(rows)
        for name in ("data", "indices", "indptr"):
            assert same(getattr(found, name), getattr(rows, name))

    def test_they_can_be_changed(self):
        rows = rows_there_and_back(np.eye(2))
        rows[0] = 7
        assert rows.tolist() == [[7, 7], [0, 1]]


class TestRefused:
    @pytest.mark.parametrize(
        "content",
        [
            "x" * (MOST_BYTES + 1),
            np.zeros((2100, 1000), complex),
            {"a": "x" * MOST_BYTES, "b": "y"},
        ],
        ids=["text", "array", "row"],
    )
    def test_what_is_too_large(self, content):
        with refused(InvalidInput, "may take 16 MB", " MB", "pass their paths"):
            content_to_record(content)

    def test_a_picture_that_could_not_be_opened_again(self):
        wide = np.zeros((1, 1), np.uint8)
        for picture in (np.broadcast_to(wide, (9000, 10_000)), Image.new("L", (9000, 10_000))):
            with refused(InvalidInput, "may take 16 MB", "9", "pass their paths"):
                content_to_record(picture)

    @pytest.mark.parametrize("dtype", [object, [("a", "f4")]], ids=str)
    def test_an_array_of_anything(self, dtype):
        with refused(InvalidInput, "must hold numbers", "dtype", ".astype(float)"):
            content_to_record(np.zeros((2, 2), dtype))
        with refused(InvalidInput, "must hold numbers", "dtype", ".astype(float)"):
            rows_to_record(np.zeros((2, 2), dtype))

    @pytest.mark.parametrize(
        "record",
        [
            {"kind": "hologram"},
            {},
            {"kind": "array", "dtype": "<f8", "shape": [3], "data": "AAAA"},
            {"kind": "array", "dtype": "O", "shape": [1], "data": "AAAAAAAAAAA="},
            {"kind": "array", "dtype": "<f8", "shape": [0], "data": "?"},
            {"kind": "array", "shape": [2, 2], "png": "AAAA"},
            {"kind": "image", "png": "AAAA"},
            {"kind": "number", "value": "__import__('os')"},
            {"kind": "row", "cells": 7},
            {"kind": "text"},
            {"kind": "path", "path": 7},
            {"kind": ["array"]},
        ],
        ids=str,
    )
    def test_a_record_that_cannot_be_read(self, record):
        with refused(InvalidInput, "this version of al_widgets", "", "Update al_widgets"):
            content_from_record(record)

    @pytest.mark.parametrize("record", [None, 7, {}, {"kind": "csr", "shape": [1, 1]}], ids=str)
    def test_rows_that_cannot_be_read(self, record):
        with refused(InvalidInput, "this version of al_widgets", "", "Update al_widgets"):
            rows_from_record(record)
