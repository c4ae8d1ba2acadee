"""What a person does with a map: ask about items, label a selection, take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.widgets._gaps import ask_about, said_of_asking
from al_widgets.widgets._selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from al_widgets.coverage import Gap
    from al_widgets.learner import ActiveLearner
    from al_widgets.widgets._message import Message

MOST_CHOSEN = 50
"""Items of a selection that are asked about at a time: the most useful ones of it."""


class Acts:
    """Does what a person asks for, each act once, however often it is sent.

    Parameters
    ----------
    learner : ActiveLearner
        Who asks and remembers.

    Attributes
    ----------
    selection : Selection
        The newest one; assign the next.
    """

    def __init__(self, learner: ActiveLearner) -> None:
        self._learner = learner
        self.selection = Selection("", np.empty(0, dtype=int))
        self._done: dict[str, tuple[str, str]] = {}

    def do(self, message: Message, act: str, gaps: Mapping[str, Gap]) -> tuple[str, str]:
        """Do it; return what was done, in words, and the id of the event that undo takes back.

        Parameters
        ----------
        message : Message
            What the browser sent.
        act : str
            Id of the act.
        gaps : mapping of str to Gap
            Those that the browser may ask about.

        Raises
        ------
        AlWidgetsError
            And nothing was changed.
        """
        if act not in self._done:
            self._done[act] = self._do(message, act, gaps)
        return self._done[act]

    def _do(self, message: Message, act: str, gaps: Mapping[str, Gap]) -> tuple[str, str]:
        learner = self._learner
        match message.type:
            case "ask_hole":
                return ask_about(learner, gaps, message.texts("gaps")), ""
            case "ask_item":
                position = message.number("position", len(learner.pool))
                return said_of_asking(len(learner.ask([learner.pool.ids[position]]))), ""
            case "ask":
                items = self._items(self._selected(message))
                reason = f"you asked for it · one of {len(items):,} you selected on the map"
                return said_of_asking(len(learner.ask(items, reason, n=MOST_CHOSEN))), ""
            case "label":
                return self._label(message, act)
            case _:
                undone = learner.undo(target=message.text("target"), id=act)
                return "Taken back." if undone else "It was taken back already.", ""

    def _selected(self, message: Message) -> Selection:
        serial, known = message.text("serial"), self.selection
        if serial != known.serial:
            raise InvalidInput("a selection is known", repr(serial)[:80], "Select the items again")
        return known

    def _items(self, selection: Selection) -> list[str]:
        return [self._learner.pool.ids[int(position)] for position in selection.positions]

    def _label(self, message: Message, act: str) -> tuple[str, str]:
        selection, label = self._selected(message), message.text("label")
        if selection.seen is None:
            raise InvalidInput(
                "a selection is labeled after a sample of it was looked at",
                "no sample yet",
                "Wait until it is shown",
            )
        items = self._items(selection)
        n = self._learner.label_many(items, label, seen=selection.seen, id=act)
        if not n:
            return "Nothing to label: all of them have an answer, or measure accuracy.", ""
        return f"{'1 item' if n == 1 else f'{n:,} items'} labeled {label}.", act
