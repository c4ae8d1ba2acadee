from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from synthesizer_contract import SynthesizerContract, known, make, of_features
from unit_parts import blobs, refused

from al_widgets import Pool
from al_widgets.context import Context, predict_proba
from al_widgets.exceptions import InvalidInput
from al_widgets.propagation._model import PropagatingEstimator
from al_widgets.synthesizers import BoundarySearch


class TestBoundarySearch(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return BoundarySearch()


class TestWithoutRealItems(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return BoundarySearch(steps=6, nearest=False)


class TestOfTexts(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return BoundarySearch(nearest=False)

    @pytest.fixture
    def context(self):
        return of_features(content=[f"text {i}" for i in range(60)])


class TestOfPictures(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return BoundarySearch(nearest=False)

    @pytest.fixture
    def context(self):
        return of_pictures()


class TestOfTableRows(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return BoundarySearch(nearest=False)

    @pytest.fixture
    def context(self):
        return of_table_rows()


def of_pictures(n=60, **arguments):
    rng = np.random.default_rng(0)
    y = np.arange(n) % 3
    pictures = rng.integers(0, 60, size=(n, 6, 5)) + (60 * y)[:, None, None]
    return known(Pool(pictures.astype(np.uint8), **arguments), y, np.arange(1, n, 2), model=None)


def of_table_rows(n=60):
    rng = np.random.default_rng(0)
    y = np.arange(n) % 3
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n),
            "color": rng.choice(["red", "blue"], n),
            "size": rng.normal(y, 1),
        }
    )
    return known(Pool(frame), y, np.arange(1, n, 2), model=None)


def of_a_line(X, labeled, labels, model="fitted", **arguments):
    """What is known of items on a line, some of which are labeled."""
    X = np.asarray(X, dtype=float).reshape(len(X), -1)
    labeled, labels = np.array(labeled), np.array(labels)
    if model == "fitted":
        model = LogisticRegression(C=100).fit(X[labeled], labels)
    return Context(
        pool=Pool(X, **arguments),
        classes=("a", "b", "c"),
        candidates=np.setdiff1d(np.arange(len(X)), labeled),
        labeled=labeled,
        labels=labels,
        model=model,
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**16), steps=st.integers(10, 20))
def test_the_two_likeliest_classes_are_even_at_the_query(seed, steps):
    X, y = blobs(60, 3, seed)
    model = LogisticRegression(max_iter=1000).fit(X, y)
    sure = np.flatnonzero(model.predict(X) == y)  # the model is of the person's opinion
    context = known(Pool(X), y, sure, model=model)
    made = make(BoundarySearch(steps, nearest=False), context, sure)
    proba = predict_proba(model, np.stack([one.row for one in made]), 3)
    first, second, _ = np.sort(proba, axis=1).T[::-1]
    assert np.allclose(first, second, atol=0.05)


def test_a_third_class_on_the_way_has_a_boundary_too():
    class Stripes:
        classes_ = np.arange(3)

        def predict_proba(self, X):
            return np.eye(3)[np.digitize(X[:, 0], [2.0, 8.0])]

    context = of_a_line([0, 10, 5.5], [0, 1], [0, 2], model=Stripes())
    (one,) = make(BoundarySearch(12, nearest=False), context, np.array([0]))
    assert one.row[0] == pytest.approx(2, abs=0.01)


def test_a_model_that_changes_its_mind_at_once_is_followed_to_the_place():
    class Step:
        classes_ = np.arange(2)

        def predict_proba(self, X):
            return np.where(X < 3.3, [[0.9, 0.1]], [[0.2, 0.8]])

    context = of_a_line([0, 10, 5.5], [0, 1], [0, 1], model=Step())
    (one,) = make(BoundarySearch(10, nearest=False), context, np.array([0]))
    assert one.row[0] == pytest.approx(3.3, abs=0.05)


def test_where_the_model_is_undecided_over_a_stretch_the_query_is_within():
    class Undecided:
        classes_ = np.arange(2)

        def predict_proba(self, X):
            share = np.select([X < 6, X < 8], [1.0, 0.5], 0.0)
            return np.hstack([share, 1 - share])

    context = of_a_line([0, 10, 5.5], [0, 1], [0, 1], model=Undecided())
    (one,) = make(BoundarySearch(10, nearest=False), context, np.array([0]))
    assert 6 <= one.row[0] < 8


def test_without_a_model_the_query_is_the_middle():
    context = of_a_line([0, 10, 5], [0, 1], [0, 1], model=None)
    (one,) = make(BoundarySearch(nearest=False), context, np.array([0]))
    assert one.row.tolist() == [5]
    assert one.recipe == "50 % of the way from a to b"


def test_where_the_model_contradicts_an_answer_the_query_is_the_middle():
    model = LogisticRegression().fit([[0.0], [10.0]], [1, 0])
    context = of_a_line([0, 10, 5], [0, 1], [0, 1], model=model)
    (one,) = make(BoundarySearch(nearest=False), context, np.array([0]))
    assert one.row.tolist() == [5]


def test_propagation_is_followed_too():
    X, y = blobs(60, 2)
    labeled, pool = np.arange(8), Pool(X)
    model = PropagatingEstimator(pool, LogisticRegression()).train_at(labeled, y[labeled])
    context = known(pool, y, labeled, classes=("a", "b"), model=model)
    made = make(BoundarySearch(), context, labeled)
    assert len(made) == 8
    for one in made:
        ends = predict_proba(model, X[list(one.parents)], 2).argmax(axis=1)
        near = predict_proba(model, one.row[None], 2)[0]
        if (ends == y[list(one.parents)]).all():
            assert abs(near[0] - near[1]) < 0.5


def test_nobody_knows_the_class_of_a_query():
    context = of_features()
    for nearest in (True, False):
        made = make(BoundarySearch(nearest=nearest), context, context.labeled)
        assert {one.label for one in made} == {None}
        assert {one.shares for one in made} == {None}


def test_the_parents_are_of_two_classes_and_near_each_other():
    context = of_features()
    for one in make(BoundarySearch(n_neighbors=1), context, context.labeled):
        first, second = np.searchsorted(context.labeled, one.parents)
        assert context.labels[first] != context.labels[second]
        others = context.labeled[context.labels != context.labels[first]]
        away = context.rows(others) - context.rows(context.labeled[[first]])
        assert one.parents[1] == others[(away**2).sum(axis=1).argmin()]


def test_the_real_item_that_is_nearest_is_offered():
    X = [0, 10, 1, 4.8, 9, 5.5]
    context = of_a_line(X, [0, 1], [0, 1], model=None)
    (one,) = make(BoundarySearch(), context, np.array([0]))
    assert one.nearest == 3


def test_no_real_item_is_offered_twice():
    context = of_features(n=60, n_labeled=15)
    parents = np.repeat(context.labeled, 3)
    made = make(BoundarySearch(), context, parents)
    offered = [one.nearest for one in made]
    assert len(made) == len(context.candidates) == 45
    assert sorted(offered) == context.candidates.tolist()
    assert len(make(BoundarySearch(), context, np.repeat(context.labeled, 5))) > 0


def test_only_items_that_can_be_asked_about_are_offered():
    context = of_features(content=[f"text {i}" for i in range(60)])
    made = make(BoundarySearch(nearest=False), context, context.labeled[:20])
    assert {one.nearest for one in made} <= set(context.candidates.tolist())
    assert {one.content for one in made} == {None}


def test_features_need_no_real_item():
    context = of_features()
    made = make(BoundarySearch(nearest=False), context, context.labeled)
    assert {one.nearest for one in made} == {None}


def test_pictures_are_blended_pixel_by_pixel():
    context = of_pictures()
    for one in make(BoundarySearch(nearest=False), context, context.labeled):
        first, second = (context.pool.content[i].astype(int) for i in one.parents)
        assert one.nearest is None
        assert one.content.dtype == np.uint8
        assert np.abs(one.content - (first + second) / 2).max() <= 0.5
        assert np.array_equal(one.row, one.content.ravel())


def test_table_rows_are_blended_cell_by_cell():
    context = of_table_rows()
    for one in make(BoundarySearch(nearest=False), context, context.labeled):
        first, second = (context.pool.content[i] for i in one.parents)
        low, high = sorted([first["size"], second["size"]])
        assert low <= one.content["size"] <= high
        assert one.content["color"] in (first["color"], second["color"])
        assert one.nearest is None


def test_real_pictures_are_offered_where_blends_make_no_sense():
    context = of_pictures()
    made = make(BoundarySearch(), context, context.labeled)
    assert None not in {one.nearest for one in made}
    assert {one.content is None for one in made} == {True}


def test_it_refuses_to_blend_pictures_whose_features_nobody_can_compute():
    context = of_features(content=list(np.zeros((60, 4, 4), dtype=np.uint8)))
    with refused(InvalidInput, "featurize", "none", "featurize=f"):
        make(BoundarySearch(nearest=False), context, context.labeled)


def test_it_refuses_labels_of_one_class():
    context = of_a_line([0, 1, 2], [0, 1], [1, 1], model=None)
    with refused(InvalidInput, "two classes", "2 of class 'b' only", "another class"):
        make(BoundarySearch(), context, np.array([0]))


def test_it_refuses_to_offer_real_items_where_none_is_left():
    context = of_a_line([0, 1], [0, 1], [0, 1])
    with refused(InvalidInput, "real item", "none is left", "nearest=False"):
        make(BoundarySearch(), context, np.array([0]))
    assert make(BoundarySearch(nearest=False), context, np.array([0]))


def test_the_first_query_does_not_wait_for_the_others():
    class Counts:
        classes_ = np.arange(3)
        n_rows = 0

        def predict_proba(self, X):
            self.n_rows += len(X)
            return np.full((len(X), 3), 1 / 3)

    X, y = blobs(400, 3)
    context = known(Pool(X), y, np.arange(300), model=(model := Counts()))
    making = BoundarySearch(steps=1).make(context, np.arange(300), np.random.default_rng(0))
    next(making)
    assert model.n_rows < 50


@pytest.mark.parametrize(
    ("name", "value"),
    [("steps", 0), ("steps", 1.5), ("n_neighbors", 0), ("nearest", 1), ("nearest", None)],
)
def test_it_refuses_arguments_that_make_no_sense(name, value):
    with refused(InvalidInput, name, repr(value), name):
        BoundarySearch(**{name: value})
