"""Something that is done again and again while somebody looks."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Beat:
    """Calls a bound method every so often, on a thread of its own, from `start` to `stop`.

    It ends by itself when the method's owner is no more.

    Parameters
    ----------
    name : str
        Of the thread.
    seconds : float
        From one call to the next.
    call : bound method
        It returns at once.
    """

    def __init__(self, name: str, seconds: float, call: Callable[[], None]) -> None:
        self._name, self._seconds, self._call = name, seconds, weakref.WeakMethod(call)
        self._lock = threading.Lock()
        self._stopped: threading.Event | None = None

    def start(self) -> None:
        """Begin; once begun, nothing changes."""
        with self._lock:
            if self._stopped is None:
                self._stopped = threading.Event()
                arguments = (self._stopped, self._seconds, self._call)
                threading.Thread(target=_beat, args=arguments, name=self._name, daemon=True).start()

    def stop(self) -> None:
        """End."""
        with self._lock:
            if self._stopped is not None:
                self._stopped.set()
                self._stopped = None


def _beat(
    stopped: threading.Event, seconds: float, call: weakref.WeakMethod[Callable[[], None]]
) -> None:
    while not stopped.wait(seconds):
        if (method := call()) is None:
            return
        method()
        del method
