"""When to stop: advice, each piece with its reason, and none where nothing can be told.

What more answers would gain is extrapolated from the errors on validation answers, which are drawn
at random: every training is measured on all of them, so differences between trainings are paired,
and stand out from the noise. Answers that a strategy chose are never taken for a measure. Where
validation answers are few, it remains to see whether predictions still change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from al_widgets.stability import PAIRS, stability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.evaluation import Budget
    from al_widgets.events import Fitted

MORE = 50
"""Answers whose gain is estimated."""

FEWEST_VALIDATION = 30
"""Validation answers below which no gain can be told."""

_STABLE = 0.99  # kappa; the threshold of the paper
_SMALL = 0.005  # gain of accuracy by MORE answers
_AT_MOST = 0.01  # what it may be at most, with 95 % certainty
_COVERED = 0.9  # share of items in variations that have a label
_POINTS = 30  # trainings that the curve is fitted to
_FEWEST_POINTS = 4
_RECENT = 4  # the curve is fitted from a quarter of the answers on
_DRAWS = 400
_EXPONENTS = np.linspace(0, 2, 41)
_AUDIT = 50


# -- what more answers would gain ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gain:
    """What `MORE` answers would add to the accuracy on random items; the interval holds 90 %."""

    expected: float
    low: float
    high: float


def expected_gain(fits: Sequence[Fitted], truth: dict[str, str]) -> Gain | None:
    """Extrapolate the validation curve by a power law; None if too little is known.

    Parameters
    ----------
    fits : sequence of Fitted
        The trainings that stand, oldest first.
    truth : dict of str to str
        The validation answers, by item. Not looked at where trainings were scored on a validation
        set from outside.

    Returns
    -------
    Gain or None
        The median and the 90 % interval over a Bayesian bootstrap of the validation answers
        (Rubin, 1981).
    """
    recent = _recent(fits)
    if len(recent) < _FEWEST_POINTS:
        return None
    answers = np.array([fit.spent for fit in recent], dtype=float)
    errors = _drawn_errors(recent, truth, answers)
    if errors is None:
        return None
    low, expected, high = np.quantile(_gains(answers, errors), [0.05, 0.5, 0.95])
    return Gain(float(expected), float(low), float(high))


def n_validation(fits: Sequence[Fitted], truth: dict[str, str]) -> int:
    """Return on how many validation answers the newest training can be measured."""
    if not fits:
        return 0
    outside = fits[-1].n_validation
    return len(truth.keys() & fits[-1].predictions.keys()) if outside is None else outside


def _recent(fits: Sequence[Fitted]) -> list[Fitted]:
    """Return trainings to fit the curve to: not the first ones, and not too many."""
    if not fits:
        return []
    measured = [fit for fit in fits if fit.predictions or fit.n_validation]
    last = {fit.spent: fit for fit in measured if _RECENT * fit.spent >= fits[-1].spent}
    chosen = list(last.values())
    places = np.unique(np.linspace(0, len(chosen) - 1, min(_POINTS, len(chosen))).round())
    return [chosen[int(i)] for i in places]


def _drawn_errors(
    fits: Sequence[Fitted], truth: dict[str, str], answers: np.ndarray
) -> np.ndarray | None:
    """Return errors at each training that the validation answers allow; (_DRAWS, n_fits)."""
    rng = np.random.default_rng(0)
    if fits[-1].n_validation is not None:
        return _errors_outside(fits, rng)
    known = [item for item in truth if all(item in fit.predictions for fit in fits)]
    if len(known) < FEWEST_VALIDATION:
        return None
    wrong = np.array([[fit.predictions[i] != truth[i] for i in known] for fit in fits], dtype=float)
    weights = rng.exponential(size=(_DRAWS, len(known)))
    # half an error more that falls as 1 / answers: where none was seen there may still be some
    unseen = rng.gamma(0.5, size=(_DRAWS, 1))
    total = weights.sum(axis=1, keepdims=True) + unseen
    return np.asarray((weights @ wrong.T + unseen * answers[-1] / answers) / total)


def _errors_outside(fits: Sequence[Fitted], rng: np.random.Generator) -> np.ndarray | None:
    """Return the same where only the numbers of right ones are known: all rise or fall together."""
    from scipy.stats import beta  # noqa: PLC0415 - slow to import

    n = np.array([fit.n_validation or 0 for fit in fits])
    if n.min() < FEWEST_VALIDATION:
        return None
    right = np.array([fit.n_correct or 0 for fit in fits])
    return np.asarray(beta.ppf(rng.random((_DRAWS, 1)), n - right + 0.5, right + 0.5))


def _gains(answers: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return how far each row's power law falls by `MORE` answers; of shape (n_rows,)."""
    last, following = answers[-1], answers[-1] + MORE
    gains, least = np.zeros(len(errors)), np.full(len(errors), np.inf)
    for exponent in _EXPONENTS:
        law = (answers / last) ** -exponent
        scale = errors @ law / (law @ law)
        residual = ((errors - scale[:, None] * law) ** 2).sum(axis=1)
        better = residual < least
        least[better] = residual[better]
        gains[better] = (scale * (1 - (following / last) ** -exponent))[better]
    return gains


