"""What a model may learn from, and what measures it: the part of the fold that trainings read.

Answers that are held out measure, and no model learns from them. Items that were made teach with
the label that they inherit, or that a person gave them, and never measure.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from al_widgets.fits import Fits
from al_widgets.syntheses import Syntheses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from al_widgets.events import Event, Fitted


class Lessons(Fits):
    """Labels to learn from, as they stand and as they stood.

    Attributes
    ----------
    position : int
        Where in the log the last applied event stands.
    labels : dict of str to str
        The label of each item that a person labeled.
    held_out : set of str
        Items whose label measures.
    synthetic : Syntheses
        Items that were made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.position = 0
        self.labels: dict[str, str] = {}
        self.held_out: set[str] = set()
        self.synthetic = Syntheses()

    # -- what the rest of the fold knows -------------------------------------------------------

    @abstractmethod
    def apply(self, position: int, event: Event) -> None:
        """Take in the event that stands at `position` of the log."""

    @abstractmethod
    def has_answer(self, item: str) -> bool:
        """Whether anybody labeled or skipped the item."""

    @abstractmethod
    def was_seen(self, item: str) -> bool:
        """Whether somebody looked at the item by itself and labeled it."""

    # -- out -----------------------------------------------------------------------------------

    def validation_labels(self) -> dict[str, str]:
        """Return the labels of held-out items that measure.

        A held-out item may get a selection's label all the same, where one that was undone is
        redone after the item was asked about.
        """
        return self.seen_labels(self.held_out)

    def seen_labels(self, items: Iterable[str]) -> dict[str, str]:
        """Return the labels of those of the items that somebody looked at one by one."""
        return {
            item: self.labels[item] for item in items if item in self.labels and self.was_seen(item)
        }

    def training_labels(self, upto: int | None = None, *, made: bool = True) -> dict[str, str]:
        """Return the labels to train on, as they stood at position `upto`: not held out.

        Those of items that were made come last; without them if not `made`.
        """
        then = self._as_of(upto)
        answers = {item: label for item, label in then.labels.items() if item not in self.held_out}
        if not then.synthetic:
            return answers
        said = {item: answers.pop(item) for item in list(answers) if item in then.synthetic}
        if not made or not then.synthetic.is_on:
            return answers
        inherited = then.synthetic.standing(answers, then.has_answer)
        return answers | said | {item: str(each.label) for item, each in inherited.items()}

    def soft_labels(self, upto: int | None = None) -> dict[str, dict[str, float]]:
        """Return how far items are of which class, of those that inherit several."""
        then = self._as_of(upto)
        if not then.synthetic:
            return {}
        answers = self.training_labels(upto, made=False)
        inherited = then.synthetic.standing(answers, then.has_answer)
        return {item: each.shares for item, each in inherited.items() if each.shares}

    def _as_of(self, upto: int | None) -> Lessons:
        """Return the labels as they stood at position `upto`, and what was made by then."""
        if upto is None or upto >= self.position:
            return self
        past = type(self)()
        past.synthetic = self.synthetic.past(upto)
        for taken in self.past(upto):
            past.apply(*taken)
        return past

    def changed_since(self, fit: Fitted | None) -> bool:
        """Whether a training now would learn something else than `fit` did."""
        if super().changed_since(fit):
            return True
        return fit is not None and self.synthetic.changed_since(fit.upto)
