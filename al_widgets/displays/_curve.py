"""Accuracy against the number of answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from al_widgets.displays._base import Display
from al_widgets.displays._palette import STAR

if TYPE_CHECKING:
    import numpy as np

    from al_widgets.learner import ActiveLearner


@dataclass
class LearningCurveDisplay(Display):
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
    n_synthetic : ndarray of shape (n_trainings,), int
        Items that were made from others and each model learned from; none where it is empty.
    """

    spent: np.ndarray
    accuracy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n_validation: int
    total: int
    n_synthetic: np.ndarray | tuple[int, ...] = ()
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
            n_synthetic=known["n_synthetic"].to_numpy(dtype=int),
        )

    @property
    def summary(self) -> str:
        """The curve in a sentence."""
        if not len(self.spent):
            return "No accuracy yet: it is measured on validation answers, drawn at random."
        return (
            f"Accuracy {self.accuracy[-1]:.2f}, between {self.low[-1]:.2f} and {self.high[-1]:.2f} "
            f"on {self.n_validation} items, after {self.spent[-1]} answers{self._made}."
        )

    @property
    def _made(self) -> str:
        """What the last model learned from besides answers, in words."""
        n = int(self.n_synthetic[-1]) if len(self.n_synthetic) else 0
        return f" and {n:,} synthetic item{'s' * (n != 1)}" if n else ""

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
        with_made = [k for k, n in enumerate(self.n_synthetic) if n]
        if with_made:  # stars, as on the map
            ax.scatter(
                [self.spent[k] for k in with_made],
                [self.accuracy[k] for k in with_made],
                s=110 if len(self.spent) < 40 else 50,
                marker=STAR,
                facecolor=colors.accent,
                edgecolor=colors.ink,
                linewidths=0.5,
                zorder=3,
            )
        interval = f"{self.low[-1]:.2f} to {self.high[-1]:.2f}"
        self._title(colors, "Learning curve", f"{self.accuracy[-1]:.2f}  ({interval})")
        ax.set_xlabel(
            f"answers · measured on {self.n_validation} items"
            + " · stars: with synthetic items" * bool(with_made),
            color=colors.muted,
            fontsize=9,
        )
        return self
