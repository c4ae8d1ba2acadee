"""The synthesis panel's Python half: what it tells a browser, and what it does at its word."""

from __future__ import annotations

import json
import threading
import time

import numpy as np
import pytest
from synthesis_parts import CLASSES, Nudge, all_labeled, clouds, how, learner_of, spoiled
from unit_parts import settled

import al_widgets as al
from al_widgets.displays import fates
from al_widgets.exceptions import NotEnoughLabels
from al_widgets.widgets._synthesis_run import Stop, Watched
from al_widgets.widgets._synthesis_view import (
    MOST_SHOWN,
    bars_of,
    headline,
    how_of,
    report_of,
    strip_of,
)


class Panel(al.SynthesisPanel):
    """Keeps what it sends to the browser, and how far the making was."""

    def __init__(self, learner):
        self.sent, self.far = [], []
        super().__init__(learner)

    def send(self, content, buffers=None):  # noqa: ARG002 - as a widget's
        self.sent.append(content)

    def _told(self, far):
        self.far.append(far)
        super()._told(far)

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
            assert time.monotonic() < end, (self._made, self._error, self._making, self.sent)
            time.sleep(0.01)


class Network(Nudge):
    """Learns for some time before it makes anything, as a network does."""

    def __init__(self, epochs=3):
        super().__init__()
        self.epochs, self.progress, self.stop = epochs, None, None
        self.learned = threading.Event()  # it is at work

    def make(self, context, parents, rng, recipe=None):
        for done in range(self.epochs):
            self.learned.set()
            if self.stop is not None and self.stop.is_set():
                break
            if self.progress is not None:
                self.progress(done + 1, self.epochs)
            time.sleep(0.001)
        yield from super().make(context, parents, rng, recipe)

    def __repr__(self):
        more = "" if self.progress is None else ", progress=..."
        return f"Network({self.epochs}{more})"


class Drawing(Nudge):
    """A synthesizer whose model has the hooks."""

    def __init__(self):
        super().__init__()
        self.model = Network()

    def make(self, context, parents, rng, recipe=None):
        yield from self.model.make(context, parents, rng, recipe)


def make_panel(learner):
    made = Panel(learner)
    made.hear({"type": "shown"})
    return made


@pytest.fixture
def learner():
    pool, y = clouds()
    made = learner_of(pool, y, validation=0.3)
    made.teach(al.SimulatedOracle(y), 15)
    made.sampling = how()
    yield made
    settled(made)


@pytest.fixture
def panel(learner):
    made = make_panel(learner)
    yield made
    made.hear({"type": "hidden"})


def n_made(n):
    return lambda panel: panel._made["n"] == n


# -- what is shown ---------------------------------------------------------------------------------


def test_before_anything_is_made_it_says_what_to_do_with_the_line_of_code():
    pool, y = clouds()
    panel = Panel(learner_of(pool, y))
    assert panel._made["words"] == "Nothing was made yet"
    assert panel._how["missing"].startswith("Say how new items are made")
    assert panel._how["code"].startswith("learner.sampling = al.QuerySynthesis(")


def test_without_an_answer_it_says_that_there_is_nothing_to_make_it_of():
    learner = al.ActiveLearner(clouds()[0], CLASSES)
    learner.sampling = how()
    assert Panel(learner)._how["missing"].startswith("Answer some items first")


def test_the_line_of_code_runs():
    pool, y = clouds()
    learner = learner_of(pool, y)
    exec(Panel(learner)._how["code"], {"learner": learner, "al": al})
    assert how_of(learner.sampling, 5)["missing"] == ""


def test_a_sampling_that_is_replaced_is_seen_while_somebody_looks():
    pool, y = clouds()
    learner = learner_of(pool, y)
    panel = make_panel(learner)
    learner.sampling = how()
    panel.wait(lambda panel: panel._how["name"] == "Nudge()")
    assert panel._how["missing"] == ""
    panel.hear({"type": "hidden"})


def test_nothing_is_looked_up_while_nobody_looks(learner):
    panel = Panel(learner)
    learner.synthesize(3)
    assert panel._worker.pending is None
    assert panel._made["n"] == 0


def test_the_headline_counts_what_became_of_them(learner, panel):
    learner.synthesize(6)
    panel.wait(n_made(6))
    n = len(learner.log.state.training_labels(made=False))
    assert panel._made["words"] == f"6 items made of {n} answers"
    assert panel._made["fates"] == [{"kind": "in-use", "words": "6 in use"}]
    learner.skip("syn2")
    learner.label("syn1", learner.synthetic["label"].iloc[0])
    panel.wait(lambda panel: len(panel._made["fates"]) == 3)
    assert [fate["words"] for fate in panel._made["fates"]] == [
        "4 in use",
        "1 accepted",
        "1 rejected",
    ]


