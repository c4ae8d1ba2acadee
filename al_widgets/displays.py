"""Matplotlib pictures of a learner, in the form of scikit-learn's displays.

`from_learner` computes and keeps the numbers, `plot(ax=None)` draws them and returns the display
with ``ax_`` and ``figure_``. Nothing here touches pyplot, so a picture can be drawn on any thread.
"""

from __future__ import annotations

import io
import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.evaluation import labels_a_minute
from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner

_DRAWING = threading.Lock()  # matplotlib's caches are not made for several threads

_MOST_BARS = 16


@dataclass(frozen=True, slots=True)
class Theme:
    """Colors of a picture: legible on a light or on a dark page, and for the color-blind."""

    ink: str
    muted: str
    grid: str
    accent: str
    second: str


THEMES = {
    "light": Theme("#1f2328", "#656d76", "#e4e7eb", "#0969da", "#bc4c00"),
    "dark": Theme("#e6edf3", "#9198a1", "#30363d", "#58a6ff", "#f0883e"),
}


class _Display:
    """What the displays share: a figure, a theme, and a picture at the end of a cell."""

    ax_: Any
    figure_: Any

    def plot(self, ax: Any = None, *, theme: str = "light") -> Any:
        """Draw, and return the display; each subclass says what."""
        raise NotImplementedError

    def svg(self, width: float = 5.2, height: float = 3.2, theme: str = "light") -> str:
        """Return the picture as SVG on a transparent ground; sizes are in inches."""
        return self._saved("svg", width, height, theme).decode()

    def png(self, width: float = 6.0, height: float = 3.6) -> bytes:
        """Return the picture as PNG on white, for a page of any theme; sizes are in inches."""
        return self._saved("png", width, height, "light")

    def _repr_png_(self) -> bytes:
        return self.png()

    def _saved(self, kind: str, width: float, height: float, theme: str) -> bytes:
        from matplotlib.figure import Figure  # noqa: PLC0415 - slow, and not always needed

        with _DRAWING:
            figure = Figure(figsize=(width, height), layout="constrained")
            self.plot(figure.add_subplot(), theme=theme)
            buffer = io.BytesIO()
            transparent = kind == "svg"
            figure.savefig(buffer, format=kind, transparent=transparent, dpi=144)
        return buffer.getvalue()

    def _axes(self, ax: Any, theme: str) -> tuple[Any, Theme]:
        from matplotlib.figure import Figure  # noqa: PLC0415

        if theme not in THEMES:
            raise InvalidInput("theme must be known", repr(theme), f"Choose one of {list(THEMES)}")
        if ax is None:
            ax = Figure(figsize=(6.0, 3.6), layout="constrained").add_subplot()
        self.ax_, self.figure_ = ax, ax.figure
        colors = THEMES[theme]
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.spines["bottom"].set_color(colors.grid)
        ax.tick_params(colors=colors.muted, labelsize=9, length=0)
        ax.set_axisbelow(True)
        return ax, colors

    def _title(self, colors: Theme, name: str, fact: str) -> None:
        """Name the picture and say its main fact, over the whole width if it is alone."""
        if len(self.figure_.axes) > 1:
            self.ax_.set_title(f"{name}  {fact}", loc="left", color=colors.ink, fontsize=10)
            return
        self.figure_.suptitle(
            name, x=0.015, ha="left", color=colors.ink, fontsize=11, weight="bold"
        )
        self.figure_.text(0.985, 0.98, fact, ha="right", va="top", color=colors.accent, fontsize=10)


