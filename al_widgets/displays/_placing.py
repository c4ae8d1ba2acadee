"""Words on a picture, moved until none lies on another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_TURNS = np.arange(8) * np.pi / 4 + np.pi / 2
_OFFSETS = np.array(
    [(0.0, 0.0)] + [(r * np.cos(t), r * np.sin(t)) for r in (8, 13, 19, 26, 34) for t in _TURNS]
)  # in points, the nearest first
_AIR = 1.0  # points around a word
_MARK = 1.5  # points of a mark that should be seen at least
_OF_A_WORD = 0.1  # what hiding a mark is worth, where hiding another word is worth 1
_WAY = 0.004  # and what a point of way is worth


def settle(words: Sequence[Any], marks: np.ndarray) -> None:
    """Move words so that they lie neither on each other nor, if it can be helped, on marks.

    Parameters
    ----------
    words : sequence of matplotlib Annotation
        Of one picture, placed by offset points; the first ones have the first choice. Where there
        is no room at all they overlap as little as can be.
    marks : ndarray of shape (n_marks, 2)
        Where something is drawn that should be seen, in the units of the axes.
    """
    if not words:
        return
    figure = words[0].figure
    figure.draw_without_rendering()  # else nobody knows how large the axes are
    scale = figure.dpi / 72
    marks = words[0].axes.transData.transform(marks)
    taken = np.empty((0, 4))
    for word in words:
        box = word.get_window_extent().padded(_AIR * scale).extents
        places = [box + scale * np.tile(offset, 2) for offset in _OFFSETS]
        costs = [_hidden(place, taken, marks, _MARK * scale) for place in places]
        best = int(np.argmin(costs + _WAY * np.hypot(*_OFFSETS.T)))
        word.xyann = tuple(_OFFSETS[best])
        taken = np.vstack([taken, places[best]])


def _hidden(place: np.ndarray, taken: np.ndarray, marks: np.ndarray, radius: float) -> float:
    """Return how much a word in this box would hide, in words; a mark counts as part of one."""
    left, bottom, right, top = place
    width = np.minimum(right, taken[:, 2]) - np.maximum(left, taken[:, 0])
    height = np.minimum(top, taken[:, 3]) - np.maximum(bottom, taken[:, 1])
    overlap = (np.maximum(width, 0) * np.maximum(height, 0)).sum()
    x, y = marks.T
    on_x = (x > left - radius) & (x < right + radius)
    n_marks = np.count_nonzero(on_x & (y > bottom - radius) & (y < top + radius))
    return float(overlap / ((right - left) * (top - bottom)) + _OF_A_WORD * n_marks)
