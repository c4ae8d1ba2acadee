"""Where the items of a stream come from, and how they become numbered columns.

`Source` takes items from a *feed*, of which there is one kind for each kind of stream
(`_feeds`, `_awaiting`, `_frames`). A feed hands out pieces: lists of items as the caller gave them,
or columns where the stream has columns already. `_columns` makes columns of all of them, and finds
what is no row of finite numbers. What a feed handed out and nobody took yet is held, so nothing is
lost by looking at the first item, or by an item that is invalid.
"""

from __future__ import annotations

from al_widgets.sampling._source._source import Source
from al_widgets.sampling._source._taken import Item, Taken, together

__all__ = ["Item", "Source", "Taken", "together"]
