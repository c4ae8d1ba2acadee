"""Items that a learner makes: durable, told apart, undone with their parents, refused when bad."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from synthesis_parts import CLASSES, Nudge, clouds, how, learner_of, spoiled

import al_widgets as al
from al_widgets.exceptions import InvalidInput, ModelError, NotEnoughLabels, StoreFull


def statuses(learner) -> list[str]:
    return learner.synthetic["status"].tolist()


def nothing(_context, _n):
    return []


def unlabeled(_context, _n):
    return [7, 8]


# -- inherit ---------------------------------------------------------------------------------------


def test_what_inherits_its_label_trains_and_costs_nothing():
    learner = learner_of(*clouds())
    assert learner.synthesize(6, sampling=how()) == 6
    fit = learner.retrain()
    assert (fit.n_labels, fit.n_synthetic) == (5, 6)
    assert learner.budget.spent == len(learner.labels) == 5
    assert statuses(learner) == ["in use"] * 6


def test_it_is_there_again_after_a_restart_to_the_bit(tmp_path):
    pool, y = clouds()
    first = learner_of(pool, y, store=tmp_path / "log.sqlite")
    first.synthesize(6, sampling=how())
    first.retrain()
    rows, proba = first.pool.features[-6:], first.model.predict_proba(pool.features)
    again = al.ActiveLearner(
        pool, CLASSES, validation=None, budget=30, batch_size=5, store=tmp_path / "log.sqlite"
    )
    assert np.array_equal(again.pool.features[-6:], rows)
    assert np.array_equal(again.model.predict_proba(pool.features), proba)
    assert again.synthetic.equals(first.synthetic)


def test_what_was_not_learned_before_a_crash_is_learned_after_it(tmp_path):
    pool, y = clouds()
    first = learner_of(pool, y, store=tmp_path / "log.sqlite")
    first.log.record(*made_by_another_process())
    again = al.ActiveLearner(pool, CLASSES, validation=None, store=tmp_path / "log.sqlite")
    again._wait()
    assert again.history["n_synthetic"].iloc[-1] == 1


def made_by_another_process():
    from al_widgets.arrivals import arrived
    from al_widgets.events import Synthesized

    kept = arrived("you", ["syn1"], np.zeros((1, 3)), [None])
    fields = {name: getattr(kept, name) for name in ("annotator", "items", "features", "contents")}
    yield Synthesized(**fields, parents=(("0",),), labels=("cat",), recipes=("x",), held=("",))


def test_the_same_answers_make_the_same_items():
    made = []
    for _ in range(2):
        learner = learner_of(*clouds())
        learner.synthesize(6, sampling=how())
        made.append(learner.pool.features[-6:])
    assert np.array_equal(*made)
    learner.synthesize(6, sampling=how())
    assert not np.array_equal(made[0], learner.pool.features[-6:])


def test_it_falls_with_the_answer_it_was_made_of_and_comes_back_with_it():
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.synthesize(5, sampling=how())
    learner.undo()
    assert "parents changed" in statuses(learner)
    learner.redo()
    assert statuses(learner) == ["in use"] * 5


def test_the_loop_makes_what_is_missing_while_it_asks_about_real_items():
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.sampling = how(target="balance")
    learner.teach(al.SimulatedOracle(y), 10)
    counts = learner.synthetic["label"].value_counts()
    assert learner.budget.spent == 15
    assert counts.sum() > 0
    assert not learner.labels["item"].isin(learner.synthetic["item"]).any()


def test_no_more_is_in_use_than_the_answers_allow():
    learner = learner_of(*clouds())
    few = how(most=1.0)
    assert learner.synthesize(sampling=few) == 5
    assert learner.synthesize(sampling=few) == 0


def test_it_is_no_candidate_no_validation_and_no_item_of_the_rest():
    pool, y = clouds(60)
    learner = al.ActiveLearner(pool, CLASSES, validation=0.3, budget=40, batch_size=5)
    learner.sampling = how()
    learner.teach(al.SimulatedOracle(y), 30)
    made = set(learner.synthetic["item"])
    assert made
    with learner.log.current() as state:
        asked = {item for query in state.rounds("me") for item in query.items}
        assert not made & (asked | state.held_out | state.validation_labels().keys())
    assert len(learner.propagate().to_frame()) == 60
    assert learner.coverage().n_items.sum() == 60


def test_a_selection_passes_over_what_was_made():
    learner = learner_of(*clouds())
    learner.synthesize(3, sampling=how())
    assert learner.label_many(["syn1", "syn2", "20"], "dog") == 1


def test_a_synthesis_that_cannot_make_anything_yet_stops_nobody():
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.sampling = how(Nudge(fails=True))
    with pytest.warns(RuntimeWarning, match="no items were made: .*out of paint"):
        assert len(learner.query()) == 5


# -- ask -------------------------------------------------------------------------------------------


def test_a_person_accepts_relabels_or_rejects_what_is_shown():
    learner = learner_of(*clouds())
    learner.sampling = how(labeling="ask")
    query = learner.query()
    assert query.strategy == "synthesis"
    learner.label(query.ids[0], "cat")
    learner.label(query.ids[1], "dog")
    learner.skip(query.ids[2], "looks like nothing")
    assert statuses(learner)[:4] == ["accepted", "relabeled", "rejected", "asked"]
    assert learner.budget.spent == 5
    assert learner.labels["source"].iloc[-1] == "synthetic"


def test_a_label_of_it_spends_the_budget_where_that_is_wanted():
    learner = learner_of(*clouds(), budget=7)
    learner.sampling = how(labeling="ask", spend_budget=True)
    query = learner.query()
    assert len(query) == 2
    for item in query:
        learner.label(item, "cat")
    assert learner.budget.remaining == 0
    assert not learner.query()


def test_free_labels_are_given_also_when_the_budget_is_spent():
    learner = learner_of(*clouds(), budget=5)
    assert learner.synthesize(2, sampling=how(labeling="ask")) == 2
    for item in learner.query():
        learner.label(item, "cat")
    assert learner.budget.remaining == 0
    assert statuses(learner)[0] == "accepted"


def test_the_real_item_nearest_to_what_was_made_is_an_item_like_any_other():
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.sampling = how(spoiled(nearest=20, label=None), labeling="ask")
    query = learner.query()
    assert query.ids == ("20",)
    learner.label("20", "dog")
    assert learner.budget.spent == 6
    assert learner.labels["source"].iloc[-1] == "human"


def test_an_exhausted_synthesis_asks_nothing():
    learner = learner_of(*clouds())
    learner.sampling = how(labeling="ask", target=nothing)
    assert not learner.query()


def test_an_oracle_says_of_what_was_made_what_it_says_of_its_parent():
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.sampling = how(labeling="ask")
    learner.teach(al.SimulatedOracle(y), 5)
    assert statuses(learner)[:5] == ["accepted"] * 5


def test_what_is_held_back_comes_once_for_review(monkeypatch):
    from al_widgets.sampling import _crafting

    monkeypatch.setattr(_crafting, "held_back", lambda *given: ["odd"] * len(given[3]))
    learner = learner_of(*clouds())
    learner.synthesize(4, sampling=how())
    assert statuses(learner) == ["held back"] * 4
    first = learner.review_synthetic(2)
    assert first.reasons == ("odd", "odd")
    second = learner.review_synthetic(20)
    assert len(second) == 2
    assert not set(first) & set(second)
    assert not learner.review_synthetic()
    learner.label(first.ids[0], "cat")
    assert statuses(learner)[0] == "accepted"


# -- the switch ------------------------------------------------------------------------------------


def test_a_switch_has_models_learn_without_it_and_is_kept(tmp_path):
    pool, y = clouds()
    learner = learner_of(pool, y, store=tmp_path / "log.sqlite")
    before = learner.model.predict_proba(pool.features)
    learner.synthesize(6, sampling=how())
    learner.retrain()
    learner.use_synthetic(False)
    assert learner.retrain().n_synthetic == 0
    assert np.allclose(learner.model.predict_proba(pool.features), before, atol=0.05)
    again = al.ActiveLearner(pool, CLASSES, validation=None, store=tmp_path / "log.sqlite")
    assert not again.uses_synthetic
    assert set(statuses(again)) == {"switched off"}
    again.use_synthetic(True)
    assert again.retrain().n_synthetic == 6


def test_nothing_is_made_by_the_loop_while_it_is_off():
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.sampling = how()
    learner.use_synthetic(False)
    learner.teach(al.SimulatedOracle(y), 5)
    assert learner.synthetic.empty


def test_the_guard_says_nothing_where_nothing_is_in_use(monkeypatch):
    from al_widgets.sampling import _crafting

    monkeypatch.setattr(_crafting, "held_back", lambda *given: ["odd"] * len(given[3]))
    learner = learner_of(*clouds())
    assert learner.synthesize(4, sampling=how(guard=True)) == 4
    assert learner.uses_synthetic
    with pytest.raises(NotEnoughLabels, match="in use"):
        learner.synthesis_report()


def test_the_guard_switches_off_what_does_harm(monkeypatch):
    from al_widgets.sampling import _crafting

    monkeypatch.setattr(_crafting, "held_back", lambda *given: [""] * len(given[3]))
    pool, y = clouds(200)
    learner = learner_of(pool, y, items=range(0, 200, 5), budget=60)
    learner.synthesize(80, sampling=how(Nudge(as_the_other_class), guard=True))
    assert not learner.uses_synthetic
    assert "did harm" in learner.log.state.synthetic.reason
    assert learner.retrain().n_synthetic == 0


def test_a_model_that_weighs_classes_must_be_seen_to_gain_from_balance():
    from sklearn.linear_model import LogisticRegression

    pool, y = clouds(200)

    def used(model):
        learner = learner_of(pool, y, items=[*range(0, 90, 5), 150, 160], model=model, budget=60)
        assert learner.synthesize(5, sampling=how(target="balance", guard=True)) == 5
        return learner.uses_synthetic

    assert used(LogisticRegression())
    assert not used(LogisticRegression(class_weight="balanced"))  # all was right without


def as_the_other_class(made):
    """Where its class's mirror image is: all that is learned from it is wrong."""
    return replace(made, row=6 - made.row)


