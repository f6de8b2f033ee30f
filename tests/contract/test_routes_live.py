"""A change of routes under load: control and the four services that follow it, as processes.

What an operator waits for is measured from the call that applies the change; the report prints it (`pytest -s`).
"""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from kubernetes.aio import client

from control.changing.changes import Changes
from control.kubernetes import KubernetesRoutes
from control.mirroring.mirror import mirroring
from control.postgres import PostgresLead
from fakes.api_server import FakeApiServer
from rigs.control_plane import opened, until
from rigs.routed_system import TENANTS, routed_system

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("routes-live")]

BOUND = 1.0
"""Seconds from the call that applies a change until it holds everywhere."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory):
    async with routed_system(tmp_path_factory.mktemp("system")) as running:
        yield running


async def test_a_change_under_load_holds_everywhere_within_a_second_and_fails_no_call(system):
    async with system.shared(0) as load:
        began = load.clock()
        after = await system.plane.everywhere(await system.apply(10))
        told = load.clock() - began
        first, again = await load.round(), await load.round()
        moved = {tenant for tenant, track in first.items() if track == "canary"}
        turned = load.last(moved, "stable") - began

    said(f"a change is told in {told:.3f} s, the last call by the former route began at {turned:.3f} s", after)
    assert first == again
    assert len(moved) == len(TENANTS) // 10
    assert load.failures == []
    assert max(told, turned) < BOUND


async def test_a_resource_of_the_cluster_is_as_soon(system):
    server = FakeApiServer()
    async with AsyncExitStack() as stack:
        load = await stack.enter_async_context(system.shared(0))
        at = await stack.enter_async_context(server.serving())
        api = await stack.enter_async_context(client.ApiClient(client.Configuration(host=at)))
        store = await stack.enter_async_context(opened(system.plane.dsn))
        routes, changes = (
            KubernetesRoutes(client.CustomObjectsApi(api), "forebay"),
            Changes(store),
        )
        await server.apply("orchestrator", **system.route(0))
        await stack.enter_async_context(mirroring(routes, changes, PostgresLead(system.plane.dsn)))
        await until(lambda: len(server.patched) == 1)  # the status: it was taken over

        began = load.clock()
        await server.apply("orchestrator", **system.route(20))
        await until(lambda: load.by("canary", began) > 0)
        seen = load.clock() - began
        assert Counter((await load.round()).values())["canary"] == len(TENANTS) // 5
        await server.delete("orchestrator")
        await until(lambda: load.by("canary", load.clock() - 1.0) == 0)

    said(f"a Route resource leads calls after {seen:.3f} s")
    assert load.failures == []
    assert seen < BOUND


async def test_while_control_is_dead_nothing_changes_and_once_it_is_back_the_next_change_is_as_soon(system):
    control = system.plane.replicas[0]
    async with system.shared(10) as load:
        before = await load.round()
        for _ in range(3):
            await control.kill()
            assert await load.round() == before
            await control.start()

            began = load.clock()
            after = await system.plane.everywhere(await system.apply(30))
            told = load.clock() - began
            said(f"control is back, and a change is told in {told:.3f} s", after)
            assert told < BOUND
            assert Counter((await load.round()).values())["canary"] == 60
            await system.plane.everywhere(await system.apply(10))

    assert load.failures == []


def said(what, after=None):
    """Print a figure: the bounds are generous, and what it takes is what a reader of the report wants to know."""
    print(what, *(f"{service}: {seconds:.3f} s after apply" for service, seconds in (after or {}).items()))  # noqa: T201
