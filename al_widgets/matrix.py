"""Features as a matrix: what a caller passed, checked, and room to grow at its end."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np

from al_widgets.exceptions import InvalidInput

CHUNK = 65_536
"""Rows that are looked at together, so that memory does not grow with the pool."""


def as_matrix(X: Any) -> Any:
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


def require_finite(features: Any) -> None:
    """Refuse features that are missing or infinite."""
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


def dense(rows: Any) -> np.ndarray:
    """Return rows as an array, also where they are sparse."""
    return np.ascontiguousarray(rows.toarray() if hasattr(rows, "toarray") else rows)


def as_width(n_features: Any) -> int | None:
    """Return a number of features, or None; refuse what is none."""
    if n_features is None:
        return None
    is_number = isinstance(n_features, int | np.integer) and not isinstance(n_features, bool)
    if not is_number or n_features < 1:
        raise InvalidInput(
            "n_features is a whole number of at least 1, or None",
            repr(n_features),
            "Leave it out: the first items decide",
        )
    return int(n_features)


def as_rows_of(features: Any, rows: Any) -> Any:
    """Return rows that can follow those of a matrix: of its width, kind and dtype, and finite.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)
        What they are to follow. Where it has no row yet, the first ones decide: floats stay as they
        are, other numbers become 64-bit floats. Where it has no column either, they decide the
        width too.
    rows : array or sparse matrix of shape (n, n_features)

    Returns
    -------
    array or sparse matrix of shape (n, n_features)

    Raises
    ------
    InvalidInput
        If their width differs, or a value is missing, infinite, or none that the matrix can hold.
    """
    rows = as_matrix(rows)
    require_finite(rows)
    n, width = features.shape
    if width and rows.shape[1] != width:
        raise InvalidInput(
            "new rows have the features that the pool has",
            f"{rows.shape[1]} features, {width} in the pool",
            "Compute them as those of the pool were",
        )
    if n == 0:
        return rows if rows.dtype.kind == "f" else rows.astype(np.float64)
    if hasattr(features, "tocsr"):
        rows = type(features)(rows)
    elif hasattr(rows, "tocsr"):
        rows = rows.toarray()
    with np.errstate(over="ignore", invalid="ignore"):  # what does not fit is told below
        out = rows.astype(features.dtype)
    # a float may lose digits, not its value
    lost = ~np.isfinite(dense(out)) if out.dtype.kind == "f" else dense(out) != dense(rows)
    if lost.any():
        raise InvalidInput(
            f"new rows must fit into the pool's features, which are {features.dtype}",
            f"{dense(rows)[lost][0]}",
            "Make the pool of features as floats: Pool(X.astype('float32'))",
        )
    return out


class Growing:
    """A matrix that grows at its end. What it was stays as it is: a view of a larger buffer.

    Parameters
    ----------
    rows : array or sparse matrix of shape (n_items, n_features)
        It is never written into. That of a memmap is copied into a file that nobody else sees.

    Attributes
    ----------
    rows : array or sparse matrix
        All of them, as they are now.

    Examples
    --------
    >>> growing = Growing(np.zeros((1, 2)))
    >>> before = growing.rows
    >>> growing.add(np.ones((1, 2))).tolist(), before.tolist()
    ([[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0]])
    """

    def __init__(self, rows: Any) -> None:
        self.rows = self._buffer = rows

    def add(self, rows: Any) -> Any:
        """Append rows as `as_rows_of` returns them; return all of them."""
        n, n_new = self.rows.shape[0], rows.shape[0]
        if n == 0:
            self.rows = self._buffer = rows.copy()  # the caller may change its own
        elif hasattr(self.rows, "tocsr"):
            from scipy import sparse  # noqa: PLC0415 - only where there are some

            self.rows = type(self.rows)(sparse.vstack([self.rows, rows], format="csr"))
        else:
            if n + n_new > len(self._buffer):
                self._buffer = _room(self.rows, 2 * (n + n_new))
                self._buffer[:n] = self.rows
            self._buffer[n : n + n_new] = rows
            self.rows = self._buffer[: n + n_new]
        return self.rows


def _room(rows: np.ndarray, n: int) -> np.ndarray:
    """Return room for `n` rows; what is not written to yet takes no memory."""
    shape = (n, rows.shape[1])
    if not isinstance(rows, np.memmap):
        return np.empty(shape, dtype=rows.dtype)
    with tempfile.TemporaryFile(prefix="al-widgets-") as file:  # it is gone with the last view
        return np.memmap(file, dtype=rows.dtype, mode="w+", shape=shape)
