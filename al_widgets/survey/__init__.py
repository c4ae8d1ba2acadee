"""Survey: what is known of every item of a pool at one moment, small enough for a million of them.

A map colors items by it (`al_widgets.coloring`), and `regions` says where on the map each variation
of each class lies, and whether a label represents it. Taking a survey predicts all items, which is
the slow part; with the same model the next survey takes the predictions over.
"""

from __future__ import annotations

from al_widgets.survey._known import GivenLabels, LabeledItems, MadeItems, Survey
from al_widgets.survey._regions import (
    HOLE,
    REPRESENTED,
    STATES,
    THIN,
    Region,
    cell_of,
    class_of,
    main_cells,
    regions,
    states,
)
from al_widgets.survey._taking import survey

__all__ = [
    "HOLE",
    "REPRESENTED",
    "STATES",
    "THIN",
    "GivenLabels",
    "LabeledItems",
    "MadeItems",
    "Region",
    "Survey",
    "cell_of",
    "class_of",
    "main_cells",
    "regions",
    "states",
    "survey",
]
