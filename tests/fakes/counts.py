"""Counts in memory that can be away, slow to tell, or tell nothing of what they did."""

from __future__ import annotations

from chassis.errors import Unavailable
from gateway.limits.counting.local import LocalCounts


class FakeCounts(LocalCounts):
    def __init__(self, clock) -> None:
        super().__init__(1, clock)
        self.away = False
        self.mute = False
        self.settled = []
        self.renewed = 0

    async def reserve(self, demand, lease):
        self._there()
        verdict = await super().reserve(demand, lease)
        self._heard()
        return verdict

    async def settle(self, demand, used):
        self._there()
        await super().settle(demand, used)
        self.settled.append((demand.id, used))
        self._heard()

    async def renew(self, demands, lease):
        self._there()
        self.renewed += len(demands)
        await super().renew(demands, lease)

    async def ping(self):
        self._there()

    def _there(self):
        if self.away:
            raise Unavailable("the counts are away")

    def _heard(self):
        if self.mute:
            raise Unavailable("no answer")
