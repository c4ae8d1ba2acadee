"""How the browser tests find their Chromium."""

from __future__ import annotations

import time

import ensure_chromium as chromium
import pytest


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Write a program that is alone on the PATH."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name, script="echo Chromium 1"):
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return str(file)

    return write


def test_the_one_that_is_named_comes_first(program, monkeypatch):
    program("chromium")
    mine = program("mine")
    monkeypatch.setenv("CHROMIUM", mine)
    assert chromium.ensure_chromium() == mine


def test_a_wrong_name_is_an_error_and_not_passed_over(program, monkeypatch):
    program("chromium")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(chromium.NoChromiumError, match="Got CHROMIUM='/nowhere/chromium'"):
        chromium.ensure_chromium()


def test_one_that_does_not_start_is_passed_over(program):
    program("chromium", "exit 1")
    chrome = program("google-chrome")
    assert chromium.ensure_chromium() == chrome


@pytest.mark.usefixtures("program")
def test_if_nothing_helps_the_remedy_is_told(monkeypatch):
    for way in ("playwrights_own", "download_playwrights_own", "install_debian_package"):
        monkeypatch.setattr(chromium, way, lambda: None)
    with pytest.raises(chromium.NoChromiumError, match="apt-get install chromium"):
        chromium.ensure_chromium()


def test_a_command_that_hangs_ends_with_its_helpers(program):
    hangs = program("hangs", "/bin/sleep 60 & /bin/sleep 60")
    began = time.monotonic()
    assert chromium.run([hangs], seconds=0.5) == (False, "not finished after 0.5 s")
    assert time.monotonic() - began < 20
