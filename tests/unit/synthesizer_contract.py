"""What every synthesizer promises, as a class of tests that those of each one inherit."""

from __future__ import annotations

import pickle
from itertools import islice

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from unit_parts import blobs, refused

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers import Made, Synthesizer

CLASSES = ("a", "b", "c")


def known(pool, y, labeled, *, classes=CLASSES, model="fitted", seed=0):
    """What is known when people labeled those of `pool` at `labeled`; `y` is the whole truth."""
    labeled = np.sort(np.asarray(labeled, dtype=int))
    if model == "fitted":
        model = LogisticRegression().fit(pool.features[labeled], y[labeled])
    return Context(
        pool=pool,
        classes=classes,
        candidates=np.setdiff1d(np.arange(len(pool)), labeled),
        labeled=labeled,
        labels=y[labeled],
        model=model,
        seed=(seed,),
    )


def of_features(n=60, n_labeled=30, **arguments):
    """What is known about a pool of features only, of three classes in turn."""
    X, y = blobs(n, len(CLASSES))
    # every second item is labeled, so that a position is not its place among the labeled
    return known(Pool(X, **arguments), y, np.arange(1, 2 * n_labeled, 2))


class SynthesizerContract:
    """What every synthesizer promises.

    A subclass overrides the two fixtures. Parents are some of the labeled items; where a
    synthesizer makes nothing of some of them it passes over these.
    """

    @pytest.fixture
    def synthesizer(self):
        raise NotImplementedError

    @pytest.fixture
    def context(self):
        return of_features()

    @pytest.fixture
    def parents(self, context):
        """Labeled items of every class, in no order, one of them twice."""
        some = np.random.default_rng(1).permutation(context.labeled)[:12]
        return np.append(some, some[2])

    @pytest.fixture
    def made(self, synthesizer, context, parents):
        made = make(synthesizer, context, parents)
        assert made, "the contract says nothing about a synthesizer that makes nothing"
        return made

    def test_it_is_a_synthesizer(self, synthesizer):
        assert isinstance(synthesizer, Synthesizer)

    def test_it_names_its_recipes(self, synthesizer):
        assert isinstance(synthesizer.recipes, tuple)
        assert synthesizer.recipes
        assert all(isinstance(name, str) and name for name in synthesizer.recipes)
        assert len(set(synthesizer.recipes)) == len(synthesizer.recipes)

    def test_every_item_tells_how_it_was_made(self, made):
        assert all(isinstance(one, Made) for one in made)
        assert all(isinstance(one.recipe, str) and one.recipe for one in made)

    def test_the_same_generator_makes_the_same_items_bit_for_bit(
        self, synthesizer, context, parents, made
    ):
        assert fingerprints(made) == fingerprints(make(synthesizer, context, parents))

    def test_another_generator_makes_other_items(self, synthesizer, context, parents, made):
        assert fingerprints(made) != fingerprints(make(synthesizer, context, parents, seed=8))

    def test_it_makes_an_item_at_most_for_each_parent_in_their_order(self, parents, made):
        rest = iter(parents.tolist())
        for one in made:
            assert one.parents[0] in rest, "it is not of a parent that was still to come"

    def test_every_parent_is_labeled(self, context, made):
        labeled = set(context.labeled.tolist())
        for one in made:
            assert isinstance(one.parents, tuple)
            assert one.parents
            assert all(isinstance(parent, int) for parent in one.parents)
            assert set(one.parents) <= labeled

    def test_rows_can_follow_those_of_the_pool(self, context, made):
        rows = [one.row for one in made]
        assert all(isinstance(row, np.ndarray) for row in rows)
        assert {row.shape for row in rows} == {(context.pool.n_features,)}
        assert np.isfinite(np.stack(rows)).all()
        pool = context.pool.fork()
        n = len(pool)
        pool.grow([f"made {i}" for i in range(len(made))], rows, [one.content for one in made])
        assert len(pool) == n + len(made)
        assert pool.content.card(n)["kind"]

    def test_a_label_is_one_that_the_parents_have(self, context, made):
        for one in made:
            assert one.label is None or isinstance(one.label, int)
            assert one.label is None or one.label in classes_of(context, one.parents)

    def test_shares_sum_to_one_and_are_of_classes_of_the_parents(self, context, made):
        for one in made:
            if one.shares is None:
                continue
            assert len(one.shares) == len(context.classes)
            assert sum(one.shares) == pytest.approx(1)
            assert min(one.shares) >= 0
            assert set(np.flatnonzero(one.shares)) <= classes_of(context, one.parents)
            assert one.label is None or one.shares[one.label] == max(one.shares)

    def test_what_is_offered_instead_is_a_real_item(self, context, made):
        offered = [one.nearest for one in made if one.nearest is not None]
        assert all(isinstance(position, int) for position in offered)
        assert all(0 <= position < len(context.pool) for position in offered)

    def test_each_recipe_can_be_asked_for_by_its_number(self, synthesizer, context, parents):
        for number in range(len(synthesizer.recipes)):
            first = make(synthesizer, context, parents, recipe=number)
            again = make(synthesizer, context, parents, recipe=number)
            assert first
            assert fingerprints(first) == fingerprints(again)

    @pytest.mark.parametrize("beyond", [-1, 0, 1000])
    def test_it_refuses_a_recipe_that_it_does_not_have(self, synthesizer, context, parents, beyond):
        number = beyond if beyond < 0 else len(synthesizer.recipes) + beyond
        with refused(InvalidInput, "recipe", str(number), ""):
            make(synthesizer, context, parents, recipe=number)

    def test_it_refuses_a_parent_that_is_not_labeled(self, synthesizer, context):
        stranger = int(context.candidates[0])
        with refused(InvalidInput, "labeled", str(stranger), ""):
            make(synthesizer, context, np.array([context.labeled[0], stranger]))

    def test_of_no_parents_it_makes_nothing(self, synthesizer, context):
        assert make(synthesizer, context, np.empty(0, dtype=int)) == []

    def test_it_changes_nothing_that_it_is_given(self, synthesizer, context, parents):
        before = state_of(context, parents)
        make(synthesizer, context, parents)
        assert state_of(context, parents) == before

    def test_arrays_that_cannot_be_written_are_enough(self, synthesizer, context, parents):
        for array in (context.candidates, context.labeled, context.labels, parents):
            array.flags.writeable = False
        if isinstance(context.pool.features, np.ndarray):
            context.pool.features.flags.writeable = False
        assert make(synthesizer, context, parents)

    def test_it_keeps_nothing_between_two_calls(self, synthesizer, context, parents):
        before = pickle.dumps(synthesizer)
        make(synthesizer, context, parents)
        assert pickle.dumps(synthesizer) == before

    def test_items_are_made_one_at_a_time(self, synthesizer, context, parents):
        making = synthesizer.make(context, parents, np.random.default_rng(7))
        assert iter(making) is making
        first = list(islice(making, 1))
        assert fingerprints(first) == fingerprints(make(synthesizer, context, parents)[:1])

    def test_it_can_be_sent_to_another_process(self, synthesizer, context, parents, made):
        copy = pickle.loads(pickle.dumps(synthesizer))
        assert repr(copy) == repr(synthesizer)
        assert fingerprints(make(copy, context, parents)) == fingerprints(made)

    def test_its_repr_shows_what_it_is(self, synthesizer):
        shown = repr(synthesizer)
        assert shown.startswith(type(synthesizer).__name__ + "(")
        assert shown.endswith(")")
        assert " object at 0x" not in shown


