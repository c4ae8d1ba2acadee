"""`learner.ask`: a person puts items at the front of the queue."""

from __future__ import annotations

import pytest
from unit_parts import answer, make_learner, make_pool, refused, settled

from al_widgets.exceptions import InvalidInput, UnknownItem


@pytest.fixture
def learner():
    return make_learner(budget=9)


def others(learner, query, n=2):
    """Items that `query` does not ask about."""
    return [item for item in learner.pool.ids if item not in query.ids][:n]


def test_what_is_asked_for_comes_first(learner):
    wanted = others(learner, learner.query())
    assert learner.ask(wanted).ids == tuple(wanted)
    assert learner.query().ids == tuple(wanted)
    assert learner.query().strategy == "picked"


def test_what_was_open_before_comes_after_it(learner):
    before = learner.query()
    wanted = learner.ask(others(learner, before))
    assert learner.look_ahead().ids == before.ids
    for item in wanted:
        learner.label(item, "a")
    assert learner.query().ids == before.ids


def test_the_newest_wish_comes_first(learner):
    before = learner.query()
    one, two, three, four = others(learner, before, 4)
    learner.ask([one, two])
    learner.ask([three, four])
    assert learner.query().ids == (three, four)
    assert learner.look_ahead().ids == (one, two)


def test_an_answer_says_that_its_item_was_picked(learner):
    wanted = others(learner, learner.query(), 1)
    learner.ask(wanted)
    learner.label(wanted[0], "a")
    assert learner.labels["strategy"].tolist() == ["picked"]


def test_the_reason_is_kept(learner):
    query = learner.ask(others(learner, learner.query()), reason="a gap")
    assert query.reasons == ("a gap", "a gap")


def test_items_that_are_answered_are_passed_over(learner):
    one, two = others(learner, learner.query())
    learner.label(one, "a")
    assert learner.ask([one, two, two]).ids == (two,)
    assert not learner.ask([one])
    assert learner.query().ids == (two,)


def test_the_budget_is_kept():
    learner = make_learner(budget=3)
    first = learner.query()
    learner.label(first.ids[0], "a")
    assert len(learner.ask(others(learner, first, 5))) == 2
    for item in learner.query():
        learner.label(item, "b")
    assert not learner.query()
    assert not learner.ask(others(learner, first, 9)[5:])


def test_what_is_still_to_be_answered_counts_against_the_next_batch():
    learner = make_learner(budget=6, batch_size=3)
    learner.ask(others(learner, learner.query(), 2))
    learner.label(learner.query().ids[0], "a")
    learner.label(learner.query().ids[1], "b")
    assert len(learner.query()) == 3
    assert len(learner.look_ahead()) == 1


def test_an_unknown_item_is_refused_and_nothing_is_opened(learner):
    before = learner.query()
    with refused(UnknownItem, "one of the pool's", "'99'", "12 ids"):
        learner.ask([before.ids[0], "99"])
    assert learner.query().ids == before.ids


@pytest.mark.parametrize("items", ["12", 12, None])
def test_what_is_no_sequence_of_ids_is_refused(learner, items):
    with refused(InvalidInput, "sequence of ids", repr(items), f"[{items!r}]"):
        learner.ask(items)


def test_it_is_there_after_a_restart(tmp_path):
    store = tmp_path / "labels.sqlite"
    learner = make_learner(store=store)
    wanted = learner.ask(others(learner, learner.query()))
    learner.store.close()
    assert make_learner(store=store).query().ids == wanted.ids


def test_when_it_is_answered_a_training_learns_from_it(learner):
    one, two = others(learner, learner.query())
    learner.ask([one, two])
    learner.label(one, "a")
    learner.label(two, "b")
    assert settled(learner).history["n_labels"].tolist() == [2]


def test_undo_goes_back_to_it(learner):
    before = learner.query()
    wanted = learner.ask(others(learner, before, 1))
    learner.label(wanted.ids[0], "a")
    assert learner.query().ids == before.ids
    learner.undo()
    assert learner.query().ids == wanted.ids


def test_every_item_can_be_asked_for():
    learner = make_learner(make_pool(), budget=12)
    assert len(learner.ask(learner.pool.ids)) == 12
    answer(learner, learner.query(), dict.fromkeys(learner.pool.ids, "a"))
    assert not learner.query()
