"""The rest panel's Python half: what it tells a browser, and what it does with what it hears."""

from __future__ import annotations

import json
import math
import threading
import time
import zipfile
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from unit_parts import refused, settled

from al_widgets import ActiveLearner, Pool, RestPanel
from al_widgets.auditing import Audit
from al_widgets.exceptions import InvalidInput
from al_widgets.widgets import _downloads
from al_widgets.widgets._downloads import KINDS, make_file, offered
from al_widgets.widgets._rest_view import (
    N_BINS,
    advice_of,
    audit_of,
    labels_of,
    missing,
    n_newer,
    percent,
)
from al_widgets.widgets.rest import _MOST_LISTED

N, CLASSES = 240, list("abc")


class Panel(RestPanel):
    """Keeps what it sends to the browser."""

    def __init__(self, learner):
        self.sent, self.files = [], []
        super().__init__(learner)

    def send(self, content, buffers=None):
        if content.get("type") == "file":
            self.files.append((content, buffers))
        self.sent.append(content)

    def hear(self, content):
        """Take a message as if it came from a browser."""
        self.sent.clear()
        self._heard(self, content, [])

    def told(self, content):
        """Take a message; return what came of it."""
        self.hear(content)
        self.wait(lambda panel: any(sent["type"] == "heard" for sent in panel.sent))
        return self.sent[-1]

    def wait(self, is_so):
        """Wait until `is_so(panel)`."""
        end = time.monotonic() + 30
        while not is_so(self):
            assert time.monotonic() < end, (self._labels, self._error, self._busy, self.sent)
            time.sleep(0.01)


def truth(position):
    return CLASSES[position % 3]


def make_learner(**arguments):
    """A learner on three clouds that overlap a little."""
    rng = np.random.default_rng(0)
    X = 4 * np.eye(3)[np.arange(N) % 3] + rng.normal(size=(N, 3))
    given = {"budget": 120, "batch_size": 4, "model": LogisticRegression(), "validation": None}
    pool = Pool(X, content=[f"item {i}" for i in range(N)])
    return ActiveLearner(pool, classes=CLASSES, **{**given, **arguments})


def answer(learner, positions):
    for position in positions:
        learner.label(str(position), truth(position))


def make_panel(learner):
    made = Panel(learner)
    made.hear({"type": "shown"})
    made.wait(lambda panel: panel._advice is not None)
    return made


@pytest.fixture
def learner():
    made = make_learner()
    answer(made, range(30))
    made.retrain()
    yield made
    settled(made)


@pytest.fixture
def panel(learner):
    made = make_panel(learner)
    made.hear({"type": "label"})
    made.wait(lambda panel: panel._labels is not None and not panel._busy)
    return made


# -- what is shown ---------------------------------------------------------------------------------


def test_nothing_is_looked_up_while_nobody_looks(learner):
    panel = Panel(learner)
    learner.pool.geometry.prepare().result(60)
    answer(learner, [30])
    assert panel._worker.pending is None
    assert panel._advice is None


def test_the_advice_is_shown_before_anything_is_labeled(learner):
    panel = make_panel(learner)
    advice = learner.advice()
    panel.wait(lambda panel: panel._advice == advice_of(learner.advice()))
    assert advice.sentence.startswith(panel._advice["head"])
    assert len(panel._advice["reasons"]) == len(advice.reasons)
    assert panel._labels is None


def test_a_reason_that_the_sentence_says_is_marked_as_said(learner):
    for reason in advice_of(learner.advice())["reasons"]:
        assert reason["said"] == (reason["words"][1:] in learner.advice().sentence)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({}, "Answer some items first"),
        ({"1": "a", "2": "a"}, "So far all answers are of one class"),
        ({"1": "a", "2": "b"}, ""),
    ],
)
def test_what_is_missing_before_the_rest_can_be_labeled_is_said(labels, said):
    assert missing(labels).startswith(said)
    assert bool(missing(labels)) == bool(said)


def test_to_label_the_rest_waits_for_answers_of_two_classes():
    learner = make_learner()
    answer(learner, [0, 3])
    panel = make_panel(learner)
    panel.hear({"type": "label"})
    panel.wait(lambda panel: not panel._busy)
    assert panel._labels is None
    assert "one class" in panel._missing
    assert panel._error == ""


