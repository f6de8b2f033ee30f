"""HTTP/2 written frame by frame, for what no client of gRPC would send."""

from __future__ import annotations

import asyncio
import struct
from contextlib import asynccontextmanager

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, CONTINUATION = 0x0, 0x1, 0x3, 0x4, 0x6, 0x9
END_STREAM, END_HEADERS = 0x1, 0x4


def frame(kind, stream, payload=b"", flags=0):
    """Return one frame."""
    return struct.pack("!I", len(payload))[1:] + bytes((kind, flags)) + struct.pack("!I", stream) + payload


def fields(*pairs):
    """Return headers in HPACK, each as a literal that nobody needs to remember (RFC 7541, 6.2.2)."""
    return b"".join(b"\x00" + _text(name) + _text(value) for name, value in pairs)


def call(stream, path, *more):
    """Return the headers that begin a call of gRPC."""
    pairs = ((":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a"))
    said = (*pairs, ("content-type", "application/grpc"), ("te", "trailers"), *more)
    return frame(HEADERS, stream, fields(*said), END_HEADERS)


def reset(stream):
    """Return the frame that takes a call back."""
    return frame(RESET, stream, struct.pack("!I", 8))


def _text(text):
    raw = text.encode()
    if len(raw) < 127:
        return bytes((len(raw),)) + raw
    rest, size = len(raw) - 127, b"\x7f"
    while rest >= 128:
        size += bytes((rest % 128 + 128,))
        rest //= 128
    return size + bytes((rest,)) + raw


@asynccontextmanager
async def speaking(address):
    """Connect, and have the other side's frames read and dropped; yield what writes."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(PREFACE + frame(SETTINGS, 0))
    dropping = asyncio.create_task(_dropped(reader))
    try:
        yield writer
    finally:
        dropping.cancel()
        writer.close()
        await asyncio.gather(dropping, writer.wait_closed(), return_exceptions=True)


async def _dropped(reader):
    while await reader.read(65536):
        pass
