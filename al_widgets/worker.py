"""A thread that works through requests, of which the newest wins."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Worker:
    """Runs jobs one after the other on a thread of its own; of those that wait only the newest.

    Whoever asked for a job that was overtaken gets the result of the one that overtook it.

    Parameters
    ----------
    name : str
        Name of the thread.

    Examples
    --------
    >>> Worker("example").submit(lambda: 6 * 7).result()
    42
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._running: Future[Any] | None = None
        self._waiting: tuple[Future[Any], Callable[[], Any]] | None = None

    def submit(self, job: Callable[[], Any]) -> Future[Any]:
        """Ask for `job`; return the future of its result, or of a newer job's."""
        with self._lock:
            waits = self._waiting is not None and not self._waiting[0].cancelled()
            future: Future[Any] = self._waiting[0] if self._waiting and waits else Future()
            self._waiting = (future, job)
            if self._running is None:
                self._running = future
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
            return future

    @property
    def pending(self) -> Future[Any] | None:
        """The newest job that has not ended."""
        with self._lock:
            return self._waiting[0] if self._waiting else self._running

    def _work(self) -> None:
        while True:
            with self._lock:
                if self._waiting is None:
                    self._running = None
                    return
                (self._running, job), self._waiting = self._waiting, None
                future = self._running
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever holds the future
                future.set_exception(error)
            else:
                future.set_result(result)
