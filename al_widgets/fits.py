"""The trainings that stand: the part of the fold that knows which answers each of them saw."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from al_widgets.steps import Steps

if TYPE_CHECKING:
    from al_widgets.events import Fitted, Retracted
    from al_widgets.steps import Taken


class Fits(Steps):
    """Steps, and the trainings that saw them.

    A training stands as long as every answer that it saw does: undo takes the newer ones away, and
    redo brings them back.

    Examples
    --------
    >>> from al_widgets.events import Fitted, Labeled, Retracted
    >>> from al_widgets.steps import Taken
    >>> fits = Fits()
    >>> label = Labeled(annotator="me", item="7", label="cat")
    >>> fits.keep(Taken(1, label))
    >>> fit = {"upto": 1, "n_labels": 1, "spent": 1, "seconds": 0.1, "model": "LogisticRegression"}
    >>> fits.keep_fit(Fitted(annotator="me", **fit))
    >>> len(fits.fits())
    1
    >>> _ = fits.toggle(3, Retracted(annotator="me", target=label.id))
    >>> fits.fits()
    []
    """

    def __init__(self) -> None:
        super().__init__()
        self._fits: list[Fitted] = []
        self._hidden: Counter[str] = Counter()  # fit id -> answers it saw that were undone

    def keep_fit(self, event: Fitted) -> None:
        """Take in a training."""
        self._fits.append(event)
        self._hidden[event.id] += sum(self.stood(taken, event.upto) for taken in self.taken_back())

    def toggle(self, position: int, event: Retracted) -> Taken | None:
        """Take a step back, or put it back; see `Steps`."""
        taken = super().toggle(position, event)
        if taken is not None:
            step = -1 if self.is_standing(taken) else 1
            for fit in self._fits:
                if self.stood(taken, fit.upto):
                    self._hidden[fit.id] += step
        return taken

    def fits(self) -> list[Fitted]:
        """Return the trainings that stand: those that saw no answer which was undone since."""
        return [fit for fit in self._fits if self._hidden[fit.id] == 0]
