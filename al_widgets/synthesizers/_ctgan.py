"""CTGAN: a network that makes table rows of a class."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets import extras
from al_widgets.exceptions import InvalidInput
from al_widgets.matrix import dense
from al_widgets.synthesizers._alone import alone
from al_widgets.synthesizers._rows import Fitting, features_of, nearest_of, numbers_of
from al_widgets.synthesizers._training import Training, check_training

if TYPE_CHECKING:
    import pandas as pd

    from al_widgets.context import Context

_CLASS = "the class of the row"  # a column's name that no table has
_FEW = 10  # values; a column of no more is of categories
_BATCH = 500  # rows, to learn from or made; that of the authors
_PAC = 10  # rows that are judged together; batches are a multiple of it
_DRAWN = 8  # rows, of which the one nearest to the parent is taken
_TRIES = 10  # batches, before a class counts as one that the network cannot make


class CTGAN:
    """A generative adversarial network for table rows (extra ``gan``).

    It learns from all labeled rows, with their class as one more column, and is asked for rows of
    the class of a parent; those of another class are thrown away. Of eight that remain the one
    nearest to the parent is taken.

    Where the pool shows table rows and can compute features from them (``featurize=``), the rows
    are those, with texts as categories. Elsewhere they are the features.

    Parameters
    ----------
    epochs : int
        How often it sees the rows, at least 1.
    progress : callable, bool, optional
        Called after each epoch with how many are done, and of how many; True for a bar.
    stop : threading.Event or callable, optional
        Looked at after every batch; when it is set, or returns True, the training ends, and what
        was learned is used.

    Notes
    -----
    Xu, Skoularidou, Cuesta-Infante, Veeramachaneni, *Modeling Tabular Data using Conditional GAN*,
    NeurIPS 2019, in the library of the authors, which has a licence of its own: the Business Source
    License. It trains anew for each call of `make`, on one thread: ask for many items at once.

    Examples
    --------
    >>> CTGAN(epochs=50)
    CTGAN(epochs=50)
    """

    recipe = "drawn from a network for table rows"

    def __init__(self, epochs: int = 300, progress: Any = None, stop: Any = None) -> None:
        check_training(epochs, progress, stop)
        self.epochs, self.progress, self.stop = epochs, progress, stop

    def learn(self, context: Context, rng: np.random.Generator) -> Any:
        """Train on what is labeled.

        Parameters
        ----------
        context : Context
        rng : Generator

        Returns
        -------
        object
            Whose ``draw(parent, label, rng)`` returns a row of features and its content, or None.
        """
        torch, ctgan = extras.gan("torch", "CTGAN"), extras.gan("ctgan", "CTGAN")
        table = _Table(context)
        n = len(table.frame)
        batch = int(np.clip(n // _PAC * _PAC, _PAC, _BATCH))
        model = ctgan.CTGAN(
            epochs=self.epochs, batch_size=batch, pac=_PAC, enable_gpu=False, verbose=False
        )
        seed = int(rng.integers(2**31))
        model.set_random_state(seed)
        training = Training(self.epochs, self.progress, self.stop)
        with alone(torch, seed), training:
            _watch(model, training, max(1, n // batch))
            _quietly(model.fit, table.frame, table.discrete)
            training.epoch_done()
        return _Drawing(context, table, model, torch)

    def __repr__(self) -> str:
        told = {"progress": self.progress, "stop": self.stop}
        more = "".join(f", {name}=..." for name, value in told.items() if value is not None)
        return f"CTGAN(epochs={self.epochs}{more})"


class _Table:
    """The labeled rows as a frame; categories are numbers as text, as which nothing is lost.

    Attributes
    ----------
    frame : DataFrame
        The class first: the library takes a value that is asked for as one of the first discrete
        column, whatever its name.
    discrete : list of str
        The columns of categories.
    shows : bool
        Whether the rows are what the pool shows, and not its features.
    """

    def __init__(self, context: Context) -> None:
        import pandas as pd  # noqa: PLC0415 - slow to import

        pool, labeled = context.pool, context.labeled
        contents = [pool.content[int(position)] for position in labeled]
        self.shows = _can_featurize(pool, contents[0])
        self._fitting = Fitting(pool.features)
        if self.shows:
            frame = pd.DataFrame([dict(content.items()) for content in contents])
        else:
            frame = pd.DataFrame(dense(pool.features[labeled]))
        self.names = list(frame.columns)
        self._values: dict[str, list[Any]] = {}
        self._whole: set[str] = set()
        self._range: dict[str, tuple[float, float]] = {}
        columns = {_CLASS: context.labels.astype(str)}
        for number, name in enumerate(self.names):
            columns[f"column {number}"] = self._encoded(f"column {number}", frame[name])
        self.frame = pd.DataFrame(columns)
        self.discrete = [_CLASS, *self._values]

    def _encoded(self, key: str, column: pd.Series[Any]) -> Any:
        """Return a column as the network learns it."""
        import pandas as pd  # noqa: PLC0415

        is_number = pd.api.types.is_numeric_dtype(column) and column.dtype.kind != "b"
        if is_number and column.nunique() > _FEW:
            if column.isna().any():
                raise InvalidInput(
                    "numbers of table rows must be known",
                    f"a missing value in column {column.name!r}",
                    "Fill such values first, or make new rows with Generate('mixture')",
                )
            if (column == column.round()).all():
                self._whole.add(key)
            self._range[key] = float(column.min()), float(column.max())
            return column.to_numpy(dtype=np.float64)
        codes, values = pd.factorize(column, use_na_sentinel=False)
        self._values[key] = list(values)
        return codes.astype(str)

    def decoded(self, rows: pd.DataFrame) -> list[dict[Any, Any]]:
        """Return rows that the network made as they were before."""
        columns: dict[Any, list[Any]] = {}
        for number, name in enumerate(self.names):
            key = f"column {number}"
            made = rows[key]
            if key in self._values:
                columns[name] = [self._values[key][int(code)] for code in made]
            else:
                numbers = made.astype(float).clip(*self._range[key])
                columns[name] = (numbers.round() if key in self._whole else numbers).tolist()
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def fitting(self, row: dict[Any, Any]) -> np.ndarray:
        """Return a row of features as the pool could hold it."""
        return self._fitting(np.array(list(row.values()), dtype=np.float64))


class _Drawing:
    """A network that has learned, and what it has made already."""

    def __init__(self, context: Context, table: _Table, model: Any, torch: Any) -> None:
        self._context, self._table, self._model, self._torch = context, table, model, torch
        self._stock: dict[int, list[dict[Any, Any]]] = {}

    def draw(
        self, parent: int, label: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any] | None:
        """Return features and content of the row nearest to the parent of some, or None."""
        contents = self._drawn(label, rng)
        if not contents:
            return None
        pool = self._context.pool
        if self._table.shows:
            rows = features_of(pool, contents)
        else:
            rows = np.stack([self._table.fitting(content) for content in contents])
        best = nearest_of(self._context, parent, rows)
        shown = contents[best] if self._table.shows else numbers_of(pool, parent, rows[best])
        return rows[best], shown

    def _drawn(self, label: int, rng: np.random.Generator) -> list[dict[Any, Any]]:
        """Return some rows of the class that were not drawn before."""
        stock = self._stock.setdefault(label, [])
        for _ in range(_TRIES):
            if len(stock) >= _DRAWN:
                break
            seed = int(rng.integers(2**31))
            self._model.set_random_state(seed)
            with alone(self._torch, seed):
                rows = _quietly(self._model.sample, _BATCH, _CLASS, str(label))
            stock.extend(self._table.decoded(rows[rows[_CLASS] == str(label)]))
        drawn = stock[:_DRAWN]
        del stock[:_DRAWN]
        return drawn


def _can_featurize(pool: Any, content: Any) -> bool:
    """Whether the pool shows table rows, and computes features from them."""
    if not pool.has_content or not hasattr(content, "items"):
        return False
    try:
        pool.featurize([content])
    except InvalidInput:
        return False
    return True


def _watch(model: Any, training: Training, batches: int) -> None:
    """Count the batches of a model that trains: it calls `_cond_loss` once for each."""
    loss, begun = model._cond_loss, 0  # noqa: SLF001 - the library has no hook

    def watched(*arguments: Any) -> Any:
        nonlocal begun
        if begun:
            if begun % batches == 0:
                training.epoch_done()
            training.batch_done()
        else:
            training.look()
        begun += 1
        return loss(*arguments)

    model._cond_loss = watched  # noqa: SLF001


def _quietly(call: Any, *arguments: Any) -> Any:
    """Call a library that warns of its own doings, and starts a process for each column."""
    import joblib  # noqa: PLC0415 - scikit-learn brings it

    with warnings.catch_warnings(), joblib.parallel_config(backend="sequential"):
        warnings.simplefilter("ignore")
        return call(*arguments)
