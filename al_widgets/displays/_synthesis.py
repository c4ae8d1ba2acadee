"""What was made of labeled items, and what became of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets import making
from al_widgets.displays._base import MOST_BARS, Display, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from al_widgets.learner import ActiveLearner
    from al_widgets.state import State
    from al_widgets.syntheses import Synthetic

FATES = {
    making.IN_USE: "in use",
    making.HELD: "held back",
    making.ASKED: "for you to label",
    making.ACCEPTED: "accepted",
    making.RELABELED: "relabeled",
    making.REJECTED: "rejected",
    making.ORPHANED: "of answers that changed",
    making.OFF: "switched off",
}
"""What an item that was made may have become, in the order in which it is told, and in words."""

_LEARNED = (making.IN_USE, making.ACCEPTED, making.RELABELED)


class Fate(NamedTuple):
    """An item that was made, and what became of it."""

    each: Synthetic
    status: str
    label: str | None


def fates(state: State, answers: dict[str, str]) -> list[Fate]:
    """Return all that was made, the oldest first.

    Parameters
    ----------
    state : State
    answers : dict of str to str
        The labels of real items that a model may learn from.
    """
    return [
        Fate(each, making.status(state, each, answers), state.labels.get(each.item) or each.label)
        for each in state.synthetic
    ]


def tally(
    answers: Mapping[str, str], made: Iterable[Fate], classes: Sequence[str]
) -> dict[str, tuple[int, int, int]]:
    """Return how much a model learns from of each class.

    Parameters
    ----------
    answers : mapping of str to str
        The labels of real items that a model may learn from.
    made : iterable of Fate
    classes : sequence of str

    Returns
    -------
    dict of str to tuple
        Answers; items that were made; and those that are switched off.
    """
    said = Counter(answers.values())
    used: Counter[str | None] = Counter()
    off: Counter[str | None] = Counter()
    for _, status, label in made:
        used[label] += status in _LEARNED
        off[label] += status == making.OFF
    return {name: (said[name], used[name], off[name]) for name in classes}


@dataclass
class SynthesisDisplay(Display):
    """A bar a class: answers, and hatched beside them what was made.

    Parameters
    ----------
    n_answers : int
        Answers that a model may learn from.
    became : dict of str to int
        What became of how many items; see the column ``status`` of `ActiveLearner.synthetic`.
    counts : dict of str to tuple of three int
        Of each class the answers, the items that were made and are used, and those that are
        switched off.

    Examples
    --------
    >>> became = {"in use": 4, "held back": 1}
    >>> SynthesisDisplay(9, became, {"cat": (8, 0, 0), "dog": (1, 4, 0)}).summary
    '5 items made of 9 answers: 4 in use, 1 held back.'
    """

    n_answers: int
    became: dict[str, int]
    counts: dict[str, tuple[int, int, int]]
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_learner(cls, learner: ActiveLearner) -> SynthesisDisplay:
        """Read from the learner's log what was made."""
        with learner.log.current() as state:
            answers = state.training_labels(made=False)
            made = fates(state, answers)
        return cls.of(answers, made, [str(label) for label in learner.classes])

    @classmethod
    def of(
        cls, answers: Mapping[str, str], made: Sequence[Fate], classes: Sequence[str]
    ) -> SynthesisDisplay:
        """Count what was made; the arguments are those of `tally`."""
        became = dict(Counter(fate.status for fate in made))
        return cls(len(answers), became, tally(answers, made, classes))

    @property
    def n_made(self) -> int:
        """How many items were made."""
        return sum(self.became.values())

    @property
    def head(self) -> str:
        """How many were made, of how much."""
        if not self.n_made:
            return "Nothing was made yet"
        return f"{_number(self.n_made, 'item')} made of {_number(self.n_answers, 'answer')}"

    @property
    def said(self) -> dict[str, str]:
        """What became of them, by status, in words."""
        return {
            status: f"{self.became[status]:,} {words}"
            for status, words in FATES.items()
            if self.became.get(status)
        }

    @property
    def summary(self) -> str:
        """What was made, in a sentence."""
        said = ", ".join(self.said.values())
        return f"{self.head}: {said}." if said else f"{self.head}."

    def plot(self, ax: Any = None, *, theme: str = "light") -> SynthesisDisplay:
        """Draw a bar for each class, or, of very many, for the largest.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            A new figure is made when None.
        theme : {"light", "dark"}
            The page that it is legible on.
        """
        ax, colors = self._axes(ax, theme)
        largest = sorted(self.counts, key=lambda name: -sum(self.counts[name]))[:MOST_BARS]
        shown = [name for name in self.counts if name in largest]
        rows = np.arange(len(shown))[::-1]
        parts = np.array([self.counts[name] for name in shown], dtype=float).reshape(-1, 3)
        left = np.zeros(len(shown))
        looks: list[dict[str, Any]] = [
            {"label": "answers", "facecolor": colors.accent, "edgecolor": "none"},
            {"label": "made", "hatch": "/////", "edgecolor": colors.accent},
            {"label": "switched off", "edgecolor": colors.muted, "linestyle": "--"},
        ]
        for values, look in zip(parts.T, looks, strict=True):
            some = values > 0  # the edge of an empty bar would be seen
            if some.any():
                how = {"facecolor": "none", "linewidth": 0.8, "height": 0.62, **look}
                ax.barh(rows[some], values[some], left=left[some], **how)
            left += values
        for row, (answers, made, _), end in zip(rows, parts, left, strict=True):
            words = f"{answers:.0f} + {made:.0f}" if made else f"{answers:.0f}"
            place = {"textcoords": "offset points", "va": "center", "fontsize": 9}
            ax.annotate(words, (end, row), (4, 0), color=colors.ink, **place)
        ax.set_yticks(rows, [cut(name) for name in shown])
        ax.tick_params(axis="y", colors=colors.ink)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(0, max(1.0, left.max(initial=0)) * 1.15)
        ax.set_xlabel(" · ".join(self.said.values()), color=colors.muted, fontsize=9)
        self._title(colors, "Synthesis", self.head[:1].lower() + self.head[1:])
        return self


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
