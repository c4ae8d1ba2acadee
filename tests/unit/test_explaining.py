from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from unit_parts import make_learner

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.explaining import explain


@pytest.fixture
def given():
    """A cat at 0, two dogs at 10; a doubtful item between, and one that is surely a dog."""
    X = np.array([[0.0], [10.0], [9.8], [5.4], [11.0]])
    labeled, labels = np.arange(3), np.array([0, 1, 1])
    return Context(
        pool=Pool(X),
        classes=("cat", "dog"),
        candidates=np.array([3, 4]),
        labeled=labeled,
        labels=labels,
        model=LogisticRegression().fit(X[labeled], labels),
    )


def test_a_doubtful_item_is_between_two_classes(given):
    [reason] = explain(given, np.array([3]))
    assert reason.startswith("dog 6")
    assert " % or cat 3" in reason
    assert "labels: 2 dog, 1 cat" in reason


def test_a_sure_item_is_of_one_class(given):
    [reason] = explain(given, np.array([4]))
    assert reason.startswith("dog 9")
    assert "cat" not in reason
    assert "2 labels of dog" in reason


def test_before_the_first_model_that_is_said():
    context = Context(pool=Pool(np.eye(3)), classes=("a", "b"), candidates=np.arange(3))
    assert explain(context, np.array([0, 2])) == ("no model yet", "no model yet")


def test_nobody_waits_for_the_groups_of_near_neighbors(given):
    [before] = explain(given, np.array([4]))
    assert "alike" not in before
    assert given.pool.geometry.variations is not None
    [after] = explain(given, np.array([4]))
    assert after.startswith(before)
    assert "alike" in after or "unlike" in after


def test_how_many_of_the_alike_are_labeled_is_told():
    X = np.repeat([[0.0], [50.0]], 30, axis=0) + np.linspace(0, 1, 60)[:, None]
    context = Context(
        pool=Pool(X), classes=("a", "b"), candidates=np.arange(1, 60), labeled=np.array([0]),
        labels=np.array([0]),
    )  # fmt: skip
    assert context.pool.geometry.variations.max() == 1
    labeled, bare = explain(context, np.array([5, 40]))
    assert labeled.endswith("one of 30 alike, 1 labeled")
    assert bare.endswith("one of 30 alike, none labeled yet")


def test_nothing_is_said_of_nothing(given):
    assert explain(given, np.empty(0, dtype=int)) == ()


def test_every_item_of_a_query_has_its_reason(truth):
    learner = make_learner(validation=0.4, batch_size=5)
    query = learner.query()
    assert len(query.reasons) == len(query) == 5
    assert query.reasons[-1] == "drawn at random, to measure accuracy"
    for item in query:
        learner.label(item, truth[item])
    assert any("%" in reason for reason in learner.query().reasons)


def test_the_reason_is_kept_in_the_log():
    learner = make_learner()
    query = learner.query()
    with learner.log.current() as state:
        assert state.open_query("me").reasons == query.reasons
