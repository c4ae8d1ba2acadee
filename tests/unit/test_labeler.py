"""The labeler's Python half: which items it has sent to the browser."""

from __future__ import annotations

import time

import pytest
from unit_parts import make_learner, settled

from al_widgets import Labeler
from al_widgets.widgets._pages import item_ids


@pytest.fixture
def learner():
    made = make_learner()
    yield made
    settled(made)


@pytest.fixture
def labeler(learner):
    made = Labeler(learner)
    wait(lambda: made._page_1 and made._worker.pending is None)
    return made


def wait(so):
    end = time.monotonic() + 20
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_page_sent_ahead_is_chosen_anew_when_a_selection_answers_some_of_it(learner, labeler):
    asked, ahead = item_ids(labeler._page_0), item_ids(labeler._page_1)
    learner.label_many(ahead[:1], "a")
    wait(lambda: ahead[0] not in item_ids(labeler._page_1))
    assert len(item_ids(labeler._page_1)) == 3
    assert item_ids(labeler._page_0) == asked


def test_a_selection_of_items_that_are_not_in_the_browser_changes_no_page(learner, labeler):
    asked, ahead = item_ids(labeler._page_0), item_ids(labeler._page_1)
    rest = [item for item in learner.pool.ids if item not in (*asked, *ahead)]
    learner.label_many(rest[:2], "a")
    wait(lambda: labeler._state["counts"] == {"a": 2})
    assert labeler._worker.pending is None
    assert (item_ids(labeler._page_0), item_ids(labeler._page_1)) == (asked, ahead)


def test_an_item_of_a_page_that_was_chosen_anew_has_a_guess_as_long_as_a_view_may_be_there(
    learner, labeler
):
    asked, ahead = item_ids(labeler._page_0), item_ids(labeler._page_1)
    others = [item for item in learner.pool.ids if item not in (*asked, *ahead)]
    learner.label(others[0], "b")
    learner.label_many(ahead[:1], "a")
    wait(lambda: labeler._suggestions and labeler._worker.pending is None)
    assert ahead[0] not in item_ids(labeler._page_1)
    assert set(ahead) <= set(labeler._suggestions)
