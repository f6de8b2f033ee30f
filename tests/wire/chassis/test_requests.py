from __future__ import annotations

import asyncio

import pytest

from chassis import errors
from chassis.server import ServerSettings
from wire.chassis.probe import SERVICE, serving


def raising(failure):
    async def fails(_request, _context):
        raise failure

    return fails


async def test_a_request_that_is_no_message_is_an_invalid_argument():
    async with serving(one=raising(errors.NotFound("never reached"))) as probe:
        send = probe.channel.unary_unary(f"/{SERVICE}/one")
        with pytest.raises(errors.InvalidArgument) as caught:
            await send(b"\xff\xfe")

    assert caught.value.reason == "NOT_A_MESSAGE"


async def test_a_broken_message_in_a_stream_is_an_invalid_argument():
    async def reads(requests, _context):
        return str([request async for request in requests])

    async with serving(collect=reads) as probe:
        send = probe.channel.stream_unary(f"/{SERVICE}/collect")
        with pytest.raises(errors.InvalidArgument):
            await send(iter([b"fine", b"\xff\xfe"]))


async def test_a_message_too_large_is_the_callers_fault_and_not_overload():
    async def length(request, _context):
        return str(len(request))

    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0, max_message_bytes=2000)
    async with serving(settings, one=length) as probe:
        assert await probe.one("x" * 1900) == "1900"
        with pytest.raises(errors.InvalidArgument) as caught:
            await probe.one("x" * 2100)

    assert caught.value.reason == "MESSAGE_TOO_LARGE"


async def test_more_calls_than_the_server_takes_are_refused_at_once():
    async def slow(_request, _context):
        await asyncio.sleep(0.3)
        return "done"

    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0, max_concurrent=2)
    async with serving(settings, one=slow) as probe:
        answers = await asyncio.gather(*(probe.one("x") for _ in range(6)), return_exceptions=True)

    assert sorted(map(str, answers), key=len)[:2] == ["done", "done"]
    assert sum(isinstance(answer, errors.Overloaded) for answer in answers) == 4


async def test_a_failure_of_the_one_who_makes_requests_surfaces_as_itself():
    async def reads(requests, _context):
        return str([request async for request in requests])

    async def breaks():
        yield "first"
        raise errors.NotFound("the file is gone")

    async with serving(collect=reads) as probe:
        with pytest.raises(errors.NotFound, match="the file is gone"):
            await probe.collect(breaks())


async def test_a_failure_of_the_one_who_makes_requests_surfaces_from_a_stream_too():
    async def mirrors(requests, _context):
        async for request in requests:
            yield request

    def breaks():
        yield "first"
        raise KeyError("what")

    async with serving(talk=mirrors) as probe:
        with pytest.raises(KeyError):
            _ = [part async for part in probe.talk(breaks())]
