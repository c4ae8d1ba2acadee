"""A stream as whoever decides about its items sees it."""

from __future__ import annotations

import hashlib
import math
import threading
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from al_widgets.exceptions import AlWidgetsError, InvalidInput, StreamFailed, StreamItemInvalid
from al_widgets.sampling._source._columns import Columns, checked, from_items, joined
from al_widgets.sampling._source._feeds import Feed, MatrixFeed, Piece
from al_widgets.sampling._source._frames import ChunksFeed, FrameFeed, FrameReader, is_frame
from al_widgets.sampling._source._kinds import feed_of
from al_widgets.sampling._source._taken import Taken

if TYPE_CHECKING:
    from al_widgets.sampling._source._feeds import ItemsFeed

_AT_ONCE = 65_536  # items that are passed over before the clock is looked at


class Source:
    """Takes the items of a stream, numbers them, and refuses what no model can read.

    The stream is not looked at before its first item is needed.

    Parameters
    ----------
    stream : iterable, matrix, DataFrame, async iterator or queue
        Gives ``(features, content)``, ``(features, content, id)`` or features alone, item by item.
        Features are a row of numbers: an array, a list, a sparse row, or a picture, which then is
        content too. A tuple of a matrix, a content of the same length and perhaps ids is read in
        columns; so is a DataFrame, or an iterable of them, each row an item. What has
        ``get(timeout=seconds)`` is a queue; an item that is None ends it. Items are taken many at a
        time, so each needs an array of its own: one that is filled anew would be read too late.
    features : str, sequence of str or callable, optional
        For DataFrames: the columns that the model sees, or a function of a frame that gives a
        matrix. The columns that are numbers when None.
    content : str or sequence of str, optional
        For DataFrames: the columns that a person sees; the row when None.
    ids : str, optional
        For DataFrames: the column of the ids.
    name : str, optional
        Names the stream; see `key`.
    n_features : int, optional
        How long each row must be. The first valid item decides when None.
    invalid : "raise" or "pass"
        Whether an item that is no row of finite numbers is an error, or is handed on as invalid.

    Attributes
    ----------
    position : int
        Number of the next item.
    n_features : int or None
    invalid : str
        Both may be set at any time.

    Raises
    ------
    InvalidInput
        If it is no stream, or a column is not in the DataFrame.

    Examples
    --------
    >>> source = Source(([i, i * i], f"item {i}") for i in range(5))
    >>> taken = source.take(3, patience=1)
    >>> taken.features.tolist()
    [[0.0, 0.0], [1.0, 1.0], [2.0, 4.0]]
    >>> [item.id for item in source.take(3, patience=1)], source.ended
    (['s3', 's4'], True)
    """

    def __init__(
        self,
        stream: Any,
        *,
        features: Any = None,
        content: Any = None,
        ids: str | None = None,
        name: str | None = None,
        n_features: int | None = None,
        invalid: str = "raise",
    ) -> None:
        if invalid not in {"raise", "pass"}:
            raise InvalidInput('invalid must be "raise" or "pass"', repr(invalid), "Pass one")
        self._reader = FrameReader(features, content, ids)
        self._feed: Feed = feed_of(stream, self._reader)
        self._is_settled = isinstance(self._feed, MatrixFeed | FrameFeed)
        if isinstance(self._feed, MatrixFeed) and self._reader.given:
            raise _for_frames_only(self._reader.given)
        self.n_features, self.invalid = n_features, invalid
        self.position = 0
        self._to_pass = 0  # items that are still to be passed over
        self._held: list[Piece] = []  # what was pulled and is not taken yet
        self._is_told = False  # of the failure
        self._key = name
        self._lock = threading.RLock()

    # -- what it is ----------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """What the stream is called in the log.

        The name that was given; or else a digest of its first item, which is waited for, and is
        still to be taken. Queues and asynchronous streams never give their first item again: they
        are called "queue" and "async".
        """
        if self._key is None:
            with self._lock:
                self._name(until=math.inf)
        return str(self._key)

    @property
    def replays(self) -> bool:
        """Whether it begins at the beginning in a new session, so that `skip` passes over items."""
        return self._feed.replays

    @property
    def ended(self) -> bool:
        """Whether all items were taken; known at the latest when there was nothing to take."""
        return not self._held and self._feed.ended

    @property
    def failure(self) -> Exception | None:
        """What the stream raised, until it goes on."""
        return self._feed.failure

    # -- taking --------------------------------------------------------------------------------

    def take(self, most: int, patience: float) -> Taken:
        """Take the next items.

        Parameters
        ----------
        most : int
            How many at most, at least 1.
        patience : float
            Seconds after which no further item is waited for. A plain iterator cannot be
            interrupted while it makes an item.

        Returns
        -------
        Taken
            The items in order. Empty if none came in time, or if there are no more: see `ended`.

        Raises
        ------
        StreamItemInvalid
            If the next item is no row of finite numbers. It stays the next one: set
            ``invalid = "pass"`` to go on.
        StreamFailed
            If the stream raised where the next item should be. Take again to try again.
        """
        until = monotonic() + patience
        with self._lock:
            if self._is_told:
                self._is_told = False
                self._feed.retry()
            parts: list[Columns] = []
            try:
                if not self._to_pass or self._pass_over(until):
                    self._collect(parts, most, until)
            except BaseException:
                self._held[:0] = parts
                raise
            return self._taken(parts)

    def skip(self, n: int) -> None:
        """Begin after the first `n` items of the stream.

        They are passed over when items are taken, as far as patience goes. A stream that does not
        begin at the beginning again, `replays`, goes on where it is: only the numbers begin at `n`.
        """
        with self._lock:
            ahead = n - self.position - self._to_pass
            if ahead < 0:
                raise InvalidInput(
                    "a stream goes forward only",
                    f"skip({n}) at item {self.position + self._to_pass}",
                    "Pass the stream anew",
                )
            if self.replays:
                self._to_pass += ahead
            else:
                self.position += ahead

    def close(self) -> None:
        """Take no more: ends the thread of an asynchronous stream."""
        self._feed.close()

    # -- inside --------------------------------------------------------------------------------

    def _collect(self, parts: list[Columns], most: int, until: float) -> None:
        """Append columns until there are `most` items, or none comes."""
        while most > 0:
            piece = self._next(most, until, is_first=not parts)
            if not len(piece):
                if not parts and self.failure is not None:
                    raise self._failed()
                return
            columns = self._columns(piece)
            if columns.faults and self.invalid == "raise":
                valid = min(columns.faults)
                self._held.insert(0, piece[valid:])
                if not valid and not parts:
                    raise _invalid(self.position, columns.faults[0])
                columns, most = columns[:valid], valid
            if self.n_features is None and len(columns):
                self.n_features = columns.features.shape[1] or None
            parts.append(columns)
            most -= len(columns)

    def _next(self, most: int, until: float, *, is_first: bool) -> Piece:
        """Return what is held, or else what the feed has in time."""
        if self._held:
            piece = self._held.pop(0)
            if len(piece) > most:
                self._held.insert(0, piece[most:])
                piece = piece[:most]
            return piece
        if self._feed.ended or self.failure is not None or not (is_first or monotonic() < until):
            return []
        if self._is_settled:
            return self._feed.pull(most, until)
        return self._first(most, until)

    def _first(self, most: int, until: float) -> Piece:
        """Look at the first item: if it is a DataFrame, there are many in it."""
        feed = cast("ItemsFeed", self._feed)  # the other kinds have no first item to look at
        first = feed.pull(1, until)
        if not len(first):
            return []
        self._is_settled = True
        if is_frame(first[0]):
            self._feed = ChunksFeed(feed, self._reader, first[0])
            return self._feed.pull(most, until)
        if self._reader.given:
            raise _for_frames_only(self._reader.given)
        if len(first) == most or monotonic() >= until:
            return first
        self._held.append(first)
        rest = feed.pull(most - 1, until)
        self._held.pop()
        return [*first, *rest]

    def _columns(self, piece: Piece) -> Columns:
        if isinstance(piece, Columns):
            return checked(piece, self.n_features)
        return from_items(piece, self.n_features)

    def _taken(self, parts: list[Columns]) -> Taken:
        start = self.position
        if not parts:
            return Taken(start, np.zeros((0, self.n_features or 0)), [])
        columns = joined(parts)
        self.position += len(columns)
        if self._key is None and start == 0:
            self._key = self._digest(columns)
        ids: Any = columns.ids
        if ids is not None and None in ids:
            ids = [f"s{start + at}" if each is None else each for at, each in enumerate(ids)]
        return Taken(start, columns.features, columns.contents, ids, columns.faults)

    def _pass_over(self, until: float) -> bool:
        """Pass over what is to be skipped; return whether that is done."""
        self._name(until)
        while self._to_pass:
            if self._held or not self._is_settled:
                done = len(self._next(min(self._to_pass, _AT_ONCE), until, is_first=True))
            else:
                done = self._feed.discard(min(self._to_pass, _AT_ONCE), until)
            self._to_pass -= done
            self.position += done
            if not done and self.failure is not None:
                raise self._failed()
            if not done or monotonic() >= until:
                break
        return not self._to_pass

    def _name(self, until: float) -> None:
        """Find out what the stream is called, if its first item comes in time."""
        if self._key is not None:
            return
        if not self.replays:
            self._key = self._feed.kind
            return
        piece = self._next(1, until, is_first=True)
        if len(piece):
            self._held.insert(0, piece)
            self._key = self._digest(self._columns(piece))
        elif self.failure is not None:
            raise self._failed()
        elif self._feed.ended:
            self._key = "empty"

    def _digest(self, columns: Columns) -> str:
        """Return a name made of the first item."""
        if not self.replays:
            return self._feed.kind
        row = columns.features[:1]
        row = row.toarray() if hasattr(row, "toarray") else row
        digest = hashlib.blake2b(np.asarray(row, "<f8").tobytes(), digest_size=8)
        if columns.ids is not None:
            digest.update(str(columns.ids[0]).encode())
        if isinstance(columns.contents[0], str):
            digest.update(columns.contents[0].encode())
        return digest.hexdigest()

    def _failed(self) -> AlWidgetsError:
        """Return the error that tells why the stream failed."""
        cause = self.failure
        self._is_told = True
        if isinstance(cause, AlWidgetsError):
            return cause
        told = StreamFailed(
            "a stream must give its items without an error",
            f"{type(cause).__name__}: {cause} at item {self.position}",
            self._feed.remedy,
            number=self.position,
        )
        told.__cause__ = cause
        return told


def _invalid(number: int, why: str) -> StreamItemInvalid:
    return StreamItemInvalid(
        "an item of a stream is (features, content), (features, content, id) or features alone, "
        "and its features are a row of finite numbers, as many as in the others",
        f"{why}, at item {number}",
        'Mend the stream, or pass over such items with invalid="pass"',
        number=number,
    )


def _for_frames_only(names: list[str]) -> InvalidInput:
    return InvalidInput(
        f"{' and '.join(f'{name}=' for name in names)} is for a stream of DataFrames",
        "a stream of items",
        "Leave it out, and give each item as (features, content, id)",
    )
