"""`al-widgets lab [DIR] [options of jupyter lab]`: open the notebooks in JupyterLab.

The notebooks are part of the installed package. They are copied into DIR, where a person works in
them, and a file that is there already is never overwritten. In a checkout, where DIR is the folder
that the notebooks come from, nothing is copied.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import sys
from pathlib import Path

from al_widgets import __version__

DEFAULT_FOLDER = "al_widgets_notebooks"
FIRST_NOTEBOOK = "00_start_here.ipynb"


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says; ends by becoming JupyterLab."""
    ours, jupyters = split(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(ours)
    folder = Path(options.dir)
    require_jupyterlab()
    try:
        copy_notebooks(notebooks(), folder)
    except OSError as error:
        trouble = "it is a file" if folder.is_file() else error.strerror or error
        sys.exit(
            f"error: DIR must be a folder that can be written to. Got {str(folder)!r}: {trouble}."
            " Name another one: al-widgets lab my_notebooks"
        )
    open_lab(folder, jupyters)


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Divide a command line into ours and, from the first unknown option on, JupyterLab's."""
    known = {"-h", "--help", "--version"}
    for position, argument in enumerate(arguments):
        if argument.startswith("-") and argument not in known:
            return arguments[:position], arguments[position:]
    return arguments, []


def parser() -> argparse.ArgumentParser:
    """Return the parser of our part of the command line."""
    top = argparse.ArgumentParser(
        prog="al-widgets", description="Interactive labeling with active learning."
    )
    top.add_argument("--version", action="version", version=f"al_widgets {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    lab = commands.add_parser(
        "lab",
        help="open the notebooks in JupyterLab",
        usage="al-widgets lab [-h] [DIR] [options of jupyter lab]",
        description="Copy the notebooks into DIR and open the first one in JupyterLab."
        " A file that is there already is kept as it is.",
        epilog="DIR comes before JupyterLab's options:"
        " al-widgets lab my_notebooks --no-browser --port 8899",
    )
    lab.add_argument(
        "dir", nargs="?", default=DEFAULT_FOLDER, metavar="DIR", help="default: ./%(default)s"
    )
    return top


def require_jupyterlab() -> None:
    """End with the remedy if JupyterLab is missing."""
    if importlib.util.find_spec("jupyterlab") is None:
        install = shlex.join([sys.executable, "-m", "pip", "install", "jupyterlab"])
        sys.exit(
            "error: JupyterLab must be installed beside al_widgets. It is missing here."
            f" Install it: {install}"
        )


def notebooks() -> Path:
    """Return where the notebooks come from: the installed package, or the checkout around it."""
    package = Path(__file__).absolute().parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / FIRST_NOTEBOOK).is_file():
            return folder
    sys.exit(
        f"error: al_widgets must come with its notebooks. There is no {FIRST_NOTEBOOK} in"
        f" {package / 'notebooks'}. Install it again: pip install --force-reinstall al_widgets"
    )


def copy_notebooks(source: Path, folder: Path) -> None:
    """Copy what is not there yet; say what was kept."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.samefile(source):
        return
    copied = 0
    for file in filter(is_shipped, sorted(source.rglob("*"))):
        target = folder / file.relative_to(source)
        content = file.read_bytes()
        if target.exists():
            if target.read_bytes() != content:
                print(f"Kept {target} as it is: it was there before and may hold your work.")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        copied += 1
    if copied:
        print(f"Copied {copied} {'file' if copied == 1 else 'files'} into {folder}")


def is_shipped(file: Path) -> bool:
    """Whether a file belongs to the notebooks, and was not left by somebody who worked there."""
    left = any(part.startswith((".", "__pycache__")) for part in file.parts[-2:])
    return file.is_file() and not left and ".sqlite" not in file.name


def open_lab(folder: Path, options: list[str]) -> None:
    """Become JupyterLab, with the first notebook open: Ctrl+C and signals reach it as usual."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in options:
        print("Running as root, as in a container: JupyterLab gets --allow-root.")
        options = ["--allow-root", *options]
    # as the default page, not as the file to open: so the address that is printed leads there too
    start = f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}"
    command = [sys.executable, "-m", "jupyterlab", start, *options]
    print(f"In {folder.absolute()}: {shlex.join(command)}", flush=True)
    os.chdir(folder)
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
