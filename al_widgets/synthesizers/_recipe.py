"""A recipe: how content is changed into other content of the same class."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    import numpy as np

    from al_widgets.pool import Pool

AnyRecipe = Callable[..., Any]
"""``recipe(content)`` or ``recipe(content, rng)``, which returns content of the same kind."""


class ReadyRecipe(Protocol):
    """A recipe that tells how strongly it was applied."""

    @property
    def name(self) -> str:
        """What it does, in a word or two."""
        ...

    def measure(self, pool: Pool) -> Any:
        """Return what it must know of a pool before it can change items of it."""
        ...

    def draw(self, rng: np.random.Generator) -> Any:
        """Return how strongly it is applied this time."""
        ...

    def words(self, strength: Any) -> str:
        """Return what it does at this strength."""
        ...

    def apply(
        self, content: Any, strength: Any, rng: np.random.Generator, measured: Any = None
    ) -> Any:
        """Return other content of the same kind; None where nothing can be made of it."""
        ...


@dataclass(frozen=True, repr=False)
class Recipe:
    """The part that ready recipes have in common: a range from which a strength is drawn.

    Parameters
    ----------
    low, high : float
        The range.
    called : str, optional
        Its name, if another one says more.
    """

    low: float = 0.0
    high: float = 0.0
    called: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        low, high = self._limits()
        rule = f"a {type(self).__name__} is drawn from a range between {low:g} and {high:g}"
        for value in (self.low, self.high):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InvalidInput(rule, repr(value), "Pass numbers as low and high")
        if not low <= self.low <= self.high <= high:
            raise InvalidInput(
                rule, f"low={self.low}, high={self.high}", "Pass low <= high within it"
            )

    def _limits(self) -> tuple[float, float]:
        """Return between which values the range must lie."""
        return 0.0, 1.0

    def _name(self) -> str:
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What it does, in a word or two."""
        return self.called or self._name()

    def __repr__(self) -> str:
        said = [repr(self.low), repr(self.high)]
        said += [
            f"{each.name}={getattr(self, each.name)!r}"
            for each in fields(self)
            if each.name not in {"low", "high"}
            and repr(getattr(self, each.name)) != repr(each.default)  # pictures have no one ==
        ]
        return f"{type(self).__name__}({', '.join(said)})"

    def measure(self, pool: Pool) -> Any:  # noqa: ARG002 - others need it
        """Return what it must know of a pool before it can change items of it."""
        return None

    def draw(self, rng: np.random.Generator) -> float:
        """Return how strongly it is applied this time."""
        return float(rng.uniform(self.low, self.high))

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, by {strength:.0%}".replace("%", " %")

    def apply(
        self, content: Any, strength: float, rng: np.random.Generator, measured: Any = None
    ) -> Any:
        """Return other content of the same kind; None where nothing can be made of it."""
        raise NotImplementedError

    def __call__(self, content: Any, rng: np.random.Generator) -> Any:
        """Return other content of the same kind, changed by a strength that is drawn."""
        return self.apply(content, self.draw(rng), rng)


def is_ready(recipe: AnyRecipe) -> TypeGuard[ReadyRecipe]:
    """Whether a recipe tells how strongly it was applied."""
    return all(hasattr(recipe, name) for name in ("measure", "draw", "words", "apply"))


def name_of(recipe: AnyRecipe) -> str:
    """Return the name of a recipe.

    Examples
    --------
    >>> def in_capitals(text):
    ...     return text.upper()
    >>> name_of(in_capitals), name_of(str.lower), name_of(lambda text: text)
    ('in capitals', 'lower', 'a function')
    """
    while isinstance(recipe, functools.partial) and not hasattr(recipe, "name"):
        recipe = recipe.func
    name = getattr(recipe, "name", None) or getattr(recipe, "__name__", type(recipe).__name__)
    return "a function" if name == "<lambda>" else str(name).replace("_", " ").strip()


def names_of(recipes: tuple[AnyRecipe, ...]) -> tuple[str, ...]:
    """Return a name for each recipe, all of them different."""
    names: list[str] = []
    for recipe in recipes:
        name = given = name_of(recipe)
        n = 1
        while name in names:
            n += 1
            name = f"{given} ({n})"
        names.append(name)
    return tuple(names)


def wants_chance(recipe: AnyRecipe) -> bool:
    """Whether a function is to be called with a generator behind the content."""
    try:
        parameters = list(inspect.signature(recipe).parameters.values())
    except (TypeError, ValueError):  # written in C
        return False
    if any(p.kind is p.VAR_POSITIONAL for p in parameters[:2]):
        return False
    places = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(places) > 1 and (
        places[1].default is inspect.Parameter.empty or places[1].name == "rng"
    )
