"""The fold of a stream: small however long the stream, and enough to go on and to be shown."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from al_widgets.event_rows import decode, encode
from al_widgets.events import Asked, Labeled, Streamed
from al_widgets.state import State
from al_widgets.stream_report import report
from al_widgets.streams import (
    MOST_POINTS,
    RECENT,
    decided,
    pack_confidences,
    pack_labels,
    unpack_confidences,
)


def streamed(start, confidence, names=("cat", "dog"), label=None, **more):
    """What was decided about some items in a row."""
    confidence = np.asarray(confidence, dtype=float)
    label = np.zeros(len(confidence), dtype=int) if label is None else np.asarray(label)
    return Streamed(
        annotator="me",
        stream="door",
        start=start,
        n=len(confidence),
        names=names,
        labels=pack_labels(label, len(names)),
        confidences=pack_confidences(confidence),
        threshold=0.8,
        **more,
    )


def folded(*events):
    state = State()
    for position, event in enumerate(events, 1):
        state.apply(position, event)
    return state


def test_what_is_not_asked_and_not_passed_over_was_accepted():
    event = streamed(0, [0.9, 0.5, 0.99, 0.9], label=[0, 1, 1, 1], asked=(1,), passed=(3,))
    stream = folded(event).streams["door"]
    assert (stream.position, stream.n_accepted, stream.n_asked, stream.n_passed) == (4, 2, 1, 1)
    assert stream.accepted == {"cat": 1, "dog": 1}


def test_an_item_waits_until_a_query_asks_about_it():
    event = streamed(7, [0.9, 0.5, 0.2], asked=(1, 2))
    state = folded(event)
    assert [each.item for each in state.streams["door"].waiting] == ["s8", "s9"]
    state.apply(
        2,
        Asked(
            annotator="me",
            round=0,
            items=("s8",),
            utilities=(0.5,),
            strategy="stream",
            n_labeled=0,
        ),
    )
    assert [each.item for each in state.streams["door"].waiting] == ["s9"]


def test_ids_that_were_given_are_kept_and_others_follow_from_the_numbers():
    assert decided(streamed(3, [0.9, 0.8])).ids[1] == "s4"
    assert decided(streamed(3, [0.9, 0.8], ids=("a", "b"))).ids[1] == "b"


def test_an_event_comes_back_from_a_store_as_it_was():
    event = streamed(
        0,
        [0.9, 0.5],
        asked=(1,),
        drawn=(1,),
        probabilities=(0.25,),
        would_accept=(),
        memory={"kind": "Fixed", "knows": {"value": 0.8}},
    )
    row = encode(event)
    values = (1, row["id"], row["kind"], row["time"], row["annotator"], row["body"])
    assert list(decode([values])) == [(1, event)]


def test_many_classes_take_two_bytes_each():
    names = tuple(f"class {k}" for k in range(300))
    event = streamed(0, [0.9, 0.9], names=names, label=[299, 17])
    assert decided(event).label.tolist() == [299, 17]


@given(st.lists(st.floats(0, 1), max_size=50))
def test_confidences_are_kept_to_the_fifth_digit(confidence):
    kept = unpack_confidences(pack_confidences(np.array(confidence, dtype=float)))
    assert np.abs(kept - confidence).max(initial=0) < 1e-5


def test_a_stream_of_a_million_items_stays_small():
    state = State()
    events = [streamed(i * 1000, np.full(1000, 0.95)) for i in range(1000)]
    state.apply(0, events[0])
    tracemalloc.start()
    for position, event in enumerate(events, 1):
        state.apply(position, event)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    stream = state.streams["door"]
    assert stream.position == 1_000_000
    assert grown < 1_000_000
    assert len(stream.points) <= MOST_POINTS


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_the_points_add_up_to_the_whole_however_they_were_joined(sizes):
    starts = np.cumsum([0, *sizes])
    events = [streamed(int(starts[i]), np.full(n, 0.5), asked=(0,)) for i, n in enumerate(sizes)]
    points = folded(*events).streams["door"].points
    assert sum(point.n for point in points) == sum(sizes) == points[-1].end
    assert sum(point.asked for point in points) == len(sizes)
    assert [point.end for point in points] == sorted({point.end for point in points})


def test_only_the_newest_confidences_are_remembered():
    confidence = np.linspace(0, 1, RECENT + 5_000)
    cuts = range(0, len(confidence), 777)
    state = folded(*(streamed(i, confidence[i : i + 777]) for i in cuts))
    assert state.streams["door"].recent == pytest.approx(confidence[-RECENT:], abs=1e-4)


def drawn(state, wrong, probability, *, would_accept=True):
    """Let items be drawn and answered; the model said cat of each."""
    position = state.position
    for number, is_wrong in enumerate(wrong):
        start = state.streams["door"].position if "door" in state.streams else 0
        event = streamed(
            start,
            [0.9],
            asked=(0,),
            drawn=(0,),
            probabilities=(probability,),
            would_accept=(0,) if would_accept else (),
        )
        state.apply(position + 2 * number + 1, event)
        label = Labeled(annotator="me", item=f"s{start}", label="dog" if is_wrong else "cat")
        state.apply(position + 2 * number + 2, label)
    return state


def test_the_error_of_accepted_labels_is_told_by_drawn_items_that_would_have_been_accepted():
    state = drawn(State(), [False, True, False, False], 0.1)
    drawn(state, [True] * 6, 0.1, would_accept=False)
    found = report(state, state.streams["door"])
    assert found.error.value == pytest.approx(0.25)
    assert found.error.n == 4
    assert found.accuracy.value == pytest.approx(0.3)


def test_a_draw_stands_for_as_many_accepted_items_as_it_was_improbable():
    state = drawn(State(), [True], 0.5)
    drawn(state, [False], 0.1)
    found = report(state, state.streams["door"])
    assert found.error.value == pytest.approx(1 / (1 + 9))
    assert found.accuracy.value == pytest.approx(10 / 12)


def test_items_that_were_drawn_while_all_were_asked_tell_nothing_of_accepted_ones():
    state = drawn(State(), [True, True], 1.0)
    found = report(state, state.streams["door"])
    assert found.error.n == 0
    assert np.isnan(found.error.value)


def test_an_answer_that_is_taken_back_measures_no_longer():
    state = drawn(State(), [True, False], 0.1)
    last = next(reversed(state.standing())).event
    from al_widgets.events import Retracted

    state.apply(99, Retracted(annotator="me", target=last.id))
    assert report(state, state.streams["door"]).error.n == 1
