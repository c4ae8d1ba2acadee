"""A learner whose pool grows: newcomers are asked about, learned from, shown and written."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from test_pool_map import shown
from unit_parts import settled

from al_widgets import ActiveLearner, Pool, strategies
from al_widgets.coloring import MODES, color
from al_widgets.context import predict_at
from al_widgets.displays import CoverageDisplay, CoverageMapDisplay
from al_widgets.fitting import default_model
from al_widgets.stability import StopSet
from al_widgets.survey import regions, survey
from al_widgets.widgets import CoveragePanel, Labeler, RestPanel, pool_map

CLASSES = ("a", "b", "c", "d")


def rows_of(n, seed=0):
    """Rows in four groups, and the class of each."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 4
    return 12 * np.eye(4, 6)[y] + rng.normal(size=(n, 6)), np.array(CLASSES)[y]


def grow(pool, n=20, seed=1):
    """Add items to a pool; return their ids and classes."""
    X, y = rows_of(n, seed)
    names = [f"n{len(pool) + i}" for i in range(n)]
    pool.grow(names, X, [f"text {name}" for name in names])
    return dict(zip(names, y.tolist(), strict=True))


def learner_of(pool, **arguments):
    given = {"budget": 150, "batch_size": 5, "validation": None, **arguments}
    return ActiveLearner(pool, classes=CLASSES, **given)


def taught(n_labels=12, **arguments):
    """A learner on 120 items that knows some answers."""
    X, y = rows_of(120)
    learner = learner_of(Pool(X), **arguments)
    for i in range(n_labels):
        learner.label(str(i), y[i])
    if n_labels:
        learner.retrain()
    return settled(learner)


def look(learner):
    """Look at all that a learner tells."""
    n = len(learner.pool)
    known = survey(learner)
    assert known.n_items == n
    assert all(len(color(known, by).codes) == n for by in MODES)
    assert len(regions(known, learner.pool.geometry.map)) == (
        0 if known.coverage is None else len(known.coverage.mass)
    )
    assert CoverageDisplay.from_learner(learner).png()
    assert CoverageMapDisplay.from_learner(learner).png()
    coverage = learner.coverage()
    assert coverage.n_items.sum() == n
    assert coverage.by_class()["mass"].sum() == pytest.approx(1 if n else 0)
    assert str(learner.advice())
    assert len(learner.history) >= 0
    assert repr(learner)


@pytest.fixture(params=[None, LogisticRegression()], ids=["propagation", "plain"])
def learner(request):
    made = taught(model=request.param)
    yield made
    settled(made)


class TestNewcomers:
    def test_are_asked_about_answered_and_learned_from(self, learner):
        truth = grow(learner.pool)
        look(learner)
        item = next(iter(truth))
        assert list(learner.ask([item])) == [item]
        learner.label(item, truth[item])
        learner.retrain()
        assert learner.history.n_labels.tolist() == [12, 13]
        assert learner.labels["item"].tolist()[-1] == item
        look(learner)

    def test_are_known_to_a_model_that_was_trained_before_they_came(self, learner):
        truth = grow(learner.pool)
        model, n = learner.model, len(learner.pool)
        for rows in (slice(110, 140), np.arange(100, 140), np.array([139, 3, 120]), slice(None)):
            proba = predict_at(model, learner.pool, rows, 4)
            wanted = np.arange(n)[rows]
            assert proba.shape == (len(wanted), 4)
            assert (proba.argmax(axis=1) == wanted % 4).all()
        assert len(truth) == 20

    def test_are_candidates_of_every_strategy(self, learner):
        truth = grow(learner.pool)
        context = learner._chooser.context()
        assert context.candidates.max() == 139
        for strategy in (strategies.Entropy(), strategies.KCenter(), strategies.QueryByCommittee()):
            query = strategy.select(context, 100)
            assert truth.keys() & set(query.ids)

    def test_may_come_while_a_query_is_chosen(self, learner):
        class Slow:
            def select(self, context, batch_size):
                grow(learner.pool, 5)
                return strategies.UncertaintyHerding().select(context, batch_size)

        learner.sampling = Slow()
        assert len(learner.query()) == 5

    def test_have_propagated_labels(self, learner):
        assert len(learner.propagate().label) == 120
        truth = grow(learner.pool)
        found = learner.propagate()
        said = found.to_frame().set_index("item").loc[list(truth), "label"]
        assert said.tolist() == list(truth.values())
        assert learner.propagate() is not found  # another view
        assert learner.propagate().label is found.label  # computed once

    def test_answers_on_them_spread(self, learner):
        other = np.full((15, 6), -30.0) + np.random.default_rng(3).normal(size=(15, 6))
        learner.pool.grow([f"o{i}" for i in range(15)], other)
        for i in range(4):
            learner.label(f"o{i}", "d")
        found = learner.propagate()
        assert {found.classes[k] for k in found.label[124:]} == {"d"}

    def test_an_answer_on_one_is_taken_back(self, learner):
        truth = grow(learner.pool)
        item = next(iter(truth))
        learner.label(item, truth[item])
        learner.retrain()
        assert learner.undo()
        settled(learner)
        assert item not in learner.labels["item"].tolist()
        assert learner.budget.spent == 12
        look(learner)

    def test_are_labeled_in_a_selection(self, learner):
        truth = grow(learner.pool)
        some = [item for item, label in truth.items() if label == "b"]
        assert learner.label_many([*some, "5"], "b") == len(some)
        settled(learner)
        look(learner)

    def test_are_audited_and_doubted(self, learner):
        truth = grow(learner.pool, 40)
        for item, label in list(truth.items())[:10]:
            learner.label(item, label)
        wrong = list(truth)[12]
        learner.label(wrong, "b")  # an item of class a
        settled(learner)
        assert wrong in learner.suspicious()["item"].tolist()
        assert learner.audit(10)

    def test_are_written_with_the_others(self, learner, tmp_path):
        before = learner.propagate()
        truth = grow(learner.pool)
        item, other = list(truth)[:2]
        learner.label(item, truth[item])
        learner.skip(other)
        for spread, n in ((None, 13), (before, 140), (learner.propagate(), 140)):
            learner.export(tmp_path / "labels.csv", propagation=spread, overwrite=True)
            frame = pd.read_csv(tmp_path / "labels.csv", dtype=str).set_index("item")
            assert len(frame) == n
            assert frame.loc[item, ["label", "source"]].tolist() == [truth[item], "human"]
        learner.export(tmp_path / "labels.csv", propagation=before, overwrite=True)
        frame = pd.read_csv(tmp_path / "labels.csv", dtype=str).set_index("item")
        assert frame.loc["n139", ["label", "source"]].isna().all()


