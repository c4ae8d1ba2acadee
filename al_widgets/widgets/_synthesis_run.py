"""One making of items at a time, on a thread of its own: how far it is, and how it is ended.

A synthesizer that takes minutes says how far it is where it has an attribute ``progress``, which is
called with how much is done, and of how much; and it can be ended where it has an attribute
``stop``, a `threading.Event` that it looks at. So has `al_widgets.synthesizers.Generate` by the
network that it draws from. They are set on a copy: the synthesizer itself stays as it was made.
"""

from __future__ import annotations

import threading
import time
from copy import copy
from typing import TYPE_CHECKING, Any

from al_widgets.sampling import QuerySynthesis
from al_widgets.widgets._message import said_of
from al_widgets.widgets._rest_view import in_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

    from al_widgets.context import Context
    from al_widgets.learner import ActiveLearner
    from al_widgets.pool import Pool
    from al_widgets.synthesizers import Made

_TOLD = 1 / 8  # seconds from one word about how far it is to the next


class Stop(threading.Event):
    """Is set when somebody wants the making to end here, or by what was there before.

    Parameters
    ----------
    before : threading.Event, callable or None
        What else may end it.

    Examples
    --------
    >>> Stop(lambda: True).is_set(), Stop(None).is_set()
    (True, False)
    """

    def __init__(self, before: Any = None) -> None:
        super().__init__()
        self._asks = getattr(before, "is_set", before)

    def is_set(self) -> bool:
        """Whether it is to end."""
        return super().is_set() or (callable(self._asks) and bool(self._asks()))


class Watched:
    """A copy of a synthesizer that says how far it is, and can be ended, where it lets us.

    Parameters
    ----------
    synthesizer : Synthesizer
        Stays as it is.
    progress : callable
        Called with how much is done, and of how much, from the thread that makes items.

    Attributes
    ----------
    stop : Stop or None
        Ends it; None where it cannot be ended.
    """

    def __init__(self, synthesizer: Any, progress: Callable[[int, int], None]) -> None:
        self._name, self._made_by, self.stop = repr(synthesizer), copy(synthesizer), None
        hooks = self._made_by
        if not _has_hooks(hooks) and _has_hooks(getattr(hooks, "model", None)):
            hooks = copy(hooks.model)
            self._made_by.model = hooks
        if hasattr(hooks, "progress"):
            hooks.progress = _both(hooks.progress, progress)
        if hasattr(hooks, "stop"):
            hooks.stop = self.stop = Stop(hooks.stop)

    @property
    def recipes(self) -> tuple[str, ...]:
        """Its recipes."""
        found: tuple[str, ...] = self._made_by.recipes
        return found

    def make(
        self,
        context: Context,
        parents: np.ndarray,
        rng: np.random.Generator,
        recipe: int | None = None,
    ) -> Iterator[Made]:
        """Make items as it does."""
        made: Iterator[Made] = self._made_by.make(context, parents, rng, recipe)
        return made

    def ready_for(self, pool: Pool) -> Watched:
        """Return itself, with the recipes that suit a pool where it chooses them by that."""
        if hasattr(self._made_by, "ready_for"):
            self._made_by = self._made_by.ready_for(pool)
        return self

    def __repr__(self) -> str:
        return self._name  # the log says who made an item, not who watched


def _has_hooks(thing: Any) -> bool:
    return hasattr(thing, "progress") or hasattr(thing, "stop")


def _both(one: Any, other: Callable[[int, int], None]) -> Callable[[int, int], None]:
    if not callable(one):
        return other

    def call(done: int, total: int) -> None:
        one(done, total)
        other(done, total)

    return call


class Run:
    """Makes items on a thread, and tells how far it is.

    Parameters
    ----------
    learner : ActiveLearner
        Makes them.
    tell : callable
        Called with ``{"on", "done", "total", "stops", "stopping"}`` whenever that changes;
        ``total`` is 0 where it is not known.
    """

    def __init__(self, learner: ActiveLearner, tell: Callable[[dict[str, Any]], None]) -> None:
        self._learner, self._tell = learner, tell
        self._lock = threading.Lock()
        self._stop: Stop | None = None
        self._far = dict(NOTHING)
        self._told = 0.0

    def start(self, n: int, over: Callable[[str, str], None]) -> bool:
        """Make `n` items; return whether that began, which it does not while some are being made.

        Parameters
        ----------
        n : int
            How many at most.
        over : callable
            Called at the end with what was done, and what went wrong, in words.
        """
        with self._lock:
            if self._far["on"]:
                return False
            self._far = {**NOTHING, "on": True}
        self._say()
        name = "al_widgets synthesis"
        threading.Thread(target=self._make, args=(n, over), name=name, daemon=True).start()
        return True

    def stop(self) -> None:
        """Have it end where it can."""
        if self._stop is not None:
            self._stop.set()
            self._far["stopping"] = True
            self._say()

    def _make(self, n: int, over: Callable[[str, str], None]) -> None:
        said = wrong = ""
        try:
            said = self._made(n)
        except Exception as error:  # noqa: BLE001 - whatever a synthesizer raises is shown
            wrong = said_of(error)
        finally:
            self._stop, self._far = None, dict(NOTHING)
            over(said, wrong)
            self._say()

    def _made(self, n: int) -> str:
        """Make them; return what was done."""
        learner = self._learner
        sampling: Any = learner.sampling
        if isinstance(sampling, QuerySynthesis):
            sampling = self._watched(sampling)
        with learner.log.known() as state:
            before = len(state.synthetic)
        n_made = learner.synthesize(n, sampling=sampling)  # says why where that is no synthesis
        if sampling.asks:
            return in_labeler(n_made) if n_made else NONE_WANTED
        with learner.log.known() as state:
            n_held = sum(bool(each.held) for each in list(state.synthetic)[before:])
        return _made_in_words(n_made, n, n_held)

    def _watched(self, sampling: QuerySynthesis) -> QuerySynthesis:
        """Return the sampling with a synthesizer that says how far it is, if it can."""
        synthesizer = sampling.synthesizer
        if not (_has_hooks(synthesizer) or _has_hooks(getattr(synthesizer, "model", None))):
            return sampling
        watched, sampling = Watched(synthesizer, self._heard), copy(sampling)
        sampling.synthesizer, self._stop = watched, watched.stop
        self._far["stops"] = self._stop is not None
        self._say()
        return sampling

    def _heard(self, done: int, total: int) -> None:
        """Take in how far it is."""
        self._far.update(done=int(done), total=int(total))
        now = time.monotonic()
        if now - self._told >= _TOLD or done >= total:
            self._told = now
            self._say()

    def _say(self) -> None:
        self._tell(dict(self._far))


NOTHING = {"on": False, "done": 0, "total": 0, "stops": False, "stopping": False}
"""How far it is while nothing is made."""

NONE_WANTED = "Nothing was made: no more are wanted now."


def in_labeler(n: int) -> str:
    """Say that items come to be looked at."""
    return f"{in_number(n, 'item')} to look at: they come next in the labeler."


def _made_in_words(n_made: int, n: int, n_held: int) -> str:
    if not n_made:
        return NONE_WANTED
    held = f" {n_held:,} of them held back." if n_held else ""
    more = " No more are wanted or can be made now." if n_made < n else ""
    return f"{in_number(n_made, 'item')} made.{held}{more}"
