"""The map of a pool: its classes as hills, the labels on it, and the holes between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from al_widgets.displays._base import Display, Theme, cut
from al_widgets.displays._coverage import said_of
from al_widgets.displays._palette import STAR, class_colors
from al_widgets.displays._placing import settle
from al_widgets.outlines import Density, extent_of
from al_widgets.survey import class_of, regions, survey

if TYPE_CHECKING:
    from al_widgets.learner import ActiveLearner
    from al_widgets.outlines import Extent
    from al_widgets.survey import Region

_MOST_POINTS = 20_000  # of more items a random sample is drawn
_RASTER_FROM = 500  # points; more would make an SVG heavy
_SHARES = (0.9, 0.6, 0.3)  # of a class inside its contours
_LEAST_ITEMS = 5  # of a class that has contours
_MOST_NAMES = 30  # classes, the largest, whose name stands on the map
_MOST_TOLD = 5  # holes, the largest, whose size stands on the map
_MARKERS = "os^DvPX"  # seven, so that with ten colors seventy classes differ in one or the other
_PAGE = {"light": "#ffffff", "dark": "#111111"}
_MADE = {"umap": "by UMAP", "pca": "by principal components", "given": "as it was given"}


class Hill(NamedTuple):
    """Where the items of a class lie: `outlines` around 90, 60 and 30 % of them, if not of few."""

    label: int
    n_items: int
    peak: tuple[float, float]
    outlines: tuple[tuple[np.ndarray, ...], ...]


@dataclass
class CoverageMapDisplay(Display):
    """All items on a map, pale; the labels on it, solid; variations without a label, dashed.

    Items that were made from others are stars, filled where models learn from them.

    Parameters
    ----------
    classes : tuple of str
        The names of the classes.
    points : ndarray of shape (n_points, 2)
        Where items lie; of more than 20,000 a random sample.
    point_classes : ndarray of shape (n_points,), int
        The class of each, given or else predicted, as a position in `classes`; the number of
        classes where it is unknown.
    labels : ndarray of shape (n_labels, 2)
        Where the labeled items lie.
    label_classes : ndarray of shape (n_labels,), int
        Their classes.
    held_out : ndarray of shape (n_labels,), bool
        Whether a label validates, and no model learns from it.
    hills : tuple of Hill
        Where the classes lie, the largest first.
    regions : tuple of Region
        Where their variations lie; see `al_widgets.survey.regions`.
    n_items : int
        Size of the pool.
    method : str
        How the map was made: "umap", "pca" or "given".
    made : ndarray of shape (n_made, 2)
        Where the items lie that were made; they are none of the points.
    made_classes : ndarray of shape (n_made,), int
        Their classes; the number of classes where nobody said.
    made_in_use : ndarray of shape (n_made,), bool
        Whether models learn from them.

    Notes
    -----
    What is near on the map is near in the pool, more or less; how far groups are apart means little
    (McInnes, Healy, Melville: UMAP, 2018). Labels are counted in the pool, never on the map.
    """

    classes: tuple[str, ...]
    points: np.ndarray
    point_classes: np.ndarray
    labels: np.ndarray
    label_classes: np.ndarray
    held_out: np.ndarray
    hills: tuple[Hill, ...]
    regions: tuple[Region, ...]
    n_items: int
    method: str
    made: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    made_classes: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    made_in_use: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=bool))
    ax_: Any = field(default=None, repr=False)
    figure_: Any = field(default=None, repr=False)

    @classmethod
    def from_learner(cls, learner: ActiveLearner) -> CoverageMapDisplay:
        """Place what the learner knows on the map that there is; wait only for the variations."""
        _ = learner.pool.geometry.variations
        layout = learner.pool.geometry.layout
        coordinates, known = layout.coordinates, survey(learner)
        made, classes = known.made, class_of(known)
        is_made = np.zeros(known.n_items, dtype=bool)
        is_made[made.positions] = True
        shown = np.flatnonzero(~is_made)
        n = len(shown)
        if n > _MOST_POINTS:
            shown = shown[np.random.default_rng(0).choice(n, _MOST_POINTS, replace=False)]
        return cls(
            classes=known.classes,
            points=coordinates[shown],
            point_classes=classes[shown],
            labels=coordinates[known.labeled.positions],
            label_classes=known.labeled.labels,
            held_out=known.labeled.held_out,
            hills=_hills(coordinates[~is_made], classes[~is_made], len(known.classes)),
            regions=tuple(regions(known, coordinates)),
            n_items=n,
            method=layout.method,
            made=coordinates[made.positions],
            made_classes=np.where(made.labels < 0, len(known.classes), made.labels),
            made_in_use=made.in_use,
        )

    @property
    def holes(self) -> tuple[Region, ...]:
        """The variations without a label, the largest first."""
        return tuple(region for region in self.regions if region.state == "hole")

    @property
    def fact(self) -> str:
        """How many labels there are, and how many variations have none."""
        n, holes = len(self.labels), len(self.holes)
        labels = f"{n} label{'s' * (n != 1)}"
        if len(self.made):
            labels += f" · {len(self.made):,} made"
        return f"{labels} · {holes} hole{'s' * (holes != 1)} in {len(self.regions)} variations"

    @property
    def summary(self) -> str:
        """The map in a sentence."""
        n, holes = len(self.labels), self.holes
        words = (
            f"A map of {_items(self.n_items)}, made {_MADE[self.method]}, with {n} "
            f"label{'s' * (n != 1)}: they represent {len(self.regions) - len(holes)} of "
            f"{len(self.regions)} variations."
        )
        if holes:
            words += f" The largest without: {said_of(holes[0].n_items, holes[0].label)}."
        if n_made := len(self.made):
            used = int(self.made_in_use.sum())
            words += f" Besides, {_items(n_made)} made from labeled ones, {used:,} of them in use."
        return words

    def svg(self, width: float = 5.2, height: float = 4.6, theme: str = "light") -> str:
        """Return the picture as SVG on a transparent ground; sizes are in inches."""
        return super().svg(width, height, theme)

    def png(self, width: float = 6.0, height: float = 5.0) -> bytes:
        """Return the picture as PNG on white, for a page of any theme; sizes are in inches."""
        return super().png(width, height)

    def plot(self, ax: Any = None, *, theme: str = "light") -> CoverageMapDisplay:
        """Draw the items, the hills of the classes, the labels and the holes.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            A new figure is made when None.
        theme : {"light", "dark"}
            The page that it is legible on.
        """
        if ax is None:
            from matplotlib.figure import Figure  # noqa: PLC0415 - slow, and not always needed

            ax = Figure(figsize=(6.0, 5.0), layout="constrained").add_subplot()
        ax, colors = self._axes(ax, theme)
        ax.spines["bottom"].set_visible(False)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_aspect("equal", adjustable="datalim")
        ax.margins(0.04)
        of_class = [*class_colors(len(self.classes), theme), colors.muted]
        self._points(ax, of_class)
        self._slopes(ax, of_class)
        self._outlines(ax, colors)
        self._stars(ax, of_class, colors)
        self._labels(ax, of_class, colors)
        self._title(colors, "Map", self.fact)
        ax.set_xlabel(self._legend(), color=colors.muted, fontsize=9)
        settle([*self._names(ax, colors, theme), *self._sizes(ax, colors, theme)], self.labels)
        return self

    def _points(self, ax: Any, of_class: list[str]) -> None:
        n = len(self.points)
        ax.scatter(
            *self.points.T,
            s=np.clip(12_000 / max(n, 1), 1.2, 9),
            c=[of_class[k] for k in self.point_classes],
            alpha=0.35,
            linewidths=0,
            rasterized=n > _RASTER_FROM,
            zorder=1,
        )

    def _slopes(self, ax: Any, of_class: list[str]) -> None:
        """Draw the contours of the classes, one step on the other."""
        from matplotlib.collections import PolyCollection  # noqa: PLC0415

        steps = [
            (polygon, of_class[hill.label])
            for hill in self.hills
            for polygons in hill.outlines
            for polygon in polygons
        ]
        if not steps:
            return
        shapes, color = zip(*steps, strict=True)
        slopes = PolyCollection(shapes, facecolor=color, linewidth=0, alpha=0.1, zorder=2)
        lines = {"facecolor": "none", "edgecolor": color, "linewidth": 0.5, "alpha": 0.6}
        ax.add_collection(slopes, autolim=False)
        ax.add_collection(PolyCollection(shapes, zorder=3, **lines), autolim=False)
        ax.update_datalim(np.concatenate(shapes))

    def _outlines(self, ax: Any, colors: Theme) -> None:
        """Draw where no label is."""
        from matplotlib.collections import PolyCollection  # noqa: PLC0415

        shapes = [polygon for hole in self.holes for polygon in hole.outlines]
        if not shapes:
            return
        dashed: dict[str, Any] = {
            "edgecolor": colors.second,
            "linewidth": 1.2,
            "linestyle": (0, (3.5, 2)),
        }
        holes = PolyCollection(shapes, facecolor="none", zorder=4, **dashed)
        ax.add_collection(holes, autolim=False)
        ax.update_datalim(np.concatenate(shapes))

    def _stars(self, ax: Any, of_class: list[str], colors: Theme) -> None:
        """Draw what was made."""
        for k in np.unique(self.made_classes):
            for is_used in (False, True):
                mine = (self.made_classes == k) & (self.made_in_use == is_used)
                ax.scatter(
                    *self.made[mine].T,
                    s=80,
                    marker=STAR,
                    facecolor=of_class[k] if is_used else "none",
                    edgecolor=colors.ink if is_used else of_class[k],
                    linewidths=0.6 if is_used else 1.0,
                    zorder=4.5,
                )

    def _labels(self, ax: Any, of_class: list[str], colors: Theme) -> None:
        for k in np.unique(self.label_classes):
            for hollow in (True, False):
                mine = (self.label_classes == k) & (self.held_out == hollow)
                ax.scatter(
                    *self.labels[mine].T,
                    s=22,
                    marker=_MARKERS[k % len(_MARKERS)],
                    facecolor="none" if hollow else of_class[k],
                    edgecolor=of_class[k] if hollow else colors.ink,
                    linewidths=1.0 if hollow else 0.6,
                    zorder=5,
                )

    def _names(self, ax: Any, colors: Theme, theme: str) -> list[Any]:
        """Name the classes where they are densest; the largest has the first choice."""
        return [
            _word(ax, cut(self.classes[hill.label]), hill.peak, colors.ink, theme, weight="bold")
            for hill in self.hills[:_MOST_NAMES]
        ]

    def _sizes(self, ax: Any, colors: Theme, theme: str) -> list[Any]:
        """Say how many items the largest holes have."""
        return [
            _word(ax, _items(hole.n_items), hole.center, colors.second, theme)
            for hole in self.holes[:_MOST_TOLD]
        ]

    def _legend(self) -> str:
        words = ["solid: labels"]
        if self.held_out.any():
            words.append("hollow: held out")
        if len(self.made):
            words.append("stars: made (filled: in use)")
        if self.holes:
            words.append("dashed: no label")
        return " · ".join(words)


def _hills(coordinates: np.ndarray, classes: np.ndarray, n_classes: int) -> tuple[Hill, ...]:
    extent = extent_of(coordinates)
    members = (np.flatnonzero(classes == k) for k in range(n_classes))
    hills = [_hill(k, coordinates[mine], extent) for k, mine in enumerate(members) if len(mine)]
    return tuple(sorted(hills, key=lambda hill: -hill.n_items))


def _hill(label: int, points: np.ndarray, extent: Extent) -> Hill:
    density = Density.of(points, extent)
    shares = _SHARES if len(points) >= _LEAST_ITEMS else ()
    outlines = tuple(density.outlines(share) for share in shares)
    return Hill(label, len(points), density.peak, outlines)


def _word(ax: Any, text: str, at: tuple[float, float], color: str, theme: str, **font: Any) -> Any:
    """Write a word with a halo in the color of the page."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    word = ax.annotate(
        text,
        at,
        (0, 0),
        textcoords="offset points",
        ha="center",
        va="center",
        color=color,
        fontsize=9,
        **font,
        parse_math=False,
        path_effects=[withStroke(linewidth=2.4, foreground=_PAGE[theme], alpha=0.85)],
        zorder=6,
    )
    word.set_in_layout(False)  # it is moved after the layout is known
    return word


def _items(n: int) -> str:
    return f"{n:,} item{'s' * (n != 1)}"
