"""Two replicas of control that follow the same cluster: one leads, and neither undoes what the other did."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack, aclosing

import psycopg
import pytest
import pytest_asyncio
from kubernetes.aio import client

from chassis.errors import Unavailable
from chassis.stores.locks import Lock
from control.changing.changes import Changes
from control.kubernetes import KubernetesRoutes
from control.migrate import migrate
from control.mirroring.mirror import AUTHOR, mirroring
from control.postgres import PostgresLead
from control.resources.words import Ref
from fakes.api_server import FakeApiServer
from rigs.control_plane import control_plane, opened, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("control-replicas")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dsn(tmp_path_factory):
    async with control_plane(tmp_path_factory.mktemp("plane")) as running:
        yield running.dsn


class Late:
    """A cluster that is seen through a slow connection: each look comes late, by a time drawn at random."""

    def __init__(self, cluster, dice):
        self._cluster, self._dice, self.tell = cluster, dice, cluster.tell

    async def routes(self):
        async with aclosing(self._cluster.routes()) as looks:
            async for found in looks:
                await asyncio.sleep(self._dice.uniform(0, 0.1))
                yield found


async def test_mirrors_of_two_replicas_do_not_undo_each_other(dsn):
    server, dice = FakeApiServer(), random.Random(1)
    weights = list(range(1, 41))

    def target(weight):
        return [{"address": "a:1", "weight": 100 - weight}, {"address": "b:1", "weight": weight}]

    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(server.serving())
        store = await stack.enter_async_context(opened(dsn))
        for _ in range(2):
            api = await stack.enter_async_context(client.ApiClient(client.Configuration(host=at)))
            own = await stack.enter_async_context(opened(dsn))
            seen = Late(KubernetesRoutes(client.CustomObjectsApi(api), "forebay"), dice)
            await stack.enter_async_context(mirroring(seen, Changes(own), PostgresLead(dsn)))
        for weight in weights:
            await server.apply("orchestrator", role="orchestrator", targets=target(weight))
            await asyncio.sleep(0.02)

        async def written():
            history = await store.revisions(Ref("Route", "kubernetes.orchestrator"), 0, 1000)
            return [
                (one.author, change.after["targets"][1].get("weight", 1)) for one in history for change in one.changes
            ]

        async with asyncio.timeout(20):
            while (await written())[:1] != [(AUTHOR, weights[-1])]:  # noqa: ASYNC110 - it is asked from outside
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # for whoever is late
        told = [weight for _, weight in reversed(await written())]

    assert told == sorted(set(told))


async def test_who_loses_the_lead_stops_and_the_next_one_leads_soon(dsn):
    led, stopped = [], []

    async def work(name):
        led.append(name)
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(name)

    lead = PostgresLead(dsn, every=0.1)
    first = asyncio.create_task(lead.led(lambda: work("first")))
    await until(lambda: led == ["first"])
    second = asyncio.create_task(lead.led(lambda: work("second")))
    await asyncio.sleep(0.5)
    assert led == ["first"]
    async with asyncio.timeout(20):
        await asyncio.to_thread(migrate, dsn)  # an upgrade does not wait for who leads

    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as operator:
        await operator.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and objid = %s",
            [Lock.LEAD & 0xFFFF_FFFF],
        )

    with pytest.raises(Unavailable):
        await first
    assert stopped == ["first"]
    assert await until(lambda: led == ["first", "second"]) < 1.0
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
