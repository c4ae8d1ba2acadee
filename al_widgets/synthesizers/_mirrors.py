"""Whether a picture that is mirrored still shows what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.exceptions import AlWidgetsError
from al_widgets.nearness import nearest_squared
from al_widgets.synthesizers._recipes_places import Flip

if TYPE_CHECKING:
    from al_widgets.pool import Pool

FARTHER = 1.3
"""How much farther mirrored pictures may be from the real ones than these are from each other.

It is 1.07 times on sea creatures and 1.13 on clothes, which are found either way, and 1.73 on
digits, which are not.
"""

_FEWEST, _TRIED, _REFERENCE = 30, 150, 4_000


def may_be_mirrored(pool: Pool) -> bool:
    """Whether mirrored pictures lie among those of a pool, by a sample of them.

    Parameters
    ----------
    pool : Pool
        Of pictures. Where it is small, or makes no features of them, the answer is no.
    """
    n = pool.n_given
    if n < _FEWEST:
        return False
    rng = np.random.default_rng(0)
    tried = np.sort(rng.permutation(n)[: min(_TRIED, n // 2)])
    others = np.setdiff1d(np.arange(n), tried)
    others = np.sort(rng.permutation(others)[:_REFERENCE])
    try:
        made = pool.featurize([Flip()(pool.content[int(i)], rng) for i in tried])
    except AlWidgetsError:  # whoever makes items of it is told why
        return False
    geometry = pool.geometry
    theirs = geometry.rows(others)
    mirrored = nearest_squared(geometry.scaling.transform(made, by_direction=True), theirs)
    usual = nearest_squared(geometry.rows(tried), theirs)
    ratio = np.sqrt(mirrored / np.maximum(usual, 1e-12))
    return bool(np.median(ratio) <= FARTHER)
