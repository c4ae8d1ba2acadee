"""Items from outside the pool as plain data, so that the log keeps them for good.

A record is what JSON can hold. It is exact: what is read from it looks as the item did, and its
features are the same to the bit. Nothing in a record is ever executed.
"""

from __future__ import annotations

import base64
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.content import shown
from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 16 * 2**20
"""How large the record of a single content may be."""

_MOST_PIXELS = 80_000_000  # Pillow warns of larger pictures, which can be small as PNG

Record = Any
"""None, a text, a number; or a dict whose ``kind`` says what it holds."""


def content_to_record(content: Any) -> Record:
    """Return what a person sees of an item as plain data.

    Parameters
    ----------
    content : Any
        What `al_widgets.content.Content` takes for an item: a text, a number, an array of pixels,
        a PIL image, the path of a picture, a mapping, the row of a DataFrame; or None. Anything
        else, also in a cell, is kept as the text that is shown of it.

    Raises
    ------
    InvalidInput
        If it takes more than `MOST_BYTES`, or is an array of objects.

    Notes
    -----
    Arrays come back with the same bytes. Of PIL images those of the modes L, RGB and RGBA do; the
    others become RGB or RGBA, as they are shown. Of a path only the path is kept.

    Examples
    --------
    >>> content_to_record("hello")
    'hello'
    >>> record = content_to_record({"age": 31, "city": "Ulm"})
    >>> record["cells"]
    [['age', 31], ['city', 'Ulm']]
    >>> content_from_record(record)
    {'age': 31, 'city': 'Ulm'}
    """
    n_pixels = _n_pixels(content)
    if n_pixels > _MOST_PIXELS:
        raise _too_large(content, f"{n_pixels:,} pixels")
    record = _record(content)
    size = _size(record)
    if size > MOST_BYTES:
        raise _too_large(content, f"{size / 2**20:.1f} MB")
    return record


def content_from_record(record: Record) -> Any:
    """Return the content that was kept.

    Raises
    ------
    InvalidInput
        If the record is damaged, or made by a later version.
    """
    if not isinstance(record, dict):
        return record
    try:
        return _READERS[record["kind"]](record)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise _unreadable(record, error) from error


def rows_to_record(rows: Any) -> dict[str, Any]:
    """Return rows of features as plain data, exact to the bit.

    Parameters
    ----------
    rows : ndarray or sparse matrix of shape (n, n_features)

    Returns
    -------
    dict
        ``dtype``, ``shape`` and ``data``; for a sparse matrix ``shape`` and the parts of its CSR
        form, each as such a dict.

    Examples
    --------
    >>> record = rows_to_record(np.array([[0.1, -0.0]]))
    >>> record["dtype"], record["shape"]
    ('<f8', [1, 2])
    >>> rows_from_record(record)
    array([[ 0.1, -0. ]])
    """
    if not hasattr(rows, "tocsr"):
        return _array_record(np.asarray(rows))
    matrix = rows.tocsr()
    parts = {name: _array_record(getattr(matrix, name)) for name in ("data", "indices", "indptr")}
    return {"kind": "csr", "shape": list(matrix.shape), **parts}


