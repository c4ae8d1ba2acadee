"""What kind of content it is, a copy of it, and whether what was made of it is of that kind."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers._pixels import is_picture, is_pil

Kind = Literal["pictures", "sounds", "texts", "rows"]


def kind_of(content: Any) -> Kind | None:
    """Return what kind of content it is; None if none that there are recipes for.

    Examples
    --------
    >>> kind_of("hello"), kind_of(np.zeros((2, 2))), kind_of(np.zeros(5)), kind_of({"age": 3})
    ('texts', 'pictures', 'sounds', 'rows')
    """
    if isinstance(content, str):
        return "texts"
    if is_picture(content):
        return "pictures"
    if isinstance(content, np.ndarray) and content.ndim == 1:
        return "sounds"
    return "rows" if hasattr(content, "items") else None


def copied(content: Any) -> Any:
    """Return content that may be changed without harm to the pool."""
    if isinstance(content, np.ndarray) or is_pil(content) or hasattr(content, "items"):
        return content.copy() if hasattr(content, "copy") else dict(content)
    return content


def require_same_kind(made: Any, content: Any) -> None:
    """Refuse what a recipe made where it is not of the kind that it was given.

    Raises
    ------
    InvalidInput
        If it is of another type, shape or dtype, holds NaN, or has other columns.
    """
    if isinstance(content, np.ndarray):
        _require_same_array(made, content)
    elif is_pil(content):
        if not is_pil(made):
            raise _other(f"{type(made).__name__}", "a PIL image")
    elif isinstance(content, str):
        if not isinstance(made, str):
            raise _other(f"{type(made).__name__}", "a text")
    elif hasattr(content, "items"):
        if not hasattr(made, "items") or set(made.keys()) != set(content.keys()):
            names = list(made.keys()) if hasattr(made, "items") else type(made).__name__
            raise _other(f"{names}", f"a mapping with the columns {list(content.keys())}")
    elif not isinstance(made, type(content)):
        raise _other(f"{type(made).__name__}", f"a {type(content).__name__}")


def _require_same_array(made: Any, content: np.ndarray) -> None:
    is_sound = content.ndim == 1
    wanted = f"dtype {content.dtype}, " + ("one axis" if is_sound else f"shape {content.shape}")
    if not isinstance(made, np.ndarray):
        raise _other(type(made).__name__, f"an array of {wanted}")
    if made.dtype != content.dtype or (
        (made.ndim != 1 or not len(made)) if is_sound else made.shape != content.shape
    ):
        raise _other(f"an array of dtype {made.dtype}, shape {made.shape}", wanted)
    if made.dtype.kind == "f" and not np.isfinite(made).all() and np.isfinite(content).all():
        raise _other("NaN or infinity", "finite numbers")


def _other(got: str, wanted: str) -> InvalidInput:
    return InvalidInput(
        "a recipe returns content of the kind that it is given", got, f"Return {wanted}"
    )
