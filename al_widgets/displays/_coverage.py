"""Which variations of which class the labels represent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.coverage import UNKNOWN
from al_widgets.displays._base import MOST_BARS, Display, Theme, cut

if TYPE_CHECKING:
    import pandas as pd

    from al_widgets.coverage import Coverage
    from al_widgets.learner import ActiveLearner

_HEIGHT = 0.62  # of a bar, where rows are 1 apart
_FEWEST_ROWS = 6  # that there is room for: a single bar is no wall
_GAP = 0.006  # between two variations, as a share of the longest bar


@dataclass
class CoverageDisplay(Display):
    """A bar a class, split into its variations: filled where a label lies, hatched where none does.

    Parameters
    ----------
    coverage : Coverage
        As :meth:`ActiveLearner.coverage` measures it.
    """

    coverage: Coverage
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_learner(cls, learner: ActiveLearner) -> CoverageDisplay:
        """Measure the learner's coverage."""
        return cls(learner.coverage())

    @property
    def fact(self) -> str:
        """The score and what it counts."""
        covered = self.coverage.is_covered
        return f"{self.coverage.score:.2f} · {covered.sum()} of {len(covered)} variations"

    @property
    def summary(self) -> str:
        """The coverage in a sentence."""
        coverage = self.coverage
        covered, n = int(coverage.is_covered.sum()), len(coverage.mass)
        words = (
            f"Labels represent {covered} of {n} variations, "
            f"{coverage.covered_mass:.0%} of the items."
        )
        if gaps := coverage.gaps(1):
            words += f" The largest that is missing: {said_of(gaps[0].n_items, gaps[0].label)}."
        return words

    @property
    def shown(self) -> pd.DataFrame:
        """The rows of ``coverage.by_class()`` that get a bar: of many, the worst covered.

        Classes that nothing is known to be of have a row as soon as anything is known of others.
        """
        frame = self._met
        if len(frame) <= MOST_BARS:
            return frame
        ranked = frame.sort_values("covered_mass", na_position="first", kind="stable")
        return frame[frame.index.isin(ranked.index[:MOST_BARS])]

    @property
    def n_hidden(self) -> int:
        """Number of classes that get no bar because others are covered worse."""
        return max(0, len(self._met) - MOST_BARS)

    @property
    def _met(self) -> pd.DataFrame:
        """All classes, or, while nothing is known of any of them, what is unknown."""
        frame = self.coverage.by_class()
        known = frame[frame.index != UNKNOWN]
        return frame if known["n_variations"].any() else frame[frame["n_variations"] > 0]

    def plot(self, ax: Any = None, *, theme: str = "light") -> CoverageDisplay:
        """Draw a bar for each class, as long as its share of the pool.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            A new figure is made when None.
        theme : {"light", "dark"}
            The page that it is legible on.
        """
        ax, colors = self._axes(ax, theme)
        shown = self.shown
        longest = max([1e-9, *shown["mass"]])
        words = [in_words(row) for row in shown.itertuples()]
        rows = np.arange(len(shown))[::-1]
        for row, name, length, said in zip(rows, shown.index, shown["mass"], words, strict=True):
            self._bar(ax, colors, row, name, _GAP * longest)
            where = {"textcoords": "offset points", "va": "center", "fontsize": 9}
            ax.annotate(said, (length, row), (5, 0), color=colors.ink, **where)
        ax.set_yticks(rows, [cut(name) for name in shown.index], parse_math=False)
        ax.tick_params(axis="y", colors=colors.ink)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(0, longest * self._room(words))
        ax.set_ylim(len(shown) - 0.4 - max(len(shown), _FEWEST_ROWS), len(shown) - 0.4)
        self._title(colors, "Coverage", self.fact)
        ax.set_xlabel(self._footnote(), color=colors.muted, fontsize=9)
        return self

    def _bar(self, ax: Any, colors: Theme, row: int, name: str, gap: float) -> None:
        """Draw the variations of a class: the covered ones first, the largest first in each."""
        coverage = self.coverage
        mine = np.flatnonzero(coverage.label == coverage.classes.index(name))
        mine = mine[np.argsort(~coverage.is_covered[mine], kind="stable")]
        ends = np.cumsum(coverage.mass[mine])
        widths = np.maximum(coverage.mass[mine] - gap, gap / 4)
        spans = np.column_stack([ends - coverage.mass[mine], widths])
        covered = coverage.is_covered[mine]
        place = (row - _HEIGHT / 2, _HEIGHT)
        ax.broken_barh(spans[covered], place, color=colors.accent, linewidth=0)
        empty = {"facecolor": "none", "edgecolor": colors.muted, "linewidth": 0.6}
        ax.broken_barh(spans[~covered], place, hatch="/////", **empty)

    def _room(self, words: list[str]) -> float:
        """Return how much longer the axis is than the longest bar, for the words behind it."""
        points = 72 * self.figure_.get_figwidth() / max(1, len(self.figure_.axes)) - 90
        taken = 4.7 * max(map(len, words), default=0) + 8
        return float(points / max(points - taken, points / 4))

    def _footnote(self) -> str:
        words = "filled: a label represents it · hatched: none does"
        return words + f" · {self.n_hidden} better covered classes not shown" * bool(self.n_hidden)


def said_of(n_items: int, label: str) -> str:
    """Return what a variation is in words, such as "about 120 items, probably shark"."""
    guess = "of no known class" if label == UNKNOWN else f"probably {cut(label, 40)}"
    return f"about {n_items:,} item{'s' * (n_items != 1)}, {guess}"


def in_words(row: Any) -> str:
    """Return what a row of ``by_class()`` says of a class."""
    if not row.n_variations:
        return "nothing known to be one"
    labels = f"{row.n_labels} label{'s' * (row.n_labels != 1)}"
    return f"{labels} · {row.n_covered} of {row.n_variations} variations"
