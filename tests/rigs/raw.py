"""HTTP written byte by byte, for what no client would send."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Wire:
    """One connection."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def flood(self, data, times, every=0.002):
        """Send the same again and again; raise `ConnectionError` when the other side has had enough."""
        for _ in range(times):
            await self.send(data)
            await asyncio.sleep(every)

    async def response(self, within=10.0):
        """Return status and body of the next response; (0, b"") when the other side hung up instead."""
        async with asyncio.timeout(within):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return 0, b""
            size = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            return int(head.split(b" ")[1]), await self.reader.readexactly(size)

    async def closed(self, within=10.0):
        """Return when the other side has hung up; raise `TimeoutError` when it does not."""
        async with asyncio.timeout(within):
            try:
                while await self.reader.read(65536):
                    pass
            except ConnectionError:
                return


@asynccontextmanager
async def wire(base):
    """Connect to the base of an address."""
    parts = urlsplit(base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


def post(path, key, body=b"", *, headers=(), length=None):
    """Return the bytes of a request."""
    lines = (
        f"POST {path} HTTP/1.1",
        "host: localhost",
        f"authorization: Bearer {key}",
        "content-type: application/json",
        f"content-length: {len(body) if length is None else length}",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


CHAT = "/v1/chat/completions"
ASK = json.dumps({"model": "forebay/docs", "messages": [{"role": "user", "content": "How high is the dam?"}]}).encode()


async def served(front, key):
    """Assert that somebody who behaves is served."""
    async with wire(front.http) as good:
        await good.send(post(CHAT, key, ASK))
        status, body = await good.response()
        assert status == 200, body


def told(body):
    """Return the code of an error."""
    return json.loads(body)["error"]["code"]
