"""Find a Chromium for the browser tests, or fetch one, and print its path.

Looked for in this order, the first that starts wins:

1. the program named by the environment variable CHROMIUM (if it is set, nothing else is tried);
2. `chromium`, `chromium-browser` or `google-chrome` on the PATH;
3. the Chromium that Playwright has downloaded, or can download within three minutes;
4. Debian's package: `apt-get install chromium`, as root or through `sudo -n`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_SECONDS = 180
APT_SECONDS = 600

REMEDY = (
    "The browser tests need a Chromium, and none could be found or installed. Install one"
    " (Debian, Ubuntu: `apt-get install chromium`; elsewhere: `python -m playwright install"
    " chromium`) or say where it is: `CHROMIUM=/path/to/chromium make test`."
)


class NoChromiumError(RuntimeError):
    """There is no usable Chromium, and none could be installed."""


def ensure_chromium() -> str:
    """Return the path of a Chromium that starts; install one if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None or not starts(path):
            raise NoChromiumError(
                "CHROMIUM must name a Chromium that starts with --version."
                f" Got CHROMIUM={named!r}. Correct it or unset it."
            )
        return path
    ways: tuple[Callable[[], str | None], ...] = (
        installed,
        playwrights_own,
        download_playwrights_own,
        install_debian_package,
    )
    for way in ways:
        path = way()
        if path is not None:
            return path
    raise NoChromiumError(REMEDY)


def starts(path: str) -> bool:
    """Whether the program can say its version: Ubuntu's stub for a snap, for one, cannot."""
    ended, _ = run([path, "--version"], seconds=60)
    return ended


def installed() -> str | None:
    """Return the first usable Chromium on the PATH."""
    paths = filter(None, map(shutil.which, NAMES))
    return next((path for path in paths if starts(path)), None)


def playwrights_own() -> str | None:
    """Return the Chromium that Playwright has downloaded, if it has, and if it starts."""
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    ended, output = run([sys.executable, "-c", ask], seconds=60)
    path = output.strip()
    return path if ended and Path(path).is_file() and starts(path) else None


def download_playwrights_own() -> str | None:
    """Let Playwright download its Chromium, but not for longer than three minutes."""
    say(f"No Chromium found: asking Playwright for one (at most {DOWNLOAD_SECONDS} s)")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    ended, output = run(command, seconds=DOWNLOAD_SECONDS)
    if not ended:
        say(f"Playwright could not: {complaint(output)}")
        return None
    path = playwrights_own()
    if path is None:
        say("Playwright downloaded a Chromium, but it does not start (missing system libraries?)")
    return path


def install_debian_package() -> str | None:
    """Install Debian's chromium, if this is such a system and we may."""
    if shutil.which("apt-get") is None:
        return None
    say("Installing Debian's package chromium")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        ended, output = run([*quiet, *arguments], seconds=APT_SECONDS)
        if not ended:
            say(f"apt-get {arguments[0]} failed: {complaint(output)}")
            return None
    return installed()


def run(command: list[str], seconds: float) -> tuple[bool, str]:
    """Run a command in a session of its own; return whether it succeeded, and what it said.

    When its time is over the whole session ends with it: a downloader's helpers would otherwise
    keep the output open, and us waiting.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return False, str(error)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return False, f"not finished after {seconds:g} s"
    return process.returncode == 0, output


def complaint(output: str) -> str:
    """Return the line that tells most of what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("error", "e:", "failed"))]
    return (telling or lines or ["no output"])[-1]


def say(message: str) -> None:
    """Tell a person what takes so long; stdout is for the path alone."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(ensure_chromium())
    except NoChromiumError as error:
        sys.exit(f"error: {error}")