def test_the_rest_is_labeled_when_somebody_asks(panel):
    found = panel._learner.propagate()
    assert panel._labels == labels_of(found)
    assert panel._labels["answered"] == 30
    assert panel._labels["propagated"] == N - 30
    assert panel._newer == 0


def test_labels_that_were_made_in_code_are_shown_unasked(learner):
    panel = make_panel(learner)
    assert panel._labels is None
    learner.propagate()
    panel.wait(lambda panel: panel._labels is not None and not panel._busy)


def test_bins_of_confidence_tell_what_any_threshold_keeps(panel):
    found, labels = panel._learner.propagate(), panel._labels
    for step in range(N_BINS):
        above = found.above(step / N_BINS)
        is_kept = above.is_propagated & ~above.is_withheld
        wrong = float((1 - found.confidence[is_kept]).sum())
        assert sum(labels["n"][step:]) == is_kept.sum()
        assert sum(labels["wrong"][step:]) == pytest.approx(wrong, abs=0.02)


def test_the_classes_add_up_to_all(panel):
    labels = panel._labels
    assert [one["name"] for one in labels["classes"]] == CLASSES
    assert np.sum([one["n"] for one in labels["classes"]], axis=0).tolist() == labels["n"]
    assert sum(one["answers"] for one in labels["classes"]) == labels["answered"]


def test_an_estimate_without_validation_answers_is_none(panel):
    assert panel._labels["estimate"] == ""


def test_the_estimate_is_of_answers_drawn_at_random():
    learner = make_learner(validation=0.5, batch_size=10)
    while learner.budget.spent < 60:
        answer(learner, map(int, learner.query().ids))
    said = labels_of(learner.propagate())["estimate"]
    assert "% right" in said
    assert said.endswith("answers drawn at random)")
    settled(learner)


def test_newer_answers_bring_labels_up_to_date_by_themselves_if_that_is_cheap(panel):
    panel._seconds = 0.0
    answer(panel._learner, [30, 31])
    panel.wait(lambda panel: panel._labels["answered"] == 32 and panel._newer == 0)


def test_labels_that_took_long_are_brought_up_to_date_on_demand(panel):
    panel._seconds = 60.0
    answer(panel._learner, [30, 31])
    panel.wait(lambda panel: panel._newer == 2)
    assert panel._labels["answered"] == 30
    panel.hear({"type": "label"})
    panel.wait(lambda panel: panel._newer == 0)
    assert panel._labels["answered"] == 32


def test_newer_are_answers_that_came_changed_or_went():
    known = {"1": "a", "2": "b", "3": "c"}
    assert n_newer({"1": "a", "2": "c", "9": "a"}, known) == 3


def test_a_failure_is_told_in_words_and_goes_when_it_works_again(panel, monkeypatch):
    def fail():
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(panel._learner, "propagate", fail)
        panel.hear({"type": "label"})
        panel.wait(lambda panel: "no room" in panel._error and not panel._busy)
    panel.hear({"type": "label"})
    panel.wait(lambda panel: panel._error == "")


def test_a_label_is_asked_for_in_no_callback(learner, monkeypatch):
    began, go = threading.Event(), threading.Event()
    right = learner.propagate

    def slowly(*given):
        began.set()
        assert go.wait(30)
        return right(*given)

    monkeypatch.setattr(learner, "propagate", slowly)
    panel = make_panel(learner)
    panel.hear({"type": "label"})
    assert began.wait(30)
    assert panel._busy
    go.set()
    panel.wait(lambda panel: panel._labels is not None and not panel._busy)


# -- checking --------------------------------------------------------------------------------------


def test_a_sample_to_check_comes_next_and_its_result_appears(panel):
    learner = panel._learner
    heard = panel.told({"type": "audit", "n": 12})
    assert heard == {
        "type": "heard",
        "act": "audit",
        "said": "12 items to check: they come next in the labeler.",
        "wrong": "",
    }
    query = learner.query()
    assert query.strategy == "audit"
    panel.wait(lambda panel: panel._audit is not None)
    assert (panel._audit["n"], panel._audit["checked"], panel._audit["open"]) == (12, 0, True)
    assert panel._audit["next"] == query.ids[0]
    assert panel._audit["words"] == ""
    answer(learner, map(int, query.ids))
    panel.wait(lambda panel: not panel._audit["open"])
    assert "of 12 wrong: error between" in panel._audit["words"]
    assert panel._left == learner.budget.remaining


