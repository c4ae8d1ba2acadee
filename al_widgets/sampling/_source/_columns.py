"""From items as the caller gave them to columns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.sampling._source._taken import chained

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORM = attrgetter("shape", "dtype")


@dataclass(slots=True)
class Columns:
    """Items in a row.

    Attributes
    ----------
    features : ndarray or CSR matrix of shape (n, n_features)
    contents : sequence of length n
    ids : sequence of str or None
    faults : dict of int to str
        What is wrong with the items at these offsets.
    """

    features: Any
    contents: Sequence[Any]
    ids: Sequence[str | None] | None = None
    faults: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.features.shape[0])

    def __getitem__(self, part: slice) -> Columns:
        first, end, _ = part.indices(len(self))
        ids = None if self.ids is None else self.ids[part]
        faults = {at - first: why for at, why in self.faults.items() if first <= at < end}
        return Columns(self.features[part], self.contents[part], ids, faults)


def from_items(items: Sequence[Any], n_features: int | None) -> Columns:
    """Return columns of at least one item.

    Parameters
    ----------
    items : sequence
        As a stream gives them.
    n_features : int or None
        How many each must have. When None, as many as the first valid one.
    """
    columns = _at_once(items) or _one_by_one(items, n_features)
    return checked(columns, n_features)


def checked(columns: Columns, n_features: int | None) -> Columns:
    """Find rows that are not finite, or of another length than is wanted; they become 0."""
    features = columns.features
    if features.shape[1] == 0:  # all of them are invalid
        return columns
    if n_features is not None and features.shape[1] != n_features:
        wrong = _wrong_length(features.shape[1], n_features)
        faults = {**dict.fromkeys(range(len(columns)), wrong), **columns.faults}
        nothing = np.zeros((len(columns), n_features), features.dtype)
        return Columns(nothing, columns.contents, columns.ids, faults)
    bad = _not_finite(features)
    if len(bad) == 0:
        return columns
    faults = dict.fromkeys(bad.tolist(), "NaN or infinity among the features")
    faults = dict(sorted({**faults, **columns.faults}.items()))
    return Columns(_without(features, bad), columns.contents, columns.ids, faults)


def joined(parts: Sequence[Columns]) -> Columns:
    """Return at least one part as one."""
    if len(parts) == 1:
        return parts[0]
    sizes = [len(part) for part in parts]
    starts = np.cumsum([0, *sizes])[:-1].tolist()
    faults = {
        start + at: why
        for start, part in zip(starts, parts, strict=True)
        for at, why in part.faults.items()
    }
    ids = None
    if any(part.ids is not None for part in parts):
        ids = chained([part.ids or [None] * len(part) for part in parts])
    return Columns(
        _stacked(_of_one_width([part.features for part in parts])),
        chained([part.contents for part in parts]),
        ids,
        faults,
    )


def _of_one_width(matrices: list[Any]) -> list[Any]:
    """Return the matrices, with as many columns where one has only invalid rows and so none."""
    width = max(each.shape[1] for each in matrices)
    return [
        each if each.shape[1] else np.zeros((each.shape[0], width), np.float32) for each in matrices
    ]


def as_floats(features: Any) -> Any:
    """Return numbers as float32 if they are that or shorter, else as float64."""
    kind = np.float32 if features.dtype in (np.float32, np.float16) else np.float64
    return features if features.dtype == kind else features.astype(kind)


# -- many alike ------------------------------------------------------------------------------------


def _at_once(items: Sequence[Any]) -> Columns | None:
    """Return the columns if all features are arrays or lists of one form; None if not."""
    kinds = set(map(type, items))
    ids: Any = None
    contents: Any = None
    rows: Sequence[Any] = items
    if kinds == {tuple}:
        sizes = set(map(len, items))
        if sizes == {2}:
            rows, contents = zip(*items, strict=True)
        elif sizes == {3}:
            rows, contents, ids = zip(*items, strict=True)
        else:
            return None
        kinds = set(map(type, rows))
    features = None
    if kinds == {np.ndarray}:
        features = _of_arrays(rows)
    elif kinds == {list}:
        features = _of_lists(rows)
    if features is None:
        return None
    if contents is None:
        contents = rows if _is_picture(np.shape(rows[0])) else [None] * len(rows)
    return Columns(features, contents, _names(ids))


def _of_arrays(rows: Sequence[np.ndarray]) -> Any:
    forms = set(map(_FORM, rows))
    if len(forms) > 1 and len({shape for shape, _ in forms}) > 1:
        return None
    if not all(shape and 0 not in shape and dtype.kind in "fiub" for shape, dtype in forms):
        return None
    features = rows[0].copy() if len(rows) == 1 else np.concatenate(rows)
    return as_floats(features.reshape(len(rows), -1))


def _of_lists(rows: Sequence[list[Any]]) -> Any:
    try:
        features = np.array(rows)
    except ValueError:  # of different lengths
        return None
    if features.ndim != 2 or features.shape[1] == 0 or features.dtype.kind not in "fiub":
        return None
    return as_floats(features)


def _names(ids: Sequence[Any] | None) -> Sequence[str | None] | None:
    if ids is None or set(map(type, ids)) == {str}:
        return ids
    return [None if name is None else str(name) for name in ids]


# -- one by one ------------------------------------------------------------------------------------


def _one_by_one(items: Sequence[Any], n_features: int | None) -> Columns:
    rows: list[Any] = []
    contents: list[Any] = []
    ids: list[str | None] = []
    faults: dict[int, str] = {}
    for offset, item in enumerate(items):
        features, content, name = _parts(item)
        row, fault = _row(features, n_features)
        if row is not None:
            n_features = row.shape[1]
            if content is None and name is None and _is_picture(np.shape(features)):
                content = features
        elif fault:
            faults[offset] = fault
        rows.append(row)
        contents.append(content)
        ids.append(None if name is None else str(name))
    nothing = np.zeros((1, n_features or 0), dtype=np.float32)
    features = _stacked([nothing if row is None else row for row in rows])
    return Columns(features, contents, ids if any(map(_is_given, ids)) else None, faults)


def _is_given(name: str | None) -> bool:
    return name is not None


def _parts(item: Any) -> tuple[Any, Any, Any]:
    """Return features, content and id; a tuple of numbers alone is features."""
    if isinstance(item, tuple) and len(item) in (2, 3) and not all(map(_is_number, item)):
        return item[0], item[1], item[2] if len(item) == 3 else None
    return item, None, None


def _row(features: Any, n_features: int | None) -> tuple[Any, str]:
    """Return a row of shape (1, n_features), or None and what is wrong."""
    if hasattr(features, "to_numpy"):
        features = features.to_numpy()  # a Series
    if hasattr(features, "tocsr"):
        row = features.tocsr()
        row = row.reshape(1, -1) if row.ndim == 1 else row
    else:
        try:
            row = np.asarray(features)
        except (TypeError, ValueError, RuntimeError) as error:
            return None, f"features that make no array ({error})"
        row = _numbers(row) if row.dtype == object else row
        row = row.reshape(1, -1) if row.ndim and row.size else row
    if row.dtype.kind not in "fiub":
        return None, f"features of type {type(features).__name__} ({row.dtype})"
    if row.ndim != 2 or row.shape[0] != 1 or row.shape[1] == 0:
        return None, f"features of shape {row.shape}"
    if n_features is not None and row.shape[1] != n_features:
        return None, _wrong_length(row.shape[1], n_features)
    return as_floats(row), ""


def _numbers(row: np.ndarray) -> np.ndarray:
    """Return an array of objects as numbers, if each is one."""
    return row.astype(np.float64) if all(map(_is_number, row.flat)) else row


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.bool_)


def _is_picture(shape: tuple[int, ...]) -> bool:
    return len(shape) in (2, 3) and shape[0] > 1


def _wrong_length(n: int, wanted: int) -> str:
    return f"{n} features where {wanted} are wanted"


# -- matrices --------------------------------------------------------------------------------------


def _stacked(matrices: list[Any]) -> Any:
    """Return the matrices one below the other, sparse if any of them is."""
    if len(matrices) == 1:
        return matrices[0]
    if not any(hasattr(matrix, "tocsr") for matrix in matrices):
        return np.concatenate(matrices)
    from scipy import sparse  # noqa: PLC0415 - imported already by whoever made a sparse row

    parts = [each if hasattr(each, "tocsr") else sparse.csr_array(each) for each in matrices]
    lengths = np.concatenate([np.diff(part.indptr) for part in parts])
    return sparse.csr_array(
        (
            np.concatenate([part.data for part in parts]),
            np.concatenate([part.indices for part in parts]),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(len(lengths), parts[0].shape[1]),
    )


def _not_finite(features: Any) -> np.ndarray:
    """Return which rows hold NaN or infinity."""
    values = features.data if hasattr(features, "tocsr") else features
    with np.errstate(all="ignore"):
        if math.isfinite(values.sum()):  # NaN and infinity do not vanish in a sum
            return np.empty(0, dtype=int)
    if not hasattr(features, "tocsr"):
        return np.flatnonzero(~np.isfinite(features).all(axis=1))
    bad = np.flatnonzero(~np.isfinite(values))
    return np.unique(np.searchsorted(features.indptr, bad, side="right") - 1)


def _without(features: Any, bad: np.ndarray) -> Any:
    """Return the features with these rows 0."""
    features = features.copy()
    if hasattr(features, "tocsr"):
        for row in bad:
            features.data[features.indptr[row] : features.indptr[row + 1]] = 0
    else:
        features[bad] = 0
    return features
