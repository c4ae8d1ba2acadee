"""The near end of a process that does heavy work beside this one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = Path(__file__).with_name("_tasks.py")

_ERRORS = "errors.txt"


class TaskFailed(Exception):
    """The process could not be started, or did not end well.

    Parameters
    ----------
    how : str
        How it ended.
    said : str
        What it wrote to standard error.
    """

    def __init__(self, how: str, said: str = "") -> None:
        super().__init__(f"{how}: {said.strip()[-500:]}".removesuffix(": "))
        self.how = how
        self.last_line = said.strip().rpartition("\n")[2]


def run_apart(
    task: str,
    folder: Path,
    tell: Callable[[float], None] = lambda share: None,  # noqa: ARG005
    **settings: float,
) -> None:
    """Do a task of `_tasks` in another process, and wait for its end.

    The process ends when this one does, however that comes about.

    Parameters
    ----------
    task : str
        Name of a function of `_tasks`.
    folder : Path
        Where it finds its arrays, and leaves others.
    tell : callable
        Receives the share that is done, from 0 to 1, where the task tells it.
    **settings : float
        What else the function takes.

    Raises
    ------
    TaskFailed
        If the process cannot be started, fails or is killed.
    """
    # -P: the folder of the script, full of private modules, is no place to import from
    command = [sys.executable, "-P", str(SCRIPT), task, str(folder), json.dumps(settings)]
    # errors go to a file, since a pipe that nobody reads meanwhile fills up
    with (folder / _ERRORS).open("w+", errors="replace") as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own file
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        except OSError as error:
            raise TaskFailed("it could not be started", str(error)) from error
        with process:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            for line in process.stdout:
                if line.startswith("share "):
                    tell(float(line.removeprefix("share ")))
            code = process.wait()  # before its input closes, which would end it
        errors.seek(0)
        said = errors.read()
    if code:
        raise TaskFailed(f"killed by signal {-code}" if code < 0 else f"exit code {code}", said)
