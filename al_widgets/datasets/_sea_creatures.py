from __future__ import annotations

from typing import Any

import numpy as np

from al_widgets.datasets._drawing import Brush, Canvas, paint
from al_widgets.datasets._features import describe
from al_widgets.datasets._scenery import (
    GROUNDS,
    LIGHTS,
    SHADE,
    add_bubbles,
    add_grain,
    add_passers_by,
    add_shadow,
)
from al_widgets.datasets._variations import DRAWN_BY, VARIATIONS, Variation
from al_widgets.exceptions import InvalidInput
from al_widgets.pool import Pool

SIZE = 48
"""Width and height of a picture, in pixels."""

N_FEATURES = 64
"""Columns of the features, where there are as many pictures."""

_CHUNK = 32  # pictures drawn together: their planes stay in the processor's cache


def make_sea_creatures(
    n: int = 10_000, classes: int = 10, random_state: int = 0
) -> tuple[Pool, np.ndarray, np.ndarray]:
    """Draw pictures of sea creatures, each in several variations of very unequal frequency.

    The worked example of the literature: 10,000 items, 10 classes, a budget of 1,000 labels, and
    variations inside each class that random labels miss. Here the variations are known.

    Parameters
    ----------
    n : int
        Number of pictures; at least `classes`.
    classes : int
        Number of animals, 2 to 10: fish, jellyfish, starfish, turtle, crab, octopus, whale, ray,
        seahorse and shell, in this order.
    random_state : int
        Seed. The same arguments give the same pictures.

    Returns
    -------
    pool : Pool of n items
        Content: RGB pictures, an ndarray of shape (n, 48, 48, 3), uint8. Features: float32 of shape
        (n, 64), or (n, n) below 64 pictures: histograms of edge directions and
        mean colors in 4 by 4 tiles, reduced by principal components. ``pool.featurize`` makes those
        of other pictures of this size.
    y : ndarray of shape (n,), str
        What each picture shows. Real work has no such thing; it is for simulated annotators.
    variation : ndarray of shape (n,), str
        The animal and its variation, such as "fish / in murky green".

    Notes
    -----
    Numbers of pictures do not depend on the seed. The first animal is nearly twice as frequent as
    the last. Each has six or seven variations, of which each is half as frequent as the one before:
    the commonest makes half of its class, the rarest about 1 %. Every variation that a class has
    pictures enough for is there; with 10 classes and n=10,000 the rarest has 8 pictures or more.

    Examples
    --------
    >>> pool, y, variation = make_sea_creatures(200, classes=3)
    >>> pool
    <Pool of 200 items, 64 features, image>
    >>> np.unique(y)
    array(['fish', 'jellyfish', 'starfish'], dtype='<U9')
    >>> len(np.unique(variation))
    21
    """
    _check(n, classes, random_state)
    kinds = _kinds(n, classes)
    rng = np.random.default_rng(random_state)
    drawn = [_draw(rng, name, kind, count) for name, kind, count in kinds]
    order = rng.permutation(n)
    counts = [count for _, _, count in kinds]
    y = np.repeat([name for name, _, _ in kinds], counts)[order]
    variation = np.repeat([f"{name} / {kind.name}" for name, kind, _ in kinds], counts)[order]
    pictures = np.concatenate(drawn)[order]
    features, featurize = describe(pictures, N_FEATURES)
    return Pool(features, content=pictures, featurize=featurize), y, variation


def _check(n: Any, classes: Any, random_state: Any) -> None:
    """Refuse arguments that make no sense."""
    most = len(DRAWN_BY)
    for name, value, low, remedy in (
        ("classes", classes, 2, f"Pass classes={most}"),
        ("n", n, 2, "Pass n=10_000"),
        ("random_state", random_state, 0, "Pass random_state=0"),
    ):
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or value < low:
            raise InvalidInput(
                f"{name} must be a whole number of at least {low}", repr(value), remedy
            )
    if classes > most:
        raise InvalidInput(
            f"classes must be at most {most}", str(classes), f"Pass classes={most} or fewer"
        )
    if n < classes:
        raise InvalidInput(
            "n must be at least classes", f"n={n}, classes={classes}", f"Pass n>={classes}"
        )


def _kinds(n: int, classes: int) -> list[tuple[str, Variation, int]]:
    """Return animal, variation and number of pictures, for all that have any."""
    names = list(DRAWN_BY)[:classes]
    kinds = []
    for name, total in zip(names, _apportion(n, np.linspace(1.3, 0.7, classes)), strict=True):
        halves = 0.5 ** np.arange(len(VARIATIONS[name]))
        counts = _apportion(total, halves)
        kinds += [(name, *pair) for pair in zip(VARIATIONS[name], counts, strict=True) if pair[1]]
    return kinds


def _apportion(n: int, weights: np.ndarray) -> list[int]:
    """Return whole numbers that sum to n, one for each weight first and the rest in proportion."""
    first = np.arange(len(weights)) < n
    shares = weights / weights.sum() * (n - first.sum())
    counts = first + np.floor(shares).astype(int)
    counts[np.argsort(np.floor(shares) - shares, kind="stable")[: n - counts.sum()]] += 1
    return [int(count) for count in counts]


def _draw(rng: np.random.Generator, name: str, kind: Variation, count: int) -> np.ndarray:
    """Return pictures of one variation, of shape (count, 48, 48, 3)."""
    chunks = [_draw_chunk(rng, name, kind, min(_CHUNK, count - i)) for i in range(0, count, _CHUNK)]
    return np.concatenate(chunks)


def _draw_chunk(rng: np.random.Generator, name: str, kind: Variation, count: int) -> np.ndarray:
    canvas = Canvas(rng, count, SIZE)
    GROUNDS[kind.ground](canvas)
    if kind.ground != "seabed":
        add_passers_by(canvas)
    hue = rng.normal(1, 0.09, (count, 3)).astype(np.float32)
    tint = paint(SHADE.get(kind.light, "ffffff")) * hue
    for center in _centers(canvas, kind):
        size = kind.size * canvas.any(0.75, 1.12)
        if kind.ground == "seabed":
            add_shadow(canvas, center, size)
        turn = kind.turn + canvas.any(-21, 21)
        brush = Brush.at(canvas, center, size, turn, tint, mirrored=kind.mirrored)
        DRAWN_BY[name](brush, kind.main, kind.accent)
    LIGHTS[kind.light](canvas, center)
    add_bubbles(canvas)
    add_grain(canvas, 0.014)
    return (np.clip(canvas.rgb, 0, 1) * 255).astype(np.uint8)


def _centers(canvas: Canvas, kind: Variation) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return where the animals are, the others around the one that is drawn last."""
    room = max(0.2, 1.05 - kind.size) if not kind.others else 0.2
    u, v = canvas.any(-room, room), canvas.any(-room, room) - kind.sunk
    first = canvas.any(0, 6)
    centers = []
    for j in range(kind.others):
        angle = first + np.float32(2 * np.pi * j / kind.others) + canvas.any(-0.3, 0.3)
        far = canvas.any(0.65, 0.9)
        centers.append((u + far * np.cos(angle), v + far * np.sin(angle)))
    return [*centers, (u, v)]
