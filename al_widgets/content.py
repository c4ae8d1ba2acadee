"""How an item looks in a browser: a picture, a text or the cells of a table row.

`Content` wraps whatever the caller has (an array of images, a list of texts, a DataFrame, ...) and
makes the card of one item when it is asked for. A card is plain data. The browser shows text as
text and pixels as pixels; nothing in a card is ever executed.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from al_widgets.exceptions import InvalidInput

LONGEST_SIDE = 640
"""Pictures are scaled down to this many pixels before they are sent."""

LONGEST_TEXT = 20_000
"""Characters of a text that are sent."""

MOST_CELLS = 64
"""Cells of a table row that are sent."""

Card = dict[str, Any]
"""``kind`` ("image", "text" or "row"), ``alt`` (a short text), and what that kind needs:
``mime``, ``bytes``, ``width`` and ``height``; ``text``; or ``cells``, pairs of name and value."""


class Content:
    """What a person sees of the items, card by card.

    Parameters
    ----------
    values : sequence of length n_items
        An array of images of shape (n, height, width), (n, height, width, channels) or
        (n, channels, height, width), with 1, 3 or 4 channels of any number type; a DataFrame; or a
        sequence of texts, image arrays, PIL images, paths of image files, or mappings.

    Examples
    --------
    >>> Content(["hello", "world"]).card(1)
    {'kind': 'text', 'text': 'world', 'alt': 'world'}
    """

    def __init__(self, values: Any) -> None:
        self._values = values
        self._is_frame = hasattr(values, "iloc") and hasattr(values, "columns")
        self._range: tuple[float, float] | None = None
        if hasattr(values, "iloc") and not self._is_frame:
            self._values = values.to_numpy()

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, position: int) -> Any:
        """Return the item as the caller gave it."""
        if self._is_frame:
            return self._values.iloc[position]
        return self._values[position]

    def card(self, position: int) -> Card:
        """Return what the browser needs to show the item at `position`."""
        value = self[position]
        if isinstance(value, Path):
            return _picture_card(open_picture(value), value.name)
        if hasattr(value, "mode") and hasattr(value, "getbands"):  # a PIL image
            return _picture_card(value, "picture")
        if isinstance(value, np.ndarray) and value.ndim >= 2:
            return self._array_card(value)
        if hasattr(value, "items"):
            return _row_card(value)
        return _text_card(value)

    def picture(self, position: int) -> Any:
        """Return the picture at `position` in its full size.

        Returns
        -------
        Path, PIL image or None
            The path, if the caller gave one; None if the item is no picture.
        """
        value = self[position]
        if isinstance(value, Path) or (hasattr(value, "mode") and hasattr(value, "getbands")):
            return value
        if isinstance(value, np.ndarray) and value.ndim >= 2:
            return self._array_picture(value)
        return None

    def _array_card(self, pixels: np.ndarray) -> Card:
        return _picture_card(self._array_picture(pixels), "picture")

    def _array_picture(self, pixels: np.ndarray) -> Any:
        from PIL import Image  # noqa: PLC0415 - only where there are pictures

        if self._range is None:
            self._range = value_range(self._values)
        return Image.fromarray(to_uint8(pixels, self._range))

    def range_for(self, value: Any) -> tuple[float, float] | None:
        """Return what is black and white here, if these are pictures of the same kind."""
        first = self[0] if len(self) else None
        if not (isinstance(first, np.ndarray) and first.ndim >= 2):
            return None
        if not isinstance(value, np.ndarray) or value.dtype != first.dtype:
            return None
        if self._range is None:
            self._range = value_range(self._values)
        return self._range


class Followed(Content):
    """Content that was followed by other content, of any kind, as a pool grew.

    Parameters
    ----------
    first : Content
        What the pool began with.
    rest : sequence
        What followed; a picture is as bright as those that the pool began with.

    Examples
    --------
    >>> Followed(Content(["a"]), [{"b": 2}]).card(1)["cells"]
    [['b', '2']]
    """

    def __init__(self, first: Content, rest: Sequence[Any]) -> None:
        self._first, self._rest = first, rest

    def __len__(self) -> int:
        return len(self._first) + len(self._rest)

    def __getitem__(self, position: int) -> Any:
        content, own = self._whose(position)
        return content[own]

    def card(self, position: int) -> Card:
        """Return what the browser needs to show the item at `position`."""
        content, own = self._whose(position)
        return content.card(own)

    def picture(self, position: int) -> Any:
        """Return the picture at `position` in its full size; see `Content.picture`."""
        content, own = self._whose(position)
        return content.picture(own)

    def range_for(self, value: Any) -> tuple[float, float] | None:
        """Return what is black and white in the first, if these are pictures of the same kind."""
        return self._first.range_for(value)

    def _whose(self, position: int) -> tuple[Content, int]:
        """Return the content that has the item, and where."""
        position = range(len(self))[position]
        n_first = len(self._first)
        if position < n_first:
            return self._first, position
        one = Content([self._rest[position - n_first]])
        one._range = self._first.range_for(one[0])  # noqa: SLF001
        return one, 0


def as_images(values: Any) -> bool:
    """Whether `values` is one array of images: (n, height, width[, channels])."""
    return isinstance(values, np.ndarray) and values.ndim in (3, 4)


def to_uint8(pixels: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """Return the picture as 8-bit pixels of shape (height, width) or (height, width, 3 or 4).

    Parameters
    ----------
    pixels : ndarray of shape (h, w), (h, w, c) or (c, h, w), with c in 1, 3, 4
        Numbers of any type; NaN becomes black.
    value_range : (float, float)
        The values that become black and white.
    """
    if pixels.ndim == 3 and pixels.shape[-1] not in (1, 3, 4) and pixels.shape[0] in (1, 3, 4):
        pixels = np.moveaxis(pixels, 0, -1)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim != 2 and not (pixels.ndim == 3 and pixels.shape[-1] in (3, 4)):
        raise InvalidInput(
            "a picture has the shape (height, width) or (height, width, channels) with 1, 3 or 4 "
            "channels",
            f"shape {pixels.shape}",
            "Reshape it, or pass other content=",
        )
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    low, high = value_range
    known = np.nan_to_num(pixels.astype(np.float64), nan=low, posinf=high, neginf=low)
    scaled = (known - low) * (255 / (high - low) if high > low else 0)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def value_range(values: Any) -> tuple[float, float]:
    """Return what is black and white in these pictures, judged by a sample of them."""
    step = max(1, len(values) // 256)
    sample = [np.asarray(values[i]) for i in range(0, len(values), step)]
    kind = sample[0].dtype
    if kind == np.bool_:
        return 0, 1
    if kind == np.uint16:  # cameras give 10, 12, 14 or 16 bits
        bits = int(max(pixels.max(initial=0) for pixels in sample)).bit_length()
        return 0, 2 ** max(8, bits + bits % 2) - 1
    finite = [pixels[np.isfinite(pixels)] for pixels in sample]
    low = min((float(pixels.min()) for pixels in finite if pixels.size), default=0.0)
    high = max((float(pixels.max()) for pixels in finite if pixels.size), default=1.0)
    if kind.kind == "f" and low >= -1 and high <= 1:
        return (0 if low >= 0 else -1), 1
    if low >= 0 and 128 <= high <= 255:
        return 0, 255
    return min(low, 0.0), high


def open_picture(path: Path) -> Any:
    """Return a picture in a file as it is shown: upright, its longest side `LONGEST_SIDE` at most.

    Raises
    ------
    InvalidInput
        If it cannot be read.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415

    try:
        with Image.open(path) as picture:
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput(
            "each path in content must be a picture that can be read",
            f"{path}: {error}",
            "Mend or remove the file",
        ) from error


