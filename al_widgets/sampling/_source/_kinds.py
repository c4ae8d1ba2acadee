"""The kinds of streams, and how one is told from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import InvalidInput
from al_widgets.sampling._source._awaiting import AsyncFeed
from al_widgets.sampling._source._feeds import (
    IteratorFeed,
    MatrixFeed,
    QueueFeed,
    SequenceFeed,
    takes_timeout,
)
from al_widgets.sampling._source._frames import FrameFeed, FrameReader, is_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.sampling._source._feeds import Feed


def feed_of(stream: Any, reader: FrameReader) -> Feed:
    """Return what hands out the items of this kind of stream, without looking at any.

    Raises
    ------
    InvalidInput
        If it is none.
    """
    if is_frame(stream):
        return FrameFeed(stream, reader)
    if isinstance(stream, tuple) and stream and _is_matrix(stream[0]):
        return _columns_feed(stream)
    kind = _kind(stream)
    if kind is None:
        raise InvalidInput(
            "a stream is an iterable of items, a matrix, DataFrames, an async iterator, or a queue "
            "with get(timeout=...)",
            f"{type(stream).__name__} {stream!r:.80}",
            "Pass for example a generator of (features, content). If it is a function that makes "
            "one, call it",
        )
    return kind(stream)


def _kind(stream: Any) -> Callable[[Any], Feed] | None:
    if isinstance(stream, str | bytes | Mapping) or _is_row(stream):
        return None
    tests: dict[Callable[[Any], Feed], bool] = {
        AsyncFeed: hasattr(stream, "__aiter__"),
        MatrixFeed: _is_matrix(stream),
        SequenceFeed: isinstance(stream, Sequence),
        IteratorFeed: hasattr(stream, "__iter__"),
        QueueFeed: takes_timeout(stream),
    }
    for kind, is_it in tests.items():
        if is_it:
            return kind
    is_indexed = hasattr(stream, "__getitem__") and hasattr(stream, "__len__")
    return SequenceFeed if is_indexed else None


def _columns_feed(stream: tuple[Any, ...]) -> Feed:
    """Return a feed for (matrix, content), (matrix, content, ids), or a tuple of pictures."""
    n = stream[0].shape[0]
    shapes = [getattr(part, "shape", None) for part in stream]
    if len(stream) not in (2, 3) or not all(hasattr(part, "__len__") for part in stream[1:]):
        return SequenceFeed(stream)
    if shapes[0] == shapes[1]:
        raise InvalidInput(
            "a tuple as a stream is (matrix of features, content) or (features, content, ids)",
            f"{len(stream)} arrays of shape {shapes[0]}",
            "Pass a list if each of them is an item; zip(features, content) if each row is one",
        )
    if wrong := [len(part) for part in stream[1:] if len(part) != n]:
        raise InvalidInput(
            "content and ids must have an entry for each row of the features",
            f"{wrong[0]} entries, {n} rows",
            "Pass all in the same order and length",
        )
    return MatrixFeed(*stream)


def _is_matrix(values: Any) -> bool:
    """Whether rows can be read from it in slices: an array, a sparse matrix, a file of one."""
    shape = getattr(values, "shape", None)
    is_numeric = getattr(getattr(values, "dtype", None), "kind", "f") in "fiub"
    return isinstance(shape, tuple) and len(shape) >= 2 and is_numeric


def _is_row(values: Any) -> bool:
    """Whether it is a single number or a single row of them."""
    shape = getattr(values, "shape", None)
    kind = getattr(getattr(values, "dtype", None), "kind", "O")
    return isinstance(shape, tuple) and len(shape) < 2 and kind != "O"
