"""Recipes of AugLy: its functions for pictures and for texts."""

from __future__ import annotations

import inspect
import random
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.extras import augly
from al_widgets.synthesizers._pixels import Pixels, is_picture, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from al_widgets.pool import Pool

_CHANCE = threading.Lock()  # AugLy draws from generators that all threads share


class Augly:
    """A function of AugLy as a recipe, for pictures or for texts (Papakipos and Bitton 2022).

    It needs ``pip install "al_widgets[augly]"``. AugLy 1.0.0 was written for Pillow 8, and its own
    extra for pictures asks for that. Without this extra it can be installed beside today's
    Pillow (tried with Pillow 13 and numpy 2.4 on Python 3.11): all of its functions for texts work,
    and those for pictures except ``meme_format`` and ``perspective_transform``, which call what
    Pillow and numpy have no more.

    Parameters
    ----------
    name : str
        Of a function in ``augly.image`` or ``augly.text``: "blur", "overlay_emoji",
        "encoding_quality", "overlay_onto_screenshot", "simulate_typos", "replace_similar_chars".
    **parameters
        Passed on to it.

    Raises
    ------
    MissingExtra
        If AugLy is not installed, when it is used first.
    InvalidInput
        If AugLy has no such function.

    Notes
    -----
    Chance comes from the generator that the recipe is called with: AugLy's own are seeded by it,
    and left as they were. A picture of another size becomes as large as the one that it was made
    of, where that is an array; AugLy sees it in 8 bits.

    Papakipos and Bitton, *AugLy: Data Augmentations for Robustness*, arXiv:2201.06494, 2022.

    Examples
    --------
    >>> Augly("blur", radius=2)
    Augly('blur', radius=2)
    >>> Augly("blur", radius=2).name
    'blur (radius 2)'
    """

    def __init__(self, name: str, **parameters: Any) -> None:
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("_"):
            raise InvalidInput(
                "Augly takes the name of one of AugLy's functions", repr(name), 'Pass "blur"'
            )
        self._function = name
        self._parameters = parameters

    def __repr__(self) -> str:
        given = [repr(self._function), *(f"{k}={v!r}" for k, v in self._parameters.items())]
        return f"Augly({', '.join(given)})"

    @property
    def name(self) -> str:
        """Its function and parameters, in words."""
        given = ", ".join(f"{key} {value}" for key, value in self._parameters.items())
        name = f"{self._function} ({given})" if given else self._function
        return name.replace("_", " ")

    def measure(self, pool: Pool) -> tuple[float, float] | None:
        """Return what is black and white in a pool of arrays."""
        return pool.content.range_for(pool.content[0])

    def draw(self, rng: np.random.Generator) -> float:
        """Return the seed of AugLy's own chance; it has no strength but its parameters."""
        return float(rng.integers(2**32))

    def words(self, strength: float) -> str:  # noqa: ARG002 - it has none
        """Return its name."""
        return self.name

    def __call__(self, content: Any, rng: np.random.Generator) -> Any:
        """Return other content of the same kind."""
        return self.apply(content, self.draw(rng), rng)

    def apply(
        self,
        content: Any,
        strength: float,
        rng: np.random.Generator,  # noqa: ARG002 - AugLy has its own, which are seeded
        measured: Any = None,
    ) -> Any:
        """Return other content of the same kind; `strength` is the seed."""
        seed = int(strength)
        if isinstance(content, str):
            made = self._called("text", content, seed)
            return made[0] if isinstance(made, list) else made
        if not is_picture(content):
            raise InvalidInput(
                "AugLy changes pictures and texts",
                type(content).__name__,
                "Choose recipes for this kind of content, or leave them out: Augment()",
            )
        content = opened(content)
        if not isinstance(content, np.ndarray):
            return self._called("image", content, seed)
        from PIL import Image  # noqa: PLC0415 - only where there are pictures

        pixels = Pixels.of(content, measured)
        seen = np.rint(np.clip(pixels.values, 0, 1) * 255).astype(np.uint8)
        seen = np.broadcast_to(seen, (*seen.shape[:2], 3))  # AugLy is made for colors
        made = self._called("image", Image.fromarray(np.ascontiguousarray(seen)), seed)
        made = made.convert("L" if pixels.values.shape[-1] == 1 else "RGB")
        made = made.resize(pixels.values.shape[1::-1])
        array = np.asarray(made, dtype=np.float32) / 255
        return pixels.back(array.reshape(pixels.values.shape))

    def _called(self, kind: str, content: Any, seed: int) -> Any:
        """Return what AugLy makes of content."""
        function = getattr(augly(f"augly.{kind}"), self._function, None)
        if not inspect.isroutine(function):
            raise InvalidInput(
                f"Augly takes the name of a function in augly.{kind}",
                repr(self._function),
                f"See help(augly.{kind}) for their names",
            )
        parameters = dict(self._parameters)
        if "seed" in inspect.signature(function).parameters:
            parameters.setdefault("seed", seed)
        with _seeded(seed):
            return function(content, **parameters)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed the generators that AugLy draws from, and put them back."""
    with _CHANCE:
        before, numpy_before = random.getstate(), np.random.get_state()  # noqa: NPY002 - AugLy's
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        try:
            yield
        finally:
            random.setstate(before)
            np.random.set_state(numpy_before)  # noqa: NPY002
