"""How many of the propagated labels are wrong, from a random sample of them that a person checked.

A model's confidence is its own opinion, and answers that a strategy chose are no sample. So items
are drawn at random from everything that was propagated, and asked about like any others, except
that nobody is told beforehand what was propagated. An audit is a reading of the log: what was drawn
is an event, and the answers are those that stand now.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.events import Audited
from al_widgets.exceptions import InvalidInput, NotEnoughLabels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from al_widgets.propagation import Propagation
    from al_widgets.state import State

_AUDITING = 0xA0D17  # keeps its random numbers apart from those of other choices


def error_interval(
    n_wrong: int, n_checked: int, n_population: int, level: float = 0.95
) -> tuple[float, float]:
    """Return an interval for the share of errors in a population, from a sample of it.

    Wilson's score interval (1927) with the variance of a sample without replacement, which is
    narrower the more of the population was checked. Where a single error was found, Wilson's lower
    end is too high (Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 2001): it is lowered to the exact one-sided limit. Of the intervals that
    were compared, this one holds the truth as often as it says most evenly (`make bench
    ARGS=audit`).

    Parameters
    ----------
    n_wrong, n_checked : int
        Errors in the sample, and its size.
    n_population : int
        Size of the population, the sample included.
    level : float
        How often it is to hold the truth, between 0 and 1.

    Returns
    -------
    (float, float)
        Between 0 and 1; NaN without a sample; twice the same if everything was checked.

    Raises
    ------
    InvalidInput
        If the numbers contradict one another.

    Examples
    --------
    >>> low, high = error_interval(4, 50, 1400)
    >>> round(low, 3), round(high, 3)
    (0.032, 0.186)
    >>> error_interval(4, 50, 50)
    (0.08, 0.08)
    """
    if not 0 <= n_wrong <= n_checked <= n_population:
        raise InvalidInput(
            "wrong ones are among the checked, and these in the population",
            f"{n_wrong} of {n_checked} of {n_population}",
            "Pass n_wrong <= n_checked <= n_population",
        )
    if not 0 < level < 1:
        raise InvalidInput("level is between 0 and 1", repr(level), "Pass level=0.95")
    if n_checked == 0:
        return math.nan, math.nan
    n_right = n_checked - n_wrong
    low, high = _score_interval(n_wrong, n_checked, n_population, level)
    if n_wrong == 1:
        low = min(low, _rare(n_checked, n_population, level))
    if n_right == 1:
        high = max(high, 1 - _rare(n_checked, n_population, level))
    return max(low, n_wrong / n_population), min(high, (n_population - n_right) / n_population)


def _score_interval(k: int, n: int, n_population: int, level: float) -> tuple[float, float]:
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    z2 *= (n_population - n) / max(1, n_population - 1)
    share = k / n
    center = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * share * (1 - share) / n + (z2 / (2 * n)) ** 2) / (1 + z2 / n)
    return center - half, center + half


def _rare(n: int, n_population: int, level: float) -> float:
    """Return the least share of errors that leaves fewer than `level` of the samples without."""
    lgamma = math.lgamma
    all_ways = lgamma(n_population + 1) - lgamma(n_population - n + 1)

    def is_often_found(n_errors: int) -> bool:
        n_right = n_population - n_errors
        if n_right < n:
            return True
        return lgamma(n_right + 1) - lgamma(n_right - n + 1) - all_ways < math.log(level)

    return _first(is_often_found, 1, n_population) / n_population


def _first(holds: Callable[[int], bool], start: int, stop: int) -> int:
    """Return the first number from `start` on of which `holds` is true, at most `stop`."""
    while start < stop:
        middle = (start + stop) // 2
        start, stop = (start, middle) if holds(middle) else (middle + 1, stop)
    return start


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """A random sample of the propagated labels, and what a person said of it so far.

    The label that stands now is compared with what was propagated when the sample was drawn. An
    item that was passed over as unclear is neither right nor wrong. The sample is asked about in
    the order in which it was drawn, so the part that is answered is a random sample too.

    Attributes
    ----------
    items : tuple of str, length n
        What was drawn.
    propagated : tuple of str, length n
        What was propagated to each.
    answers : dict of str to str
        What a person says of those that are answered.
    unclear : tuple of str
        Those that were passed over.
    population : dict of str to int
        How many propagated labels of each class they were drawn from.
    threshold : float
        The least confidence among these.
    values : dict of str to Any
        The classes as they were given to the learner, by their names.

    Examples
    --------
    >>> Audit(("1", "2", "3"), ("cat", "dog", "cat"), {"1": "cat", "2": "cat"}, (),
    ...       population={"cat": 1000, "dog": 400})
    <Audit: 1 of 2 wrong, error 3-97 % of 1,400 propagated labels, 1 of 3 not answered yet>
    """

    items: tuple[str, ...]
    propagated: tuple[str, ...]
    answers: dict[str, str]
    unclear: tuple[str, ...]
    population: dict[str, int]
    threshold: float = 0.0
    values: dict[str, Any] | None = None

    @property
    def n(self) -> int:
        """How many items were drawn."""
        return len(self.items)

    @property
    def n_answered(self) -> int:
        """How many of them have a label by a person now."""
        return len(self.answers)

    @property
    def n_unclear(self) -> int:
        """How many of them were passed over."""
        return len(self.unclear)

    @property
    def n_population(self) -> int:
        """How many propagated labels they were drawn from."""
        return sum(self.population.values())

    @property
    def wrong(self) -> tuple[str, ...]:
        """The items whose propagated label was wrong."""
        pairs = zip(self.items, self.propagated, strict=True)
        return tuple(item for item, label in pairs if self.answers.get(item, label) != label)

    @property
    def n_wrong(self) -> int:
        """How many were wrong."""
        return len(self.wrong)

    @property
    def is_open(self) -> bool:
        """Whether an item of it still awaits an answer."""
        return self.n_answered + self.n_unclear < self.n

    @property
    def error(self) -> float:
        """The share that was wrong; NaN before an answer."""
        return self.n_wrong / self.n_answered if self.n_answered else math.nan

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval of the error rate of all that was propagated."""
        return self._interval[0]

    @property
    def high(self) -> float:
        """The upper end of it."""
        return self._interval[1]

    @property
    def _interval(self) -> tuple[float, float]:
        return error_interval(self.n_wrong, self.n_answered, self.n_population)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each class that was propagated.

        Index ``class`` (as given to the learner); ``n_population`` (propagated labels of the
        class), ``n_checked``, ``n_wrong`` (of those in the sample), ``error`` with ``low`` and
        ``high`` (95 %, each class by itself; NaN where none was checked).
        """
        import pandas as pd  # noqa: PLC0415

        wrong, propagated = set(self.wrong), dict(zip(self.items, self.propagated, strict=True))
        n_checked = Counter(propagated[item] for item in self.answers)
        n_wrong = Counter(propagated[item] for item in wrong)
        rows = []
        for name, n_population in self.population.items():
            k, n = n_wrong[name], n_checked[name]
            low, high = error_interval(k, n, n_population)
            rows.append([n_population, n, k, k / n if n else math.nan, low, high])
        columns = ["n_population", "n_checked", "n_wrong", "error", "low", "high"]
        given = [(self.values or {}).get(name, name) for name in self.population]
        return pd.DataFrame(rows, columns=columns, index=pd.Index(given, name="class"))

    def __repr__(self) -> str:
        if self.n_answered == 0:
            what = f"none of {self.n} answered yet, drawn from {self.n_population:,}"
        else:
            error = _percent(self.low, self.high)
            what = f"{self.n_wrong} of {self.n_answered} wrong, error {error} of"
            what += f" {self.n_population:,}"
        what += " propagated labels"
        if self.n_unclear:
            what += f", {self.n_unclear} unclear"
        left = self.n - self.n_answered - self.n_unclear
        if self.n_answered and left:
            what += f", {left} of {self.n} not answered yet"
        return f"<Audit: {what}>"


def _percent(low: float, high: float) -> str:
    """Return a range in percent, with a decimal where it is narrow."""
    decimals = 0 if high - low >= 0.02 or low == high == round(high, 2) else 1
    one, other = (f"{100 * end:.{decimals}f}" for end in (low, high))
    return f"{one} %" if one == other else f"{one}-{other} %"


def audits(state: State, values: dict[str, Any]) -> tuple[Audit, ...]:
    """Return all audits, the newest last.

    Parameters
    ----------
    state : State
        The fold of a learner's log.
    values : dict of str to Any
        The classes by their names.
    """
    return tuple(_read(state, audited, values) for audited in state.audits)


def _read(state: State, audited: Audited, values: dict[str, Any]) -> Audit:
    answers = state.seen_labels(audited.items)
    return Audit(
        items=audited.items,
        propagated=audited.labels,
        answers=answers,
        unclear=tuple(
            item for item in audited.items if item not in state.labels and state.has_answer(item)
        ),
        population=audited.population,
        threshold=audited.threshold,
        values=values,
    )


def draw(
    propagation: Propagation,
    free: Sequence[int],
    n: int,
    annotator: str,
    seed: tuple[int, ...],
) -> Audited:
    """Draw labels to check at random, without replacement.

    Parameters
    ----------
    propagation : Propagation
        What was propagated.
    free : sequence of int
        Positions of the items that may be drawn.
    n : int
        How many; all if there are fewer.
    annotator : str
        Who is to check them.
    seed : tuple of int
        The learner's random state and the number of audits so far.

    Raises
    ------
    NotEnoughLabels
        If there is nothing to draw from.
    """
    if not len(free):
        raise NotEnoughLabels(
            "an audit needs propagated labels to check",
            "none that is unanswered and sure enough",
            "Lower threshold=, or answer some more first",
        )
    drawn = np.random.default_rng([*seed, _AUDITING]).permutation(free)[:n]
    ids, names = propagation.pool.ids, tuple(map(str, propagation.classes))
    counts = np.bincount(propagation.label[free], minlength=len(names))
    return Audited(
        annotator=annotator,
        items=tuple(ids[i] for i in drawn.tolist()),
        labels=tuple(names[k] for k in propagation.label[drawn]),
        confidences=tuple(round(float(c), 6) for c in propagation.confidence[drawn]),
        population={name: int(k) for name, k in zip(names, counts, strict=True) if k},
        threshold=propagation.threshold,
    )
