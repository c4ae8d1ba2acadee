"""The kinds in which each animal comes: where, in what light, how it swims and what it wears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from al_widgets.datasets import _dwellers, _swimmers

if TYPE_CHECKING:
    from collections.abc import Callable

    from al_widgets.datasets._drawing import Brush, Color


@dataclass(frozen=True, slots=True)
class Variation:
    """One kind of picture of one animal.

    Attributes
    ----------
    name : str
        What a person would call it.
    ground, light : str
        Where, and in what light; keys of GROUNDS and LIGHTS.
    main, accent : str
        The animal's two colors.
    size : float
        Half its length, where the picture is 2 wide.
    turn : float
        Degrees, counterclockwise.
    mirrored : bool
        Whether its right is its left.
    others : int
        How many more of its kind are around it.
    sunk : float
        How far below the middle it is, so that what cannot swim stands on the ground.
    """

    name: str
    ground: str
    light: str
    main: Color
    accent: Color
    size: float = 0.8
    turn: float = 0.0
    mirrored: bool = False
    others: int = 0
    sunk: float = 0.0


V = Variation

DRAWN_BY: dict[str, Callable[[Brush, Color, Color], None]] = {
    "fish": _swimmers.draw_fish,
    "jellyfish": _swimmers.draw_jellyfish,
    "starfish": _dwellers.draw_starfish,
    "turtle": _swimmers.draw_turtle,
    "crab": _dwellers.draw_crab,
    "octopus": _dwellers.draw_octopus,
    "whale": _swimmers.draw_whale,
    "ray": _swimmers.draw_ray,
    "seahorse": _dwellers.draw_seahorse,
    "shell": _dwellers.draw_shell,
}
"""The animals, the most frequent first."""

VARIATIONS: dict[str, tuple[Variation, ...]] = {
    "fish": (
        V("orange, over a reef", "reef", "day", "f5822a", "fdf3e3", 0.78),
        V("blue, swimming left", "water", "day", "2b4fc2", "f7d038", 0.78, mirrored=True),
        V("silver shoal in dim water", "deep", "dim", "dfe9f2", "9fb4c8", 0.42, others=5),
        V("in murky green", "water", "murky", "c7a36b", "7a5a34", 0.8),
        V("at night with a lamp", "reef", "lamp", "e8413a", "fbe9d0", 0.8, mirrored=True),
        V("against the light", "surface", "backlit", "8a9bb0", "5a6b80", 0.7, 20),
        V("upside-down", "water", "day", "f2d13c", "b8741a", 0.76, 180),
    ),
    "jellyfish": (
        V("pink, in open water", "water", "day", "f7a8c8", "fde3ef", 0.82),
        V("white, in the deep", "deep", "day", "c9dcf5", "f5fbff", 0.82),
        V("a swarm at dusk", "water", "dusk", "f6c6d8", "fff2e0", 0.45, others=5),
        V("in murky green", "water", "murky", "f3e3c0", "c9ac78", 0.82),
        V("glowing at night", "deep", "lamp", "58e0e8", "d9ffff", 0.82),
        V("against the light", "surface", "backlit", "9ab0d0", "6a80a8", 0.72),
        V("upside-down on the sand", "sand", "day", "b58a5a", "f0d9a8", 0.76, 180, sunk=0.2),
    ),
    "starfish": (
        V("red, on the seabed", "seabed", "day", "d8352f", "ffd9b0", 0.78),
        V("violet, on a reef", "reef", "day", "7d4fc0", "e6c8ff", 0.74, sunk=0.25),
        V("many small ones", "seabed", "day", "ef8a2c", "fff0c9", 0.4, others=5),
        V("in murky green", "seabed", "murky", "c0582f", "f0c48a", 0.78),
        V("at night with a lamp", "seabed", "lamp", "f0703a", "ffe3b8", 0.78),
        V("blue, close by", "seabed", "day", "2f62c9", "a9d4ff", 1.2),
        V("in dim water", "seabed", "dim", "e889b0", "fff0f0", 0.76),
    ),
    "turtle": (
        V("green, in open water", "water", "day", "4f8a3c", "b9c97a", 0.82, -40),
        V("swimming left over sand", "sand", "day", "8a6a35", "d9bf86", 0.78, 70),
        V("in the kelp", "kelp", "day", "5e4a2a", "c2a866", 0.8, 25),
        V("against the light", "surface", "backlit", "7a8f7a", "6a7f7a", 0.72, -20),
        V("in murky green", "water", "murky", "6a5a2f", "c9b878", 0.82, -60),
        V("at night with a lamp", "deep", "lamp", "6fae4c", "e0e6a0", 0.82, 30),
        V("hatchlings on the seabed", "seabed", "day", "3d4a3f", "6f7f6a", 0.42, others=4),
    ),
    "crab": (
        V("red, on sand", "sand", "day", "d63a2a", "ffc29a", 0.78, sunk=0.25),
        V("blue, on a reef", "reef", "day", "2f6fc0", "ffd27a", 0.76, sunk=0.25),
        V("pale, on the seabed", "seabed", "day", "b98d5c", "f3dcae", 0.76, 0),
        V("at night with a lamp", "sand", "lamp", "f2662f", "ffe0ad", 0.8, sunk=0.25),
        V("in murky green", "sand", "murky", "8f3f22", "e0a878", 0.8, sunk=0.25),
        V("on its back", "seabed", "day", "e2633f", "fff0d9", 0.76, 180),
        V("many small ones at dusk", "sand", "dusk", "c9402f", "ffcfa0", 0.4, others=4),
    ),
    "octopus": (
        V("violet, in the deep", "deep", "day", "a45cc8", "f0c6f5", 0.84),
        V("red, on a reef", "reef", "day", "c93a35", "ffc7a8", 0.8, sunk=0.25),
        V("the color of the sand", "seabed", "day", "c99f68", "f3dfb5", 0.82),
        V("at night with a lamp", "deep", "lamp", "f07c58", "ffe2c8", 0.84),
        V("in murky green", "water", "murky", "9a4a3a", "dba98a", 0.84),
        V("darting away", "water", "day", "e88a4a", "fff0d0", 0.8, -100),
    ),
    "whale": (
        V("blue, swimming right", "water", "day", "2f5f94", "dfeaf0", 1.0),
        V("in dim water, swimming left", "deep", "dim", "8fa6c0", "f0f5fa", 1.0, mirrored=True),
        V("diving", "deep", "day", "39507a", "c9d6e6", 0.95, -60),
        V("against the light", "surface", "backlit", "7f93aa", "93a6bc", 0.92, mirrored=True),
        V("with a calf at dusk", "water", "dusk", "5b6f96", "e9ddd9", 0.62, others=1),
        V("white, rising", "water", "day", "eef3f5", "c6d6de", 0.95, 65),
    ),
    "ray": (
        V("dark, in open water", "water", "day", "27354f", "e8f0f5", 0.86, 15),
        V("the color of the sand", "seabed", "day", "b08e5e", "efdcae", 0.82, -30),
        V("against the light", "surface", "backlit", "8094ac", "8094ac", 0.8),
        V("spotted, swimming left", "deep", "day", "6c5a9c", "f2e3a0", 0.84, 90),
        V("in murky green", "water", "murky", "4a3f2a", "cdbf96", 0.86, -20),
        V("a squadron in dim water", "deep", "dim", "c2cfe0", "ffffff", 0.46, others=4),
    ),
    "seahorse": (
        V("yellow, in the kelp", "kelp", "day", "f5c93a", "a86a14", 0.86),
        V("red, facing left", "reef", "day", "e0503c", "ffd0a0", 0.84, mirrored=True),
        V("in murky green", "kelp", "murky", "c78f3a", "6f4a1c", 0.86),
        V("at night with a lamp", "kelp", "lamp", "fbb040", "fff0c8", 0.86, mirrored=True),
        V("violet, in dim water", "deep", "dim", "c79af0", "f4e6ff", 0.86),
        V("small ones in open water", "water", "day", "f28ab0", "8f2f5f", 0.5, others=3),
    ),
    "shell": (
        V("pink, on the seabed", "seabed", "day", "f4a7a0", "b8565a", 0.76),
        V("white, on sand", "sand", "day", "fbf3e6", "c49a7a", 0.72, sunk=0.32),
        V("orange, on a reef", "reef", "day", "f59a3c", "9a4a1c", 0.74, sunk=0.32),
        V("in murky green", "seabed", "murky", "e0c8a0", "8f6a45", 0.76),
        V("many small ones", "seabed", "day", "c48ad0", "6a3f80", 0.36, others=5),
        V("at night with a lamp, upside-down", "seabed", "lamp", "f8d8c0", "b06a50", 0.76, 180),
    ),
}
"""The kinds of each animal, each about twice as frequent as the next."""