def test_only_labels_of_enough_confidence_are_checked(panel):
    panel.threshold = 0.9
    panel.told({"type": "audit", "n": 5})
    assert panel._learner.audits[-1].threshold == 0.9
    panel.wait(lambda panel: panel._audit is not None)


def test_a_larger_sample_than_the_budget_has_answers_for_is_refused(panel):
    heard = panel.told({"type": "audit", "n": 91})
    assert "90 answers left" in heard["wrong"]
    assert panel._learner.audits == ()


def audit(answers, n=4, population=None, threshold=0.0):
    items = tuple(map(str, range(n)))
    return Audit(
        items, ("a",) * n, answers, (), population or {"a": 100, "b": 50}, threshold=threshold
    )


def test_an_audit_is_told_in_a_sentence_and_by_class():
    told = audit_of(audit({"0": "a", "1": "b", "2": "a", "3": "a"}, threshold=0.8))
    assert told["words"].startswith("1 of 4 wrong: error between ")
    assert told["of"] == "Of 150 labels of confidence 0.80 or more as they were then."
    assert [(one["name"], one["n"], one["found"]) for one in told["classes"]] == [
        ("a", 100, "1 of 4"),
        ("b", 50, "0 of 0"),
    ]
    assert told["classes"][1]["range"] == ""


def test_what_is_not_known_of_an_audit_can_be_told_as_json():
    told = json.loads(json.dumps(audit_of(audit({})), allow_nan=False))
    assert told["error"] is None
    assert told["words"] == ""


def test_an_audit_of_everything_is_exact():
    told = audit_of(audit({str(i): "ab"[i == 0] for i in range(4)}, population={"a": 4}))
    assert told["words"] == "1 of 4 wrong: exactly 25 % of all"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.02, 0.18, "2-18 %"), (0.001, 0.012, "0.1-1.2 %"), (0, 0, "0 %"), (math.nan, math.nan, "")],
)
def test_a_range_is_told_as_fine_as_it_is_known(low, high, said):
    assert percent(low, high) == said


# -- answers to look at again ----------------------------------------------------------------------


@pytest.fixture
def doubtful():
    """A panel of a learner that was told a few wrong answers."""
    learner = make_learner()
    answer(learner, range(6, 60))
    for position in range(3):
        learner.label(str(position), CLASSES[(position + 1) % 3])
    learner.retrain()
    made = make_panel(learner)
    made.hear({"type": "label"})
    made.wait(lambda panel: panel._suspects is not None and not panel._busy)
    yield made
    settled(learner)


def test_suspicious_answers_are_listed_with_what_was_said_and_what_others_say(doubtful):
    suspects = doubtful._suspects
    assert suspects["n"] >= 2
    assert len(suspects["rows"]) <= _MOST_LISTED
    row = next(row for row in suspects["rows"] if row["item"] == "0")
    assert row["said"] == "you said b"
    assert row["others"].startswith("others say a (")
    assert row["card"]["text"] == "item 0"


def test_a_review_brings_them_back_and_takes_them_from_the_list(doubtful):
    learner = doubtful._learner
    n = doubtful._suspects["n"]
    heard = doubtful.told({"type": "review"})
    assert heard["said"] == f"{n} answers come back in the labeler: keep or change."
    assert learner.query().strategy == "review"
    doubtful.wait(lambda panel: panel._suspects["n"] == 0 and panel._suspects["reviewing"] == n)
    for item in learner.query().ids:
        learner.label(item, truth(int(item)))
    doubtful.wait(lambda panel: panel._suspects["reviewing"] == 0)


def test_without_doubtful_answers_there_is_nothing_to_review(panel):
    assert panel._suspects["rows"] == []
    assert "Nothing to look at again" in panel.told({"type": "review"})["said"]


