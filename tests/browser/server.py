"""One real JupyterLab server, private to the tests.

Its settings, kernels and history live in a temporary folder, so neither the developer's own Jupyter
nor another test run can be seen from it. It listens on a free port of 127.0.0.1 and wants a token.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Page

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

SETTINGS: dict[str, dict[str, Any]] = {
    # nothing may pop up, or save, by itself
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "docmanager-extension/plugin": {"autosave": False, "confirmClosingDocument": False},
    # otherwise cells out of sight are not in the page
    "notebook-extension/tracker": {"windowingMode": "none", "maxNumberOutputs": 500},
}


class Lab:
    """A JupyterLab server process. `with Lab.running(folder) as lab:` starts and ends it.

    Attributes
    ----------
    root : Path
        The folder it serves; notebook paths are relative to it.
    url : str
        Without a slash at its end and without the token.
    token : str
        What `?token=` and the Authorization header must say.
    process : subprocess.Popen
        The server; kernels are its children.
    idle_pages : list of Page
        Pages whose notebooks were closed, open for another one: that saves loading JupyterLab.
    """

    def __init__(self, home: Path, extra: Sequence[str] = ()) -> None:
        self.home = home.absolute()
        self.root = self.home / "notebooks"
        self.root.mkdir(parents=True)
        self.log = self.home / "server.log"
        self.idle_pages: list[Page] = []
        self.token = secrets.token_hex(16)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        for name, values in SETTINGS.items():
            self.set_setting(name, values)
        self.set_theme("light")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*self._command(port), *extra],
                cwd=self.root,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl+C in the terminal is for pytest; we end it
            )

    def _command(self, port: int) -> list[str]:
        return [
            sys.executable,
            *("-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            f"--port={port}",
            "--ServerApp.port_retries=0",  # a taken port must not become somebody else's server
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True",  # gives window.jupyterapp
        ]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "JUPYTER_TOKEN": self.token,  # in the command line every user could read it
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "workspaces"),
            "IPYTHONDIR": str(self.home / "ipython"),
        }

    @classmethod
    @contextlib.contextmanager
    def running(cls, home: Path, extra: Sequence[str] = (), timeout: float = 90) -> Iterator[Lab]:
        """Start a server, wait until it answers, and end it whatever happens."""
        lab = cls(home, extra)
        try:
            lab._wait(timeout)
            yield lab
        finally:
            lab.stop()

    def _wait(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        while True:
            with contextlib.suppress(OSError):
                self.api("status")
                return
            if self.process.poll() is not None or time.monotonic() > end:
                said = self.log.read_text(errors="replace")[-3000:]
                raise RuntimeError(f"JupyterLab did not start within {timeout} s. It said:\n{said}")
            time.sleep(0.2)

    def api(self, path: str, method: str = "GET", body: object = None) -> Any:
        """Ask the server's REST interface; returns what its JSON says."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def set_setting(self, name: str, values: dict[str, Any]) -> None:
        """Write a user setting, such as `notebook-extension/tracker`; pages opened later see it."""
        file = self.home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")

    def set_theme(self, theme: str) -> None:
        """Choose the theme of pages opened later: light or dark."""
        values = {"theme": THEMES[theme], "adaptive-theme": False}
        self.set_setting("apputils-extension/themes", values)

    def kernel_process(self, kernel_id: str) -> psutil.Process | None:
        """Return the living process of a kernel, or None (dead, or just being restarted)."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                alive = child.status() != psutil.STATUS_ZOMBIE
                if alive and any(kernel_id in word for word in child.cmdline()):
                    return child
        return None

    def end_sessions(self, path: str) -> None:
        """Shut down the kernels of one notebook."""
        for session in self.api("sessions"):
            if session["path"] == path:
                with contextlib.suppress(OSError):
                    self.api(f"sessions/{session['id']}", "DELETE")

    def stop(self) -> None:
        """End the server, and the kernels it may leave behind."""
        left: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):
            left = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait(10)
        shutil.rmtree(self.home / "runtime", ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
