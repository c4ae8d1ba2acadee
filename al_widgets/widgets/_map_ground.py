"""Which items are on the map, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.widgets._map_view import Plane

if TYPE_CHECKING:
    from al_widgets.geometry import Geometry, Layout
    from al_widgets.learner import ActiveLearner
    from al_widgets.pool import Pool


class Ground:
    """The items that are on the map, and where they lie.

    They are those that the pool had at the last training, or when items were made last: a pool may
    grow with each query, and all points are sent anew then.

    Parameters
    ----------
    learner : ActiveLearner
        Whose pool.

    Attributes
    ----------
    layout : Layout or None
        Where they lie; None before `lay`.
    plane : Plane or None
        The same as coordinates of the browser.
    """

    def __init__(self, learner: ActiveLearner) -> None:
        self._learner = learner
        self._pool, self._of = learner.pool.fixed(), self._moment()
        self.layout: Layout | None = None
        self.plane: Plane | None = None

    @property
    def pool(self) -> Pool:
        """The pool as it was then; as it is, if there was no training."""
        moment = self._moment()
        if moment[0] is None or moment != self._of:
            self._pool, self._of = self._learner.pool.fixed(), moment
        return self._pool

    def _moment(self) -> tuple[str | None, int]:
        with self._learner.log.known() as state:
            return self._learner.trained, state.synthetic.last

    @property
    def geometry(self) -> Geometry:
        """Where its items lie, and which are near each other."""
        return self.pool.geometry

    def lay(self, pool: Pool) -> dict[str, Any] | None:
        """Find out where the items are; return their points if that changed."""
        layout = pool.geometry.layout
        if layout is self.layout:
            return None
        self.layout, self.plane = layout, Plane(layout.coordinates)
        return {"xy": self.plane.points(), "method": layout.method}
