"""How a synthesis makes items: aimed, made, checked, chosen and guarded; nothing is recorded."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import AlWidgetsError, InvalidInput, NotEnoughLabels
from al_widgets.matrix import as_rows_of
from al_widgets.sampling._aiming import aim
from al_widgets.sampling._gaps import CANDIDATES, chosen
from al_widgets.sampling._guarding import held_back
from al_widgets.synthesizers import Made

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from al_widgets.context import Context
    from al_widgets.sampling._aim import Aim
    from al_widgets.synthesizers import Synthesizer


@dataclass(frozen=True, slots=True)
class Crafted:
    """Items that were made, checked and guarded.

    Attributes
    ----------
    made : tuple of Made
    rows : array of shape (n_items, n_features)
        Their rows, as the pool takes them.
    why : tuple of str
        To what end each was made, in words.
    held : tuple of str
        Why each is to be held back; empty where it is not.
    """

    made: tuple[Made, ...]
    rows: Any
    why: tuple[str, ...]
    held: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.made)

    def some(self, chosen: Sequence[int]) -> Crafted:
        """Return those at these places."""
        return Crafted(
            tuple(self.made[i] for i in chosen),
            self.rows[list(chosen)],
            tuple(self.why[i] for i in chosen),
            tuple(self.held[i] for i in chosen),
        )


def craft(
    context: Context,
    synthesizer: Synthesizer,
    target: Any,
    n: int,
    in_use: np.ndarray,
    *,
    inherits: bool,
) -> Crafted:
    """Make items, check them and look whether they are to be held back.

    Parameters
    ----------
    context : Context
        What is known; items are made from its labeled ones.
    synthesizer : Synthesizer
    target : str or callable
        See `al_widgets.sampling.QuerySynthesis`.
    n : int
        How many at most.
    in_use : ndarray of shape (n_in_use,), int
        The classes of those that were made before and are in use.
    inherits : bool
        Whether each needs a label of its parents.

    Returns
    -------
    Crafted
        Fewer than `n` if no more are wanted or can be made.

    Raises
    ------
    NotEnoughLabels
        If there is nothing to make them from.
    InvalidInput
        If the synthesizer fails, or makes what the pool cannot take.
    """
    if not len(context.labeled):
        raise NotEnoughLabels(
            "items are made from labeled ones", "no label yet", "Answer some first"
        )
    order = np.argsort(context.labeled)  # as synthesizers are promised
    context = replace(context, labeled=context.labeled[order], labels=context.labels[order])
    to_fill = target == "gaps"  # there more are made than are wanted, and the best of them kept
    with _blamed(synthesizer):
        wanted = aim(target, context, synthesizer, CANDIDATES * n if to_fill else n, in_use)
        found = list(_made(context, synthesizer, wanted, inherits=inherits))
    rows = _rows(context, [each for each, _ in found])
    if to_fill and len(found) > n:
        best = chosen(context, rows, n)
        found, rows = [found[int(i)] for i in best], rows[best]
    labels = np.array([-1 if m.label is None else m.label for m, _ in found], dtype=int)
    held = held_back(context, rows, labels, [m.parents for m, _ in found]) if found else []
    return Crafted(
        tuple(each for each, _ in found), rows, tuple(why for _, why in found), tuple(held)
    )


@contextlib.contextmanager
def _blamed(synthesizer: Synthesizer) -> Iterator[None]:
    """Say whose error it is, and that nothing was kept."""
    try:
        yield
    except AlWidgetsError:
        raise
    except Exception as error:
        raise InvalidInput(
            "a synthesizer makes items; nothing was kept of what it made",
            f"{type(error).__name__}: {error} from {synthesizer!r}",
            "Mend it, or choose another",
        ) from error


def _made(
    context: Context, synthesizer: Synthesizer, wanted: Aim, *, inherits: bool
) -> Iterator[tuple[Made, str]]:
    """Yield what the synthesizer makes, recipe by recipe, and to what end."""
    for number, recipe in enumerate(np.unique(wanted.recipe)):
        mine = np.flatnonzero(wanted.recipe == recipe)
        rng = np.random.default_rng([*context.seed, number])
        parents = wanted.parents[mine]
        why = {int(parents[i]): wanted.why[at] for i, at in enumerate(mine)}
        for each in synthesizer.make(context, parents, rng, None if recipe < 0 else int(recipe)):
            _require(each, context, synthesizer, inherits=inherits)
            yield each, why.get(each.parents[0], wanted.why[mine[0]])


def _require(made: Any, context: Context, synthesizer: Synthesizer, *, inherits: bool) -> None:
    """Refuse what must never be kept."""
    if wrong := _wrong(made, context):
        raise InvalidInput(
            "a synthesizer makes items of labeled parents, of a class that these have",
            f"{wrong} from {synthesizer!r}",
            "Mend the synthesizer; nothing was kept of what it made",
        )
    if made.label is None and inherits:
        raise InvalidInput(
            "an item inherits a label only where its synthesizer gives it one",
            f"none from {synthesizer!r}",
            'Have a person say it: QuerySynthesis(..., labeling="ask")',
        )


def _wrong(made: Any, context: Context) -> str:
    """Say what is wrong with an item; empty if nothing is."""
    if not isinstance(made, Made):
        return f"a {type(made).__name__} instead of a Made"
    parents = list(made.parents)
    at = np.searchsorted(context.labeled, parents).clip(max=len(context.labeled) - 1)
    if not parents or not np.array_equal(context.labeled[at], parents):
        return f"the parents {made.parents}, which are not all labeled,"
    theirs = set(context.labels[at].tolist())
    if made.label is not None and made.label not in theirs:
        names = [context.classes[k] for k in sorted(theirs)]
        return f"the class {_name(made.label, context)} from parents of {names}"
    return _wrong_shares(made, theirs, len(context.classes))


def _wrong_shares(made: Made, theirs: set[int], n_classes: int) -> str:
    """Say what is wrong with how far an item is of which class, of those that its parents have."""
    if made.shares is None:
        is_mixed = made.label is not None and len(theirs) > 1
        return "one class from parents of several, without shares" if is_mixed else ""
    shares = np.asarray(made.shares, dtype=float)
    if shares.shape != (n_classes,) or not np.isclose(shares.sum(), 1):
        return f"shares {made.shares} that are no distribution over the classes"
    if (shares < 0).any() or set(np.flatnonzero(shares).tolist()) != theirs:
        return f"shares {made.shares} of other classes than its parents have"
    return ""


def _name(label: Any, context: Context) -> str:
    is_known = isinstance(label, int | np.integer) and 0 <= label < len(context.classes)
    return repr(context.classes[label]) if is_known else repr(label)


def _rows(context: Context, made: list[Made]) -> Any:
    """Return what the model sees of them, as the pool takes it; refuse what it does not."""
    if not made:
        return context.pool.features[:0]
    widths = {np.shape(each.row) for each in made}
    width = context.pool.features.shape[1]
    if widths != {(width,)}:
        raise InvalidInput(
            "an item that is made has a row of the pool's features",
            f"shapes {sorted(map(str, widths))}, {width} features in the pool",
            "Mend the synthesizer, or the pool's featurize; nothing was kept of what it made",
        )
    return as_rows_of(context.pool.features, np.stack([each.row for each in made]))
