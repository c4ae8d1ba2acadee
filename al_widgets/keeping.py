"""What a learner keeps beyond its session: its log in a new store, what it knows of its pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from al_widgets.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path


class Keeping(Reading):
    """The part of an `al_widgets.ActiveLearner` that writes elsewhere; it is made there."""

    def save(self, where: str | Path) -> None:
        """Copy the log into a new store, and go on there: for labels that began in memory."""
        self._log.move_to(where)
        self._keep_geometry()
        self._log.notify()

    def _keep_geometry(self) -> None:
        """Keep what is computed about the pool beside its labels."""
        if (folder := self.store.folder) is not None:
            self.pool.geometry.keep_in(folder / ".al_widgets")
