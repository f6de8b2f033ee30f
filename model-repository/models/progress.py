"""Says what is going on and how long it took; work that takes a second deserves a line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Writes one line for each step."""

    write: Callable[[str], object]

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Announce a step; its time follows when it is done."""
        self.write(f"models: {what} …")
        started = time.perf_counter()
        yield
        self.write(f"models: {what}: {time.perf_counter() - started:.1f} s")
