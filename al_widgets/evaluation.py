"""How good the model is, measured only on answers that were drawn at random and never trained on.

Answers that a strategy picked are the hard ones: an accuracy measured on them says little about the
rest of the pool. So a share of all answers is asked about items drawn at random beforehand, which
no strategy may choose. Each training logs what it predicts for all of them, so every point of the
learning curve can be measured on all validation answers, also those given later, and the curve
compares like with like.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.events import Labeled
from al_widgets.shares import Share, of_trials, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from al_widgets.state import State
    from al_widgets.streams import Draw

WINDOW = 50
"""Draws that the accuracy of a model is measured on, the newest ones: it changes on the way."""

LONGEST_PAUSE = 60.0
"""Seconds. A longer gap between two answers is a break, not work."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many answers may be asked for. `remaining` is never below 0.

    A selection that is labeled in one step is one answer, however many items it has.
    """

    total: int
    spent: int

    @property
    def remaining(self) -> int:
        """Answers that may still be asked for."""
        return max(0, self.total - self.spent)

    def __repr__(self) -> str:
        return f"<Budget: {self.spent} of {self.total} spent, {self.remaining} remaining>"


def calibration_error(confidence: np.ndarray, right: np.ndarray, n_bins: int = 15) -> float:
    """Return the expected calibration error: how far confidence is from the share that is right.

    Parameters
    ----------
    confidence : ndarray of shape (n,)
        From 0 to 1.
    right : ndarray of shape (n,), bool
    n_bins : int
        Bins of equal width, over which the mean distance is taken.

    References
    ----------
    Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning. AAAI
    2015.

    Examples
    --------
    >>> calibration_error(np.array([0.75, 0.75, 0.75, 0.75]), np.array([True, True, True, False]))
    0.0
    """
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    surplus = np.bincount(bins, confidence.astype(float) - right, minlength=n_bins)
    return float(np.abs(surplus).sum() / max(1, len(right)))


def validation_reserve(n_items: int, share: float, budget: int, seed: int) -> np.ndarray:
    """Return the positions that are set aside for validation, in the order of asking.

    They are drawn from the whole pool before any answer, so that they stand for all of it. A
    larger budget sets the same ones aside and more.

    Parameters
    ----------
    n_items : int
        Size of the pool.
    share : float
        Share of the answers that validate, between 0 and 1.
    budget : int
        Number of answers.
    seed : int
        The learner's random state.

    Returns
    -------
    ndarray of int
        A quarter more than needed, for items that are skipped; at most `share` of the pool.
    """
    wanted = math.ceil(1.25 * share * budget)
    order = np.random.default_rng([seed, 0x7A11DA7E]).permutation(n_items)
    return order[: min(wanted, math.ceil(share * n_items))]


def history(state: State) -> pd.DataFrame:
    """Return one row for each training that stands.

    Parameters
    ----------
    state : State
        The fold of a learner's log.

    Returns
    -------
    DataFrame
        ``n_labels`` (answers learned from), ``n_synthetic`` (items that were made, learned from
        beside them), ``spent`` (answers given by then), ``accuracy`` with
        ``low`` and ``high`` (95 % Wilson interval; NaN while nothing is known), ``n_validation``
        (answers that it is known from: those held out; in a stream the last `WINDOW` draws before
        the next training), ``seconds`` (duration of the training), ``model``, ``time``.
    """
    import pandas as pd  # noqa: PLC0415

    truth, fits = state.validation_labels(), state.fits()
    ends = [*(fit.upto for fit in fits[1:]), state.position][: len(fits)]
    rows: list[dict[str, Any]] = []
    for fit, drawn in zip(fits, course(state, ends), strict=True):
        n_correct, n = fit.n_correct or 0, fit.n_validation
        if n is None:
            known = [item for item in truth if item in fit.predictions]
            n, n_correct = len(known), sum(fit.predictions[item] == truth[item] for item in known)
        accuracy = of_trials(n_correct, n) if n else drawn
        rows.append(
            {
                "n_labels": fit.n_labels,
                "n_synthetic": fit.n_synthetic,
                "spent": fit.spent,
                "accuracy": accuracy.value,
                "low": accuracy.low,
                "high": accuracy.high,
                "n_validation": accuracy.n,
                "seconds": fit.seconds,
                "model": fit.model,
                "time": pd.Timestamp(fit.time, unit="s", tz="UTC"),
            }
        )
    columns = [
        "n_labels",
        "n_synthetic",
        "spent",
        "accuracy",
        "low",
        "high",
        "n_validation",
        "seconds",
        "model",
        "time",
    ]
    return pd.DataFrame(rows, columns=columns)


def known_draws(draws: Iterable[Draw], labels: Mapping[str, str]) -> list[Draw]:
    """Return the draws that were answered."""
    return [draw for draw in draws if draw.item in labels]


def course(state: State, upto: list[int]) -> list[Share]:
    """Return how right the model was up to each of some positions of the log, in ascending order.

    Each share is that of the last `WINDOW` draws by then.
    """
    every = (draw for stream in state.streams.values() for draw in stream.draws)
    draws = sorted(known_draws(every, state.labels), key=lambda draw: draw.position)
    at = np.searchsorted([draw.position for draw in draws], upto, side="right")
    is_right = np.array([draw.label == state.labels[draw.item] for draw in draws], dtype=bool)
    weight = np.array([1 / draw.probability for draw in draws])
    return [share(is_right[max(0, n - WINDOW) : n], weight[max(0, n - WINDOW) : n]) for n in at]


def labels(state: State, value: Callable[[str], Any]) -> pd.DataFrame:
    """Return the labels that stand, one row for each item and annotator.

    Parameters
    ----------
    state : State
        The fold of a learner's log.
    value : callable
        Gives the class of a name.
    """
    import pandas as pd  # noqa: PLC0415

    events = [answer.event for answer in state.answers() if isinstance(answer.event, Labeled)]
    columns = ["item", "label", "annotator", "seconds", "source", "strategy", "round", "time"]
    frame = pd.DataFrame([[getattr(e, c) for c in columns] for e in events], columns=columns)
    frame["label"] = [value(event.label) for event in events]
    frame["seconds"] = frame["seconds"].astype(float)
    frame["round"] = frame["round"].astype("Int64")
    frame["time"] = pd.to_datetime(frame["time"], unit="s", utc=True)
    return frame


def sources(state: State) -> dict[str, str]:
    """Return where the label of each labeled item came from; of those that agree, a hand first."""
    found: dict[str, str] = {}
    for _, event in state.answers():
        if not isinstance(event, Labeled) or state.labels.get(event.item) != event.label:
            continue
        if found.get(event.item) != "human":
            found[event.item] = event.source
    return found


def labels_a_minute(times: list[float], last: int = 30) -> float:
    """Return the pace of the newest answers; NaN if there are fewer than two.

    Parameters
    ----------
    times : list of float
        When each answer was given, in seconds, ascending. Answers of the same moment were given in
        one step and count once.
    last : int
        How many of the newest count.
    """
    gaps = np.diff(np.unique(times)[-last - 1 :])
    working = gaps[gaps <= LONGEST_PAUSE]
    if len(working) == 0 or working.sum() <= 0:
        return math.nan
    return float(60 * len(working) / working.sum())
