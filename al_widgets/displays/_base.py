"""What the displays share: a figure, a theme, a title with its fact."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import Any

from al_widgets.exceptions import InvalidInput

_DRAWING = threading.Lock()  # matplotlib's caches are not made for several threads

MOST_BARS = 16
"""Classes that get a bar; of more, those that matter most."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colors of a picture: legible on a light or on a dark page, and for the color-blind."""

    ink: str
    muted: str
    grid: str
    accent: str
    second: str


THEMES = {
    "light": Theme("#1f2328", "#656d76", "#e4e7eb", "#0969da", "#bc4c00"),
    "dark": Theme("#e6edf3", "#9198a1", "#30363d", "#58a6ff", "#f0883e"),
}


class Display:
    """What the displays share: a figure, a theme, and a picture at the end of a cell."""

    ax_: Any
    figure_: Any

    def plot(self, ax: Any = None, *, theme: str = "light") -> Any:
        """Draw, and return the display; each subclass says what."""
        raise NotImplementedError

    def svg(self, width: float = 5.2, height: float = 3.2, theme: str = "light") -> str:
        """Return the picture as SVG on a transparent ground; sizes are in inches."""
        return self._saved("svg", width, height, theme).decode()

    def png(self, width: float = 6.0, height: float = 3.6) -> bytes:
        """Return the picture as PNG on white, for a page of any theme; sizes are in inches."""
        return self._saved("png", width, height, "light")

    def _repr_png_(self) -> bytes:
        return self.png()

    def _saved(self, kind: str, width: float, height: float, theme: str) -> bytes:
        from matplotlib.figure import Figure  # noqa: PLC0415 - slow, and not always needed

        with _DRAWING:
            figure = Figure(figsize=(width, height), layout="constrained")
            self.plot(figure.add_subplot(), theme=theme)
            buffer = io.BytesIO()
            transparent = kind == "svg"
            figure.savefig(buffer, format=kind, transparent=transparent, dpi=144)
        return buffer.getvalue()

    def _axes(self, ax: Any, theme: str) -> tuple[Any, Theme]:
        from matplotlib.figure import Figure  # noqa: PLC0415

        if theme not in THEMES:
            raise InvalidInput("theme must be known", repr(theme), f"Choose one of {list(THEMES)}")
        if ax is None:
            ax = Figure(figsize=(6.0, 3.6), layout="constrained").add_subplot()
        self.ax_, self.figure_ = ax, ax.figure
        colors = THEMES[theme]
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.spines["bottom"].set_color(colors.grid)
        ax.tick_params(colors=colors.muted, labelsize=9, length=0)
        ax.set_axisbelow(True)
        return ax, colors

    def _title(self, colors: Theme, name: str, fact: str) -> None:
        """Name the picture and say its main fact, over the whole width if it is alone."""
        if len(self.figure_.axes) > 1:
            self.ax_.set_title(f"{name}  {fact}", loc="left", color=colors.ink, fontsize=10)
            return
        self.figure_.suptitle(
            name, x=0.015, ha="left", color=colors.ink, fontsize=11, weight="bold"
        )
        self.figure_.text(0.985, 0.98, fact, ha="right", va="top", color=colors.accent, fontsize=10)


def cut(name: str, n: int = 18) -> str:
    """Return the name, shortened if it is longer than `n`."""
    return name if len(name) <= n else name[: n - 1] + "…"
