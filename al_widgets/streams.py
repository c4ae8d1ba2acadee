"""What was decided about the items of a stream, as far as it must be known to go on and be shown.

However long a stream is, this stays small: items that were accepted are in the log alone. Only what
is asked about, and so limited by the budget, is kept item by item.
"""

from __future__ import annotations

import base64
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from al_widgets.events import Streamed

RECENT = 10_000
"""How many of the newest confidences are kept, to tell what another threshold would ask."""

MOST_POINTS = 512
"""Points of the picture of a stream; two become one when there are more."""

_SCALE = 65_535  # a confidence takes two bytes


class Draw(NamedTuple):
    """An item that was drawn at random, and what the model said of it before it was answered.

    Attributes
    ----------
    item, label : str
        Which item, and what the model said.
    confidence : float
        How sure it was.
    would_accept : bool
        Whether that label would have been accepted.
    probability : float
        With which the item was drawn; greater than 0.
    number : int
        Where in the stream it stood.
    position : int
        Where in the log.
    """

    item: str
    label: str
    confidence: float
    would_accept: bool
    probability: float
    number: int
    position: int


class Waiting(NamedTuple):
    """An item that a person is to be asked about, as soon as a query has room for it.

    Attributes
    ----------
    item : str
    confidence : float
        Of the model, 0 where there was none yet.
    threshold : float
        Below which it was asked about.
    is_drawn : bool
        Whether it was drawn at random.
    """

    item: str
    confidence: float
    threshold: float
    is_drawn: bool


