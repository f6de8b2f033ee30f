"""How many calls are under way: beyond that, a call is refused at once, before any work is spent on it.

Waiting in a line would only make everybody late. The answer says when to ask again: about when a slot becomes free.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from chassis.errors import Overloaded

_NEWEST: Final = 0.1
"""The share of the newest call in the mean."""

_SOONEST: Final = 0.2
_LATEST: Final = 30.0


class Slots:
    """The calls of one kind that may be under way at once."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._taken = 0
        self._mean = 1.0

    @property
    def taken(self) -> int:
        """How many calls are under way."""
        return self._taken

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Take a slot for the block; raise `Overloaded` when none is free."""
        if self._taken >= self._most:
            raise Overloaded(
                "too many calls of this kind are under way; ask again later",
                retry_after=self._wait(),
                reason="TOO_MANY_CALLS",
            )
        self._taken += 1
        started = self._clock()
        try:
            yield
        finally:
            self._taken -= 1
            self._mean += _NEWEST * (self._clock() - started - self._mean)

    def _wait(self) -> float:
        """Return the mean time of a call: by then about every slot was given up once."""
        return min(max(self._mean, _SOONEST), _LATEST)
