"""The course of a stream, its threshold, its budget and how good it is, as data for a browser."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.widgets._rest_view import in_number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.shares import Share
    from al_widgets.stream_report import StreamReport
    from al_widgets.streams import Point, Stream

N_STEPS = 100
"""Steps of the threshold's slider."""

_EDGES = (np.arange(N_STEPS + 1) / N_STEPS).astype(np.float32)
_FEWEST_A_POINT, _MOST_DRAWN = 10, 200  # items a point, and points
_NEWS = 2_000  # items for which a drift is news, at least
_PACE_OF = 40  # items that were asked about which tell how fast the budget goes, at least


# -- the course of it ------------------------------------------------------------------------------


def course_of(points: Sequence[Point], left: int) -> np.ndarray:
    """Return the course of a stream.

    Parameters
    ----------
    points : sequence of Point
        What happened in each part of it, in order.
    left : int
        Answers that are left now, without those already asked for.

    Returns
    -------
    ndarray of shape (n_points, 4), float32
        The number at which the part ends; the mean confidence, NaN where there was no model; the
        threshold at its end; and the answers that were left then.
    """
    if not points:
        return np.empty((0, 4), dtype=np.float32)
    points = _even(points)
    asked = np.array([point.asked for point in points])
    confidence = [point.confidence / point.n if point.confidence else math.nan for point in points]
    later = asked.sum() - asked.cumsum()
    return np.column_stack(
        [
            [point.end for point in points],
            confidence,
            [point.threshold for point in points],
            left + later,
        ]
    ).astype(np.float32)


def _even(points: Sequence[Point]) -> list[Point]:
    """Return the points, of about as many items each: single items would be noise."""
    grain = max(_FEWEST_A_POINT, points[-1].end / _MOST_DRAWN)
    found = [points[0]]
    for point in points[1:]:
        has_model = bool(found[-1].confidence) == bool(point.confidence)
        if found[-1].n < grain and has_model:
            found[-1] = found[-1].with_next(point)
        else:
            found.append(point)
    if len(found) > 1 and found[-1].n < grain / 2 and found[-2].confidence:
        found[-2:] = [found[-2].with_next(found[-1])]
    return found


def line_of(stream: Stream, threshold: Any, before: Any = None) -> dict[str, Any]:
    """Return the threshold, and what others would have asked among the newest items.

    Parameters
    ----------
    stream : Stream
        Has the newest confidences.
    threshold : Threshold
        The one in force.
    before : Threshold, optional
        The one that it took the place of, and that may come back.

    Returns
    -------
    dict
        ``value``, ``words`` (how it comes about), ``back`` (the one before, in words), ``below``
        (how many of the newest ``n`` items of which a model was sure at all are below each step of
        the slider, from 0 to 1), and
        ``now`` (how many are below the threshold).
    """
    recent = np.sort(stream.recent)
    recent = recent[np.searchsorted(recent, 0, side="right") :]  # there was a model
    value = min(1.0, float(threshold.value))
    return {
        "value": None if math.isnan(value) else round(value, 4),
        "words": threshold_words(threshold),
        "back": "" if before is None else threshold_words(before),
        "n": len(recent),
        "now": 0 if math.isnan(value) else int(np.searchsorted(recent, np.float32(value))),
        "below": np.searchsorted(recent, _EDGES).tolist(),
    }


def adapts(threshold: Any) -> bool:
    """Whether a threshold is more than a number."""
    return type(threshold).__name__ != "Fixed"


def threshold_words(threshold: Any) -> str:
    """Return how a threshold comes about, in words."""
    match type(threshold).__name__:
        case "Fixed":
            return "fixed"
        case "TargetRate":
            return f"adapting, to ask about {100 * threshold.rate:g} % of the items"
        case "Paced":
            return f"adapting, to make the budget last for {in_number(threshold.length, 'item')}"
        case "Guaranteed":
            return (
                f"adapting, to keep errors among accepted labels below {100 * threshold.error:g} %"
            )
        case "Randomized":
            return f"{threshold_words(threshold.threshold)}, and moved at random for each item"
        case _:
            return f"as {threshold!r} says"


# -- the budget ------------------------------------------------------------------------------------


def budget_of(total: int, spent: int, n_open: int, points: Sequence[Point]) -> dict[str, Any]:
    """Return what is left of the budget, and for how many more items that is enough.

    Parameters
    ----------
    total, spent : int
        Answers.
    n_open : int
        Items asked about that await one.
    points : sequence of Point
        What happened in each part of the stream.
    """
    left = max(0, total - spent)
    free = max(0, left - n_open)
    lasts = _lasts(free, points)
    return {"total": total, "spent": spent, "open": n_open, "left": left, "lasts": lasts}


def _lasts(free: int, points: Sequence[Point]) -> int | None:
    """Return how many items pass until `free` more are asked about, at the rate of late."""
    n = asked = 0
    for point in reversed(points):
        n, asked = n + point.n, asked + point.asked
        if asked >= _PACE_OF and n >= points[-1].end / 10:
            break
    if not free or asked < 3:
        return None
    return round(float(f"{free * n / asked:.2g}"))


# -- how good it is --------------------------------------------------------------------------------


def share_of(share: Share) -> dict[str, Any] | None:
    """Return a share with its interval, for JSON; None if nothing is known."""
    if not share.n or math.isnan(share.value):
        return None
    found = {"value": share.value, "low": share.low, "high": share.high}
    return {
        **{name: round(float(number), 5) for name, number in found.items()},
        "n": share.n,
        "range": percent(share.low, share.high),
    }


def quality_of(report: StreamReport | None, *, is_drawing: bool) -> dict[str, Any]:
    """Return how many accepted labels are wrong, how often the model is right, and what drifts.

    Parameters
    ----------
    report : StreamReport or None
        What the drawn items tell.
    is_drawing : bool
        Whether items are drawn at random at all.
    """
    missing = _missing(is_drawing)
    if report is None:
        return {"error": None, "accuracy": None, "drift": [], "missing": missing}
    return {
        "error": share_of(report.error),
        "accuracy": share_of(report.accuracy),
        "drift": drift_of(report),
        "missing": missing,
    }


def drift_of(report: StreamReport) -> list[dict[str, Any]]:
    """Return since which item the model does worse, and while that is news, how."""
    if (alarm := report.alarm) is None:
        return []
    is_news = report.n_seen - alarm.number <= max(_NEWS, report.n_seen / 4)
    words = f"{alarm.sentence} So it asks more for a while."
    return [{"since": alarm.number, "words": words if is_news else ""}]


def _missing(is_drawing: bool) -> str:  # noqa: FBT001
    if is_drawing:
        return "Known once some items that were drawn at random are answered."
    return "Nothing is drawn at random, so nobody knows. StreamBasedSampling(audit=0.05) draws."
