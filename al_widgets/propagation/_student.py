"""A model that learns from all labels, given and propagated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.fitting import name_of, seeded_copy, weight_name
from al_widgets.propagation._made import synthetic_items
from al_widgets.propagation._mixing import weighed
from al_widgets.shares import mcnemar

if TYPE_CHECKING:
    from al_widgets.propagation._made import Told
    from al_widgets.propagation._result import Propagation


_CHANCE = 0.05  # from this probability on a difference may be chance


@dataclass(frozen=True, slots=True)
class Student:
    """An estimator that was trained on every label, and what that brought.

    Attributes
    ----------
    model : classifier
        Trained on all answers, all propagated labels that are not withheld, and the synthesized
        items whose label stands.
    n_answers, n_propagated, n_made : int
        How many labels of each kind it learned from: given, spread, and of synthesized items.
    weighted : bool
        Whether the confidence of each label weighed; some estimators take no weights.
    n_validation : int
        Validation answers. The figures below come from two more trainings, which knew none.
    n_right, n_right_alone : int
        How many of them a copy got right that learned from all labels, and one that learned from
        the answers alone. The synthesized items are with both, so that nothing but the propagated
        labels tells them apart; whether synthesis helped is another question.
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
    n_made: int = 0

    @property
    def helped(self) -> bool | None:
        """Whether the propagated labels helped; None without validation answers."""
        return self.n_right > self.n_right_alone if self.n_validation else None

    @property
    def summary(self) -> str:
        """What was learned, and whether it helped, in a sentence."""
        answers = f"{self.n_answers:,} answers"
        alone = "the answers"
        if self.n_made:
            answers += f", {synthetic_items(self.n_made)}"
            alone += " and the synthetic items"
        words = (
            f"{name_of(self.model)} learned from {answers} and "
            f"{self.n_propagated:,} propagated labels"
        )
        if not self.n_validation:
            return f"{words}; whether that helped is not known without validation answers."
        return (
            f"{words}; {self._verdict}: right on {self.n_right} of {self.n_validation} validation "
            f"answers, on {self.n_right_alone} when it learned from {alone} alone."
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
    kept = np.flatnonzero(~propagation.is_withheld & ~propagation.is_made)
    everything, named = (propagation.label, propagation.confidence), np.array(propagation.classes)
    model, weighted = _fit_all(
        propagation, estimator, kept, everything, told=propagation.told, named=named
    )
    n_propagated = int(propagation.is_propagated[kept].sum())
    n_answers = len(kept) - n_propagated
    student = Student(model, n_answers, n_propagated, weighted, n_made=propagation.n_made)
    if not propagation.validates.any():
        return student
    return replace(student, **_measured(propagation, estimator))


def _measured(propagation: Propagation, estimator: Any) -> dict[str, Any]:
    """Return how many validation answers there are and are right, with propagated labels or not.

    Nothing that is compared here has seen a validation answer.
    """
    from al_widgets.propagation._propagating import labeled  # noqa: PLC0415 - a cycle else

    validation = propagation.answered[propagation.validates]
    told = propagation.told.without(validation)
    known, seeds = told.seeds()
    if len(known) < 2:
        return {}
    belief, _ = weighed(propagation.ground, seeds, told.descent)
    label, confidence = labeled(propagation.ground, seeds, belief)
    everything = known[label]
    told.settle(everything, confidence)
    kept = np.flatnonzero((confidence >= propagation.threshold) & ~propagation.is_made)
    with_all, _ = _fit_all(propagation, estimator, kept, (everything, confidence), told=told)
    if weight_name(estimator) is None:
        told = told.whole()
    alone, _ = _fit(propagation, estimator, told.positions, told.labels, told.weights)
    X = propagation.pool.features[validation]
    truth = propagation.given[propagation.validates]
    right, right_alone = (model.predict(X) == truth for model in (with_all, alone))
    gained, lost = int((right & ~right_alone).sum()), int((right_alone & ~right).sum())
    return {
        "n_validation": len(truth),
        "n_right": int(right.sum()),
        "n_right_alone": int(right_alone.sum()),
        "p_value": mcnemar(gained, lost),
    }


def _fit_all(
    propagation: Propagation,
    estimator: Any,
    kept: np.ndarray,
    everything: tuple[np.ndarray, np.ndarray],
    *,
    told: Told,
    named: np.ndarray | None = None,
) -> tuple[Any, bool]:
    """Return a copy that is trained on real items by their confidence, and on what was made."""
    label, confidence = everything
    if weight_name(estimator) is None:
        told = told.whole()  # soft labels are for estimators that take weights
    made = told.is_synthetic
    own = np.ones(len(made)) if told.weights is None else told.weights
    positions = np.concatenate([kept, told.positions[made]])
    labels = np.concatenate([label[kept], told.labels[made]])
    weights = np.concatenate([confidence[kept], own[made].astype(confidence.dtype)])
    return _fit(
        propagation, estimator, positions, labels if named is None else named[labels], weights
    )


def _fit(
    propagation: Propagation,
    estimator: Any,
    positions: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray | None,
) -> tuple[Any, bool]:
    """Return a trained copy, and whether it took the weights."""
    model = seeded_copy(estimator, propagation.ground.random_state)
    name = None if weights is None else weight_name(model)
    X = propagation.pool.features[positions]
    model.fit(X, labels, **({} if name is None else {name: weights}))
    return model, name is not None
