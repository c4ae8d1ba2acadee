"""What a race of strategies shows: tables, a sentence and a picture."""

from __future__ import annotations

import base64
import html
import math
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets._race_drawing import draw_curves, looks, name_the_ends
from al_widgets.displays import Display
from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

METRICS = ("accuracy", "balanced_accuracy")
"""What the test part says."""


def area_under_curve(n_labels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the area under learning curves divided by their span: the mean height, 0 to 1.

    Parameters
    ----------
    n_labels : ndarray of shape (n_points,), int
        Ascending.
    values : ndarray of shape (..., n_points)
        Heights, between 0 and 1. A curve of one point is as high as this point.

    Examples
    --------
    >>> area_under_curve(np.array([10, 20, 40]), np.array([0.0, 0.5, 1.0])).round(3) + 0
    np.float64(0.583)
    """
    if len(n_labels) == 1:
        return np.asarray(values[..., 0])
    return np.asarray(np.trapezoid(values, n_labels) / (n_labels[-1] - n_labels[0]))


@dataclass(frozen=True, slots=True)
class _Lead:
    """By how much a curve is higher than another on average, and half of the 95 % t-interval."""

    mean: float
    half: float
    other: str

    @property
    def is_clear(self) -> bool:
        """Whether it is more than chance may bring; never of a single seed."""
        return self.mean > self.half

    @property
    def size(self) -> str:
        width = "" if math.isnan(self.half) else f" ± {self.half:.3f}"
        return f"{self.mean:.3f}{width} above {self.other}"

    def __str__(self) -> str:
        doubt = not math.isnan(self.half) and not self.is_clear
        return self.size + " (may be chance)" * doubt


@dataclass(eq=False, repr=False)
class RaceResult(Display):
    """The learning curves of all strategies.

    Parameters
    ----------
    frame : DataFrame
        As `to_frame` returns it.
    baseline : str
        The strategy that the others are compared with.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"strategy": ["random", "random", "margin", "margin"], "seed": 0})
    >>> frame["n_labels"] = [10, 20, 10, 20]
    >>> frame["accuracy"] = frame["balanced_accuracy"] = [0.5, 0.6, 0.5, 0.8]
    >>> frame["seconds"] = 0.0
    >>> result = RaceResult(frame, baseline="random")
    >>> result.aulc["accuracy"].round(2).to_dict()
    {'margin': 0.65, 'random': 0.55}
    >>> result.labels_to_reach(0.8)["labels"].to_dict()
    {'margin': 20.0, 'random': nan}
    """

    frame: pd.DataFrame
    baseline: str
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_rows(cls, rows: Sequence[Any], columns: Sequence[str], baseline: str) -> RaceResult:
        """Make it of what the runs gave."""
        import pandas as pd  # noqa: PLC0415

        return cls(pd.DataFrame(rows, columns=list(columns)), baseline)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each strategy, seed and batch.

        Returns
        -------
        DataFrame
            ``strategy``, ``seed``, ``n_labels``, ``accuracy``, ``balanced_accuracy`` (on the test
            part), ``seconds`` (time that choosing the batch took).
        """
        return self.frame.copy()

    @property
    def strategies(self) -> list[str]:
        """Names, in the order in which they were given."""
        return list(dict.fromkeys(self.frame["strategy"]))

    @property
    def seeds(self) -> list[int]:
        """The seeds."""
        return [int(seed) for seed in dict.fromkeys(self.frame["seed"])]

    @property
    def n_labels(self) -> np.ndarray:
        """Numbers of labels at which the strategies were measured, ascending."""
        return np.unique(self.frame["n_labels"].to_numpy(dtype=int))

    def curves(self, metric: str = "accuracy") -> np.ndarray:
        """Return the curves.

        Parameters
        ----------
        metric : {"accuracy", "balanced_accuracy", "seconds"}
            What they show.

        Returns
        -------
        ndarray of shape (n_strategies, n_seeds, n_points)
            In the order of `strategies`, `seeds` and `n_labels`.
        """
        shape = (len(self.strategies), len(self.seeds), len(self.n_labels))
        return self.frame[metric].to_numpy(dtype=float).reshape(shape)

    @property
    def aulc(self) -> pd.DataFrame:
        """How high each learning curve is on average, best first.

        Returns
        -------
        DataFrame, indexed by strategy
            ``accuracy``: area under the learning curve, divided by its span; mean over the seeds.
            ``accuracy_se``: its standard error. ``accuracy_gain``: difference to the baseline,
            seed by seed. ``accuracy_gain_se``: its standard error, which is smaller than those of
            the two areas suggest, as both ran on the same splits. The same four for
            ``balanced_accuracy``. ``seconds``: mean time of choosing a batch. Standard errors are
            NaN for a single seed.
        """
        import pandas as pd  # noqa: PLC0415

        columns: dict[str, np.ndarray] = {}
        first = self.strategies.index(self.baseline)
        for metric in METRICS:
            areas = self._areas(metric)
            gains = areas - areas[first]
            columns[metric], columns[f"{metric}_se"] = areas.mean(axis=1), standard_error(areas)
            columns[f"{metric}_gain"] = gains.mean(axis=1)
            columns[f"{metric}_gain_se"] = standard_error(gains)
        columns["seconds"] = self.curves("seconds").mean(axis=(1, 2))
        table = pd.DataFrame(columns, index=pd.Index(self.strategies, name="strategy"))
        return table.sort_values("accuracy", ascending=False, kind="stable")

    def labels_to_reach(self, goal: float, metric: str = "accuracy") -> pd.DataFrame:
        """Return how many labels it takes to get that good.

        Parameters
        ----------
        goal : float
            Above 0, up to 1.
        metric : {"accuracy", "balanced_accuracy"}
            What must reach it.

        Returns
        -------
        DataFrame, indexed by strategy, fewest labels first
            ``labels``: median over the seeds of the first number of labels at which the goal was
            reached. A seed that never reached it counts as more than the budget, so this is NaN
            where half of them did not. ``reached``: on how many seeds it was, of ``seeds``.
        """
        import pandas as pd  # noqa: PLC0415

        _require_metric(metric)
        if isinstance(goal, bool) or not isinstance(goal, Real) or not 0 < goal <= 1:
            raise InvalidInput("the goal is a share above 0, up to 1", repr(goal), "Pass 0.9")
        there = self.curves(metric) >= goal
        reached = there.any(axis=2)
        needed = np.where(reached, self.n_labels[there.argmax(axis=2)], np.inf)
        middle = np.median(needed, axis=1)
        table = pd.DataFrame(
            {
                "labels": np.where(np.isfinite(middle), middle, np.nan),
                "reached": reached.sum(axis=1),
                "seeds": len(self.seeds),
            },
            index=pd.Index(self.strategies, name="strategy"),
        )
        return table.sort_values(["labels", "reached"], ascending=[True, False], kind="stable")

    @property
    def summary(self) -> str:
        """Who won, and by how much, in a sentence."""
        table, n_seeds = self.aulc, len(self.seeds)
        best, points = table.index[0], self.n_labels
        others = {self.baseline: None, **dict.fromkeys(table.index[1:2])}
        leads = [self._lead(best, other) for other in others if other != best]
        words = f"{table['accuracy'].iloc[0]:.3f} accurate"
        words += f" on average from {points[0]} to" if len(points) > 1 else " at"
        words += f" {points[-1]} labels"
        if leads:
            verb = "wins" if leads[-1].is_clear else "leads"
            words = f"{verb}, {words}: {' and '.join(map(str, leads))}"
        seeds = "one seed" if n_seeds == 1 else f"{n_seeds} seeds"
        return f"{best} {words}; {seeds}{', 95 % intervals' * (n_seeds > 1)}."

    def _lead(self, best: str, other: str, metric: str = "accuracy") -> _Lead:
        areas = dict(zip(self.strategies, self._areas(metric), strict=True))
        lead = areas[best] - areas[other]
        return _Lead(float(lead.mean()), float(half_width(lead)), other)

    def _areas(self, metric: str) -> np.ndarray:
        return area_under_curve(self.n_labels, self.curves(metric))

    def __repr__(self) -> str:
        return f"<RaceResult: {self.summary}>"

    def _repr_html_(self) -> str:
        picture = base64.b64encode(self.png()).decode()
        return (
            f'<div class="al-race"><img width="560" alt="{html.escape(self.summary)}" '
            f'src="data:image/png;base64,{picture}"><p>{html.escape(self.summary)}</p>'
            f"{self.aulc.round(3).to_html(border=0)}</div>"
        )

    def plot(self, ax: Any = None, *, theme: str = "light", metric: str = "accuracy") -> RaceResult:
        """Draw a learning curve for each strategy: means over the seeds, with 95 % t-intervals.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            A new figure is made when None.
        theme : {"light", "dark"}
            The page that it is legible on.
        metric : {"accuracy", "balanced_accuracy"}
            What is drawn.
        """
        _require_metric(metric)
        ax, colors = self._axes(ax, theme)
        curves = dict(zip(self.strategies, self.curves(metric), strict=True))
        ranked = list(self.aulc.sort_values(metric, ascending=False, kind="stable").index)
        means = {name: curves[name].mean(axis=0) for name in ranked}
        halves = {name: half_width(curves[name].T) for name in ranked}
        draw_curves(ax, self.n_labels, means, halves, looks(ranked, self.baseline, theme))
        ax.grid(axis="y", color=colors.grid, linewidth=0.8)
        n_seeds = len(self.seeds)
        measured = f"means of {n_seeds} seeds, 95 % intervals" if n_seeds > 1 else "one seed"
        ax.set_xlabel(f"labels  ({measured})", color=colors.muted, fontsize=9)
        name_the_ends(ax, {name: float(means[name][-1]) for name in ranked}, colors.ink)
        self._title(colors, metric.replace("_", " ").capitalize(), self._fact(ranked, metric))
        return self

    def _fact(self, ranked: list[str], metric: str) -> str:
        """Return how far the first is ahead of the baseline, or of the second if it is that."""
        if len(ranked) < 2:
            return ""
        other = ranked[1] if ranked[0] == self.baseline else self.baseline
        lead = self._lead(ranked[0], other, metric)
        return f"{ranked[0]}: {lead.size}"


def standard_error(values: np.ndarray) -> np.ndarray:
    """Return the standard error of the mean over the last axis; NaN for a single value."""
    n = values.shape[-1]
    if n < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.asarray(values.std(axis=-1, ddof=1) / math.sqrt(n))


def half_width(values: np.ndarray) -> np.ndarray:
    """Return half of the 95 % t-interval of the mean over the last axis; NaN for one value."""
    from scipy.special import stdtrit  # noqa: PLC0415

    return np.asarray(standard_error(values) * stdtrit(max(values.shape[-1] - 1, 1), 0.975))


def _span(n_labels: np.ndarray) -> str:
    first, last = n_labels[0], n_labels[-1]
    return f"from {first} to {last}" if first < last else f"at {last}"


def _require_metric(metric: str) -> None:
    if metric not in METRICS:
        raise InvalidInput("metric must be known", repr(metric), f"Choose one of {list(METRICS)}")
