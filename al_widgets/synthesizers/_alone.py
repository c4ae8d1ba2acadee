"""PyTorch on one thread, with chance of its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def alone(torch: Any, seed: int) -> Iterator[None]:
    """Run what follows on one thread from this seed; the caller's chance and threads are kept.

    On several threads sums come out in another order each time, and so do results.
    """
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.random.default_generator.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
