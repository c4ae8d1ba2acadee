from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit_parts import refused

from al_widgets import Pool
from al_widgets.context import Context
from al_widgets.exceptions import InvalidInput, NotEnoughLabels
from al_widgets.sampling._aim import DRAWN
from al_widgets.sampling._aiming import aim
from al_widgets.sampling._gaps import chosen
from al_widgets.synthesizers import Made

CLASSES = ("cat", "dog", "eel")


class Moving:
    """Adds a step to a row of features; the recipes are the steps."""

    def __init__(self, *steps):
        self.steps = np.array(steps, dtype=float)
        self.made = 0

    @property
    def recipes(self):
        return tuple(f"by {step.tolist()}" for step in self.steps)

    def make(self, context, parents, rng, recipe=None):
        for parent in parents.tolist():
            self.made += 1
            which = int(rng.integers(len(self.steps))) if recipe is None else recipe
            row = context.pool.features[parent] + self.steps[which]
            yield Made(parents=(parent,), row=row, recipe=self.recipes[which])


def of_labels(counts, seed=0, pool=None):
    """What is known when so many items of each class are labeled."""
    labels = np.repeat(np.arange(len(counts)), counts)
    pool = pool or Pool(np.random.default_rng(seed).normal(size=(len(labels) + 20, 3)))
    return Context(
        pool=pool,
        classes=CLASSES,
        candidates=np.arange(len(labels), len(pool)),
        labeled=np.arange(len(labels)),
        labels=labels,
        seed=(seed,),
    )


@pytest.fixture
def half_seen():
    """Two classes side by side, in the light, which are labeled, and in the dark, far to the right.

    The first coordinate is the light, the second the class. All in the dark seem to be cats.
    """
    rng = np.random.default_rng(0)
    middles = np.array([[0, 0], [0, 6], [40, 0], [40, 6]])
    X = np.repeat(middles, 40, axis=0) + rng.normal(0, 0.5, (160, 2))
    labeled = np.arange(20, 60)

    class CatsInTheDark:
        classes_ = np.array([0, 1])

        def predict_proba(self, X):
            cat = ((X[:, 1] < 3) | (X[:, 0] > 20)).astype(float)
            return np.column_stack([cat, 1 - cat])

    return Context(
        pool=Pool(X),
        classes=("cat", "dog"),
        candidates=np.setdiff1d(np.arange(160), labeled),
        labeled=labeled,
        labels=(labeled >= 40).astype(int),
        model=CatsInTheDark(),
    )


# -- balance -----------------------------------------------------------------------------------


def test_classes_are_brought_to_the_count_of_the_largest():
    wanted = aim("balance", of_labels([4, 20, 7]), None)
    made = np.bincount(np.searchsorted([4, 24], wanted.parents, side="right"), minlength=3)
    assert made.tolist() == [16, 0, 13]
    assert set(wanted.recipe) == {DRAWN}
    assert set(wanted.why) == {"cat has 4 labels, dog 20", "eel has 7 labels, dog 20"}


def test_the_shortest_class_comes_first_until_it_has_as_many_as_the_next():
    wanted = aim("balance", of_labels([2, 9, 4]), None, 6)
    first, rest = wanted.parents[:2], wanted.parents[2:]
    assert (first < 2).all()
    assert sorted(np.digitize(rest, [2, 11])) == [0, 0, 2, 2]


def test_what_stands_already_counts():
    wanted = aim("balance", of_labels([4, 6, 6]), None, made_labels=np.array([0, 0]))
    assert len(wanted) == 0
    wanted = aim("balance", of_labels([1, 3, 3]), None, made_labels=np.array([0]))
    assert wanted.why == ("cat has 1 label and 1 synthetic item, dog 3",)


def test_a_class_without_labels_is_passed_over():
    wanted = aim("balance", of_labels([2, 3, 0]), None)
    assert wanted.parents.tolist() in ([0], [1])


@given(st.tuples(*[st.integers(0, 30)] * 3), st.integers(0, 60), st.integers(0, 3))
@settings(deadline=None)
def test_parents_are_used_alike_and_n_is_kept(counts, n, seed):
    context = of_labels(counts, seed)
    wanted = aim("balance", context, None, n)
    missing = sum(max(counts) - count for count in counts if count)
    assert len(wanted) == len(wanted.recipe) == len(wanted.why) == min(n, missing)
    for k, count in enumerate(counts):
        own = context.labeled[context.labels == k]
        times = np.bincount(wanted.parents, minlength=sum(counts) + 1)[own]
        assert not count or times.max() - times.min() <= 1


@pytest.mark.parametrize("target", ["balance", "gaps", "boundary"])
def test_the_same_seed_aims_the_same(half_seen, target):
    synthesizer = Moving([10, 0], [20, 0], [0, -1])
    one, same = (aim(target, half_seen, synthesizer, 30) for _ in range(2))
    np.testing.assert_array_equal(one.parents, same.parents)
    np.testing.assert_array_equal(one.recipe, same.recipe)
    assert one.why == same.why


# -- gaps --------------------------------------------------------------------------------------