class Point(NamedTuple):
    """What happened in one part of a stream: sums over `n` items that end before number `end`."""

    end: int
    n: int
    confidence: float
    accepted: int
    asked: int
    threshold: float

    def with_next(self, other: Point) -> Point:
        """Return both as one."""
        return Point(
            other.end,
            self.n + other.n,
            self.confidence + other.confidence,
            self.accepted + other.accepted,
            self.asked + other.asked,
            other.threshold,
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about items in a row, as arrays of length n.

    Attributes
    ----------
    ids : sequence of str
    label : ndarray of int
        What the model said, as positions in `names`.
    names : tuple of str
        The classes that occur.
    confidence : ndarray of float
        From 0 to 1.
    is_asked, is_accepted : ndarray of bool
    """

    ids: Sequence[str]
    label: np.ndarray
    names: tuple[str, ...]
    confidence: np.ndarray
    is_asked: np.ndarray
    is_accepted: np.ndarray


class Numbered(Sequence[str]):
    """The ids of items in a row, of a stream that gives them none: "s0", "s1", ...

    Examples
    --------
    >>> Numbered("s", 7, 3)[1]
    's8'
    """

    def __init__(self, prefix: str, start: int, n: int) -> None:
        self._prefix, self._numbers = prefix, range(start, start + n)

    def __getitem__(self, offset: Any) -> Any:
        return f"{self._prefix}{self._numbers[offset]}"

    def __len__(self) -> int:
        return len(self._numbers)


def pack_labels(label: np.ndarray, n_names: int) -> str:
    """Return labels as text: positions in the names, one or two bytes each."""
    return base64.b64encode(label.astype("u1" if n_names <= 256 else "<u2").tobytes()).decode()


def pack_confidences(confidence: np.ndarray) -> str:
    """Return confidences as text, two bytes each.

    Examples
    --------
    >>> unpack_confidences(pack_confidences(np.array([0.0, 0.8, 1.0])))
    array([0. , 0.8, 1. ])
    """
    return base64.b64encode(np.rint(confidence * _SCALE).astype("<u2").tobytes()).decode()


def unpack_confidences(packed: str) -> np.ndarray:
    """Return the confidences that were packed; of shape (n_items,), to the fifth digit."""
    return np.frombuffer(base64.b64decode(packed), "<u2") / _SCALE


def decided(event: Streamed) -> Decided:
    """Unpack what an event says of each item."""
    kind = "u1" if len(event.names) <= 256 else "<u2"
    is_asked = np.zeros(event.n, dtype=bool)
    is_asked[list(event.asked)] = True
    is_accepted = ~is_asked
    is_accepted[list(event.passed)] = False
    return Decided(
        ids=event.ids or Numbered(event.prefix, event.start, event.n),
        label=np.frombuffer(base64.b64decode(event.labels), kind),
        names=event.names,
        confidence=unpack_confidences(event.confidences),
        is_asked=is_asked,
        is_accepted=is_accepted,
    )


class Accepted(NamedTuple):
    """An item that has the model's label.

    Attributes
    ----------
    item, label : str
    confidence : float
        How sure the model was, from 0 to 1.
    number : int
        Where in the stream it stood.
    event : Streamed
        That says so.
    """

    item: str
    label: str
    confidence: float
    number: int
    event: Streamed


def accepted(events: Sequence[Streamed]) -> Iterator[Accepted]:
    """Yield the items that were accepted, each once: of several words on one the newest counts.

    Parameters
    ----------
    events : sequence of Streamed
        In the order of the log.
    """
    later: list[set[str]] = []  # ids that come again after each event
    seen: set[str] = set()
    for event in reversed(events):
        later.append(seen & set(event.ids))
        seen.update(event.ids)
    for event, again in zip(events, reversed(later), strict=True):
        found = decided(event)
        for i in np.flatnonzero(found.is_accepted).tolist():
            if not again or found.ids[i] not in again:
                label = found.names[found.label[i]]
                yield Accepted(
                    found.ids[i], label, float(found.confidence[i]), event.start + i, event
                )


@dataclass(slots=True)
class Stream:
    """How far a stream is, and what was decided so far.

    Attributes
    ----------
    prefix : str
        What ids begin with, of items that the stream gives none.
    position : int
        How many items were decided about; the number of the next one.
    n_accepted, n_asked, n_passed : int
        How many of them the model labeled, how many a person was to, how many were passed over.
    accepted : Counter of str
        Accepted items a class.
    threshold : float
        Below which confidence the newest were asked about; NaN before the first.
    memory : dict
        What the threshold knew then.
    waiting : list of Waiting
        Items to be asked about that no query has asked about yet.
    draws : list of Draw
        What was drawn at random, in order.
    points : list of Point
        The course of it, at most `MOST_POINTS`.
    """

    prefix: str = ""
    position: int = 0
    n_accepted: int = 0
    n_asked: int = 0
    n_passed: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    threshold: float = float("nan")
    memory: dict[str, Any] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    _grain: int = 1  # items a point, at least
    _recent: deque[np.ndarray] = field(default_factory=deque)

    def apply(self, position: int, event: Streamed) -> None:
        """Take in what was decided, which stands at `position` of the log."""
        found = decided(event)
        sums = np.bincount(found.label[found.is_accepted], minlength=len(event.names))
        self.accepted += Counter(dict(zip(event.names, sums.tolist(), strict=True)))
        n_accepted, n_asked = int(sums.sum()), len(event.asked)
        self.prefix = event.prefix
        self.position = max(self.position, event.start + event.n)
        self.n_accepted += n_accepted
        self.n_asked += n_asked
        self.n_passed += len(event.passed)
        self.threshold, self.memory = event.threshold, event.memory
        drawn, would = set(event.drawn), set(event.would_accept)
        self.waiting += [
            Waiting(
                found.ids[offset],
                float(found.confidence[offset]),
                event.threshold,
                offset in drawn,
            )
            for offset in event.asked
        ]
        for offset, probability in zip(event.drawn, event.probabilities, strict=True):
            self.draws.append(
                Draw(
                    found.ids[offset],
                    found.names[found.label[offset]],
                    float(found.confidence[offset]),
                    offset in would,
                    probability,
                    event.start + offset,
                    position,
                )
            )
        total = float(found.confidence.sum())
        self._point(
            Point(event.start + event.n, event.n, total, n_accepted, n_asked, event.threshold)
        )
        self._remember(found.confidence)

    def _point(self, point: Point) -> None:
        if self.points and self.points[-1].n < self._grain:
            self.points[-1] = self.points[-1].with_next(point)
        else:
            self.points.append(point)
        if len(self.points) > MOST_POINTS:
            pairs = zip(self.points[::2], self.points[1::2], strict=False)
            odd = self.points[-1:] if len(self.points) % 2 else []
            self.points = [one.with_next(other) for one, other in pairs] + odd
            self._grain *= 2

    def _remember(self, confidence: np.ndarray) -> None:
        self._recent.append(confidence[-RECENT:].astype(np.float32))
        while sum(map(len, self._recent)) - len(self._recent[0]) >= RECENT:
            self._recent.popleft()
        if len(self._recent) > 64:  # many small ones
            joined = self.recent
            self._recent.clear()
            self._recent.append(joined)

    @property
    def recent(self) -> np.ndarray:
        """The newest confidences, oldest first; at most `RECENT`, float32."""
        if not self._recent:
            return np.empty(0, dtype=np.float32)
        return np.concatenate(self._recent)[-RECENT:]
