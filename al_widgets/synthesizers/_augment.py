"""Augmentation: content is changed as it could have been seen, and its features made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import AlWidgetsError, InvalidInput, MissingExtra
from al_widgets.matrix import as_rows_of, dense
from al_widgets.synthesizers._base import Made
from al_widgets.synthesizers._checks import as_parents, as_recipe, labels_of
from al_widgets.synthesizers._contents import copied, kind_of, require_same_kind
from al_widgets.synthesizers._mirrors import may_be_mirrored
from al_widgets.synthesizers._pixels import opened
from al_widgets.synthesizers._recipe import is_ready, name_of, names_of, wants_chance
from al_widgets.synthesizers._recipes import MIRRORED, SUITABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.context import Context
    from al_widgets.pool import Pool
    from al_widgets.synthesizers._recipe import AnyRecipe

CHUNK = 32
"""Items whose features are made together, so that memory does not grow with their number."""


class Augment:
    """Changes the content of labeled items, and keeps their label.

    Pictures become darker, blurred or greenish, texts lose a word, a sound is moved in time. The
    features of what was made are those that `Pool.featurize` makes of it.

    Parameters
    ----------
    *recipes : callable
        Each is called as ``recipe(content, rng)``, or as ``recipe(content)`` if it takes one
        argument, with content that it may change; a `Path` comes as the opened picture, in RGB. It
        returns content of the same kind: an array of the same shape and dtype (samples of a sound
        may be more or fewer), a PIL image, a text, a mapping with the same columns. Its name is
        its attribute ``name``, or else that of the function. None at all: ready ones that suit the
        pool's content, of several strengths; `ready_for` tells which. Pictures are mirrored only
        where mirrored ones lie among those of the pool.

    Raises
    ------
    InvalidInput
        If a recipe cannot be called.

    Notes
    -----
    While it makes: `InvalidInput` if the pool shows nothing but features (only `Jitter` can change
    these), if it has no ``featurize``, if a recipe raises, or if it returns anything else.

    Shorten and Khoshgoftaar, *A survey on image data augmentation for deep learning*, Journal of
    Big Data 6, 2019.

    Examples
    --------
    >>> from al_widgets import Pool
    >>> from al_widgets.context import Context
    >>> pool = Pool(np.full((3, 2, 2), 200, dtype=np.uint8))
    >>> context = Context(pool=pool, classes=("a", "b"), candidates=np.array([2]),
    ...                   labeled=np.array([0, 1]), labels=np.array([0, 1]))
    >>> def halved(picture):
    ...     return picture // 2
    >>> augment = Augment(halved)
    >>> augment.recipes
    ('halved',)
    >>> made, = augment.make(context, np.array([1]), np.random.default_rng(0))
    >>> made.row, made.label, made.parents
    (array([100, 100, 100, 100], dtype=uint8), 1, (1,))
    >>> Augment().ready_for(pool).recipes[:2]
    ('darker, in shifted colors, moved', 'darker, faded, moved')
    """

    def __init__(self, *recipes: AnyRecipe) -> None:
        for recipe in recipes:
            if not callable(recipe):
                raise InvalidInput(
                    "a recipe is a function of content",
                    repr(recipe),
                    "Pass functions, or ready ones such as Brightness()",
                )
        self._recipes = recipes

    def __repr__(self) -> str:
        shown = (
            repr(recipe)
            if is_ready(recipe)
            else getattr(recipe, "__qualname__", type(recipe).__name__)
            for recipe in self._recipes
        )
        return f"Augment({', '.join(shown)})"

    @property
    def recipes(self) -> tuple[str, ...]:
        """A name for each recipe; a single one where they are chosen to suit the content."""
        return names_of(self._recipes) or ("whatever suits the content",)

    def ready_for(self, pool: Pool) -> Augment:
        """Return the same with the recipes that suit a pool, if none were given.

        Raises
        ------
        InvalidInput
            If there are none for this kind of content.
        """
        return self if self._recipes else Augment(*_suitable(pool))

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Make an item of each parent, with its label; see `Synthesizer.make`."""
        parents = as_parents(context, parents)
        number = as_recipe(recipe, self.recipes)
        if not len(parents):
            return
        recipes = self._recipes or _suitable(context.pool)
        kitchen = _Kitchen(context.pool, recipes)
        number = number if self._recipes else None  # there is one that stands for all of them
        chunk: list[tuple[int, int, str, Any]] = []
        for parent, label in zip(parents.tolist(), labels_of(context, parents), strict=True):
            which = int(rng.integers(len(recipes))) if number is None else number
            if (changed := kitchen.changed(parent, which, rng)) is not None:
                chunk.append((parent, int(label), *changed))
            if len(chunk) == CHUNK:
                yield from _made_of(kitchen, chunk)
                chunk = []
        yield from _made_of(kitchen, chunk)


