"""The official client against an API server that we made up; tests/e2e/test_routes.py does the same on a real one."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from kubernetes.aio import client

from chassis.errors import PermissionDenied, Unavailable
from control.kubernetes import KubernetesRoutes
from fakes.api_server import FakeApiServer

TARGETS = [{"pool": "generator", "model": "generator"}]


@pytest.fixture
def server():
    return FakeApiServer()


@pytest.fixture
async def cluster(server):
    async with server.serving() as address, client.ApiClient(client.Configuration(host=address)) as api:
        yield KubernetesRoutes(client.CustomObjectsApi(api), "forebay")


async def following(cluster, seen):
    async with aclosing(cluster.routes()) as changes:
        async for found in changes:
            seen.put_nowait({one.name: one.spec["role"] for one in found})


async def test_all_resources_come_at_once_and_after_each_change(server, cluster):
    await server.apply("first", role="generator", targets=TARGETS)
    seen = asyncio.Queue()
    task = asyncio.create_task(following(cluster, seen))
    async with asyncio.timeout(5):
        assert await seen.get() == {"first": "generator"}

        await server.apply("second", role="reranker", targets=TARGETS)
        assert await seen.get() == {"first": "generator", "second": "reranker"}

        await server.delete("first")
        assert await seen.get() == {"second": "reranker"}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_watch_that_is_too_old_ends_so_that_all_is_listed_anew(server, cluster):
    seen = asyncio.Queue()
    task = asyncio.create_task(following(cluster, seen))
    async with asyncio.timeout(5):
        await seen.get()
        await server.expire()
        await task


async def test_a_status_is_merged_into_the_resource(server, cluster):
    await server.apply("first", role="generator", targets=TARGETS)

    await cluster.tell("first", {"version": 7})

    assert server.patched == [("first", "application/merge-patch+json", {"status": {"version": 7}})]


async def test_a_resource_that_is_gone_is_told_nothing(cluster):
    await cluster.tell("nobody", {"version": 7})


@pytest.mark.parametrize(("status", "meant"), [(403, PermissionDenied), (500, Unavailable)])
async def test_what_the_api_server_refuses_is_said_in_words(server, cluster, status, meant):
    server.refuses = status

    with pytest.raises(meant):
        await anext(cluster.routes())


async def test_an_api_server_that_is_away_is_told(server):
    async with client.ApiClient(client.Configuration(host="http://127.0.0.1:1")) as api:
        with pytest.raises(Unavailable):
            await anext(KubernetesRoutes(client.CustomObjectsApi(api), "forebay").routes())
