"""The scripts as they reach the browser: joined into one module each."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from al_widgets.widgets._assets import script

WIDGETS = [
    *("chart.js", "coverage.js", "labeler.js", "pool_map.js", "rest.js", "stream.js"),
    *("synthesis.js", "workbench.js"),
]


@pytest.mark.parametrize("name", WIDGETS)
def test_no_name_is_declared_twice_in_a_joined_script(name):
    declared = re.findall(
        r"^(?:async )?(?:function|class|const|let) (\w+)", script(name), re.MULTILINE
    )
    assert [name for name, n in Counter(declared).items() if n > 1] == []


@pytest.mark.parametrize("name", WIDGETS)
def test_a_joined_script_imports_nothing_and_exports_only_how_it_is_drawn(name):
    lines = script(name).splitlines()
    assert [line for line in lines if line.startswith("import ")] == []
    assert [line for line in lines if line.startswith("export ")] == lines_of_default(lines)


def lines_of_default(lines):
    return [line for line in lines if line.startswith("export default ")][-1:]
