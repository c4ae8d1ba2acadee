"""Cards made small, for lists and for what the pointer is over."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from al_widgets.content import Card
    from al_widgets.pool import Pool

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


def card_of(pool: Pool, position: int, side: int = SIDE) -> Card:
    """Return the small card of an item, with its id; where it cannot be read, the error as a text.

    One item with a broken picture is no reason to show none of the others.

    Parameters
    ----------
    pool : Pool
        Has the items.
    position : int
        Of the item.
    side : int
        As for `small`.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> card_of(Pool([[0], [1]], content=["hello", "world"]), 1)
    {'id': '1', 'kind': 'text', 'text': 'world', 'alt': 'world'}
    """
    try:
        card = small(pool.content.card(position), side)
    except Exception as error:  # noqa: BLE001 - content may be a sequence of the user's own
        card = {"kind": "text", "text": f"This item cannot be shown. {error}", "alt": "not shown"}
    return {"id": pool.ids[position], **card}
