"""Items that come from outside the pool: kept for good in the log, and taken into the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.events import Arrived
from al_widgets.kept import content_from_record, content_to_record, rows_from_record, rows_to_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.pool import Pool


def arrived(annotator: str, items: Sequence[str], rows: Any, contents: Sequence[Any]) -> Arrived:
    """Return the event that keeps items for good.

    Parameters
    ----------
    annotator : str
        In whose name they are kept.
    items : sequence of str
        Their ids.
    rows : array of shape (n_items, n_features)
        What the model sees.
    contents : sequence
        What a person sees of each; None where that is the features.
    """
    return Arrived(
        annotator=annotator,
        items=tuple(items),
        features=rows_to_record(rows),
        contents=tuple(content_to_record(content) for content in contents),
    )


def admit(pool: Pool, event: Arrived) -> None:
    """Take items that arrived into a pool, unless it has them already."""
    new = [i for i, item in enumerate(event.items) if item not in pool.ids]
    if new:
        rows = rows_from_record(event.features)[new]
        contents = [content_from_record(event.contents[i]) for i in new]
        pool.grow([event.items[i] for i in new], rows, contents)
