"""What tools of others show of an item: text, a picture in the file itself, or named cells."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from al_widgets.pool import Pool


def shown(pool: Pool, position: int) -> dict[str, Any]:
    """Return the content under one name: "text", "image" or "cells".

    A picture is a data URI of what the browser gets (at most 640 pixels wide and high), so that a
    file needs no other file and no network. A text is whole.
    """
    card = pool.content.card(position)
    if card["kind"] == "image":
        data = base64.b64encode(card["bytes"]).decode("ascii")
        return {"image": f"data:{card['mime']};base64,{data}"}
    if card["kind"] == "row":
        return {"cells": dict(card["cells"])}
    value = pool.content[position]
    return {"text": value if isinstance(value, str) else card["text"]}
