"""Clients of HTTP who mean harm, or know no better: clear answers, bounded memory, and nobody else is harmed."""

import psutil
import pytest

from rigs.gateway import READER
from rigs.impatient import impatient
from rigs.raw import ASK, CHAT, post, served, told, wire

GOOD = post(CHAT, READER, ASK)
MEBIBYTE = 1024 * 1024


@pytest.fixture
async def front(tmp_path):
    async with impatient(tmp_path) as front:
        yield front


HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n"
MALFORMED = {
    "no-http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "http-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "length-and-chunked": HEAD + b"content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "two-lengths": HEAD + b"content-length: 4\r\ncontent-length: 5\r\n\r\nabcde",
    "two-lengths-in-one": HEAD + b"content-length: 4, 5\r\n\r\nabcde",
    "length-with-sign": HEAD + b"content-length: +4\r\n\r\nabcd",
    "length-in-hexadecimal": HEAD + b"content-length: 0x4\r\n\r\nabcd",
    "chunked-twice": HEAD + b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked-not-last": HEAD + b"transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunked-almost": HEAD + b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunk-size-of-no-number": HEAD + b"content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "folded-header": HEAD + b"a: b\r\n c: d\r\n\r\n",
    "space-before-colon": HEAD + b"content-length : 4\r\n\r\nabcd",
    "nul-in-header": HEAD + b"a: b\x00c\r\n\r\n",
    "bare-carriage-return": HEAD + b"a: b\rcontent-length: 4\r\n\r\n",
    "no-host": b"GET /v1/models HTTP/1.1\r\n\r\n",
    "header-without-name": HEAD + b": b\r\n\r\n",
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_two_servers_could_read_differently_is_refused_and_the_connection_closed(front, sent):
    async with wire(front.http) as bad:
        await bad.send(sent + GOOD)
        status, body = await bad.response()
        assert status in {0, 400, 401}, body
        if body:
            assert told(body) in {"not_http", "missing_key", "invalid_api_key"}
        await bad.closed()

    assert front.orchestrator.asked == []
    await served(front, READER)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\n" + b"x: a\r\n" * 1000 + b"\r\n",
    ],
    ids=["long-line", "long-header", "many-headers"],
)
async def test_a_head_that_is_too_large_is_refused_without_being_read_to_its_end(front, sent):
    async with wire(front.http) as bad:
        await bad.send(sent)
        status, body = await bad.response()
        assert (status, told(body)) == (431, "headers_too_large")
        await bad.closed()
    await served(front, READER)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"model": "\xff\xfe"}', 400, "not_json"),
        (b'{"model": "\\ud800", "messages": []}', 400, "not_json"),
        (b"[" * 100_000, 400, "not_json"),
        (b'{"model"', 400, "not_json"),
        (b"", 400, "not_json"),
        (b"null", 400, "invalid_argument"),
        (b"1e400", 400, "invalid_argument"),
        (b'{"messages": [{"role": "user", "content": "a\\u0000b"}], "model": "forebay/docs"}', 400, "invalid_argument"),
    ],
    ids=["utf-8", "surrogate", "deep", "cut", "empty", "null", "number", "nul"],
)
async def test_a_body_that_is_no_request_is_called_so(front, body, status, code):
    async with wire(front.http) as bad:
        await bad.send(post(CHAT, READER, body))
        answered = await bad.response()
    assert (answered[0], told(answered[1])) == (status, code)
    assert front.orchestrator.asked == []


async def test_a_gigabyte_is_refused_before_it_is_read_and_leaves_nothing_in_memory(front):
    process = psutil.Process()
    before = process.memory_info().rss
    async with wire(front.http) as bad:
        await bad.send(post(CHAT, READER, length=1024 * MEBIBYTE))
        status, body = await bad.response()
        assert (status, told(body)) == (413, "message_too_large")
        with pytest.raises(ConnectionError):
            await bad.flood(b" " * MEBIBYTE, 1024)
    assert process.memory_info().rss - before < 32 * MEBIBYTE
    await served(front, READER)


async def test_a_gigabyte_in_pieces_is_read_as_far_as_it_may_be_long(front):
    head = post(CHAT, READER).replace(b"content-length: 0", b"transfer-encoding: chunked")
    async with wire(front.http) as bad:
        await bad.send(head)
        with pytest.raises(ConnectionError):
            await bad.flood(b"100000\r\n" + b" " * MEBIBYTE + b"\r\n", 1024)
    await served(front, READER)


async def test_nobody_who_is_unknown_has_a_body_read(front):
    async with wire(front.http) as bad:
        await bad.send(post(CHAT, "nonsense", length=1024 * 1024))
        status, body = await bad.response()
    assert (status, told(body)) == (401, "invalid_api_key")


async def test_compressed_bodies_are_not_unpacked(front):
    async with wire(front.http) as bad:
        await bad.send(post(CHAT, READER, b"\x1f\x8b", headers=("content-encoding: gzip",)))
        status, body = await bad.response()
    assert (status, told(body)) == (415, "wrong_media_type")
