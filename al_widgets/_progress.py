"""How far a long computation is, where somebody can see it: in a notebook, or on a terminal.

Elsewhere, as in a script whose output goes to a file, nothing is written. IPython is used only if
the program runs inside it already.
"""

from __future__ import annotations

import html
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class _Screen(Protocol):
    def show(self, words: str, done: int, total: int) -> None:
        """Replace what was shown before."""

    def close(self, words: str) -> None:
        """Leave these last words."""


class Progress:
    """A bar that says what is done, and about how long the rest will take.

    Parameters
    ----------
    total : int
        How many steps there are.
    unit : str
        What a step is, in the plural.
    shown : bool
        False: say nothing.

    Examples
    --------
    >>> with Progress(2, unit="runs", shown=False) as progress:
    ...     progress.advance("margin")
    ...     progress.words
    '1 of 2 runs, margin, less than a second left'
    """

    def __init__(self, total: int, *, unit: str = "steps", shown: bool = True) -> None:
        self.total, self.unit, self.done = total, unit, 0
        self._text = ""
        self._screen = _screen() if shown else None
        self._started = time.monotonic()

    @property
    def words(self) -> str:
        """What is done, what was done last, and how long the rest will take."""
        words = [f"{self.done} of {self.total} {self.unit}"]
        if self._text:
            words.append(self._text)
        if 0 < self.done < self.total:
            spent = time.monotonic() - self._started
            words.append(f"{_roughly(spent / self.done * (self.total - self.done))} left")
        return ", ".join(words)

    def advance(self, text: str = "") -> None:
        """Count one step as done; `text` says which."""
        self.done, self._text = self.done + 1, text
        self._show()

    def _show(self) -> None:
        if self._screen is not None:
            self._screen.show(self.words, self.done, self.total)

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._show()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._screen is not None:
            share = f"{self.done} of {self.total}" if self.done < self.total else f"{self.total}"
            spent = time.monotonic() - self._started
            self._screen.close(f"{share} {self.unit} in {_duration(spent)}")


class _Notebook:
    """An output that is replaced at every step."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, words: str, done: int, total: int) -> None:
        bar = f'<progress value="{done}" max="{total}" style="vertical-align: middle"></progress>'
        self._put(words, f"{bar} {html.escape(words)}")

    def close(self, words: str) -> None:
        self._put(words, html.escape(words))

    def _put(self, words: str, markup: str) -> None:
        display: Any = sys.modules["IPython"].display.display
        bundle = {"text/plain": words, "text/html": f"<div>{markup}</div>"}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


class _Terminal:
    """A line that is written over at every step."""

    def show(self, words: str, done: int, total: int) -> None:
        full = round(20 * done / total) if total else 20
        self._write(f"[{'#' * full}{'.' * (20 - full)}] {words}")

    def close(self, words: str) -> None:
        self._write(f"{words}\n")

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}")  # back to the start, and clear what stands there
        sys.stderr.flush()


def _screen() -> _Screen | None:
    """Return where somebody is looking; None if nobody is."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is not None:
        return _Notebook()
    return _Terminal() if sys.stderr is not None and sys.stderr.isatty() else None


def _roughly(seconds: float) -> str:
    return "less than a second" if seconds < 1 else f"about {_duration(seconds)}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
