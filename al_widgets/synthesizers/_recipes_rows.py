"""The ready recipe for rows: numbers move a little, in the scale of their column."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Number
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets._items import spread_sample
from al_widgets.exceptions import InvalidInput
from al_widgets.matrix import dense
from al_widgets.synthesizers._recipe import Recipe

if TYPE_CHECKING:
    from al_widgets.pool import Pool


class Column(NamedTuple):
    """What the values of a column are like, judged by a sample of the pool.

    Attributes
    ----------
    spread : float
        Their standard deviation; 0 where they stay as they are.
    low, high : float
        Least and greatest.
    whole : bool
        Whether all of them are whole numbers.
    """

    spread: float
    low: float
    high: float
    whole: bool

    @classmethod
    def of(cls, values: np.ndarray) -> Column:
        """Describe a column; two values or less are categories, which stay as they are."""
        values = values[np.isfinite(values)]
        if len(np.unique(values)) < 3:
            return cls(0.0, 0.0, 0.0, whole=False)
        whole = bool((values == np.rint(values)).all())
        return cls(float(values.std()), float(values.min()), float(values.max()), whole)

    def moved(self, value: float, share: float, rng: np.random.Generator) -> float:
        """Return a value near this one, in the range of the column."""
        near = value + share * self.spread * rng.normal()
        if self.whole:
            near = np.floor(near + rng.uniform())  # so that small steps are taken too, but rarely
        return float(np.clip(near, min(self.low, value), max(self.high, value)))


@dataclass(frozen=True, repr=False)
class Jitter(Recipe):
    """Moves the numbers of a row a little, each in the scale of its column.

    Whole numbers stay whole, and a number stays in the range that its column has in the pool. A
    column of one or two values, and what is no number, stays as it is. The row is one of a table
    that the pool shows, or the features themselves where it shows nothing else.

    Parameters
    ----------
    low, high : float, 0 to 10
        How far, as a share of the standard deviation of each column.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> pool = Pool(np.arange(8.0).reshape(4, 2) / 3)
    >>> recipe = Jitter(0.1, 0.1)
    >>> row = recipe.apply(pool.features[1], 0.1, np.random.default_rng(0), recipe.measure(pool))
    >>> row.round(2)
    array([0.68, 0.99])
    """

    low: float = 0.05
    high: float = 0.15
    of_features = True  # not a field: it can change rows of features too

    def _limits(self) -> tuple[float, float]:
        return 0.0, 10.0

    def _name(self) -> str:
        return "numbers moved far" if self.low > 0.15 else "numbers moved"

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, by {100 * strength:.0f} % of their spread"

    def measure(self, pool: Pool) -> dict[Any, Column]:
        """Return what the columns of the pool are like, by name, or by number for features."""
        sample = spread_sample(pool.n_given) or list(range(min(len(pool), 512)))
        if not pool.has_content:
            values = dense(pool.features[sample]).astype(np.float64)
            return {j: Column.of(values[:, j]) for j in range(values.shape[1])}
        cells: dict[str, list[float]] = {}
        for position in sample:
            row = pool.content[position]
            for name, value in row.items() if hasattr(row, "items") else ():
                if _is_number(value):
                    cells.setdefault(str(name), []).append(float(value))
        return {name: Column.of(np.array(values)) for name, values in cells.items()}

    def apply(
        self, content: Any, strength: float, rng: np.random.Generator, measured: Any = None
    ) -> Any:
        """Return a row near this one.

        Parameters
        ----------
        content : mapping, row of a DataFrame, or ndarray of shape (n_features,)
            The row.
        strength : float
            How far, as a share of the standard deviation of each column.
        rng : numpy.random.Generator
            The only source of chance.
        measured : dict
            What the columns are like; see `measure`.

        Returns
        -------
        dict, or ndarray of shape (n_features,)
        """
        if measured is None:
            raise InvalidInput(
                "Jitter moves numbers in the scale of a pool's columns",
                "a row without a pool",
                "Use it in Augment, or pass measured=Jitter().measure(pool)",
            )
        if isinstance(content, np.ndarray) and content.ndim == 1:
            pairs = enumerate(content.tolist())
            moved = [measured[j].moved(value, strength, rng) for j, value in pairs]
            return np.array(moved).astype(content.dtype)
        if not hasattr(content, "items"):
            raise InvalidInput(
                "Jitter needs rows of a table, or features that are shown as they are",
                type(content).__name__,
                "Choose recipes for this kind of content, or leave them out: Augment()",
            )
        return {
            name: _moved(value, measured.get(str(name)), strength, rng)
            for name, value in content.items()
        }


def _moved(value: Any, column: Column | None, strength: float, rng: np.random.Generator) -> Any:
    """Return a cell near this one, of the type that it has."""
    if column is None or not column.spread or not _is_number(value) or not np.isfinite(value):
        return value
    return type(value)(column.moved(float(value), strength, rng))


def _is_number(value: Any) -> bool:
    """Whether it is a number to calculate with, and no truth value."""
    return isinstance(value, Number) and not isinstance(value, bool | np.bool_ | complex)
