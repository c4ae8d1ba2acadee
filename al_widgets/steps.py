"""Who did what, step by step, and what undo took back: the part of the fold that goes to and fro.

A step is what undo takes back at once: one answer, or one label for a whole selection. It is kept
as it was recorded, once however many items it has. What steps add up to is `al_widgets.state`'s.

A label that was imported is no step of anybody's: it is kept beside them, and stands for good.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from al_widgets.events import Labeled, LabeledMany, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.events import Fitted, Retracted


class Taken(NamedTuple):
    """A step and where it stands in the log."""

    position: int
    event: Step


by_position = attrgetter("position")
"""What steps are sorted by."""


def _is_imported(taken: Taken) -> bool:
    return isinstance(taken.event, Labeled) and taken.event.is_imported


class Steps:
    """The steps of all annotators, those that stand and those that were taken back.

    Examples
    --------
    >>> from al_widgets.events import Labeled, Retracted
    >>> steps = Steps()
    >>> label = Labeled(annotator="me", item="7", label="cat")
    >>> steps.keep(Taken(1, label))
    >>> steps.can_undo(label.id, "me")
    True
    >>> steps.toggle(2, Retracted(annotator="me", target=label.id)).event is label
    True
    >>> steps.undoable("me")
    []
    """

    def __init__(self) -> None:
        super().__init__()
        self._taken: dict[str, Taken] = {}  # event id -> step, standing or not, or import
        self._imported: list[Taken] = []
        self._selected: dict[str, frozenset[str]] = {}  # event id of a selection -> its items
        self._toggles: dict[str, list[int]] = {}  # event id -> where it was undone, redone, ...
        self._done: defaultdict[str, list[Taken]] = defaultdict(list)  # annotator -> undoable
        self._undone: defaultdict[str, list[Retracted]] = defaultdict(list)  # -> redoable
        self._retractions: dict[str, Retracted] = {}

    # -- in ------------------------------------------------------------------------------------

    def keep(self, taken: Taken) -> None:
        """Take in a step; it ends its annotator's chance to redo."""
        event = taken.event
        self._taken[event.id] = taken
        self._done[event.annotator].append(taken)
        self._undone.pop(event.annotator, None)
        if isinstance(event, LabeledMany):
            self._selected[event.id] = frozenset(event.items)

    def keep_import(self, taken: Taken) -> None:
        """Take in a label that came from a file."""
        self._taken[taken.event.id] = taken
        self._imported.append(taken)

    def toggle(self, position: int, event: Retracted) -> Taken | None:
        """Take a step back, or put it back, and return it; None if that changes nothing."""
        self._retractions[event.id] = event
        earlier = self._retractions.get(event.target)
        taken = self._taken.get(earlier.target if earlier else event.target)
        if taken is None or _is_imported(taken):
            return None
        if self.is_standing(taken) is (earlier is not None):
            return None  # already so: sent twice, or undone by two hands at once
        annotator = taken.event.annotator
        if earlier:
            self._undone[annotator] = [r for r in self._undone[annotator] if r is not earlier]
            insort(self._done[annotator], taken, key=by_position)
        else:
            self._done[annotator].remove(taken)
            self._undone[annotator].append(event)
        self._toggles.setdefault(taken.event.id, []).append(position)
        return taken

    # -- out -----------------------------------------------------------------------------------

    def knows(self, event_id: str) -> bool:
        """Whether a step or a retraction of this id is in the log."""
        return event_id in self._taken or event_id in self._retractions

    def step(self, event_id: str) -> Step | None:
        """Return the step that this event is, or that it took back or put back."""
        for _ in range(2):  # a redo retracts an undo, which retracts a step
            if (retraction := self._retractions.get(event_id)) is not None:
                event_id = retraction.target
        taken = self._taken.get(event_id)
        return taken.event if taken else None

    def selected(self, event_id: str) -> frozenset[str]:
        """Return the items of the selection that was labeled by the event of this id."""
        return self._selected.get(event_id, frozenset())

    def is_standing(self, taken: Taken) -> bool:
        """Whether the step stands now."""
        return len(self._toggles.get(taken.event.id, ())) % 2 == 0

    def stood(self, taken: Taken, upto: int) -> bool:
        """Whether the step stood when the log ended at position `upto`."""
        toggles = self._toggles.get(taken.event.id, ())
        return taken.position <= upto and bisect_right(toggles, upto) % 2 == 0

    def standing(self) -> list[Taken]:
        """Return the steps that stand and what was imported, in the log's order."""
        return sorted(chain(self._imported, *self._done.values()), key=by_position)

    def taken_back(self) -> Iterator[Taken]:
        """Yield the steps that do not stand."""
        toggled = (self._taken[event_id] for event_id in self._toggles)
        return (taken for taken in toggled if not self.is_standing(taken))

    def past(self, upto: int) -> list[Taken]:
        """Return what `standing` returned when the log ended at position `upto`."""
        return [taken for taken in self._taken.values() if self.stood(taken, upto)]

    def newest_import(self) -> list[Taken]:
        """Return the label that was imported last, or nothing."""
        return self._imported[-1:]

    def selections(self, annotator: str) -> list[Taken]:
        """Return the annotator's selections that stand."""
        return [taken for taken in self._done[annotator] if isinstance(taken.event, LabeledMany)]

    def can_undo(self, event_id: str, annotator: str) -> bool:
        """Whether the event is a step of this annotator that stands."""
        taken = self._taken.get(event_id)
        if taken is None or _is_imported(taken):
            return False
        return self.is_standing(taken) and taken.event.annotator == annotator

    def can_redo(self, event_id: str, annotator: str) -> bool:
        """Whether the event is a retraction that this annotator may still take back."""
        return any(retraction.id == event_id for retraction in self._undone.get(annotator, ()))

    def undoable(self, annotator: str, n: int = 1) -> list[Step]:
        """Return the annotator's last `n` steps, newest first: what undo would take back."""
        return [taken.event for taken in self._done[annotator][: -n - 1 : -1]]

    def redoable(self, annotator: str, n: int = 1) -> list[tuple[Retracted, Step]]:
        """Return the last `n` retractions that redo would take back, newest first."""
        newest = self._undone[annotator][: -n - 1 : -1]
        return [(undone, self._taken[undone.target].event) for undone in newest]

    def changed_since(self, fit: Fitted | None) -> bool:
        """Whether a step or an import that counts now did not when `fit` read the log."""
        newest = [steps[-1] for steps in (self._imported, *self._done.values()) if steps]
        toggled = (self._taken[event_id] for event_id in self._toggles)
        redone = (taken for taken in toggled if self.is_standing(taken))
        return any(fit is None or not self.stood(taken, fit.upto) for taken in (*newest, *redone))
