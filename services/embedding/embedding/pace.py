"""How fast a model works, learnt from what it did: the ground for refusing early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

_SMOOTHING: Final = 0.3
"""The weight of the newest batch in the mean."""


class Pace:
    """Tokens per second. Batches may overlap: the time of one runs from the end of the one before."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ended = float("-inf")
        self._seconds_per_token = 0.0

    def seconds(self, tokens: int) -> float:
        """Return how long that many tokens will take; nothing is expected of a model that has not worked yet."""
        return tokens * self._seconds_per_token

    @contextmanager
    def measured(self, tokens: int) -> Iterator[None]:
        """Learn from the batch that is done inside; one that fails teaches nothing."""
        began = self._clock()
        yield
        now = self._clock()
        newest = (now - max(began, self._ended)) / tokens
        self._ended = now
        mean = self._seconds_per_token
        self._seconds_per_token = newest if not mean else mean + _SMOOTHING * (newest - mean)
