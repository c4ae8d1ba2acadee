"""What hands out the items of each kind of stream.

A feed never raises what its stream raises: it keeps that as its `failure`, so that what came before
can be taken first.
"""

from __future__ import annotations

import inspect
import queue
from collections.abc import Iterator, Sequence
from itertools import islice
from time import monotonic
from typing import Any

import numpy as np

from al_widgets.content import Content
from al_widgets.sampling._source._columns import Columns, as_floats
from al_widgets.sampling._source._taken import Part

Piece = Sequence[Any] | Columns
"""Items as the caller gave them, or in columns."""


class Feed:
    """Hands out the items of a stream, each of them once and in order.

    Attributes
    ----------
    replays : bool
        Whether the stream begins at the beginning in a new session.
    kind : str
        What it is, in one word.
    remedy : str
        How to go on after the stream failed.
    ended : bool
        Whether it is known that there are no more items.
    failure : Exception or None
        What the stream raised.
    """

    replays = True
    kind = "stream"
    remedy = "Mend it and take again: it goes on with this item"

    def __init__(self) -> None:
        self.ended = False
        self.failure: Exception | None = None

    def pull(self, most: int, until: float) -> Piece:
        """Return at most `most` items, of what comes until the clock says `until`."""
        raise NotImplementedError

    def discard(self, n: int, until: float) -> int:
        """Pass over at most `n` items; return over how many."""
        return len(self.pull(n, until))

    def retry(self) -> None:
        """Forget the failure, if it makes sense to try again."""
        self.failure = None

    def close(self) -> None:
        """Hand out nothing any more."""
        self.ended = True


class ItemsFeed(Feed):
    """Hands out items as the caller gave them, and keeps them if it is interrupted."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[Any] = []

    def pull(self, most: int, until: float) -> Sequence[Any]:
        """Return the next items."""
        kept = self._kept
        items, self._kept = kept[:most], kept[most:]
        if self.ended or self.failure is not None or len(items) == most:
            return items
        try:
            self._gather(items, most, until)
        except Exception as error:  # noqa: BLE001 - the caller's code; whoever takes is told
            self.failure = error
        except BaseException:
            self._kept = items
            raise
        return items

    def _gather(self, items: list[Any], most: int, until: float) -> None:
        """Append the next items, until there are `most`."""
        raise NotImplementedError


class SequenceFeed(ItemsFeed):
    """Of a list, a tuple, or whatever knows its length and gives items by their position."""

    def __init__(self, values: Any) -> None:
        super().__init__()
        self._values, self._position = values, 0

    def _gather(self, items: list[Any], most: int, until: float) -> None:
        end = min(self._position + most - len(items), len(self._values))
        if isinstance(self._values, list | tuple):
            items += self._values[self._position : end]
            self._position = end
        while self._position < end:
            items.append(self._values[self._position])
            self._position += 1
            if monotonic() >= until:
                break
        self.ended = self._position >= len(self._values)

    def discard(self, n: int, until: float) -> int:  # noqa: ARG002 - takes no time
        """Go on `n` items further."""
        n = min(n, len(self._values) - self._position)
        self._position += n
        self.ended = self._position >= len(self._values)
        return n


class MatrixFeed(Feed):
    """Of rows that stand in a matrix already.

    Parameters
    ----------
    features : array or sparse matrix of shape (n, n_features), or pictures
        Read in slices, so that it may be a file.
    content, ids : sequence of length n, optional
    """

    def __init__(self, features: Any, content: Any = None, ids: Any = None) -> None:
        super().__init__()
        self._values = features.tocsr() if hasattr(features, "tocsr") else features
        self._content, self._ids, self._position = content, ids, 0

    def pull(self, most: int, until: float) -> Piece:  # noqa: ARG002 - takes no time
        """Return the next rows."""
        start, end = self._position, min(self._position + most, self._values.shape[0])
        try:
            rows = self._values[start:end]
            contents = _slice(self._content, start, end)
            ids = None if self._ids is None else [str(name) for name in self._ids[start:end]]
        except Exception as error:  # noqa: BLE001 - it may be a file that cannot be read
            self.failure = error
            return []
        self._position = end
        self.ended = end >= self._values.shape[0]
        if len(self._values.shape) > 2:
            contents = rows if self._content is None else contents
            rows = rows.reshape(len(rows), -1)
        return Columns(as_floats(_plain(rows)), contents, ids)

    def discard(self, n: int, until: float) -> int:  # noqa: ARG002
        """Go on `n` rows further."""
        n = min(n, self._values.shape[0] - self._position)
        self._position += n
        self.ended = self._position >= self._values.shape[0]
        return n


class IteratorFeed(ItemsFeed):
    """Of whatever can be iterated; if it can be once more, that is done after a failure."""

    def __init__(self, values: Any) -> None:
        super().__init__()
        self._values = values
        self._is_final = inspect.isgenerator(values)  # it cannot go on after it raised
        self._items: Iterator[Any] | None = None
        self._n_given = self._n_behind = 0
        if self._is_final:
            self.remedy = "Pass the stream anew: it goes on with this item"

    def _gather(self, items: list[Any], most: int, until: float) -> None:
        if self._items is None:
            self._items = iter(self._values)
        for _ in islice(self._items, self._n_behind):  # it began anew after a failure
            self._n_behind -= 1
        append, clock = items.append, monotonic
        n_kept = len(items)
        try:
            for item in islice(self._items, most - n_kept):
                append(item)
                if clock() >= until:
                    return
            self.ended = len(items) < most
        finally:
            self._n_given += len(items) - n_kept

    def retry(self) -> None:
        """Begin anew, and pass over what was given already."""
        if self._is_final:
            return
        self.failure = None
        if self._items is not self._values:
            self._items, self._n_behind = None, self._n_given


class QueueFeed(ItemsFeed):
    """Of a queue, or whatever has ``get(timeout=seconds)``; an item that is None ends it."""

    replays = False
    kind = "queue"
    _ends: tuple[type[Exception], ...] = (
        (queue.ShutDown,) if hasattr(queue, "ShutDown") else ()  # from Python 3.13 on
    )

    def __init__(self, values: Any) -> None:
        super().__init__()
        self._values = values

    def _gather(self, items: list[Any], most: int, until: float) -> None:
        while len(items) < most:
            try:
                item = self._values.get(timeout=max(0.0, until - monotonic()))
            except (queue.Empty, TimeoutError):
                return
            except self._ends:
                item = None
            if item is None:
                self.ended = True
                return
            items.append(item)


def takes_timeout(values: Any) -> bool:
    """Whether it has ``get(timeout=seconds)``, as queues have."""
    get = getattr(values, "get", None)
    if not callable(get) or inspect.iscoroutinefunction(get):
        return False
    try:
        parameters = inspect.signature(get).parameters.values()
    except ValueError:  # written in C, and silent about it
        return True
    return any(each.name == "timeout" or each.kind is each.VAR_KEYWORD for each in parameters)


def _slice(content: Any, start: int, end: int) -> Sequence[Any]:
    if content is None:
        return [None] * (end - start)
    if isinstance(content, list | tuple | np.ndarray):
        return content[start:end]  # type: ignore[return-value]
    return Part(Content(content), range(start, end))


def _plain(rows: Any) -> Any:
    return rows if hasattr(rows, "tocsr") else np.asarray(rows)
