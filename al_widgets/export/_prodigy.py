"""Prodigy: a task of the choice interface a line, as its ``db-out`` writes and ``db-in`` reads it.

Where an answer came from is in the task's ``meta``. A label that was propagated is a choice made
beforehand in a task without an answer, and so is one that an item inherits which was made; an item
that was skipped is one that was ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.export._jsonl import as_object, encode, read_lines
from al_widgets.export._media import shown
from al_widgets.export._rows import SKIPPED, Found, as_row
from al_widgets.propagation import PROPAGATED, SYNTHETIC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from al_widgets.export._gathering import Labels
    from al_widgets.export._rows import Row
    from al_widgets.pool import Pool

_ELSEWHERE = {"annotator"}  # what has a field of its own outside of meta


def write(labels: Labels, path: Path) -> None:
    """Write a task for each row, skips among them."""
    options = [{"id": name, "text": name} for name in labels.names]
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for task in labels.tasks():
            content = _content(labels.pool, task.position)
            for row in task.rows:
                file.write(f"{encode({**content, 'options': options, **_answer(labels, row)})}\n")


def _content(pool: Pool, position: int) -> dict[str, Any]:
    content = shown(pool, position)
    if "cells" in content:
        return {"text": "\n".join(f"{name}: {cell}" for name, cell in content["cells"].items())}
    return content


def _answer(labels: Labels, row: Row) -> dict[str, Any]:
    known = as_object(labels, row)
    meta = {k: v for k, v in known.items() if v is not None and k not in _ELSEWHERE}
    answer: dict[str, Any] = {"accept": [row.label] if row.label else [], "meta": meta}
    if row.source not in {PROPAGATED, ""} and not (row.source == SYNTHETIC and not row.annotator):
        answer["answer"] = "ignore" if row.source == SKIPPED else "accept"
    if row.annotator:
        answer["_annotator_id"] = row.annotator
    if row.time is not None:
        answer["_timestamp"] = int(row.time)
    return {**answer, "_view_id": "choice"}


def read(path: Path, _pool: Pool, _names: tuple[str, ...]) -> Iterator[Found]:
    """Yield what stands in each line."""
    for where, task in read_lines(path):
        try:
            yield _found(where, task)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            yield Found(where, {}, "it is no task of Prodigy")


def _found(where: str, task: dict[str, Any]) -> Found:
    meta = task.get("meta") or {}
    item = next((v for v in (meta.get("item"), task.get("item"), meta.get("id"), task.get("id"))
                 if v is not None), None)  # fmt: skip
    if item is None:
        return Found(where, {}, 'its meta has no "item" with the id of the item')
    if "answer" not in task:  # still to be answered; what is chosen is a model's word
        return Found(where, {"item": item, "source": meta.get("source")})
    accept = _accepted(task)
    if len(accept) > 1:
        return Found(where, {}, f"several choices are accepted: {str(accept)[:80]}")
    label = accept[0] if accept else ""
    who = task.get("_annotator_id") or task.get("_session_id")
    time = task.get("_timestamp")
    fields = {"item": item, "label": label, "annotator": who, "time": time}
    if label and meta.get("label") == label and _is_unchanged(meta, time):
        return Found(where, {**meta, **fields, "time": meta.get("time", time)})
    return Found(where, fields)


def _is_unchanged(meta: dict[str, Any], time: Any) -> bool:
    """Whether the answer is the one that was exported, not a later one in its place."""
    if meta.get("source") == PROPAGATED:
        return False
    return time is None or int(time) == int(as_row({**meta, "item": ""}).time or 0)


def _accepted(task: dict[str, Any]) -> list[Any]:
    """Return the classes that a person agreed with: those chosen, or the one that was shown."""
    if task["answer"] != "accept":
        return []
    if "accept" in task:
        return list(task["accept"])
    return [task["label"]] if "label" in task else []