def rows_from_record(record: dict[str, Any]) -> Any:
    """Return the rows that were kept: an ndarray, or a CSR array if they were sparse.

    Raises
    ------
    InvalidInput
        If the record is damaged, or made by a later version.
    """
    try:
        if record.get("kind") != "csr":
            return _array(record)
        from scipy import sparse  # noqa: PLC0415 - only where features are sparse

        parts = [_array(record[name]) for name in ("data", "indices", "indptr")]
        return sparse.csr_array(tuple(parts), shape=tuple(record["shape"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(record, error) from error


# -- out -------------------------------------------------------------------------------------------


def _record(content: Any) -> Record:
    if isinstance(content, Path):
        return {"kind": "path", "path": _plain(str(content))}
    if hasattr(content, "mode") and hasattr(content, "getbands"):  # a PIL image
        return {"kind": "image", "png": _png(content)}
    if isinstance(content, np.ndarray):
        return _picture_record(content)
    if hasattr(content, "items"):
        names = _different([str(name) for name, _ in content.items()])
        cells = zip(names, (_plain(cell) for _, cell in content.items()), strict=True)
        return {"kind": "row", "cells": [[_plain(name), cell] for name, cell in cells]}
    return _plain(content)


def _plain(value: Any) -> Record:
    """Return a text, a number or None as JSON holds it; anything else as the text shown of it."""
    if isinstance(value, np.generic) and value.dtype.kind in "biufU":
        value = value.item()
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"kind": "number", "value": repr(value)}
    if value is None or isinstance(value, bool | int):
        return value
    text = str(value) if isinstance(value, str) else shown(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, which no database takes
        return {"kind": "text", "data": _base64(text.encode("utf-16-le", "surrogatepass"))}
    return text


def _different(names: list[str]) -> list[str]:
    """Return the names, with a number behind those that were there before."""
    taken: set[str] = set()
    for at, name in enumerate(names):
        n = 1
        while names[at] in taken:
            n += 1
            names[at] = f"{name} ({n})"
        taken.add(names[at])
    return names


def _picture_record(pixels: np.ndarray) -> dict[str, Any]:
    """Return an array as it is, or as PNG where that is smaller."""
    record = {"kind": "array", **_array_record(pixels)}
    if pixels.dtype != np.uint8 or pixels.ndim < 2 or 0 in pixels.shape:
        return record
    from PIL import Image  # noqa: PLC0415 - only where there are pictures

    png = _png(Image.fromarray(_flat(pixels)))
    if len(png) >= len(record["data"]):
        return record
    return {"kind": "array", "shape": list(pixels.shape), "png": png}


def _flat(pixels: np.ndarray) -> np.ndarray:
    """Return pixels as PNG can hold them: in color, or all their rows one below the other."""
    if pixels.ndim == 3 and pixels.shape[-1] in (3, 4):
        return np.ascontiguousarray(pixels)
    width = pixels.shape[-1] if pixels.shape[-1] > 1 else pixels.shape[-2]
    return np.ascontiguousarray(pixels).reshape(-1, width)


def _png(picture: Any) -> str:
    if picture.mode not in {"L", "RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", icc_profile=None)
    return _base64(buffer.getvalue())


def _array_record(values: np.ndarray) -> dict[str, Any]:
    if values.dtype.kind not in "biufcUSMm":
        raise InvalidInput(
            "an array that is kept must hold numbers",
            f"dtype {values.dtype}",
            "Convert it, for example with .astype(float), or pass a text as content",
        )
    return {
        "dtype": values.dtype.str,
        "shape": list(values.shape),
        "data": _base64(values.tobytes()),
    }


def _n_pixels(content: Any) -> int:
    """Return how many numbers are in it, if it is a picture."""
    if hasattr(content, "getbands"):
        return int(content.width * content.height)
    return content.size if isinstance(content, np.ndarray) else 0


def _too_large(content: Any, size: str) -> InvalidInput:
    return InvalidInput(
        f"the content of an item that is kept may take {MOST_BYTES // 2**20} MB",
        f"{type(content).__name__} of {size}",
        "Keep pictures in files, and pass their paths as content",
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _size(record: Record) -> int:
    """Return about how many bytes it takes."""
    if isinstance(record, dict):
        return sum(map(_size, record.values()))
    if isinstance(record, list):
        return sum(map(_size, record))
    return len(record) if isinstance(record, str) else 8


# -- in --------------------------------------------------------------------------------------------


def _array(record: dict[str, Any]) -> np.ndarray:
    if "png" in record:
        return np.array(_image(record)).reshape(record["shape"])
    data = base64.b64decode(record["data"], validate=True)
    return np.frombuffer(data, np.dtype(record["dtype"])).reshape(record["shape"]).copy()


def _image(record: dict[str, Any]) -> Any:
    from PIL import Image  # noqa: PLC0415

    with Image.open(io.BytesIO(base64.b64decode(record["png"], validate=True))) as picture:
        return picture.copy()


def _text(record: dict[str, Any]) -> str:
    return base64.b64decode(record["data"], validate=True).decode("utf-16-le", "surrogatepass")


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "array": _array,
    "image": _image,
    "number": lambda record: float(record["value"]),
    "path": lambda record: Path(content_from_record(record["path"])),
    "row": lambda record: {
        content_from_record(name): content_from_record(cell) for name, cell in record["cells"]
    },
    "text": _text,
}


def _unreadable(record: Any, error: Exception) -> InvalidInput:
    kind = record.get("kind") if isinstance(record, dict) else type(record).__name__
    return InvalidInput(
        "a record must be one that this version of al_widgets made",
        f"{kind!r}: {type(error).__name__}: {error}",
        "Update al_widgets, or mend the log",
    )
