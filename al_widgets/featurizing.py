"""How features are made of content, so that those of new items are made as the pool's were.

A featurizer is any function of a list of contents that returns an array of shape (n, n_features).
Those in this module are remembered by the pools that they belong to, and can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.matrix import as_rows_of, dense

if TYPE_CHECKING:
    import pandas as pd

Featurize = Callable[[list[Any]], Any]
"""Makes an array of shape (n, n_features) of n contents."""


def featurizer_for(X: Any, content: Any, given: Any) -> Featurize | None:
    """Return what makes features of the content of a pool, if anybody knows.

    Parameters
    ----------
    X : array, sparse matrix or DataFrame
        What the pool was made of.
    content : Any
        What was passed as its content.
    given : callable or None
        What the caller passed as ``featurize``.

    Raises
    ------
    InvalidInput
        If `given` cannot be called.
    """
    if given is not None:
        if not callable(given):
            raise InvalidInput(
                "featurize must be a function of a list of contents",
                repr(given),
                "Pass a function that returns an array of shape (n, n_features)",
            )
        made: Featurize = given
        return made
    if not hasattr(X, "columns"):
        return None
    has_rows = content is None or set(X.columns) <= set(getattr(content, "columns", ()))
    return FrameFeatures.of(X) if has_rows and X.columns.is_unique else None


def featurized(featurize: Featurize | None, contents: Sequence[Any], features: Any) -> np.ndarray:
    """Return features of contents that can follow those of a pool.

    Parameters
    ----------
    featurize : callable or None
        The pool's.
    contents : sequence of length n
        What a person sees.
    features : array or sparse matrix of shape (n_items, n_features)
        The pool's.

    Returns
    -------
    ndarray of shape (n, n_features)

    Raises
    ------
    InvalidInput
        If there is no `featurize`, if it fails, or if it returns anything else.
    """
    if featurize is None:
        raise InvalidInput(
            "features of new items are made of their content, by the pool's featurize",
            "a pool that has none",
            "Pass Pool(X, content=..., featurize=f), where f makes an array of shape "
            "(n, n_features) of a list of n contents",
        )
    if not len(contents):
        return np.empty((0, features.shape[1]), dtype=features.dtype)
    rows = _called(featurize, list(contents))
    try:
        rows = dense(as_rows_of(features, rows))
    except InvalidInput as error:
        raise InvalidInput(
            f"what featurize returns must fit into the pool: {error.rule}", error.got, error.remedy
        ) from error
    if len(rows) != len(contents):
        raise InvalidInput(
            "featurize returns one row for each content, in their order",
            f"{len(rows)} rows of {len(contents)} contents",
            "Check the function passed as Pool(..., featurize=f)",
        )
    return rows


def _called(featurize: Featurize, contents: list[Any]) -> Any:
    try:
        return featurize(contents)
    except InvalidInput:
        raise
    except Exception as error:
        raise InvalidInput(
            "featurize must make features of every content",
            f"{type(error).__name__}: {error}",
            "Try it on one: featurize([content])",
        ) from error


@dataclass(frozen=True, slots=True)
class PixelFeatures:
    """The pixels themselves, as one row.

    Parameters
    ----------
    shape : tuple of int
        Of a picture.

    Examples
    --------
    >>> PixelFeatures((2, 2))([np.array([[1, 2], [3, 4]])])
    array([[1, 2, 3, 4]])
    """

    shape: tuple[int, ...]

    def __call__(self, contents: list[Any]) -> np.ndarray:
        """Return the pixels of pictures, of shape (n, n_pixels)."""
        return pictures_of_shape(contents, self.shape).reshape(len(contents), -1)


def pictures_of_shape(contents: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    """Return pictures as one array, of shape (n, ...).

    Raises
    ------
    InvalidInput
        If one has another shape.
    """
    pictures = [np.asarray(content) for content in contents]
    for picture in pictures:
        if picture.shape != shape:
            raise InvalidInput(
                "a picture has the shape of those in the pool",
                f"shape {picture.shape}, {shape} in the pool",
                "Scale it first",
            )
    return np.stack(pictures)


class FrameFeatures:
    """Columns of a DataFrame as features: numbers as they are, others as indicator columns.

    A value that a column did not have when its categories were learned has no feature: its
    indicator columns are all 0.

    Parameters
    ----------
    numbers : sequence
        Names of the columns that hold numbers.
    others : dict
        For the name of each other column its dtype, and its values as texts.

    Examples
    --------
    >>> import pandas as pd
    >>> featurize = FrameFeatures.of(pd.DataFrame({"size": [1, 2], "color": ["red", "blue"]}))
    >>> featurize([{"size": 3, "color": "red"}, {"size": 4, "color": "green"}])
    array([[3., 0., 1.],
           [4., 0., 0.]])
    """

    def __init__(self, numbers: Sequence[Any], others: dict[Any, tuple[Any, list[str]]]) -> None:
        self._numbers = list(numbers)
        self._others = others

    @classmethod
    def of(cls, frame: pd.DataFrame) -> FrameFeatures:
        """Learn columns and categories of the frame that a pool is made of."""
        numbers = list(frame.select_dtypes(["number", "bool"]).columns)
        rest = frame.drop(columns=numbers)
        others = {name: (rest[name].dtype, _categories(rest[name])) for name in rest.columns}
        return cls(numbers, others)

    def __call__(self, contents: list[Any]) -> np.ndarray:
        """Return features of rows, of shape (n, n_features)."""
        parts = [_numbers(name, _column(contents, name)) for name in self._numbers]
        for name, (dtype, categories) in self._others.items():
            words = _words(_column(contents, name), dtype)
            parts.append(words[:, None] == np.array([categories], dtype=object))
        return np.hstack([np.asarray(part, dtype=np.float64) for part in parts])


def _column(contents: list[Any], name: Any) -> pd.Series:
    import pandas as pd  # noqa: PLC0415 - who has a frame has it imported

    return pd.Series([_cell(content, name) for content in contents], dtype=object)


def _numbers(name: Any, cells: pd.Series) -> np.ndarray:
    """Return a column of shape (n, 1)."""
    try:
        numbers = cells.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"column {name!r} holds numbers", str(error), "Pass rows as those of the pool are"
        ) from error
    return numbers[:, None]


def _words(cells: pd.Series, dtype: Any) -> np.ndarray:
    """Return cells as the texts that they are in a column of this dtype, of shape (n,)."""
    kind = dtype.categories.dtype if hasattr(dtype, "categories") else dtype
    with suppress(TypeError, ValueError):  # by a value unlike all others, which has no feature
        cells = cells.astype(kind)
    words: np.ndarray = cells.astype(str).to_numpy(dtype=object)
    return words


def _categories(column: pd.Series) -> list[str]:
    """Return the values of a column in the order of their indicator columns."""
    import pandas as pd  # noqa: PLC0415

    return [str(name) for name in pd.get_dummies(column.astype(str).unique()).columns]


def _cell(content: Any, name: Any) -> Any:
    """Return a cell of a row, also of one whose names became texts as it was kept in a log."""
    if not hasattr(content, "items"):
        raise InvalidInput(
            "features of a table are made of its rows",
            f"{type(content).__name__}",
            "Pass mappings from the name of a column to its value, or rows of a DataFrame",
        )
    if name in content:
        return content[name]
    if str(name) in content:
        return content[str(name)]
    raise InvalidInput(
        "a row has the columns that the pool's features were made of",
        f"no column {name!r}",
        f"It has {[str(known) for known in list(content.keys())[:20]]}",
    )


class TextFeatures:
    """TF-IDF of words and word pairs, reduced by latent semantic analysis.

    Examples
    --------
    >>> features, featurize = TextFeatures.of(np.array(["a red fish", "a blue fish"]), 128)
    >>> np.allclose(featurize(["a blue fish"]), features[1])
    True
    """

    def __init__(self, words: Any, reduce: Any) -> None:
        self._words, self._reduce = words, reduce

    @classmethod
    def of(cls, texts: np.ndarray, n_features: int) -> tuple[np.ndarray, TextFeatures]:
        """Return features of texts, and what makes those of others; see `Pool.from_frame`."""
        from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
        from sklearn.preprocessing import normalize  # noqa: PLC0415

        if len(texts) == 0:
            raise InvalidInput("a pool needs at least one item", "an empty frame", "Check its rows")
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        try:
            counts = words.fit_transform(texts)
        except ValueError as error:
            raise InvalidInput(
                "the texts must hold words",
                str(error),
                "Pass features yourself: Pool(X, content=...)",
            ) from error
        if min(counts.shape) <= n_features:
            return np.asarray(counts.todense()), cls(words, None)
        reduce = TruncatedSVD(n_features, random_state=0)
        features = np.asarray(normalize(reduce.fit_transform(counts)), dtype=np.float32)
        return features, cls(words, reduce)

    def __call__(self, contents: list[Any]) -> np.ndarray:
        """Return features of texts, of shape (n, n_features)."""
        from sklearn.preprocessing import normalize  # noqa: PLC0415

        counts = self._words.transform([str(content) for content in contents])
        if self._reduce is None:
            return np.asarray(counts.todense())
        return np.asarray(normalize(self._reduce.transform(counts)), dtype=np.float32)


def texts_of(frame: pd.DataFrame, text: str, ids: str | None) -> np.ndarray:
    """Return the texts in a column, of shape (n,); refuse a column that is not there."""
    for column in (text, *(() if ids is None else (ids,))):
        if column not in frame.columns:
            raise InvalidInput(
                "the column must be in the frame",
                repr(column),
                f"Choose one of {[str(name) for name in frame.columns]}",
            )
    texts: np.ndarray = frame[text].astype(str).to_numpy()
    return texts
