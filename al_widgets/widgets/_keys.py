"""Which key labels as which class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = "1234567890"
_RESERVED = "sm"


def _is_key(key: str) -> bool:
    return len(key) == 1 and key.isascii() and key.isalnum() and key not in _RESERVED


def class_keys(names: list[str], keys: Mapping[Any, str] | None) -> dict[str, str | None]:
    """Return the key of each class; None where it has none."""
    if keys is None:
        own: list[str | None] = [
            name.lower() for name in names
        ]  # digits and letters are their own keys
        if all(_is_key(name or "") for name in own) and len(set(own)) == len(own):
            return dict(zip(names, own, strict=True))
        return {name: _DIGITS[i] if i < len(_DIGITS) else None for i, name in enumerate(names)}
    chosen = {str(label): str(key).lower() for label, key in keys.items()}
    for label, key in chosen.items():
        if label not in names:
            raise InvalidInput("keys belong to classes", repr(label), f"Choose among {names[:20]}")
        if not _is_key(key):
            raise InvalidInput(
                "a key is one letter or digit that means nothing else (S skips, M guesses)",
                f"{key!r} for {label!r}",
                "Choose another",
            )
    if len(set(chosen.values())) < len(chosen):
        raise InvalidInput("keys must differ", repr(chosen), "Give each class a key of its own")
    return {name: chosen.get(name) for name in names}