def test_the_bars_hold_answers_beside_what_was_made_of_each_class(learner, panel):
    learner.synthesize(6)
    panel.wait(n_made(6))
    answers = list(learner.log.state.training_labels(made=False).values())
    labels = learner.synthetic["label"].tolist()
    for row in panel._bars["rows"]:
        assert row["answers"] == answers.count(row["name"])
        assert (row["made"], row["off"]) == (labels.count(row["name"]), 0)


def test_what_is_switched_off_stands_apart(learner):
    learner.synthesize(6)
    learner.use_synthetic(False)
    display = al.SynthesisDisplay.from_learner(learner)
    rows = bars_of(display)["rows"]
    assert sum(row["off"] for row in rows) == 6
    assert sum(row["made"] for row in rows) == 0
    assert headline(display)["fates"] == [{"kind": "switched-off", "words": "6 switched off"}]


def test_many_classes_get_the_bars_of_the_largest_sixteen():
    bars = bars_of(al.SynthesisDisplay(0, {}, {str(k): (k, 0, 0) for k in range(20)}))
    assert [row["name"] for row in bars["rows"]] == [str(k) for k in range(4, 20)]
    assert bars["hidden"] == 4


def test_the_strip_shows_the_newest_first_each_with_its_parents(learner, panel):
    learner.synthesize(20)
    panel.wait(n_made(20))
    assert [one["item"] for one in panel._strip] == [f"syn{k}" for k in range(20, 8, -1)]
    assert len(panel._strip) == MOST_SHOWN
    first, made = panel._strip[0], learner.synthetic.iloc[-1]
    assert (first["recipe"], first["status"], first["label"]) == (
        "nudged a little",
        "in use",
        made["label"],
    )
    assert [parent["item"] for parent in first["parents"]] == list(made["parents"])
    assert {first["item"], first["parents"][0]["item"]} <= panel._cards.keys()


def test_of_many_parents_two_are_shown_and_the_others_counted(learner):
    learner.synthesize(1)
    with learner.log.current() as state:
        (fate,) = fates(state, state.labels)
    each = fate.each._replace(
        event=fate.each.event.__class__(
            **{
                name: getattr(fate.each.event, name)
                for name in ("annotator", "items", "features", "contents", "labels", "recipes")
            },
            held=("",),
            parents=(("1", "2", "3", "4"),),
        )
    )
    (shown,) = strip_of([fate._replace(each=each)], {"1": "cat"})
    assert shown["parents"] == [{"item": "1", "label": "cat"}, {"item": "2", "label": ""}]
    assert shown["more"] == 2


def test_cards_are_sent_only_when_other_items_are_shown(learner, panel):
    learner.synthesize(3)
    panel.wait(n_made(3))
    changes = []
    panel.observe(changes.append, "_cards")
    learner.skip("syn1")
    panel.wait(lambda panel: any(one["status"] == "rejected" for one in panel._strip))
    assert changes == []


# -- making more -----------------------------------------------------------------------------------


def test_items_are_made_on_a_thread_and_it_is_said_how_many(learner, panel):
    heard = panel.told({"type": "make", "n": 7})
    assert (heard["act"], heard["said"], heard["wrong"]) == ("make", "7 items made.", "")
    assert len(learner.synthetic) == 7
    panel.wait(n_made(7))


def test_where_a_person_is_to_say_the_label_they_come_in_the_labeler(learner, panel):
    learner.sampling = how(labeling="ask")
    heard = panel.told({"type": "make", "n": 3})
    assert heard["said"] == "3 items to look at: they come next in the labeler."
    assert learner.query().strategy == "synthesis"


def test_nothing_made_is_said_to_be_nothing(learner, panel):
    learner.sampling = how(target=lambda _context, _n: [])
    assert panel.told({"type": "make", "n": 3})["said"].startswith("Nothing was made")


@pytest.mark.parametrize(
    ("sampling", "words"),
    [
        (how(Nudge(fails=True)), "out of paint"),
        (how(spoiled(row=np.full(3, np.nan))), "nan"),
        (al.PoolBasedSampling(), "learner must know how"),
    ],
)
def test_why_nothing_could_be_made_is_shown_there(learner, panel, sampling, words):
    learner.sampling = sampling
    heard = panel.told({"type": "make", "n": 3})
    assert heard["act"] == "make"
    assert words in heard["wrong"].lower()
    panel.wait(lambda panel: not panel._making["on"])
    assert len(learner.synthetic) == 0


