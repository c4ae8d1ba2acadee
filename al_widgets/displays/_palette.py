"""The colors of the classes, in pictures and in the browser."""

from __future__ import annotations

from al_widgets.exceptions import InvalidInput

_BASE = {
    "light": (
        "#1772ba", "#fb9b01", "#21a178", "#a1427b", "#5cc0fe",
        "#e2560d", "#a2c092", "#59269f", "#7a491b", "#9082f9",
    ),
    "dark": (
        "#4496fd", "#f8b100", "#128b78", "#d267ba", "#a0e9ff",
        "#f17016", "#c4ef8f", "#7957d9", "#9a5718", "#c3ace2",
    ),
}  # fmt: skip

STAR = (
    (0, 1), (0.22, 0.22), (1, 0), (0.22, -0.22), (0, -1), (-0.22, -0.22), (-1, 0), (-0.22, 0.22),
    (0, 1),
)  # fmt: skip
"""The shape of what was made from other items, as corners; it is no class's."""

_SHADES = ((0, 0.0), (0, 0.4), (255, 0.4))  # as they are, then nearer to black, then to white


def class_colors(n: int, theme: str = "light") -> list[str]:
    """Return a color for each of `n` classes, to be told apart also by the color-blind.

    Ten colors were found by searching around those of Okabe and Ito for the largest distance
    between the two most alike, as they are seen with normal vision and without red or green cones
    (Machado et al. 2009). It is 0.11 in Oklab, where Tol's and Petroff's ten have 0.05 and 0.06.
    From the 11th on they come once more in darker shades, from the 21st in lighter ones, and from
    the 31st they repeat: a picture of so many has to tell classes by shape or name too.

    Parameters
    ----------
    n : int
        Number of classes, at least 0.
    theme : {"light", "dark"}
        The page that they stand on.

    Returns
    -------
    list of str, length n
        As "#rrggbb".

    References
    ----------
    Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision
    deficiency. IEEE Transactions on Visualization and Computer Graphics 2009.

    Examples
    --------
    >>> class_colors(2)
    ['#1772ba', '#fb9b01']
    >>> class_colors(11, "dark")[10]
    '#295a98'
    """
    if theme not in _BASE:
        raise InvalidInput("theme must be known", repr(theme), f"Choose one of {list(_BASE)}")
    shades = [_mixed(color, *shade) for shade in _SHADES for color in _BASE[theme]]
    return [shades[k % len(shades)] for k in range(n)]


def _mixed(color: str, gray: int, share: float) -> str:
    """Return the color with this share of a gray in it."""
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (gray - part) * share):02x}" for part in parts)
