"""Who was asked what, and what of it is open: the part of the fold that holds the queries.

A query is open while an item of it awaits an answer. An item that comes back for review has an
answer already, and awaits a word of its annotator all the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from al_widgets.events import IN_FRONT, REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.events import Asked


class Rounds(ABC):
    """The queries of all annotators, as they were opened.

    Examples
    --------
    >>> from al_widgets.events import Asked
    >>> class Said(Rounds):
    ...     answered = set()
    ...     def is_answered(self, item, annotator): return item in self.answered
    ...     def last_said(self, item, annotator): return 0
    ...     def costs(self, item, annotator): return True
    >>> rounds, query = Said(), {"annotator": "me", "utilities": (), "n_labeled": 0}
    >>> rounds.ask(1, Asked(round=0, items=("7", "9"), strategy="margin", **query))
    >>> rounds.ask(2, Asked(round=1, items=("3",), strategy="picked", **query))
    >>> [asked.items for asked in rounds.open_queries("me")]
    [('3',), ('7', '9')]
    >>> rounds.answered.update("3", "9")
    >>> rounds.unanswered(rounds.open_query("me"))
    ['7']
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: defaultdict[str, list[Asked]] = defaultdict(list)
        self._first: dict[tuple[str, str], int] = {}  # (annotator, item) -> round that asked first
        self._review: dict[tuple[str, str], Asked] = {}  # -> the newest review of it
        self._reviewed_at: dict[str, int] = {}  # id of a review -> where in the log it was opened
        self._n_closed: Counter[str] = Counter()  # annotator -> rounds before it are answered

    # -- what the rest of the fold knows -------------------------------------------------------

    @abstractmethod
    def is_answered(self, item: str, annotator: str) -> bool:
        """Whether the annotator need not be asked about the item."""

    @abstractmethod
    def last_said(self, item: str, annotator: str) -> int:
        """Return where in the log the annotator's last word on the item stands; 0 if nowhere."""

    @abstractmethod
    def costs(self, item: str, annotator: str) -> bool:
        """Whether a label of the item by this annotator would spend an answer."""

    # -- in ------------------------------------------------------------------------------------

    def ask(self, position: int, event: Asked) -> None:
        """Take in a query that was opened at this position of the log."""
        rounds = self._asked[event.annotator]
        for item in event.items:
            self._first.setdefault((event.annotator, item), len(rounds))
        if event.strategy == REVIEW:
            self._reviewed_at[event.id] = position
            self._review.update(((event.annotator, item), event) for item in event.items)
        rounds.append(event)

    def reopen(self, item: str) -> None:
        """Look again whether the item is answered, in every query that asked about it."""
        for annotator in self._asked:
            number = self._first.get((annotator, item), self._n_closed[annotator])
            self._n_closed[annotator] = min(self._n_closed[annotator], number)

    def reopen_all(self) -> None:
        """Look again at all items of all queries."""
        self._n_closed.clear()

    # -- out -----------------------------------------------------------------------------------

    def rounds(self, annotator: str) -> list[Asked]:
        """Return the annotator's queries, oldest first."""
        return self._asked[annotator]

    def unanswered(self, asked: Asked, *, free: bool = False) -> list[str]:
        """Return the items of a query that its annotator still has to answer.

        Only those whose answer spends nothing, if `free`: an own answer, to be reviewed.
        """
        return [
            item
            for item in asked.items
            if self._awaits(item, asked) and not (free and self.costs(item, asked.annotator))
        ]

    def _awaits(self, item: str, asked: Asked) -> bool:
        """Whether the annotator of a query still has to answer its item.

        In a review it counts what they said since it was opened, also the same again.
        """
        if asked.strategy != REVIEW:
            return not self.is_answered(item, asked.annotator)
        return self.last_said(item, asked.annotator) < self._reviewed_at[asked.id]

    def open_queries(self, annotator: str, *, free: bool = False) -> list[Asked]:
        """Return the annotator's queries that have an unanswered item, in the order of answering.

        What a person picked, an audit or a review comes first, the newest of it before the rest;
        then what was chosen for them, oldest first. Only those that can be answered although the
        budget is spent, if `free`.
        """
        rounds = self._asked[annotator]
        numbers = [
            number
            for number in range(self._n_closed[annotator], len(rounds))
            if any(self._awaits(item, rounds[number]) for item in rounds[number].items)
        ]
        self._n_closed[annotator] = numbers[0] if numbers else len(rounds)
        in_front = [number for number in numbers if rounds[number].strategy in IN_FRONT]
        chosen = [number for number in numbers if rounds[number].strategy not in IN_FRONT]
        opened = [rounds[number] for number in (*reversed(in_front), *chosen)]
        return [asked for asked in opened if self.unanswered(asked, free=True)] if free else opened

    def open_query(self, annotator: str, *, free: bool = False) -> Asked | None:
        """Return the query that the annotator is at; None if every item is answered."""
        return next(iter(self.open_queries(annotator, free=free)), None)

    def last_completed(self, annotator: str) -> Asked | None:
        """Return the last query before the annotator's first open one."""
        self.open_query(annotator)
        number = self._n_closed[annotator]
        return self._asked[annotator][number - 1] if number else None

    def since_open(self) -> Iterator[Asked]:
        """Yield each annotator's first open query, and all that they were asked after it.

        Those among them that are answered were open before an undo.
        """
        for annotator in list(self._asked):
            self.open_query(annotator)
            yield from self._asked[annotator][self._n_closed[annotator] :]

    def is_under_review(self, item: str, annotator: str) -> bool:
        """Whether the annotator is to look at an answer once more and has not yet said a word."""
        review = self._review.get((annotator, item))
        return review is not None and self._awaits(item, review)

    def review_began(self, item: str, annotator: str) -> int | None:
        """Return where in the log the annotator's newest review of the item was opened."""
        review = self._review.get((annotator, item))
        return None if review is None else self._reviewed_at[review.id]

    def asked(self, item: str, annotator: str) -> Asked | None:
        """Return the query by which the annotator was asked about the item.

        That is the review while the item is under review, and else the first one.
        """
        if self.is_under_review(item, annotator):
            return self._review[annotator, item]
        number = self._first.get((annotator, item))
        return None if number is None else self._asked[annotator][number]
