"""Where items that were made come from, as their cards tell it.

A card of such an item has ``made``: the recipe, the parents with their labels and small cards, the
class that it would take from them, and why it was held back. Nothing of it is asked of the browser:
a reloaded page finds the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from al_widgets.widgets._small import SIDE, card_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from al_widgets.content import Card
    from al_widgets.pool import Pool
    from al_widgets.state import State
    from al_widgets.syntheses import Synthetic

MOST_PARENTS = 4
"""Parents that are shown; more are counted."""

_FIRST = 320  # pixels of the first parent, which stands beside the new item


class Origin(NamedTuple):
    """Where an item that was made comes from.

    Attributes
    ----------
    recipe : str
        How it was made.
    target : str
        What for: "balance", "gaps", "boundary" or the name of a function.
    held : str
        Why it is held back; empty if it is not.
    label : str or None
        The class that it takes from its parents as they are labeled now; None where these are of
        several classes and it is nobody's share that says which.
    parents : tuple of (str, str or None)
        The ids of the first of them, and their labels now.
    n_more : int
        How many parents are not among these.
    """

    recipe: str
    target: str
    held: str
    label: str | None
    parents: tuple[tuple[str, str | None], ...]
    n_more: int


def origins(state: State, items: Iterable[str]) -> dict[str, Origin]:
    """Return where those of the items come from that were made."""
    return {item: _origin(state, item) for item in items if item in state.synthetic}


def _origin(state: State, item: str) -> Origin:
    made = state.synthetic[item]
    return Origin(
        recipe=made.recipe,
        target=made.event.target,
        held=made.held,
        label=_taken(made, state.labels),
        parents=tuple((i, state.labels.get(i)) for i in made.parents[:MOST_PARENTS]),
        n_more=max(0, len(made.parents) - MOST_PARENTS),
    )


def _taken(made: Synthetic, labels: dict[str, str]) -> str | None:
    """Return the class that an item takes from its parents, as these are labeled now."""
    theirs = {labels.get(parent) for parent in made.parents}
    if len(theirs) == 1:
        return theirs.pop()
    if made.shares is None or not made.has_its_parents(labels):
        return None
    return made.label or max(made.shares, key=made.shares.__getitem__)


def with_origin(card: Card, origin: Origin | None, pool: Pool) -> Card:
    """Return the card of an item with where it comes from; as it is if it was not made.

    Parameters
    ----------
    card : Card
        Of the item.
    origin : Origin or None
    pool : Pool
        Has the parents.
    """
    if origin is None:
        return card
    cards = [
        card_of(pool, pool.position(item), 2 * SIDE if at else _FIRST)
        for at, (item, _) in enumerate(origin.parents)
    ]
    parents = [
        {"item": item, "label": label, "card": parent}
        for (item, label), parent in zip(origin.parents, cards, strict=True)
    ]
    has_face = card["kind"] != "row" or cards[0]["kind"] == "row"
    return {**card, "made": {**origin._asdict(), "parents": parents, "has_face": has_face}}


def told_of(card: dict[str, Any]) -> Origin | None:
    """Return where the item of a card in the browser was said to come from.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> origin = Origin("darker", "gaps", "", "fish", (("0", "fish"),), 0)
    >>> card = with_origin({"kind": "text", "text": "hi"}, origin, Pool([[0], [1]]))
    >>> card["made"]["parents"][0]["card"]["kind"], told_of(card) == origin
    ('row', True)
    """
    if "made" not in card:
        return None
    made = card["made"]
    parents = tuple((parent["item"], parent["label"]) for parent in made["parents"])
    return Origin(**{**{name: made[name] for name in Origin._fields}, "parents": parents})
