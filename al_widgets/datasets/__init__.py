"""Small pools that need no download."""

from __future__ import annotations

from al_widgets.datasets._digits import load_digits
from al_widgets.datasets._sea_creatures import make_sea_creatures

__all__ = ["load_digits", "make_sea_creatures"]
