"""Label Studio: a JSON list of tasks with annotations and predictions.

The item's id is in the task's data. Where each annotation came from is in the task's ``meta``, by
the id of its result: Label Studio keeps both. It has no place for names of annotators, and refuses
tasks whose ``completed_by`` is not one of its users; so that field is read, and never written.
What nobody said, a propagated label or one that an item inherits, is a prediction.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from al_widgets.export._jsonl import as_object, encode
from al_widgets.export._media import shown
from al_widgets.export._rows import SKIPPED, Found, iso, unreadable
from al_widgets.propagation import PROPAGATED, SYNTHETIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from al_widgets.export._gathering import Labels, Task
    from al_widgets.export._rows import Row
    from al_widgets.pool import Pool

_CONTROL, _OBJECT, _OURS = "label", "content", "al_widgets"
_TAGS = {"text": "Text", "image": "Image", "cells": "Table"}


def labeling_config(pool: Pool, classes: Sequence[object]) -> str:
    """Return the labeling interface that fits the tasks of an export, as Label Studio's XML.

    Paste it into the settings of the project before the tasks are imported there.

    Parameters
    ----------
    pool : Pool
        The learner's pool.
    classes : sequence
        The learner's classes.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> pool = Pool([[0.0], [1.0]], content=["good", "bad"])
    >>> print(labeling_config(pool, ["+", "-"]))
    <View>
      <Text name="content" value="$text"/>
      <Choices name="label" toName="content" choice="single">
        <Choice value="+"/>
        <Choice value="-"/>
      </Choices>
    </View>
    """
    [kind] = shown(pool, 0)
    choices = "\n".join(f"    <Choice value={quoteattr(str(name))}/>" for name in classes)
    return (
        f'<View>\n  <{_TAGS[kind]} name="{_OBJECT}" value="${kind}"/>\n'
        f'  <Choices name="{_CONTROL}" toName="{_OBJECT}" choice="single">\n{choices}\n'
        "  </Choices>\n</View>"
    )


def write(labels: Labels, path: Path) -> None:
    """Write a task for each item, one a line."""
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for number, task in enumerate(labels.tasks()):
            file.write(f"{',' if number else ''}\n{encode(_task(labels, task))}")
        file.write("\n]\n")


def _task(labels: Labels, task: Task) -> dict[str, Any]:
    rows = {f"{_OURS}-{number}": row for number, row in enumerate(task.rows)}
    return {
        "data": {"item": task.item, **shown(labels.pool, task.position)},
        "meta": {_OURS: {name: as_object(labels, row) for name, row in rows.items()}},
        "annotations": [
            _annotation(name, row) for name, row in rows.items() if not _is_nobodys(row)
        ],
        "predictions": [
            {"model_version": _OURS, "score": row.confidence, "result": _result(name, row)}
            for name, row in rows.items()
            if _is_nobodys(row) and row.label
        ],
    }


def _is_nobodys(row: Row) -> bool:
    return row.source == PROPAGATED or (row.source == SYNTHETIC and not row.annotator)


def _annotation(name: str, row: Row) -> dict[str, Any]:
    return {
        "result": _result(name, row) if row.label else [],
        "was_cancelled": row.source == SKIPPED,
        "ground_truth": False,
        "lead_time": row.seconds,
        "created_at": None if row.time is None else iso(row.time),
    }


def _result(name: str, row: Row) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "from_name": _CONTROL,
            "to_name": _OBJECT,
            "type": "choices",
            "value": {"choices": [row.label]},
        }
    ]


def read(path: Path, _pool: Pool, _names: tuple[str, ...]) -> Iterator[Found]:
    """Yield the annotations of all tasks, then their predictions as a model's word."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise unreadable(path, str(error), "Export it from Label Studio as JSON") from error
    if not isinstance(tasks, list):
        raise unreadable(
            path, f"a JSON {type(tasks).__name__}", "A Label Studio export is a list of tasks"
        )
    for number, task in enumerate(tasks, start=1):
        try:
            yield from _of_task(f"task {number}", task)
        except (KeyError, TypeError, AttributeError):
            yield Found(f"task {number}", {}, "it is no task of Label Studio")


def _of_task(where: str, task: dict[str, Any]) -> Iterator[Found]:
    item = task["data"].get("item")
    if item is None:
        yield Found(where, {}, 'its data has no "item" with the id of the item')
        return
    ours = dict((task.get("meta") or {}).get(_OURS) or {})
    for annotation in task.get("annotations") or []:
        if annotation.get("was_cancelled"):
            yield Found(where, {"item": item})
        else:
            yield _found(where, item, annotation, ours)
    for _ in task.get("predictions") or []:
        yield Found(where, {"item": item, "source": PROPAGATED})
    if not task.get("annotations") and not task.get("predictions"):
        yield Found(where, {"item": item})


def _found(where: str, item: Any, annotation: dict[str, Any], ours: dict[str, Any]) -> Found:
    """Return what an annotation says; with where it came from, if it is ours and unchanged."""
    results = [one for one in annotation["result"] or [] if one.get("type") == "choices"]
    named = [one for one in results if one.get("from_name") == _CONTROL] or results
    choices = [choice for one in named for choice in one["value"]["choices"]]
    if len(choices) > 1:
        return Found(where, {}, f"an annotation of it has several choices: {str(choices)[:80]}")
    label = choices[0] if choices else ""
    known = ours.pop(named[0].get("id"), None) if named else None
    if known is not None and known["label"] == label:
        return Found(where, {**known, "item": item})
    fields = {
        "item": item,
        "label": label,
        "annotator": _who(annotation.get("completed_by")),
        "time": annotation.get("created_at"),
        "seconds": annotation.get("lead_time"),
    }
    return Found(where, fields)


def _who(completed_by: Any) -> Any:
    if isinstance(completed_by, dict):
        return completed_by.get("email") or completed_by.get("id")
    return completed_by
