"""Membership query synthesis: new items from labeled ones, where a variation is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.sampling._aiming import TARGETS
from al_widgets.sampling._crafting import craft
from al_widgets.sampling.pool_based import PoolBasedSampling
from al_widgets.synthesizers import Synthesizer

if TYPE_CHECKING:
    from al_widgets.context import Context
    from al_widgets.query import Query
    from al_widgets.sampling._base import Sampling
    from al_widgets.sampling._crafting import Crafted

LABELINGS = ("inherit", "ask")


class QuerySynthesis:
    """Make new items from labeled ones (membership query synthesis; Angluin, 1988).

    Items that inherit the label of their parents train the model and cost nothing; real items are
    asked about meanwhile. Or a person is shown each item that was made, and says what it is. What
    is made never validates, and is told apart in everything that is counted, drawn or exported.

    An item is held back until a person has looked at it if it lies far from all real items, is
    nearly the same as another, or if a model that does not know it is sure that it is of another
    class. When the model is measurably worse with what was made than without, it is not used any
    more, and says so.

    Parameters
    ----------
    synthesizer : Synthesizer
        Makes the items; see `al_widgets.synthesizers`.
    labeling : {"inherit", "ask"}
        Whether an item has its parents' label, or a person is asked for it.
    spend_budget : bool
        Whether a person's label of an item that was made is an answer of the budget.
    target : {"balance", "gaps", "boundary"} or callable
        What they are made for: as many labels of each class; the largest groups of items that no
        label represents; items at the border of two classes. A function
        ``f(context, n) -> positions`` names the labeled items to make them from.
    most : float
        How many items may be in use for each answer, above 0; only where they inherit.
    sampling : Sampling, optional
        Where queries about real items come from meanwhile; ``PoolBasedSampling()`` when None.
    guard : bool
        Whether it switches itself off where it does harm.

    Raises
    ------
    InvalidInput
        If an argument is none of these.

    Examples
    --------
    >>> from al_widgets.synthesizers import Interpolate
    >>> QuerySynthesis(Interpolate(), target="balance")
    QuerySynthesis(Interpolate(k=5), labeling='inherit', target='balance')
    """

    def __init__(
        self,
        synthesizer: Any,
        labeling: str = "inherit",
        spend_budget: bool = False,  # noqa: FBT001, FBT002
        target: Any = "balance",
        *,
        most: float = 4.0,
        sampling: Sampling | None = None,
        guard: bool = True,
    ) -> None:
        _check(synthesizer, labeling, target, most)
        self.synthesizer, self.labeling, self.target = synthesizer, labeling, target
        self.spend_budget, self.most, self.guard = bool(spend_budget), float(most), bool(guard)
        self.sampling = PoolBasedSampling() if sampling is None else sampling

    @property
    def asks(self) -> bool:
        """Whether a person is shown what is made."""
        return self.labeling == "ask"

    @property
    def target_name(self) -> str:
        """What they are made for, as the log keeps it."""
        return str(getattr(self.target, "__name__", self.target))

    def next(self, context: Context, batch_size: int) -> Query:
        """Return what is asked about real items; see the `sampling` parameter."""
        return self.sampling.next(context, batch_size)

    def craft(self, context: Context, n: int, in_use: np.ndarray) -> Crafted:
        """Make at most `n` items, check them and look whether they are to be held back.

        Parameters
        ----------
        context : Context
            What is known; items are made from its labeled ones.
        n : int
        in_use : ndarray of shape (n_in_use,), int
            The classes of those that were made before and are in use.

        Returns
        -------
        Crafted
        """
        synthesizer = self.synthesizer
        if hasattr(synthesizer, "ready_for"):  # what it does depends on the pool
            synthesizer = synthesizer.ready_for(context.pool)
        return craft(context, synthesizer, self.target, n, in_use, inherits=not self.asks)

    def __repr__(self) -> str:
        return (
            f"QuerySynthesis({self.synthesizer!r}, labeling={self.labeling!r}, "
            f"target={self.target_name!r})"
        )


def _check(synthesizer: Any, labeling: Any, target: Any, most: Any) -> None:
    if isinstance(synthesizer, type) or not isinstance(synthesizer, Synthesizer):
        raise InvalidInput(
            "synthesizer must have recipes and make(context, parents, rng, recipe)",
            repr(synthesizer),
            "Pass one of al_widgets.synthesizers, for example Augment()",
        )
    if labeling not in LABELINGS:
        raise InvalidInput('labeling is "inherit" or "ask"', repr(labeling), 'Pass "inherit"')
    if not callable(target) and target not in TARGETS:
        raise InvalidInput(
            f"target is one of {', '.join(map(repr, TARGETS))}, or a function",
            repr(target),
            'Pass target="balance"',
        )
    if isinstance(most, bool) or not isinstance(most, int | float) or not 0 < most < np.inf:
        raise InvalidInput("most is a number above 0", repr(most), "Pass most=4.0")
