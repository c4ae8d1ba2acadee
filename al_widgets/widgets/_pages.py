"""Pages: the items of a query as a browser holds them.

A browser holds two, that of the open query and that of the one answered after it. A query that a
person asked for may come before one that is half answered, and may have the round of one that was
sent ahead and never opened. So a page has a name, and `State.order` (in ``static/state.js``) says
by these names which page comes first.
"""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from al_widgets.events import IN_FRONT, Asked
from al_widgets.widgets._made import told_of, with_origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from al_widgets.pool import Pool
    from al_widgets.query import Query
    from al_widgets.widgets._made import Origin

Page = dict[str, Any]
"""``name``, ``kind``, ``round`` and ``cards``."""

SLOTS = ("_page_0", "_page_1")
"""The traits that hold pages."""


def page_name(query: Query | Asked) -> str:
    """Return what no other page is called that a browser may hold at the same time."""
    return f"{_kind(query)} {query.round}"


def _kind(query: Query | Asked) -> str:
    """Return how a query came about: picked, an audit, a review, a synthesis; or a chosen batch."""
    return query.strategy if query.strategy in IN_FRONT else "batch"


def make_page(query: Query, pool: Pool, made: Mapping[str, Origin]) -> Page:
    """Return the page of a query: cards with their reasons, and with what items were made of."""
    return {
        "name": page_name(query),
        "kind": _kind(query),
        "round": query.round,
        "cards": [
            {
                "id": item,
                "reason": reason,
                **with_origin(pool.content.card(pool.position(item)), made.get(item), pool),
            }
            for item, reason in _with_reasons(query)
        ],
    }


def item_ids(page: Page | None) -> list[str]:
    """Return the ids of the items on a page."""
    return [card["id"] for card in page["cards"]] if page else []


def shows(page: Page | None, query: Query, made: Mapping[str, Origin]) -> bool:
    """Whether the page is that of this query: item for item, reason for reason, with its origin."""
    if page is None or page["name"] != page_name(query):
        return False
    told = [(card["id"], card["reason"], told_of(card)) for card in page["cards"]]
    return told == [(item, why, made.get(item)) for item, why in _with_reasons(query)]


def slot_for(name: str, held: dict[str, Page | None], beside: str | None) -> str:
    """Return the trait that a page goes into.

    Parameters
    ----------
    name : str
        Of the page.
    held : dict of trait to page
        What the browser holds.
    beside : str or None
        Name of the page that has to stay.

    Examples
    --------
    >>> held = {"_page_0": {"name": "batch 4"}, "_page_1": {"name": "batch 5"}}
    >>> slot_for("batch 5", held, beside=None)
    '_page_1'
    >>> slot_for("picked 6", held, beside="batch 4")
    '_page_1'
    """
    names = {slot: page["name"] if page else None for slot, page in held.items()}
    own = [slot for slot, taken in names.items() if taken == name]
    free = [slot for slot, taken in names.items() if taken is None]
    others = [slot for slot, taken in names.items() if taken != beside]
    return next(chain(own, free, others))


def _with_reasons(query: Query) -> list[tuple[str, str]]:
    return list(zip(query.ids, chain(query.reasons, repeat("")), strict=False))
