"""Libraries that only some need: imported when they are used, or how to install them."""

from __future__ import annotations

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
