"""What a browser says, and what it is told, as plain data."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from al_widgets.events import IMPORTED, SELECTION, Labeled, LabeledMany
from al_widgets.exceptions import AlWidgetsError, InvalidInput
from al_widgets.widgets._pages import page_name

if TYPE_CHECKING:
    from al_widgets.events import Answer, Step
    from al_widgets.state import State

_UNDO_KNOWN = 20  # steps back that the browser is told; more arrive as these are taken
_MOST_TEXTS = 10_000


class Message:
    """What a browser sent, taken with care: anything may come."""

    def __init__(self, content: Any) -> None:
        if not isinstance(content, dict):
            raise InvalidInput("a message is a mapping", repr(content)[:80], "Reload the page")
        self._content = content
        self.type = content.get("type")

    def refuse_type(self) -> None:
        raise InvalidInput(
            "a message has a known type",
            repr(self.type)[:80],
            "Reload the page: its script is of another version",
        )

    def operations(self) -> list[Message]:
        operations = self._content.get("operations")
        if not isinstance(operations, list):
            raise InvalidInput(
                "an 'answers' message has a list of operations",
                repr(operations)[:80],
                "Reload the page",
            )
        return [Message(operation) for operation in operations]

    def text(self, name: str) -> str:
        value = self._content.get(name)
        if not isinstance(value, str) or not value or len(value) > 10_000:
            raise InvalidInput(
                f"a {self.type!r} message has a text {name!r}", repr(value)[:80], "Reload the page"
            )
        return value

    def texts(self, name: str) -> list[str]:
        values = self._content.get(name)
        if not isinstance(values, list) or not 0 < len(values) <= _MOST_TEXTS:
            raise InvalidInput(
                f"a {self.type!r} message has a list {name!r} of texts",
                repr(values)[:80],
                "Reload the page",
            )
        return [Message({"type": self.type, name: value}).text(name) for value in values]

    def number(self, name: str, below: int) -> int:
        value = self._content.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
            raise InvalidInput(
                f"a {self.type!r} message has a whole number {name!r} from 0 to {below - 1}",
                repr(value)[:80],
                "Reload the page",
            )
        return value

    def share(self, name: str, most: float = 1.0) -> float:
        value = self._content.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            raise InvalidInput(
                f"a {self.type!r} message has a number {name!r} from 0 to {most:g}",
                repr(value)[:80],
                "Reload the page",
            )
        return float(value)

    def flag(self, name: str) -> bool:
        value = self._content.get(name)
        if not isinstance(value, bool):
            raise InvalidInput(
                f"a {self.type!r} message says yes or no to {name!r}",
                repr(value)[:80],
                "Reload the page",
            )
        return value

    def seconds(self) -> float | None:
        value = self._content.get("seconds")
        if value is None:
            return None
        if not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise InvalidInput(
                "seconds is a number that is not negative", repr(value)[:80], "Reload the page"
            )
        return float(value)


def told(
    state: State, annotator: str, items: list[str], *, is_spent: bool = False
) -> dict[str, Any]:
    """Return the fold as far as a browser with these items needs it.

    If the budget is spent, only reviews of own answers are left to be answered.
    """
    answers: dict[str, str | None] = {}
    for item in items:
        if item in state.labels:
            answers[item] = state.labels[item]
        elif state.answer(item, annotator) is not None:
            answers[item] = None
    words = {item: state.answer(item, annotator) for item in answers}
    undo = [
        {"id": step.id, **_action(state, step, items)}
        for step in state.undoable(annotator, _UNDO_KNOWN)
    ]
    redo = [
        {"id": retraction.id, "action": step.id, **_action(state, step, items)}
        for retraction, step in state.redoable(annotator, _UNDO_KNOWN)
    ]
    return {
        "order": [page_name(asked) for asked in state.open_queries(annotator, free=is_spent)],
        "answers": answers,
        "selected": [item for item in words if _may_be_confirmed(state, item, words[item])],
        "imported": [item for item in words if _came_by(words[item], IMPORTED)],
        "free": _free(state, items, undo, redo),
        "reviewing": [item for item in items if state.is_under_review(item, annotator)],
        "counts": {label: n for label, n in state.counts.items() if n},
        "spent": state.spent.total(),
        "undo": undo,
        "redo": redo,
        "fits": len(state.fits()),
    }


def _free(state: State, items: list[str], *actions: list[dict[str, Any]]) -> list[str]:
    """Return those of the items, and of those that can be undone or redone, that cost nothing."""
    steps = [action["item"] for action in chain(*actions) if "item" in action]
    return [item for item in dict.fromkeys([*items, *steps]) if state.synthetic.is_free(item)]


def _action(state: State, step: Step, items: list[str]) -> dict[str, Any]:
    if isinstance(step, LabeledMany):
        labeled = state.selected(step.id)
        here = [item for item in items if item in labeled]
        return {"items": here, "n": len(labeled), "after": step.label}
    action = {
        "item": step.item,
        "after": _word(step),
        "reviewed": state.answers_review(step),
    }
    before = state.previous_answer(step)
    if before is None:
        return action
    came = {"selected": _came_by(before, SELECTION), "imported": _came_by(before, IMPORTED)}
    return {**action, "before": _word(before), **came}


def _word(answer: Answer) -> str | None:
    return answer.label if isinstance(answer, Labeled) else None


def _may_be_confirmed(state: State, item: str, word: Answer | None) -> bool:
    """Whether the item has a label on which no answer was spent, and to say the same is news."""
    if isinstance(word, Labeled):
        return word.source == SELECTION
    return item in state.labels and all(state.costs(item, who) for who in state.spent)


def _came_by(answer: Answer | None, source: str) -> bool:
    return isinstance(answer, Labeled) and answer.source == source


def sentence(words: str) -> str:
    """Return words as a sentence; nothing if there are none."""
    return f"{words[0].upper()}{words[1:]}." if words else ""


def said_of(error: Exception) -> str:
    """Return what went wrong; an error of the package says it by itself."""
    return str(error) if isinstance(error, AlWidgetsError) else f"{type(error).__name__}: {error}"
