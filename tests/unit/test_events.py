from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest

from al_widgets.event_rows import KINDS, decode, encode
from al_widgets.events import (
    Asked,
    Labeled,
    LabeledMany,
    Retracted,
    SynthesisSet,
    Synthesized,
)


def through_a_store(event):
    row = encode(event)
    columns = (1, *(row[name] for name in ("id", "kind", "time", "annotator", "body")))
    [(position, back)] = decode([columns])
    assert position == 1
    return back


@pytest.mark.parametrize(
    "event",
    [
        Labeled(annotator="me", item="1", label="a"),
        Labeled(annotator="me", item="1", label="日本 \" ' \\ \n \x00", seconds=0.1),
        Asked(
            annotator="me",
            round=0,
            items=("1",),
            utilities=(None,),
            strategy="s",
            n_labeled=0,
        ),
        LabeledMany(annotator="me", items=("1", "日本"), label="a", seen=("1",)),
        Retracted(annotator="me", target="x"),
        Synthesized(
            annotator="me",
            items=("syn1", "syn2"),
            features={"dtype": "<f8", "shape": [2, 1], "data": ""},
            contents=(None, "a text"),
            parents=(("1",), ("1", "日本")),
            labels=("a", None),
            shares=(None, {"a": 0.7, "b": 0.3}),
            recipes=("darker, to 40 %", "mixed"),
            held=("", "far from all that is known"),
            seed=(0, 1),
            spends=True,
        ),
        SynthesisSet(annotator="me", on=False, reason="it did harm"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_comes_back_from_its_row_as_it_was(event):
    assert through_a_store(event) == event


def test_what_is_particular_to_a_kind_is_json():
    row = encode(Labeled(annotator="me", item="1", label="a"))
    assert json.loads(row["body"])["label"] == "a"


def test_many_rows_come_back_in_their_order():
    given = [Labeled(annotator="me", item=str(i), label="a") for i in range(1234)]
    rows = [
        (i, *(encode(e)[name] for name in ("id", "kind", "time", "annotator", "body")))
        for i, e in enumerate(given)
    ]
    assert list(decode(rows)) == list(enumerate(given))


def test_each_event_has_an_id_of_its_own():
    assert len({Labeled(annotator="me", item="1", label="a").id for _ in range(100)}) == 100


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.__name__)
def test_events_cannot_be_changed(kind):
    assert kind.__dataclass_params__.frozen
    assert "annotator" in {field.name for field in dataclasses.fields(kind)}


def test_errors_survive_the_way_through_another_process():
    """As they must when a training fails on an executor."""
    code = (
        "import pickle, sys; from al_widgets.exceptions import UnknownClass; "
        "sys.stdout.buffer.write(pickle.dumps(UnknownClass('rule', 'got', 'remedy')))"
    )
    import pickle

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    error = pickle.loads(done.stdout)
    assert (error.rule, error.got, error.remedy) == ("rule", "got", "remedy")
    assert str(error) == "rule. Got got. remedy."
