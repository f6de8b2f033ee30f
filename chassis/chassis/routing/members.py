"""The targets of one route: who serves the request at hand, and what is known of each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from chassis import identity
from chassis.errors import Unauthenticated
from chassis.routing import pinning
from chassis.routing.breaker import Breaker
from chassis.routing.choosing import Chooser
from chassis.routing.meters import Meters
from chassis.routing.pinning import Choice
from chassis.routing.settings import RoutingSettings
from chassis.routing.shadowing import Shadowing
from chassis.routing.standing import Standing
from chassis.routing.table import Table
from chassis.snapshot import Place, Route, Target

_REMEMBERED: Final = 64
"""Targets that left the route and may still be named by a request that was given them."""

Asking = Callable[[Place], Awaitable[None]]
"""Returns when a place can serve; raises when it cannot."""

Judge = Callable[[Place], Breaker]
"""Returns what judges a place."""


class Members:
    """Those who play one role. It lives on one event loop."""

    def __init__(  # noqa: PLR0913 - what decides over targets, part by part
        self,
        route: Route,
        table: Table,
        ask: Asking,
        settings: RoutingSettings,
        meters: Meters,
        *,
        judge: Judge | None = None,
    ) -> None:
        """Judge each target by a breaker of its own, unless `judge` knows one."""
        self._ask = ask
        self._judge = judge or (lambda _place: Breaker(settings.breaker()))
        self._settings = settings
        self._meters = meters
        self._known: dict[str, Target] = {}
        self._standings: dict[str, Standing] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}
        self.shadow: Shadowing | None = None
        self.apply(route, table)

    def apply(self, route: Route, table: Table) -> None:
        """Replace the route. What is known of targets that remain is kept."""
        self.route, self._version = route, table.version
        self._chooser = Chooser(route, table.tenants)
        for target in route.targets:
            self._known.pop(target.name, None)
            self._known[target.name] = target
        while len(self._known) > len(route.targets) + _REMEMBERED:
            del self._known[next(iter(self._known))]
        named = {target.name: self._standing(target) for target in route.targets}
        for gone in self._standings.keys() - named.keys():
            self._dismiss(gone)
        self._standings = named
        self._apply_shadow()
        if len(named) > 1:
            for target in route.targets:
                self._watch(target)

    def choose(self) -> Target:
        """Return who serves the request at hand: whoever did so before, or else the tenant's choice."""
        choices = pinning.current()
        pinned = None if choices is None else choices.of(self.route.key)
        if pinned is not None and (kept := self._known.get(pinned.target)):
            return kept
        return self._pinned(self._chooser.choose(_tenant(), self._ready))

    def lower(self, tier: str) -> Target | None:
        """Return who serves the request at hand when that tier could not; None when nobody does."""
        target = self._chooser.lower(_tenant(), tier, self._ready)
        return None if target is None else self._pinned(target)

    def fell(self, target: Target) -> bool:
        """Tell whether the target is of a lower tier than the one that serves while all is well."""
        return self._chooser.fell(target)

    def standing(self, target: Target) -> Standing:
        """Return what is known of the target; little of one that left."""
        return self._standings.get(target.name) or self._standing(target)

    def forget(self, name: str) -> None:
        """Give a target that left to nobody any more, however it was pinned."""
        if name not in self._standings:
            self._known.pop(name, None)

    async def learn(self) -> None:
        """Ask every target once whether it can serve, so that a first request finds out nothing the hard way."""
        if len(self._standings) > 1:
            await asyncio.gather(*(self.standing(target).learn(self._asking(target)) for target in self.route.targets))

    def stop(self) -> None:
        """Ask no more, and give up what the shadow does; what is known of the targets stays."""
        for watch in self._watches.values():
            watch.cancel()
        self._watches.clear()
        for standing in self._standings.values():
            standing.leave()
        if self.shadow is not None:
            self.shadow.stop()

    async def aclose(self) -> None:
        """Stop, and return when all of it has ended."""
        watches = list(self._watches.values())
        self.stop()
        await asyncio.gather(*watches, return_exceptions=True)
        if self.shadow is not None:
            await self.shadow.aclose()

    def _ready(self, target: Target) -> bool:
        return self.standing(target).ready

    def _pinned(self, target: Target) -> Target:
        if (choices := pinning.current()) is not None:
            choices.add(Choice(self.route.key, target.name, target.tier, self._version))
        return target

    def _standing(self, target: Target) -> Standing:
        if kept := self._standings.get(target.name):
            return kept
        meters = self._meters.of(self.route.key, target, tier=target.tier)
        return Standing(meters, self._judge(target), self._settings)

    def _asking(self, place: Place) -> Callable[[], Awaitable[None]]:
        return lambda: self._ask(place)

    def _watch(self, target: Target) -> None:
        if target.name not in self._watches:
            watching = self._standings[target.name].watch(self._asking(target))
            self._watches[target.name] = asyncio.get_running_loop().create_task(watching, name=f"watch {target.name}")

    def _dismiss(self, name: str) -> None:
        if watch := self._watches.pop(name, None):
            watch.cancel()
        if standing := self._standings.pop(name, None):
            standing.leave()

    def _apply_shadow(self) -> None:
        wanted, has = self.route.shadow, self.shadow
        if has is not None and has.shadow == wanted:
            return
        if has is not None:
            has.stop()
        made = self._meters.of(self.route.key, wanted, shadow=True) if wanted else None
        self.shadow = Shadowing(wanted, made) if wanted and made else None


def _tenant() -> str:
    try:
        return identity.current().tenant
    except Unauthenticated:
        return ""
