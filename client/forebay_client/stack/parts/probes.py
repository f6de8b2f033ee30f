"""Pings without client libraries: a probe that takes a second to import would slow down every start."""

from __future__ import annotations

import asyncio

import grpc

from forebay_client.stack.part import HOST

SECONDS = 2.0


async def exchange(port: int, request: bytes, lines: int = 1) -> bytes:
    """Send bytes over a fresh connection and return the first lines of the answer; raises OSError."""
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            writer.write(request)
            await writer.drain()
            return b"".join([await reader.readline() for _ in range(lines)])
        finally:
            writer.close()
            await writer.wait_closed()


async def http_ok(port: int, path: str) -> None:
    """Raise unless a GET is answered by 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    line = await exchange(port, request.encode())
    if line.split(b" ")[1:2] != [b"200"]:
        raise ConnectionError(f"GET {path} was answered by {line!r}")


async def grpc_call(address: str, method: str, request: bytes = b"") -> bytes:
    """Call one unary method with a message that is encoded already; raises grpc.RpcError."""
    async with grpc.aio.insecure_channel(address) as channel:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(method)
        return await call(request, timeout=SECONDS)
