"""Streams of DataFrames: each row is an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.content import Content
from al_widgets.exceptions import InvalidInput
from al_widgets.sampling._source._columns import Columns, as_floats
from al_widgets.sampling._source._feeds import Feed, ItemsFeed, Piece
from al_widgets.sampling._source._taken import Part

if TYPE_CHECKING:
    from collections.abc import Callable


def is_frame(values: Any) -> bool:
    """Whether it is a DataFrame."""
    return hasattr(values, "iloc") and hasattr(values, "columns")


class FrameReader:
    """Makes columns of a DataFrame.

    Parameters
    ----------
    features : str, sequence of str or callable, optional
        Names of the columns that the model sees, or a function of a frame that gives a matrix. When
        None, the columns that are numbers in the first frame.
    content : str or sequence of str, optional
        What a person sees: a column, or some of them; the whole row when None.
    ids : str, optional
        The column of the ids.
    """

    def __init__(self, features: Any, content: Any, ids: str | None) -> None:
        self._features: Any = [features] if isinstance(features, str) else features
        self._content, self._ids = content, ids

    @property
    def given(self) -> list[str]:
        """Names of the options that were given."""
        named = {"features": self._features, "content": self._content, "ids": self._ids}
        return [name for name, value in named.items() if value is not None]

    def require(self, frame: Any) -> None:
        """Refuse a frame without the columns that are wanted."""
        if self._features is None:
            self._features = self._numeric(frame)
        columns = [] if callable(self._features) else list(self._features)
        shown = [self._content] if isinstance(self._content, str) else list(self._content or ())
        wanted = [*columns, *shown, *([] if self._ids is None else [self._ids])]
        if missing := [name for name in wanted if name not in frame.columns]:
            raise InvalidInput(
                "the columns must be in each frame of the stream",
                f"no {missing} among {[str(name) for name in frame.columns]}",
                "Choose others by features=, content= and ids=",
            )

    def read(self, frame: Any) -> Columns:
        """Return the columns of a frame.

        Raises
        ------
        InvalidInput
            If a column is not there, or a function for the features returns no matrix.
        """
        self.require(frame)
        if callable(self._features):
            features = _computed(self._features, frame)
        else:
            features = _numbers(frame[list(self._features)])
        content = Content(frame if self._content is None else frame[self._content])
        ids, faults = self._names(frame)
        return Columns(as_floats(features), Part(content, range(len(frame))), ids, faults)

    def _numeric(self, frame: Any) -> list[Any]:
        names = frame.select_dtypes(["number", "bool"]).columns
        columns = [name for name in names if name != self._ids]
        if not columns:
            raise InvalidInput(
                "some columns must be numbers for the model",
                f"columns {[str(name) for name in frame.columns]}",
                "Pass features=, a function of a frame that returns a matrix",
            )
        return columns

    def _names(self, frame: Any) -> tuple[list[str] | None, dict[int, str]]:
        if self._ids is None:
            return None, {}
        missing = np.flatnonzero(frame[self._ids].isna().to_numpy())
        return list(map(str, frame[self._ids])), dict.fromkeys(missing.tolist(), "no id")


class FrameFeed(Feed):
    """Of a DataFrame."""

    def __init__(self, frame: Any, reader: FrameReader) -> None:
        super().__init__()
        self._frame, self._reader, self._position = frame, reader, 0
        reader.require(frame)

    def pull(self, most: int, until: float) -> Piece:
        """Return the next rows."""
        end = min(self._position + most, len(self._frame))
        try:
            columns = self._reader.read(self._frame.iloc[self._position : end])
        except Exception as error:  # noqa: BLE001 - the caller's function, told by whoever takes
            self.failure = error
            return []
        self.discard(end - self._position, until)
        return columns

    def discard(self, n: int, until: float) -> int:  # noqa: ARG002
        """Go on `n` rows further."""
        n = min(n, len(self._frame) - self._position)
        self._position += n
        self.ended = self._position >= len(self._frame)
        return n


class ChunksFeed(Feed):
    """Of DataFrames one after the other, which another feed hands out.

    Parameters
    ----------
    frames : ItemsFeed
        Asked for one frame at a time.
    reader : FrameReader
    first : DataFrame
        Was handed out already.
    """

    def __init__(self, frames: ItemsFeed, reader: FrameReader, first: Any) -> None:
        super().__init__()
        self._frames, self._reader, self._frame, self._position = frames, reader, first, 0
        self.replays, self.kind, self.remedy = frames.replays, frames.kind, frames.remedy
        self._look()

    def pull(self, most: int, until: float) -> Piece:
        """Return the next rows of the frame at hand."""
        if not self._has_rows(until):
            return []
        end = min(self._position + most, len(self._frame))
        try:
            columns = self._reader.read(self._frame.iloc[self._position : end])
        except Exception as error:  # noqa: BLE001 - the caller's function, told by whoever takes
            self.failure = error
            return []
        self._position = end
        self._look()
        return columns

    def discard(self, n: int, until: float) -> int:
        """Pass over rows, without making columns of them."""
        done = 0
        while done < n and self._has_rows(until):
            step = min(n - done, len(self._frame) - self._position)
            self._position += step
            done += step
        self._look()
        return done

    def _has_rows(self, until: float) -> bool:
        """Get the next frame if this one is at its end; whether there are rows now."""
        while self._position >= len(self._frame) and self._frames.failure is None:
            frames = self._frames.pull(1, until)
            if not len(frames):
                break
            if not is_frame(frames[0]):
                self.failure = TypeError(f"{type(frames[0]).__name__} between DataFrames")
                return False
            self._frame, self._position = frames[0], 0
        self._look()
        return self._position < len(self._frame)

    def _look(self) -> None:
        self.ended = self._frames.ended and self._position >= len(self._frame)
        self.failure = self.failure or self._frames.failure

    def retry(self) -> None:
        """Try again."""
        self._frames.retry()
        self.failure = self._frames.failure

    def close(self) -> None:
        """Hand out nothing any more."""
        self._frames.close()
        self._position = len(self._frame)
        self.ended = True


def _numbers(frame: Any) -> np.ndarray:
    """Return the cells as numbers; NaN where there is none."""
    try:
        return np.asarray(frame.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        import pandas as pd  # noqa: PLC0415 - who passes a frame has it imported

        columns = [pd.to_numeric(frame[name], errors="coerce") for name in frame.columns]
        return np.column_stack(columns).astype(np.float64)


def _computed(features: Callable[[Any], Any], frame: Any) -> Any:
    """Return the matrix that the caller's function makes of a frame."""
    matrix = features(frame)
    matrix = matrix.tocsr() if hasattr(matrix, "tocsr") else np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != len(frame) or matrix.dtype.kind not in "fiub":
        raise InvalidInput(
            "features= must return a matrix of numbers, a row for each row of the frame",
            f"shape {matrix.shape}, {matrix.dtype} for {len(frame)} rows",
            "Mend the function",
        )
    return matrix
