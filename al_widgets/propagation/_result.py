"""Propagation: a label and a confidence for every item."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.nearness import squared_distances
from al_widgets.propagation._made import synthetic_items

if TYPE_CHECKING:
    import pandas as pd

    from al_widgets.pool import Pool
    from al_widgets.propagation._made import Told
    from al_widgets.propagation._mixing import Belief
    from al_widgets.propagation._opinions import Ground
    from al_widgets.propagation._student import Student

PROPAGATED = "propagated"
"""The source of a label that nobody gave: it was spread from the answers."""

SYNTHETIC = "synthetic"
"""The source of what was made from other items, whether its label stands or not."""

N_SUPPORT = 3
_BLOCK = 4_096


class Estimate(NamedTuple):
    """How many propagated labels are right, measured on validation answers.

    Each was predicted by the answers of the other folds, so none is told its own label.

    Attributes
    ----------
    accuracy : float
    low, high : float
        Wilson interval, 95 %.
    n : int
        Validation answers.
    """

    accuracy: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return (
            f"about {self.accuracy:.0%} right, between {self.low:.0%} and {self.high:.0%} by "
            f"{self.n} answers drawn at random"
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Propagation:
    """A label and a confidence for every item of a pool.

    Attributes
    ----------
    pool : Pool
    classes : tuple
        As the learner was given them.
    label : ndarray of shape (n_items,), int
        Positions in `classes`: the answer where there is one, else the likeliest class.
    confidence : ndarray of shape (n_items,), float32
        How likely the label is right, 0 to 1: of 100 propagated labels of confidence 0.8 some 80
        are. 1 where somebody answered. Of an item that was synthesized 1 where its label
        stands, else 0.
    sources : tuple of str
        Where labels may come from: "human", "selection", "imported", "propagated"; "synthetic" if
        there are items that were synthesized.
    source : ndarray of shape (n_items,), uint8
        Positions in `sources`.
    answered, given : ndarray of shape (n_answers,), int
        Positions of the items with an answer, ascending, and what was answered.
    out_of_fold : ndarray of shape (n_answers, n_classes), float32
        What the other answers say of each; NaN where that was not looked at.
    estimate : Estimate or None
        How many are right; None without validation answers, or with too few answers.
    mix : str
        Which opinions are believed, and how far, in words.
    threshold : float
        Propagated labels of less confidence are withheld.
    is_made : ndarray of shape (n_items,), bool
        Which items were synthesized. They are no items that wait for a label: nothing is propagated
        to them, and no table or count has them.
    """

    pool: Pool = field(repr=False)
    classes: tuple[Any, ...]
    label: np.ndarray
    confidence: np.ndarray
    sources: tuple[str, ...]
    source: np.ndarray
    answered: np.ndarray
    given: np.ndarray
    out_of_fold: np.ndarray
    estimate: Estimate | None
    mix: str
    threshold: float
    is_made: np.ndarray = field(repr=False)
    ground: Ground = field(repr=False)
    belief: Belief = field(repr=False)
    validates: np.ndarray = field(repr=False)
    told: Told = field(repr=False)

    @property
    def n_items(self) -> int:
        """How many items there are, without those that were synthesized."""
        return len(self.label) - int(self.is_made.sum())

    @property
    def n_made(self) -> int:
        """How many synthesized items have a label that stands: it was spread like an answer."""
        return int((self.confidence[self.is_made] == 1).sum())

    @property
    def is_propagated(self) -> np.ndarray:
        """Which items nobody answered and nobody made: an ndarray of shape (n_items,), bool."""
        mask: np.ndarray = self.source == self.sources.index(PROPAGATED)
        return mask

    @property
    def is_withheld(self) -> np.ndarray:
        """Which items get no label, for want of confidence: shape (n_items,), bool."""
        return self.is_propagated & (self.confidence < self.threshold)

    def above(self, threshold: float) -> Propagation:
        """Return the same with another threshold; nothing is computed anew.

        Parameters
        ----------
        threshold : float
            0 to 1; below it a propagated label is withheld.
        """
        return replace(self, threshold=check_threshold(threshold))

    def support(self, positions: np.ndarray) -> np.ndarray:
        """Return the nearest answers that say the same as the label.

        Parameters
        ----------
        positions : ndarray of shape (n,), int
            Items.

        Returns
        -------
        ndarray of shape (n, 3), int32
            Positions of answered items, nearest first, never the item itself; -1 where there are
            fewer.
        """
        out = np.full((len(positions), N_SUPPORT), -1, dtype=np.int32)
        rows = self.pool.geometry.rows
        for label in np.unique(self.label[positions]):
            mine = np.flatnonzero(self.label[positions] == label)
            answers = self.answered[self.given == label]
            if not len(answers):
                continue
            told = rows(answers)
            for start in range(0, len(mine), _BLOCK):
                some = mine[start : start + _BLOCK]
                away = squared_distances(rows(positions[some]), told)
                away[positions[some, None] == answers] = np.inf
                k = min(N_SUPPORT, len(answers))
                near = np.argpartition(away, k - 1, axis=1)[:, :k]
                near = np.take_along_axis(
                    near, np.take_along_axis(away, near, axis=1).argsort(axis=1), axis=1
                )
                is_other = np.isfinite(np.take_along_axis(away, near, axis=1))
                out[some, :k] = np.where(is_other, answers[near], -1)
        return out

    def to_frame(self, *, support: bool = True) -> pd.DataFrame:
        """Return one row an item; those that were synthesized are left out.

        Parameters
        ----------
        support : bool
            Whether to look up the nearest supporting answers, which takes a while in a large pool.

        Returns
        -------
        DataFrame
            ``item``, ``label`` (None where it is withheld), ``confidence``, ``source`` and
            ``support``, a tuple of ids of the nearest answers that say the same.
        """
        import pandas as pd  # noqa: PLC0415

        ids, items = self.pool.ids, np.flatnonzero(~self.is_made)
        labels = np.array([*self.classes, None], dtype=object)[
            np.where(self.is_withheld, len(self.classes), self.label)[items]
        ]
        frame = pd.DataFrame(
            {
                "item": [ids[i] for i in items.tolist()],
                "label": labels,
                "confidence": self.confidence[items],
                "source": np.array(self.sources, dtype=object)[self.source[items]],
            }
        )
        if support:
            near = self.support(items).tolist()
            frame["support"] = [tuple(ids[i] for i in row if i >= 0) for row in near]
        return frame

    def fit(self, estimator: Any) -> Student:
        """Train any estimator on all labels, answers and propagated ones, by their confidence.

        The last step of the method: a modest model labels the large set, and a better one learns
        from it. Where there are validation answers, it is said whether that helped.

        Parameters
        ----------
        estimator : classifier
            Any scikit-learn classifier; it is copied, never changed.

        Returns
        -------
        Student
        """
        from al_widgets.propagation._student import fit_student  # noqa: PLC0415 - a cycle else

        return fit_student(self, estimator)

    @property
    def summary(self) -> str:
        """What was labeled, in a sentence."""
        n, withheld = int(self.is_propagated.sum()), int(self.is_withheld.sum())
        words = f"{n - withheld:,} labels propagated from {len(self.answered):,} answers"
        if self.n_made:
            words += f" and {synthetic_items(self.n_made)}"
        if withheld:
            words += f", {withheld:,} withheld below {self.threshold:g}"
        if self.estimate is not None:
            words += f"; {self.estimate}"
        return words + "."

    def __repr__(self) -> str:
        return f"<Propagation: {self.summary.removesuffix('.')}>"


def check_threshold(threshold: float) -> float:
    """Refuse what is no share."""
    is_number = isinstance(threshold, int | float | np.number) and not isinstance(threshold, bool)
    if not is_number or not 0 <= threshold <= 1:
        raise InvalidInput(
            "threshold is a confidence from 0 to 1", repr(threshold), "Pass for example 0.8"
        )
    return float(threshold)
