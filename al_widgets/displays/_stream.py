"""How a stream went: how sure the model was, where the threshold stood, what was asked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.displays._base import Display
from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner
    from al_widgets.stream_report import StreamReport
    from al_widgets.streams import Point

_BINS = 80  # places along the stream at which something is drawn


@dataclass
class StreamDisplay(Display):
    """Confidence and threshold along a stream, and the share of items that was asked about.

    Parameters
    ----------
    end : ndarray of shape (n_points,), int
        Number of the item after the last one of each part of the stream.
    confidence : ndarray of shape (n_points,), float
        Mean confidence of the model in each part, from 0 to 1.
    threshold : ndarray of shape (n_points,), float
        Below which confidence items were asked about at its end.
    asked : ndarray of shape (n_points,), float
        Share of its items that was asked about.
    report : StreamReport
        The sums.

    Examples
    --------
    >>> from al_widgets import ActiveLearner, SimulatedOracle, StreamBasedSampling, datasets
    >>> pool, y = datasets.load_digits()
    >>> stream = zip(pool.features, pool.content, pool.ids)
    >>> learner = ActiveLearner(pool, range(10), sampling=StreamBasedSampling(stream, 0.8))
    >>> learner.teach(SimulatedOracle(y), n=40)
    >>> display = StreamDisplay.from_learner(learner)
    >>> display.report.n_asked
    40
    """

    end: np.ndarray
    confidence: np.ndarray
    threshold: np.ndarray
    asked: np.ndarray
    report: StreamReport
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_learner(cls, learner: ActiveLearner) -> StreamDisplay:
        """Read the course of the stream that flowed last from the learner's log.

        Raises
        ------
        InvalidInput
            If no item of a stream has passed yet.
        """
        report = learner.stream
        if report is None:
            raise InvalidInput(
                "there is a picture of a stream once an item of it has passed",
                "none so far",
                "Assign learner.sampling = al.StreamBasedSampling(...) and answer a query",
            )
        with learner.log.known() as state:
            points = _joined(state.streams[state.newest_stream].points)
        n = np.array([point.n for point in points])
        return cls(
            end=np.array([point.end for point in points]),
            confidence=np.array([point.confidence for point in points]) / n,
            threshold=np.array([point.threshold for point in points]),
            asked=np.array([point.asked for point in points]) / n,
            report=report,
        )

    @property
    def summary(self) -> str:
        """The course in a sentence."""
        report = self.report
        words = (
            f"{report.n_seen:,} items passed: {report.n_asked:,} were asked about, "
            f"{report.n_accepted:,} accepted"
        )
        if report.error.n:
            words += (
                f", of which {report.error.value:.1%} are wrong "
                f"({report.error.low:.1%} to {report.error.high:.1%})"
            )
        return words + "."

    def plot(self, ax: Any = None, *, theme: str = "light") -> StreamDisplay:
        """Draw how sure the model was, the threshold, and the share that was asked about.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            A new figure is made when None.
        theme : {"light", "dark"}
            The page that it is legible on.
        """
        ax, colors = self._axes(ax, theme)
        edges = np.concatenate([[0], self.end])
        ax.stairs(self.asked, edges, fill=True, color=colors.second, alpha=0.28, lw=0)
        middle = (edges[:-1] + edges[1:]) / 2
        ax.plot(middle, self.confidence, color=colors.accent, lw=1.8)
        ax.stairs(np.minimum(self.threshold, 1), edges, baseline=None, color=colors.ink, lw=1.2)
        ax.set_xlim(0, max(1, int(self.end[-1])))
        ax.set_ylim(0, 1.02)
        ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        ax.grid(axis="y", color=colors.grid, lw=0.8)
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.set_xlabel("items of the stream", color=colors.muted, fontsize=9)
        self._name(ax, "confidence", self.confidence[-1], colors.accent)
        self._name(ax, "threshold", min(1.0, self.threshold[-1]), colors.ink)
        self._name(ax, "asked", self.asked[-1], colors.second)
        fact = f"{self.report.n_asked:,} of {self.report.n_seen:,} asked"
        self._title(colors, "Stream", fact)
        return self

    def _name(self, ax: Any, name: str, height: float, color: str) -> None:
        """Name a line at its end, beside the others."""
        others = [text.xy[1] for text in ax.texts]
        while any(abs(height - other) < 0.07 for other in others):
            height += 0.035 if height < 0.5 else -0.035
        ax.annotate(
            name,
            (1.01, height),
            xycoords=("axes fraction", "data"),
            color=color,
            fontsize=9,
            va="center",
        )


def _joined(points: list[Point]) -> list[Point]:
    """Return at most `_BINS` points, of about as many items each."""
    each = sum(point.n for point in points) / _BINS
    found = points[:1]
    for point in points[1:]:
        if found[-1].n < each:
            found[-1] = found[-1].with_next(point)
        else:
            found.append(point)
    return found
