"""What is known of a target: whether it said that it can serve, and how its calls ended of late.

A target that is asked about gets no tenants before it has said that it can serve, and none while too many of its calls
fail. A failed call counts here when the target is to blame, a mistake of its own included: unlike a pool's breaker this
judgement refuses nobody, it only sends tenants elsewhere while there is an elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from chassis.deadline import given_up, within
from chassis.errors import Internal, ServiceError, Unavailable, Unimplemented
from chassis.routing.breaker import Breaker, State
from chassis.routing.meters import RoleMeters
from chassis.routing.settings import RoutingSettings
from chassis.telemetry import untraced

Ask = Callable[[], Awaitable[None]]
"""Returns when the target can serve; raises when it cannot."""

FAULTS: Final = (Unavailable, Internal, Unimplemented)
LEFT: Final = "CANCELLED"
WELL: Final = "OK"


class Standing:
    """One target of one role. It lives on one event loop."""

    def __init__(self, meters: RoleMeters, settings: RoutingSettings, clock: Callable[[], float] = monotonic) -> None:
        self._meters = meters
        self._settings = settings
        self._clock = clock
        self._breaker = Breaker(settings.breaker(), clock, FAULTS)
        self._said = False
        self._silent = 0

    @property
    def ready(self) -> bool:
        """Whether it may be given tenants."""
        return self._said and self._breaker.free

    @contextmanager
    def working(self) -> Iterator[None]:
        """Learn how the call inside ends."""
        work = self.begin()
        try:
            yield
        except ServiceError as failure:
            work.end(failure, failure.reason)
            raise
        except (asyncio.CancelledError, GeneratorExit) as left:
            # A reader that leaves a stream early had enough, so the target did well.
            work.end(left, LEFT) if given_up() or isinstance(left, asyncio.CancelledError) else work.end(None, WELL)
            raise
        except BaseException as failure:
            work.end(failure, type(failure).__name__)
            raise
        else:
            work.end(None, WELL)

    def begin(self) -> Work:
        """Begin a call; whoever calls must end it."""
        tries = self._breaker.state is State.HALF_OPEN and self._breaker.free and self._breaker.admitted()
        return Work(self._breaker, self._meters, tries=tries, clock=self._clock)

    def leave(self) -> None:
        """Note that the route has the target no more."""
        self._meters.gone()

    async def watch(self, ask: Ask) -> None:
        """Ask again and again, until cancelled."""
        while True:
            await self.learn(ask)
            self._meters.ready(self.ready)
            await asyncio.sleep(self._settings.probe_interval)

    async def learn(self, ask: Ask) -> None:
        """Ask once."""
        if await self._answers(ask):
            self._said, self._silent = True, 0
            return
        self._silent += 1
        self._said = self._said and self._silent < self._settings.probe_failures

    async def _answers(self, ask: Ask) -> bool:
        try:
            with untraced(), within(self._settings.probe_timeout):
                async with asyncio.timeout(self._settings.probe_timeout):
                    await ask()
        except (ServiceError, TimeoutError):
            return False
        return True


class Work:
    """One call to a target."""

    __slots__ = ("_began", "_breaker", "_clock", "_meters", "_tries")

    def __init__(self, breaker: Breaker, meters: RoleMeters, *, tries: bool, clock: Callable[[], float]) -> None:
        self._breaker = breaker
        self._meters = meters
        self._tries = tries
        self._clock = clock
        self._began = clock()

    def end(self, failure: BaseException | None, outcome: str) -> None:
        """Note how it ended: without a failure, with one in words, or given up."""
        seconds = self._clock() - self._began
        self._breaker.ended(failure, seconds, tries=self._tries)
        self._meters.ended(outcome, seconds)
