"""Keeps reservations while their requests are served, and sees to it that each is settled.

What could not be settled is tried again until it would have run out by itself: then it counts as wholly used.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from chassis import deadline
from chassis.errors import Unavailable
from gateway.limits.ports import Counts
from gateway.limits.words import Cost, Demand

PER_LEASE: Final = 3
"""How often a reservation is renewed before it would run out: two renewals may fail."""

_OFTEN: Final = 1.0
"""Seconds between two looks, at most: so soon it is noticed that counts are back."""

_MOST: Final = 10_000
"""Settlements that wait for counts that are away; beyond, the oldest count as wholly used."""

_log = structlog.get_logger("gateway.limits")


@dataclass(frozen=True, slots=True)
class Owed:
    """A settlement that is still to be made."""

    demand: Demand
    used: Cost
    until: float
    """When the reservation has run out."""


class Keeper:
    """Renews, settles, and notices when counts are away and when they are back."""

    def __init__(self, counts: Counts, lease: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.lease = lease
        self.away = False
        self._counts = counts
        self._clock = clock
        self._held: dict[str, Demand] = {}
        self._owed: list[Owed] = []
        self._settling: set[asyncio.Task[None]] = set()

    @property
    def held(self) -> int:
        """How many reservations are kept."""
        return len(self._held)

    @property
    def owed(self) -> int:
        """How many settlements are still to be made."""
        return len(self._owed)

    def hold(self, demand: Demand) -> None:
        """Keep a reservation from now on."""
        self._held[demand.id] = demand

    async def settle(self, demand: Demand, used: Cost) -> None:
        """Settle a reservation; whoever stops waiting for that does not stop it."""
        self._held.pop(demand.id, None)
        task = asyncio.create_task(self._settled(Owed(demand, used, self._clock() + self.lease)), name="settlement")
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)
        await asyncio.shield(task)

    def owe(self, demand: Demand, used: Cost) -> None:
        """Settle later what may have been reserved."""
        self._owed = [*self._owed, Owed(demand, used, self._clock() + self.lease)][-_MOST:]

    def miss(self) -> None:
        """Note that the counts do not answer."""
        if not self.away:
            _log.warning("usage cannot be counted across gateways; policies say what holds meanwhile")
        self.away = True

    async def run(self) -> None:
        """Renew and settle, until cancelled."""
        while True:
            await asyncio.sleep(min(_OFTEN, self.lease / PER_LEASE))
            await self.turn()

    async def turn(self) -> None:
        """Do once what has to be done from time to time."""
        try:
            if held := list(self._held.values()):
                await self._counts.renew(held, self.lease)
            elif self.away:
                await self._counts.ping()
        except Unavailable:
            self.miss()
            return
        if self.away:
            _log.warning("usage is counted across gateways again")
        self.away = False
        await self._settle_owed()

    async def end(self) -> None:
        """Wait for the settlements that are being made."""
        if self._settling:
            await asyncio.wait(self._settling)

    async def _settle_owed(self) -> None:
        owed, self._owed = self._owed, []
        for number, one in enumerate(owed):
            if self.away:
                self._owed += owed[number:]
                return
            if one.until > self._clock():
                await self._settled(one)

    async def _settled(self, owed: Owed) -> None:
        deadline.begin(None)  # whatever the request has left: it must be counted
        try:
            await self._counts.settle(owed.demand, owed.used)
        except Unavailable:
            self.miss()
            self._owed = [*self._owed, owed][-_MOST:]
