"""Items that were made from labeled ones: the part of the fold that knows whose labels stand.

A label is inherited as long as the parents have it. When a parent gets another label, or its label
is taken back, what was made of it says nothing any more. A person's word on an item that was made
takes the place of what it inherited. While the switch is off none of them counts.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from al_widgets.events import SynthesisSet, Synthesized


class Synthetic(NamedTuple):
    """An item that was made.

    Attributes
    ----------
    item : str
        Its id.
    position : int
        Where in the log it was made.
    event : Synthesized
        Which says more.
    at : int
        Its number among the items of the event.
    """

    item: str
    position: int
    event: Synthesized
    at: int

    @property
    def parents(self) -> tuple[str, ...]:
        """What it was made from, the item that it is most like first."""
        return self.event.parents[self.at]

    @property
    def label(self) -> str | None:
        """The class that it inherits, if its parents have it and it is not held back."""
        return self.event.labels[self.at]

    @property
    def shares(self) -> dict[str, float] | None:
        """How far it is of which class, where it is of several."""
        return self.event.shares[self.at] if self.event.shares else None

    @property
    def recipe(self) -> str:
        """How it was made, in words."""
        return self.event.recipes[self.at]

    @property
    def held(self) -> str:
        """Why it is held back; empty if it is not."""
        return self.event.held[self.at]

    def has_its_parents(self, answers: Mapping[str, str]) -> bool:
        """Whether the labels of its parents are those that it was made with."""
        said = {answers.get(parent) for parent in self.parents}
        if self.shares is None:
            return said == {self.label}
        return said == {name for name, share in self.shares.items() if share > 0}


class Syntheses:
    """All items that were made, and whether they are used.

    Examples
    --------
    >>> from al_widgets.events import SynthesisSet, Synthesized
    >>> made = Synthesized(annotator="me", items=("syn1",), features={}, contents=(None,),
    ...                    parents=(("7",),), labels=("cat",), recipes=("darker",), held=("",))
    >>> syntheses, answered = Syntheses(), {"7": "cat"}
    >>> syntheses.make(2, made)
    >>> list(syntheses.standing(answered, lambda item: False))
    ['syn1']
    >>> list(syntheses.standing({"7": "dog"}, lambda item: False))
    []
    >>> syntheses.set(3, SynthesisSet(annotator="me", on=False))
    >>> list(syntheses.standing(answered, lambda item: False)), "syn1" in syntheses
    ([], True)
    """

    def __init__(self) -> None:
        self._made: dict[str, Synthetic] = {}
        self._newest = 0  # where in the log the last ones were made that inherit a label
        self._last = 0  # where any were
        self._n_events = 0
        self._switches: list[tuple[int, SynthesisSet]] = []

    # -- in ------------------------------------------------------------------------------------

    def make(self, position: int, event: Synthesized) -> None:
        """Take in items that were made at this position of the log."""
        for at, item in enumerate(event.items):
            self._made.setdefault(item, Synthetic(item, position, event, at))
        self._last, self._n_events = position, self._n_events + 1
        if any(label is not None for label in event.labels):
            self._newest = position

    def set(self, position: int, event: SynthesisSet) -> None:
        """Take in that they are used from now on, or are not."""
        self._switches.append((position, event))

    # -- out -----------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._made)

    def __iter__(self) -> Iterator[Synthetic]:
        return iter(self._made.values())

    def __contains__(self, item: str) -> bool:
        return item in self._made

    def __getitem__(self, item: str) -> Synthetic:
        return self._made[item]

    @property
    def n_events(self) -> int:
        """How many times some were made."""
        return self._n_events

    @property
    def last(self) -> int:
        """Where in the log some were made last; 0 if never."""
        return self._last

    @property
    def is_on(self) -> bool:
        """Whether they are used: so it is until somebody, or the guard, says otherwise."""
        return not self._switches or self._switches[-1][1].on

    @property
    def reason(self) -> str:
        """Why they are used, or are not; empty where nobody said so."""
        return self._switches[-1][1].reason if self._switches else ""

    def is_free(self, item: str) -> bool:
        """Whether the item was made, and a person's label of it costs no answer."""
        made = self._made.get(item)
        return made is not None and not made.event.spends

    def past(self, upto: int) -> Syntheses:
        """Return what was made, and whether it was used, when the log ended at `upto`."""
        past = Syntheses()
        past._made = {item: made for item, made in self._made.items() if made.position <= upto}
        n = bisect_right([position for position, _ in self._switches], upto)
        past._switches = self._switches[:n]
        return past

    def changed_since(self, upto: int) -> bool:
        """Whether a training that read the log up to there would learn something else now.

        Some were made since, or the switch stands otherwise.
        """
        if not self._made:
            return False
        was_on = self.past(upto).is_on
        return was_on is not self.is_on or (self.is_on and self._newest > upto)

    def standing(
        self, answers: Mapping[str, str], has_answer: Callable[[str], bool]
    ) -> dict[str, Synthetic]:
        """Return the items whose inherited label counts.

        Parameters
        ----------
        answers : mapping of str to str
            The labels of the items that a model may learn from.
        has_answer : callable
            Whether anybody labeled or skipped an item.
        """
        if not self.is_on:
            return {}
        return {
            item: made
            for item, made in self._made.items()
            if made.label is not None
            and not made.held
            and not has_answer(item)
            and made.has_its_parents(answers)
        }
