"""Query by committee: ask where models that learned the same answers disagree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.fitting import require_classifier, train
from al_widgets.strategies._base import most_useful, require_count
from al_widgets.strategies._random import Random
from al_widgets.strategies._uncertainty import entropy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from al_widgets.context import Context
    from al_widgets.query import Query


def vote_entropy(probas: np.ndarray) -> np.ndarray:
    """Return the entropy of the members' votes in nats, between 0 and log(n_members).

    Parameters
    ----------
    probas : ndarray of shape (n_members, n, n_classes)
        What each member says; rows sum to 1. It votes for its likeliest class.

    Notes
    -----
    Dagan, Engelson, *Committee-Based Sampling for Training Probabilistic Classifiers*, 1995.

    Examples
    --------
    >>> vote_entropy(np.array([[[0.9, 0.1], [0.9, 0.1]], [[0.2, 0.8], [0.6, 0.4]]])).round(3) + 0
    array([0.693, 0.   ])
    """
    votes = probas.argmax(axis=2)
    shares = np.stack([(votes == k).mean(axis=0) for k in range(probas.shape[2])], axis=1)
    return entropy(shares)


def consensus_kl(probas: np.ndarray) -> np.ndarray:
    """Return how far the members are from their mean, as a divergence in nats, at least 0.

    Parameters
    ----------
    probas : ndarray of shape (n_members, n, n_classes)
        What each member says; rows sum to 1.

    Notes
    -----
    McCallum, Nigam, *Employing EM and Pool-Based Active Learning for Text Classification*, 1998:
    the mean Kullback-Leibler divergence to the consensus, which is the entropy of the mean less the
    mean of the entropies. It prefers items of which the members are sure but not of the same class:
    often outliers, where a linear model goes far beyond what it has seen.

    Examples
    --------
    >>> consensus_kl(np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]])).round(3) + 0
    array([0.693, 0.   ])
    """
    within = np.mean([entropy(proba) for proba in probas], axis=0)
    return np.asarray(np.maximum(entropy(probas.mean(axis=0)) - within, 0))


MEASURES = {"consensus_kl": consensus_kl, "vote_entropy": vote_entropy}


class QueryByCommittee:
    """Ask about the items on which a committee of models disagrees most.

    Until there is a model the choice is random.

    Parameters
    ----------
    committee : sequence of classifiers, optional
        Copies of them are trained on all answers. When None, `n_members` copies of the learner's
        model are trained, each on a bootstrap sample of the answers.
    n_members : int
        Size of a committee of copies; at least 2.
    measure : {"vote_entropy", "consensus_kl"}
        How disagreement is measured; see the functions of these names.

    Notes
    -----
    Seung, Opper, Sompolinsky, *Query by Committee*, 1992; with bootstrap samples, Abe, Mamitsuka,
    *Query Learning Strategies Using Boosting and Bagging*, 1998.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.naive_bayes import GaussianNB
    >>> QueryByCommittee([LogisticRegression(), GaussianNB()], measure="consensus_kl")
    QueryByCommittee([LogisticRegression(), GaussianNB()], measure='consensus_kl')
    """

    def __init__(
        self,
        committee: Sequence[Any] | None = None,
        n_members: int = 5,
        measure: str = "vote_entropy",
    ) -> None:
        self.committee = None if committee is None else _checked(committee)
        self.n_members = require_count("n_members", n_members, least=2)
        if measure not in MEASURES:
            raise InvalidInput(
                f"measure must be one of {sorted(MEASURES)}",
                repr(measure),
                'Pass measure="vote_entropy"',
            )
        self.measure = measure

    def select(self, context: Context, batch_size: int) -> Query:
        """Return the candidates with the largest disagreement, the largest first."""
        context.require(batch_size)
        if not can_train(context):
            return Random().select(context, batch_size)
        rng = context.rng
        if self.committee is None:
            members = bootstrapped(context, self.n_members, rng)
        else:
            members = _trained(context, self.committee, rng)
        measure = MEASURES[self.measure]
        opinions = [replace(context, model=m).proba_chunks(context.candidates) for m in members]
        parts = [measure(np.stack(probas)) for probas in zip(*opinions, strict=True)]
        utilities = np.concatenate([np.empty(0), *parts])
        best = most_useful(utilities, batch_size, rng)
        return context.query(context.candidates[best], utilities[best], "committee")

    def __repr__(self) -> str:
        who = f"n_members={self.n_members}" if self.committee is None else repr(self.committee)
        return f"QueryByCommittee({who}, measure={self.measure!r})"


def can_train(context: Context) -> bool:
    """Whether there is a model, and answers of two classes that a copy of it could learn."""
    return context.model is not None and len(np.unique(context.labels)) > 1


def bootstrapped(context: Context, n_members: int, rng: np.random.Generator) -> list[Any]:
    """Return copies of the model, each trained on answers drawn with replacement."""
    return [
        _copy(context, context.model, _drawn(context.labels, rng), rng) for _ in range(n_members)
    ]


def _trained(context: Context, committee: Sequence[Any], rng: np.random.Generator) -> list[Any]:
    everything = np.arange(len(context.labels))
    return [_copy(context, member, everything, rng) for member in committee]


def _copy(context: Context, estimator: Any, which: np.ndarray, rng: np.random.Generator) -> Any:
    """Return a copy of `estimator`, trained on `which` of the answers."""
    X, y = context.pool.features[context.labeled[which]], context.labels[which]
    return train(estimator, X, y, X[:0], int(rng.integers(2**31))).model


def _drawn(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a bootstrap sample that holds at least two classes, for else nothing is learned."""
    while True:
        drawn = rng.integers(len(labels), size=len(labels))
        if (labels[drawn] != labels[drawn[0]]).any():
            return np.sort(drawn)


def _checked(committee: Sequence[Any]) -> list[Any]:
    if isinstance(committee, str) or not hasattr(committee, "__len__") or len(committee) < 2:
        raise InvalidInput(
            "committee must be a sequence of at least two classifiers",
            repr(committee),
            "Pass several, or None for copies of the learner's own model",
        )
    for member in committee:
        require_classifier(member)
    return list(committee)
