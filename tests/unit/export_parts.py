"""What the tests of export and import are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from al_widgets import Pool
from al_widgets.export import FORMATS, Labels, Row

NASTY = [
    "", " ", "007", "1", "1.0", "NA", "NaN", "None", "null", "true", "=SUM(A1)", "@x", "-1", "a,b",
    'say "hi"', "two\nlines", "two\r\nlines", "\r", "tab\t", "é", "e\u0301", "ß", "SS", "ss",
    "日本", "🐟", "\u202eright", "\u2028", "a/b", "a\\b", "..", ".", ".hidden", "ends.", "ends ",
    "CON", "con.txt", "nul", "cat", "CAT", "Cat", "c%61t", "%", "%63%61%74", "labels.csv",
    "x" * 300, "<b>&amp;</b>", "\ufeff", "#", "~",
]  # fmt: skip

texts = st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8"), max_size=8)
names = texts.filter(bool)


@dataclass(frozen=True)
class Spread:
    """What an export looks at of a propagation."""

    pool: Pool
    classes: tuple[Any, ...]
    label: np.ndarray
    confidence: np.ndarray
    is_propagated: np.ndarray
    threshold: float = 0.0
    made: tuple[int, ...] = ()

    @property
    def is_made(self):
        return np.isin(np.arange(len(self.label)), self.made)

    @property
    def is_withheld(self):
        return self.is_propagated & (self.confidence < self.threshold)


def spread(learner, threshold=0.0, **fields):
    """Every item that has no answer is of the first class, more surely from item to item."""
    n = len(learner.pool)
    answered = learner.labels["item"].map(learner.pool.position).to_numpy(dtype=int)
    given = {
        "pool": learner.pool,
        "classes": learner.classes,
        "label": np.zeros(n, dtype=int),
        "confidence": np.linspace(0, 1, n, dtype=np.float32),
        "is_propagated": ~np.isin(np.arange(n), answered),
        "threshold": threshold,
    }
    return Spread(**{**given, **fields})


def pictures(n=12, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, 6, 5, 3), dtype=np.uint8)


def pool_of(ids, content=None):
    return Pool(np.zeros((len(ids), 1)), content=content, ids=ids)


@st.composite
def answers(draw, content=lambda n: ["text"] * n):
    """Answers on items whose ids and classes are of the worst, as an export gathers them."""
    ids = draw(st.lists(texts, min_size=1, max_size=8, unique=True))
    classes = tuple(draw(st.lists(names, min_size=2, max_size=5, unique=True)))
    row = st.builds(
        Row,
        item=st.sampled_from(ids),
        label=st.sampled_from(classes),
        annotator=names,
        time=st.none() | st.floats(0, 4e9).map(lambda t: round(t, 6)),
        seconds=st.none() | st.floats(0, 1e6),
        source=st.sampled_from(["human", "selection", "imported"]),
        strategy=st.just("") | names,
        round=st.none() | st.integers(0, 10**6),
        confidence=st.just(1.0),
        event=names,
    )
    rows = draw(st.lists(row, max_size=12, unique_by=lambda r: (r.item, r.annotator)))
    labels = {row.item: row.label for row in rows}
    return Labels(pool_of(ids, content(len(ids))), classes, rows, labels, None)


def written_and_read(labels, path, name):
    """Write the labels, and return what is found there."""
    FORMATS[name].write(labels, path)
    return list(FORMATS[name].read(path, labels.pool, labels.names))
