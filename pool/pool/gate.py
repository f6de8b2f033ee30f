"""Bounds how many calls a target works on, and how many wait for it.

A model does not get faster by being asked more. What exceeds the bound waits here, in order and for a short time; what
cannot be reached in time is refused at once, before anybody has spent work on it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

from chassis import deadline
from chassis.errors import DeadlineExceeded, Overloaded

_SMOOTHING: Final = 0.2
"""The weight of the newest call in the mean time that calls take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLimits:
    """How much at once."""

    in_flight: int = 8
    """Calls that the target works on."""

    queue: int = 32
    """Calls that wait."""

    patience: float = 10.0
    """Seconds that a call waits at most."""


class Gate:
    """Lets calls to one target through, first come, first served. It lives on one event loop."""

    def __init__(self, limits: GateLimits, clock: Callable[[], float] = monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._active = 0
        self._tickets: deque[asyncio.Future[None]] = deque()
        self._mean = 0.0

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return len(self._tickets)

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[float]:
        """Hold a place; yield the seconds waited for it. Raise `Overloaded` or `DeadlineExceeded`."""
        arrived = self._clock()
        await self._enter()
        began = self._clock()
        try:
            yield began - arrived
        finally:
            self._mean += _SMOOTHING * (self._clock() - began - self._mean)
            self._leave()

    async def _enter(self) -> None:
        if self._active < self._limits.in_flight:
            self._active += 1
            return
        left = deadline.remaining()
        self._refuse_early(left)
        ticket = asyncio.get_running_loop().create_future()
        self._tickets.append(ticket)
        try:
            async with asyncio.timeout(min(self._limits.patience, left or self._limits.patience)):
                await ticket
        except TimeoutError:
            raise self._gave_up(ticket, left) from None
        except asyncio.CancelledError:
            self._withdraw(ticket)
            raise

    def _refuse_early(self, left: float | None) -> None:
        expected = self._expected()
        if left is not None and left <= 0:
            raise DeadlineExceeded("the time was over before the model was called")
        full = len(self._tickets) >= self._limits.queue
        if full or expected > self._limits.patience or (left is not None and expected > left):
            raise self._overloaded(expected)

    def _expected(self) -> float:
        """Return the seconds that a newcomer will wait, going by what calls took of late."""
        return self._mean * (len(self._tickets) + 1) / self._limits.in_flight

    def _overloaded(self, expected: float) -> Overloaded:
        wait = min(max(expected, 0.1), self._limits.patience)
        return Overloaded("too many calls wait for the model", retry_after=wait, reason="MODEL_QUEUE_FULL")

    def _gave_up(self, ticket: asyncio.Future[None], left: float | None) -> Exception:
        self._withdraw(ticket)
        if left is not None and left <= self._limits.patience:
            return DeadlineExceeded("the time was over before the model was called")
        return self._overloaded(self._expected())

    def _withdraw(self, ticket: asyncio.Future[None]) -> None:
        if not ticket.cancelled():
            # The place came in the same moment: hand it on.
            self._leave()
        elif ticket in self._tickets:  # else its turn came after it was given up, and it was passed over
            self._tickets.remove(ticket)

    def _leave(self) -> None:
        while self._tickets:
            ticket = self._tickets.popleft()
            if not ticket.done():
                ticket.set_result(None)
                return
        self._active -= 1
