"""Where the animals are, and in what light they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from al_widgets.datasets._drawing import Canvas, Knot, disc, ellipse, length, paint, strokes

if TYPE_CHECKING:
    from collections.abc import Callable

Center = tuple[np.ndarray, np.ndarray]


def draw_water(canvas: Canvas, top: str = "6fd0ea", bottom: str = "0f5c9c") -> None:
    """Draw open water, lighter above, with faint beams of light."""
    height = np.clip(0.5 + 0.5 * canvas.v + canvas.any(-0.12, 0.12), 0, 1)
    canvas.rgb[:] = paint(bottom) + (paint(top) - paint(bottom)) * height[..., None]
    slant, phase = canvas.any(-0.6, 0.6), canvas.any(0, 6)
    beams = np.sin(5 * (canvas.u + slant * canvas.v) + phase) * np.clip(canvas.v + 0.4, 0, 1)
    canvas.stain(0.13 * np.clip(beams, 0, 1), "ffffff")


def draw_deep(canvas: Canvas) -> None:
    """Draw the deep, with hardly any light from above."""
    draw_water(canvas, "2f5f9e", "0a1c46")


def draw_surface(canvas: Canvas) -> None:
    """Draw the surface as seen from below, around the sun."""
    sun = (canvas.any(-0.45, 0.45), canvas.any(0.35, 0.8))
    far = length(canvas.u - sun[0], canvas.v - sun[1])
    glow = np.exp(-1.1 * far)
    canvas.rgb[:] = paint("0b4f86") + (paint("c9f3f5") - paint("0b4f86")) * glow[..., None]
    canvas.stain(0.9 * np.clip(1.3 - far / 0.22, 0, 1), "fffbe0")


def draw_sand(canvas: Canvas) -> None:
    """Draw water over a floor of sand that is seen from the side."""
    draw_water(canvas, "8fdcec", "3f9fc9")
    hills = canvas.any(-0.62, -0.4) + 0.05 * np.sin(3 * canvas.u + canvas.any(0, 6))
    ripples = 0.5 + 0.5 * np.sin(34 * canvas.v + 3 * np.sin(4 * canvas.u + canvas.any(0, 6)))
    canvas.fill(canvas.v - hills, paint("e6cf9a"))
    canvas.fill(np.maximum(canvas.v - hills + 0.03, ripples - 0.3), paint("cfb27a"), 6.0, 0.7)


def draw_seabed(canvas: Canvas) -> None:
    """Draw sand seen from above, with ripples and pebbles."""
    lean, phase = canvas.any(-0.8, 0.8), canvas.any(0, 6)
    along = canvas.v + lean * canvas.u + 0.12 * np.sin(4 * canvas.u + phase)
    ripples = 0.5 + 0.5 * np.sin(canvas.any(11, 15) * along + phase)
    light, dark = paint("f0dcab"), paint("d3b680")
    canvas.rgb[:] = light + (dark - light) * ripples[..., None]
    for color in ("a58a60", "fff4d6", "8d7a62"):
        u, v = canvas.any(-1, 1), canvas.any(-1, 1)
        canvas.fill(disc(canvas.u - u, canvas.v - v, 0.05), paint(color))


def draw_reef(canvas: Canvas) -> None:
    """Draw water over corals."""
    draw_water(canvas, "7fd8e6", "1f78b4")
    for k, color in enumerate(("7b4b94", "e8618c", "f2a541", "c8435a", "5b3f8c", "f07b62")):
        u = -1.0 + 0.4 * k + canvas.any(-0.15, 0.15)
        v = canvas.any(-1.05, -0.85)
        r = canvas.any(0.2, 0.42)
        knobs = 0.04 * np.sin(22 * canvas.u + canvas.any(0, 6)) * np.cos(17 * canvas.v)
        bump = length(canvas.u - u, canvas.v - v) - r - knobs
        canvas.fill(bump, paint(color))
        canvas.fill(bump + 0.12, paint(color) * 0.6 + 0.4 * paint("ffd9c9"), opacity=0.5)
    for color in ("d9477a", "f7c548"):
        u, v = canvas.u - canvas.any(-1, 1), canvas.v - canvas.any(-1.1, -0.95)
        stem: tuple[Knot, ...] = ((0.0, 0.0, 0.06), (0.02, 0.3, 0.045), (-0.04, 0.52, 0.03))
        left: tuple[Knot, ...] = ((0.01, 0.18, 0.04), (-0.16, 0.3, 0.035), (-0.19, 0.46, 0.03))
        right: tuple[Knot, ...] = ((0.02, 0.24, 0.04), (0.14, 0.34, 0.035), (0.19, 0.5, 0.03))
        canvas.fill(strokes(u, v, stem, left, right), paint(color))


def draw_kelp(canvas: Canvas) -> None:
    """Draw water with strands of kelp."""
    draw_water(canvas, "a5e3c9", "1c6e6a")
    for k, color in enumerate(("2f6b2f", "4c8c3a", "3b7a3f", "679c3b")):
        root = -0.8 + 0.52 * k + canvas.any(-0.18, 0.18)
        wave = root + 0.1 * np.sin(3 * canvas.v + canvas.any(0, 6))
        leaves = 0.07 + 0.05 * np.abs(np.sin(8 * canvas.v + canvas.any(0, 3)))
        strand = np.maximum(np.abs(canvas.u - wave) - leaves, canvas.v - canvas.any(0.3, 1.2))
        canvas.fill(strand, paint(color), opacity=0.9)


def _by_day(canvas: Canvas, center: Center) -> None:  # noqa: ARG001 - lights are called alike
    canvas.rgb *= canvas.any(0.92, 1.06)[..., None]


def _dimmed(canvas: Canvas, center: Center) -> None:  # noqa: ARG001
    canvas.rgb *= paint("7c9ccc") * canvas.any(0.8, 1.1)[..., None]


def _at_dusk(canvas: Canvas, center: Center) -> None:  # noqa: ARG001
    canvas.rgb *= paint("e08a86") * canvas.any(0.85, 1.05)[..., None]
    canvas.stain(0.35 * np.clip(canvas.v + canvas.any(0, 0.4), 0, 1), "ff9d5c")


def _murky(canvas: Canvas, center: Center) -> None:  # noqa: ARG001
    cloud = 0.42 + 0.1 * np.sin(3 * canvas.u + 2 * canvas.v + canvas.any(0, 6))
    canvas.stain(cloud + canvas.any(-0.06, 0.06), "6f8a3c")
    canvas.rgb *= 0.75 + 0.15 * canvas.v[..., None]


def _by_lamp(canvas: Canvas, center: Center) -> None:
    u, v = (middle + canvas.any(-0.2, 0.2) for middle in center)
    lamp = np.exp(-((canvas.u - u) ** 2 + (canvas.v - v) ** 2) / canvas.any(0.3, 0.5))
    canvas.rgb *= paint("101c38") + paint("fff0c0") * 1.05 * lamp[..., None]


GROUNDS: dict[str, Callable[[Canvas], None]] = {
    "water": draw_water,
    "deep": draw_deep,
    "surface": draw_surface,
    "sand": draw_sand,
    "seabed": draw_seabed,
    "reef": draw_reef,
    "kelp": draw_kelp,
}
"""What is behind the animals, by name."""

LIGHTS: dict[str, Callable[[Canvas, Center], None]] = {
    "day": _by_day,
    "backlit": _by_day,
    "dim": _dimmed,
    "dusk": _at_dusk,
    "murky": _murky,
    "lamp": _by_lamp,
}
"""How the light changes a whole picture, by name."""

SHADE = {"backlit": "142c4c"}
"""What animals are multiplied by before they are drawn; white for lights that are not named."""


def add_passers_by(canvas: Canvas) -> None:
    """Draw two small fish far away, often out of sight, so that a fish alone says little."""
    for _ in range(2):
        u, v, r = canvas.any(-1.3, 1.3), canvas.any(-0.3, 1.1), canvas.any(0.1, 0.17)
        x = (canvas.u - u) * np.sign(canvas.any(-1, 1)) / r
        y = (canvas.v - v) / r
        tail = np.maximum(np.abs(y) + 0.8 * x + 0.5, -1.5 - x)
        body = np.minimum(ellipse(x, y, 1.0, 0.42), tail)
        canvas.fill(body, paint("1d4f78"), r * np.float32(canvas.size / 2), 0.3)


def add_bubbles(canvas: Canvas) -> None:
    """Draw a few bubbles, some of them out of sight."""
    for _ in range(3):
        u, v, r = canvas.any(-1, 1), canvas.any(-1.4, 1), canvas.any(0.03, 0.075)
        ring = np.abs(disc(canvas.u - u, canvas.v - v, 0.0) - r) - 0.014
        canvas.fill(ring, paint("e9fbff"), opacity=0.6)


def add_shadow(canvas: Canvas, center: Center, size: np.ndarray) -> None:
    """Darken the sand below an animal that lies on it."""
    u, v = canvas.u - center[0] - 0.1 * size, canvas.v - center[1] + 0.14 * size
    dark = ellipse(u / size, v / size, 0.8, 0.75)
    canvas.stain(0.45 * np.clip(0.5 - 2.2 * dark, 0, 1), "5c4426")


def add_grain(canvas: Canvas, amount: float) -> None:
    """Add the noise of a camera."""
    noise = canvas.rng.standard_normal((*canvas.rgb.shape[:3], 1), dtype=np.float32)
    canvas.rgb += np.float32(amount) * noise
