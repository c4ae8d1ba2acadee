"""How a model is fitted to labels that may be soft."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from unit_parts import blobs, refused

from al_widgets import Pool
from al_widgets.exceptions import InvalidInput
from al_widgets.fitting import default_model, train, train_at, weight_name
from al_widgets.propagation import PropagatingEstimator

NESTED = make_pipeline(StandardScaler(), make_pipeline(StandardScaler(), LogisticRegression()))


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (LogisticRegression(), "sample_weight"),
        (KNeighborsClassifier(), None),
        (
            make_pipeline(StandardScaler(), LogisticRegression()),
            "logisticregression__sample_weight",
        ),
        (make_pipeline(StandardScaler(), KNeighborsClassifier()), None),
        (NESTED, "pipeline__logisticregression__sample_weight"),
    ],
)
def test_weights_have_the_name_that_the_estimator_takes(estimator, name):
    assert weight_name(estimator) == name


@pytest.mark.parametrize("n", [12, 60])
def test_the_default_model_learns_soft_labels(n):
    X, y = blobs(n)
    model = default_model(Pool(X))
    rows = np.array([*range(9), 9, 9])
    labels = np.array([*y[:9], 0, 1])
    probas = [
        train(
            model, X[rows], labels, X[:0], 0, weights=np.array([*np.ones(9), share, 1 - share])
        ).model.predict_proba(X[9:10])[0]
        for share in (0.9, 0.1)
    ]
    assert probas[0][0] > probas[1][0]
    assert probas[0][1] < probas[1][1]


def test_without_weights_fit_is_given_none():
    class Plain(KNeighborsClassifier):
        def fit(self, X, y):
            return super().fit(X, y)

    X, y = blobs(12)
    assert train(Plain(3), X, y, X, 0).predictions.shape == (12,)


def test_weights_that_are_all_alike_suit_a_model_that_takes_none():
    X, y = blobs(12)
    one = train(KNeighborsClassifier(3), X, y, X, 0)
    other = train(KNeighborsClassifier(3), X, y, X, 0, weights=np.ones(12))
    assert np.array_equal(one.predictions, other.predictions)


def test_weights_that_are_one_are_as_good_as_none():
    X, y = blobs(60)
    one = train(RandomForestClassifier(5), X, y, X, 0)
    other = train(RandomForestClassifier(5), X, y, X, 0, weights=np.ones(60))
    assert np.array_equal(one.predictions, other.predictions)


def test_soft_labels_for_a_model_without_weights_are_refused():
    X, y = blobs(12)
    weights = np.linspace(0.1, 1, 12)
    with refused(InvalidInput, "soft labels need a model", "KNeighborsClassifier", "Logistic"):
        train(KNeighborsClassifier(3), X, y, X, 0, weights=weights)


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_weights_that_are_none_are_refused(wrong):
    X, y = blobs(12)
    weights = np.ones(12)
    weights[3] = wrong
    with refused(InvalidInput, "weights are finite numbers above 0", "12 labels", "Leave out"):
        train(LogisticRegression(), X, y, X, 0, weights=weights)
    with refused(InvalidInput, "weights are finite numbers above 0", "12 labels", "Leave out"):
        PropagatingEstimator(Pool(X), LogisticRegression()).train_at(
            np.arange(12), y, weights=weights
        )


def test_a_weight_is_missing():
    X, y = blobs(12)
    with refused(InvalidInput, "one for each label", "12 labels", "pass one for each"):
        train(LogisticRegression(), X, y, X, 0, weights=np.ones(11))


def test_a_model_of_the_whole_pool_is_given_weights():
    X, y = blobs(60)
    estimator = PropagatingEstimator(Pool(X), LogisticRegression())
    at, labels = np.array([*range(9), 9, 9]), np.array([*y[:9], 0, 1])
    said = [
        train_at(
            estimator, at, labels, [9], None, weights=np.array([*np.ones(9), share, 1 - share])
        ).predictions[0]
        for share in (0.95, 0.05)
    ]
    assert said == [0, 1]