def _suitable(pool: Pool) -> tuple[AnyRecipe, ...]:
    """Return the ready recipes for a pool."""
    if not pool.has_content:
        return SUITABLE["rows"]
    content = pool.content[0]
    kind = kind_of(content)
    if kind is None:
        raise InvalidInput(
            "there are ready recipes for pictures, texts, sounds and rows",
            f"content of type {type(content).__name__}",
            "Pass a function that changes it: Augment(f)",
        )
    if kind == "pictures" and may_be_mirrored(pool):
        return SUITABLE[kind] + MIRRORED
    return SUITABLE[kind]


def _made_of(kitchen: _Kitchen, chunk: list[tuple[int, int, str, Any]]) -> Iterator[Made]:
    rows = kitchen.rows([content for *_, content in chunk])
    for (parent, label, words, content), row in zip(chunk, rows, strict=True):
        shown = None if kitchen.is_bare else content
        yield Made(parents=(parent,), row=row, recipe=words, label=label, content=shown)


class _Kitchen:
    """A pool and recipes, while items are made.

    Attributes
    ----------
    is_bare : bool
        Whether the pool shows nothing but features, so that these are changed themselves.
    """

    def __init__(self, pool: Pool, recipes: tuple[AnyRecipe, ...]) -> None:
        self._pool = pool
        self._recipes = recipes
        self._names = names_of(recipes)
        self._wants_chance = [wants_chance(recipe) for recipe in recipes]
        self._measured: dict[int, Any] = {}
        self.is_bare = not pool.has_content
        if not self.is_bare:
            pool.featurize([])  # if it cannot, it says so before anything is made
        elif unfit := [r for r in recipes if not getattr(r, "of_features", False)]:
            raise InvalidInput(
                f"recipe {name_of(unfit[0])!r} changes content",
                "a pool that shows nothing but features",
                "Pass Pool(X, content=..., featurize=f), or Augment(Jitter()), which changes rows "
                "of features",
            )

    def rows(self, contents: list[Any]) -> np.ndarray:
        """Return features of what was made, of shape (n, n_features)."""
        if not self.is_bare:
            return self._pool.featurize(contents)
        features = self._pool.features
        return dense(as_rows_of(features, np.stack(contents))) if contents else np.empty((0, 0))

    def changed(self, parent: int, which: int, rng: np.random.Generator) -> tuple[str, Any] | None:
        """Return how an item was changed, in words, and into what; None where it cannot be."""
        try:
            content = self._content(parent)
            words, made = self._cooked(content, which, rng)
            if made is None and is_ready(self._recipes[which]):
                return None
            require_same_kind(made, content)
        except MissingExtra:
            raise
        except Exception as error:
            raise self._failed(error, which, parent) from error
        return words, made

    def _cooked(self, content: Any, which: int, rng: np.random.Generator) -> tuple[str, Any]:
        recipe = self._recipes[which]
        if not is_ready(recipe):
            chance = (rng,) if self._wants_chance[which] else ()
            return self._names[which], recipe(copied(content), *chance)
        if which not in self._measured:
            self._measured[which] = recipe.measure(self._pool)
        strength = recipe.draw(rng)
        made = recipe.apply(content, strength, rng, self._measured[which])
        return recipe.words(strength), made

    def _content(self, parent: int) -> Any:
        if self.is_bare:
            return dense(self._pool.features[[parent]])[0]
        return opened(self._pool.content[parent])

    def _failed(self, error: Exception, which: int, parent: int) -> InvalidInput:
        cause = (
            str(error) if isinstance(error, AlWidgetsError) else f"{type(error).__name__}: {error}"
        )
        item = self._pool.ids[parent]
        return InvalidInput(
            f"recipe {self._names[which]!r} must make other content of every item that it is given",
            f"for item {item!r}: {cause}",
            "Try it alone: recipe(pool.content[pool.position(item)])",
        )
