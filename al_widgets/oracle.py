"""Simulated annotators, for benchmarks, demonstrations and races."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from al_widgets.pool import Pool


class SimulatedOracle:
    """Answers from known labels, now and then wrongly.

    Parameters
    ----------
    y : sequence of length n_items, or mapping of str to label
        The true label of each item, in the order of the pool; or by its id, for items that come
        from a stream.
    noise : float
        Share of wrong answers, between 0 and 1. An item that is answered wrongly always is.
    seconds : float
        Time that each answer is said to take. Nobody waits for it.
    random_state : int
        Decides which answers are wrong.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> oracle = SimulatedOracle(["cat", "dog", "cat"])
    >>> oracle.answer(Pool(np.eye(3)), "1")
    'dog'
    """

    def __init__(
        self, y: Any, *, noise: float = 0.0, seconds: float = 0.0, random_state: int = 0
    ) -> None:
        if not 0 <= noise <= 1:
            raise InvalidInput("noise is a share between 0 and 1", repr(noise), "Pass noise=0.1")
        if seconds < 0:
            raise InvalidInput("seconds cannot be negative", repr(seconds), "Pass seconds=0")
        self.y = dict(y) if isinstance(y, Mapping) else np.asarray(y)
        self.noise, self.seconds = noise, seconds
        self._rng_seed = random_state
        self._classes = np.unique(list(self.y.values()) if isinstance(self.y, dict) else self.y)

    def answer(self, pool: Pool, item: str) -> Any:
        """Return the label that this oracle gives the item."""
        truth = self._truth(pool, item)
        if self.noise:
            rng = np.random.default_rng([self._rng_seed, pool.position(item)])
            others = self._classes[self._classes != truth]
            if len(others) and rng.random() < self.noise:
                truth = rng.choice(others)
        return truth.item() if hasattr(truth, "item") else truth

    def _truth(self, pool: Pool, item: str) -> Any:
        if isinstance(self.y, dict):
            if item in self.y:
                return self.y[item]
            raise InvalidInput(
                "y must have a label for each item that is asked about",
                repr(item),
                "Add it to the mapping",
            )
        if len(self.y) not in {pool.n_given, len(pool)}:  # what was added since may be unknown
            raise InvalidInput(
                "y must have one label for each item of the pool",
                f"{len(self.y)} labels, {len(pool)} items",
                "Pass the labels of this pool, or a mapping of ids to labels",
            )
        if (position := pool.position(item)) < len(self.y):
            return self.y[position]
        raise InvalidInput(
            "y must have a label for each item that is asked about",
            f"{item!r}, which came after it was given",
            "Pass a mapping of ids to labels that has it too",
        )

    def __repr__(self) -> str:
        return f"<SimulatedOracle of {len(self.y):,} labels, noise={self.noise}>"
