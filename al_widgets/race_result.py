"""What a race of strategies shows: tables, a sentence and a picture."""

from __future__ import annotations

import base64
import html
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.displays import THEMES, _Display
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


@dataclass(eq=False, repr=False)
class RaceResult(_Display):
    """The learning curves of all strategies.

    Parameters
    ----------
    frame : DataFrame
        As `to_frame` returns it.
    baseline : str
        The strategy that the others are compared with.
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
            areas = area_under_curve(self.n_labels, self.curves(metric))
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
        if isinstance(goal, bool) or not isinstance(goal, int | float) or not 0 < goal <= 1:
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
        table = self.aulc
        best, n_seeds = table.index[0], len(self.seeds)
        words = f"{best} wins" if len(table) > 1 else best
        words += f", {table['accuracy'].iloc[0]:.3f} accurate on average"
        words += f" from {self.n_labels[0]} to {self.n_labels[-1]} labels"
        behind = [name for name in (self.baseline, *table.index[1:2]) if name != best]
        leads = [self._lead(best, name) for name in dict.fromkeys(behind)]
        if leads:
            words += f": {' and '.join(leads)}"
        return words + (f" ({n_seeds} seeds, 95 % intervals)." if n_seeds > 1 else " (one seed).")

    def _lead(self, best: str, other: str) -> str:
        areas = area_under_curve(self.n_labels, self.curves())
        lead = areas[self.strategies.index(best)] - areas[self.strategies.index(other)]
        half = float(half_width(lead))
        if math.isnan(half):
            return f"{lead.mean():.3f} above {other}"
        doubt = "" if lead.mean() > half else ", which may be chance,"
        return f"{lead.mean():.3f} ± {half:.3f}{doubt} above {other}"

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
        ranked = self.aulc.sort_values(metric, ascending=False, kind="stable").index
        palette = _palette(ranked, self.baseline, theme)
        for order, name in enumerate(ranked):
            mean, half = curves[name].mean(axis=0), half_width(curves[name].T)
            style = {"color": palette[name], "zorder": 3 + len(ranked) - order}
            ax.fill_between(self.n_labels, mean - half, mean + half, alpha=0.14, lw=0, **style)
            dashes = (0, (4, 2)) if name == self.baseline else "-"
            ax.plot(self.n_labels, mean, lw=2, ls=dashes, label=name, **style)
        ends = {name: float(curves[name].mean(axis=0)[-1]) for name in ranked}
        _name_the_ends(ax, self.n_labels[-1], ends, palette)
        ax.set_xlim(0, self.n_labels[-1])
        ax.grid(axis="y", color=colors.grid, linewidth=0.8)
        ax.set_xlabel("labels", color=colors.muted, fontsize=9)
        self._title(colors, metric.replace("_", " ").capitalize(), self._fact(metric))
        return self

    def _fact(self, metric: str) -> str:
        table = self.aulc.sort_values(metric, ascending=False, kind="stable")
        seeds = f"mean of {len(self.seeds)} seeds, 95 % intervals"
        return seeds if len(table) else ""


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


def _require_metric(metric: str) -> None:
    if metric not in METRICS:
        raise InvalidInput("metric must be known", repr(metric), f"Choose one of {list(METRICS)}")


_PALETTES = {
    "light": ("#0969da", "#bc4c00", "#0a7d63", "#8e3ba8", "#8a6a00", "#c2255c", "#4d5ba8"),
    "dark": ("#58a6ff", "#f0883e", "#3fc9a4", "#c792ea", "#e3c04a", "#ff7ba8", "#9fb0ff"),
}


def _palette(ranked: Any, baseline: str, theme: str) -> dict[str, str]:
    hues = _PALETTES[theme]
    others = [name for name in ranked if name != baseline]
    palette = {name: hues[place % len(hues)] for place, name in enumerate(others)}
    return {**palette, baseline: THEMES[theme].muted}


def _name_the_ends(ax: Any, x: float, ends: dict[str, float], palette: dict[str, str]) -> None:
    low, high = ax.get_ylim()
    names = sorted(ends, key=ends.__getitem__)
    heights = np.array([(ends[name] - low) / (high - low) for name in names])
    places = spread(heights, 0.07)
    for name, place in zip(names, places, strict=True):
        ax.annotate(
            name,
            (x, ends[name]),
            (1.04, place),
            textcoords="axes fraction",
            va="center",
            color=palette[name],
            fontsize=9,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": palette[name],
                "lw": 0.7,
                "shrinkA": 1,
                "shrinkB": 0,
            },
        )
    ax.set_ylim(low, high)


def spread(heights: np.ndarray, gap: float) -> np.ndarray:
    """Return heights near the given ones, which ascend, that are at least `gap` apart."""
    up, down = heights.copy(), heights.copy()
    for i in range(1, len(heights)):
        up[i] = max(up[i], up[i - 1] + gap)
        down[-i - 1] = min(down[-i - 1], down[-i] - gap)
    return np.asarray((up + down) / 2)
