"""How fast a model works, learnt from what it did: the ground for refusing early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

_MEMORY: Final = 0.9
"""How much of what was learnt each batch leaves: about ten batches count."""


class Pace:
    """Tokens per second. Batches may overlap: the time of one runs from the end of the one before.

    Times and tokens are summed apart: a small batch that took long by accident weighs as little as it is.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ended = float("-inf")
        self._seconds = 0.0
        self._tokens = 0.0

    def seconds(self, tokens: int) -> float:
        """Return how long that many tokens will take; nothing is expected of a model that has not worked yet."""
        return tokens * self._seconds / self._tokens if self._tokens else 0.0

    @contextmanager
    def measured(self, tokens: int) -> Iterator[None]:
        """Learn from the batch that is done inside; one that fails teaches nothing."""
        began = self._clock()
        yield
        now = self._clock()
        self._seconds = _MEMORY * self._seconds + now - max(began, self._ended)
        self._tokens = _MEMORY * self._tokens + tokens
        self._ended = now
