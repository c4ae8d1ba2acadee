"""Animals of the ground and the reef, each drawn by a brush in two colors, back to front."""

from __future__ import annotations

import numpy as np

from al_widgets.datasets._drawing import (
    Brush,
    Color,
    disc,
    ellipse,
    length,
    limb,
    melt,
    polygon,
    strokes,
    turned,
)

INK = "14151c"
WHITE = "ffffff"


def draw_starfish(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a starfish with five arms from above."""
    radius = length(brush.x, brush.y)
    angle = np.arctan2(brush.x, brush.y)
    angle += 0.18 * brush.any(-1, 1) * radius  # arms curl one way
    sector = np.float32(2 * np.pi / 5)
    inner = np.mod(angle + sector / 2, sector) - sector / 2
    along, across = radius * np.cos(inner), np.abs(radius * np.sin(inner))
    arm = limb(along, across, (0.1, 0.0, 0.31), (0.88, 0.0, 0.075))
    body = melt(arm, radius - 0.36, 0.12)
    brush.model(body, main, 0.22)
    for place, size in ((0.0, 0.07), (0.24, 0.06), (0.42, 0.055), (0.58, 0.045), (0.73, 0.035)):
        brush.fill(disc(along - place, across, size), accent, 0.9)
    brush.fill(disc(along - 0.3, across - 0.16, 0.045), accent, 0.7)


def draw_crab(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a crab from the front, claws raised."""
    x, y = np.abs(brush.x), brush.y
    step = brush.any(-0.06, 0.06)
    legs = strokes(x, y, [(0.4, -0.05, 0.06), (0.78, 0.06, 0.05), (0.93, -0.3 + step, 0.03)])
    for knee, foot in (((0.72, -0.16), (0.84, -0.5)), ((0.6, -0.34), (0.64, -0.68))):
        leg = strokes(x, y, [(0.36, -0.16, 0.06), (*knee, 0.05), (foot[0], foot[1] - step, 0.03)])
        legs = np.minimum(legs, leg)
    legs = np.minimum(
        legs, strokes(x, y, [(0.4, 0.05, 0.07), (0.7, 0.22, 0.07), (0.66, 0.45, 0.07)])
    )
    brush.model(legs, main, 0.1)
    cx, cy = turned(x - 0.62, y - 0.62, 18)
    claw = ellipse(cx, cy, 0.22, 0.29)
    claw = np.maximum(claw, -polygon(cx, cy, [(-0.02, -0.02), (-0.14, 0.5), (0.06, 0.5)]))
    brush.model(claw, main, 0.14)
    stalks = limb(x, y, (0.14, 0.2, 0.04), (0.17, 0.42, 0.035))
    brush.fill(stalks, main)
    body = melt(ellipse(x, y + 0.1, 0.54, 0.35), ellipse(x, y - 0.02, 0.42, 0.28), 0.1)
    brush.model(body, main, 0.3)
    brush.model(np.maximum(ellipse(x, y + 0.38, 0.4, 0.16), body + 0.02), accent, 0.2, 0.85)
    for spot in ((0.0, 0.06), (0.17, 0.0), (0.31, -0.1)):
        brush.fill(disc(x - spot[0], y - spot[1], 0.045), accent, 0.8)
    brush.fill(disc(x - 0.17, y - 0.45, 0.085), WHITE)
    brush.fill(disc(x - 0.16, y - 0.45, 0.05), INK)


def draw_octopus(brush: Brush, main: Color, accent: Color) -> None:
    """Draw an octopus: a large head over eight curling arms."""
    side, y = brush.x, brush.y
    swing = brush.any(-0.06, 0.06)
    x = np.abs(side + swing * np.clip(-y, 0, 1))
    paths = [
        [
            (0.2, 0.0, 0.13),
            (0.55, -0.12, 0.1),
            (0.84, 0.06, 0.07),
            (0.9, 0.3, 0.045),
            (0.76, 0.38, 0.03),
        ],
        [(0.2, -0.1, 0.13), (0.5, -0.36, 0.1), (0.78, -0.36, 0.07), (0.94, -0.2, 0.035)],
        [(0.16, -0.15, 0.12), (0.36, -0.54, 0.095), (0.58, -0.72, 0.06), (0.76, -0.66, 0.03)],
        [(0.06, -0.2, 0.11), (0.15, -0.6, 0.085), (0.12, -0.84, 0.055), (0.26, -0.95, 0.03)],
    ]
    arms = strokes(x, y, paths[0])
    for path in paths[1:]:
        arms = np.minimum(arms, strokes(x, y, path))
    brush.model(arms, main, 0.13)
    for place in (
        (0.5, -0.16),
        (0.66, -0.06),
        (0.5, -0.4),
        (0.66, -0.4),
        (0.34, -0.56),
        (0.14, -0.6),
    ):
        brush.fill(disc(x - place[0], y - place[1], 0.035), accent, 0.85)
    head = melt(ellipse(x, y - 0.46, 0.42, 0.48), ellipse(x, y - 0.02, 0.32, 0.26), 0.15)
    brush.model(head, main, 0.4)
    for spot in ((0.0, 0.74, 0.06), (0.17, 0.64, 0.05), (0.08, 0.54, 0.035)):
        brush.fill(disc(x - spot[0], y - spot[1], spot[2]), accent, 0.7)
    brush.fill(disc(x - 0.18, y - 0.24, 0.125), WHITE)
    brush.fill(ellipse(x - 0.17, y - 0.23, 0.065, 0.08), INK)


def draw_seahorse(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a seahorse from the side, snout to the right, tail curled."""
    x, y = brush.x, brush.y
    fan = brush.any(0.0, 0.08)
    fin = ellipse(*turned(x + 0.3 + fan, y + 0.02, 70), 0.2, 0.13)
    brush.model(fin, accent, 0.15, 0.9)
    crown = strokes(x, y, [(0.0, 0.78, 0.07), (-0.06, 0.95, 0.03)])
    crown = np.minimum(crown, strokes(x, y, [(-0.08, 0.68, 0.06), (-0.24, 0.8, 0.025)]))
    brush.fill(crown, accent)
    trunk = strokes(
        x, y, [(-0.02, 0.62, 0.15), (-0.14, 0.38, 0.15), (0.0, 0.1, 0.25), (-0.05, -0.2, 0.2)]
    )
    tail = strokes(
        x,
        y,
        [
            (-0.05, -0.2, 0.19), (-0.16, -0.5, 0.12), (-0.1, -0.76, 0.095), (0.12, -0.88, 0.08),
            (0.31, -0.76, 0.07), (0.3, -0.58, 0.055), (0.15, -0.56, 0.045),
        ],
    )  # fmt: skip
    head = melt(
        ellipse(x - 0.04, y - 0.64, 0.22, 0.18),
        limb(x, y, (0.1, 0.62, 0.09), (0.5, 0.5, 0.06)),
        0.08,
    )
    body = melt(melt(trunk, tail, 0.06), head, 0.1)
    brush.model(body, main, 0.2)
    rings = np.abs(np.mod(y + 0.25 * x + 3, np.float32(0.17)) - 0.085) - 0.022
    brush.fill(np.maximum(rings, np.maximum(body + 0.03, y - 0.4)), accent, 0.75)
    brush.fill(disc(x - 0.08, y - 0.68, 0.085), WHITE)
    brush.fill(disc(x - 0.09, y - 0.68, 0.05), INK)


def draw_shell(brush: Brush, main: Color, accent: Color) -> None:
    """Draw a scallop shell: a fan of ribs over a hinge."""
    x, y = brush.x, brush.y + 0.72
    radius, angle = length(x, y), np.arctan2(x, y)
    ribs = np.cos(angle * np.float32(16))
    rim = radius - (1.5 + 0.045 * ribs) + 0.32 * angle * angle
    fan = np.maximum(rim, (np.abs(angle) - 0.98) * np.minimum(radius, 0.6))
    ears = polygon(np.abs(x), y, [(0.0, -0.06), (0.42, -0.04), (0.34, 0.3), (0.0, 0.36)])
    brush.model(ears - 0.02, accent, 0.2)
    brush.model(fan - 0.03, accent, 0.25)
    brush.model(fan + 0.02, main, 0.3)
    grooves = (ribs + 0.66) * 0.11 * radius
    brush.fill(np.maximum(grooves, fan + 0.05), accent, 0.8)
    for ring in (0.75, 1.1):
        brush.fill(np.maximum(np.abs(rim + 1.5 - ring) - 0.03, fan + 0.04), accent, 0.55)
