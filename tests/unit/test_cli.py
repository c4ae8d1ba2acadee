"""The command line: what it copies, what it refuses, and that a real JupyterLab comes of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from al_widgets import __version__, cli

ROOT = Path(__file__).parents[2]
ENDS_AT_ONCE = ("--no-browser", "--version")  # JupyterLab says its version and ends


def al_widgets(*arguments, cwd=None):
    command = [sys.executable, "-m", "al_widgets.cli", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_version_is_that_of_the_package():
    assert al_widgets("--version").stdout.strip() == f"al_widgets {__version__}"


def test_the_help_says_that_jupyterlabs_options_pass_through():
    ended = al_widgets("lab", "--help")
    assert ended.returncode == 0
    assert "al-widgets lab [-h] [DIR] [options of jupyter lab]" in ended.stdout


def test_without_a_command_it_says_how_it_is_used():
    ended = al_widgets()
    assert ended.returncode == 2
    assert "usage: al-widgets" in ended.stderr


def test_the_console_script_is_installed():
    script = Path(sys.executable).with_name("al-widgets")
    ended = subprocess.run([script, "--version"], capture_output=True, timeout=60, check=True)
    assert __version__.encode() in ended.stdout


@pytest.mark.parametrize(
    ("line", "ours", "jupyters"),
    [
        ("lab", "lab", ""),
        ("lab here", "lab here", ""),
        ("lab --port 8899", "lab", "--port 8899"),
        ("lab here --no-browser --port=8899", "lab here", "--no-browser --port=8899"),
        ("lab here --no-browser --help", "lab here", "--no-browser --help"),
        ("lab -h", "lab -h", ""),
        ("--version", "--version", ""),
    ],
)
def test_options_it_does_not_know_are_jupyterlabs(line, ours, jupyters):
    assert cli.split(line.split()) == (ours.split(), jupyters.split())


def test_the_notebooks_are_copied_into_a_folder_that_is_made(tmp_path):
    ended = al_widgets("lab", tmp_path / "a" / "b", *ENDS_AT_ONCE)
    assert ended.returncode == 0, ended.stderr
    copied = tmp_path / "a" / "b" / cli.FIRST_NOTEBOOK
    assert copied.read_bytes() == (ROOT / "notebooks" / cli.FIRST_NOTEBOOK).read_bytes()


def test_without_a_folder_they_go_into_one_with_a_speaking_name(tmp_path):
    al_widgets("lab", *ENDS_AT_ONCE, cwd=tmp_path)
    assert (tmp_path / "al_widgets_notebooks" / cli.FIRST_NOTEBOOK).is_file()


def test_a_file_somebody_worked_in_is_kept_and_named(tmp_path):
    mine = tmp_path / cli.FIRST_NOTEBOOK
    mine.write_text("my work")
    ended = al_widgets("lab", tmp_path, *ENDS_AT_ONCE)
    assert mine.read_text() == "my work"
    assert f"Kept {mine} as it is" in ended.stdout


def test_a_second_time_nothing_is_copied_and_nothing_is_said(tmp_path, capsys):
    source = cli.notebooks()
    cli.copy_notebooks(source, tmp_path)
    assert "Copied" in capsys.readouterr().out
    cli.copy_notebooks(source, tmp_path)
    assert capsys.readouterr().out == ""


def test_what_somebody_left_in_the_source_is_not_copied(tmp_path):
    source, folder = tmp_path / "source", tmp_path / "mine"
    for name in ("a.ipynb", "img/b.png", ".ipynb_checkpoints/a.ipynb", "labels.sqlite-wal"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("x")
    cli.copy_notebooks(source, folder)
    files = [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]
    assert sorted(files) == ["a.ipynb", "img/b.png"]


def test_the_folder_they_come_from_is_opened_in_place(tmp_path, capsys):
    (tmp_path / "a.ipynb").write_text("x")
    cli.copy_notebooks(tmp_path, tmp_path)
    assert capsys.readouterr().out == ""
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "taken").write_text("x")
    ended = al_widgets("lab", "taken", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == (
        "error: DIR must be a folder that can be written to. Got 'taken': it is a file."
        " Name another one: al-widgets lab my_notebooks\n"
    )


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(cli, "notebooks", lambda: ROOT / "notebooks")
    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write anywhere
    with pytest.raises(SystemExit, match=r"Got '.*forbidden': Permission denied"):
        cli.main(["lab", str(tmp_path / "forbidden")])


def test_without_jupyterlab_the_command_that_installs_it_is_shown(monkeypatch):
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r"Install it: .*python\S* -m pip install jupyterlab"):
        cli.main(["lab"])


def test_without_notebooks_it_says_what_to_reinstall(monkeypatch, tmp_path):
    monkeypatch.setattr(cli, "__file__", str(tmp_path / "al_widgets" / "cli.py"))
    with pytest.raises(SystemExit, match="must come with its notebooks"):
        cli.main(["lab", str(tmp_path / "mine")])


def test_a_real_jupyterlab_starts_with_the_options_given(tmp_path):
    port, token = free_port(), "sesame"
    log = tmp_path / "log"
    command = [sys.executable, "-m", "al_widgets.cli", "lab", "mine", "--no-browser"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, f"--port={port}", "--ServerApp.port_retries=0"],
            cwd=tmp_path,
            env={**os.environ, **private_home(tmp_path), "JUPYTER_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        status = ask(f"http://127.0.0.1:{port}/api/status", token, server, log)
        assert status["kernels"] == 0
        listed = ask(f"http://127.0.0.1:{port}/api/contents", token, server, log)
        assert cli.FIRST_NOTEBOOK in [file["name"] for file in listed["content"]]
    finally:
        os.kill(server.pid, signal.SIGTERM)  # it became JupyterLab: its own pid is the server's
        assert server.wait(30) == 0
    assert f"/lab/tree/{cli.FIRST_NOTEBOOK}" in log.read_text()


def private_home(folder):
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    return {f"JUPYTER_{name}": str(folder / name.lower()) for name in names}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask(url, token, server, log, seconds=90):
    request = urllib.request.Request(url, headers={"Authorization": f"token {token}"})
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer; it said:\n{log.read_text()}")
