"""A learner whose items arrive one after another."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from unit_parts import CLASSES, blobs, events, refused, settled

from al_widgets import ActiveLearner, Pool, SimulatedOracle, StreamBasedSampling
from al_widgets.events import Arrived, Asked, Streamed
from al_widgets.exceptions import InvalidInput, StreamFailed, StreamItemInvalid, UnknownItem
from al_widgets.streams import decided
from al_widgets.thresholds import Guaranteed, TargetRate

N = 400


def rows(n=N):
    X, y = blobs(n)
    return X, [CLASSES[k] for k in y]


def truth(n=N):
    return {f"s{i}": label for i, label in enumerate(rows(n)[1])}


def stream_of(n=N):
    return ((row, f"item {i}") for i, row in enumerate(rows(n)[0]))


def make_streamer(stream=None, threshold=0.8, pool=None, store=None, **arguments):
    """A learner of three classes that trains fast, on a stream."""
    settings = {"budget": 60, "batch_size": 5, "validation": None, "model": LogisticRegression()}
    own = {
        key: arguments.pop(key)
        for key in list(arguments)
        if key in ("audit", "warm_up", "name", "invalid", "window")
    }
    sampling = StreamBasedSampling(stream_of() if stream is None else stream, threshold, **own)
    return ActiveLearner(
        Pool.empty() if pool is None else pool,
        CLASSES,
        sampling=sampling,
        store=store,
        **{**settings, **arguments},
    )


def answer_all(learner, n=None, y=None):
    learner.teach(SimulatedOracle(y or truth()), n)
    return settled(learner)


def passed(learner, n):
    """Wait until more than `n` items passed."""
    end = time.monotonic() + 10
    while sum(event.n for event in events(learner.store) if isinstance(event, Streamed)) <= n:
        assert time.monotonic() < end
        time.sleep(0.05)


def decisions(learner):
    """Item to what became of it, as the log has it."""
    found = {}
    for event in events(learner.store):
        if isinstance(event, Streamed):
            what = decided(event)
            for i in range(event.n):
                became = (
                    "asked" if what.is_asked[i] else "accepted" if what.is_accepted[i] else "passed"
                )
                found[what.ids[i]] = (became, round(float(what.confidence[i]), 4))
    return found


def test_items_below_the_threshold_are_asked_about_and_others_are_accepted():
    learner = answer_all(make_streamer(audit=0))
    found = decisions(learner)
    late = {item: value for item, value in found.items() if int(item[1:]) > 60}
    assert {became for became, _ in late.values()} == {"asked", "accepted"}
    assert all((confidence < 0.8) == (became == "asked") for became, confidence in late.values())


def test_only_what_is_asked_about_is_kept():
    learner = answer_all(make_streamer())
    kept = [
        item
        for event in events(learner.store)
        if isinstance(event, Arrived)
        for item in event.items
    ]
    assert kept == [item for item, (became, _) in decisions(learner).items() if became == "asked"]
    assert list(learner.pool.ids) == kept
    assert learner.pool.content[0] == "item 0"


def test_an_item_whose_id_is_in_the_pool_is_that_item_of_the_pool():
    X, y = rows(50)
    pool = Pool(X, content=[f"item {i}" for i in range(50)])
    stream = [(X[i], "", str(i)) for i in range(50)]
    learner = make_streamer(stream, pool=pool)
    learner.teach(SimulatedOracle(y), 20)
    assert len(learner.pool) == 50
    assert not any(isinstance(event, Arrived) for event in events(learner.store))


def test_everything_is_asked_about_before_there_is_a_model_and_while_it_is_young():
    learner = answer_all(make_streamer(warm_up=15, threshold=0.0, audit=0))
    found = list(decisions(learner).values())
    assert [became for became, _ in found[:15]] == ["asked"] * 15
    assert {became for became, _ in found[25:]} == {"accepted"}


def test_the_budget_is_never_exceeded_and_ends_the_stream():
    learner = answer_all(make_streamer(threshold=1.0))
    assert learner.budget.remaining == 0
    assert not learner.query()
    assert learner.stream.n_asked == 60
    assert learner.stream.n_seen < N


def test_a_stream_that_ends_early_ends_the_queries_without_an_error():
    learner = answer_all(make_streamer(stream_of(12), threshold=1.0), y=truth(12))
    assert learner.budget.spent == 12
    assert not learner.query()
    assert learner.sampling.is_ended


def test_the_last_query_is_smaller_than_a_batch_where_the_stream_ends():
    learner = make_streamer(stream_of(7), threshold=1.0)
    answer_all(learner, 5, truth(7))
    assert len(learner.query()) == 2


def test_a_new_session_goes_on_with_the_next_item(sqlite_path):
    whole = answer_all(make_streamer(), 40)
    first = make_streamer(store=sqlite_path)
    answer_all(first, 20)
    first.store.close()
    second = make_streamer(store=sqlite_path)
    answer_all(second, 20)
    assert decisions(second) == decisions(whole)
    assert second.pool.features == pytest.approx(whole.pool.features)
    assert second.labels["label"].tolist() == whole.labels["label"].tolist()


def test_a_query_that_was_open_when_the_kernel_died_is_open_in_the_next_session(sqlite_path):
    first = make_streamer(store=sqlite_path)
    asked = first.query()
    first.store.close()
    second = make_streamer(store=sqlite_path)
    assert second.query().ids == asked.ids
    assert second.pool.content[second.pool.position(asked.ids[2])] == "item 2"


def test_the_model_is_the_same_in_a_new_session(sqlite_path):
    first = make_streamer(store=sqlite_path)
    answer_all(first, 20)
    second = make_streamer(store=sqlite_path)
    X = rows()[0]
    assert second.model.predict_proba(X) == pytest.approx(first.model.predict_proba(X))


def test_an_undo_takes_back_an_answer_and_its_item_is_asked_about_again():
    learner = make_streamer()
    answer_all(learner, 5)
    last = learner.labels["item"].iloc[-1]
    assert learner.undo()
    assert learner.query().ids[-1] == last
    assert learner.budget.spent == 4


def test_what_a_stream_raises_is_told_once_all_before_it_is_asked_and_it_can_go_on():
    def breaks():
        for i, item in enumerate(stream_of()):
            if i == 8:
                raise OSError("the camera is gone")
            yield item

    learner = make_streamer(breaks(), threshold=1.0)
    answer_all(learner, 5)
    assert len(learner.query()) == 3
    answer_all(learner, 3)
    with pytest.raises(StreamFailed, match="the camera is gone at item 8"):
        learner.query()
    assert learner.budget.spent == 8
    learner.sampling = StreamBasedSampling(stream_of(), 1.0)
    assert learner.query().ids[0] == "s8"


@pytest.mark.parametrize("bad", [[1.0, 2.0], [np.nan] * 4, ["a", "b", "c", "d"]])
def test_an_item_that_is_no_row_is_named_and_what_came_before_is_kept(bad):
    stream = [*stream_of(6), (bad, "bad"), *stream_of(10)]
    learner = make_streamer(stream, threshold=1.0)
    answer_all(learner, 5)
    answer_all(learner, 1)
    with pytest.raises(StreamItemInvalid, match="6"):
        learner.query()
    assert learner.budget.spent == 6


def test_an_item_that_is_no_row_may_be_passed_over():
    stream = [*stream_of(6), ([np.nan] * 4, "bad"), *stream_of(10)]
    learner = make_streamer(stream, threshold=1.0, invalid="pass")
    y = {**truth(6), **{f"s{7 + i}": label for i, label in enumerate(rows(10)[1])}}
    answer_all(learner, y=y)
    assert decisions(learner)["s6"][0] == "passed"
    assert learner.stream.n_passed == 1
    assert learner.budget.spent == 16


def test_an_id_that_comes_again_is_passed_over_once_it_was_asked_about():
    X, y = rows(20)
    stream = [(X[i], "", f"face {i % 10}") for i in range(20)]
    learner = make_streamer(stream, threshold=1.0)
    answer_all(learner, y={f"face {i}": y[i] for i in range(10)})
    assert learner.budget.spent == 10
    assert learner.stream.n_passed == 10


def test_a_paused_stream_gives_no_query_and_a_step_lets_as_many_items_pass():
    learner = make_streamer(threshold=1.0)
    learner.sampling.pause()
    assert not learner.query()
    learner.sampling.step(3)
    assert learner.query().ids == ("s0", "s1", "s2")
    assert learner.stream.n_seen == 3
    learner.sampling.play()
    answer_all(learner, 3)
    assert len(learner.query()) == 5


def test_a_speed_that_is_set_while_items_rush_by_does_not_hold_up_those_after_them():
    def rushing():
        for i, item in enumerate(stream_of()):
            if i == 150:
                learner.sampling.play(5)
            yield item

    learner = make_streamer(rushing(), threshold=0.0, warm_up=10, audit=0.0)
    with ThreadPoolExecutor(1) as other:
        flowing = other.submit(answer_all, learner)
        try:
            passed(learner, 150)
            passed(learner, learner.stream.n_seen)  # and not after a fifth of a second for each
        finally:
            learner.sampling.pause()
        flowing.result(10)


def test_the_next_query_waits_until_little_of_the_open_one_is_left():
    learner = make_streamer(threshold=1.0)
    query = learner.query()
    assert not learner.look_ahead()
    for item in query.ids[:4]:
        learner.label(item, truth()[item])
    assert learner.look_ahead().ids == tuple(f"s{i}" for i in range(5, 10))
    assert learner.query().ids == query.ids


def test_drawn_items_are_asked_about_and_measure_what_is_accepted():
    learner = answer_all(make_streamer(threshold=0.6, audit=0.1, budget=60))
    found = learner.stream
    assert found.error.n > 5
    wrong = [
        truth()[item] != label
        for event in events(learner.store)
        if isinstance(event, Streamed)
        for item, label, is_accepted in zip(
            decided(event).ids,
            [event.names[k] for k in decided(event).label],
            decided(event).is_accepted,
            strict=False,
        )
        if is_accepted
    ]
    assert found.error.low <= np.mean(wrong) <= found.error.high


def test_the_curve_is_measured_on_items_before_they_were_answered():
    learner = answer_all(make_streamer(validation=0.3, budget=60))
    history = learner.history
    assert history["n_validation"].iloc[-1] > 5
    assert history["low"].iloc[-1] <= history["accuracy"].iloc[-1] <= history["high"].iloc[-1]
    assert not learner.labels["strategy"].eq("validation").any()


def test_a_second_stream_of_the_same_learner_has_ids_of_its_own():
    learner = make_streamer(threshold=1.0)
    answer_all(learner, 5)
    learner.sampling = StreamBasedSampling(((row + 1, "other") for row in rows()[0]), 1.0)
    assert set(learner.query().ids).isdisjoint(learner.labels["item"])
    assert "other" in {learner.pool.content[learner.pool.position(i)] for i in learner.query().ids}


def test_a_learner_may_change_to_the_pool_and_back():
    X, _ = rows(50)
    learner = make_streamer(pool=Pool(X), threshold=1.0)
    answer_all(learner, 5, {**truth()})
    stream, learner.sampling = learner.sampling, None
    query = learner.query()
    assert query
    assert set(query.ids) <= set(learner.pool.ids)
    for item in query:
        learner.label(item, "a")
    settled(learner)
    learner.sampling = stream
    assert learner.query().ids[0] == "s5"


def test_two_annotators_share_a_stream_and_no_item_is_decided_twice(sqlite_path):
    one = make_streamer(store=sqlite_path, threshold=1.0, annotator="one")
    two = make_streamer(store=sqlite_path, threshold=1.0, annotator="two")
    first, second = one.query(), two.query()
    assert set(first.ids).isdisjoint(second.ids)
    starts = [event.start for event in events(one.store) if isinstance(event, Streamed)]
    assert len(starts) == len(set(starts))


def test_a_million_accepted_items_are_not_kept_in_memory():
    learner = make_streamer((np.zeros(4) for _ in range(20_000)), threshold=0.0, audit=0, warm_up=5)
    for item in learner.query():
        learner.label(item, CLASSES[int(item[1:]) % 3])
    settled(learner)
    assert not learner.query()
    assert learner.stream.n_accepted == 20_000 - 5
    assert len(learner.pool) == 5


@pytest.mark.parametrize("audit", [-0.1, 1.1, float("nan")])
def test_the_probability_of_being_drawn_is_one(audit):
    with refused(InvalidInput, "audit is a probability", repr(audit), "Pass audit=0.05"):
        StreamBasedSampling([], audit=audit)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan"), "high"])
def test_a_threshold_is_from_0_to_1(threshold):
    with pytest.raises(InvalidInput, match="threshold"):
        StreamBasedSampling([], threshold)


def test_a_model_without_probabilities_is_refused_as_everywhere():
    from sklearn.svm import LinearSVC

    with pytest.raises(InvalidInput, match="predict_proba"):
        make_streamer(model=LinearSVC())


def test_reasons_tell_how_sure_the_model_was_but_not_of_drawn_items():
    learner = make_streamer(audit=0.5, warm_up=5)
    answer_all(learner, 5)
    asked = next(e for e in reversed(events(learner.store)) if isinstance(e, Asked))
    assert asked.reasons[0] == "no model yet"
    reasons = learner.query().reasons
    assert any(reason.startswith("drawn at random") for reason in reasons)
    assert all("drawn" in reason or "sure, and asks below 80 %" in reason for reason in reasons)


def test_a_model_with_partial_fit_learns_answer_by_answer(sqlite_path):
    from sklearn.linear_model import SGDClassifier

    def make():
        model = SGDClassifier(loss="log_loss")
        return make_streamer(model=model, threshold=1.0, store=sqlite_path, batch_size=5)

    learner = make()
    answer_all(learner, 20)
    assert learner.model.t_ == 21
    for number, item in enumerate(learner.query().ids[:2], 1):
        learner.label(item, truth()[item])
        settled(learner)
        assert learner.newest_model.t_ == 21 + number
    again = make()
    assert again.model.coef_ == pytest.approx(learner.model.coef_)


class TestAWindow:
    def test_is_decided_about_together_and_a_batch_of_it_is_asked_about(self):
        learner = answer_all(make_streamer(window=40, threshold=1.0, audit=0, budget=20))
        found = [event for event in events(learner.store) if isinstance(event, Streamed)]
        assert [(event.start, event.n, len(event.asked)) for event in found] == [
            (0, 40, 5),
            (40, 40, 5),
            (80, 40, 5),
            (120, 40, 5),
        ]

    def test_passes_over_what_is_neither_sure_enough_nor_asked_about(self):
        learner = answer_all(make_streamer(window=40, threshold=0.8, audit=0, budget=20))
        for event in events(learner.store):
            if isinstance(event, Streamed) and event.start:
                found = decided(event)
                assert (found.confidence[found.is_accepted] >= 0.8).all()
                assert (found.confidence[list(event.passed)] < 0.8).all()
        report = learner.stream
        assert report.n_asked + report.n_accepted + report.n_passed == report.n_seen

    def test_that_is_not_full_is_decided_about_when_the_stream_ends(self):
        learner = answer_all(make_streamer(stream_of(50), window=40, threshold=1.0), y=truth(50))
        assert learner.stream.n_seen == 50
        assert learner.budget.spent == 10

    def test_goes_on_the_same_way_in_a_new_session(self, sqlite_path):
        whole = answer_all(make_streamer(window=30, budget=20))
        for n in (10, 10):
            learner = answer_all(make_streamer(window=30, budget=20, store=sqlite_path), n)
            learner.store.close()
        assert decisions(learner) == decisions(whole)

    def test_passes_as_a_whole_in_a_step(self):
        learner = make_streamer(window=40, threshold=1.0)
        learner.sampling.pause()
        learner.sampling.step()
        assert len(learner.query()) == 5
        assert learner.stream.n_seen == 40

    def test_has_at_least_one_item(self):
        with refused(InvalidInput, "window is a number of items", "0", "Pass window=500"):
            StreamBasedSampling([], window=0)


def test_an_accepted_item_that_passed_a_moment_ago_can_be_asked_about_all_the_same():
    learner = answer_all(make_streamer(threshold=0.5, audit=0), 30)
    item = next(each.item for each in reversed(learner.sampling.seen) if each.became == "accepted")
    assert item in set(learner.accepted()["item"])
    assert learner.ask([item]).ids == (item,)
    learner.label(item, truth()[item])
    assert item not in set(learner.accepted()["item"])
    assert learner.labels["item"].iloc[-1] == item


def test_an_accepted_item_that_passed_long_ago_is_known_no_more():
    learner = answer_all(make_streamer(threshold=0.5, audit=0), 30)
    item = next(iter(learner.accepted()["item"]))
    with pytest.raises(UnknownItem):
        learner.ask([item])


def test_a_stream_that_changes_is_said_and_asked_about_more():
    X, y = blobs(8_000)
    X[5_000:] *= 0.3  # the light is dim
    stream = ((row, "") for row in X)
    y = {f"s{i}": CLASSES[k] for i, k in enumerate(y)}
    learner = make_streamer(stream, threshold=0.6, audit=0.01, budget=1500)
    answer_all(learner, y=y)
    alarm = learner.stream.alarm
    assert alarm.number > 5_000
    asked = np.array([int(item[1:]) for item in learner.labels["item"]])
    before = ((asked >= 4_500) & (asked < 5_000)).sum()
    after = ((asked >= alarm.number) & (asked < alarm.number + 500)).sum()
    assert after > 5 * before


def test_before_there_are_two_classes_a_rate_is_kept_to_and_the_others_are_passed_over():
    X = np.repeat(rows(3)[0], 400, axis=0)  # first one class alone, for long
    y = {f"s{i}": CLASSES[i // 400] for i in range(1200)}
    learner = make_streamer(
        ((row, "") for row in X), threshold=TargetRate(0.05), warm_up=5, audit=0, budget=200
    )
    answer_all(learner, y=y)
    assert learner.stream.n_seen == 1200
    assert 50 <= learner.stream.n_asked <= 70
    assert learner.stream.n_passed > 300
    assert learner.model is not None


def test_a_promise_that_was_shown_still_stands_in_a_new_session(sqlite_path):
    X, y = blobs(2_000, seed=3)
    y = {f"s{i}": CLASSES[k] for i, k in enumerate(y)}

    def make():
        stream = ((3 * row, "") for row in X)
        return make_streamer(stream, Guaranteed(0.1), store=sqlite_path, budget=400, batch_size=10)

    first = answer_all(make(), 200, y)
    before = first.stream
    assert before.n_accepted > 0
    first.store.close()
    after = answer_all(make(), 10, y).stream
    assert after.threshold < 1
    asked, passed = after.n_asked - before.n_asked, after.n_seen - before.n_seen
    assert asked < passed / 2  # not all of them


def test_a_table_that_is_read_in_chunks_is_a_stream_and_comes_back_from_a_file(tmp_path):
    X, y = rows(90)
    frame = pd.DataFrame(X, columns=list("pqrs")).assign(name=[f"row {i}" for i in range(90)])
    frame.to_csv(tmp_path / "readings.csv", index=False)
    y = {f"row {i}": label for i, label in enumerate(y)}

    def make():
        chunks = pd.read_csv(tmp_path / "readings.csv", chunksize=7)
        sampling = StreamBasedSampling(
            chunks, 0.9, audit=0, features=list("pqrs"), content=["p", "name"], ids="name"
        )
        settings = {"validation": None, "model": LogisticRegression(), "batch_size": 5}
        store = tmp_path / "labels.sqlite"
        return ActiveLearner(Pool.empty(), CLASSES, sampling=sampling, store=store, **settings)

    first = answer_all(make(), 10, y)
    first.store.close()
    learner = answer_all(make(), y=y)
    assert dict(learner.pool.content[0]) == {"p": frame["p"][0], "name": "row 0"}
    assert set(learner.labels["item"]) | set(learner.accepted()["item"]) == set(frame["name"])
    learner.export(tmp_path / "labels.csv")
    written = pd.read_csv(tmp_path / "labels.csv")
    assert sorted(written["item"]) == sorted(frame["name"])
    assert set(written["source"]) == {"human", "accepted"}
    assert (written["confidence"][written["source"] == "accepted"] >= 0.9).all()
    imported = learner.import_labels(tmp_path / "labels.csv")
    assert (imported.n_imported, imported.n_propagated) == (0, len(learner.accepted()))


def test_sparse_rows_are_a_stream_too(sqlite_path):
    X = sparse.csr_array(np.abs(rows()[0]))
    stream = [(X[[i]], f"item {i}") for i in range(X.shape[0])]
    learner = answer_all(make_streamer(stream, store=sqlite_path), 30)
    assert hasattr(learner.pool.features, "tocsr")
    again = make_streamer(stream, store=sqlite_path)
    assert (again.pool.features != learner.pool.features).nnz == 0
    assert again.query().ids == learner.query().ids
