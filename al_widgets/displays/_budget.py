"""What the answers were spent on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.displays._base import MOST_BARS, Display, cut
from al_widgets.evaluation import labels_a_minute

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner


@dataclass
class BudgetDisplay(Display):
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
        ax.set_yticks(rows, [cut(name) for name in shown])
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
        if len(self.classes) <= MOST_BARS:
            return self.classes

        def answers(name: str) -> int:
            return sum(mine.get(name, 0) for mine in self.counts.values())

        ranked = sorted(self.classes, key=answers, reverse=True)
        return [*ranked[: MOST_BARS // 2], *ranked[-MOST_BARS // 2 :]]

    def _footnote(self, n_shown: int) -> str:
        words = []
        if not math.isnan(self.pace):
            words.append(f"{self.pace:.0f} labels a minute")
            if self.remaining:
                words.append(_duration(self.remaining / self.pace))
        if len(self.counts) == 1:
            words.append(f"all by {cut(next(iter(self.counts)))}")
        if n_shown < len(self.classes):
            words.append(f"{len(self.classes) - n_shown} classes between them not shown")
        return " · ".join(words)


def _duration(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute left"
    if minutes < 90:
        return f"about {minutes:.0f} min left"
    return f"about {minutes / 60:.0f} h left"
