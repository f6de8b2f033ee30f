"""The models at the servers of the pools, each guarded once however many roles it plays."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.errors import Unavailable
from chassis.routing import Table
from chassis.routing.breaker import Breaker, BreakerLimits
from chassis.snapshot import Place
from pool.calls import Server
from pool.gate import Gate
from pool.meters import Meters
from pool.settings import PoolSettings
from pool.target import GuardedTarget

_Key = tuple[str, bool]
"""The place's name, and whether it is a shadow: one must not wait behind, or open the breaker of, the other."""


class Servers:
    """Finds the guarded target of a place."""

    def __init__(
        self, servers: Mapping[str, Server], settings: PoolSettings, judging: BreakerLimits, meters: Meters
    ) -> None:
        self._servers = servers
        self._settings = settings
        self._judging = judging
        self._meters = meters
        self._breakers: dict[_Key, Breaker] = {}
        self._targets: dict[_Key, GuardedTarget] = {}

    def apply(self, table: Table) -> None:
        """Forget what no route names any more; what remains keeps its state."""
        named = {place.name for route in table.routes.values() for place in route.places()}
        self._targets = {key: guarded for key, guarded in self._targets.items() if key[0] in named}
        self._breakers = {key: breaker for key, breaker in self._breakers.items() if key[0] in named}

    def of(self, place: Place) -> GuardedTarget:
        """Return the target; raise `Unavailable` when its pool has no address here."""
        return self._found(place, shadow=False)

    def shadow(self, place: Place) -> GuardedTarget:
        """Return the target as a shadow."""
        return self._found(place, shadow=True)

    def breaker(self, place: Place, *, shadow: bool = False) -> Breaker:
        """Return what judges the target, by the calls that go through it; the routes go by it, too."""
        return self._breakers.setdefault((place.name, shadow), Breaker(self._judging))

    async def ready(self, place: Place) -> None:
        """Return when the model can be called; raise `Unavailable` when it cannot."""
        await self.of(place).ready(place.model, place.version)

    def _found(self, place: Place, *, shadow: bool) -> GuardedTarget:
        guarded = self._targets.get((place.name, shadow))
        if guarded is None:
            guarded = self._targets[place.name, shadow] = self._made(place, shadow=shadow)
        return guarded

    def _made(self, place: Place, *, shadow: bool) -> GuardedTarget:
        server = self._servers.get(place.pool)
        if server is None:
            raise Unavailable("the pool of the model has no address here", reason="MODEL_UNAVAILABLE")
        breaker, gate = self.breaker(place, shadow=shadow), Gate(self._settings.gate())
        return GuardedTarget(server, breaker, gate, self._meters.of(place, shadow=shadow))
