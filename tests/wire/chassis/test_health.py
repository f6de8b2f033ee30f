from __future__ import annotations

import asyncio

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis import errors
from chassis.server import ServerSettings
from wire.chassis.probe import serving, until

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
QUICK = ServerSettings(
    port=0, health_port=0, settle=0, grace=0, ping_interval=0.02, ping_interval_unready=0.02, ping_timeout=0.1
)


async def echo(request, _context):
    return request


async def status(ports, service):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{ports.health_port}") as channel:
        answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
        return answer.status


async def becomes(ports, service, wanted):
    async def reached():
        return await status(ports, service) == wanted

    await until(reached)


async def test_a_service_without_dependencies_is_alive_and_ready():
    async with serving(one=echo) as probe:
        await becomes(probe.ports, "ready", SERVING)

        assert await status(probe.ports, "") == SERVING


async def test_readiness_follows_the_pings_and_life_does_not():
    usable = [False]

    async def ping():
        if not usable[0]:
            raise errors.Unavailable("the store is down")

    async with serving(QUICK, one=echo, pings={"store": ping}) as probe:
        await asyncio.sleep(0.1)
        assert await status(probe.ports, "ready") == NOT_SERVING
        assert await status(probe.ports, "") == SERVING
        usable[0] = True
        await becomes(probe.ports, "ready", SERVING)
        usable[0] = False
        await becomes(probe.ports, "ready", NOT_SERVING)

        assert await status(probe.ports, "") == SERVING
        assert await probe.one("still served") == "still served"


async def test_a_ping_that_hangs_has_failed():
    async def hangs():
        await asyncio.Event().wait()

    async with serving(QUICK, one=echo, pings={"store": hangs}) as probe:
        await asyncio.sleep(0.3)

        assert await status(probe.ports, "ready") == NOT_SERVING


async def test_one_slow_ping_does_not_make_a_ready_service_unready():
    calls = []

    async def stumbles():
        calls.append(1)
        if len(calls) == 3:
            raise TimeoutError

    async with serving(QUICK, one=echo, pings={"store": stumbles}) as probe:
        await becomes(probe.ports, "ready", SERVING)
        seen = set()
        while len(calls) < 8:
            seen.add(await status(probe.ports, "ready"))

    assert seen == {SERVING}


async def test_a_change_of_readiness_is_logged_with_the_name_of_what_is_missing(caplog):
    async def fails():
        raise errors.Unavailable("the words of a vendor")

    async with serving(QUICK, one=echo, pings={"the-store": fails}):
        await asyncio.sleep(0.15)
    told = [str(record.msg) for record in caplog.records if "not ready" in str(record.msg)]

    assert len(told) == 1
    assert "the-store" in told[0]
    assert "the words of a vendor" not in told[0]
