"""Pictures of any kind as numbers between black and white, and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from al_widgets.content import open_picture, value_range
from al_widgets.exceptions import InvalidInput

_CHANNELS = (1, 3, 4)


def is_pil(content: Any) -> bool:
    """Whether it is a PIL image."""
    return hasattr(content, "mode") and hasattr(content, "getbands")


def is_picture(content: Any) -> bool:
    """Whether it is an array of pixels, a PIL image or the path of a picture."""
    is_array = isinstance(content, np.ndarray) and content.ndim >= 2
    return is_array or isinstance(content, Path) or is_pil(content)


def opened(content: Any) -> Any:
    """Return the picture in a file, in RGB; anything else as it is."""
    return open_picture(content).convert("RGB") if isinstance(content, Path) else content


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as numbers, and how to make one of the same kind.

    Attributes
    ----------
    values : ndarray of shape (height, width, 1 or 3), float32
        0 is black, 1 is white.
    alpha : ndarray of shape (height, width, 0 or 1), float32
        How opaque each pixel is, where the picture says so. It stays as it is.
    content : ndarray or PIL image
        What it was.
    limits : (float, float)
        What is black and white there.

    Examples
    --------
    >>> pixels = Pixels.of(np.array([[0, 255]], dtype=np.uint8))
    >>> pixels.values[..., 0].tolist()
    [[0.0, 1.0]]
    >>> pixels.back(pixels.values / 2)
    array([[  0, 128]], dtype=uint8)
    """

    values: np.ndarray
    alpha: np.ndarray
    content: Any
    limits: tuple[float, float]

    @classmethod
    def of(cls, content: Any, limits: tuple[float, float] | None = None) -> Pixels:
        """Take a picture apart.

        Parameters
        ----------
        content : ndarray of shape (h, w), (h, w, c) or (c, h, w), PIL image, or Path
            The picture.
        limits : (float, float), optional
            What is black and white; judged by the picture alone when None.

        Raises
        ------
        InvalidInput
            If it is no picture.
        """
        content = opened(content)
        if is_pil(content):
            if content.mode not in {"L", "RGB", "RGBA"}:
                content = content.convert("RGBA" if "A" in content.getbands() else "RGB")
            array, limits = np.asarray(content), (0, 255)
        elif isinstance(content, np.ndarray) and content.dtype.kind in "fiub":
            array = content
        else:
            raise _no_picture(type(content).__name__)
        if array.dtype == np.uint8:
            limits = (0, 255)
        limits = limits or value_range([array])
        array = np.moveaxis(array, 0, -1) if _is_channels_first(array) else array
        array = array[..., None] if array.ndim == 2 else array
        if array.ndim != 3 or array.shape[-1] not in _CHANNELS or 0 in array.shape:
            raise _no_picture(f"an array of shape {array.shape}")
        low, high = limits
        values = (array.astype(np.float32) - np.float32(low)) / np.float32(max(high - low, 1e-12))
        return cls(values[..., :3], values[..., 3:], content, (float(low), float(high)))

    def back(self, values: np.ndarray) -> Any:
        """Return a picture of these values, of the kind that this one was.

        Parameters
        ----------
        values : ndarray of the shape of `self.values`
            What is darker than black becomes black, and so at the other end.
        """
        values = np.clip(np.concatenate([values, self.alpha], axis=-1), 0, 1)
        if is_pil(self.content):
            from PIL import Image  # noqa: PLC0415 - only where there are pictures

            pixels = np.rint(values * 255).astype(np.uint8)
            return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
        low, high = self.limits
        array = values * np.float32(high - low) + np.float32(low)
        if self.content.dtype.kind != "f":
            array = np.rint(array)
        array = np.moveaxis(array, -1, 0) if _is_channels_first(self.content) else array
        return np.ascontiguousarray(array.astype(self.content.dtype)).reshape(self.content.shape)


def _is_channels_first(array: np.ndarray) -> bool:
    return array.ndim == 3 and array.shape[-1] not in _CHANNELS and array.shape[0] in _CHANNELS


def _no_picture(got: str) -> InvalidInput:
    return InvalidInput(
        "a recipe for pictures needs a picture: an array of pixels, a PIL image or a Path",
        got,
        "Choose recipes for this kind of content, or leave them out: Augment()",
    )
