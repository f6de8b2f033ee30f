"""A closed loop: so many calls in flight, each begun when one has ended, for so many seconds.

The driver is leaner than what it drives: a request is bytes that are written, a response bytes that are counted off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from grpc import aio

from bench.proxies.stub import length
from bench.statistics import percentile

Call = Callable[[], Awaitable[None]]
"""Makes one call, and raises unless it is answered well."""

_OK = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Ask:
    """A call over gRPC."""

    method: str
    message: bytes
    key: str = ""


@dataclass(slots=True)
class Run:
    """What came of a loop."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    """Of each call, in milliseconds."""

    processor: float = 0.0
    """Seconds of processor time that the proxy spent; 0 where there is none."""

    @property
    def rate(self) -> float:
        """Calls a second."""
        return len(self.times) / self.seconds

    @property
    def capacity(self) -> float:
        """Calls that a whole core would serve in a second: what a busy machine does not blur."""
        return len(self.times) / self.processor

    def at(self, share: float) -> float:
        """Return a percentile of the times, in milliseconds."""
        return percentile(self.times, share)


async def looped(calls: list[Call], seconds: float) -> Run:
    """Keep every call going, each after itself."""
    run = Run()
    begin = time.perf_counter()

    async def keep(call: Call) -> None:
        while (started := time.perf_counter()) < begin + seconds:
            await call()
            run.times.append((time.perf_counter() - started) * 1000)

    await asyncio.gather(*(keep(call) for call in calls))
    run.seconds = time.perf_counter() - begin
    return run


async def over_http(port: int, request: bytes, in_flight: int, stack: AsyncExitStack) -> list[Call]:
    """Open a connection for each call in flight."""
    return [await _connected(port, request, stack) for _ in range(in_flight)]


async def _connected(port: int, request: bytes, stack: AsyncExitStack) -> Call:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    stack.callback(writer.close)

    async def call() -> None:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(length(head))
        if not head.startswith(_OK):
            raise RuntimeError(f"{head[:40]!r} {body[:400]!r}")

    return call


async def over_grpc(port: int, ask: Ask, in_flight: int, stack: AsyncExitStack) -> list[Call]:
    """Share one connection, as clients of gRPC do."""
    channel = await stack.enter_async_context(aio.insecure_channel(f"127.0.0.1:{port}"))
    stream: aio.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream(ask.method)
    metadata = (("authorization", f"Bearer {ask.key}"),) if ask.key else ()

    async def call() -> None:
        async for _ in stream(ask.message, metadata=metadata):
            pass

    return [call] * in_flight


def http_request(path: str, key: str, body: bytes) -> bytes:
    """Return a request as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
