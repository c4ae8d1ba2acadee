"""Cards made small, for lists and for what the pointer is over."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from al_widgets.content import Card

SIDE = 96
"""Pixels of a small picture; twice what is shown, for fine screens."""


def small(card: Card, side: int = SIDE) -> Card:
    """Return the card with its picture made smaller; other cards as they are.

    Parameters
    ----------
    card : Card
        As `Content` makes it.
    side : int
        Pixels that the longer side of a picture may have.
    """
    if card["kind"] != "image" or max(card["width"], card["height"]) <= side:
        return card
    from PIL import Image  # noqa: PLC0415 - only where there are pictures

    with Image.open(io.BytesIO(card["bytes"])) as picture:
        picture.thumbnail((side, side))
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        width, height = picture.size
    return {
        **card,
        "mime": "image/png",
        "bytes": buffer.getvalue(),
        "width": width,
        "height": height,
    }
