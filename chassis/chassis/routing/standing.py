"""What is known of a target: whether it said that it can serve, and how its calls ended of late.

A target that is asked about gets no tenants before it has said that it can serve, and none while its breaker is open.
Whoever calls the target tells the breaker: the channel, by `begin`, for a track of a service; the pool for a model,
which it guards once for all the roles that it plays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from chassis.deadline import within
from chassis.errors import ServiceError
from chassis.routing.breaker import Breaker
from chassis.routing.meters import RoleMeters
from chassis.routing.settings import RoutingSettings
from chassis.telemetry import untraced

Ask = Callable[[], Awaitable[None]]
"""Returns when the target can serve; raises when it cannot."""


class Standing:
    """One target of one role. It lives on one event loop."""

    def __init__(
        self, meters: RoleMeters, breaker: Breaker, settings: RoutingSettings, clock: Callable[[], float] = monotonic
    ) -> None:
        self.meters = meters
        self._breaker = breaker
        self._settings = settings
        self._clock = clock
        self._said = False
        self._silent = 0

    @property
    def ready(self) -> bool:
        """Whether it may be given tenants."""
        return self._said and self._breaker.free

    def begin(self) -> Work:
        """Begin a call; whoever calls must end it."""
        return Work(self._breaker, self.meters, clock=self._clock)

    def leave(self) -> None:
        """Note that the route has the target no more."""
        self.meters.gone()

    async def watch(self, ask: Ask) -> None:
        """Ask again and again, until cancelled."""
        while True:
            await self.learn(ask)
            self.meters.ready(self.ready)
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

    def __init__(self, breaker: Breaker, meters: RoleMeters, clock: Callable[[], float]) -> None:
        self._breaker = breaker
        self._meters = meters
        self._tries = breaker.begun()
        self._clock = clock
        self._began = clock()

    def end(self, failure: BaseException | None, outcome: str) -> None:
        """Note how it ended: without a failure, with one in words, or given up."""
        seconds = self._clock() - self._began
        self._breaker.ended(failure, seconds, tries=self._tries)
        self._meters.ended(outcome, seconds)
