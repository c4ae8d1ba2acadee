"""From the answers to a label for every item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.exceptions import NotEnoughLabels
from al_widgets.propagation._made import MadeAnswer, told
from al_widgets.propagation._mixing import Belief, Checked, believed, mixed, weighed
from al_widgets.propagation._opinions import Ground
from al_widgets.propagation._result import (
    PROPAGATED,
    SYNTHETIC,
    Estimate,
    Propagation,
    check_threshold,
)
from al_widgets.shares import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from al_widgets.pool import Pool
    from al_widgets.propagation._seeds import Seeds


class Answer(NamedTuple):
    """What is known of an item.

    Attributes
    ----------
    label : int
        Position in the classes.
    source : str
        Who said it: "human", "selection", "imported".
    validates : bool
        Whether the item was drawn at random to measure.
    """

    label: int
    source: str = "human"
    validates: bool = False


def propagate(
    pool: Pool,
    classes: tuple[Any, ...],
    answers: Mapping[int, Answer],
    estimator: Any,
    *,
    random_state: int = 0,
    threshold: float = 0.0,
    made: Mapping[int, MadeAnswer] | None = None,
    made_positions: np.ndarray | None = None,
) -> Propagation:
    """Give every item of a pool a label and a confidence, from the answers to some.

    All answers count, also those that validate: the estimate predicts each by others. Labels of
    items that were synthesized are spread as answers are. But nothing is measured on them, and
    where an answer is predicted by others, what was made from that item does not know it either.

    Parameters
    ----------
    pool : Pool
        The items. The neighbors of `pool.geometry` are computed if they were not yet.
    classes : tuple
        What an item can be.
    answers : mapping of int to Answer
        By position; of at least two classes.
    estimator : classifier
        The model whose opinion counts beside those of the graph and the kernel.
    random_state : int
        Its seed.
    threshold : float
        Propagated labels of less confidence are withheld.
    made : mapping of int to MadeAnswer, optional
        By position, the items that were synthesized and whose label stands.
    made_positions : ndarray of int, optional
        All that were synthesized, also those whose label does not stand: nothing is propagated to
        them. Those of `made` when None.

    Returns
    -------
    Propagation

    Raises
    ------
    NotEnoughLabels
        If the answers are not of at least two classes.
    InvalidInput
        If an item is both answered and synthesized, or the shares of a synthesized one are none;
        if they are soft and the estimator takes no weights.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from al_widgets import Pool
    >>> X = np.concatenate([np.zeros((20, 1)), np.ones((20, 1))]) + np.linspace(0, 0.2, 40)[:, None]
    >>> found = propagate(Pool(X), ("low", "high"), {0: Answer(0), 39: Answer(1)},
    ...                   LogisticRegression())
    >>> found
    <Propagation: 38 labels propagated from 2 answers>
    >>> found.to_frame().loc[[3, 30], ["item", "label", "source", "support"]]
       item label      source support
    3     3   low  propagated    (0,)
    30   30  high  propagated   (39,)
    """
    threshold = check_threshold(threshold)
    in_order = [answers[position] for position in sorted(answers)]
    answered = np.array(sorted(answers), dtype=int)
    given = np.array([answer.label for answer in in_order], dtype=int)
    validates = np.array([answer.validates for answer in in_order], dtype=bool)
    require_classes(len(answered), len(np.unique(given)))
    told_of = told(answered, given, made or {}, made_positions, len(pool))
    known, seeds = told_of.seeds()
    ground = Ground(pool, estimator, random_state)
    belief, checked = weighed(ground, seeds, told_of.descent)
    label, confidence = labeled(ground, seeds, belief)
    sources, source = _sources(in_order, answered, told_of.is_made)
    everything = known[label]
    told_of.settle(everything, confidence)
    at = told_of.answers_at(checked)
    return Propagation(
        pool=pool,
        classes=classes,
        label=everything,
        confidence=confidence,
        sources=sources,
        source=source,
        answered=answered,
        given=given,
        out_of_fold=_out_of_fold(checked, at, known, (len(answered), len(classes))),
        estimate=_estimate(checked, seeds, validates[at]),
        mix="; ".join(f"{weight:.0%} {mix}" for mix, weight in _heaviest(belief)),
        threshold=threshold,
        is_made=told_of.is_made,
        ground=ground,
        belief=belief,
        validates=validates,
        told=told_of,
    )


def labeled(ground: Ground, seeds: Seeds, belief: Belief) -> tuple[np.ndarray, np.ndarray]:
    """Return the likeliest class of every item, and how likely it is."""
    proba = believed(belief, mixed(ground, seeds, tuple(belief.weights)))
    return proba.argmax(axis=1), proba.max(axis=1)


def _sources(
    answers: list[Answer], answered: np.ndarray, is_made: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return where labels come from, and the number of that for each item."""
    others = [PROPAGATED, SYNTHETIC] if is_made.any() else [PROPAGATED]
    sources = tuple(dict.fromkeys([*(answer.source for answer in answers), *others]))
    source = np.full(len(is_made), sources.index(PROPAGATED), dtype=np.uint8)
    source[answered] = [sources.index(answer.source) for answer in answers]
    if is_made.any():
        source[is_made] = sources.index(SYNTHETIC)
    return sources, source


def _out_of_fold(
    checked: Checked | None, at: np.ndarray, known: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """Return what the others say of each answer, with a column for each class; NaN if nothing."""
    proba = np.full(shape, np.nan, dtype=np.float32)
    if checked is not None:
        proba[at] = 0
        proba[np.ix_(at, known)] = checked.proba
    return proba


def require_classes(n_answers: int, n_classes: int) -> None:
    """Refuse answers of fewer than two classes."""
    if n_classes < 2:
        raise NotEnoughLabels(
            "labels are propagated from answers of at least two classes",
            f"{n_answers} answers of {n_classes} class" + "es" * (n_classes == 0),
            "Answer some more first",
        )


def _heaviest(belief: Belief) -> list[tuple[Any, float]]:
    return sorted(belief.weights.items(), key=lambda pair: -pair[1])[:3]


def _estimate(checked: Checked | None, seeds: Seeds, measures: np.ndarray) -> Estimate | None:
    """Return how many are right of what was tested and `measures`."""
    if checked is None:
        return None
    right = checked.proba.argmax(axis=1) == seeds.labels[checked.at]
    n, n_right = int(measures.sum()), int(right[measures].sum())
    return Estimate(n_right / n, *wilson(n_right, n), n) if n else None
