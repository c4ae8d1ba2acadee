"""What a person gets who installs the package: the wheel, built from this checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names of all files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    ended = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as opened:
        return set(opened.namelist())


def in_package(pattern):
    return {file.relative_to(ROOT).as_posix() for file in (ROOT / "al_widgets").rglob(pattern)}


@pytest.mark.parametrize("pattern", ["*.py", "static/*.js", "static/*.css", "py.typed"])
def test_it_holds_every_file_of_a_kind(wheel, pattern):
    expected = in_package(pattern)
    assert expected
    assert expected <= wheel


def test_it_holds_the_notebooks(wheel):
    notebooks = {
        f"al_widgets/notebooks/{file.name}" for file in (ROOT / "notebooks").glob("*.ipynb")
    }
    assert "al_widgets/notebooks/00_start_here.ipynb" in notebooks
    assert notebooks <= wheel


def test_it_holds_nothing_but_the_package(wheel):
    assert {name.split("/")[0] for name in wheel if ".dist-info/" not in name} == {"al_widgets"}
    assert not [
        name for name in wheel if "test" in name or "sqlite" in name or "__pycache__" in name
    ]


def test_it_holds_the_license(wheel):
    assert [name for name in wheel if name.endswith("licenses/LICENSE")]
