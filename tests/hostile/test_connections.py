"""Connections that are held, slow or too many: each is given up in its time, and nobody else is harmed."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from rigs.gateway import READER
from rigs.impatient import QUICK, impatient
from rigs.raw import ASK, CHAT, post, served, told, wire

GOOD = post(CHAT, READER, ASK)


@pytest.fixture
async def front(tmp_path):
    async with impatient(tmp_path) as front:
        yield front


@pytest.mark.parametrize(
    "sent", [b"", b"GET /v1/mod", b"GET / HTTP/1.1\r\nhost: a\r\nx: a"], ids=["nothing", "line", "head"]
)
async def test_who_begins_and_does_not_go_on_is_hung_up_on_and_the_others_are_served(front, sent):
    async with AsyncExitStack() as stack:
        slow = [await stack.enter_async_context(wire(front.http)) for _ in range(60)]
        for each in slow:
            await each.send(sent)
        await served(front, READER)
        await asyncio.gather(*(each.closed(3.0) for each in slow))
    await served(front, READER)


async def test_a_head_that_comes_byte_by_byte_is_given_up(front):
    async with wire(front.http) as slow:
        await slow.send(b"GET /")
        with pytest.raises(ConnectionError):
            await slow.flood(b"a", 500, every=0.02)


async def test_a_body_that_comes_byte_by_byte_is_given_up(front):
    async with wire(front.http) as slow:
        await slow.send(post(CHAT, READER, length=1000))
        await slow.send(b"{")
        status, body = await slow.response()
    assert (status, told(body)) == (408, "slow_request")
    assert front.orchestrator.asked == []


async def test_who_does_not_read_is_hung_up_on_and_the_model_stops(front):
    forever = ASK.replace(b"How high is the dam?", b"forever").replace(b'{"model"', b'{"stream": true, "model"')
    async with wire(front.http) as deaf:
        deaf.writer.transport.pause_reading()
        await deaf.send(post(CHAT, READER, forever))
        async with asyncio.timeout(20):
            await front.orchestrator.given_up.wait()
        await served(front, READER)


async def test_no_more_connections_are_held_than_may_be(front):
    async with AsyncExitStack() as stack:
        held = [await stack.enter_async_context(wire(front.http)) for _ in range(QUICK.max_connections)]
        await held[-1].send(GOOD)
        assert (await held[-1].response())[0] == 200
        beyond = await stack.enter_async_context(wire(front.http))
        await beyond.closed(1.0)
    await asyncio.sleep(0)
    await served(front, READER)


async def test_pipelined_requests_are_answered_in_turn(front):
    async with wire(front.http) as eager:
        await eager.send(GOOD * 20)
        assert [(await eager.response())[0] for _ in range(20)] == [200] * 20
