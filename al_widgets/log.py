"""A store and what its events add up to, kept together under one lock.

The order in which things come alive: an event is made, the store makes it durable, the fold takes
it in, the lock is let go, the listeners hear of it. A listener is called on the thread that made
the change, and never while that thread holds the lock: it may take locks of its own.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
import weakref
from typing import TYPE_CHECKING

from al_widgets.events import Arrived
from al_widgets.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from al_widgets.events import Event
    from al_widgets.store import LabelStore


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Switch the cyclic garbage collector off: a long log is all objects that stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Log:
    """The one place where events are appended and folded.

    Parameters
    ----------
    store : LabelStore
        Where the events are.
    admit : callable, optional
        Is given items that arrived from outside the pool, before anything is said of them.

    Attributes
    ----------
    state : State
        What the events add up to, as far as they were read. Look at it only inside `current` or
        `known`.
    """

    def __init__(self, store: LabelStore, admit: Callable[[Arrived], None] | None = None) -> None:
        self.store, self._admit = store, admit
        self.state = State()
        self._lock = threading.RLock()
        self._owner: int | None = None  # the thread inside `current`
        self._news = False
        self._listeners: list[weakref.WeakMethod[Callable[[], None]]] = []
        with _no_collection(), self.current():
            pass

    @contextlib.contextmanager
    def current(self) -> Iterator[State]:
        """Hold the lock, and give the state with everything that others appended meanwhile."""
        with self._lock:
            outermost = self._owner is None
            self._owner = threading.get_ident()
            try:
                if outermost:
                    self._read()
                yield self.state
            finally:
                if outermost:
                    self._owner = None
                    news, self._news = self._news, False
        if outermost and news:
            self._tell()

    @contextlib.contextmanager
    def known(self) -> Iterator[State]:
        """Hold the lock, and give the state as it was last read: for whoever draws it, often."""
        with self._lock:
            yield self.state

    def record(self, *events: Event, after: int | None = None) -> bool:
        """Make events durable, then take them in.

        Parameters
        ----------
        *events : Event
            Recorded in this order, all or none.
        after : int, optional
            Record only if the log still ends at this position.

        Returns
        -------
        bool
            False if `after` was given and somebody else was faster.
        """
        with self._lock:
            recorded = self.store.append(*events, after=after) is not None
            self._read()
        return recorded

    def move_to(self, where: str | Path) -> None:
        """Copy the log into a new store and go on there."""
        with self._lock:
            self._read()
            self.store = self.store.copy_to(where)
            self.state = State()
            self._read()

    def _read(self) -> None:
        for position, event in self.store.read(after=self.state.position):
            if isinstance(event, Arrived) and self._admit:
                self._admit(event)
            self.state.apply(position, event)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener`, a bound method, after each change for as long as its owner lives."""
        self._listeners.append(weakref.WeakMethod(listener))

    def notify(self) -> None:
        """Tell the listeners that something changed: now, or when this thread lets go the lock."""
        if self._owner == threading.get_ident():
            self._news = True
        else:
            self._tell()

    def _tell(self) -> None:
        self._listeners = [reference for reference in self._listeners if reference() is not None]
        for reference in self._listeners:
            if (listener := reference()) is not None:
                try:
                    listener()
                except Exception:  # what happened has happened; a picture of it may fail
                    logging.getLogger(__name__).exception("a listener failed")
