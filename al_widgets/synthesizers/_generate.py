"""New items from a model of what the examples of a class have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.matrix import dense
from al_widgets.synthesizers._base import Made
from al_widgets.synthesizers._checks import as_parents, as_recipe, labels_of
from al_widgets.synthesizers._classmates import Classmates
from al_widgets.synthesizers._convgan import ConvGAN
from al_widgets.synthesizers._ctgan import CTGAN
from al_widgets.synthesizers._densities import Density, Kernel, Mixture
from al_widgets.synthesizers._rows import Fitting, numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from al_widgets.context import Context

_MODELS = {"mixture": Mixture, "kernel": Kernel, "ctgan": CTGAN, "convgan": ConvGAN}
_DRAWN = 8  # rows, of which the one nearest to the parent is taken
_NEAR = 5  # examples, the parent among them, one of which gives what is no measurement


@runtime_checkable
class Network(Protocol):
    """A model of all classes at once, that needs more than rows."""

    @property
    def recipe(self) -> str:
        """How items are made, in a few words."""
        ...

    def learn(self, context: Context, rng: np.random.Generator) -> Any:
        """Return what draws; see `CTGAN.learn`."""
        ...


class Generate:
    """Draw new items from a model of each class.

    Parameters
    ----------
    model : str or object
        "mixture" (`Mixture`) and "kernel" (`Kernel`) are densities of the features, fitted in a
        fraction of a second to two examples or more. "ctgan" (`CTGAN`) is a network for table rows,
        "convgan" (`ConvGAN`) one for small pictures: they want hundreds of examples, and train for
        minutes, anew in each call of `make`. Or an instance of one of these classes, or an
        estimator with ``fit`` and ``sample`` as those of scikit-learn, fitted to each class.
    **arguments
        Those of the model that is named.

    Notes
    -----
    A density knows rows alone, and so makes items that have no content, except of table rows that
    are the features themselves. Columns that are whole numbers stay so. Columns of two values, as
    those of encoded categories are, have no density: all of a row are taken from one example, the
    parent or one of the four nearest to it. No value is beyond those of the pool.

    The first parent is the one that was asked for, the second the example of the class that the new
    item is most like, where that is another one. Models that cannot draw around a parent draw eight
    items, and the nearest to it is taken.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> pool = Pool(np.array([[0.0, 0.1], [0.1, 0.0], [0.2, 0.2], [7.0, 7.0]]))
    >>> context = Context(pool=pool, classes=("near", "far"), candidates=np.array([3]),
    ...                   labeled=np.array([0, 1, 2]), labels=np.array([0, 0, 0]))
    >>> generate = Generate("kernel", bandwidth=0.5)
    >>> generate
    Generate(Kernel(bandwidth=0.5))
    >>> made = next(generate.make(context, np.array([1]), np.random.default_rng(0)))
    >>> made.parents, made.label, made.recipe
    ((1,), 0, 'drawn from the density around it')
    """

    def __init__(self, model: Any = "mixture", **arguments: Any) -> None:
        self.model = _as_model(model, arguments)

    @property
    def recipes(self) -> tuple[str, ...]:
        """The only one, named after the model."""
        return (self.model.recipe,)

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Draw an item of the class of each parent; see `Synthesizer.make`.

        Raises
        ------
        InvalidInput
            If no class of a parent has two different examples, or a network cannot learn from what
            there is, or was stopped in its first epoch.
        MissingExtra
            If a network is asked for, and its library is not installed.
        """
        parents = as_parents(context, parents)
        as_recipe(recipe, self.recipes)
        if not len(parents):
            return
        labels = labels_of(context, parents)
        examples = _Examples(context)
        examples.require(np.unique(labels))
        if isinstance(self.model, Network):
            drawing = self.model.learn(context, rng)
        else:
            drawing = _Densities(context, examples, self.model, rng)
        for parent, label in zip(parents.tolist(), labels.tolist(), strict=True):
            if not examples.can_vary(label):
                continue
            drawn = drawing.draw(parent, label, rng)
            if drawn is None:
                continue
            row, content = drawn
            alike = examples.most_like(row, label)
            both = (parent,) if alike == parent else (parent, alike)
            yield Made(
                parents=both, row=row, recipe=self.model.recipe, label=label, content=content
            )

    def __repr__(self) -> str:
        return f"Generate({self.model!r})"