# -- the advice ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for stopping, or against it.

    Attributes
    ----------
    name : str
        ``"gain"``, ``"stability"``, ``"coverage"`` or ``"budget"``.
    words : str
        What is known of it.
    is_met : bool or None
        Whether it speaks for stopping; None if it cannot be told.
    """

    name: str
    words: str
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to stop, as advice; the person decides.

    Attributes
    ----------
    stop : bool
        Whether more answers would add little.
    sentence : str
        The advice with its reason.
    reasons : tuple of Reason
        All that was looked at: gain, stability, coverage, budget.
    """

    stop: bool
    sentence: str
    reasons: tuple[Reason, ...]

    def __repr__(self) -> str:
        return f"<Advice: {self.sentence}>"


def advise(
    fits: Sequence[Fitted],
    truth: dict[str, str],
    n_classes: int,
    *,
    covered: float | None,
    budget: Budget,
    is_audited: bool = False,
) -> Advice:
    """Say whether to stop.

    What more answers would gain decides, if it can be told, and else whether predictions are
    stable. While variations of many items have no label, the advice is to go on.

    Parameters
    ----------
    fits : sequence of Fitted
        The trainings that stand, oldest first.
    truth : dict of str to str
        The validation answers, by item.
    n_classes : int
        Number of classes.
    covered : float or None
        Share of the items that are in a variation with a label; None if it is not known.
    budget : Budget
        What is spent and left.
    is_audited : bool
        Whether propagated labels were audited.
    """
    gain = _about_gain(expected_gain(fits, truth), n_validation(fits, truth))
    stable = _about_stability(stability(fits, n_classes))
    coverage = _about_coverage(covered)
    reasons = (gain, stable, coverage, _about_budget(budget, is_audited=is_audited))
    enough = stable.is_met if gain.is_met is None else gain.is_met
    if not budget.remaining:
        return Advice(stop=True, sentence=_sentence("Stop: ", [reasons[-1]]), reasons=reasons)
    stop = enough is True and coverage.is_met is not False
    wanted = [reason for reason in reasons[:3] if reason.is_met is stop]
    if stop:
        start = "You could stop here: "
    elif wanted:
        start = "Go on: "
    else:
        start, wanted = "Go on, it is too early to tell: ", [gain, stable]
    sentence = _sentence(start, wanted)
    if stop and gain.is_met is None:
        sentence += _sentence(" ", [gain], capital=True)
    return Advice(stop=stop, sentence=sentence, reasons=reasons)


def _sentence(start: str, reasons: Sequence[Reason], *, capital: bool = False) -> str:
    *first, last = (reason.words for reason in reasons)
    said = f"{', '.join(first)}, and {last}" if first else last
    return f"{start}{said[0].upper() if capital else said[0]}{said[1:]}."


def _about_gain(gain: Gain | None, n: int) -> Reason:
    if gain is None:
        why = "too few trainings" if n >= FEWEST_VALIDATION else _answers(n, "validation answer")
        return Reason("gain", f"what {MORE} more answers would gain cannot be told: {why}", None)
    expected, low, high = (f"{100 * each:.1f}" for each in (gain.expected, gain.low, gain.high))
    words = f"{MORE} more answers would gain about {expected} points of accuracy ({low} to {high})"
    return Reason("gain", words, gain.expected < _SMALL and gain.high < _AT_MOST)


def _about_stability(mean: float | None) -> Reason:
    if mean is None:
        words = "whether predictions still change cannot be told: too few trainings"
        return Reason("stability", words, None)
    is_met = mean >= _STABLE
    how = "hardly changed" if is_met else "still changed"
    said = math.floor(100 * mean) / 100  # 0.989 is not yet 0.99
    words = f"predictions {how} over the last {PAIRS} trainings (kappa {said:.2f})"
    return Reason("stability", words, is_met)


def _about_coverage(covered: float | None) -> Reason:
    if covered is None:
        return Reason("coverage", "which items labels represent is not known yet", None)
    said = math.floor(100 * covered)
    return Reason("coverage", f"labels represent {said} % of the items", covered >= _COVERED)


def _about_budget(budget: Budget, *, is_audited: bool) -> Reason:
    if not budget.remaining:
        return Reason("budget", f"the budget of {_answers(budget.total)} is spent", True)
    words = f"{_answers(budget.remaining)} of {budget.total} left"
    keep = min(_AUDIT, budget.total // 4, budget.remaining)
    if not is_audited and keep:
        words += f"; keep {'what is left' if keep == budget.remaining else keep} for an audit"
    return Reason("budget", words, False)


def _answers(n: int, what: str = "answer") -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
