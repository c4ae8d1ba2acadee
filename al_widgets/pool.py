"""Pool: features for the model, content for the eye, a stable id for each item."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.content import Content, as_images
from al_widgets.exceptions import InvalidInput, UnknownItem
from al_widgets.geometry import Geometry, as_coordinates
from al_widgets.ids import Names, Positions

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 65_536
"""Rows that are looked at together, so that memory does not grow with the pool."""

_SAMPLE = 512  # rows that speak for the whole pool in its fingerprint


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

    def __init__(
        self,
        X: Any,
        content: Any = None,
        ids: Any = None,
        map: Any = None,  # noqa: A002 - what it is called everywhere else
    ) -> None:
        if as_images(X):
            content = X if content is None else content
            X = X.reshape(len(X), -1)
        self.features = _features(X)
        n, n_features = self.features.shape
        shown = X if hasattr(X, "columns") else _Rows(self.features)
        self.content = Content(shown if content is None else content)
        self._has_content = content is not None or hasattr(X, "columns")
        if len(self.content) != n:
            raise InvalidInput(
                "content must have one entry for each row of X",
                f"{len(self.content)} entries, {n} rows",
                "Pass both in the same order and length",
            )
        self.ids: Sequence[str] = Positions(n) if ids is None else Names(ids, n)
        _require_finite(self.features)
        self.n_features = n_features
        self._coordinates = None if map is None else as_coordinates(map, n)

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
        for column in (text, *(() if ids is None else (ids,))):
            if column not in frame.columns:
                raise InvalidInput(
                    "the column must be in the frame",
                    repr(column),
                    f"Choose one of {[str(name) for name in frame.columns]}",
                )
        texts = frame[text].astype(str).to_numpy()
        return cls(
            _text_features(texts, n_features),
            content=texts,
            ids=None if ids is None else frame[ids],
        )

    def __len__(self) -> int:
        return len(self.content)

    def __repr__(self) -> str:
        kind = self.content.card(0)["kind"] if self._has_content else "features only"
        return f"<Pool of {len(self):,} items, {self.n_features} features, {kind}>"

    def position(self, item: object) -> int:
        """Return where the item of this id stands.

        Raises
        ------
        UnknownItem
            If no item has it.
        """
        try:
            return self.ids.index(str(item))
        except ValueError:
            raise UnknownItem(
                "the id must be one of the pool's",
                repr(item),
                f"The pool has {len(self):,} ids, from {self.ids[0]!r} to {self.ids[-1]!r}",
            ) from None

    @cached_property
    def geometry(self) -> Geometry:
        """Where the items lie, and which are near each other; computed when it is asked for."""
        return Geometry(self.features, lambda: self.fingerprint, self._coordinates)

    @property
    def identity(self) -> str:
        """A digest that tells these items from others: their ids, or else what they show.

        Features count only where nothing else names the items, so that better features of the same
        items find their labels again.
        """
        digest = hashlib.blake2b(digest_size=16)
        digest.update(str(len(self)).encode())
        sample = _sample(len(self))
        if isinstance(self.ids, Names):
            for name in self.ids:
                digest.update(name.encode() + b"\0")
        elif self._has_content:
            for position in sample:
                card = self.content.card(position)
                digest.update(repr(sorted(card.items())).encode())
        else:
            digest.update(_dense(self.features[sample]).astype(np.float32).tobytes())
        return digest.hexdigest()

    @property
    def fingerprint(self) -> str:
        """A digest of the features and ids: what is computed from them may be kept under it."""
        digest = hashlib.blake2b(self.identity.encode(), digest_size=16)
        digest.update(repr((self.features.shape, str(self.features.dtype))).encode())
        digest.update(_dense(self.features[_sample(len(self))]).tobytes())
        return digest.hexdigest()


class _Rows(Sequence[dict[str, float]]):
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


def _features(X: Any) -> Any:
    """Return X as a number matrix that can be indexed by rows."""
    if hasattr(X, "columns"):
        X = _frame_features(X)
    elif hasattr(X, "tocsr"):
        X = X.tocsr()
    elif not isinstance(X, np.ndarray):
        try:
            X = np.asarray(X)
        except ValueError as error:
            raise InvalidInput(
                "rows of X must have the same length", str(error), "Check the step that made X"
            ) from error
    if X.ndim != 2:
        raise InvalidInput(
            "X must have two dimensions, items and features",
            f"shape {X.shape}",
            "Reshape it: one row an item",
        )
    if 0 in X.shape:
        raise InvalidInput(
            "a pool needs at least one item and one feature",
            f"shape {X.shape}",
            "Check the step that made X",
        )
    if X.dtype.kind not in "fiub":
        raise InvalidInput(
            "features must be numbers",
            f"dtype {X.dtype}",
            "Encode them first, or pass a DataFrame, whose text columns are encoded for you",
        )
    return X


def _frame_features(frame: Any) -> np.ndarray:
    """Return numbers for a frame: numeric columns as they are, others as indicator columns."""
    import pandas as pd  # noqa: PLC0415 - who passes a frame has it imported

    numbers = frame.select_dtypes(["number", "bool"])
    rest = frame.drop(columns=numbers.columns)
    if wide := [str(name) for name in rest.columns if rest[name].nunique() > 100]:
        raise InvalidInput(
            "a column that is not numeric may have at most 100 different values",
            f"{wide}",
            "Drop it from X (pass the whole frame as content=), or use Pool.from_frame(text=...)",
        )
    parts = [numbers.to_numpy(dtype=np.float64)]
    if rest.shape[1]:
        parts.append(pd.get_dummies(rest.astype(str)).to_numpy(dtype=np.float64))
    return np.hstack(parts)


def _text_features(texts: np.ndarray, n_features: int) -> np.ndarray:
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.preprocessing import normalize  # noqa: PLC0415

    if len(texts) == 0:
        raise InvalidInput("a pool needs at least one item", "an empty frame", "Check its rows")
    try:
        counts = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    except ValueError as error:
        raise InvalidInput(
            "the texts must hold words", str(error), "Pass features yourself: Pool(X, content=...)"
        ) from error
    if min(counts.shape) <= n_features:
        return np.asarray(counts.todense())
    reduced = TruncatedSVD(n_features, random_state=0).fit_transform(counts)
    return np.asarray(normalize(reduced), dtype=np.float32)


def _require_finite(features: Any) -> None:
    if features.dtype.kind != "f":
        return
    if hasattr(features, "tocsr"):
        if not np.isfinite(features.data).all():
            bad = np.flatnonzero(~np.isfinite(features.data))[0]
            _refuse_not_finite(int(np.searchsorted(features.indptr, bad, side="right") - 1))
        return
    for start in range(0, features.shape[0], CHUNK):
        finite = np.isfinite(features[start : start + CHUNK]).all(axis=1)
        if not finite.all():
            _refuse_not_finite(start + int(np.argmin(finite)))


def _refuse_not_finite(row: int) -> None:
    raise InvalidInput(
        "features must be finite",
        f"NaN or infinity in row {row}",
        "Fill or drop such rows first, for example with sklearn.impute.SimpleImputer",
    )


def _sample(n: int) -> list[int]:
    """Return positions spread evenly over the pool, the first and the last among them."""
    return [int(i) for i in np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(int))]


def _dense(rows: Any) -> np.ndarray:
    return np.ascontiguousarray(rows.toarray() if hasattr(rows, "toarray") else rows)
