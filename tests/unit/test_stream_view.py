"""What the stream panel says of a stream: pure functions, on streams that are made up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from al_widgets.sampling._seen import Seen
from al_widgets.shares import Share
from al_widgets.stream_report import StreamReport
from al_widgets.streams import Point, Stream
from al_widgets.thresholds import Alarm, Fixed, TargetRate
from al_widgets.widgets._stream_course import (
    N_STEPS,
    budget_of,
    course_of,
    line_of,
    quality_of,
    share_of,
    threshold_words,
)
from al_widgets.widgets._stream_view import (
    Standing,
    card_of_seen,
    rate_of,
    status_of,
    strip_of,
    wait_of,
)

ROW = np.array([1.0, 2.0])


def seen(became, confidence=0.97, *, item="s1", label="cat", threshold=0.8, content="a text"):
    return Seen(4011, item, label, confidence, threshold, became, content, ROW)


def shown(each, answers=None):
    return strip_of([each], answers or {})[0]


def stream_with(confidences):
    stream = Stream()
    stream._remember(np.asarray(confidences, dtype=float))
    return stream


# -- the last items --------------------------------------------------------------------------------


def test_an_accepted_item_says_its_label_and_how_sure_the_model_is():
    one = shown(seen("accepted"))
    assert (one["said"], one["note"]) == ("cat", "97 %")
    assert one["why"] == (
        "Accepted as cat: the model is 97 % sure, and asks below 80 %. Click to be asked about it."
    )


def test_an_accepted_item_that_somebody_wanted_to_be_asked_about_is_open_and_then_says_the_answer():
    opened = strip_of([seen("accepted")], {}, {"s1"})[0]
    assert (opened["said"], opened["note"], "Click" in opened["why"]) == ("asked", "open", False)
    answered = shown(seen("accepted"), {"s1": "dog"})
    assert (answered["said"], answered["note"]) == ("dog", "differed")
    assert "You said dog; the model had said cat (97 %)." in answered["why"]


@pytest.mark.parametrize("became", ["asked", "drawn"])
def test_nobody_is_led_by_what_the_model_says_of_an_item_that_is_open(became):
    one = shown(seen(became, 0.62))
    assert (one["said"], one["note"]) == (became, "open")
    assert "cat" not in str(one)


def test_a_drawn_item_does_not_even_say_how_sure_the_model_is():
    assert "%" not in shown(seen("drawn"))["why"]


@pytest.mark.parametrize(
    ("answer", "note", "outcome"),
    [
        ("cat", "agreed", "You said cat, and so had the model (62 %)."),
        ("dog", "differed", "You said dog; the model had said cat (62 %)."),
        (None, "", "You skipped it."),
    ],
)
def test_an_answered_item_says_whether_the_model_agreed(answer, note, outcome):
    one = shown(seen("asked", 0.62), {"s1": answer})
    assert (one["said"], one["note"]) == (answer or "skipped", note)
    assert one["why"] == f"Asked: the model is 62 % sure, and asks below 80 %. {outcome}"


def test_an_item_from_before_the_first_model_neither_agrees_nor_differs():
    one = shown(seen("asked", 0.0), {"s1": "dog"})
    assert (one["note"], one["why"]) == (
        "answered",
        "Asked: there is no model yet. You said dog.",
    )


def test_a_confidence_just_below_the_threshold_is_told_apart_from_it():
    assert "79.96 % sure, and asks below 80.00 %" in shown(seen("asked", 0.7996))["why"]


def test_a_sure_item_that_is_asked_about_early_says_that_all_are():
    assert "So early, all are asked about" in shown(seen("asked", 0.9))["why"]


def test_an_item_that_was_passed_over_says_why():
    broken = seen("passed")._replace(features=np.array([np.nan, 1.0]))
    assert shown(broken)["why"] == "Passed over: it is no valid item."
    known = shown(seen("passed"), {"s1": "cat"})
    assert known["why"].startswith("Passed over: it was asked about before.")
    unsure = shown(seen("passed", 0.62))
    assert unsure["why"] == (
        "Passed over: the model is 62 % sure, below 80 %, and others stand for more. "
        "Click to be asked about it."
    )


def test_cards_are_small_whatever_the_content_is():
    assert len(card_of_seen(seen("asked", content="word " * 900))["text"]) <= 160
    assert len(card_of_seen(seen("asked", content={str(k): k for k in range(40)}))["cells"]) == 4
    picture = card_of_seen(seen("asked", content=np.zeros((400, 300), dtype=np.uint8)))
    assert max(picture["width"], picture["height"]) <= 96
    assert card_of_seen(seen("asked", content=None))["kind"] == "row"


def test_content_that_cannot_be_shown_says_so_in_its_place():
    card = card_of_seen(seen("asked", content=np.zeros((2, 3, 4, 5))))
    assert card["text"].startswith("This item cannot be shown.")
    assert card["id"] == "4011"


# -- how it stands ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "kind", "words"),
    [
        ({"is_sought": True}, "flowing", "Flowing."),
        ({"is_paused": True}, "paused", "Paused at item 4,012."),
        ({"n_open": 10}, "waiting", "Waits for your answers: 10 are open."),
        ({"n_open": 1}, "waiting", "Waits for your answers: 1 is open."),
        ({"is_ended": True}, "ended", "The stream has ended after 4,012 items."),
        ({"left": 0}, "spent", "The budget is spent: the stream stands at item 4,012."),
        ({"failure": "no broker"}, "failed", "The stream failed at item 4,012."),
        (
            {"is_sought": True, "silence": 7.4},
            "silent",
            "No item came for 7 seconds; it goes on with the next.",
        ),
    ],
)
def test_how_a_stream_stands_is_said_in_words(standing, kind, words):
    status = status_of(Standing(position=4012, **standing))
    assert (status["kind"], status["words"]) == (kind, words)


def test_a_stream_that_ended_tells_of_what_is_still_open():
    assert status_of(Standing(12, n_open=7, is_ended=True))["more"] == "7 items await your answer."


def test_the_place_of_an_item_says_why_there_is_none():
    assert wait_of(Standing(12, failure="no broker")).endswith("No broker")
    assert "Play" in wait_of(Standing(12, is_paused=True))
    assert wait_of(Standing(12, is_ended=True)).endswith("and all is answered.")
    assert wait_of(Standing(12, is_sought=True)) == "What the stream asks about appears here."


def test_a_rate_is_known_once_something_moved():
    assert rate_of([(0.0, 5), (2.0, 25)]) == 10
    assert rate_of([(0.0, 5), (2.0, 5)]) is None
    assert rate_of([(0.0, 5)]) is None


# -- the course ------------------------------------------------------------------------------------


def test_the_course_ends_at_what_is_left_and_begins_where_it_was_more():
    points = [Point(20, 20, 0.0, 0, 15, 0.8), Point(60, 40, 32.0, 36, 4, 0.7)]
    course = course_of(points, left=81)
    assert course[:, 0].tolist() == [20, 60]
    assert math.isnan(course[0, 1])
    assert course[1, 1:].tolist() == pytest.approx([0.8, 0.7, 81])
    assert course[0, 3] == 85


def test_single_items_are_drawn_together_and_the_picture_stays_small():
    points = [Point(k + 1, 1, 0.5, 1, 0, 0.8) for k in range(500)]
    assert len(course_of(points, 10)) == 50
    assert len(course_of(points[:-8], 10)) == 49
    long = [Point(100 * (k + 1), 100, 50.0, 90, 10, 0.8) for k in range(500)]
    assert len(course_of(long, 10)) <= 200
    assert course_of([], 10).shape == (0, 4)


def test_the_line_knows_what_every_step_would_ask():
    line = line_of(stream_with([0.0, 0.3, 0.5, 0.79, 0.8, 1.0]), Fixed(0.8))
    assert (line["n"], line["now"], line["words"]) == (5, 3, "fixed")
    assert len(line["below"]) == N_STEPS + 1
    assert (line["below"][0], line["below"][50], line["below"][80]) == (0, 1, 3)
    assert line["below"][100] == 4


def test_the_way_back_to_an_adaptive_threshold_is_told_in_words():
    line = line_of(stream_with([]), Fixed(0.8), before=TargetRate(0.1))
    assert line["back"] == "adapting, to ask about 10 % of the items"
    assert threshold_words(TargetRate(0.1)) == line["back"]


def test_a_threshold_above_one_stands_at_the_top():
    class Never:
        value = 1.5

    assert line_of(stream_with([0.5, 1.0]), Never())["value"] == 1


def test_the_budget_lasts_as_long_as_the_rate_of_late_allows():
    points = [Point(100, 100, 0, 0, 100, 0.8), Point(1100, 1000, 900, 950, 50, 0.8)]
    budget = budget_of(200, 110, 10, points)
    assert (budget["left"], budget["open"], budget["lasts"]) == (90, 10, 1600)


def test_nothing_is_said_of_how_long_it_lasts_before_it_can_be_known():
    assert budget_of(200, 0, 0, [])["lasts"] is None
    assert budget_of(200, 195, 5, [Point(100, 100, 0, 0, 50, 0.8)])["lasts"] is None


def test_what_is_not_known_says_what_would_make_it_known():
    assert quality_of(None, is_drawing=True)["missing"].startswith("Known once")
    assert "audit=" in quality_of(None, is_drawing=False)["missing"]
    assert share_of(Share(math.nan, math.nan, math.nan, 0)) is None


def test_a_share_is_told_with_its_interval():
    found = share_of(Share(0.0213, 0.008, 0.052, 48))
    assert found == {"value": 0.0213, "low": 0.008, "high": 0.052, "n": 48, "range": "1-5 %"}


def report_with(alarm, n_seen=4000):
    nothing = Share(math.nan, math.nan, math.nan, 0)
    return StreamReport(n_seen, 0, 0, 0, {}, 0.8, nothing, nothing, alarm)


def test_a_drift_is_told_while_it_is_news_and_marked_afterwards():
    alarm = Alarm(3080, "confidence", 0.93, 0.81)
    (news,) = quality_of(report_with(alarm), is_drawing=True)["drift"]
    assert news["since"] == 3080
    assert news["words"].startswith("Around item 3,080 the mean confidence fell")
    (old,) = quality_of(report_with(alarm, 90_000), is_drawing=True)["drift"]
    assert old == {"since": 3080, "words": ""}
    assert quality_of(report_with(None), is_drawing=True)["drift"] == []
