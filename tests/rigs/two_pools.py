"""Two Tritons that a test breaks, and a pool whose routes it changes."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import numpy as np

from chassis import identity
from chassis.channel import ChannelSettings
from chassis.identity import Identity
from chassis.routing import Routing, RoutingSettings
from chassis.snapshot import Route, Snapshot, Target
from fakes.triton import FakeTriton, serving
from pool.models import models
from pool.settings import PoolSettings, TritonSettings

QUICK = RoutingSettings(probe_interval=0.05, probe_timeout=0.5, breaker_pause=0.3)
INPUTS = {"x": np.zeros(1)}
COUNTED = {"limit": np.array([3]), "pause": np.array([0.0])}
TENANTS = [f"tenant-{number:03}" for number in range(200)]
EMBEDDING, GENERATOR = "embedding", "generator"


def route(*targets, **rest):
    return Route(role="writer", targets=targets, **rest)


def model(pool, **rest):
    return Target(pool=pool, model=rest.pop("model", "echo"), **rest)


def snapshot(version, one):
    return Snapshot(version=version, tenants=[{"name": tenant} for tenant in TENANTS], routes=[one])


class Pools:
    """Two Tritons, and a pool whose routes a test changes."""

    def __init__(self, first, second, pool, routing):
        self.first, self.second, self.pool, self.routing = first, second, pool, routing

    def apply(self, one):
        self.routing.apply(snapshot(self.routing.table.version + 1, one))

    async def ask(self, tenant="acme"):
        with identity.bound(Identity(tenant=tenant, groups=frozenset(), roles=frozenset(), key_id="k")):
            return await self.pool.infer("writer", INPUTS)

    async def everybody(self):
        answers = await asyncio.gather(*(self.ask(tenant) for tenant in TENANTS))
        return dict(zip(TENANTS, (answer.pool for answer in answers), strict=True))


@asynccontextmanager
async def pools(*targets, **rest):
    async with AsyncExitStack() as stack:
        first, second = FakeTriton(), FakeTriton()
        ports = [await stack.enter_async_context(serving(triton)) for triton in (first, second)]
        where = TritonSettings(embedding_target=f"127.0.0.1:{ports[0]}", generator_target=f"127.0.0.1:{ports[1]}")
        routing = Routing(snapshot(1, route(*targets, **rest)), QUICK)
        settings = PoolSettings(in_flight=500)
        pool = await stack.enter_async_context(models(settings, routing, where, ChannelSettings()))
        yield Pools(first, second, pool, routing)
