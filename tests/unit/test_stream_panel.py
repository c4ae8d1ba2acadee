"""The stream panel's Python half, and the Labeler and the Workbench of a learner with a stream."""

from __future__ import annotations

import itertools
import queue
import time

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from unit_parts import settled

from al_widgets import (
    ActiveLearner,
    Labeler,
    Pool,
    PoolBasedSampling,
    StreamBasedSampling,
    StreamPanel,
    Workbench,
    thresholds,
)
from al_widgets.widgets._flowing import flow_of

CLASSES = list("abc")


class Panel(StreamPanel):
    """Keeps what it sends to the browser."""

    def __init__(self, learner):
        self.sent = []
        super().__init__(learner)

    def send(self, content, buffers=None):  # noqa: ARG002
        self.sent.append(content)

    def hear(self, **content):
        """Take a message as if it came from a browser."""
        self.sent.clear()
        self._heard(self, content, [])


def row(number):
    rng = np.random.default_rng(number)
    return 4 * np.eye(3)[number % 3] + rng.normal(size=3)


def items(start=0):
    for number in itertools.count(start):
        yield row(number), f"item {number}"


def truth(item):
    return CLASSES[int(item.removeprefix("s")) % 3]


def make_learner(stream, threshold=0.8, **arguments):
    given = {"budget": 40, "batch_size": 4, "model": LogisticRegression(), "validation": 0.2}
    sampling = StreamBasedSampling(stream, threshold, warm_up=4)
    return ActiveLearner(
        Pool.empty(3), classes=CLASSES, sampling=sampling, **{**given, **arguments}
    )


def answer(learner, n=99):
    for item in list(learner.query())[:n]:
        learner.label(item, truth(item))
    settled(learner)


def wait(is_so, seconds=20):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def kind(panel):
    return panel._status["kind"]


@pytest.fixture
def learner():
    made = make_learner(items())
    yield made
    made.sampling.pause()
    settled(made)


@pytest.fixture
def panel(learner):
    made = Panel(learner)
    made.hear(type="shown")
    yield made
    made.hear(type="hidden")


# -- it flows --------------------------------------------------------------------------------------


def test_nothing_flows_and_nothing_is_looked_at_while_nobody_looks(learner):
    panel = Panel(learner)
    time.sleep(0.2)
    assert panel._counts["seen"] == 0
    assert panel._worker.pending is None


def test_to_look_lets_the_stream_flow_until_it_waits_for_answers(panel):
    wait(lambda: panel._status["words"] == "Waits for your answers: 4 are open.")
    assert panel._counts["asked"] == 4
    assert [each["said"] for each in panel._strip] == ["asked"] * 4


def test_it_flows_on_when_the_answers_came(learner, panel):
    wait(lambda: kind(panel) == "waiting")
    answer(learner)
    wait(lambda: panel._counts["seen"] > 4 and kind(panel) == "waiting")
    answer(learner)
    answer(learner)
    wait(lambda: panel._counts["accepted"] > 0 and kind(panel) == "waiting")
    learner.sampling.pause()  # so that what is asked about stays among the last
    answer(learner)
    answer(learner)
    wait(lambda: {"agreed", "differed"} & {each["note"] for each in panel._strip})


def test_a_paused_stream_lets_pass_what_is_stepped(learner):
    learner.sampling.pause()
    panel = Panel(learner)
    panel.hear(type="shown")
    wait(lambda: kind(panel) == "paused")
    panel.hear(type="step", n=3)
    wait(lambda: panel._counts["seen"] == 3)
    assert panel._status["words"] == "Paused at item 3."
    panel.hear(type="play")
    wait(lambda: panel._counts["seen"] > 3 or kind(panel) == "waiting")
    assert not learner.sampling.is_paused


def test_the_speed_of_a_paused_stream_is_set_without_letting_it_flow(learner):
    learner.sampling.pause()
    panel = Panel(learner)
    panel.hear(type="speed", speed=10)
    assert (learner.sampling.speed, learner.sampling.is_paused) == (10, True)
    panel.hear(type="play")
    assert (learner.sampling.speed, learner.sampling.is_paused) == (10, False)
    panel.hear(type="speed", speed=0)
    assert learner.sampling.speed is None


def test_a_callback_does_not_wait_for_a_stream_that_is_slow():
    learner = make_learner(queue.Queue())
    panel = Panel(learner)
    started = time.monotonic()
    for message in ({"type": "shown"}, {"type": "play"}, {"type": "step", "n": 1}):
        panel.hear(**message)
    assert time.monotonic() - started < 0.5
    learner.sampling.pause()