# -- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["csv", "jsonl", "label-studio", "prodigy", "parquet"])
def test_the_bytes_of_a_file_arrive(panel, key):
    heard = panel.told({"type": "download", "format": key, "spread": False})
    ((file, (data,)),) = panel.files
    assert heard["wrong"] == ""
    assert heard["said"].startswith(file["name"])
    assert file["mime"] == KINDS[key].mime
    assert len(data) > 100


def test_propagated_labels_are_in_the_file_where_they_are_wanted_and_sure_enough(panel):
    panel.threshold = 0.9
    panel.told({"type": "download", "format": "csv", "spread": True})
    ((_, (data,)),) = panel.files
    lines = data.decode().splitlines()
    kept = panel._learner.propagate(0.9)
    assert len(lines) == 1 + N
    assert sum(",propagated," in line and line.split(",")[1] != "" for line in lines) == int(
        (kept.is_propagated & ~kept.is_withheld).sum()
    )


def test_pictures_come_as_a_folder_by_class_in_one_archive():
    learner = ActiveLearner(
        Pool(np.zeros((4, 2)), content=np.zeros((4, 5, 5), dtype=np.uint8)), classes=["a", "b"]
    )
    learner.label("0", "a")
    kind, data = make_file(learner, "folder", None)
    assert kind.file == "labels.zip"
    names = zipfile.ZipFile(BytesIO(data)).namelist()
    assert {"labels/labels.csv", "labels/a/0.png"} <= set(names)


def test_a_file_that_is_too_large_is_not_sent_and_another_way_is_told(learner):
    with refused(InvalidInput, "sent to the browser", "MB", 'learner.export("labels.csv")'):
        make_file(learner, "csv", None, most=100)


def test_the_other_way_is_the_same_file(learner):
    with refused(InvalidInput, "sent", "MB", "propagation=learner.propagate(0.9))"):
        make_file(learner, "prodigy", learner.propagate(0.9), most=100)


def test_a_missing_library_is_told_with_its_command(monkeypatch):
    monkeypatch.setattr(_downloads, "find_spec", lambda _name: None)
    commands = {kind["key"]: kind["command"] for kind in offered()}
    assert commands["parquet"] == 'pip install "al_widgets[parquet]"'
    assert commands["csv"] == ""


def test_without_a_label_there_is_nothing_to_take_away():
    panel = Panel(make_learner())
    heard = panel.told({"type": "download", "format": "csv", "spread": False})
    assert "none yet" in heard["wrong"]
    assert panel.files == []


# -- messages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        None,
        [1],
        {},
        {"type": "drop"},
        {"type": "audit"},
        {"type": "audit", "n": 0},
        {"type": "audit", "n": "5"},
        {"type": "audit", "n": True},
        {"type": "download"},
        {"type": "download", "format": "csv"},
        {"type": "download", "format": "exe", "spread": False},
        {"type": "download", "format": "csv", "spread": 1},
    ],
)
def test_a_malformed_message_changes_nothing_and_is_answered_by_an_error(panel, content):
    before = panel._learner.log.state.position
    assert panel.told(content)["wrong"]
    assert panel._learner.log.state.position == before
    assert panel.files == []


def test_an_error_of_nobodys_making_is_told_too(panel, monkeypatch):
    def fail(*_given, **_named):
        raise OSError("disk full")

    monkeypatch.setattr(panel._learner, "export", fail)
    heard = panel.told({"type": "download", "format": "csv", "spread": False})
    assert heard["wrong"] == "OSError: disk full"


def test_many_classes_get_the_bars_of_the_largest_sixteen():
    n_classes = 20
    rows = np.repeat(np.arange(n_classes), np.arange(1, n_classes + 1))
    spread = SimpleNamespace(
        classes=tuple(range(n_classes)),
        label=rows,
        confidence=np.full(len(rows), 0.5, dtype=np.float32),
        is_propagated=np.ones(len(rows), dtype=bool),
        given=np.empty(0, dtype=int),
        answered=np.empty(0, dtype=int),
        estimate=None,
        n_items=len(rows),
    )
    told = labels_of(spread)
    assert [one["name"] for one in told["classes"]] == [str(k) for k in range(4, 20)]
    assert told["hidden"] == 4
    assert told["n"][50] == len(rows)


def test_the_still_picture_stays_what_it_was(panel):
    data, _ = panel._repr_mimebundle_()
    assert "data:image/png;base64," in data["text/html"]
