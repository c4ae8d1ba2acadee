"""What a labeler tells of items that were made: what they come from, and what they cost."""

from __future__ import annotations

import time

import numpy as np
import pytest
from synthesis_parts import CLASSES, clouds, how, learner_of, spoiled
from unit_parts import settled

import al_widgets as al
from al_widgets.synthesizers import Made
from al_widgets.widgets._made import told_of
from al_widgets.widgets._message import told
from al_widgets.widgets._pages import item_ids


def wait(so):
    end = time.monotonic() + 20
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)


def asking(pool=None, y=None, synthesizer=None, *, spend_budget=False, **arguments):
    """A learner that asks about what it made."""
    pool, y = clouds() if pool is None else (pool, y)
    learner = learner_of(pool, y, **arguments)
    learner.sampling = how(synthesizer, labeling="ask", spend_budget=spend_budget)
    return learner


def labeler_of(learner):
    made = al.Labeler(learner)
    wait(lambda: made._page_0 and made._worker.pending is None)
    return made


def cards(labeler):
    pages = [page for page in (labeler._page_0, labeler._page_1) if page]
    return {card["id"]: card for page in pages for card in page["cards"]}


def said(learner):
    with learner.log.current() as state:
        return told(state, "me", list(learner.synthetic["item"]))


class Mix:
    """Makes one item of all labeled ones."""

    recipes = ("mixed",)

    def __init__(self, shares=None) -> None:
        self.shares = shares

    def make(self, context, parents, rng, recipe=None):  # noqa: ARG002
        label = None if self.shares is None else int(np.argmax(self.shares))
        row = np.asarray(context.pool.features)[context.labeled].mean(axis=0)
        for parent in parents[:1]:
            all_of_them = (int(parent), *(int(i) for i in context.labeled if i != parent))
            yield Made(
                parents=all_of_them, row=row, recipe="mixed", label=label, shares=self.shares
            )


# -- the page --------------------------------------------------------------------------------------


def test_a_card_of_what_was_made_has_its_recipe_and_its_parent():
    learner = asking()
    labeler = labeler_of(learner)
    assert labeler._page_0["kind"] == "synthesis"
    card = cards(labeler)["syn1"]
    made = card["made"]
    assert (made["recipe"], made["label"], made["held"]) == ("nudged a little", "cat", "")
    (parent,) = made["parents"]
    assert (parent["item"], parent["label"], parent["card"]["kind"]) == ("0", "cat", "row")
    assert "nudged a little" in card["reason"]
    settled(learner)


def test_a_card_of_a_real_item_has_nothing_of_it():
    learner = learner_of(*clouds())
    labeler = labeler_of(learner)
    assert all("made" not in card for card in cards(labeler).values())
    settled(learner)


def test_what_is_held_back_says_why():
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.synthesize(2, sampling=how(spoiled(row=np.asarray(pool.features[0]))))
    learner.review_synthetic()
    card = cards(labeler_of(learner))["syn1"]
    assert card["reason"] == card["made"]["held"] == "nearly the same as a labeled item"
    settled(learner)


def test_of_many_parents_the_first_are_shown_and_the_rest_counted():
    learner = asking(synthesizer=Mix((0.6, 0.4)))
    made = cards(labeler_of(learner))["syn1"]["made"]
    assert [parent["item"] for parent in made["parents"]] == ["0", "1", "2", "30"]
    assert made["n_more"] == 1
    settled(learner)


@pytest.mark.parametrize(
    ("shares", "label"), [((0.6, 0.4), "cat"), ((0.2, 0.8), "dog"), (None, None)]
)
def test_of_parents_of_two_classes_the_shares_say_which_it_would_be(shares, label):
    learner = asking(synthesizer=Mix(shares))
    assert cards(labeler_of(learner))["syn1"]["made"]["label"] == label
    settled(learner)


def test_what_has_no_picture_among_pictures_has_no_face():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 255, (40, 8, 8), dtype=np.uint8)
    pool = al.Pool(rng.normal(size=(40, 3)), content=pictures)
    learner = asking(pool, np.repeat(CLASSES, 20))
    made = cards(labeler_of(learner))["syn1"]["made"]
    assert not made["has_face"]
    assert made["parents"][0]["card"]["kind"] == "image"
    settled(learner)


def test_a_parent_that_gets_another_label_gives_the_item_that_one():
    learner = asking()
    labeler = labeler_of(learner)
    learner.label("0", "dog")
    wait(lambda: cards(labeler)["syn1"]["made"]["label"] == "dog")
    assert cards(labeler)["syn1"]["made"]["parents"][0]["label"] == "dog"
    settled(learner)


def test_what_a_page_tells_is_what_is_known_of_the_item():
    learner = asking()
    labeler = labeler_of(learner)
    sent = labeler._page_0
    labeler._feed()
    assert labeler._page_0 is sent
    assert told_of(sent["cards"][0]).parents == (("0", "cat"),)
    settled(learner)


def test_it_is_there_again_after_a_restart(tmp_path):
    pool, y = clouds()
    first = asking(pool, y, store=tmp_path / "log.sqlite")
    before = labeler_of(first)._page_0
    settled(first)
    again = al.ActiveLearner(
        pool, CLASSES, validation=None, budget=30, batch_size=5, store=tmp_path / "log.sqlite"
    )
    assert labeler_of(again)._page_0 == before
    settled(again)


# -- what it costs ---------------------------------------------------------------------------------


def test_what_was_made_is_free_where_it_does_not_spend_the_budget():
    learner = asking()
    query = learner.query()
    assert said(learner)["free"] == list(query.ids)
    spends = asking(spend_budget=True)
    spends.query()
    assert said(spends)["free"] == []


def test_a_step_back_knows_that_it_was_free_also_where_the_item_is_not_in_the_browser():
    learner = asking()
    learner.label(learner.query().ids[0], "cat")
    with learner.log.current() as state:
        assert told(state, "me", [])["free"] == ["syn1"]


def test_it_is_accepted_relabeled_and_rejected_by_what_a_browser_sends():
    learner = asking()
    labeler = labeler_of(learner)
    items = item_ids(labeler._page_0)
    labeler._heard(labeler, {"type": "answers", "operations": [
        {"type": "label", "id": "a", "item": items[0], "label": "cat"},
        {"type": "label", "id": "b", "item": items[1], "label": "dog"},
        {"type": "skip", "id": "c", "item": items[2]},
        {"type": "undo", "id": "d", "target": "c"},
        {"type": "redo", "id": "e", "target": "d"},
    ]}, None)  # fmt: skip
    assert learner.synthetic["status"].tolist()[:3] == ["accepted", "relabeled", "rejected"]
    assert learner.budget.spent == labeler._state["spent"] == 5
    settled(learner)


def test_when_the_budget_is_spent_what_is_free_is_still_asked():
    learner = asking(budget=5)
    learner.synthesize(2, sampling=learner.sampling)
    labeler = labeler_of(learner)
    assert labeler._state["order"] == [labeler._page_0["name"]]
    assert labeler._page_0["kind"] == "synthesis"
    settled(learner)
