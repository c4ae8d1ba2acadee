"""A pool that is forked grows in two ways, and neither knows of the other."""

from __future__ import annotations

import numpy as np
from unit_parts import make_learner, make_pool

from al_widgets import Pool


def test_forks_of_a_pool_that_has_grown_grow_apart():
    pool = Pool(np.eye(3))
    one = pool.fork()
    one.grow(["x"], [[1.0, 2.0, 3.0]], ["first"])
    other = one.fork()
    one.grow(["y"], [[4.0, 4.0, 4.0]], ["of one"])
    other.grow(["z"], [[5.0, 5.0, 5.0]], ["of the other"])
    assert (len(pool), list(one.ids)[3:], list(other.ids)[3:]) == (3, ["x", "y"], ["x", "z"])
    assert (one.content[3], one.content[4], other.content[4]) == ("first", "of one", "of the other")
    assert one.features[4].tolist() == [4, 4, 4]
    assert other.features[4].tolist() == [5, 5, 5]
    assert "z" not in one.ids
    assert one.ids.index("y") == other.ids.index("z") == 4


def test_a_fork_is_the_same_pool_to_a_store_and_shares_its_geometry():
    pool = make_pool()
    fork = pool.fork()
    assert fork.identity == pool.identity
    assert fork.geometry is pool.geometry


def test_what_a_learner_takes_in_does_not_change_the_pool_that_it_was_given():
    pool = make_pool()
    learner = make_learner(pool)
    learner.pool.grow(["new"], pool.features[:1] + 1)
    assert "new" not in pool.ids
    assert len(make_learner(pool).pool) == len(pool)
