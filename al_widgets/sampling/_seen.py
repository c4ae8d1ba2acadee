"""The last items of a stream that passed, for whoever watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.streams import decided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.events import Streamed
    from al_widgets.sampling._source import Taken


class Seen(NamedTuple):
    """An item that passed, for whoever watches.

    Attributes
    ----------
    number : int
        Where in the stream it stood.
    item, label : str
        Its id, and what the model said of it.
    confidence, threshold : float
        How sure the model was, and below which confidence it was asked about.
    became : str
        "accepted", "asked", "drawn" (and so asked about), or "passed".
    content : Any
        What a person sees; None where the features are shown.
    features : ndarray of shape (n_features,)
    """

    number: int
    item: str
    label: str
    confidence: float
    threshold: float
    became: str
    content: Any
    features: np.ndarray


def rows_of(passed: Sequence[Seen]) -> Any:
    """Return the features of some items, as a matrix."""
    rows = [each.features for each in passed]
    if hasattr(rows[0], "tocsr"):
        from scipy import sparse  # noqa: PLC0415 - only where there are some

        return sparse.vstack(rows, format="csr")
    return np.vstack(rows)


def seen(taken: Taken, event: Streamed, most: int) -> list[Seen]:
    """Return the last `most` of the items that an event decided about."""
    found, drawn, passed = decided(event), set(event.drawn), set(event.passed)
    last = []
    for i in range(max(0, event.n - most), event.n):
        became = "asked" if found.is_asked[i] else "accepted"
        became = "drawn" if i in drawn else "passed" if i in passed else became
        last.append(
            Seen(
                event.start + i,
                found.ids[i],
                found.names[found.label[i]],
                float(found.confidence[i]),
                event.threshold,
                became,
                taken.contents[i],
                taken[i].features,
            )
        )
    return last