def _picture_card(picture: Any, name: str) -> Card:
    if picture.mode not in {"L", "RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    photo = max(picture.size) > 128 and picture.mode != "RGBA"
    if max(picture.size) > LONGEST_SIDE:
        picture = picture.copy()  # it may be the caller's
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    buffer = io.BytesIO()
    if photo:
        picture.save(buffer, "JPEG", quality=88)
    else:
        picture.save(buffer, "PNG", compress_level=1)
    return {
        "kind": "image",
        "mime": "image/jpeg" if photo else "image/png",
        "bytes": buffer.getvalue(),
        "width": picture.width,
        "height": picture.height,
        "alt": name,
    }


def _text_card(value: Any) -> Card:
    text = value if isinstance(value, str) else shown(value)
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]}… ({len(text) - LONGEST_TEXT:,} more characters)"
    return {"kind": "text", "text": text, "alt": _short(text)}


def _row_card(value: Mapping[str, Any]) -> Card:
    cells = [[str(name), shown(cell)] for name, cell in value.items()]
    if len(cells) > MOST_CELLS:
        cells = [*cells[:MOST_CELLS], ["…", f"{len(cells) - MOST_CELLS} more"]]
    alt = _short(" · ".join(cell for _, cell in cells))
    return {"kind": "row", "cells": cells, "alt": alt}


def shown(value: Any) -> str:
    """Return a value as a cell shows it, in one line or a few."""
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=4, threshold=MOST_CELLS)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _short(str(value), 400)
    return str(value)


def _short(text: str, n: int = 80) -> str:
    return text if len(text) <= n else text[: n - 1] + "…"
