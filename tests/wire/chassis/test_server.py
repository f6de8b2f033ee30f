from __future__ import annotations

from contextlib import AsyncExitStack

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from chassis import errors
from chassis.channel import connect
from chassis.server import ServerSettings
from wire.chassis.probe import Probe, serving, until


async def echo(request, _context):
    return request


async def listed(port):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([request]))
        return [service.name async for answer in call for service in answer.list_services_response.service]


async def test_contracts_can_be_read_where_a_setting_says_so():
    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0, reflection=True)
    async with serving(settings, one=echo, services=["forebay.probe.v1alpha1.ProbeService"]) as probe:
        assert "forebay.probe.v1alpha1.ProbeService" in await listed(probe.ports.port)


async def test_contracts_cannot_be_read_otherwise():
    async with serving(one=echo) as probe:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await listed(probe.ports.port)

    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_calls_go_round_robin_over_the_addresses_of_a_name():
    async def first(_request, _context):
        return "first"

    async def second(_request, _context):
        return "second"

    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(serving(one=first))
        two = await stack.enter_async_context(serving(one=second))
        target = f"ipv4:127.0.0.1:{one.ports.port},127.0.0.1:{two.ports.port}"
        probe = Probe(await stack.enter_async_context(connect(target, "probe")))
        for single in (one, two):
            await single.channel.channel_ready()

        async def both_answer():
            return {await probe.one("x"), await probe.one("x")} == {"first", "second"}

        await until(both_answer)
        answers = [await probe.one("x") for _ in range(20)]

    assert answers.count("first") == answers.count("second") == 10


async def test_unavailable_is_tried_again_only_where_asked():
    calls = []

    async def down(_request, _context):
        calls.append(1)
        raise errors.Unavailable("down")

    async with serving(one=down) as probe:
        with pytest.raises(errors.Unavailable):
            await probe.one("x")
        once = len(calls)
        async with connect(f"127.0.0.1:{probe.ports.port}", "probe", attempts=3) as channel:
            with pytest.raises(errors.Unavailable):
                await Probe(channel).one("x")

    assert once == 1
    assert len(calls) == 4


async def test_overload_is_never_tried_again():
    calls = []

    async def full(_request, _context):
        calls.append(1)
        raise errors.Overloaded("full")

    async with (
        serving(one=full) as probe,
        connect(f"127.0.0.1:{probe.ports.port}", "probe", attempts=3) as channel,
    ):
        with pytest.raises(errors.Overloaded):
            await Probe(channel).one("x")

    assert len(calls) == 1