def test_a_silent_stream_is_tried_again_while_it_flows():
    source = queue.Queue()
    learner = make_learner(source)
    panel = Panel(learner)
    panel.hear(type="shown")
    time.sleep(2.5)
    assert kind(panel) == "silent"
    for number in range(4):
        source.put((row(number), f"item {number}"))
    wait(lambda: panel._counts["seen"] == 4)
    panel.hear(type="pause")
    wait(lambda: kind(panel) == "paused")


def test_a_stream_that_ends_says_so():
    learner = make_learner(itertools.islice(items(), 3))
    panel = Panel(learner)
    panel.hear(type="shown")
    wait(lambda: kind(panel) == "ended")
    assert panel._status["words"] == "The stream has ended after 3 items."
    assert panel._status["more"] == "3 items await your answer."


class Broken:
    """A stream that fails at its third item until it is mended."""

    is_mended = False

    def __iter__(self):
        for number, item in enumerate(items()):
            if number == 2 and not self.is_mended:
                raise ConnectionError("the broker is gone")
            yield item


def test_a_failure_is_said_with_what_helps_and_can_be_tried_again():
    stream = Broken()
    learner = make_learner(stream)
    panel = Panel(learner)
    panel.hear(type="shown")
    answer(learner)
    wait(lambda: kind(panel) == "failed")
    assert "the broker is gone" in panel._status["more"]
    stream.is_mended = True
    panel.hear(type="retry")
    wait(lambda: panel._counts["seen"] >= 6)
    assert kind(panel) != "failed"
    learner.sampling.pause()


def test_the_budget_being_spent_is_said(panel, learner):
    while learner.budget.remaining:
        answer(learner)
    wait(lambda: kind(panel) == "spent")
    assert panel._budget["left"] == 0


# -- what is sent ----------------------------------------------------------------------------------


def test_how_an_item_looks_is_sent_once_and_again_to_a_new_view(learner, panel):
    wait(lambda: kind(panel) == "waiting" and len(panel._cards["cards"]) == 4)
    answer(learner)
    wait(lambda: panel._counts["seen"] > 4 and len(panel._strip) > 4)
    first = {str(number) for number in range(4)}
    wait(lambda: first.isdisjoint(card["id"] for card in panel._cards["cards"]))
    panel.hear(type="shown")
    wait(lambda: first <= {card["id"] for card in panel._cards["cards"]})


def test_a_long_stream_makes_no_long_message(learner, panel):
    learner.sampling.threshold = 0.2
    while learner.budget.remaining > 20:
        answer(learner)
    wait(lambda: panel._counts["seen"] > 500)
    assert len(panel._course) <= 512 * 16
    assert len(panel._strip) <= 24


# -- the threshold ---------------------------------------------------------------------------------


def test_the_line_that_was_dragged_is_the_threshold(learner, panel):
    panel.hear(type="threshold", value=0.63)
    assert panel.sent == [{"type": "heard", "wrong": ""}]
    assert learner.sampling.threshold.value == 0.63
    wait(lambda: panel._line["value"] == 0.63)
    assert panel._line["back"] == ""


def test_a_threshold_that_adapts_is_fixed_by_dragging_and_adapts_again(panel, learner):
    learner.sampling.threshold = thresholds.TargetRate(0.2)
    panel.hear(type="threshold", value=0.5)
    wait(lambda: panel._line["back"] == "adapting, to ask about 20 % of the items")
    assert panel._line["words"] == "fixed"
    panel.hear(type="back")
    wait(lambda: panel._line["words"].startswith("adapting"))
    assert learner.sampling.threshold.rate == 0.2


@pytest.mark.parametrize(
    "message",
    [
        {"type": "threshold", "value": 1.2},
        {"type": "threshold", "value": "0.5"},
        {"type": "threshold"},
        {"type": "speed", "speed": -1},
        {"type": "step", "n": -3},
        {"type": "drop"},
        {"type": "threshold", "value": float("nan")},
    ],
)
def test_a_message_that_makes_no_sense_changes_nothing_and_is_said(learner, panel, message):
    panel.hear(**message)
    assert panel.sent[-1]["wrong"] != ""
    assert learner.sampling.threshold.value == 0.8
    assert learner.sampling.speed is None


# -- the sampling is replaced ----------------------------------------------------------------------


