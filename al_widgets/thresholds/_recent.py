"""The newest confidences of a stream, and where among them another one stands."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

_MOST = 512
_BLOCK, _LARGE_BLOCK = 64, 256  # compared with the same ones before them: so all at once
_LONG = 4_096  # items after which blocks are large; a multiple of both


class Recent:
    """Up to 512 confidences before the block that the next item is in.

    A block has 64 items, and 256 from item 4,096 on.

    They are kept as doubts (1 minus the confidence) of two bytes, which tell 0.999 from 0.9999.

    Attributes
    ----------
    seen : int
        How many items there were.
    """

    def __init__(self) -> None:
        self.seen = 0
        self._past = np.empty(0, dtype=np.float16)  # before the block
        self._here = np.empty(0, dtype=np.float16)  # in it
        self._ordered = np.empty(0, dtype=np.float32)

    @property
    def room(self) -> int:
        """How many items are left in the block; at least 1."""
        return self._block - self.seen % self._block

    @property
    def is_between(self) -> bool:
        """Whether the next item begins a block."""
        return self.seen % self._block == 0

    @property
    def _block(self) -> int:
        return _BLOCK if self.seen < _LONG else _LARGE_BLOCK

    def rank(self, confidence: np.ndarray, coins: np.ndarray) -> np.ndarray:
        """Return the share of the recent ones that the model was less sure of.

        Equals stand in random order, by the coins. So in a stream that does not change the share is
        uniform, whatever the confidences are: the smoothed p-values of conformal prediction (Vovk,
        Gammerman and Shafer, "Algorithmic learning in a random world", 2005).

        Returns
        -------
        ndarray of shape (n,), float
            In [0, 1).
        """
        doubt = _doubt(confidence).astype(np.float32)
        most, n = np.searchsorted(self._ordered, doubt, "right"), len(self._ordered)
        equal = most - np.searchsorted(self._ordered, doubt, "left")
        return np.asarray((n - most + coins * (equal + 1)) / (n + 1))

    def quantile(self, share: float) -> float:
        """Return the confidence that this share of the recent ones is below; 1 without any."""
        if not len(self._ordered):
            return 1.0
        return float(1 - np.quantile(self._ordered, 1 - min(1.0, max(0.0, share))))

    def add(self, confidence: np.ndarray) -> None:
        """Take in items, at most as many as there is room for."""
        self._here = np.concatenate([self._here, _doubt(confidence)])
        self.seen += len(confidence)
        if self.is_between:
            self._past = np.concatenate([self._past, self._here])[-_MOST:]
            self._here = self._here[:0]
            self._ordered = np.sort(self._past.astype(np.float32))

    def memory(self) -> dict[str, Any]:
        """Return what it holds, for `recall`."""
        doubts = np.concatenate([self._past, self._here]).astype("<f2")
        return {"seen": self.seen, "doubts": base64.b64encode(doubts.tobytes()).decode()}

    def recall(self, state: dict[str, Any]) -> None:
        """Take over what `memory` returned."""
        doubts = np.frombuffer(base64.b64decode(state["doubts"]), "<f2").astype(np.float16)
        self.seen = int(state["seen"])
        n_past = len(doubts) - self.seen % self._block
        self._past, self._here = doubts[:n_past], doubts[n_past:]
        self._ordered = np.sort(self._past.astype(np.float32))


def _doubt(confidence: np.ndarray) -> np.ndarray:
    """Return 1 minus the confidence; NaN is as good as no confidence."""
    return np.asarray(1 - np.nan_to_num(confidence, nan=0.0)).astype(np.float16)
