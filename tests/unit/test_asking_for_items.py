"""`learner.ask`: a person puts items at the front of the queue."""

from __future__ import annotations

import numpy as np
import pytest
from unit_parts import answer, events, make_learner, make_pool, refused, settled

from al_widgets.exceptions import InvalidInput, NotEnoughLabels, PoolExhausted, UnknownItem


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


class TestTheMostUseful:
    def test_as_many_as_wanted_are_asked_best_first(self, learner):
        learner.sampling = NearZero()
        query = learner.ask(["9", "7", "3", "5"], n=2)
        assert query.ids == ("3", "5")
        assert query.utilities.tolist() == [-3, -5]
        assert learner.query().ids == ("3", "5")
        assert query.strategy == "picked"

    def test_if_no_more_are_left_all_of_them_are_asked(self, learner):
        learner.sampling = NearZero()
        assert learner.ask(["9", "7", "3"], n=3).ids == ("3", "7", "9")
        assert learner.ask(["11", "10"], n=99).ids == ("10", "11")

    def test_items_that_are_answered_or_asked_about_are_passed_over(self, learner):
        asked = learner.query()
        free = others(learner, asked, 4)
        learner.label(free[0], "a")
        learner.skip(free[1])
        assert sorted(learner.ask([*asked, *free], n=9).ids) == sorted(free[2:])

    def test_items_that_validate_are_passed_over(self):
        learner = make_learner(validation=0.25)
        query = learner.ask(learner.pool.ids, n=12)
        assert len(query) == 9, "a quarter of the pool is set aside"
        assert not query.held_out
        assert learner.is_free(np.array([int(item) for item in query])).all()

    def test_with_none_left_nothing_is_opened(self, learner):
        asked = learner.query()
        assert not learner.ask(asked.ids, n=2)
        assert learner.query().ids == asked.ids

    def test_a_sampling_that_needs_no_model_chooses_before_the_first_answer(self, learner):
        assert len(learner.ask(learner.pool.ids, n=4)) == 4

    @pytest.mark.parametrize("error", [PoolExhausted, NotEnoughLabels])
    def test_if_the_sampling_cannot_choose_the_first_ones_are_asked(self, learner, error):
        class Cannot:
            def next(self, *_):
                raise error("not now")

        learner.sampling = Cannot()
        assert learner.ask(["9", "7", "3"], n=2).ids == ("9", "7")

    def test_if_the_sampling_chooses_fewer_the_first_others_follow(self, learner):
        learner.sampling = NearZero(at_most=1)
        query = learner.ask(["9", "7", "3", "5"], n=3)
        assert query.ids == ("3", "9", "7")
        assert np.isnan(query.utilities).tolist() == [False, True, True]

    def test_the_budget_is_kept(self):
        learner = make_learner(budget=3, sampling=NearZero())
        learner.label("0", "a")
        assert learner.ask(["9", "7", "3"], n=3).ids == ("3", "7")

    @pytest.mark.parametrize("n", [0, -1, 2.0, "2", True])
    def test_what_is_no_number_of_items_is_refused(self, learner, n):
        with refused(InvalidInput, "n must be a whole number", repr(n), "n=10"):
            learner.ask(["1", "2"], n=n)
        assert events(learner.store) == []


class NearZero:
    """Prefers items of low positions."""

    def __init__(self, at_most=99):
        self.at_most = at_most

    def next(self, context, batch_size):
        chosen = context.candidates[: min(batch_size, self.at_most)]
        return context.query(chosen, -chosen, "near zero")
