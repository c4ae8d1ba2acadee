"""Whether models are better with the items that were made, or worse.

Two models are trained that differ in nothing else, and compared on the same items. Validation
answers tell how things are, since they were drawn at random. Where these are few, other answers are
asked as well: in five parts, each by models that know neither that part nor what was made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from al_widgets._comparing import Bench, Comparison
from al_widgets.exceptions import NotEnoughLabels
from al_widgets.shares import mcnemar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

    from al_widgets.pool import Pool

ENOUGH = 100
"""Validation answers; with fewer, the other answers are asked as well."""

FEWEST = 10
"""Validation answers that say something by themselves."""

CHANCE = 0.05
"""From this probability on a difference may be chance."""

HARM = 0.2
"""So likely may it be that what looks like harm is chance, and it is switched off all the same:
nothing is lost then but what it might have brought."""


@dataclass(frozen=True, slots=True, eq=False)
class SynthesisReport:
    """Whether models are better with the items that were made; a learner's `synthesis_report()`.

    Attributes
    ----------
    classes : tuple of str
        The names of the classes.
    n_answers, n_made : int
        How many answers a model learns from, and how many items that were made.
    validation : Comparison
        On validation answers, which no model learned from.
    answers : Comparison
        On the other answers, each by models that knew neither it nor what was made from it; of no
        item where there are `ENOUGH` validation answers.
    """

    classes: tuple[str, ...]
    n_answers: int
    n_made: int
    validation: Comparison
    answers: Comparison

    @property
    def n_validation(self) -> int:
        """How many validation answers there are."""
        return int(self.validation.n.sum())

    @property
    def on(self) -> str:
        """What the figures below are of: "validation answers", or "answers" where these are few."""
        return "validation answers" if self.n_validation >= FEWEST else "answers"

    @property
    def measured(self) -> Comparison:
        """What the figures below are of: validation answers, or all where these are few."""
        return self.validation if self.n_validation >= FEWEST else self.validation + self.answers

    @property
    def n(self) -> int:
        """How many items the models were compared on."""
        return int(self.measured.n.sum())

    @property
    def n_right(self) -> int:
        """How many a model got right that learned from what was made."""
        return int(self.measured.n_right.sum())

    @property
    def n_right_without(self) -> int:
        """How many a model got right that learned from the answers alone."""
        return int(self.measured.n_right_without.sum())

    @property
    def accuracy(self) -> float:
        """Share that is right with what was made, from 0 to 1; NaN where nothing was measured."""
        return self.n_right / self.n if self.n else float("nan")

    @property
    def accuracy_without(self) -> float:
        """Share that is right without; NaN where nothing was measured."""
        return self.n_right_without / self.n if self.n else float("nan")

    @property
    def balanced_accuracy(self) -> float:
        """Mean over the classes of the share of each that is right with what was made."""
        return _balanced(self.measured.n_right, self.measured.n)

    @property
    def balanced_accuracy_without(self) -> float:
        """Mean over the classes of the share of each that is right without."""
        return _balanced(self.measured.n_right_without, self.measured.n)

    @property
    def p_value(self) -> float:
        """How likely chance alone makes the two differ as much (McNemar's exact test, 1947)."""
        return mcnemar(int(self.measured.gained.sum()), int(self.measured.lost.sum()))

    @property
    def helped(self) -> bool | None:
        """Whether more were right with what was made; None where nothing was measured."""
        return self.n_right > self.n_right_without if self.n else None

    def gain(self, *, balanced: bool = False) -> float:
        """Return how many more are right with what was made, on validation and other answers.

        Parameters
        ----------
        balanced : bool
            Whether each class counts alike: then it is the sum over the classes of the share gained
            of each, on the items that only one of the two models got right.
        """
        return (self.validation + self.answers).gain(balanced=balanced)

    def harms(self, chance: float = HARM, *, balanced: bool = False) -> bool:
        """Whether what was made had better not be used: by validation and other answers together.

        Not where at least `FEWEST` validation answers say that it helps: these are drawn from the
        whole pool, and the others may all be of a part that needs no help.

        Parameters
        ----------
        chance : float
            So likely may it be, at most, that mere chance shows as much harm.
        balanced : bool
            Whether each class counts alike, instead of each item.
        """
        if self.n_validation >= FEWEST and self.validation.gain(balanced=balanced) > 0:
            return False
        return (self.validation + self.answers).chance(balanced=balanced) <= chance

    @property
    def summary(self) -> str:
        """Whether it helped, in a sentence."""
        words = f"{self.n_made:,} synthetic items beside {self.n_answers:,} answers"
        if not self.n:
            return f"{words}; whether they help is not known yet."
        best, worst = self._most(1), self._most(-1)
        which = "; ".join(part for part in (best, worst) if part)
        return (
            f"{words}: {self._verdict}. Right on {self.n_right} of {self.n} {self.on} with them, "
            f"on {self.n_right_without} without" + (f" ({which})." if which else ".")
        )

    @property
    def _verdict(self) -> str:
        more, may_be_chance = self.n_right - self.n_right_without, self.p_value > CHANCE
        if more > 0:
            return "they may have helped, or it is chance" if may_be_chance else "they helped"
        if more < 0:
            return "they may have done harm, or it is chance" if may_be_chance else "they did harm"
        return "they changed nothing"

    def _most(self, sign: int) -> str:
        """Say which class gained most, or lost most; empty if none did."""
        more = self.measured.n_right - self.measured.n_right_without
        k = int((sign * more).argmax())
        return (
            f"{self.classes[k]} {more[k]:+d} of {self.measured.n[k]}" if sign * more[k] > 0 else ""
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a class.

        Index ``class``; ``n``, ``right``, ``right_without`` and ``difference`` of `measured`, and
        of it ``n_validation``.
        """
        import pandas as pd  # noqa: PLC0415 - slow, and not always needed

        seen = self.measured
        return pd.DataFrame(
            {
                "n": seen.n,
                "right": seen.n_right,
                "right_without": seen.n_right_without,
                "difference": seen.n_right - seen.n_right_without,
                "n_validation": self.validation.n,
            },
            index=pd.Index(self.classes, name="class"),
        )

    def __repr__(self) -> str:
        return f"<SynthesisReport: {self.summary.removesuffix('.')}>"


def _balanced(right: np.ndarray, n: np.ndarray) -> float:
    known = n > 0
    return float((right[known] / n[known]).mean()) if known.any() else float("nan")


def compare(
    pool: Pool,
    estimator: Any,
    answers: Mapping[str, str],
    validates: Mapping[str, str],
    *,
    parents: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    shares: Mapping[str, Mapping[str, float]] | None = None,
    classes: Sequence[str] | None = None,
    outside: tuple[Any, np.ndarray] | None = None,
    random_state: int = 0,
) -> SynthesisReport:
    """Train with and without what was made, and compare.

    Parameters
    ----------
    pool : Pool
        Has all these items.
    estimator : classifier
        What to train copies of; one that knows the pool (it has ``train_at``) is asked by position.
    answers : mapping of str to str
        What people said of real items, by id: what a model learns from.
    validates : mapping of str to str
        What they said of items that no model learns from.
    parents : mapping of str to sequence of str
        The items that were made, and what each was made from.
    labels : mapping of str to str
        The class of each that was made.
    shares : mapping of str to mapping of str to float, optional
        Of those that are of several classes, how far of which.
    classes : sequence of str, optional
        The names of the classes, in order; those that there are, sorted, when None.
    outside : (X, y), optional
        Rows of features to validate on instead of items, and their classes as positions.
    random_state : int
        Seed of every training, and of the parts.

    Returns
    -------
    SynthesisReport
        After two trainings, and ten more where there are fewer than `ENOUGH` validation answers.

    Raises
    ------
    NotEnoughLabels
        If nothing was made, or answers are not of two classes.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from al_widgets import Pool
    >>> pool = Pool(np.array([[0.0], [0.2], [0.9], [1.0], [0.1], [0.8]]))
    >>> report = compare(pool, LogisticRegression(), {"0": "low", "3": "high"},
    ...                  {"1": "low", "2": "high"},
    ...                  parents={"4": ["0"], "5": ["3"]}, labels={"4": "low", "5": "high"})
    >>> report.n_made, report.n_validation, report.n_right
    (2, 2, 2)
    """
    if not parents:
        raise NotEnoughLabels(
            "to tell whether synthetic items help, there must be some in use",
            "none",
            "Make some first: learner.synthesize()",
        )
    if len(set(answers.values())) < 2:
        raise NotEnoughLabels(
            "a model needs answers of at least two classes to learn from",
            f"{len(answers)} answers of {len(set(answers.values()))} class",
            "Answer some more first",
        )
    if classes is None:
        classes = sorted({*answers.values(), *validates.values(), *labels.values()})
    bench = Bench(pool, estimator, tuple(classes), random_state, outside)
    made = bench.lesson(labels, shares or {}, parents)
    told = bench.lesson(answers)
    on_validation = bench.validated(told, made, bench.lesson(validates))
    on_answers = bench.nothing
    if on_validation.n.sum() < ENOUGH:
        for train_on, test_on in bench.folds(told):
            on_answers += bench.compared(train_on, made.without(test_on), test_on)
    return SynthesisReport(tuple(classes), len(answers), len(parents), on_validation, on_answers)
