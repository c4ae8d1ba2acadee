"""Ready recipes for texts, in any language that puts spaces between words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from al_widgets.exceptions import InvalidInput
from al_widgets.synthesizers._recipe import Recipe


@dataclass(frozen=True, repr=False)
class OfTexts(Recipe):
    """A recipe for texts, which changes some of their words."""

    def words(self, strength: float) -> str:
        """Return what it does at this strength."""
        return f"{self.name}, about {100 * strength:.0f} % of them"

    def apply(
        self,
        content: Any,
        strength: float,
        rng: np.random.Generator,
        measured: Any = None,  # noqa: ARG002 - others need it
    ) -> str | None:
        """Return another text; None where there is nothing to change."""
        if not isinstance(content, str):
            raise InvalidInput(
                "a recipe for texts needs a text",
                type(content).__name__,
                "Choose recipes for this kind of content, or leave them out: Augment()",
            )
        parts = re.split(r"(\s+)", content)  # words, and the spaces between them
        places = np.array([i for i, part in enumerate(parts) if part and not part.isspace()])
        changed = self._change(parts, places, strength, rng)
        return None if changed is None or changed == content else changed

    def _change(
        self, parts: list[str], words: np.ndarray, strength: float, rng: np.random.Generator
    ) -> str | None:
        """Return another text of the parts, of which those at `words` are words."""
        raise NotImplementedError


def _some(n: int, share: float, rng: np.random.Generator, *, most: int) -> np.ndarray:
    """Return which of n are changed: about that share of them, at least one, at most so many."""
    count = min(max(1, rng.binomial(n, share)), most)
    return np.sort(rng.choice(n, count, replace=False))


@dataclass(frozen=True, repr=False)
class DropWords(OfTexts):
    """Leaves out some words; at least one is left out and at least one stays.

    Parameters
    ----------
    low, high : float, 0 to 1
        Which share of them.

    Examples
    --------
    >>> DropWords(0.3, 0.3)("a blue fish in deep water", np.random.default_rng(0))
    'a fish in deep water'
    """

    low: float = 0.1
    high: float = 0.2

    def _name(self) -> str:
        return "many words left out" if self.low > 0.2 else "words left out"

    def _change(
        self, parts: list[str], words: np.ndarray, strength: float, rng: np.random.Generator
    ) -> str | None:
        if len(words) < 2:
            return None
        gone = words[_some(len(words), strength, rng, most=len(words) - 1)]
        for place in gone:
            parts[place] = ""
            parts[place + 1 : place + 2] = [""] * len(parts[place + 1 : place + 2])
        return "".join(parts).strip()


@dataclass(frozen=True, repr=False)
class SwapWords(OfTexts):
    """Swaps some words with those that follow them.

    Parameters
    ----------
    low, high : float, 0 to 1
        Which share of them.

    Examples
    --------
    >>> SwapWords(0.1, 0.1)("a blue fish", np.random.default_rng(1))
    'blue a fish'
    """

    low: float = 0.1
    high: float = 0.2

    def _name(self) -> str:
        return "many words swapped" if self.low > 0.2 else "words swapped"

    def _change(
        self, parts: list[str], words: np.ndarray, strength: float, rng: np.random.Generator
    ) -> str | None:
        if len(words) < 2:
            return None
        for i in _some(len(words) - 1, strength, rng, most=len(words) - 1):
            one, other = words[i], words[i + 1]
            parts[one], parts[other] = parts[other], parts[one]
        return "".join(parts)


@dataclass(frozen=True, repr=False)
class Typos(OfTexts):
    """Misspells some words: two letters change places, one is missing, or it is there twice.

    Parameters
    ----------
    low, high : float, 0 to 1
        Which share of the words.

    Examples
    --------
    >>> Typos(0.3, 0.3)("a blue fish in deep water", np.random.default_rng(0))
    'a blue fsih in deep water'
    """

    low: float = 0.1
    high: float = 0.2

    def _name(self) -> str:
        return "many words misspelled" if self.low > 0.2 else "words misspelled"

    def _change(
        self, parts: list[str], words: np.ndarray, strength: float, rng: np.random.Generator
    ) -> str | None:
        long = np.array([i for i in words if len(parts[i]) > 2], dtype=int)
        if not len(long):
            return None
        for i in long[_some(len(long), strength, rng, most=len(long))]:
            word, kind = parts[i], rng.integers(3)
            at = int(rng.integers(1, len(word) - 1))  # the first letter stays
            middle = (word[at + 1] + word[at], word[at + 1], word[at] * 2 + word[at + 1])[kind]
            parts[i] = word[:at] + middle + word[at + 2 :]
        return "".join(parts)
