"""A model that learns from all labels, given and propagated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.fitting import name_of, seeded_copy
from al_widgets.propagation._mixing import weighed
from al_widgets.propagation._opinions import Seeds

if TYPE_CHECKING:
    from al_widgets.propagation._result import Propagation


_CHANCE = 0.05  # from this probability on a difference may be chance


@dataclass(frozen=True, slots=True)
class Student:
    """An estimator that was trained on every label, and what that brought.

    Attributes
    ----------
    model : classifier
        Trained on all answers and all propagated labels that are not withheld.
    n_answers, n_propagated : int
        How many labels of each kind it learned from.
    weighted : bool
        Whether the confidence of each label weighed; some estimators take no weights.
    n_validation : int
        Validation answers. The figures below come from two more trainings, which knew none.
    n_right, n_right_alone : int
        How many of them a copy got right that learned from all labels, and one that learned from
        the answers alone.
    p_value : float
        How likely chance alone makes the two differ as much (McNemar's exact test, 1947); 1 without
        validation answers.
    """

    model: Any = field(repr=False)
    n_answers: int
    n_propagated: int
    weighted: bool
    n_validation: int = 0
    n_right: int = 0
    n_right_alone: int = 0
    p_value: float = 1.0

    @property
    def helped(self) -> bool | None:
        """Whether the propagated labels helped; None without validation answers."""
        return self.n_right > self.n_right_alone if self.n_validation else None

    @property
    def summary(self) -> str:
        """What was learned, and whether it helped, in a sentence."""
        words = (
            f"{name_of(self.model)} learned from {self.n_answers:,} answers and "
            f"{self.n_propagated:,} propagated labels"
        )
        if not self.n_validation:
            return f"{words}; whether that helped is not known without validation answers."
        return (
            f"{words}; {self._verdict}: right on {self.n_right} of {self.n_validation} validation "
            f"answers, on {self.n_right_alone} when it learned from the answers alone."
        )

    @property
    def _verdict(self) -> str:
        more, may_be_chance = self.n_right - self.n_right_alone, self.p_value > _CHANCE
        if more > 0:
            return "that may have helped, or it is chance" if may_be_chance else "that helped"
        if more < 0:
            return "that may have done harm, or it is chance" if may_be_chance else "that did harm"
        return "that changed nothing"

    def __repr__(self) -> str:
        return f"<Student: {self.summary.removesuffix('.')}>"


def fit_student(propagation: Propagation, estimator: Any) -> Student:
    """Train on all labels; measure on validation answers whether that helps."""
    if isinstance(estimator, type) or not all(
        hasattr(estimator, name) for name in ("fit", "predict", "get_params")
    ):
        raise InvalidInput(
            "an estimator is a scikit-learn classifier",
            repr(estimator),
            "Pass an instance, for example sklearn.svm.SVC()",
        )
    kept = np.flatnonzero(~propagation.is_withheld)
    labels, weights = propagation.label[kept], propagation.confidence[kept]
    named = np.array(propagation.classes)
    model, weighted = _fit(propagation, estimator, kept, named[labels], weights)
    n_propagated = int(propagation.is_propagated[kept].sum())
    measured = _measured(propagation, estimator) if propagation.validates.any() else ()
    return Student(model, len(kept) - n_propagated, n_propagated, weighted, *measured)


def _measured(propagation: Propagation, estimator: Any) -> tuple[Any, ...]:
    """Return how many validation answers there are and are right, with propagated labels or not.

    Nothing that is compared here has seen a validation answer.
    """
    from al_widgets.propagation._propagating import labeled  # noqa: PLC0415 - a cycle else

    validates = propagation.validates
    train, given = propagation.answered[~validates], propagation.given[~validates]
    known, labels = np.unique(given, return_inverse=True)
    if len(known) < 2:
        return ()
    seeds = Seeds(train, labels, len(known))
    belief, _ = weighed(propagation.ground, seeds)
    label, confidence = labeled(propagation.ground, seeds, belief)
    everything = known[label]
    everything[train], confidence[train] = given, 1
    kept = np.flatnonzero(confidence >= propagation.threshold)
    with_all, _ = _fit(propagation, estimator, kept, everything[kept], confidence[kept])
    alone, _ = _fit(propagation, estimator, train, given, None)
    X = propagation.pool.features[propagation.answered[validates]]
    truth = propagation.given[validates]
    right, right_alone = (model.predict(X) == truth for model in (with_all, alone))
    gained, lost = int((right & ~right_alone).sum()), int((right_alone & ~right).sum())
    return len(truth), int(right.sum()), int(right_alone.sum()), _p_value(gained, lost)


def _p_value(gained: int, lost: int) -> float:
    from scipy.stats import binomtest  # noqa: PLC0415

    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def _fit(
    propagation: Propagation,
    estimator: Any,
    positions: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray | None,
) -> tuple[Any, bool]:
    """Return a trained copy, and whether it took the weights."""
    model = seeded_copy(estimator, propagation.ground.random_state)
    name = None if weights is None else _weight_name(model)
    X = propagation.pool.features[positions]
    model.fit(X, labels, **({} if name is None else {name: weights}))
    return model, name is not None


def _weight_name(model: Any) -> str | None:
    """Return the name under which `fit` takes weights; None if it takes none."""
    from sklearn.utils.validation import has_fit_parameter  # noqa: PLC0415

    if hasattr(model, "steps"):
        step, last = model.steps[-1]
        return f"{step}__sample_weight" if has_fit_parameter(last, "sample_weight") else None
    return "sample_weight" if has_fit_parameter(model, "sample_weight") else None
