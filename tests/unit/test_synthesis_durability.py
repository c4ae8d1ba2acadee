"""What was made is kept whole or not at all, wherever the log is and whenever a kernel dies."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from synthesis_parts import CLASSES, clouds, how, learner_of
from unit_parts import Kernel

import al_widgets as al
from al_widgets.store import LabelStore
from al_widgets.synthesizers import Augment

AT_ONCE = 150  # more than one event holds


def reopened(pool, store):
    return al.ActiveLearner(pool, CLASSES, validation=None, budget=30, batch_size=5, store=store)


def make_for_ever(tell, path):
    pool, y = clouds()
    learner = learner_of(pool, y, store=path)
    tell("ready")
    while True:
        learner.synthesize(AT_ONCE, sampling=how())
        tell(len(learner.synthetic))


@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.3])
def test_a_killed_kernel_leaves_all_items_of_a_making_or_none(tmp_path, seconds):
    kernel = Kernel(make_for_ever, tmp_path / "log.sqlite")
    words = iter(kernel)
    assert next(words) == "ready"
    told = [next(words), next(words)]
    threading.Timer(seconds, kernel.kill).start()
    told += list(words)
    kernel.wait()
    pool, _ = clouds()
    found = reopened(pool, tmp_path / "log.sqlite").synthetic
    assert told[-1] <= len(found)
    assert len(found) % AT_ONCE == 0
    assert set(found["status"]) == {"in use"}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_pictures_come_back_to_the_bit_with_their_features(request, tmp_path, kind):
    where = request.getfixturevalue("postgres_url") if kind == "postgres" else tmp_path / "l.sqlite"
    pixels = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)
    pool = al.Pool(pixels)
    y = np.repeat(CLASSES, 20)
    learner = learner_of(pool, y, store=where)
    assert learner.synthesize(10, sampling=how(Augment())) == 10
    again = reopened(pool, where)
    assert np.array_equal(again.pool.features, learner.pool.features)
    for i in range(40, 50):
        assert np.array_equal(again.pool.content[i], learner.pool.content[i])
        assert again.pool.content[i].dtype == np.uint8
    assert again.synthetic.equals(learner.synthetic)
    assert np.array_equal(
        again.pool.featurize([again.pool.content[45]])[0], again.pool.features[45]
    )


def test_a_learner_in_memory_takes_what_was_made_along_when_it_is_saved(tmp_path):
    pool, y = clouds()
    learner = learner_of(pool, y)
    learner.synthesize(5, sampling=how())
    learner.log.move_to(tmp_path / "saved.sqlite")
    assert isinstance(learner.store, LabelStore)
    assert reopened(pool, tmp_path / "saved.sqlite").synthetic.equals(learner.synthetic)