class TestARestart:
    @pytest.mark.parametrize("given", [120, 0])
    @pytest.mark.parametrize("model", [None, "propagation"])
    def test_trains_the_same_model_of_the_pool_as_it_was(self, sqlite_path, given, model):
        X, y = rows_of(120)

        def make():
            pool = Pool(X) if given else Pool.empty(6)
            if not given:
                pool.grow([str(i) for i in range(120)], X)
            return pool

        first = learner_of(make(), store=sqlite_path, model=model)
        pool = first.pool
        truth = grow(pool, 15)
        for i in range(12):
            first.label(str(i), y[i])
        for item in list(truth)[:5]:
            first.label(item, truth[item])
        first.retrain()
        grow(pool, 30, seed=2)  # after the training
        said = first.model.predict_proba(pool.features)
        again = make()
        grow(again, 15)
        grow(again, 30, seed=2)
        second = settled(learner_of(again, store=sqlite_path, model=model))
        assert second.trained == first.trained
        assert (second.model.predict_proba(again.features) == said).all()

    def test_finds_the_same_items_to_validate(self, sqlite_path):
        X, y = rows_of(120)
        reserves = []
        for n in (0, 50):
            pool = Pool(X)
            grow(pool, n)
            learner = learner_of(pool, store=sqlite_path, validation=0.3)
            reserves.append(learner._chooser.reserve)
        assert reserves[0] == reserves[1]
        assert StopSet(pool, 4).positions.tolist() == StopSet(Pool(X), 4).positions.tolist()
        assert len(y) == 120


class TestAPoolThatBeganEmpty:
    def test_is_looked_at_before_there_is_an_item(self):
        learner = learner_of(Pool.empty(6))
        look(learner)
        assert not learner.query()
        assert not learner.look_ahead()
        assert learner.coverage().score == 0
        assert learner.coverage().gaps() == []

    @pytest.mark.parametrize("model", [None, "propagation"])
    def test_is_learned_from_as_it_grows(self, model):
        learner = learner_of(Pool.empty(), model=model, validation=0.2)
        for _ in range(8):
            for item, label in grow(learner.pool, 5, seed=len(learner.pool)).items():
                learner.label(item, label)
            learner.retrain()
            look(learner)
        assert len(learner.history) == 8
        assert settled(learner).model is not None
        assert len(learner.propagate().label) == 40

    def test_has_logistic_regression_by_default(self):
        names = [type(step).__name__ for _, step in default_model(Pool.empty()).steps]
        assert names == ["AsDistances", "LogisticRegression"]
        estimator = learner_of(Pool.empty(4))._trainer.estimator
        assert [name for name, _ in estimator.steps] == ["asdistances", "logisticregression"]

    def test_is_validated_by_a_set_from_outside(self):
        X, y = rows_of(40, seed=5)
        learner = learner_of(Pool.empty(), validation=(X, y))
        for item, label in grow(learner.pool, 8).items():
            learner.label(item, label)
        learner.retrain()
        assert learner.history.n_validation.tolist()[-1] == 40

    def test_keeps_nothing_about_predictions_that_change(self):
        learner = learner_of(Pool.empty())
        for item, label in grow(learner.pool, 8).items():
            learner.label(item, label)
        assert learner.retrain().stop_set == ""


