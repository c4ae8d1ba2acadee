"""Several recipes, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers._contents import copied
from al_widgets.synthesizers._recipe import is_ready, name_of, wants_chance

if TYPE_CHECKING:
    import numpy as np

    from al_widgets.pool import Pool
    from al_widgets.synthesizers._recipe import AnyRecipe


class Chain:
    """Changes content by several recipes, one after the other.

    A picture in dim water is no darker copy of one in good light: the animal is elsewhere, too.
    What was made by two changes is less like its parent than what was made by one.

    Parameters
    ----------
    *recipes : callable
        At least one; as for `Augment`.
    called : str, optional
        Its name, if another one says more.

    Raises
    ------
    InvalidInput
        If there is none, or one cannot be called.

    Examples
    --------
    >>> import numpy as np
    >>> from al_widgets.synthesizers import Brightness, Flip
    >>> recipe = Chain(Brightness(0.5, 0.5), Flip())
    >>> recipe(np.array([[100, 200]], dtype=np.uint8), np.random.default_rng(0))
    array([[100,  50]], dtype=uint8)
    >>> recipe.name
    'darker, mirrored'
    """

    def __init__(self, *recipes: AnyRecipe, called: str = "") -> None:
        if not recipes or not all(callable(recipe) for recipe in recipes):
            raise InvalidInput(
                "a chain is of recipes, at least one",
                repr(recipes),
                "Pass functions, or ready ones: Chain(Brightness(), Flip())",
            )
        self.recipes, self.called = recipes, called

    @property
    def name(self) -> str:
        """What it does, in a few words."""
        return self.called or ", ".join(map(name_of, self.recipes))

    @property
    def of_features(self) -> bool:
        """Whether it can change rows of features."""
        return all(getattr(recipe, "of_features", False) for recipe in self.recipes)

    def measure(self, pool: Pool) -> tuple[Any, ...]:
        """Return what each must know of a pool."""
        return tuple(r.measure(pool) if is_ready(r) else None for r in self.recipes)

    def draw(self, rng: np.random.Generator) -> tuple[Any, ...]:
        """Return how strongly each is applied this time."""
        return tuple(r.draw(rng) if is_ready(r) else None for r in self.recipes)

    def words(self, strength: tuple[Any, ...]) -> str:
        """Return what they do at these strengths; its name, if it was given one."""
        if self.called:
            return self.called
        pairs = zip(self.recipes, strength, strict=True)
        return "; ".join(r.words(s) if is_ready(r) else name_of(r) for r, s in pairs)

    def apply(
        self,
        content: Any,
        strength: tuple[Any, ...],
        rng: np.random.Generator,
        measured: tuple[Any, ...] | None = None,
    ) -> Any:
        """Return other content of the same kind; None where nothing can be made of it."""
        known = measured or (None,) * len(self.recipes)
        for recipe, how, what in zip(self.recipes, strength, known, strict=True):
            if is_ready(recipe):
                content = recipe.apply(content, how, rng, what)
            else:
                content = recipe(copied(content), *((rng,) if wants_chance(recipe) else ()))
            if content is None:
                return None
        return content

    def __call__(self, content: Any, rng: np.random.Generator) -> Any:
        """Return other content of the same kind, changed by strengths that are drawn."""
        return self.apply(content, self.draw(rng), rng)

    def __repr__(self) -> str:
        named = f", called={self.called!r}" if self.called else ""
        return f"Chain({', '.join(map(repr, self.recipes))}{named})"
