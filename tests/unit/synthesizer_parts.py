"""Pools of mixed columns, and what is known about them, for the tests of several synthesizers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from synthesizer_contract import CLASSES, known, make

from al_widgets import Pool

COLORS = ("blue", "green", "red")


def mixed_rows(n=60, seed=0):
    """Rows of two measurements, a whole number, yes or no, and a color as three indicators."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % len(CLASSES)
    color = rng.integers(3, size=n)
    numbers = rng.normal(size=(n, 2)) + y[:, None]
    years = rng.integers(18, 80, n) + 5 * y
    owns = rng.random(n) < 0.3 + 0.2 * y
    return np.column_stack([numbers, years, owns, np.eye(3)[color]]), y


def of_mixed_columns(n=60, seed=0, as_features=np.asarray):
    """What is known about a pool of mixed columns without content; every second is labeled."""
    X, y = mixed_rows(n, seed)
    return known(Pool(as_features(X)), y, np.arange(1, n, 2), model=None)


def frame(n=60):
    """The same as a table that a person reads."""
    X, y = mixed_rows(n)
    return pd.DataFrame(
        {
            "height": X[:, 0],
            "years": X[:, 2].astype(int),
            "owns": X[:, 3].astype(bool),
            "color": [COLORS[i] for i in X[:, 4:].argmax(axis=1)],
        }
    ), y


def of_a_table(n=60):
    """What is known about a pool that was made of a table."""
    table, y = frame(n)
    return known(Pool(table), y, np.arange(1, n, 2), model=None)


def of_one_class(X, as_features=np.asarray):
    """What is known where all rows are labeled as one class, but the last."""
    y = np.zeros(len(X), dtype=int)
    return known(Pool(as_features(X)), y, np.arange(len(X) - 1), model=None)


def rows_of(made):
    return np.stack([one.row for one in made])


def of_class(context, label):
    """The labeled rows of a class."""
    rows = context.pool.features[context.labeled[context.labels == label]]
    return rows.toarray() if hasattr(rows, "toarray") else rows


def assert_rows_could_stand_in_the_pool(context, made):
    """Of `of_mixed_columns`: within the box of the labeled rows, whole, and of one color."""
    rows = rows_of(made)
    given = context.pool.features[context.labeled]
    assert (rows >= given.min(axis=0)).all()
    assert (rows <= given.max(axis=0)).all()
    assert np.array_equal(rows[:, 2], np.rint(rows[:, 2]))
    assert np.isin(rows[:, 3:], (0, 1)).all()
    assert (rows[:, 4:].sum(axis=1) == 1).all()


def assert_rows_are_in_the_box_of_their_class(context, made):
    for one in made:
        mates = of_class(context, one.label)
        assert (one.row >= mates.min(axis=0)).all()
        assert (one.row <= mates.max(axis=0)).all()


def finite(width=64):
    return st.floats(-1e6, 1e6, width=width, allow_subnormal=False)


@st.composite
def contexts(draw):
    """What is known about a few rows of any numbers, of two classes with two examples each."""
    n, width = draw(st.integers(5, 14)), draw(st.integers(1, 5))
    dtype = draw(st.sampled_from(["float64", "float32", "int64", "uint8", "bool"]))
    values = {
        "float64": finite(),
        "float32": finite(32),
        "int64": st.integers(-(10**6), 10**6),
        "uint8": st.integers(0, 255),
        "bool": st.booleans(),
    }[dtype]
    cells = draw(st.lists(values, min_size=n * width, max_size=n * width))
    y = np.array([0, 0, 1, 1, *draw(st.lists(st.integers(0, 1), min_size=n - 4, max_size=n - 4))])
    X = np.array(cells, dtype=dtype).reshape(n, width)
    return known(Pool(X), y, np.arange(n - 1), classes=("a", "b"), model=None)


def made_of(synthesizer, context, n=40, seed=7):
    """Items of `n` parents drawn from the labeled ones."""
    parents = np.random.default_rng(seed).choice(context.labeled, n)
    return make(synthesizer, context, parents)