def test_a_guard_whose_model_needs_more_answers_says_so_and_stops_nobody():
    from sklearn.neighbors import KNeighborsClassifier

    learner = learner_of(*clouds(), model=KNeighborsClassifier(5))
    with pytest.warns(RuntimeWarning, match="the guard cannot tell"):
        assert learner.synthesize(1, sampling=how(guard=True)) == 1
    with pytest.raises(ModelError, match="parts of the answers"):
        learner.synthesis_report()
    assert statuses(learner) == ["in use"]


def test_a_full_disk_is_no_synthesis_that_cannot_make_anything_yet(monkeypatch):
    learner = learner_of(*clouds())
    learner.sampling = how()

    def full(*_events, **_after):
        raise StoreFull("the disk is full", "", "Make room")

    monkeypatch.setattr(learner.store, "append", full)
    with pytest.raises(StoreFull):
        learner.query()


def test_two_hands_that_make_items_at_once_do_not_make_the_same(tmp_path):
    pool, y = clouds()
    one = learner_of(pool, y, store=tmp_path / "log.sqlite")
    other = al.ActiveLearner(
        pool, CLASSES, validation=None, budget=30, annotator="you", store=tmp_path / "log.sqlite"
    )
    with ThreadPoolExecutor() as pool_of_threads:
        jobs = [
            pool_of_threads.submit(each.synthesize, 5, sampling=how())
            for each in (one, other, one, other)
        ]
        assert [job.result() for job in jobs] == [5] * 4
    rows = one.pool.features[-20:]
    assert len(one.synthetic) == len(np.unique(rows, axis=0)) == 20