def test_the_panel_follows_the_sampling(learner, panel):
    wait(lambda: panel._flow["on"])
    learner.sampling = PoolBasedSampling()
    wait(lambda: not panel._flow["on"])
    panel.hear(type="play")
    learner.sampling = StreamBasedSampling(items(), 0.7, name="another")
    wait(lambda: panel._flow["on"] and panel._line["value"] == 0.7)


# -- the labeler -----------------------------------------------------------------------------------


def on_page(labeler):
    return [card["id"] for card in (labeler._page_0 or {"cards": []})["cards"]]


def test_a_labeler_does_not_hold_up_the_cell_for_a_stream_that_is_slow():
    source = queue.Queue()
    learner = make_learner(source)
    started = time.monotonic()
    labeler = Labeler(learner)
    assert time.monotonic() - started < 1
    assert labeler._state["ended"] == "What the stream asks about appears here."
    for number in range(4):
        source.put((row(number), f"item {number}"))
    wait(lambda: on_page(labeler) == ["s0", "s1", "s2", "s3"])
    learner.sampling.pause()


def test_what_is_asked_about_comes_at_once_where_items_pass_at_a_speed(learner):
    learner.sampling.play(1)  # a whole query would take seconds, and later minutes
    labeler = Labeler(learner)
    wait(lambda: labeler._page_0 is not None)
    assert 1 <= len(on_page(labeler)) < 4


def test_a_labeler_says_that_the_stream_is_paused_and_hears_that_it_is_played_in_code(learner):
    learner.sampling.pause()
    labeler = Labeler(learner)
    wait(lambda: "paused" in labeler._state["ended"])
    learner.sampling.play()
    wait(lambda: len(on_page(labeler)) == 4)
    assert labeler._state["ended"] == ""


def test_a_labeler_has_the_next_items_before_the_open_ones_are_answered(learner):
    labeler = Labeler(learner)
    wait(lambda: labeler._page_0 is not None)
    answer(learner, 3)
    wait(lambda: labeler._page_1 is not None)
    assert len(labeler._page_1["cards"]) == 4


def test_a_labeler_shows_why_a_stream_failed():
    labeler = Labeler(make_learner(Broken(), batch_size=2))
    learner = labeler._learner
    wait(lambda: len(on_page(labeler)) == 2)
    answer(learner)
    wait(lambda: "the broker is gone" in labeler._state["ended"])


@pytest.mark.usefixtures("panel")
def test_a_labeler_and_a_panel_do_not_ask_twice(learner):
    labeler = Labeler(learner)
    wait(lambda: labeler._page_0 is not None)
    for _ in range(4):
        answer(learner)
    wait(lambda: flow_of(learner)._worker.pending is None)
    with learner.log.current() as state:
        assert len(state.open_queries(learner.annotator)) <= 2
        asked = [item for each in state.rounds(learner.annotator) for item in each.items]
    assert len(asked) == len(set(asked))


# -- the workbench ---------------------------------------------------------------------------------


def test_a_workbench_opens_at_the_stream_and_knows_that_nothing_was_given(learner):
    bench = Workbench(learner)
    assert (bench._tab, bench._streams, bench._given) == ("stream", True, False)


def test_the_tab_of_the_stream_comes_and_goes_with_the_sampling():
    learner = ActiveLearner(
        Pool([row(k) for k in range(30)]), classes=CLASSES, model=LogisticRegression()
    )
    bench = Workbench(learner)
    assert (bench._tab, bench._streams, bench._given) == ("progress", False, True)
    learner.sampling = StreamBasedSampling(items())
    wait(lambda: bench._streams)
    assert bench._tab == "stream"
    learner.sampling = PoolBasedSampling()
    wait(lambda: not bench._streams)


def test_an_item_that_passed_is_asked_about_where_somebody_wants_it(learner, panel):
    wait(lambda: kind(panel) == "waiting")
    answer(learner)
    answer(learner)
    answer(learner)
    wait(lambda: any(each["became"] == "accepted" for each in panel._strip))
    wait(lambda: kind(panel) == "waiting")
    accepted = [each["number"] for each in panel._strip if each["became"] == "accepted"]
    panel.hear(type="ask", number=accepted[-1])
    wait(lambda: strip_at(panel, accepted[-1]).get("note") == "open")
    item = learner.query().ids[0]
    assert item == f"s{accepted[-1]}"
    learner.label(item, truth(item))
    wait(lambda: strip_at(panel, accepted[-1]).get("note") in ("agreed", "differed"))


def strip_at(panel, number):
    return next((each for each in panel._strip if each["number"] == number), {})
