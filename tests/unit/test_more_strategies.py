from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from skactiveml import pool as skactiveml_pool
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from strategy_contract import CLASSES, OfAnySize, StrategyContract, context
from unit_parts import python_environment, refused

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.exceptions import InvalidInput, MissingExtra
from al_widgets.strategies import (
    FromSkactiveml,
    KCenter,
    QueryByCommittee,
    Random,
    Typical,
    UncertaintyHerding,
    consensus_kl,
    vote_entropy,
)
from al_widgets.strategies._typical import typicalities


def bare(X):
    """What is known about items of which none is labeled."""
    X = np.asarray(X, dtype=float)
    return Context(pool=Pool(X), classes=CLASSES, candidates=np.arange(len(X)))


class TestUncertaintyHerding(OfAnySize):
    @pytest.fixture
    def strategy(self):
        return UncertaintyHerding(n_reference=300, n_candidates=200)


class TestKCenter(OfAnySize):
    @pytest.fixture
    def strategy(self):
        return KCenter()

    def test_it_asks_about_the_item_farthest_from_every_label(self, strategy):
        given = context(model=None)
        distances = np.linalg.norm(
            given.rows(given.candidates)[:, None] - given.rows(given.labeled), axis=2
        ).min(axis=1)
        [chosen] = strategy.select(given, 1).ids
        assert int(chosen) == given.candidates[distances.argmax()]

    def test_with_no_label_it_begins_in_the_middle(self, strategy):
        assert strategy.select(bare([[0.0], [5.0], [10.0]]), 1).ids == ("1",)

    def test_a_duplicate_comes_last(self, strategy):
        query = strategy.select(bare([[0.0], [0.0], [4.0], [9.0]]), 3)
        assert len({"0", "1"} & set(query.ids)) == 1


class TestTypical(OfAnySize):
    @pytest.fixture
    def strategy(self):
        return Typical(n_candidates=500)

    def test_each_group_gets_one_before_any_gets_two(self, strategy):
        rng = np.random.default_rng(0)
        where = np.repeat(np.arange(3), 30)
        X = 50.0 * where[:, None] + rng.normal(size=(90, 2))
        chosen = [int(i) for i in strategy.select(bare(X), 3)]
        assert sorted(where[chosen]) == [0, 1, 2]

    def test_the_middle_of_a_group_is_more_typical_than_its_edge(self):
        rows = np.linspace(-1, 1, 21)[:, None]
        assert typicalities(rows, 5).argmax() not in {0, 1, 19, 20}

    def test_duplicates_are_typical_without_end(self):
        assert np.isfinite(typicalities(np.zeros((6, 2)), 3)).all()


class TestQueryByCommittee(OfAnySize):
    @pytest.fixture
    def strategy(self):
        return QueryByCommittee(n_members=3, measure="consensus_kl")

    def test_without_a_model_it_draws_at_random(self, strategy):
        given = context(model=None)
        assert strategy.select(given, 5).ids == Random().select(given, 5).ids

    def test_members_may_be_given(self):
        members = [LogisticRegression(), RandomForestClassifier(n_estimators=3)]
        assert len(QueryByCommittee(members).select(context(), 4)) == 4
        assert not hasattr(members[0], "coef_"), "copies are trained"

    def test_members_that_agree_leave_nothing_to_choose_by(self):
        members = [LogisticRegression(), LogisticRegression()]
        assert (QueryByCommittee(members).select(context(), 5).utilities == 0).all()

    def test_disagreement_by_hand(self):
        split = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
        assert vote_entropy(split) == pytest.approx([np.log(2)])
        assert consensus_kl(split) == pytest.approx([np.log(2)])
        assert consensus_kl(split[[0, 0]]) == pytest.approx([0])

    @pytest.mark.parametrize(
        ("arguments", "rule", "got", "remedy"),
        [
            ({"n_members": 1}, "n_members must be a whole number of at least 2", "1", "n_members"),
            ({"measure": "votes"}, "measure must be one of", "votes", "vote_entropy"),
            ({"committee": [LogisticRegression()]}, "at least two classifiers", "Logi", "several"),
        ],
    )
    def test_a_committee_that_makes_no_sense_is_refused(self, arguments, rule, got, remedy):
        with refused(InvalidInput, rule, got, remedy):
            QueryByCommittee(**arguments)