def test_recipes_that_lead_to_uncovered_places_are_chosen(half_seen):
    wanted = aim("gaps", half_seen, Moving([-30, 0], [30, 0], [0, -0.2], [0, -40]), 40)
    assert set(wanted.recipe.tolist()) <= {1, 2}
    assert (wanted.recipe == 1).sum() >= 20


def test_all_classes_are_moved_there_alike_whatever_the_model_thinks_it_finds(half_seen):
    wanted = aim("gaps", half_seen, Moving([30, 0]), 40)
    is_dog = wanted.parents >= 40
    assert is_dog.sum() == 20
    assert len(np.unique(wanted.parents)) == 40
    assert "probably cat" in wanted.why[0]
    assert ", and this recipe leads" in wanted.why[0]


def test_nothing_is_made_where_no_recipe_leads_nearer(half_seen):
    assert len(aim("gaps", half_seen, Moving([-5, 0]), 40)) == 0


def test_nothing_is_made_where_all_is_covered(half_seen):
    everywhere = np.arange(0, 160, 2)
    covered = replace(half_seen, labeled=everywhere, labels=np.arange(80) % 2)
    assert len(aim("gaps", covered, Moving([30, 0]), 40)) == 0


def test_few_items_are_made_on_trial_however_many_recipes_there_are(half_seen):
    synthesizer = Moving(*([step, 0] for step in range(400)))
    assert len(aim("gaps", half_seen, synthesizer, 10)) == 10
    assert synthesizer.made <= 240


def test_a_recipe_that_makes_nothing_is_not_used(half_seen):
    class Choosy(Moving):
        def make(self, context, parents, rng, recipe=None):
            yield from () if recipe == 0 else super().make(context, parents, rng, recipe)

    assert set(aim("gaps", half_seen, Choosy([30, 0], [20, 0]), 10).recipe) == {1}


def test_of_candidates_those_are_chosen_that_cover_what_has_no_label(half_seen):
    rng = np.random.default_rng(1)
    idle = rng.normal([0, 3], 0.5, (30, 2))
    there = np.array([[40.0, 0.0], [40.0, 6.0]])
    rows = np.concatenate([idle, there])
    assert sorted(chosen(half_seen, rows, 2).tolist()) == [30, 31]


def test_no_more_are_chosen_than_there_are(half_seen):
    rows = half_seen.pool.features[:3]
    assert sorted(chosen(half_seen, rows, 9).tolist()) == [0, 1, 2]
    assert len(chosen(half_seen, rows, 0)) == 0


# -- the boundary ------------------------------------------------------------------------------


def test_labeled_items_at_the_border_come_first():
    X = np.array([[0.0], [4.0], [5.0], [9.0], [1.0], [8.0]])
    context = Context(
        pool=Pool(X),
        classes=("low", "high"),
        candidates=np.empty(0, dtype=int),
        labeled=np.arange(6),
        labels=np.array([0, 0, 1, 1, 0, 1]),
    )
    wanted = aim("boundary", context, None, 2)
    assert set(wanted.parents.tolist()) == {1, 2}
    assert set(wanted.why) == {"low lies near high", "high lies near low"}


def test_the_half_that_is_far_from_the_border_is_never_used():
    wanted = aim("boundary", of_labels([10, 10, 0]), None, 100)
    assert len(wanted) == 100
    assert len(np.unique(wanted.parents)) == 10


def test_a_border_needs_two_classes():
    with pytest.raises(NotEnoughLabels, match="between two classes"):
        aim("boundary", of_labels([5, 0, 0]), None, 3)


# -- a function, and what is no target ---------------------------------------------------------


def test_a_function_names_the_parents():
    def the_first(context, n):
        return context.labeled[:1].repeat(n)

    wanted = aim(the_first, of_labels([3, 3, 3]), None, 2)
    assert wanted.parents.tolist() == [0, 0]
    assert wanted.why == ("chosen by the_first",) * 2


@pytest.mark.parametrize(
    ("said", "got"),
    [
        ([0, 99], "position 99"),
        ([0.5], "0.5"),
        (None, "None"),
        ([[0]], "shape"),
        ([0, 0, 0, 0], "4 positions where n=3"),
        (["a"], "'a'"),
        ([True], "True"),
    ],
)
def test_a_function_that_names_something_else_is_refused(said, got):
    with refused(InvalidInput, "labeled items", got, "context.labeled"):
        aim(lambda context, n: said, of_labels([3, 3, 3]), None, 3)  # noqa: ARG005


def test_what_is_no_target_is_refused():
    with refused(InvalidInput, "target is one of", "'gap'", 'Pass target="balance"'):
        aim("gap", of_labels([3, 3, 3]), None, 3)


@pytest.mark.parametrize("n", [-1, 2.5, True])
def test_what_is_no_number_is_refused(n):
    with refused(InvalidInput, "n is a whole number", repr(n), "Pass n=100"):
        aim("balance", of_labels([3, 3, 3]), None, n)


@pytest.mark.parametrize("target", ["balance", "gaps"])
def test_nothing_is_aimed_at_without_labels(target):
    assert len(aim(target, of_labels([0, 0, 0]), Moving([1, 1, 1]), 5)) == 0
