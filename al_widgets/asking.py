"""What a learner asks: the queries that its sampling chooses, and those that a person wants."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from al_widgets._arguments import check_count, known_ids
from al_widgets.query import Query
from al_widgets.reading import Reading
from al_widgets.sampling import PoolBasedSampling, Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence


class Asking(Reading):
    """The part of an `al_widgets.ActiveLearner` that opens queries; it is made there."""

    _sampling: Sampling

    @property
    def sampling(self) -> Sampling:
        """Where queries come from."""
        return self._sampling

    @sampling.setter
    def sampling(self, sampling: Any) -> None:
        if sampling is None:
            sampling = PoolBasedSampling()
        elif not isinstance(sampling, Sampling):
            sampling = PoolBasedSampling(sampling)
        self._sampling = sampling

    def query(self) -> Query:
        """Return the open query; open the next one if every item of it is answered.

        The next one is what :meth:`look_ahead` chose, if it was called. Else a training that is
        under way is waited for, so that the choice knows all answers.

        Returns
        -------
        Query
            The same one until all its items are labeled or skipped; empty when the budget is spent
            or nothing is left to ask.
        """
        while True:
            opened = self._chooser.open()
            if opened is not None:
                return opened
            self._wait()
            if self.failure:
                warnings.warn(
                    f"the query is chosen by an older model, the last training failed: "
                    f"{self.failure}",
                    RuntimeWarning,
                    stacklevel=2,
                )
            if not self._chooser.choose(self._sampling):
                return Query()

    def look_ahead(self) -> Query:
        """Choose the query after the open one, so that it is there when it is needed.

        Returns
        -------
        Query
            Chosen with the newest model there is; nothing is waited for. Empty if no answer would
            be left for it.
        """
        return self._chooser.look_ahead(self._sampling)

    def ask(
        self,
        items: Sequence[object],
        reason: str = "you asked for it",
        *,
        n: int | None = None,
    ) -> Query:
        """Put items, or the most useful of them, at the front of the queue.

        Parameters
        ----------
        items : sequence of str
            Ids; those that are answered already are passed over.
        reason : str
            Why, in words.
        n : int, optional
            Ask about the `n` most useful ones only, at least 1, by :attr:`sampling`, most useful
            first. Then also those that are asked about already, or set aside for validation, are
            passed over; if no more than `n` are left, all of them are asked. All when None.

        Returns
        -------
        Query
            The open query from now on; what was open before comes after it. Empty if no item is
            left to answer or the budget is spent.

        Raises
        ------
        InvalidInput, UnknownItem
            And nothing was opened.
        """
        known = known_ids(self.pool, items)
        if n is None:
            return self._chooser.pick(dict.fromkeys(known, math.nan), reason)
        check_count("n", n)
        return self._chooser.pick(self._chooser.most_useful(known, n, self._sampling), reason)
