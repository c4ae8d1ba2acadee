"""What tests of synthesis share: a pool of two clouds, and a synthesizer that is easy to follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import al_widgets as al
from al_widgets.synthesizers import Made

CLASSES = ("cat", "dog")


def clouds(n: int = 40) -> tuple[al.Pool, np.ndarray]:
    """Two clouds; the items of the second half are dogs."""
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(0, 1, (n // 2, 3)), rng.normal(6, 1, (n - n // 2, 3))])
    return al.Pool(X), np.repeat(CLASSES, [n // 2, n - n // 2])


class Nudge:
    """Moves a parent a little; `change` may spoil what it makes."""

    recipes = ("nudged",)

    def __init__(self, change=lambda made: made, *, fails: bool = False) -> None:
        self.change, self.fails = change, fails

    def make(self, context, parents, rng, recipe=None):  # noqa: ARG002
        if self.fails:
            raise RuntimeError("out of paint")
        for parent in parents:
            row = np.asarray(context.pool.features[parent]) + rng.normal(0, 0.5, 3)
            label = int(context.labels[np.searchsorted(context.labeled, parent)])
            yield self.change(
                Made(parents=(int(parent),), row=row, label=label, recipe="nudged a little")
            )

    def __repr__(self) -> str:
        return "Nudge()"


def spoiled(**changes: object) -> Nudge:
    """A synthesizer all of whose items have these fields instead."""
    return Nudge(lambda made: replace(made, **changes))


def all_labeled(context, n):
    """A target: the labeled items in turn."""
    return np.resize(context.labeled, n)


def learner_of(pool, y, items=(0, 1, 2, 30, 31), **arguments) -> al.ActiveLearner:
    """A learner some of whose items are answered, and trained."""
    arguments = {"validation": None, "budget": 30, "batch_size": 5, **arguments}
    learner = al.ActiveLearner(pool, CLASSES, **arguments)
    for item in items:
        learner.label(str(item), y[item])
    learner.retrain()
    return learner


def how(synthesizer=None, **arguments) -> al.QuerySynthesis:
    """A synthesis that makes what is wanted, without a guard."""
    arguments = {"target": all_labeled, "guard": False, **arguments}
    return al.QuerySynthesis(Nudge() if synthesizer is None else synthesizer, **arguments)
