from __future__ import annotations

import doctest
import importlib
import pkgutil

import matplotlib as mpl
import pytest
from unit_parts import run_python

import al_widgets

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(al_widgets.__path__, "al_widgets.")
    if not module.name.startswith(("al_widgets.widgets", "al_widgets.cli"))
)
CORE = [name for name in MODULES if name != "al_widgets.displays"]


def test_the_public_names_are_sorted():
    assert al_widgets.__all__ == sorted(al_widgets.__all__)
    assert len(set(al_widgets.__all__)) == len(al_widgets.__all__)


@pytest.mark.parametrize("name", al_widgets.__all__)
def test_every_public_name_resolves(name):
    assert getattr(al_widgets, name) is not None
    assert name in dir(al_widgets)


def test_a_name_that_is_not_public_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = al_widgets.Nonsense


def test_importing_the_package_imports_nothing_heavy():
    done = run_python(
        "import sys, al_widgets; print([name for name in "
        "('sklearn', 'matplotlib', 'umap', 'pandas', 'anywidget', 'numpy') if name in sys.modules])"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_the_core_needs_no_browser_and_no_pictures():
    done = run_python(
        f"import sys, importlib\nfor name in {CORE}: importlib.import_module(name)\n"
        "print([name for name in ('ipywidgets', 'IPython', 'matplotlib', 'anywidget') "
        "if name in sys.modules])"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_a_learner_works_where_no_browser_library_is_installed():
    done = run_python(
        """
import sys
for name in ("ipywidgets", "IPython", "matplotlib", "anywidget", "umap"):
    sys.modules[name] = None
from unit_parts import make_learner
learner = make_learner()
for item in learner.query():
    learner.label(item, "abc"[int(item) % 3])
print(len(learner.query()), len(learner.history))
"""
    )
    assert done.stdout.split()[:1] == ["3"], done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_true(name):
    with mpl.rc_context({"backend": "agg"}):
        result = doctest.testmod(
            importlib.import_module(name),
            extraglobs={"np": importlib.import_module("numpy")},
            optionflags=doctest.NORMALIZE_WHITESPACE,
        )
    assert result.failed == 0