def test_a_synthesizer_with_a_hook_says_how_far_it_is(learner, panel):
    learner.sampling = how(Network(epochs=3))
    panel.told({"type": "make", "n": 2})
    panel.wait(lambda panel: not panel._making["on"])
    assert any(far["done"] == far["total"] == 3 for far in panel.far)
    assert any(far["stops"] for far in panel.far)


def test_the_model_that_a_synthesizer_draws_from_may_have_the_hooks(learner, panel):
    learner.sampling = how(Drawing())
    panel.told({"type": "make", "n": 2})
    assert any(far["total"] == 3 for far in panel.far)
    assert learner.sampling.synthesizer.model.progress is None


def test_without_hooks_it_is_not_known_how_far_it_is(panel):
    panel.told({"type": "make", "n": 2})
    panel.wait(lambda panel: not panel._making["on"])
    assert {(far["total"], far["stops"]) for far in panel.far} == {(0, False)}


def test_a_long_making_is_ended_by_a_click_and_keeps_what_it_learned(learner, panel):
    network = Network(epochs=1_000_000)
    learner.sampling = how(network)
    panel.hear({"type": "make", "n": 2})
    assert network.learned.wait(30)
    panel.wait(lambda panel: panel._making["stops"])
    panel.hear({"type": "stop"})
    panel.wait(lambda panel: any(sent["type"] == "heard" for sent in panel.sent))
    assert panel.sent[-1]["said"] == "2 items made."
    assert any(far["stopping"] for far in panel.far)
    assert len(learner.synthetic) == 2


def test_one_making_goes_on_at_a_time(learner, panel):
    network = Network(epochs=1_000_000)
    learner.sampling = how(network)
    panel.hear({"type": "make", "n": 2})
    assert network.learned.wait(30)
    assert "already" in panel.told({"type": "make", "n": 2})["wrong"]
    panel.wait(lambda panel: panel._making["stops"])
    panel.hear({"type": "stop"})
    panel.wait(lambda panel: not panel._making["on"])
    assert len(learner.synthetic) == 2


def test_stopping_while_nothing_is_made_does_nothing(panel):
    panel.hear({"type": "stop"})
    assert panel.sent == []
    assert panel.far == []


def test_the_log_says_who_made_an_item_and_not_who_watched(learner, panel):
    learner.sampling = how(Network(3))
    panel.told({"type": "make", "n": 1})
    assert learner.synthetic["synthesizer"].tolist() == ["Network(3)"]


def test_hooks_of_somebody_else_are_called_as_well():
    seen, told, wanted = [], [], threading.Event()
    network = Network(2)
    network.progress, network.stop = lambda done, total: seen.append((done, total)), wanted
    watched = Watched(network, lambda done, total: told.append((done, total)))
    watched._made_by.progress(1, 2)
    assert seen == told == [(1, 2)]
    assert not watched.stop.is_set()
    wanted.set()
    assert watched.stop.is_set()
    assert network.stop is wanted


@pytest.mark.parametrize("before", [None, threading.Event(), lambda: False])
def test_a_stop_is_set_when_it_was_set(before):
    stop = Stop(before)
    assert not stop.is_set()
    stop.set()
    assert stop.is_set()


def test_watching_changes_nothing_that_is_made():
    pool, y = clouds()
    rows = []
    for makes in (lambda panel: panel.told({"type": "make", "n": 4}), None):
        learner = learner_of(pool, y)
        learner.sampling = how(Network(2))
        if makes:
            makes(Panel(learner))
        else:
            learner.synthesize(4)
        rows.append(learner.pool.features[-4:])
    assert np.array_equal(*rows)


# -- held back -------------------------------------------------------------------------------------


@pytest.fixture
def doubtful(learner):
    """A learner some of whose made items are held back: they lie far away."""
    learner.sampling = how(spoiled(row=np.array([90.0, -90, 90])))
    learner.synthesize(3)
    return learner


def test_a_review_brings_them_to_the_labeler(doubtful):
    held = int((doubtful.synthetic["status"] == "held back").sum())
    assert held
    panel = make_panel(doubtful)
    panel.wait(lambda panel: panel._held == {"n": held, "there": 0})
    assert "come next in the labeler" in panel.told({"type": "review"})["said"]
    panel.wait(lambda panel: panel._held == {"n": 0, "there": held})
    assert doubtful.query().strategy == "synthesis"
    assert all(one["why"] for one in panel._strip)
    panel.hear({"type": "hidden"})


def test_where_nothing_is_held_back_there_is_nothing_to_review(learner, panel):
    learner.synthesize(1)
    assert panel.told({"type": "review"})["said"] == "Nothing is held back."


# -- what it brings --------------------------------------------------------------------------------


