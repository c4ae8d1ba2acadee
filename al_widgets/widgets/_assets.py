"""Front-end files, read from the package: nothing comes from the network.

anywidget loads one module from memory, where a relative import cannot be resolved. The modules in
``static/`` import one another by name, so that they can be type-checked and tested one by one; here
they are joined into one, each once, the imported ones first.
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)


def script(name: str) -> str:
    """Return the module `name` with everything that it imports, as one module."""
    parts: dict[str, str] = {}

    def add(name: str) -> None:
        if name in parts:
            return
        text = (STATIC / name).read_text(encoding="utf-8")
        for imported in _IMPORT.findall(text):
            add(imported)
        parts[name] = _EXPORT.sub("", _IMPORT.sub("", text))

    add(name)
    return "\n".join(parts.values())


def style(*names: str) -> str:
    """Return the style sheets, one after the other."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)