# -- bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("synthesizer", "words"),
    [
        (Nudge(fails=True), "RuntimeError: out of paint"),
        (spoiled(row=np.zeros(2)), "3 features in the pool"),
        (spoiled(row=np.full(3, np.nan)), "NaN"),
        (spoiled(label=1, parents=(0,)), "the class 'dog' from parents of \\['cat'\\]"),
        (spoiled(parents=(7,)), "not all labeled"),
        (spoiled(parents=()), "not all labeled"),
        (spoiled(shares=(0.5, 0.5)), "of other classes"),
        (spoiled(label=None), 'labeling="ask"'),
        (Nudge(lambda _: "nothing"), "a str instead of a Made"),
    ],
)
def test_a_bad_synthesizer_is_refused_and_nothing_is_kept(synthesizer, words):
    learner = learner_of(*clouds(), items=(0, 1, 30))
    with pytest.raises(InvalidInput, match=words):
        learner.synthesize(3, sampling=how(synthesizer))
    assert learner.synthetic.empty
    assert len(learner.pool) == 40


@pytest.mark.parametrize(
    "arguments",
    [
        {"synthesizer": "smote"},
        {"synthesizer": Nudge},
        {"labeling": "both"},
        {"target": "everything"},
        {"most": 0},
        {"most": True},
    ],
)
def test_a_synthesis_that_makes_no_sense_is_refused(arguments):
    with pytest.raises(InvalidInput):
        al.QuerySynthesis(**{"synthesizer": Nudge(), **arguments})


def test_soft_labels_are_refused_where_the_model_takes_none():
    from sklearn.neighbors import KNeighborsClassifier

    learner = learner_of(*clouds(), model=KNeighborsClassifier(1))
    with pytest.raises(InvalidInput, match="sample_weight"):
        learner.synthesize(3, sampling=how(al.synthesizers.MixUp()))
    assert learner.synthetic.empty
    learner.retrain()


def test_a_target_of_your_own_names_labeled_items():
    learner = learner_of(*clouds())
    with pytest.raises(InvalidInput, match="labeled"):
        learner.synthesize(2, sampling=how(target=unlabeled))


def test_to_make_something_there_must_be_a_label_and_a_way():
    pool, _ = clouds()
    learner = al.ActiveLearner(pool, CLASSES, validation=None)
    with pytest.raises(NotEnoughLabels):
        learner.synthesize(2, sampling=how())
    with pytest.raises(InvalidInput, match="QuerySynthesis"):
        learner.synthesize(2)
    with pytest.raises(InvalidInput, match="n"):
        learner.synthesize(0, sampling=how())


def test_ids_of_what_is_made_are_nobody_s():
    rng = np.random.default_rng(0)
    pool = al.Pool(rng.normal(size=(4, 3)), ids=["syn1", "syn2", "a", "b"])
    learner = al.ActiveLearner(pool, CLASSES, validation=None, budget=4, batch_size=2)
    learner.label("a", "cat")
    learner.label("b", "dog")
    assert learner.synthesize(2, sampling=how()) == 2
    assert learner.synthetic["item"].tolist() == ["syn-1", "syn-2"]