@dataclass
class LearningCurveDisplay(_Display):
    """Accuracy against the number of answers, with its 95 % interval.

    Parameters
    ----------
    spent : ndarray of shape (n_trainings,), int
        Answers given by the time of each training.
    accuracy, low, high : ndarray of shape (n_trainings,)
        Share of right predictions on the validation answers, and its Wilson interval.
    n_validation : int
        Validation answers behind the last point.
    total : int
        The budget.
    """

    spent: np.ndarray
    accuracy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n_validation: int
    total: int
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_learner(cls, learner: ActiveLearner) -> LearningCurveDisplay:
        """Read the curve from the learner's log."""
        rows = learner.history.sort_values("spent", kind="stable")
        rows = rows.drop_duplicates("spent", keep="last")
        known = rows[rows["accuracy"].notna()]
        return cls(
            spent=known["spent"].to_numpy(dtype=int),
            accuracy=known["accuracy"].to_numpy(),
            low=known["low"].to_numpy(),
            high=known["high"].to_numpy(),
            n_validation=int(known["n_validation"].iloc[-1]) if len(known) else 0,
            total=learner.budget.total,
        )

    @property
    def summary(self) -> str:
        """The curve in a sentence."""
        if not len(self.spent):
            return "No accuracy yet: it is measured on validation answers, drawn at random."
        return (
            f"Accuracy {self.accuracy[-1]:.2f}, between {self.low[-1]:.2f} and {self.high[-1]:.2f} "
            f"by {self.n_validation} held-out answers, after {self.spent[-1]} answers."
        )

    def plot(self, ax: Any = None, *, theme: str = "light") -> LearningCurveDisplay:
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            A new figure is made when None.
        theme : {"light", "dark"}
            The page that it is legible on.
        """
        ax, colors = self._axes(ax, theme)
        ax.set_ylim(0, 1.02)
        ax.set_xlim(0, max(self.total, *self.spent, 1))
        ax.grid(axis="y", color=colors.grid, linewidth=0.8)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
        ax.set_yticklabels(["0", ".25", ".50", ".75", "1"])
        ax.set_xlabel("answers", color=colors.muted, fontsize=9)
        if not len(self.spent):
            self._title(colors, "Learning curve", "")
            ax.text(
                0.5,
                0.5,
                "accuracy appears here after the first training,\n"
                "measured on answers drawn at random",
                transform=ax.transAxes,
                ha="center",
                va="center",
                color=colors.muted,
                fontsize=9,
            )
            return self
        ax.fill_between(
            self.spent, self.low, self.high, color=colors.accent, alpha=0.18, linewidth=0
        )
        ax.plot(
            self.spent,
            self.accuracy,
            color=colors.accent,
            linewidth=2,
            marker="o",
            markersize=4 if len(self.spent) < 40 else 0,
        )
        interval = f"{self.low[-1]:.2f} to {self.high[-1]:.2f}"
        self._title(
            colors,
            "Learning curve",
            f"{self.accuracy[-1]:.2f}  ({interval}, n={self.n_validation})",
        )
        return self


@dataclass
class BudgetDisplay(_Display):
    """What the answers were spent on: by class, by annotator, and how long the rest will take.

    Parameters
    ----------
    total, spent : int
        The budget and the answers given.
    counts : dict of str to dict of str to int
        Annotator to class to answers.
    classes : list of str
        All classes, in their order.
    pace : float
        Answers a minute of late; NaN if it is not known.
    """

    total: int
    spent: int
    counts: dict[str, dict[str, int]]
    classes: list[str]
    pace: float
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_learner(cls, learner: ActiveLearner) -> BudgetDisplay:
        """Read the spending from the learner's log."""
        labels, budget = learner.labels, learner.budget
        counts: dict[str, dict[str, int]] = {}
        for annotator, label in zip(labels["annotator"], labels["label"], strict=True):
            mine = counts.setdefault(str(annotator), {})
            mine[str(label)] = mine.get(str(label), 0) + 1
        times = labels["time"].astype("int64").to_numpy() / 1e9
        return cls(
            total=budget.total,
            spent=budget.spent,
            counts=counts,
            classes=[str(label) for label in learner.classes],
            pace=labels_a_minute(sorted(times.tolist())),
        )

    @property
    def remaining(self) -> int:
        """Answers that are left."""
        return max(0, self.total - self.spent)

    @property
    def summary(self) -> str:
        """The spending in a sentence."""
        words = f"{self.spent} of {self.total} answers spent, {self.remaining} remaining"
        if not math.isnan(self.pace):
            words += f"; {self.pace:.0f} labels a minute, {_duration(self.remaining / self.pace)}"
        return words + "."

    def plot(self, ax: Any = None, *, theme: str = "light") -> BudgetDisplay:
        """Draw a bar for each class, in as many shades as there are annotators.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            A new figure is made when None.
        theme : {"light", "dark"}
            The page that it is legible on.
        """
        ax, colors = self._axes(ax, theme)
        shown = self._shown()
        rows = np.arange(len(shown))[::-1]
        left = np.zeros(len(shown))
        for number, (annotator, mine) in enumerate(sorted(self.counts.items())):
            values = np.array([mine.get(name, 0) for name in shown], dtype=float)
            ax.barh(
                rows,
                values,
                left=left,
                height=0.62,
                label=f"{annotator} {sum(mine.values())}",
                color=(colors.accent, colors.second)[number % 2],
                alpha=1 / (1 + number // 2 * 0.7),
                edgecolor="none",
            )
            left += values
        for row, value in zip(rows, left, strict=True):
            ax.annotate(
                f"{value:.0f}",
                (value, row),
                (4, 0),
                textcoords="offset points",
                va="center",
                color=colors.ink,
                fontsize=9,
            )
        ax.set_yticks(rows, [_cut(name) for name in shown])
        ax.tick_params(axis="y", colors=colors.ink)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(0, max(1.0, left.max(initial=0)) * 1.12)
        fact = f"{self.spent} of {self.total} spent, {self.remaining} left"
        self._title(colors, "Budget", fact)
        if self._footnote(len(shown)):
            ax.set_xlabel(self._footnote(len(shown)), color=colors.muted, fontsize=9)
        if len(self.counts) > 1:
            ax.legend(loc="lower right", frameon=False, fontsize=8, labelcolor=colors.ink)
        return self

    def _shown(self) -> list[str]:
        """Return all classes, or, of very many, those with the most and the fewest answers."""
        if len(self.classes) <= _MOST_BARS:
            return self.classes

        def answers(name: str) -> int:
            return sum(mine.get(name, 0) for mine in self.counts.values())

        ranked = sorted(self.classes, key=answers, reverse=True)
        return [*ranked[: _MOST_BARS // 2], *ranked[-_MOST_BARS // 2 :]]

    def _footnote(self, n_shown: int) -> str:
        words = []
        if not math.isnan(self.pace):
            words.append(f"{self.pace:.0f} labels a minute")
            if self.remaining:
                words.append(_duration(self.remaining / self.pace))
        if len(self.counts) == 1:
            words.append(f"all by {_cut(next(iter(self.counts)))}")
        if n_shown < len(self.classes):
            words.append(f"{len(self.classes) - n_shown} classes between them not shown")
        return " · ".join(words)


def _duration(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute left"
    if minutes < 90:
        return f"about {minutes:.0f} min left"
    return f"about {minutes / 60:.0f} h left"


def _cut(name: str, n: int = 18) -> str:
    return name if len(name) <= n else name[: n - 1] + "…"