class TestASurvey:
    def test_takes_over_what_the_same_model_said_of_older_items(self, learner, monkeypatch):
        before = survey(learner)
        asked = []
        known = predict_at

        def counting(model, pool, rows, n_classes):
            asked.append(len(np.arange(len(pool))[rows]))
            return known(model, pool, rows, n_classes)

        monkeypatch.setattr("al_widgets.survey._taking.predict_at", counting)
        grow(learner.pool)
        after = survey(learner, before)
        assert asked == [20]
        assert (after.predicted[:120] == before.predicted).all()
        assert survey(learner, after) is after

    def test_may_be_of_the_pool_as_it_was(self, learner):
        then = learner.pool.fixed()
        truth = grow(learner.pool)
        for item in list(truth)[:3]:
            learner.label(item, truth[item])
        settled(learner)
        known = survey(learner, pool=then)
        assert (known.n_items, len(known.labeled), len(known.answers)) == (120, 12, 12)
        assert len(survey(learner).labeled) == 15

    def test_says_nothing_of_the_confidence_of_what_came_since(self, learner):
        learner.propagate()
        grow(learner.pool)
        codes = color(survey(learner), "confidence").codes
        assert (codes[120:] == 255).all()
        assert (codes[:120] < 255).all()


class TestWidgets:
    @pytest.fixture(autouse=True)
    def _restless(self, monkeypatch):
        monkeypatch.setattr(pool_map, "_REST", 0.0)
        monkeypatch.setattr(pool_map, "_MARKED", 0.0)
        monkeypatch.setattr("al_widgets.geometry._umap.FEWEST", 10_000)  # the plane will do

    @staticmethod
    def n_shown(made):
        return len(made._points["xy"]) // 4, len(made._coloring["codes"])

    def test_the_map_shows_newcomers_from_the_next_training_on(self, learner):
        map_ = shown(learner)
        truth = grow(learner.pool)
        item, other = list(truth)[:2]
        learner.ask([item, other])
        learner.log.notify()
        map_.rest()
        assert self.n_shown(map_) == (120, 120)
        assert map_._marks["batch"] == []
        learner.label(item, truth[item])
        learner.retrain()
        map_.rest()
        assert self.n_shown(map_) == (140, 140)
        assert [name for name, _ in map_._marks["batch"]] == [other]
        assert 120 in np.frombuffer(map_._marks["positions"], "<u4")
        assert map_._error == ""

    def test_points_and_colors_of_more_items_are_sent_together(self, learner):
        map_ = shown(learner)
        truth = grow(learner.pool)
        item = next(iter(truth))
        map_.traits_sent.clear()
        learner.label(item, truth[item])
        learner.retrain()
        map_.rest()
        with_points = [names for names in map_.traits_sent if "_points" in names]
        assert len(with_points) == 1
        assert "_coloring" in with_points[0]

    def test_a_selection_of_a_browser_that_knows_fewer_items_counts(self, learner):
        map_ = shown(learner)
        grow(learner.pool)
        bits = np.packbits(np.arange(120) < 10, bitorder="little").tobytes()
        answers = map_.hear({"type": "select", "serial": "one"}, memoryview(bits))
        assert answers == []
        assert map_._acts.selection.positions.tolist() == list(range(10))

    def test_newcomers_are_pointed_at(self, learner):
        map_ = shown(learner)
        grow(learner.pool)
        (((answer), _),) = map_.hear({"type": "card", "position": 130})
        assert answer["card"]["text"] == "text n130"

    def test_the_map_of_an_empty_pool_fills(self):
        learner = learner_of(Pool.empty(6))
        map_ = shown(learner)
        assert (map_._error, self.n_shown(map_)) == ("", (0, 0))
        for item, label in grow(learner.pool, 8).items():
            learner.label(item, label)
        settled(learner)
        map_.rest()
        assert (map_._error, self.n_shown(map_)) == ("", (8, 8))

    @pytest.mark.parametrize("kind", [CoveragePanel, Labeler, RestPanel])
    def test_other_widgets_live_with_it(self, kind, learner):
        made = kind(learner)
        truth = grow(learner.pool)
        for item in truth:
            learner.label(item, truth[item])
        settled(learner)
        assert repr(made)
        assert len(learner.propagate().label) == 140


def test_a_pool_may_grow_whatever_others_compute():
    learner = taught(24)
    wrong, done = [], threading.Event()

    def keep(what):
        while not done.is_set():
            try:
                what()
            except Exception as error:  # noqa: BLE001 - told below
                wrong.append(repr(error))
                return

    jobs = (
        learner.coverage,
        learner.propagate,
        learner.advice,
        lambda: survey(learner),
        learner._chooser.context,
        learner.retrain,
    )
    threads = [threading.Thread(target=keep, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for _ in range(25):
        truth = grow(learner.pool, 4)
        item = next(iter(truth))
        learner.label(item, truth[item])
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    settled(learner)
    look(learner)
