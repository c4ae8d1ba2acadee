"""Animals of the open water, each drawn by a brush in two colors, mostly from back to front."""

from __future__ import annotations

import numpy as np

from al_widgets.datasets._drawing import (
    Brush,
    Color,
    disc,
    ellipse,
    limb,
    melt,
    polygon,
    strokes,
    turned,
)

INK = "14151c"
WHITE = "ffffff"


def draw_fish(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a fish from the side, head to the right."""
    x, y = brush.x, brush.y
    tail = brush.any(0.34, 0.48)
    fins = polygon(x, y, [(-0.42, 0.0), (-0.95, tail), (-0.8, 0.0), (-0.95, -tail)])
    fins = np.minimum(fins, polygon(x, y, [(-0.38, 0.2), (-0.3, 0.58), (0.12, 0.52), (0.36, 0.2)]))
    fins = np.minimum(fins, polygon(x, y, [(-0.25, -0.2), (-0.32, -0.5), (0.05, -0.25)]))
    brush.model(fins - 0.03, accent, 0.15)
    bow = np.float32(0.62)
    lens = np.maximum(disc(x - 0.08, y + bow, 1.0), disc(x - 0.08, y - bow, 1.0))
    body = melt(ellipse(x - 0.12, y, 0.62, brush.any(0.34, 0.4)), lens, 0.1)
    brush.model(body, main, 0.3)
    for middle, width in ((0.28, 0.06), (-0.1, 0.075), (-0.42, 0.05)):
        wave = x - middle + 0.25 * y * y
        brush.model(np.maximum(np.abs(wave) - width, body), accent, 0.1)
    brush.fill(ellipse(*turned(x - 0.12, y + 0.12, 35), 0.15, 0.08), accent, 0.9)
    brush.fill(disc(x - 0.5, y - 0.09, 0.105), WHITE)
    brush.fill(disc(x - 0.52, y - 0.09, 0.06), INK)


def draw_jellyfish(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a jellyfish: a bell that one sees through, frills and long tentacles."""
    x, y = brush.x, brush.y
    phase, sway = brush.any(0, 6), brush.any(0.04, 0.09)
    wave = sway * np.sin(7 * y + phase) * np.clip(0.3 - y, 0, 1)
    for j, root in enumerate((-0.42, -0.25, 0.25, 0.42)):
        reach = brush.any(-0.98, -0.65)
        thread = np.abs(x - root * (0.85 + 0.15 * y) - wave * (1 if j % 2 else -1)) - 0.025
        brush.fill(np.maximum(thread, np.maximum(reach - y, y - 0.15)), accent, 0.85)
    ruffle = 0.035 * np.sin(24 * y + phase)
    frill = np.abs(np.abs(x - wave * 1.4) - 0.09 + ruffle) - 0.06 * np.clip(y + 1, 0, 1)
    brush.model(np.maximum(frill, np.maximum(-0.62 - y, y - 0.2)), main, 0.12, 0.75)
    width = brush.any(0.56, 0.66)
    hem = 0.12 + 0.035 * np.cos(19 * x + phase)
    bell = np.maximum(ellipse(x, y - 0.22, width, 0.66), hem - y)
    brush.model(bell, main, 0.35, 0.88)
    brush.fill(np.maximum(np.abs(hem + 0.05 - y) - 0.03, bell), accent, 0.8)
    for k in (-0.3, 0.0, 0.3):
        brush.fill(ellipse(x - k, y - 0.5 + abs(k) * 0.4, 0.1, 0.14), accent, 0.55)
    brush.fill(ellipse(*turned(x + 0.25, y - 0.68, 35), 0.15, 0.05), WHITE, 0.45)


def draw_turtle(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a sea turtle from above, head up."""
    x, y = np.abs(brush.x), brush.y
    stroke = brush.any(-14, 14)
    fx, fy = turned(x - 0.62, y - 0.28, stroke - 38)
    skin = ellipse(fx, fy + 0.35 * fx * fx, 0.42, 0.135)
    skin = np.minimum(skin, ellipse(*turned(x - 0.42, y + 0.66, -50), 0.26, 0.11))
    skin = np.minimum(skin, polygon(x, y, [(0.0, -0.6), (0.08, -0.6), (0.0, -0.88)]))
    skin = np.minimum(skin, ellipse(x, y - 0.73, 0.17, 0.23))
    brush.model(skin, accent, 0.14)
    brush.fill(disc(x - 0.1, y - 0.8, 0.04), INK)
    shell = melt(ellipse(x, y + 0.02, 0.5, 0.56), ellipse(x, y + 0.3, 0.3, 0.42), 0.2)
    brush.model(shell - 0.02, INK, 0.4, 0.55)
    brush.model(shell + 0.035, main, 0.4)
    plates = np.abs(x - 0.19 - 0.04 * np.cos(9 * y)) - 0.016
    for height in (-0.36, -0.1, 0.16, 0.4):
        plates = np.minimum(plates, np.abs(y - height + 0.12 * (x - 0.1)) - 0.016)
    brush.fill(np.maximum(plates, shell + 0.06), INK, 0.6)


def draw_whale(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a whale from the side, head to the right, belly pale."""
    x, y = brush.x, brush.y
    lift = brush.any(0.2, 0.36)
    tx, ty = x + 0.82, y - lift
    flukes = np.minimum(
        ellipse(*turned(tx + 0.04, ty - 0.13, -58), 0.22, 0.085),
        ellipse(*turned(tx + 0.1, ty + 0.02, 12), 0.2, 0.075),
    )
    trunk = ellipse(x - 0.3, y + 0.02, 0.68, 0.42)
    body = melt(trunk, strokes(x, y, [(0.0, -0.02, 0.3), (-0.45, 0.02, 0.15)]), 0.25)
    body = melt(body, limb(x, y, (-0.42, 0.02, 0.14), (-0.8, lift, 0.045)), 0.15)
    fin = polygon(x, y, [(-0.3, 0.18), (-0.36, 0.36), (-0.1, 0.24)])
    brush.model(np.minimum(flukes, np.minimum(body, fin)), main, 0.35)
    jaw = 0.05 + 0.22 * (x - 0.3) * (x - 0.3) - 0.14 * x
    belly = np.maximum(body + 0.02, y + jaw)
    brush.model(belly, accent, 0.2)
    grooves = np.abs(np.mod(y + 0.22 * x + 2, np.float32(0.11)) - 0.055) - 0.014
    brush.fill(np.maximum(np.maximum(grooves, belly + 0.02), 0.15 - x), main, 0.6)
    flipper = ellipse(*turned(x - 0.18, y + 0.4, 62), 0.26, 0.09)
    brush.model(flipper, main, 0.12)
    brush.fill(disc(x - 0.6, y - 0.02, 0.055), WHITE, 0.9)
    brush.fill(disc(x - 0.61, y - 0.02, 0.036), INK)


def draw_ray(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a manta ray from above, head up."""
    side, y = brush.x, brush.y
    x = np.abs(side)
    lash = 0.1 * np.sin(5 * y + brush.any(0, 6)) * np.clip(-0.3 - y, 0, 1)
    tail = np.abs(side - lash) - (0.012 + 0.05 * np.clip(y + 0.85, 0, 1))
    brush.fill(np.maximum(tail, np.maximum(-0.98 - y, y)), main)
    horns = strokes(x, y, [(0.17, 0.3, 0.075), (0.2, 0.52, 0.06), (0.13, 0.6, 0.03)])
    middle = -0.02 - brush.any(0.1, 0.32) * x * x
    front = middle + 0.46 * (1 - x) * (1 + 0.7 * x)
    back = middle - 0.46 * (1 - x) * (1 - 0.75 * x)
    wings = np.maximum(np.maximum(y - front, back - y) * np.float32(0.85), x - 0.99)
    body = melt(wings, ellipse(x, y - 0.02, 0.24, 0.46), 0.12)
    brush.model(np.minimum(body, horns), main, 0.3)
    pale = ellipse(*turned(x - 0.3, y - 0.18, -28), 0.2, 0.06)
    brush.fill(np.maximum(pale, body + 0.03), accent, 0.85)
    for spot in ((0.1, -0.08), (0.24, -0.02), (0.13, -0.24), (0.42, 0.02), (0.58, 0.08)):
        brush.fill(np.maximum(disc(x - spot[0], y - spot[1], 0.035), body), accent, 0.8)
    brush.fill(disc(x - 0.24, y - 0.3, 0.045), INK)
