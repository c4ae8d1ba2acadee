"""Libraries that only some need: imported when they are used, or how to install them."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from al_widgets.exceptions import MissingExtra


def skactiveml(name: str) -> Any:
    """Return a module of scikit-activeml, or one of ours that imports it.

    Raises
    ------
    MissingExtra
        If it is not installed; names the command.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != "skactiveml":
            raise
        raise MissingExtra(
            "FromSkactiveml needs scikit-activeml",
            "a Python without it",
            'Run pip install "al_widgets[skactiveml]"',
        ) from error


def augly(name: str) -> Any:
    """Return a module of AugLy.

    Raises
    ------
    MissingExtra
        If it is not installed, or what its functions for texts need; names the command.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about its own age
            return import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"augly", "nlpaug", "requests"}:
            raise
        raise MissingExtra(
            "Augly needs AugLy",
            f"a Python without {error.name}",
            'Run pip install "al_widgets[augly]"',
        ) from error


def gan(name: str, what: str) -> Any:
    """Return a module that networks are made of: ``torch`` or ``ctgan``; `what` needs it.

    Raises
    ------
    MissingExtra
        If it is not installed; names the command.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name and not name.startswith(f"{error.name}."):
            raise
        library = {"torch": "PyTorch"}.get(str(error.name), error.name)
        raise MissingExtra(
            f"{what} needs {library}",
            "a Python without it",
            'Run pip install "al_widgets[gan]"',
        ) from error
