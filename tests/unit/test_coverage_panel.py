"""The panel's Python half: what it tells a browser, and what it does with what it hears."""

from __future__ import annotations

import time

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from unit_parts import settled

from al_widgets import ActiveLearner, CoveragePanel, Pool
from al_widgets.content import Content
from al_widgets.widgets._small import small
from al_widgets.widgets.coverage import _MOST_LISTED as MOST_GAPS

N_GROUPS, A_GROUP = 12, 25


class Panel(CoveragePanel):
    """Keeps what it sends to the browser."""

    def __init__(self, learner):
        self.sent = []
        super().__init__(learner)

    def send(self, content, buffers=None):  # noqa: ARG002
        self.sent.append(content)

    def hear(self, content):
        """Take a message as if it came from a browser; return the answers to it."""
        self.sent.clear()
        self._heard(self, content, [])
        return self.sent

    def wait(self, told):
        """Wait until `told(panel)` is so."""
        end = time.monotonic() + 20
        while not told(self):
            assert time.monotonic() < end, (self._bars, self._error, self._progress)
            time.sleep(0.01)


def make_learner(**arguments):
    """A learner on twelve groups, a third of them of each class."""
    rng = np.random.default_rng(0)
    centers = 20 * rng.normal(size=(N_GROUPS, 3))
    X = np.repeat(centers, A_GROUP, axis=0) + rng.normal(size=(N_GROUPS * A_GROUP, 3))
    given = {"budget": 60, "batch_size": 4, "validation": None, "model": LogisticRegression()}
    return ActiveLearner(Pool(X), classes=list("abc"), **{**given, **arguments})


@pytest.fixture
def learner():
    made = make_learner()
    for group in range(4):
        made.label(str(group * A_GROUP), "abc"[group % 3])
    made.retrain()
    yield made
    settled(made)


@pytest.fixture
def panel(learner):
    made = Panel(learner)
    made.hear({"type": "shown"})
    made.wait(lambda panel: panel._bars is not None)
    return made


def test_nothing_is_measured_while_nobody_looks(learner):
    panel = Panel(learner)
    learner.pool.geometry.prepare().result(60)
    learner.label("299", "a")
    assert panel._worker.pending is None
    assert panel._bars is None


def test_how_far_the_groups_are_is_said_in_words(learner):
    panel = Panel(learner)
    panel.wait(lambda panel: panel._progress is not None)
    assert panel._progress["words"]
    assert 0 <= panel._progress["share"] <= 1


def test_a_bar_says_how_many_variations_of_its_class_are_covered(panel):
    covered = panel._learner.coverage()
    for bar in panel._bars["classes"]:
        row = covered.by_class().loc[bar["name"]]
        assert bar["count"] == f"{row['n_covered']:.0f} of {row['n_variations']:.0f}"
    assert panel._bars["fact"].startswith(f"{covered.score:.2f}")


def test_the_largest_gaps_are_listed_with_examples(panel):
    gaps = panel._learner.coverage().gaps(MOST_GAPS)
    assert [gap["words"] for gap in panel._gaps] == [
        f"about {gap.n_items} items, probably {gap.label}" for gap in gaps
    ]
    assert [card["id"] for card in panel._gaps[0]["cards"]] == list(gaps[0].examples[:4])


def test_a_click_on_a_gap_puts_its_items_in_front(panel):
    learner = panel._learner
    before = learner.query()
    gap = learner.coverage().gaps(1)[0]
    (answer,) = panel.hear({"type": "ask", "gaps": [panel._gaps[0]["key"]]})
    assert answer["said"] == "4 items come next in the labeler."
    assert learner.query().ids == gap.examples[:4]
    assert learner.look_ahead().ids == before.ids
    assert "you asked for it" in learner.query().reasons[0]


def test_a_gap_whose_class_changed_while_a_click_was_under_way_is_asked_about(panel):
    key = panel._gaps[0]["key"]
    label, group = key.split("/")
    another = f"{(int(label) + 1) % 3}/{group}"
    assert another not in panel._known
    (answer,) = panel.hear({"type": "ask", "gaps": [another]})
    assert answer["said"] == "4 items come next in the labeler."


def test_one_of_each_asks_about_as_many_gaps_as_there_is_room_for(panel):
    panel.hear({"type": "ask", "gaps": [gap["key"] for gap in panel._gaps]})
    asked = panel._learner.query()
    groups = panel._learner.pool.geometry.variations[[int(item) for item in asked]]
    assert len(set(groups.tolist())) == len(asked) == 4


def test_what_was_asked_for_is_marked_until_it_is_answered(panel):
    panel.hear({"type": "ask", "gaps": [panel._gaps[0]["key"]]})
    panel.wait(lambda panel: panel._gaps[0]["asked"])
    for item in panel._learner.query():
        panel._learner.label(item, "a")
    panel.wait(lambda panel: not any(gap["asked"] for gap in panel._gaps))


def test_an_answer_is_measured_and_a_gap_goes(panel):
    n = len(panel._gaps)
    fact = panel._bars["fact"]
    panel._learner.label(panel._gaps[0]["cards"][0]["id"], "b")
    panel.wait(lambda panel: panel._bars["fact"] != fact)
    assert len(panel._gaps) <= n


@pytest.mark.parametrize(
    "content",
    [
        None,
        [1],
        {},
        {"type": "drop"},
        {"type": "ask"},
        {"type": "ask", "gaps": []},
        {"type": "ask", "gaps": "0/1"},
        {"type": "ask", "gaps": [7]},
        {"type": "ask", "gaps": ["no/such"]},
        {"type": "ask", "gaps": [{"x": 1}]},
    ],
)
def test_a_malformed_message_changes_nothing_and_is_answered_by_an_error(panel, content):
    before = panel._learner.log.state.position
    (answer,) = panel.hear(content)
    assert answer["wrong"]
    assert panel._learner.log.state.position == before


def test_with_the_budget_spent_it_says_that_nothing_can_be_asked():
    learner = make_learner(budget=4)
    for group in range(4):
        learner.label(str(group * A_GROUP), "abc"[group % 3])
    panel = Panel(learner)
    panel.hear({"type": "shown"})
    panel.wait(lambda panel: panel._gaps)
    (answer,) = panel.hear({"type": "ask", "gaps": [panel._gaps[0]["key"]]})
    assert "Nothing to ask" in answer["said"]


def test_a_measurement_that_fails_is_told_in_words(learner, monkeypatch):
    def fail():
        raise MemoryError("no room")

    monkeypatch.setattr(learner, "coverage", fail)
    panel = Panel(learner)
    panel.hear({"type": "shown"})
    panel.wait(lambda panel: panel._error)
    assert "no room" in panel._error


def test_a_large_picture_is_sent_small():
    card = Content(np.zeros((1, 300, 400, 3), dtype=np.uint8)).card(0)
    assert (small(card)["width"], small(card)["height"]) == (96, 72)
    assert len(small(card)["bytes"]) < len(card["bytes"])


def test_the_still_picture_says_what_is_missing(panel):
    data, _ = panel._repr_mimebundle_()
    assert "data:image/png;base64," in data["text/html"]
    assert "Labels represent" in data["text/html"]
