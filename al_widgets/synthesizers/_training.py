"""How far the training of a network is, and who stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets._arguments import check_count
from al_widgets._progress import Progress
from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class Stopped(Exception):
    """Somebody wants the training to end now; what was learned is kept."""


def check_training(epochs: Any, progress: Any, stop: Any) -> None:
    """Refuse arguments of a training that make no sense."""
    check_count("epochs", epochs)
    if not (progress is None or isinstance(progress, bool) or callable(progress)):
        raise InvalidInput(
            "progress is True, False or None, or is called with how many epochs are done, and of "
            "how many",
            repr(progress),
            "Pass progress=lambda done, total: ...",
        )
    if not (stop is None or callable(stop) or hasattr(stop, "is_set")):
        raise InvalidInput(
            "stop is a threading.Event, or is called and answers whether to stop",
            repr(stop),
            "Pass stop=threading.Event()",
        )


class Training:
    """A training under way: counts its epochs and batches, tells of them, and ends it early.

    Parameters
    ----------
    epochs : int
        How many there are to be.
    progress : callable, bool or None
        Called with the number of epochs that are done, and that of all, after each; or True for a
        bar where somebody sees it.
    stop : threading.Event, callable or None
        Looked at after every batch.

    Attributes
    ----------
    batches : int
        How many were learned from.
    done : int
        Epochs that are over.

    Examples
    --------
    >>> seen = []
    >>> with Training(2, lambda done, total: seen.append((done, total)), None) as training:
    ...     training.batch_done()
    ...     training.epoch_done()
    >>> seen, training.batches
    ([(1, 2)], 1)
    """

    def __init__(self, epochs: int, progress: Any, stop: Any) -> None:
        self.epochs, self.done, self.batches = epochs, 0, 0
        self._tell = progress if callable(progress) else None
        self._is_stopped = getattr(stop, "is_set", stop)
        self._bar = Progress(epochs, unit="epochs", shown=progress is True)

    def batch_done(self) -> None:
        """Count a batch; raise `Stopped` if that is wanted."""
        self.batches += 1
        self.look()

    def look(self) -> None:
        """Raise `Stopped` if that is wanted."""
        if self._is_stopped is not None and self._is_stopped():
            raise Stopped

    def epoch_done(self) -> None:
        """Count an epoch, and tell of it."""
        self.done += 1
        self._bar.advance()
        if self._tell is not None:
            self._tell(self.done, self.epochs)

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """End it; a wish to stop is fulfilled here, if there was a whole epoch before."""
        self._bar.__exit__(kind, error, traceback)
        if kind is None or not issubclass(kind, Stopped):
            return False
        if not self.done:
            raise InvalidInput(
                "a network must train for an epoch before it is stopped",
                f"stopped after {self.batches} batches of the first of {self.epochs} epochs",
                "Let it train longer, or make new items with another model",
            ) from None
        return True
