"""A computation on a thread of its own, and who hears how far it is."""

from __future__ import annotations

import logging
import sys
import weakref
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Any

from al_widgets.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

ALONE = ("emscripten", "wasi")
"""Platforms, such as a kernel in a browser, that start neither threads nor processes."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far the computation is.

    Attributes
    ----------
    step : str
        What is done now, in words.
    share : float
        How much of all is done, from 0 to 1.
    """

    step: str
    share: float


NOT_BEGUN = Preparation("not begun", 0.0)


class Preparing:
    """Runs a computation on a thread of its own, and tells how far it is.

    Parameters
    ----------
    name : str
        Name of the thread.
    progress : Preparation
        How far it is to begin with.

    Attributes
    ----------
    is_asked_for : bool
        Whether somebody has asked for it.

    Examples
    --------
    >>> preparing = Preparing("example")
    >>> preparing.start(lambda: 6 * 7, listener=None).result()
    42
    >>> preparing.progress
    Preparation(step='ready', share=1.0)
    """

    def __init__(
        self,
        name: str,
        progress: Preparation = NOT_BEGUN,
    ) -> None:
        self.progress = progress
        self._listeners: list[Callable[[], None]] = []
        self._asked: list[weakref.WeakMethod[Callable[[], None]]] = []
        self.is_asked_for = False
        self._worker = Worker(name)

    def start(self, job: Callable[[], Any], listener: Callable[[], None] | None) -> Future[Any]:
        """Ask for `job`; the listener hears of each change of `progress`, and of the end."""
        self.is_asked_for = True
        if listener is not None:
            self._listeners.append(listener)
            if isinstance(listener, MethodType) and listener not in self.asked:
                self._asked.append(weakref.WeakMethod(listener))
        run = partial(self._run, job)
        if sys.platform not in ALONE:
            return self._worker.submit(run)
        future: Future[Any] = Future()
        try:
            future.set_result(run())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever holds the future
            future.set_exception(error)
        return future

    def follow(
        self, older: Preparing, start: Callable[[Callable[[], None] | None], Any] | None
    ) -> None:
        """Begin what was asked of another one, for the same listeners; not yet if `start` is None.

        Those are methods of somebody who lives: of others it is not known who still wants to hear.
        """
        self.is_asked_for, self._asked = older.is_asked_for, list(older._asked)
        if start is not None and self.is_asked_for:
            for listener in [None, *self.asked]:
                start(listener)

    @property
    def asked(self) -> list[Callable[[], None]]:
        """The listeners so far that are methods of somebody who lives."""
        found = [known() for known in self._asked]
        return [listener for listener in found if listener is not None]

    def say(self, step: str, share: float) -> None:
        """Change `progress`, and call the listeners."""
        self._tell(Preparation(step, share))

    def _run(self, job: Callable[[], Any]) -> Any:
        try:
            result = job()
        except BaseException as error:
            self._end(Preparation(f"failed: {error}", self.progress.share))
            raise
        self._end(Preparation("ready", 1.0))
        return result

    def _end(self, progress: Preparation) -> None:
        for listener in self._tell(progress):  # who came meanwhile waits for the next end
            self._listeners.remove(listener)

    def _tell(self, progress: Preparation) -> tuple[Callable[[], None], ...]:
        self.progress = progress
        told = tuple(self._listeners)
        for listener in told:
            try:
                listener()
            except Exception:  # a picture of the work may fail; the work goes on
                logging.getLogger(__name__).exception("a listener failed")
        return told
