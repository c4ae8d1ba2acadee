"""How the curves of a race are drawn: which color, and names beside the ends of the lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from al_widgets.displays import THEMES

_LONGEST = 24  # letters of a name

# In this order the least difference between two of them is largest, also as the color-blind see it
_PALETTES = {
    "light": ("#0969da", "#bc4c00", "#431a52", "#2b9a7e", "#7a1f33", "#b08300", "#c45aa8"),
    "dark": ("#58a6ff", "#f0883e", "#e8f27a", "#2fb597", "#f4c6e6", "#d8477b", "#8f7bff"),
}


def looks(ranked: list[str], baseline: str, theme: str) -> dict[str, dict[str, Any]]:
    """Return color and dashes of each line: gray for the baseline, dotted once colors repeat."""
    hues = _PALETTES[theme]
    others = [name for name in ranked if name != baseline]
    found: dict[str, dict[str, Any]] = {
        name: {"color": hues[place % len(hues)], "ls": "-" if place < len(hues) else ":"}
        for place, name in enumerate(others)
    }
    return {**found, baseline: {"color": THEMES[theme].muted, "ls": (0, (4, 2))}}


def draw_curves(
    ax: Any,
    n_labels: np.ndarray,
    means: dict[str, np.ndarray],
    halves: dict[str, np.ndarray],
    styles: dict[str, dict[str, Any]],
) -> None:
    """Draw curves with bands around them, the best one, which comes first, on top."""
    dot = "" if len(n_labels) > 1 else "o"
    for place, (name, mean) in enumerate(means.items()):
        low, high = np.clip([mean - halves[name], mean + halves[name]], 0, 1)
        color, over = styles[name]["color"], 3 + len(means) - place
        ax.fill_between(n_labels, low, high, color=color, alpha=0.13, lw=0, zorder=2)
        ax.plot(n_labels, mean, lw=2, label=name, marker=dot, zorder=over, **styles[name])
    ax.set_xlim(0, n_labels[-1])
    ax.locator_params(axis="x", nbins=6, integer=True)


def name_the_ends(ax: Any, ends: dict[str, float], ink: str) -> None:
    """Write the name of each line beside its end, that of the first one in bold."""
    (low, high), right = ax.get_ylim(), ax.get_xlim()[1]
    names = sorted(ends, key=ends.__getitem__)
    points = 72 * ax.figure.get_figheight() * ax.get_position().height
    gap = min(12 / points, 1 / len(names))
    heights = spread(np.array([(ends[name] - low) / (high - low) for name in names]), gap)
    hues = {line.get_label(): line.get_color() for line in ax.get_lines()}
    for name, height in zip(names, heights, strict=True):
        ax.annotate(
            name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…",
            (right, ends[name]),
            (1.035, height),
            textcoords="axes fraction",
            va="center",
            color=ink,
            fontsize=9,
            weight="bold" if name == next(iter(ends)) else "normal",
            annotation_clip=False,
            parse_math=False,
            arrowprops={
                "arrowstyle": "-",
                "color": hues[name],
                "lw": 1.5,
                "shrinkA": 3,
                "shrinkB": 0,
                "relpos": (0, 0.5),
                "patchA": None,  # else the line would stop where it comes near the name
            },
        )
    ax.set_ylim(low, high)


def spread(heights: np.ndarray, gap: float) -> np.ndarray:
    """Return places near the given heights, at least `gap` apart and between 0 and 1.

    Parameters
    ----------
    heights : ndarray of shape (n,)
        Ascending.
    gap : float
        At most 1 / n.

    Examples
    --------
    >>> spread(np.array([0.1, 0.5, 0.52]), 0.1).round(2).tolist()
    [0.1, 0.46, 0.56]
    >>> spread(np.array([0.5, 1.0, 1.0]), 0.1).round(2).tolist()
    [0.5, 0.9, 1.0]
    """
    steps = gap * np.arange(len(heights))
    up = np.maximum.accumulate(heights - steps)  # each pushes those above it up
    down = np.minimum.accumulate((heights - steps)[::-1])[::-1]  # or those below it down
    middle = np.clip((up + down) / 2, 0, 1 - steps[-1])
    return np.asarray(middle + steps)
