"""Asks a shadow as well, without anybody noticing.

A shadow sees a share of the calls, within a small budget of its own. Its call is a task apart: it takes no time of the
request's, is tried once, and what it answers is dropped. Everything that is done for it says so, in spans, metrics and
metadata, and makes no further shadow; what it used is not in the answer, so nobody pays for it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar, copy_context
from time import monotonic
from typing import Final

from chassis import deadline
from chassis.errors import ServiceError
from chassis.routing.meters import RoleMeters
from chassis.snapshot import Shadow

METADATA_KEY: Final = "forebay-shadow"
_shadowed: ContextVar[bool] = ContextVar("forebay_shadowed", default=False)


def shadowed() -> bool:
    """Tell whether what is done here is for comparison alone."""
    return _shadowed.get()


def begin(*, shadow: bool) -> None:
    """Say whether the request that this task serves is a shadow; its context ends with it."""
    _shadowed.set(shadow)


class Budget:
    """How much a shadow may be asked: a share of the calls, so many at once, so many a second."""

    def __init__(
        self, shadow: Shadow, clock: Callable[[], float] = monotonic, draw: Callable[[], float] = random.random
    ) -> None:
        self._shadow = shadow
        self._clock = clock
        self._draw = draw
        self._at = clock()
        self._saved = self._most = max(shadow.per_second, 1.0)
        self._under_way = 0

    def take(self) -> bool:
        """Tell whether the shadow sees this call; who is told yes gives it back."""
        if self._draw() >= self._shadow.share or self._under_way >= self._shadow.in_flight:
            return False
        now = self._clock()
        self._saved = min(self._most, self._saved + (now - self._at) * self._shadow.per_second)
        self._at = now
        if self._saved < 1:
            return False
        self._saved -= 1
        self._under_way += 1
        return True

    def give_back(self) -> None:
        """Say that the call is over."""
        self._under_way -= 1


class Shadowing:
    """The calls to one shadow. It lives on one event loop."""

    def __init__(self, shadow: Shadow, meters: RoleMeters, budget: Budget | None = None) -> None:
        self.shadow = shadow
        self._meters = meters
        self._budget = budget or Budget(shadow)
        self._calls: set[asyncio.Task[None]] = set()

    def offer(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make the call beside whatever is done, if it is among those that the shadow sees."""
        if shadowed() or not self._budget.take():
            return
        task = asyncio.get_running_loop().create_task(self._made(call), name="shadow", context=copy_context())
        self._calls.add(task)
        task.add_done_callback(self._over)

    async def _made(self, call: Callable[[], Awaitable[object]]) -> None:
        begin(shadow=True)
        deadline.begin(self.shadow.seconds)
        with suppress(ServiceError, TimeoutError):
            async with asyncio.timeout(self.shadow.seconds):
                with self._meters.working():
                    await call()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        self._budget.give_back()

    def stop(self) -> None:
        """Give up what is under way."""
        for task in self._calls:
            task.cancel()

    async def aclose(self) -> None:
        """Give up what is under way, and return when it has ended."""
        self.stop()
        await asyncio.gather(*self._calls, return_exceptions=True)
