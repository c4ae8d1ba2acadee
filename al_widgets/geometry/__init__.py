"""The shape of a pool: where its items lie, which are near each other, and which are alike.

`_geometry` computes it once from features that stay as they are; `_grown` attaches what came later;
`_geometries` decides which of the two it is.
"""

from __future__ import annotations

from al_widgets.geometry._geometries import Geometries
from al_widgets.geometry._geometry import Geometry
from al_widgets.geometry._layout import Layout, as_coordinates
from al_widgets.geometry._neighbors import Neighbors
from al_widgets.geometry._preparation import Preparation
from al_widgets.geometry._scaling import Scaling

__all__ = [
    "Geometries",
    "Geometry",
    "Layout",
    "Neighbors",
    "Preparation",
    "Scaling",
    "as_coordinates",
]
