"""Uncertainty sampling: ask where the model is least sure.

Each measure is a pure function of the probabilities; a thin class around it chooses the batch.
The measures are those of Settles, *Active Learning Literature Survey*, 2009, section 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.exceptions import InvalidInput, ModelError
from al_widgets.strategies._base import most_useful
from al_widgets.strategies._random import Random

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.context import Context
    from al_widgets.query import Query


def least_confident(proba: np.ndarray) -> np.ndarray:
    """Return 1 - the probability of the likeliest class, between 0 and 1 - 1 / n_classes.

    Parameters
    ----------
    proba : ndarray of shape (n, n_classes)
        Rows that sum to 1.

    Examples
    --------
    >>> least_confident(np.array([[0.5, 0.5], [0.75, 0.25]]))
    array([0.5 , 0.25])
    """
    return np.asarray(1 - proba.max(axis=1))


def margin(proba: np.ndarray) -> np.ndarray:
    """Return 1 - the lead of the likeliest class over the next one, between 0 and 1.

    Parameters
    ----------
    proba : ndarray of shape (n, n_classes), n_classes >= 2
        Rows that sum to 1.

    Notes
    -----
    Scheffer, Decomain, Wrobel, *Active hidden Markov models for information extraction*, 2001.

    Examples
    --------
    >>> margin(np.array([[0.5, 0.5, 0.0], [0.75, 0.25, 0.0]]))
    array([1. , 0.5])
    """
    two = np.partition(proba, proba.shape[1] - 2, axis=1)[:, -2:]
    return np.asarray(1 - (two[:, 1] - two[:, 0]))


def entropy(proba: np.ndarray) -> np.ndarray:
    """Return the Shannon entropy in nats, between 0 and log(n_classes).

    Parameters
    ----------
    proba : ndarray of shape (n, n_classes)
        Rows that sum to 1.

    Examples
    --------
    >>> entropy(np.array([[1.0, 0.0], [0.5, 0.5]])).round(3) + 0
    array([0.   , 0.693])
    """
    return np.asarray(-(proba * np.log(np.clip(proba, 1e-300, None))).sum(axis=1))


class FromFunction:
    """Ask about the candidates for which a function of the probabilities is highest.

    Until there is a model the choice is random.

    Parameters
    ----------
    measure : callable
        Takes an ndarray of shape (n, n_classes) and returns utilities of shape (n,); higher is
        more useful.
    name : str, optional
        What to call it in the log; the function's own name when None.

    Examples
    --------
    >>> FromFunction(lambda proba: proba[:, 0], name="likely cats")
    FromFunction('likely cats')
    """

    def __init__(
        self, measure: Callable[[np.ndarray], np.ndarray], name: str | None = None
    ) -> None:
        self.measure = measure
        self.name = name or str(getattr(measure, "__name__", type(measure).__name__))

    def select(self, context: Context, batch_size: int) -> Query:
        """Return the candidates of highest utility, best first."""
        context.require(batch_size)
        if context.model is None:
            return Random().select(context, batch_size)
        parts = [self._measured(proba) for proba in context.proba_chunks(context.candidates)]
        utilities = np.concatenate([np.empty(0), *parts])
        best = most_useful(utilities, batch_size, context.rng)
        return context.query(context.candidates[best], utilities[best], self.name)

    def _measured(self, proba: np.ndarray) -> np.ndarray:
        utilities = np.asarray(self.measure(proba), dtype=float)
        if utilities.shape != (len(proba),):
            raise InvalidInput(
                "a measure returns one utility for each row of proba",
                f"shape {utilities.shape} for {len(proba)} rows",
                f"Mend {self.name}",
            )
        if np.isnan(utilities).any():
            raise ModelError("a utility must be a number", f"NaN from {self.name}", "Mend it")
        return utilities

    def __repr__(self) -> str:
        return f"FromFunction({self.name!r})"


class LeastConfident(FromFunction):
    """Ask about the items whose likeliest class is least likely; see `least_confident`."""

    def __init__(self) -> None:
        super().__init__(least_confident)

    def __repr__(self) -> str:
        return "LeastConfident()"


class Margin(FromFunction):
    """Ask about the items between two classes; see `margin`."""

    def __init__(self) -> None:
        super().__init__(margin)

    def __repr__(self) -> str:
        return "Margin()"


class Entropy(FromFunction):
    """Ask about the items whose probabilities are most spread; see `entropy`."""

    def __init__(self) -> None:
        super().__init__(entropy)

    def __repr__(self) -> str:
        return "Entropy()"
