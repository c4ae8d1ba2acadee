"""Which recipes suit a kind of content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from al_widgets.synthesizers._chain import Chain
from al_widgets.synthesizers._recipes_images import (
    Blur,
    Brightness,
    Contrast,
    Fade,
    Hue,
    Noise,
    Tint,
)
from al_widgets.synthesizers._recipes_places import Flip, Rotate, Shift, Zoom
from al_widgets.synthesizers._recipes_rows import Jitter
from al_widgets.synthesizers._recipes_sound import SoundNoise, SoundShift, SoundStretch
from al_widgets.synthesizers._recipes_text import DropWords, SwapWords, Typos

if TYPE_CHECKING:
    from al_widgets.synthesizers._contents import Kind
    from al_widgets.synthesizers._recipe import AnyRecipe

_LIGHTS: tuple[AnyRecipe, ...] = (
    Brightness(0.45, 0.7),
    Brightness(0.2, 0.39),
    Brightness(1.25, 1.6),
    Brightness(1.7, 2.3),
    Contrast(0.35, 0.65),
    Contrast(1.4, 1.9),
    Blur(0.008, 0.015),
    Blur(0.021, 0.035),
    Noise(0.03, 0.06),
    Noise(0.09, 0.15),
    Tint(0.2, 0.35),
    Tint(0.4, 0.55, called="very greenish"),
    Tint(0.7, 1, color="#7a96d2", light=True, called="in bluish light"),
    Tint(0.7, 1, color="#e0907a", light=True, called="in reddish light"),
)

_MOVES = (Zoom(0.7, 1.4), Shift(0.02, 0.12), Rotate(0, 12))
_MOVED = Chain(*_MOVES, called="moved")
_MIRRORED = Chain(Flip(), *_MOVES, called="mirrored and moved")


def _pictures(move: AnyRecipe) -> tuple[AnyRecipe, ...]:
    """Return every light with either color, elsewhere in the picture.

    One change at a time leaves what was made near its parent. On sea creatures that fills gaps less
    well, and takes from what was known; `al_widgets.sampling` has the figures.
    """
    return tuple(Chain(light, color, move) for light in _LIGHTS for color in (Hue(0, 35), Fade()))


SUITABLE: dict[Kind, tuple[AnyRecipe, ...]] = {
    "pictures": _pictures(_MOVED),
    "sounds": (
        SoundNoise(0.05, 0.15),
        SoundNoise(0.25, 0.6),
        SoundShift(0.03, 0.12),
        SoundStretch(0.75, 0.92),
        SoundStretch(1.08, 1.25),
    ),
    "texts": (
        DropWords(0.08, 0.2),
        DropWords(0.25, 0.4),
        SwapWords(0.08, 0.2),
        Typos(0.08, 0.2),
        Typos(0.25, 0.5),
    ),
    "rows": (Jitter(0.05, 0.15), Jitter(0.2, 0.4)),
}
"""Several strengths of each, so that whoever fills a gap can choose."""

MIRRORED = _pictures(_MIRRORED)
"""More for pictures that may be mirrored; not all may, such as those of digits."""