class _Examples(Classmates):
    """The labeled items, class by class, and whether there is something to learn from them."""

    def features(self, label: int) -> np.ndarray:
        """Return the features of a class, of shape (n_examples, n_features), float64."""
        rows = dense(self._context.pool.features[self.of(label)])
        return rows.astype(np.float64)

    def can_vary(self, label: int) -> bool:
        """Whether at least two examples differ."""
        rows = self._rows_of(label)
        return bool((rows[1:] != rows[0]).any())

    def most_like(self, row: np.ndarray, label: int) -> int:
        """Return where the example of the class stands that a row of features is nearest to."""
        there = self._context.pool.geometry.scaling.transform(row[None], by_direction=True)
        return int(self.nearest_to(label, there, 1)[0, 0])

    def near(self, parent: int, label: int, n: int) -> np.ndarray:
        """Return which examples of the class, by number, are nearest to one, itself included."""
        near = self.nearest_to(label, self._context.rows(np.array([parent])), n)[0]
        return np.asarray(np.searchsorted(self.of(label), near))

    def require(self, labels: np.ndarray) -> None:
        """Refuse classes of which none has two different examples."""
        if any(self.can_vary(label) for label in labels.tolist()):
            return
        names, count = self._context.classes, len(self.of(int(labels[0])))
        rest = len(labels) - 1
        raise InvalidInput(
            "a class is learned from at least two different examples",
            f"{count} of class {names[int(labels[0])]!r}"
            + (", all alike" if count > 1 else "")
            + (f", and nothing better of {rest} more" if rest else ""),
            "Label more items of it first, or use Augment, for which one is enough",
        )


class _Densities:
    """A density for each class, fitted when a row of it is wanted."""

    def __init__(
        self, context: Context, examples: _Examples, density: Density, rng: np.random.Generator
    ) -> None:
        self._pool, self._examples, self._density = context.pool, examples, density
        self._fitting = Fitting(context.pool.features)
        self._is_measured = ~self._fitting.columns.is_nominal
        self._seed = int(rng.integers(2**31))
        self._fitted: dict[int, tuple[np.ndarray, Callable[..., np.ndarray]]] = {}

    def draw(self, parent: int, label: int, rng: np.random.Generator) -> tuple[np.ndarray, Any]:
        """Return the features of a new item, and what is seen of it."""
        rows, draw = self._of(label)
        i = int(np.searchsorted(self._examples.of(label), parent))
        near = self._examples.near(parent, label, _NEAR)
        row = rows[rng.choice(near)].copy()
        if self._is_measured.any():
            row[self._is_measured] = draw(i, rng)
        else:  # rows of categories alone would be copies
            for columns in self._fitting.columns.variables:
                row[columns] = rows[rng.choice(near), columns]
        row = self._fitting(row)
        return row, numbers_of(self._pool, parent, row)

    def _of(self, label: int) -> tuple[np.ndarray, Callable[..., np.ndarray]]:
        if label not in self._fitted:
            rows = self._examples.features(label)
            measured = rows[:, self._is_measured]
            if (measured[1:] != measured[0]).any():
                draw = self._density.fit(measured, np.random.default_rng([self._seed, label]))
            else:
                draw = _same(measured)
            self._fitted[label] = rows, draw
        return self._fitted[label]


def _same(rows: np.ndarray) -> Callable[..., np.ndarray]:
    """Return what draws the example itself, where measurements do not differ."""
    return lambda i, rng: rows[i]  # noqa: ARG005 - as every density


class _Estimator:
    """An estimator with ``fit`` and ``sample`` as a density."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    @property
    def recipe(self) -> str:
        return f"drawn from {type(self.estimator).__name__} of its class"

    def fit(
        self, rows: np.ndarray, rng: np.random.Generator
    ) -> Callable[[int, np.random.Generator], np.ndarray]:
        from sklearn.base import clone  # noqa: PLC0415

        estimator = clone(self.estimator)
        is_seeded = "random_state" in estimator.get_params()
        if is_seeded:
            estimator.set_params(random_state=int(rng.integers(2**31)))
        estimator.fit(rows)
        scale = rows.std(axis=0)
        scale[scale == 0] = 1

        def draw(i: int, rng: np.random.Generator) -> np.ndarray:
            seed = int(rng.integers(2**31))
            if is_seeded:
                estimator.set_params(random_state=seed)
                drawn = estimator.sample(_DRAWN)
            else:
                drawn = estimator.sample(_DRAWN, random_state=seed)
            drawn = np.asarray(drawn[0] if isinstance(drawn, tuple) else drawn)
            away = (((drawn - rows[i]) / scale) ** 2).sum(axis=1)
            nearest: np.ndarray = drawn[away.argmin()]
            return nearest

        return draw

    def __repr__(self) -> str:
        return repr(self.estimator)


def _as_model(model: Any, arguments: dict[str, Any]) -> Any:
    """Return the model that a name stands for, or the one that was given."""
    if isinstance(model, str) and model in _MODELS:
        return _MODELS[model](**arguments)
    is_instance = not isinstance(model, type | str)
    if is_instance and isinstance(model, Density | Network):
        found = model
    elif is_instance and hasattr(model, "fit") and hasattr(model, "sample"):
        found = _Estimator(model)
    else:
        raise InvalidInput(
            f"model is one of {', '.join(map(repr, _MODELS))}, or an object with fit and sample",
            repr(model),
            'Pass Generate("mixture")',
        )
    if arguments:
        raise InvalidInput(
            "arguments are for a model that is given by its name",
            ", ".join(arguments),
            f"Pass them to {type(model).__name__}(...) itself",
        )
    return found
