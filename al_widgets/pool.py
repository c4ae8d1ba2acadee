"""Pool: features for the model, content for the eye, a stable id for each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets._items import Items, Rows, Shared
from al_widgets.content import Content, as_images
from al_widgets.exceptions import InvalidInput
from al_widgets.featurizing import (
    PixelFeatures,
    TextFeatures,
    featurized,
    featurizer_for,
    texts_of,
)
from al_widgets.geometry import Geometries, Geometry, as_coordinates
from al_widgets.ids import Names, Positions, as_new_names, position_of
from al_widgets.matrix import (
    CHUNK,
    as_matrix,
    as_rows_of,
    as_width,
    require_finite,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from al_widgets.featurizing import Featurize

__all__ = ["CHUNK", "Pool"]


class Pool:
    """The items that can be asked about.

    Parameters
    ----------
    X : array, sparse matrix, memmap or DataFrame of shape (n_items, n_features)
        What the model sees. An array of images, of shape (n, height, width[, channels]), is taken
        as pixels for the model and as content for the eye. Columns of a DataFrame that are not
        numbers become indicator columns. Nothing is copied where that can be helped.
    content : sequence of length n_items, optional
        What a person sees: images, texts, table rows, in any of the forms that
        :class:`~al_widgets.content.Content` takes. The features themselves when None.
    ids : sequence of str or int, length n_items, optional
        A name for each item, kept with its label. Positions as text when None.
    map : array of shape (n_items, 2), optional
        Where the items lie on the map. Computed from the features when None; see
        :meth:`~al_widgets.geometry.Geometry.prepare_map`.
    featurize : callable, optional
        Makes an array of shape (n, n_features) of a list of n contents, as `X` was made; what makes
        new items needs it. When None: pixels of images are taken as they are, and rows of a
        DataFrame as those of `X`.

    Raises
    ------
    InvalidInput
        If the pool is empty, lengths differ, ids repeat, or a feature or coordinate is missing or
        infinite.

    Examples
    --------
    >>> pool = Pool(np.eye(3), content=["red", "green", "blue"])
    >>> pool
    <Pool of 3 items, 3 features, text>
    >>> pool.ids[1], pool.content[1]
    ('1', 'green')
    """

    _shared: Shared
    _items: Items
    _now: Pool | None = None  # as it is now, and does not grow; that itself, if this is one
    _geometry: Geometry | None = None

    def __init__(
        self,
        X: Any,
        content: Any = None,
        ids: Any = None,
        map: Any = None,  # noqa: A002 - what it is called everywhere else
        featurize: Featurize | None = None,
    ) -> None:
        if as_images(X):
            if content is None:
                content, featurize = X, featurize or PixelFeatures(X.shape[1:])
            X = X.reshape(len(X), -1)
        featurize = featurizer_for(X, content, featurize)
        features = as_matrix(X)
        n = features.shape[0]
        shown = X if hasattr(X, "columns") else Rows(features)
        seen = Content(shown if content is None else content)
        if len(seen) != n:
            raise InvalidInput(
                "content must have one entry for each row of X",
                f"{len(seen)} entries, {n} rows",
                "Pass both in the same order and length",
            )
        items = Items(features, Positions(n) if ids is None else Names(ids, n), seen)
        require_finite(features)
        coordinates = None if map is None else as_coordinates(map, n)
        has_content = content is not None or hasattr(X, "columns")
        self._begin(items, featurize, has_content, features.shape[1], coordinates)

    def _begin(
        self,
        items: Items,
        featurize: Featurize | None,
        has_content: bool,  # noqa: FBT001 - called in this class alone
        width: int | None,
        coordinates: np.ndarray | None = None,
    ) -> None:
        """Set up what the pool keeps however it grows."""
        geometries = Geometries(items.features, lambda: self.fingerprint, coordinates)
        self._shared = Shared(items, has_content, geometries, width, featurize=featurize)
        self._items = items

    @classmethod
    def empty(cls, n_features: int | None = None, featurize: Featurize | None = None) -> Pool:
        """Make a pool that has no item yet; see `grow`.

        Parameters
        ----------
        n_features : int, optional
            How many features the items will have, at least 1; the first ones decide when None.
        featurize : callable, optional
            Makes their features of what a person sees; see `Pool`.

        Examples
        --------
        >>> pool = Pool.empty()
        >>> pool
        <Pool of 0 items>
        >>> pool.grow(["a"], [[1.0, 2.0]], ["hello"])
        >>> pool
        <Pool of 1 items, 2 features, text>
        """
        width = as_width(n_features)
        pool = cls.__new__(cls)
        items = Items(np.empty((0, width or 0)), Positions(0), Content([]))
        featurize = featurizer_for(items.features, None, featurize)
        pool._begin(items, featurize, False, width)  # noqa: SLF001 - a pool of our own
        return pool

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, text: str, *, ids: str | None = None, n_features: int = 128
    ) -> Pool:
        """Make a pool of the texts in a column, with features made from them.

        Parameters
        ----------
        frame : DataFrame
            One row an item.
        text : str
            Name of the column that holds the texts.
        ids : str, optional
            Name of the column that holds the ids.
        n_features : int
            Length of the feature vectors: TF-IDF of words and word pairs, reduced by a truncated
            singular value decomposition (latent semantic analysis, Deerwester et al. 1990).
        """
        texts = texts_of(frame, text, ids)
        features, featurize = TextFeatures.of(texts, n_features)
        names = None if ids is None else frame[ids]
        return cls(features, content=texts, ids=names, featurize=featurize)

    # -- the items -----------------------------------------------------------------------------

    @property
    def features(self) -> Any:
        """What the model sees: an array or sparse matrix of shape (n_items, n_features)."""
        return self._items.features

    @property
    def ids(self) -> Sequence[str]:
        """The name of each item."""
        return self._items.ids

    @property
    def content(self) -> Content:
        """What a person sees."""
        return self._items.content

    @property
    def n_given(self) -> int:
        """How many items it began with: those since were added by `grow`."""
        return len(self._shared.given)

    @property
    def n_features(self) -> int | None:
        """How many features an item has; None as long as nobody knows."""
        return int(self.features.shape[1]) if len(self) else self._shared.width

    @property
    def has_content(self) -> bool:
        """Whether the items show anything but their features."""
        if len(self) and not self.n_given:
            return self._shared.contents[0] is not None
        return self._shared.has_content

    def featurize(self, contents: Sequence[Any]) -> np.ndarray:
        """Return features of contents, made as those of the pool were.

        Parameters
        ----------
        contents : sequence of length n
            What a person sees of each, of the kind that the pool shows.

        Returns
        -------
        ndarray of shape (n, n_features)
            Finite, and of the type of the pool's features.

        Raises
        ------
        InvalidInput
            If nobody said how; if the function fails, or returns anything else.

        Examples
        --------
        >>> pool = Pool(np.array([[3.0]]), ["red"], featurize=lambda texts: [[len(texts[0])]])
        >>> pool.featurize(["green"])
        array([[5.]])
        """
        return featurized(self._shared.featurize, contents, self.features)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        words = [f"{len(self):,} items"]
        if self.n_features is not None:
            words.append(f"{self.n_features} features")
        if len(self):
            words.append(self.content.card(0)["kind"] if self.has_content else "features only")
        return f"<Pool of {', '.join(words)}>"

    # -- growth --------------------------------------------------------------------------------

    def grow(self, ids: Sequence[str], rows: Any, contents: Sequence[Any] | None = None) -> None:
        """Append items. What was there stays as it is, where it is.

        Whoever reads on another thread sees the pool as it was or as it is, never a half; whoever
        needs it to stand still for longer than one look takes it as `fixed`.

        Parameters
        ----------
        ids : sequence of str
            New names.
        rows : array or sparse matrix of shape (n, n_features)
            What the model sees. They become of the kind and type that the pool's features are.
        contents : sequence of length n, optional
            What a person sees of each; the features where it is None.

        Raises
        ------
        InvalidInput
            And nothing was changed.

        Examples
        --------
        >>> pool = Pool(np.eye(2))
        >>> pool.grow(["new"], [[0.5, 0.5]], ["a text"])
        >>> pool.ids[2], pool.content[2], pool.n_given
        ('new', 'a text', 2)
        """
        if self._now is self:
            raise InvalidInput(
                "only the pool itself grows",
                "the pool as it was at one moment",
                "Grow the pool whose fixed() this is",
            )
        with self._shared.lock:
            items, shared = self._items, self._shared
            names = as_new_names(ids, items.ids)
            added = [None] * len(names) if contents is None else list(contents)
            if not names and not added:
                return
            rows = as_rows_of(items.features, rows)
            if not len(names) == rows.shape[0] == len(added):
                raise InvalidInput(
                    "new items have an id, a row and a content each",
                    f"{len(names)} ids, {rows.shape[0]} rows, {len(added)} contents",
                    "Pass all in the same order and length",
                )
            self._items, self._now = shared.followed(items, names, rows, added), None

    def fixed(self, n: int | None = None) -> Pool:
        """Return the pool as it is now, or as it was with its first `n` items; that never grows.

        Nothing is copied. It has the identity of the pool, and shares what is computed about it.

        Parameters
        ----------
        n : int, optional
            At least `n_given`, and no more than there are.

        Examples
        --------
        >>> pool = Pool(np.eye(2))
        >>> before = pool.fixed()
        >>> pool.grow(["new"], [[0.5, 0.5]])
        >>> before, len(pool), len(pool.fixed(2))
        (<Pool of 2 items, 2 features, features only>, 3, 2)
        """
        items, now = self._items, self._now
        n = len(items) if n is None else n
        if now is not None and len(now) == n:
            return now
        if not self.n_given <= n <= len(items):
            raise InvalidInput(
                "a pool had at least the items that it began with, and no more than it has now",
                f"n={n}, {self.n_given} given, {len(items)} now",
                "Pass a number between",
            )
        pool = Pool.__new__(Pool)
        pool._shared = self._shared  # noqa: SLF001 - the same pool
        pool._items = items if n == len(items) else self._shared.cut(items, n)  # noqa: SLF001
        pool._now = pool  # noqa: SLF001
        if pool._items is self._items:  # noqa: SLF001 - and not, if it grew meanwhile
            self._now = pool
        return pool

    def fork(self) -> Pool:
        """Return a pool of these items that grows by itself, and leaves this one as it is.

        Nothing is copied before it grows. What is computed about the items that this pool began
        with is shared. A learner takes one, so that items of its streams are its own.

        Examples
        --------
        >>> pool = Pool(np.eye(2))
        >>> other = pool.fork()
        >>> other.grow(["new"], [[0.5, 0.5]])
        >>> len(pool), len(other)
        (2, 3)
        """
        pool = Pool.__new__(Pool)
        pool._shared, pool._items = self._shared.fork(self._items)  # noqa: SLF001 - our own
        return pool

    def position(self, item: object) -> int:
        """Return where the item of this id stands.

        Raises
        ------
        UnknownItem
            If no item has it.
        """
        return position_of(self.ids, item)

    @property
    def geometry(self) -> Geometry:
        """Where the items lie, and which are near each other; computed when it is asked for.

        That of the items there are now: when the pool has grown, it is another one.
        """
        if self._now is not self:
            return self.fixed().geometry
        if self._geometry is None:
            self._geometry = self._shared.geometries.at(self.features)
        return self._geometry

    @property
    def identity(self) -> str:
        """A digest that tells these items from others: their ids, or else what they show.

        Features count only where nothing else names the items, so that better features of the same
        items find their labels again. Items that were added do not count.
        """
        if not self._shared.identity:
            self._shared.identity = self._shared.identify()
        return self._shared.identity

    @property
    def fingerprint(self) -> str:
        """A digest of the features and ids: what is computed from them may be kept under it.

        Items that were added do not count.
        """
        return self._shared.fingerprint(self.identity)
