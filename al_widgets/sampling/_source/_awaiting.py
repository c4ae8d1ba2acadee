"""Asynchronous streams, which are awaited on a thread of their own."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from al_widgets.sampling._source._feeds import ItemsFeed

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Event, Task


class AsyncFeed(ItemsFeed):
    """Of an asynchronous iterator.

    Its items are awaited on an event loop of its own, as many as are wanted and at most one more:
    the one that was under way when time ran out. The thread ends with the stream, with `close`, and
    with this object.
    """

    replays = False
    kind = "async"
    remedy = "Pass the stream anew: it goes on with this item"

    def __init__(self, values: Any) -> None:
        super().__init__()
        self._pump = _Pump(values)
        self._closes = weakref.finalize(self, self._pump.stop)

    def _gather(self, items: list[Any], most: int, until: float) -> None:
        self._pump.want(most - len(items))
        try:
            self._pump.enough.wait(max(0.0, until - monotonic()))
        finally:
            arrived, ended, failure = self._pump.fetch()
            items += arrived
        self.ended = ended and failure is None
        if failure is not None:
            raise failure

    def retry(self) -> None:
        """Do nothing: what it raised, it will not take back."""

    def close(self) -> None:
        """End the thread."""
        self._closes()
        super().close()


class _Pump:
    """Awaits items on a thread; knows nothing of the feed, which may so be forgotten.

    Attributes
    ----------
    enough : threading.Event
        Set when as many arrived as are wanted, or no more will.
    """

    def __init__(self, values: Any) -> None:
        self._values = values
        self._lock = threading.Lock()
        self._arrived: deque[Any] = deque()
        self._wanted = 0
        self._is_over = False
        self._failure: Exception | None = None
        self._thread: threading.Thread | None = None
        self._loop: AbstractEventLoop | None = None
        self._room: Event | None = None
        self._task: Task[None] | None = None
        self.enough = threading.Event()

    def want(self, n: int) -> None:
        """Let `n` items arrive."""
        with self._lock:
            self._wanted = n
            if self._is_over or len(self._arrived) >= n:
                self.enough.set()
                return
            self.enough.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="al-stream", daemon=True)
                self._thread.start()
            elif self._loop is not None and self._room is not None:
                self._loop.call_soon_threadsafe(self._room.set)

    def fetch(self) -> tuple[list[Any], bool, Exception | None]:
        """Return what arrived, whether that was all, and what the stream raised after it."""
        with self._lock:
            n = min(self._wanted, len(self._arrived))
            items = [self._arrived.popleft() for _ in range(n)]
            self._wanted = 0
            is_last = self._is_over and not self._arrived
            return items, is_last, self._failure if is_last else None

    def stop(self) -> None:
        """End the thread, and wait a moment for it."""
        with self._lock:
            is_alive = not self._is_over and self._thread is not None
            self._is_over = True
            self.enough.set()
            if is_alive and self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)
        if is_alive and self._thread is not threading.current_thread():
            self._thread.join(timeout=1)  # type: ignore[union-attr]

    def _run(self) -> None:
        import asyncio  # noqa: PLC0415 - few streams are asynchronous

        try:
            asyncio.run(self._work())
        except asyncio.CancelledError:
            pass  # by `stop`
        except Exception as error:  # noqa: BLE001 - the caller's code; whoever takes is told
            self._failure = error
        finally:
            with self._lock:
                self._is_over = True
                self.enough.set()

    async def _work(self) -> None:
        import asyncio  # noqa: PLC0415

        with self._lock:
            self._loop, self._room = asyncio.get_running_loop(), asyncio.Event()
            self._task = asyncio.current_task()
            if self._is_over:
                return
        async for item in self._values:
            if not self._put(item):
                await self._room.wait()

    def _put(self, item: Any) -> bool:
        """Keep the item; return whether another one is wanted."""
        with self._lock:
            self._arrived.append(item)
            if len(self._arrived) < self._wanted:
                return True
            self._room.clear()  # type: ignore[union-attr]
            if self._wanted:
                self.enough.set()
            return False
