"""Two tracks of a service behind a channel that follows routes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from chassis import identity
from chassis.channel import connect
from chassis.identity import Identity
from chassis.routing import Routing, RoutingSettings
from chassis.snapshot import Route, Snapshot, Target
from wire.chassis.probe import Probe, serving

QUICK = RoutingSettings(probe_interval=0.05, probe_timeout=0.3, linger=0, breaker_pause=0.3)
TENANTS = [f"tenant-{number:03}" for number in range(200)]


def who(tenant):
    return Identity(tenant=tenant, groups=frozenset(), roles=frozenset(), key_id="k")


def at(probe):
    return f"127.0.0.1:{probe.ports.port}"


def route(*targets, **rest):
    return Route(role="orchestrator", targets=targets, **rest)


def saying(name):
    async def say(_request, _context):
        return name

    return say


def snapshot(version, *routes):
    return Snapshot(version=version, tenants=[{"name": tenant} for tenant in TENANTS], routes=routes)


class Tracks:
    """Two tracks of a service, and a channel to whichever the routes say."""

    def __init__(self, stable, canary, settings):
        self.stable, self.canary = at(stable), at(canary)
        self.routing = Routing(snapshot(1, self.split(100, 0)), settings)
        self.version = 1

    def split(self, stable, canary, **rest):
        return route(Target(address=self.stable, weight=stable), Target(address=self.canary, weight=canary), **rest)

    def apply(self, *routes):
        self.version += 1
        self.routing.apply(snapshot(self.version, *routes))

    async def settled(self, *routes):
        """Apply, and return when every target was found ready."""
        self.apply(*routes)
        await asyncio.sleep(0.2)


@asynccontextmanager
async def tracks(stable=None, canary=None, settings=QUICK):
    async with (
        serving(**(stable or {"one": saying("stable")})) as first,
        serving(**(canary or {"one": saying("canary")})) as second,
    ):
        made = Tracks(first, second, settings)
        async with connect(made.stable, "orchestrator", routing=made.routing) as channel:
            made.probe = Probe(channel)
            yield made


async def ask(probe, tenant):
    with identity.bound(who(tenant)):
        return await probe.one("x")


async def everybody(probe):
    answers = await asyncio.gather(*(ask(probe, tenant) for tenant in TENANTS))
    return dict(zip(TENANTS, answers, strict=True))
