"""What the answers were spent on."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.displays._base import MOST_BARS, Display, cut
from al_widgets.evaluation import labels_a_minute
from al_widgets.events import IMPORTED, SELECTION, Labeled, LabeledMany

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.displays._base import Theme
    from al_widgets.learner import ActiveLearner


@dataclass
class BudgetDisplay(Display):
    """What the answers were spent on: by class, by annotator, and how long the rest will take.

    Answers are counted, not items: a selection that was labeled in one step is one answer, and has
    a kind of its own. What was imported was not answered here, and does not appear; nor does what
    was said of items that were made from others, unless that spends answers.

    Parameters
    ----------
    total, spent : int
        The budget and the answers given.
    counts : dict of str to dict of str to int
        Annotator to class to answers, each for one item.
    classes : list of str
        All classes, in their order.
    pace : float
        Answers a minute of late; NaN if it is not known.
    selections : dict of str to list of int
        Class to how many items each selection labeled; 0 if all were answered by hand afterwards.

    Examples
    --------
    >>> by_hand = {"me": {"cat": 2, "dog": 1}}
    >>> selections = {"dog": [356]}
    >>> BudgetDisplay(20, 4, by_hand, ["cat", "dog"], math.nan, selections).summary
    '4 of 20 answers spent, among them 1 selection (356 items), 16 remaining.'
    """

    total: int
    spent: int
    counts: dict[str, dict[str, int]]
    classes: list[str]
    pace: float
    selections: dict[str, list[int]] = field(default_factory=dict)
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_learner(cls, learner: ActiveLearner) -> BudgetDisplay:
        """Read the spending from the learner's log."""
        with learner.log.current() as state:
            steps = [taken.event for taken in state.standing()]
            free = state.synthetic.is_free
            said = [
                one.event
                for one in state.answers()
                if isinstance(one.event, Labeled) and not free(one.event.item)
            ]
            spent = state.spent.total()
        labels = [label for label in said if label.source != IMPORTED]
        counts: dict[str, dict[str, int]] = {}
        left = Counter(label.id for label in labels if label.source == SELECTION)
        for label in labels:
            if label.source != SELECTION:
                mine = counts.setdefault(label.annotator, {})
                mine[label.label] = mine.get(label.label, 0) + 1
        selections: dict[str, list[int]] = {}
        for step in steps:
            if isinstance(step, LabeledMany):
                counts.setdefault(step.annotator, {})
                selections.setdefault(step.label, []).append(left[step.id])
        return cls(
            total=learner.budget.total,
            spent=spent,
            counts=counts,
            classes=[str(label) for label in learner.classes],
            pace=labels_a_minute(sorted(label.time for label in labels)),
            selections=selections,
        )

    @property
    def remaining(self) -> int:
        """Answers that are left."""
        return max(0, self.total - self.spent)

    @property
    def summary(self) -> str:
        """The spending in a sentence."""
        words = f"{self.spent} of {self.total} answers spent, "
        if said := _selections_say([n for mine in self.selections.values() for n in mine]):
            words += f"among them {said}, "
        words += f"{self.remaining} remaining"
        if not math.isnan(self.pace):
            words += f"; {self.pace:.0f} answers a minute, {_duration(self.remaining / self.pace)}"
        return words + "."

    def plot(self, ax: Any = None, *, theme: str = "light") -> BudgetDisplay:
        """Draw a bar for each class, in as many shades as there are annotators.

        Selections are hatched, each as long as one answer.

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
        for values, look in self._parts(shown, colors):
            some = values > 0  # the edge of an empty bar would be seen
            ax.barh(rows[some], values[some], left=left[some], height=0.62, **look)
            left += values
        for row, name, value in zip(rows, shown, left, strict=True):
            _say(ax, row, value, _selections_say(self.selections.get(name, [])), colors)
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
            self._explain(colors)
        return self

    def _explain(self, colors: Theme) -> None:
        """Say who is who, above the bars if the title leaves room for it."""
        is_alone = len(self.figure_.axes) == 1
        place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2, "ncols": 3}
        self.ax_.legend(
            **(place if is_alone else {"loc": "best"}),
            frameon=False,
            fontsize=8,
            labelcolor=colors.ink,
            handlelength=1.2,
            columnspacing=1.2,
        )

    def _parts(
        self, shown: list[str], colors: Theme
    ) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
        """Yield the parts of all bars: how long they are, and how they look."""
        for number, (annotator, mine) in enumerate(sorted(self.counts.items())):
            look = {
                "label": f"{cut(annotator)} {sum(mine.values())}",
                "color": (colors.accent, colors.second)[number % 2],
                "alpha": 1 / (1 + number // 2 * 0.7),
                "edgecolor": "none",
            }
            yield np.array([mine.get(name, 0) for name in shown], dtype=float), look
        if self.selections:
            n = sum(map(len, self.selections.values()))
            look = {
                "label": f"{'selection' if n == 1 else 'selections'} {n}",
                "facecolor": "none",
                "edgecolor": colors.muted,
                "hatch": "/////",
                "linewidth": 0.8,
            }
            yield np.array([len(self.selections.get(name, [])) for name in shown], float), look

    def _shown(self) -> list[str]:
        """Return all classes, or, of very many, those with the most and the fewest answers."""
        if len(self.classes) <= MOST_BARS:
            return self.classes

        def answers(name: str) -> int:
            by_hand = sum(mine.get(name, 0) for mine in self.counts.values())
            return by_hand + len(self.selections.get(name, []))

        ranked = sorted(self.classes, key=answers, reverse=True)
        return [*ranked[: MOST_BARS // 2], *ranked[-MOST_BARS // 2 :]]

    def _footnote(self, n_shown: int) -> str:
        words = []
        if not math.isnan(self.pace):
            words.append(f"{self.pace:.0f} answers a minute")
            if self.remaining:
                words.append(_duration(self.remaining / self.pace))
        if len(self.counts) == 1:
            words.append(f"all by {cut(next(iter(self.counts)))}")
        if n_shown < len(self.classes):
            words.append(f"{len(self.classes) - n_shown} classes between them not shown")
        return " · ".join(words)


def _say(ax: Any, row: int, value: float, more: str, colors: Theme) -> None:
    """Say beside a bar how long it is, and what is to be said more, in a paler ink."""
    look = {"textcoords": "offset points", "va": "center", "fontsize": 9}
    number = ax.annotate(f"{value:.0f}", (value, row), (4, 0), color=colors.ink, **look)
    if more:
        look = {**look, "xycoords": number, "fontsize": 8}
        ax.annotate(more, (1, 0.5), (5, 0), color=colors.muted, **look)


def _selections_say(sizes: list[int]) -> str:
    if not sizes:
        return ""
    n = "1 selection" if len(sizes) == 1 else f"{len(sizes)} selections"
    return f"{n} ({_items(sum(sizes))})"


def _items(n: int) -> str:
    return "1 item" if n == 1 else f"{n:,} items"


def _duration(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute left"
    if minutes < 90:
        return f"about {minutes:.0f} min left"
    return f"about {minutes / 60:.0f} h left"
