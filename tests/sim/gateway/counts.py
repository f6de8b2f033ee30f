"""The counts that all gateways share, as they are reached over a wire, and what is told of them to the model."""

from __future__ import annotations

import asyncio

from gateway.limits.counting.local import LocalCounts
from gateway.limits.words import Cost, Demand
from rigs.limits import START
from sim.world.weather import Wire, at_once


def now() -> float:
    """The virtual time, as a wall clock."""
    return START + asyncio.get_running_loop().time()


class SharedCounts(LocalCounts):
    """Valkey: the contract tests hold what is said here against it."""

    def __init__(self) -> None:
        super().__init__(1, now)

    def holds(self, demand: Demand) -> bool:
        """Tell whether the reservation is still there."""
        scope = demand.scopes[0].name
        record = self._records.get((demand.tenant, scope))
        return record is not None and demand.id in record.holds and record.holds[demand.id].until > now() * 1_000_000


class FarCounts:
    """What one gateway reaches, when it reaches it."""

    def __init__(self, wire: Wire, counts: SharedCounts) -> None:
        self._wire = wire
        self._counts = counts

    async def reserve(self, demand: Demand, lease: float):
        return await self._wire.call("reserve", lambda: at_once(self._counts.reserve(demand, lease)))

    async def settle(self, demand: Demand, used: Cost) -> None:
        await self._wire.call("settle", lambda: at_once(self._counts.settle(demand, used)))

    async def renew(self, demands, lease: float) -> None:
        await self._wire.call("renew", lambda: at_once(self._counts.renew(demands, lease)))

    async def ping(self) -> None:
        await self._wire.call("ping", lambda: None)