def make(synthesizer, context, parents, *, seed=7, recipe=None):
    """All that a synthesizer makes of the parents."""
    return list(synthesizer.make(context, parents, np.random.default_rng(seed), recipe))


def classes_of(context, positions):
    """The classes of labeled items."""
    return set(context.labels[np.searchsorted(context.labeled, positions)].tolist())


def fingerprints(made):
    """All that there is to an item, in a form that can be compared bit for bit."""
    return [
        (
            one.parents,
            one.row.dtype.str,
            one.row.tobytes(),
            one.recipe,
            one.label,
            one.shares,
            _bits(one.content),
            one.nearest,
        )
        for one in made
    ]


def state_of(context, parents):
    """All of a context that a synthesizer could change."""
    pool = context.pool
    features = pool.features
    features = features.toarray() if hasattr(features, "toarray") else features
    contents = [_bits(pool.content[position]) for position in range(len(pool))]
    arrays = (features, context.candidates, context.labeled, context.labels, parents)
    return (len(pool), contents, [np.array(array).tobytes() for array in arrays])


def _bits(content):
    if isinstance(content, np.ndarray):
        return content.dtype.str, content.shape, content.tobytes()
    if hasattr(content, "getbands"):  # a PIL image
        return content.mode, content.size, content.tobytes()
    if hasattr(content, "items"):
        return {str(name): repr(value) for name, value in content.items()}
    return repr(content)
