"""Clients of gRPC's port who mean harm: bounded memory, and nobody else is harmed."""

import asyncio

import psutil
import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb

from rigs.gateway import READER, gateway, key
from rigs.http2 import CONTINUATION, END_HEADERS, HEADERS, PING, SETTINGS, call, fields, frame, reset, speaking

ANSWER = "/forebay.gateway.v1alpha1.GatewayService/Answer"
MEBIBYTE = 1024 * 1024
STREAMS = 20_000


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


async def served(front):
    """Assert that somebody who behaves is served soon."""
    request = pb.SearchRequest(query={"corpus": "docs", "query": "q"})
    await front.stub.Search(request, metadata=key(READER), timeout=10)


async def flooded(front, *pieces):
    """Send the pieces as long as the other side takes them; return by how many MiB this process has grown."""
    process = psutil.Process()
    await served(front)
    before = process.memory_info().rss
    async with speaking(front.address) as writer:
        try:
            async with asyncio.timeout(15):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
        except (ConnectionError, TimeoutError):
            pass
        await served(front)
    await served(front)
    return (process.memory_info().rss - before) / MEBIBYTE


async def test_calls_that_are_taken_back_at_once_do_no_harm(front):
    authorised = ("authorization", f"Bearer {READER}")
    numbers = range(1, 2 * STREAMS, 2)
    batches = [
        b"".join(call(n, ANSWER, authorised) + reset(n) for n in numbers[start : start + 100])
        for start in range(0, len(numbers), 100)
    ]

    assert await flooded(front, *batches) < 64
    assert front.orchestrator.said == 0


async def test_headers_without_end_do_no_harm(front):
    begun = frame(HEADERS, 1, fields((":method", "POST")))
    more = frame(CONTINUATION, 1, fields(("x", "a" * 8000)))

    assert await flooded(front, begun, *[more] * 10_000) < 64


async def test_more_headers_than_are_taken_are_refused_and_the_others_served(front):
    many = [(f"x-{number}", "a" * 100) for number in range(1000)]

    assert await flooded(front, *(call(n, ANSWER, *many[:100]) for n in range(1, 400, 2))) < 64
    assert front.orchestrator.asked[-1][0].query == "q"


@pytest.mark.parametrize("kind", [SETTINGS, PING], ids=["settings", "pings"])
async def test_frames_that_want_an_answer_each_do_no_harm(front, kind):
    payload = bytes(8) if kind == PING else b""

    assert await flooded(front, *[frame(kind, 0, payload) * 1000] * 100) < 64


async def test_calls_that_are_begun_and_left_open_do_not_lock_the_others_out(front):
    authorised = ("authorization", f"Bearer {READER}")
    half_open = b"".join(call(n, ANSWER, authorised) for n in range(1, 400, 2))

    assert await flooded(front, half_open) < 64


async def test_what_is_no_http_2_is_hung_up_on(front):
    host, _, port = front.address.rpartition(":")
    for sent in (b"GET / HTTP/1.1\r\nhost: a\r\n\r\n", b"\x00" * 4096, frame(HEADERS, 0, b"", END_HEADERS)):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        async with asyncio.timeout(30):
            while await reader.read(4096):
                pass
        writer.close()
    await served(front)
