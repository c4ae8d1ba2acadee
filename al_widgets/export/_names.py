"""File names for any text, which can be turned back into it."""

from __future__ import annotations

import hashlib
import unicodedata
from urllib.parse import unquote

_UNSAFE = frozenset('<>:"/\\|?*%')
_RESERVED = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))]
)  # names that Windows keeps for itself, with any ending
_LONGEST = 200  # bytes; file systems take 255
_EMPTY = "%"


class FileNames:
    """Gives each text a file name of its own within one folder.

    What a file system may not take is written as in a URL: "%" and two digits for each byte. So is
    a whole name that differs from an earlier one only in its case. A name that is too long is cut,
    and told apart by a digest; that one cannot be turned back.

    Parameters
    ----------
    *taken : str
        File names that are not given away.

    Examples
    --------
    >>> names = FileNames()
    >>> names.give("cat"), names.give("a/b", ".png"), names.give("CAT"), names.give("..")
    ('cat', 'a%2Fb.png', '%43%41%54', '%2E%2E')
    """

    def __init__(self, *taken: str) -> None:
        self._taken = {_key(name) for name in taken}

    def give(self, text: str, suffix: str = "") -> str:
        """Return a file name for the text; `suffix` is part of the name as it is."""
        name = _fitting(_plain(text), text, suffix)
        if _key(name) in self._taken:
            name = _fitting("".join(map(_hex, text)), text, suffix)
        self._taken.add(_key(name))
        return name


def text_of(name: str) -> str:
    """Return the text that a name without its suffix was made of.

    Examples
    --------
    >>> text_of("a%2Fb")
    'a/b'
    """
    return "" if name == _EMPTY else unquote(name, errors="surrogatepass")


def _plain(text: str) -> str:
    if not text:
        return _EMPTY
    chars = [_hex(c) if c in _UNSAFE or not c.isprintable() else c for c in text]
    if text[0] == "." or text.partition(".")[0].rstrip().upper() in _RESERVED:
        chars[0] = _hex(text[0])
    if text[-1] in ". ":
        chars[-1] = _hex(text[-1])
    return "".join(chars)


def _hex(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def _fitting(name: str, text: str, suffix: str) -> str:
    if len((name + suffix).encode()) > _LONGEST:
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
        start = name.encode()[: _LONGEST // 2].decode(errors="ignore")
        name = f"{start.rpartition('%')[0] or start}~{digest.hexdigest()}"
    return name + suffix


def _key(name: str) -> str:
    """Return what file systems that know no case, or compose letters, take for the same name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
