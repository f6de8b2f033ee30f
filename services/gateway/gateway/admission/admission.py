"""Lets calls in while they can be served in time, and refuses the others at once, before any work is spent on them.

A line smooths bursts; one that never ends only makes everybody late. So a call waits for as long as calls take while
the line comes and goes, and for a small part of that once it stands: "controlled delay", as Nichols and Jacobson (2012)
do it for packets and Maurer (Fail at Scale, 2015) for calls.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from chassis.deadline import remaining
from chassis.errors import Overloaded
from chassis.snapshot import Priority
from gateway.admission.sizing import Size
from gateway.admission.waiting import Queue, Waiting

_NEWEST: Final = 0.1
"""The share of the newest call in the mean."""

_STANDING: Final = 0.25
"""Seconds of service, as a share, that a call waits at most in a line that stands."""

_PATIENCE: Final = 1.0
"""The same while the line comes and goes."""

_SOONEST: Final = 0.2
_LATEST: Final = 30.0


@dataclass(slots=True)
class Turn:
    """A call that is being served."""

    work: float = 1.0
    """How much work it turned out to be, such as tokens written; 0 when its time says nothing, as after a hit."""


class Admission:
    """The calls of one kind."""

    def __init__(self, size: Size, longest: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._longest = longest
        self._clock = clock
        self._queue = Queue()
        self._under_way = 0
        self._mean = 0.0
        self._empty_at = clock()

    @property
    def under_way(self) -> int:
        """How many calls are being served."""
        return self._under_way

    @property
    def waiting(self) -> int:
        """How many calls stand in line."""
        return len(self._queue)

    @asynccontextmanager
    async def admitted(self, tenant: str, priority: Priority) -> AsyncIterator[Turn]:
        """Let a call in for the block, when its turn comes; raise `Overloaded` when that would be too late."""
        await self._turn(tenant, priority)
        begun, beside, turn = self._clock(), self._under_way, Turn()
        try:
            yield turn
            if turn.work:
                self._learn(self._clock() - begun, turn.work, beside)
        finally:
            self._under_way -= 1
            self._call()

    async def _turn(self, tenant: str, priority: Priority) -> None:
        if self._under_way < self._size.now and not len(self._queue):
            self._queue.passing(tenant)
            self._empty_at = self._clock()
            self._under_way += 1
            return
        self._refuse_late(priority)
        waiting = self._queue.join(tenant, priority)
        self._call()
        await self._await(waiting)

    async def _await(self, waiting: Waiting) -> None:
        try:
            async with asyncio.timeout(self._patience()):
                await asyncio.shield(waiting.turn)  # so that the turn can still be told from a turn given up
        except TimeoutError:
            self._leave(waiting)
            raise self._refusal() from None
        except asyncio.CancelledError:
            self._leave(waiting)
            raise

    def _leave(self, waiting: Waiting) -> None:
        if waiting.turn.done() and not waiting.turn.cancelled():  # the turn came in the same moment: pass it on
            self._under_way -= 1
            self._call()
        self._queue.leave(waiting)

    def _call(self) -> None:
        while self._under_way < self._size.now and self._queue.call():
            self._under_way += 1
        if not len(self._queue):
            self._empty_at = self._clock()

    def _refuse_late(self, priority: Priority) -> None:
        """Refuse a call that could only wait in vain."""
        if len(self._queue) >= self._longest:
            raise self._refusal()
        left = remaining()
        wait = self._mean * (self._queue.ahead(priority) + 1) / self._size.now
        if left is not None and self._mean and wait + self._mean > left:
            raise self._refusal()

    def _patience(self) -> float:
        """Return the seconds that a call may wait now."""
        stands = self._clock() - self._empty_at > max(self._mean, _SOONEST)
        patience = max(self._mean, _SOONEST) * (_STANDING if stands else _PATIENCE)
        left = remaining()
        return patience if left is None else min(patience, left)

    def _refusal(self) -> Overloaded:
        wait = self._mean * (len(self._queue) + 1) / self._size.now
        return Overloaded(
            "too many calls of this kind are under way; ask again later",
            retry_after=min(max(wait, _SOONEST), _LATEST),
            reason="TOO_MANY_CALLS",
        )

    def _learn(self, seconds: float, work: float, beside: int) -> None:
        self._mean = seconds if not self._mean else self._mean + _NEWEST * (seconds - self._mean)
        self._size.took(seconds / work, beside)
