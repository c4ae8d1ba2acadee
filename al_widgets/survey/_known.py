"""What a survey holds: arrays of what is known of the items of a pool at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from al_widgets.coverage import Coverage


@dataclass(frozen=True, slots=True, eq=False)
class GivenLabels:
    """The labels that stand, one for each item and annotator, in the order of answering.

    Those of items that were made are not among them: see `MadeItems`.

    Attributes
    ----------
    positions : ndarray of shape (n_labels,), int64
        The item of each.
    labels : ndarray of shape (n_labels,), int64
        Its class, as a position in the classes.
    annotators : tuple of str
        The names of those who answered, sorted.
    annotator : ndarray of shape (n_labels,), int64
        Who answered, as a position in `annotators`.
    held_out : ndarray of shape (n_labels,), bool
        Whether it validates, and no model learns from it.
    is_selection : ndarray of shape (n_labels,), bool
        Whether it was given to a whole selection at once.
    times : ndarray of shape (n_labels,), float
        Seconds since 1970 (UTC).
    """

    positions: np.ndarray
    labels: np.ndarray
    annotators: tuple[str, ...]
    annotator: np.ndarray
    held_out: np.ndarray
    is_selection: np.ndarray
    times: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class LabeledItems:
    """The items that have a label, each once, in the order of the pool; none that was made.

    Attributes
    ----------
    positions : ndarray of shape (n_labeled,), int64
        Ascending.
    labels : ndarray of shape (n_labeled,), int64
        The class of each; where annotators disagree that of the majority.
    held_out : ndarray of shape (n_labeled,), bool
        Whether it was drawn to validate, and no model learns from its label.
    said : ndarray of shape (n_labeled,), int64
        The class that the last training predicted for it, if its label validates; -1 elsewhere.
    """

    positions: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    said: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)


def _no_numbers() -> np.ndarray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class MadeItems:
    """The items that were made from labeled ones, in the order of the pool.

    They are nobody's items: labels need not represent them, and theirs represent nothing and
    measure nothing, whether they are inherited or a person's word.

    Attributes
    ----------
    positions : ndarray of shape (n_made,), int64
        Ascending.
    labels : ndarray of shape (n_made,), int64
        The class that each has, or would have if it was used; -1 where nobody said.
    in_use : ndarray of shape (n_made,), bool
        Whether models learn from it.
    status : tuple of str
        What became of each, as in `al_widgets.ActiveLearner.synthetic`.
    """

    positions: np.ndarray = field(default_factory=_no_numbers)
    labels: np.ndarray = field(default_factory=_no_numbers)
    in_use: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=bool))
    status: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What is known of every item at one moment.

    Attributes
    ----------
    classes : tuple of str
        The names of the classes.
    position : int
        Of the log, when it was taken.
    model : fitted classifier or None
        Whose predictions these are.
    predicted : ndarray of shape (n_items,), uint8, or uint16 from 256 classes
        The likeliest class of each item; `n_classes` where there is no model.
    uncertainty : ndarray of shape (n_items,), uint8
        255 times 1 - the lead of the likeliest class over the next one; 255 where there is no
        model.
    answers : GivenLabels
        The labels that stand, in the order of answering.
    labeled : LabeledItems
        The items that they are of.
    validates_outside : bool
        Whether the model is measured on items that are not in the pool.
    coverage : Coverage or None
        None while the groups of near neighbors are not known.
    groups : ndarray of shape (n_items,), int32, or None
        The group of each item: ``pool.geometry.variations`` itself, or None while that is not
        known.
    confidence : ndarray of shape (n_known,), float32, or None
        Of the labels that were propagated last; of fewer items if some came since. None before.
    made : MadeItems
        The items that were made.
    """

    classes: tuple[str, ...]
    position: int
    model: Any
    predicted: np.ndarray
    uncertainty: np.ndarray
    answers: GivenLabels
    labeled: LabeledItems
    validates_outside: bool
    coverage: Coverage | None
    groups: np.ndarray | None
    confidence: np.ndarray | None = None
    made: MadeItems = field(default_factory=MadeItems)

    @property
    def n_items(self) -> int:
        """Number of items of the pool."""
        return len(self.predicted)

    def __repr__(self) -> str:
        model = "a model" if self.model is not None else "no model"
        return f"<Survey of {self.n_items:,} items: {len(self.labeled):,} labeled, {model}>"
