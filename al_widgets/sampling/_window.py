"""Which items of a window to ask about: those that a strategy would choose if they were a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.context import Context
from al_widgets.pool import Pool

if TYPE_CHECKING:
    from al_widgets.strategies import Strategy


def choose(
    features: Any, candidates: np.ndarray, n: int, strategy: Strategy, about: Context
) -> np.ndarray:
    """Choose among items that came in a row, as if they and the answered ones were a pool.

    Parameters
    ----------
    features : array or sparse matrix of shape (n_items, n_features)
        Of all items of the window; those that are no candidates count as what is to be represented.
    candidates : ndarray of shape (n_candidates,), int
        Offsets of items that may be asked about, more than `n`.
    n : int
        How many to choose.
    strategy : Strategy
        Chooses.
    about : Context
        What is known: of its pool only the answered items are looked at.

    Returns
    -------
    ndarray of shape (n,), int
        Offsets, ascending.
    """
    known = about.pool.features[about.labeled]
    n_known = known.shape[0]
    pool = Pool(_below(known, features) if n_known else features)
    context = Context(
        pool=pool,
        classes=about.classes,
        candidates=candidates + n_known,
        labeled=np.arange(n_known),
        labels=about.labels,
        model=about.model,
        seed=about.seed,
    )
    query = strategy.select(context, n)
    positions = np.array([pool.position(item) for item in query], dtype=int)
    return np.asarray(np.sort(positions) - n_known)


def _below(known: Any, features: Any) -> Any:
    if hasattr(features, "tocsr"):
        from scipy import sparse  # noqa: PLC0415 - only where there are some

        return sparse.vstack([known, features], format="csr")
    return np.vstack([known, features])
