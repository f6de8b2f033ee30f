"""Lets calls in while they can be served in time, and refuses the others at once, before any work is spent on them.

A line smooths bursts; one that never ends only makes everybody late. So a call waits for as long as calls take while
the line comes and goes, and for a small part of that once it stands: "controlled delay", as Nichols and Jacobson (2012)
do it for packets and Maurer (Fail at Scale, 2015) for calls. A line stands for those who make it stand: a tenant that
asks for no more than its part of what can be served goes first, and waits as if the line came and went.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from chassis.deadline import remaining
from chassis.snapshot import Priority
from gateway.admission.refusal import TooManyCalls, Why
from gateway.admission.shares import Shares
from gateway.admission.sizing import Size
from gateway.admission.waiting import Queue, Waiting

_NEWEST: Final = 0.1
"""The share of the newest call in the mean."""

_STANDING: Final = 0.25
"""Seconds of service, as a share, that a call waits at most in a line that its tenant makes stand."""

_PATIENCE: Final = 1.0
"""The same while the line comes and goes, and for a tenant that has no hand in it."""

_MEMORY: Final = 30.0
"""Times of service after which a third is left of what tenants are remembered to have asked for."""

_KEPT: Final = 1
"""Places that greedy tenants leave free while there are others ("trunk reservation" in telephony: Kelly, Loss networks,
1991), so that those seldom wait for a long call to end."""

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
        self._shares = Shares(self._empty_at)

    @property
    def under_way(self) -> int:
        """How many calls are being served."""
        return self._under_way

    @property
    def waiting(self) -> int:
        """How many calls stand in line."""
        return len(self._queue)

    @property
    def size(self) -> Size:
        """How many may be served."""
        return self._size

    @asynccontextmanager
    async def admitted(self, tenant: str, priority: Priority) -> AsyncIterator[Turn]:
        """Let a call in for the block, when its turn comes; raise `TooManyCalls` when that would be too late."""
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
        self._shares.asked(tenant)
        self._shares.fade(self._clock(), _MEMORY * self._usual)
        greedy = not self._shares.modest(tenant)
        if self._under_way < self._room(greedy=greedy) and not len(self._queue):
            self._queue.passing(tenant)
            self._empty_at = self._clock()
            self._serve()
            return
        self._refuse_late(tenant, priority)
        waiting = self._queue.join(tenant, priority, greedy=greedy)
        self._call()
        await self._await(waiting)

    async def _await(self, waiting: Waiting) -> None:
        try:
            async with asyncio.timeout(self._patience(waiting)):
                served = await asyncio.shield(waiting.turn)  # so that the turn can still be told from one given up
        except TimeoutError:
            self._leave(waiting)
            raise self._refusal(Why.WAITED) from None
        except asyncio.CancelledError:
            self._leave(waiting)
            raise
        if not served:
            raise self._refusal(Why.FULL)

    def _leave(self, waiting: Waiting) -> None:
        if not waiting.turn.done():
            self._queue.leave(waiting)
        elif waiting.turn.result():  # it came in the same moment: pass it on
            self._under_way -= 1
            self._call()

    def _call(self) -> None:
        while (waiting := self._queue.next) and self._under_way < self._room(greedy=waiting.greedy):
            self._queue.call(waiting)
            self._serve()
        if not len(self._queue):
            self._empty_at = self._clock()

    def _room(self, *, greedy: bool) -> int:
        """Return how many may be under way for such a tenant's call to be let in."""
        kept = _KEPT if greedy and self._shares.divided else 0
        return max(self._size.now - kept, 1)

    def _serve(self) -> None:
        self._under_way += 1
        self._shares.served()

    def _refuse_late(self, tenant: str, priority: Priority) -> None:
        """Refuse a call that could only wait in vain, or whoever has less right to a place in a full line."""
        left = remaining()
        wait = self._mean * (self._queue.ahead(tenant, priority) + 1) / self._size.now
        if left is not None and self._mean and wait + self._mean > left:
            raise self._refusal(Why.LATE)
        if len(self._queue) >= self._longest and not self._queue.yield_place(tenant, priority):
            raise self._refusal(Why.FULL)

    @property
    def _usual(self) -> float:
        """Seconds that calls take; not less than a line is given to go."""
        return max(self._mean, _SOONEST)

    def _patience(self, waiting: Waiting) -> float:
        """Return the seconds that a call of that tenant may wait now."""
        stands = self._clock() - self._empty_at > self._usual and waiting.greedy
        patience = self._usual * (_STANDING if stands else _PATIENCE)
        left = remaining()
        return patience if left is None else min(patience, left)

    def _refusal(self, why: Why) -> TooManyCalls:
        wait = self._mean * (len(self._queue) + 1) / self._size.now
        return TooManyCalls(why, retry_after=min(max(wait, _SOONEST), _LATEST))

    def _learn(self, seconds: float, work: float, beside: int) -> None:
        self._mean = seconds if not self._mean else self._mean + _NEWEST * (seconds - self._mean)
        self._size.took(seconds / work, beside)
