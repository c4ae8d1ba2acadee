"""A worker that rests after each job, so that pictures take no time from the hand."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from al_widgets.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future


class RestingWorker(Worker):
    """Runs a job at once if it is rested, else after the rest; of those that wait the newest.

    So the first of a series of requests is served at once, and the last one always.

    Parameters
    ----------
    name : str
        Name of the thread.
    rest : float
        Seconds from the end of a job to the beginning of the next.
    """

    def __init__(self, name: str, rest: float) -> None:
        super().__init__(name)
        self._rest = rest
        self._hurry = threading.Event()

    def submit(self, job: Callable[[], Any], *, at_once: bool = False) -> Future[Any]:
        """Ask for `job`; `at_once` cuts the rest short."""

        def job_and_rest() -> Any:
            self._hurry.clear()
            try:
                return job()
            finally:
                self._hurry.wait(self._rest)

        future = super().submit(job_and_rest)
        if at_once:
            self._hurry.set()
        return future
