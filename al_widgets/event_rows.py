"""Events as rows of plain columns, and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from al_widgets.events import (
    Arrived,
    Asked,
    Audited,
    Event,
    Fitted,
    Labeled,
    LabeledMany,
    Retracted,
    Skipped,
    Streamed,
    SynthesisSet,
    Synthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        Arrived,
        Asked,
        Audited,
        Fitted,
        Labeled,
        LabeledMany,
        Retracted,
        Skipped,
        Streamed,
        SynthesisSet,
        Synthesized,
    )
}
_CHUNK = 500
_BODIES = {
    name: tuple(f.name for f in fields(kind) if f.name not in {"id", "time", "annotator"})
    for name, kind in KINDS.items()
}


Row = tuple[int, str, str, float, str, str]
"""An event as a store keeps it: position, id, kind, time, annotator, body."""


def encode(event: Event) -> dict[str, Any]:
    """Turn an event into a row of plain columns; what is particular to its kind becomes JSON."""
    kind = type(event).__name__
    body = {name: getattr(event, name) for name in _BODIES[kind]}
    return {
        "id": event.id,
        "kind": kind,
        "time": event.time,
        "annotator": event.annotator,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    }


def decode(rows: Sequence[Row]) -> Iterator[tuple[int, Event]]:
    """Turn rows back into positions and the events that they were made from."""
    for start in range(0, len(rows), _CHUNK):  # one json call a chunk: a log can be long
        chunk = rows[start : start + _CHUNK]
        bodies = json.loads(f"[{','.join([row[-1] for row in chunk])}]")
        for (position, id_, kind, time_, annotator, _), body in zip(chunk, bodies, strict=True):
            yield position, KINDS[kind](id=id_, time=time_, annotator=annotator, **body)
