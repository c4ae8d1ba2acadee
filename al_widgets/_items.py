"""The items of a pool at one moment, and what the pool keeps through all of them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.content import Content
from al_widgets.content import Followed as FollowedContent
from al_widgets.ids import Followed as FollowedIds
from al_widgets.ids import Names
from al_widgets.matrix import Growing, dense

if TYPE_CHECKING:
    from al_widgets.geometry import Geometries

_SAMPLE = 512  # rows that speak for the whole pool in its fingerprint


class _Added(Sequence[Any]):
    """What is seen of items that were added: what was given for it, or else the features."""

    def __init__(self, contents: list[Any], features: Any, n_given: int, n: int) -> None:
        self._contents, self._rows = contents, Rows(features)
        self._n_given, self._n = n_given, n

    def __len__(self) -> int:
        return self._n - self._n_given

    def __getitem__(self, position: Any) -> Any:
        content = self._contents[position]
        return self._rows[self._n_given + position] if content is None else content


class Rows(Sequence[dict[str, float]]):
    """Rows of features as content, for a pool that has nothing better to show."""

    def __init__(self, features: Any) -> None:
        self._features = features

    def __len__(self) -> int:
        return int(self._features.shape[0])

    def __getitem__(self, position: Any) -> Any:
        row = self._features[position]
        if hasattr(row, "tocoo"):
            entries = row.tocoo()
            columns, values = entries.coords[-1], entries.data
        else:
            columns, values = range(len(row)), row
        return {f"feature {j}": float(value) for j, value in zip(columns, values, strict=True)}


@dataclass(frozen=True, slots=True)
class Items:
    """All items at one moment: replaced as a whole, so that nobody sees the half of a change.

    Attributes
    ----------
    features : array or sparse matrix of shape (n_items, n_features)
    ids : sequence of str
    content : Content
    """

    features: Any
    ids: Sequence[str]
    content: Content

    def __len__(self) -> int:
        return len(self.ids)


@dataclass
class Shared:
    """What a pool has in common with itself at other moments.

    Attributes
    ----------
    given : Items
        Those that it began with.
    has_content : bool
        Whether they show anything but features.
    geometries : Geometries
    width : int or None
        Number of features; None where the first rows decide.
    contents : list
        What is seen of the items that were added.
    featurize : callable or None
        Makes features of content as theirs were made; None where nobody knows.
    lock : Lock
        Held by who adds some.
    """

    given: Items
    has_content: bool
    geometries: Geometries
    width: int | None  # None: the first rows decide
    contents: list[Any] = field(default_factory=list)  # of the items that were added
    identity: str = ""
    growing: Growing | None = None
    featurize: Callable[[list[Any]], Any] | None = None

    def __post_init__(self) -> None:
        self.lock = threading.Lock()

    def followed(
        self, items: Items, names: Sequence[str], rows: Any, contents: Sequence[Any]
    ) -> Items:
        """Return the items and new ones after them; `items` are the newest."""
        if self.growing is None:
            self.growing = Growing(items.features)
        features = self.growing.add(rows)
        ids = items.ids if isinstance(items.ids, FollowedIds) else FollowedIds(items.ids)
        self.contents.extend(contents)
        return Items(features, ids.and_by(names), self.content(features))

    def fork(self, items: Items) -> tuple[Shared, Items]:
        """Return what a pool of these items that grows by itself keeps, and its items."""
        contents = self.contents[: len(items) - len(self.given)]
        fork = Shared(
            self.given,
            self.has_content,
            self.geometries.fork(),
            self.width,
            contents,
            self.identity,
            featurize=self.featurize,
        )
        if isinstance(items.ids, FollowedIds):
            items = Items(items.features, items.ids.fork(), items.content)
        return fork, items

    def content(self, features: Any) -> Content:
        """Return what is seen of all items that have a row of features."""
        n = features.shape[0]
        shown = _Added(self.contents, features, len(self.given), n)
        return FollowedContent(self.given.content, shown)

    def cut(self, items: Items, n: int) -> Items:
        """Return the first `n` items."""
        if n == len(self.given):
            return self.given
        features, ids = items.features[:n], items.ids
        assert isinstance(ids, FollowedIds)  # noqa: S101 - there are more than were given
        return Items(features, ids.cut(n), self.content(features))

    def identify(self) -> str:
        """Return a digest of the given items."""
        digest, items = hashlib.blake2b(digest_size=16), self.given
        sample = spread_sample(len(items))
        digest.update(str(len(items)).encode())
        if not sample:
            digest.update(repr(self.width).encode())
        elif isinstance(items.ids, Names):
            for name in items.ids:
                digest.update(name.encode() + b"\0")
        elif self.has_content:
            for position in sample:
                card = items.content.card(position)
                digest.update(repr(sorted(card.items())).encode())
        else:
            digest.update(dense(items.features[sample]).astype(np.float32).tobytes())
        return digest.hexdigest()

    def fingerprint(self, identity: str) -> str:
        """Return a digest of the given items' features, and of their identity."""
        features = self.given.features
        digest = hashlib.blake2b(identity.encode(), digest_size=16)
        digest.update(repr((features.shape, str(features.dtype))).encode())
        digest.update(dense(features[spread_sample(len(self.given))]).tobytes())
        return digest.hexdigest()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.lock = threading.Lock()


def spread_sample(n: int) -> list[int]:
    """Return positions spread evenly over the pool, the first and the last among them."""
    if n == 0:
        return []
    return [int(i) for i in np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(int))]
