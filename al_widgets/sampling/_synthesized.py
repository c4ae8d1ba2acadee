"""What was made, as the events that keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from al_widgets.arrivals import arrived
from al_widgets.events import Synthesized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.context import Context
    from al_widgets.sampling._crafting import Crafted
    from al_widgets.sampling.query_synthesis import QuerySynthesis

_TOGETHER = 64  # items of one event


def synthesized(
    crafted: Crafted,
    sampling: QuerySynthesis,
    context: Context,
    ids: Sequence[str],
    annotator: str,
) -> list[Synthesized]:
    """Return the events that keep items for good, some dozens in each.

    Parameters
    ----------
    crafted : Crafted
        All that are kept.
    sampling : QuerySynthesis
        What made them. What it asks about inherits no label, and none of it is held back.
    context : Context
        What was known then.
    ids : sequence of str
        Of the new items.
    annotator : str
        In whose name they are kept.
    """
    name, names, events = context.pool.ids, context.classes, []
    for start in range(0, len(ids), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        made = crafted.made[part]
        kept = arrived(annotator, ids[part], crafted.rows[part], [each.content for each in made])
        event = Synthesized(
            annotator=annotator,
            items=kept.items,
            features=kept.features,
            contents=kept.contents,
            parents=tuple(tuple(name[i] for i in each.parents) for each in made),
            labels=tuple(
                None if sampling.asks or each.label is None else names[each.label] for each in made
            ),
            shares=tuple(_shares(each.shares, names) for each in made),
            recipes=tuple(each.recipe for each in made),
            held=("",) * len(made) if sampling.asks else crafted.held[part],
            seed=tuple(int(number) for number in context.seed),
            synthesizer=repr(sampling.synthesizer),
            target=sampling.target_name,
            spends=sampling.spend_budget,
        )
        events.append(event)
    return events


def _shares(shares: tuple[float, ...] | None, names: tuple[str, ...]) -> dict[str, float] | None:
    if shares is None:
        return None
    return {name: float(share) for name, share in zip(names, shares, strict=True) if share > 0}