STRATEGIES = {
    "Badge": skactiveml_pool.Badge(),
    "Clue": skactiveml_pool.Clue(),
    "CoreSet": skactiveml_pool.CoreSet(),
    "DiscriminativeAL": skactiveml_pool.DiscriminativeAL(),
    "DropQuery": skactiveml_pool.DropQuery(),
    "Falcun": skactiveml_pool.Falcun(),
    "MaxHerding": skactiveml_pool.MaxHerding(),
    "ProbCover": skactiveml_pool.ProbCover(),
    "QueryByCommittee": skactiveml_pool.QueryByCommittee(),
    "RandomSampling": skactiveml_pool.RandomSampling(),
    "TypiClust": skactiveml_pool.TypiClust(),
    "UncertaintySampling": skactiveml_pool.UncertaintySampling(method="margin_sampling"),
}


class TestFromSkactiveml(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return FromSkactiveml(skactiveml_pool.UncertaintySampling(method="entropy"))

    @pytest.mark.parametrize("name", STRATEGIES)
    def test_its_strategies_choose_candidates(self, name):
        given = context(n_labeled=12)
        query = FromSkactiveml(STRATEGIES[name]).select(given, 4)
        assert len(set(query.ids)) == 4
        assert {int(item) for item in query} <= set(given.candidates.tolist())
        assert query.strategy.startswith("skactiveml.")

    @pytest.mark.parametrize("name", ["CoreSet", "MaxHerding", "TypiClust", "RandomSampling"])
    def test_those_that_need_no_model_choose_before_the_first_label(self, name):
        assert (
            len(FromSkactiveml(STRATEGIES[name]).select(context(n_labeled=0, model=None), 4)) == 4
        )

    def test_it_asks_by_the_learners_own_model(self, strategy):
        given = context()
        ours = given.model.predict_proba(given.pool.features[given.candidates])
        entropy = -(ours * np.log(ours)).sum(axis=1)
        assert strategy.select(given, 3).ids == tuple(
            map(str, given.candidates[np.argsort(-entropy)[:3]])
        )

    @pytest.mark.parametrize("name", STRATEGIES)
    def test_its_strategies_choose_the_same_whatever_the_global_random_state(self, name):
        given, chosen = context(n=200, n_labeled=12), set()
        for seed in range(4):
            np.random.seed(seed)  # noqa: NPY002 - what some of the library draw from
            chosen.add(FromSkactiveml(STRATEGIES[name]).select(given, 6).ids)
        assert len(chosen) == 1

    def test_it_asks_by_that_model_where_the_library_is_shown_a_part_of_the_pool(self, strategy):
        given = context()
        some = skactiveml_pool.SubSamplingWrapper(strategy.strategy, max_candidates=31)
        assert FromSkactiveml(some).select(given, 3).ids == strategy.select(given, 3).ids

    def test_a_strategy_that_trains_copies_of_the_model_may_do_so(self):
        given = context(n=15)
        before = given.model.coef_.copy()
        query = FromSkactiveml(skactiveml_pool.MonteCarloEER()).select(given, 1)
        assert {int(item) for item in query} <= set(given.candidates.tolist())
        assert np.array_equal(given.model.coef_, before)

    def test_the_strategy_that_was_given_is_not_changed(self):
        theirs = skactiveml_pool.TypiClust()
        before = repr(theirs.get_params())
        FromSkactiveml(theirs).select(context(), 3)
        assert repr(theirs.get_params()) == before

    def test_what_is_none_of_its_strategies_is_refused(self):
        with refused(InvalidInput, "pool strategy of scikit-activeml", "5", "TypiClust()"):
            FromSkactiveml(5)

    def test_a_strategy_for_regression_is_refused(self):
        with refused(InvalidInput, "by features, labels and a classifier", "reg", "TypiClust()"):
            FromSkactiveml(skactiveml_pool.ExpectedModelVarianceReduction())

    def test_what_the_library_refuses_is_told_in_its_words(self):
        strategy = FromSkactiveml(skactiveml_pool.EpistemicUncertaintySampling())
        with refused(InvalidInput, "must accept the model", "two-class problems", "another"):
            strategy.select(context(), 3)

    def test_where_the_library_is_missing_the_command_is_told(self):
        code = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "skactiveml":
            raise ModuleNotFoundError(name="skactiveml")

sys.meta_path.insert(0, Missing())
from al_widgets.strategies import FromSkactiveml
FromSkactiveml(1)
"""
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, env=python_environment(), check=False,
        )  # fmt: skip
        assert MissingExtra.__name__ in done.stderr
        assert 'pip install "al_widgets[skactiveml]"' in done.stderr

    def test_the_package_does_not_import_it_by_itself(self):
        code = "import sys, al_widgets.strategies; sys.exit('skactiveml' in sys.modules)"
        assert not subprocess.run(
            [sys.executable, "-c", code], env=python_environment(), check=False
        ).returncode
