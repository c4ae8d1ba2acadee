"""Classifiers of river as models."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone, is_classifier
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from unit_parts import blobs, make_learner, make_pool, refused, run_python, settled

from al_widgets import SimulatedOracle
from al_widgets.exceptions import InvalidInput, NotEnoughLabels
from al_widgets.incremental import FromRiver

X, Y = load_iris(return_X_y=True)
ORDER = np.random.default_rng(0).permutation(len(X))[:75]  # it matters to what learns item by item
X, Y = X[ORDER], Y[ORDER]


class TestWithRiver:
    """With the real one."""

    @pytest.fixture(autouse=True)
    def _needs_river(self):
        pytest.importorskip(
            "river", reason='river is not installed: pip install "al_widgets[river]"'
        )

    def bayes(self, **arguments):
        from river.naive_bayes import GaussianNB

        return FromRiver(GaussianNB(), **arguments)

    def logistic(self):
        from river import linear_model, multiclass, preprocessing

        one = multiclass.OneVsRestClassifier(linear_model.LogisticRegression())
        return FromRiver(preprocessing.StandardScaler() | one, passes=20)

    def test_it_learns(self):
        for model in (self.bayes(), self.logistic()):
            assert (model.fit(X, Y).predict(X) == Y).mean() > 0.8
            proba = model.predict_proba(X)
            assert proba.shape == (len(X), 3)
            assert np.allclose(proba.sum(axis=1), 1)

    def test_item_by_item_is_as_all_at_once(self):
        model = self.bayes()
        for start in range(0, len(X), 7):
            part = slice(start, start + 7)
            model.partial_fit(X[part], Y[part], classes=[0, 1, 2])
        assert np.allclose(model.predict_proba(X), self.bayes().fit(X, Y).predict_proba(X))

    def test_a_sparse_row_is_read(self):
        rows = sparse.csr_array(np.where(X > 2, X, 0))
        model = self.logistic().fit(rows, Y)
        assert model.predict_proba(rows).shape == (len(X), 3)

    def test_a_class_that_was_never_met_gets_a_column(self):
        model = self.bayes().partial_fit(X[:10], Y[:10], classes=[0, 1, 2])
        assert model.predict_proba(X[:2]).shape == (2, 3)

    def test_scikit_learn_takes_it_as_a_classifier(self):
        model = self.bayes(passes=2).fit(X, Y)
        copy = clone(model)
        assert is_classifier(model)
        assert copy.get_params()["passes"] == 2
        assert not hasattr(copy, "model_")
        assert make_pipeline(StandardScaler(), copy).fit(X, Y).predict_proba(X).shape == (75, 3)

    def test_the_given_model_stays_as_it_was(self):
        model = self.bayes()
        model.fit(X, Y)
        assert not model.model.predict_proba_one({0: 1.0})

    def test_a_learner_trains_it(self):
        pool = make_pool(60)
        learner = make_learner(pool, model=self.bayes(), budget=20)
        learner.teach(SimulatedOracle([("a", "b", "c")[i] for i in blobs(60)[1]]), n=18)
        assert len(settled(learner).history) > 0

    def test_what_is_no_model_of_river_is_refused(self):
        with refused(InvalidInput, "classifier of river", "lacks learn_one", "GaussianNB"):
            FromRiver(StandardScaler()).fit(X, Y)
        with refused(InvalidInput, "passes must be", "0", "passes=5"):
            self.bayes(passes=0).fit(X, Y)

    def test_rows_of_another_length_and_unknown_classes_are_refused(self):
        model = self.bayes().fit(X, Y)
        with refused(InvalidInput, "as many features", "2 features, 4 wanted", "same way"):
            model.predict(X[:, :2])
        with refused(InvalidInput, "told of first", "7", "classes="):
            model.partial_fit(X[:1], [7])


def test_it_says_nothing_before_it_learned():
    with refused(NotEnoughLabels, "must be fitted", "not", "Call fit"):
        FromRiver(None).predict_proba(X)


def test_an_unknown_parameter_is_refused():
    with refused(InvalidInput, "must be model or passes", "depth", "Pass one"):
        FromRiver(None).set_params(depth=3)


def test_without_river_it_says_what_to_install():
    done = run_python(
        """
import sys
sys.modules["river"] = None
from al_widgets.incremental import FromRiver
FromRiver(None).fit([[0.0]], [0])
"""
    )
    assert "MissingExtra: FromRiver needs river" in done.stderr
    assert "al_widgets[river]" in done.stderr