def test_a_measurement_is_a_sentence_and_a_line_a_class(learner, panel):
    learner.synthesize(6)
    panel.wait(n_made(6))
    assert panel.told({"type": "measure"})["wrong"] == ""
    report = learner.synthesis_report()
    told = json.loads(json.dumps(panel._report, allow_nan=False))
    assert told["words"] == report.summary
    assert told["validation"] == report.n_validation > 0
    assert sum(row["n"] for row in told["rows"]) == told["n"] == report.n
    assert sum(row["right"] for row in told["rows"]) == told["right"] == report.n_right
    assert not told["old"]
    assert not panel._busy


def test_a_measurement_is_of_then_when_more_was_made_since(learner, panel):
    learner.synthesize(3)
    panel.told({"type": "measure"})
    learner.synthesize(3)
    panel.wait(lambda panel: panel._report["old"])


def test_before_anything_is_made_there_is_nothing_to_measure(panel):
    heard = panel.told({"type": "measure"})
    assert heard["act"] == "measure"
    assert "synthe" in heard["wrong"]
    assert panel._report is None
    assert not panel._busy


def test_classes_that_were_not_measured_have_no_line(learner):
    learner.synthesize(3)
    told = report_of(learner.synthesis_report())
    assert all(row["n"] for row in told["rows"])


def test_the_switch_turns_them_off_and_on(learner, panel):
    learner.synthesize(3)
    assert panel.told({"type": "use", "on": False})["wrong"] == ""
    panel.wait(lambda panel: panel._use == {"on": False, "why": "you wanted it"})
    assert not learner.uses_synthetic
    panel.told({"type": "use", "on": True})
    panel.wait(lambda panel: panel._use == {"on": True, "why": ""})


def test_why_the_guard_switched_them_off_is_shown(learner, panel):
    learner.synthesize(3)
    learner.use_synthetic(False, "right on 14 of 20 with them, 17 without")
    panel.wait(lambda panel: panel._use["why"] == "right on 14 of 20 with them, 17 without")


# -- messages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        None,
        [1],
        {},
        {"type": "drop"},
        {"type": "make"},
        {"type": "make", "n": 0},
        {"type": "make", "n": "5"},
        {"type": "make", "n": True},
        {"type": "make", "n": 1_000_000},
        {"type": "use"},
        {"type": "use", "on": 1},
    ],
)
def test_a_malformed_message_changes_nothing_and_is_answered_by_an_error(panel, content):
    before = panel._learner.log.state.position
    assert panel.told(content)["wrong"]
    assert panel._learner.log.state.position == before


def test_an_error_of_nobodys_making_is_told_too(panel, monkeypatch):
    def fail(*_given):
        raise OSError("disk full")

    monkeypatch.setattr(panel._learner, "review_synthetic", fail)
    assert panel.told({"type": "review"})["wrong"] == "OSError: disk full"


def test_a_look_that_fails_is_shown(learner, panel, monkeypatch):
    def fail(*_given):
        raise NotEnoughLabels("a rule", "nothing", "Do this")

    monkeypatch.setattr("al_widgets.widgets._synthesis_view.headline", fail)
    learner.synthesize(1)
    panel.wait(lambda panel: "cannot be brought up to date" in panel._error)


def test_it_leaves_a_still_picture(learner):
    learner.synthesize(2)
    data, _ = Panel(learner)._repr_mimebundle_()
    assert "data:image/png;base64," in data["text/html"]
    assert "2 items made of" in data["text/html"]


def test_before_anything_is_made_the_still_picture_does_without(learner):
    data, _ = Panel(learner)._repr_mimebundle_()
    assert "made" not in data["text/html"].split("</p>")[0].split("<p>")[1]


# -- the workbench ---------------------------------------------------------------------------------


def test_the_tab_comes_with_a_synthesis_and_stays_while_there_is_something_made():
    pool, y = clouds()
    learner = learner_of(pool, y)
    bench = al.Workbench(learner)
    assert not bench._synthesizes
    learner.sampling = how()
    bench._look_at_sampling()
    assert (bench._synthesizes, bench._tab) == (True, "synthesis")
    learner.sampling = al.PoolBasedSampling()
    bench._look_at_sampling()
    assert not bench._synthesizes
    learner.synthesize(1, sampling=how(target=all_labeled))
    bench._look_at_sampling()
    assert bench._synthesizes


def test_what_is_watched_chooses_its_recipes_by_the_pool_as_it_would_alone():
    pool = al.Pool(np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8))
    alone = al.synthesizers.Augment()
    watched = Watched(alone, lambda *_: None)
    assert watched.ready_for(pool).recipes == alone.ready_for(pool).recipes
    assert len(watched.recipes) > 1
