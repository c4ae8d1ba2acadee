"""Who was asked what, and what of it is open: the queries of all annotators, as they were opened.

Whether an item of a query still awaits an answer is for `al_widgets.state` to say. A query is open
while one of its items does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from al_widgets.events import IN_FRONT, REVIEW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from al_widgets.events import Asked


class Rounds:
    """The queries of all annotators.

    Parameters
    ----------
    awaits : callable
        ``awaits(item, asked)`` says whether the annotator of the query still has to answer the
        item.

    Examples
    --------
    >>> from al_widgets.events import Asked
    >>> answered = set()
    >>> rounds = Rounds(lambda item, asked: item not in answered)
    >>> query = {"annotator": "me", "utilities": (), "n_labeled": 0}
    >>> rounds.keep(1, Asked(round=0, items=("7", "9"), strategy="margin", **query))
    >>> rounds.keep(2, Asked(round=1, items=("3",), strategy="picked", **query))
    >>> [asked.items for asked in rounds.open("me")]
    [('3',), ('7', '9')]
    >>> answered.update("379")
    >>> rounds.n_closed("me")
    2
    """

    def __init__(self, awaits: Callable[[str, Asked], bool]) -> None:
        self._awaits = awaits
        self._asked: defaultdict[str, list[Asked]] = defaultdict(list)
        self._first: dict[tuple[str, str], int] = {}  # (annotator, item) -> round that asked first
        self._review: dict[tuple[str, str], Asked] = {}  # -> the newest review of it
        self._reviewed_at: dict[str, int] = {}  # id of a review -> where in the log it was opened
        self._n_closed: Counter[str] = Counter()  # annotator -> rounds before it are answered

    # -- in ------------------------------------------------------------------------------------

    def keep(self, position: int, event: Asked) -> None:
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

    def of(self, annotator: str) -> list[Asked]:
        """Return the annotator's queries, oldest first."""
        return self._asked[annotator]

    def open(self, annotator: str) -> list[Asked]:
        """Return those that are open, in the order of answering.

        What a person picked, an audit or a review comes first, the newest of it before the rest;
        then what was chosen for them, oldest first.
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
        return [rounds[number] for number in (*reversed(in_front), *chosen)]

    def n_closed(self, annotator: str) -> int:
        """Return how many of the annotator's first queries are answered."""
        self.open(annotator)
        return self._n_closed[annotator]

    def since_open(self) -> Iterator[Asked]:
        """Yield each annotator's first open query, and all that they were asked after it.

        Those among them that are answered were open before an undo.
        """
        for annotator in list(self._asked):
            yield from self._asked[annotator][self.n_closed(annotator) :]

    def first(self, item: str, annotator: str) -> Asked | None:
        """Return the query that was the first to ask the annotator about the item."""
        number = self._first.get((annotator, item))
        return None if number is None else self._asked[annotator][number]

    def review(self, item: str, annotator: str) -> Asked | None:
        """Return the newest review in which the annotator was to look at the item once more."""
        return self._review.get((annotator, item))

    def reviewed_at(self, review: Asked) -> int:
        """Return where in the log a review was opened; only what is said after it answers it."""
        return self._reviewed_at[review.id]
