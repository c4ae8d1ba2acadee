"""What a learner asks: the queries that its sampling chooses, and those that a person wants."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from al_widgets._arguments import check_count, known_ids
from al_widgets.arrivals import arrived
from al_widgets.auditing import draw
from al_widgets.events import AUDIT
from al_widgets.exceptions import BudgetExhausted, InvalidInput, NotEnoughLabels
from al_widgets.query import Query
from al_widgets.reading import Reading
from al_widgets.sampling import PoolBasedSampling, Sampling, StreamBasedSampling, rows_of
from al_widgets.suspicion import Review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.events import Audited
    from al_widgets.propagation import Propagation
    from al_widgets.state import State


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
            Chosen with the newest model there is; nothing is waited for, but where items are made
            first, until the model knows them. Empty if no answer would be left for it.
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
            Ids; those that are answered already are passed over. Of a stream also those that
            passed a moment ago and were accepted, as long as they are among
            `StreamBasedSampling.seen`.
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
        if isinstance(self._sampling, StreamBasedSampling):
            self._bring_back(self._sampling, items)
        known = known_ids(self.pool, items)
        if n is None:
            return self._chooser.front.pick(dict.fromkeys(known, math.nan), reason)
        check_count("n", n)
        return self._chooser.front.pick(self._chooser.most_useful(known, n, self._sampling), reason)

    def _bring_back(self, sampling: StreamBasedSampling, items: Sequence[object]) -> None:
        """Keep those items that passed a moment ago and are not in the pool."""
        wanted = {str(item) for item in items}
        passed = [each for each in sampling.seen if each.item in wanted - set(self.pool.ids)]
        if passed:
            contents = [each.content for each in passed]
            names = [each.item for each in passed]
            self._log.record(arrived(self.annotator, names, rows_of(passed), contents))

    def audit(self, n: int = 50, *, threshold: float = 0.0) -> Query:
        """Ask about a random sample of the propagated labels, to learn how many are wrong.

        The sample comes at the front of the queue, and nobody is told what was propagated. Its
        answers are answers like any others: they spend budget, train the model and can be undone.
        :attr:`audits` has the result, which grows with each answer. Each audit stands by itself.

        Parameters
        ----------
        n : int
            How many labels to check, at least 1; all of them if there are fewer, and then the error
            is known exactly.
        threshold : float
            Audit only labels of at least this confidence, from 0 to 1.

        Returns
        -------
        Query
            Items nobody has answered, in random order, also those that are asked about already or
            set aside for validation. While an audit of this annotator is open, that one: no second
            one is drawn.

        Raises
        ------
        InvalidInput
            If fewer answers than `n` are left of the budget, or an argument is out of its range.
        BudgetExhausted
            If no answer is left.
        NotEnoughLabels
            If there are too few answers to propagate from, or nothing was propagated.
        """
        check_count("n", n)
        with self._log.current() as state:
            self._require_left(state)
            for asked in state.open_queries(self.annotator):
                if asked.strategy == AUDIT:
                    return Query.from_event(asked)
        propagation = self.propagate(threshold)
        return self._chooser.front.audit(lambda state: self._drawn(state, propagation, n))

    def _drawn(self, state: State, propagation: Propagation, n: int) -> Audited:
        """Draw a sample from what was propagated and is unanswered now."""
        left = self._require_left(state)
        shown = (propagation.is_propagated & ~propagation.is_withheld).nonzero()[0].tolist()
        free = [i for i in shown if not state.is_answered(self.pool.ids[i], self.annotator)]
        audited = draw(propagation, free, n, self.annotator, (self.random_state, len(state.audits)))
        if len(audited.items) > left:
            raise InvalidInput(
                "an audit needs an answer for each item of its sample",
                f"n={n}, {left} answers left of {self._total}",
                f"Pass n<={left}, or make the learner with a larger budget= on the same store",
            )
        return audited

    def _require_left(self, state: State) -> int:
        """Return how many answers are left of the budget; refuse if none is."""
        if (left := self._total - state.spent.total()) > 0:
            return left
        raise BudgetExhausted(
            "an audit needs answers",
            f"{state.spent.total()} of {self._total} spent",
            "Make the learner with a larger budget= on the same store to go on",
        )

    def review(self, n: int = 20, items: Sequence[object] | None = None) -> Query:
        """Bring answers that may be wrong back at the front of the queue, to be kept or changed.

        To keep or to change an own answer costs nothing, so this works also when the budget is
        spent. An answer of another annotator, or of a selection, is one of your own from then on,
        and spends one.

        Parameters
        ----------
        n : int
            How many of the most suspicious ones (see :meth:`suspicious`), at least 1. Those that
            were reviewed since they were answered are passed over. So are those that measure, for
            validation or in an audit: to reconsider them only where the model disagrees would
            flatter it.
        items : sequence of str, optional
            Ids to review instead, whatever they are; those without a label are passed over.

        Returns
        -------
        Query
            Empty, and nothing was opened, if there is nothing to review.

        Raises
        ------
        InvalidInput, UnknownItem
            And nothing was opened.
        NotEnoughLabels
            If there are too few answers to suspect any.
        """
        check_count("n", n)
        wanted = None if items is None else known_ids(self.pool, items)
        if wanted is None:
            review = Review(self._suspects(), self.annotator, self._total)
            return self._chooser.front.review(lambda state: review.worst(state, n))
        try:
            found = self._suspects()
        except NotEnoughLabels:  # what is named comes back all the same, with less of a reason
            found = []
        review = Review(found, self.annotator, self._total)
        return self._chooser.front.review(lambda state: review.named(state, wanted))
