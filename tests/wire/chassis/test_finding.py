"""A name that appears late, and a call that a closing server did not look at."""

from __future__ import annotations

import asyncio
import struct
from contextlib import asynccontextmanager, suppress

import pytest

from chassis.channel import ChannelSettings, connect
from chassis.errors import Unavailable
from wire.chassis.probe import Probe, serving

NAME_ERROR = 3
ADDRESS = 1


class Names(asyncio.DatagramProtocol):
    """A name server: every name is this machine's, as soon as it is told so."""

    def __init__(self):
        self.known = False
        self.asked = 0

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, sender):
        self.asked += 1
        question = data[12 : data.index(b"\0", 12) + 5]
        (kind,) = struct.unpack_from(">H", question, len(question) - 4)
        found = self.known and kind == ADDRESS
        flags = 0x8180 | (0 if self.known else NAME_ERROR)
        head = data[:2] + struct.pack(">HHHHH", flags, 1, int(found), 0, 0)
        answer = b"\xc0\x0c" + struct.pack(">HHIH", ADDRESS, 1, 0, 4) + bytes([127, 0, 0, 1])
        self.transport.sendto(head + question + (answer if found else b""), sender)


@asynccontextmanager
async def naming():
    loop = asyncio.get_running_loop()
    transport, names = await loop.create_datagram_endpoint(Names, local_addr=("127.0.0.1", 0))
    try:
        yield names, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


async def say(_request, _context):
    return "found"


async def test_a_name_that_was_missing_for_long_is_found_soon_after_it_appears():
    settings = ChannelSettings(reopen_interval=0.5)
    async with naming() as (names, port), serving(one=say) as server:
        target = f"dns://127.0.0.1:{port}/late.example:{server.ports.port}"
        async with connect(target, "probe", settings) as channel:
            probe = Probe(channel)
            with pytest.raises(Unavailable):
                await probe.one("x")
            # Left to itself, gRPC looks after 1, 2.6, 5.2, 9.3 and 15.9 seconds, and at last every two minutes.
            await asyncio.sleep(6)
            names.known = True

            async with asyncio.timeout(2):
                await channel.channel_ready()

            assert await probe.one("x") == "found"


PREFACE = 24
SETTINGS, SETTINGS_SEEN = b"\0\0\0\4\0\0\0\0\0", b"\0\0\0\4\1\0\0\0\0"
HEADERS = 1
END_HEADERS, END = 4, 5


def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


GOING = frame(7, 0, 0, bytes(8))
"""What a server says that closes and has looked at no stream."""


def answered(stream):
    """Return the frames of one response, its message the text `found`."""
    head = b"\x88\x0f\x10\x10application/grpc"
    tail = b"\0\x0bgrpc-status\x010"
    message = b"\0\0\0\0\5found"
    return frame(1, END_HEADERS, stream, head) + frame(0, 0, stream, message) + frame(1, END, stream, tail)


@asynccontextmanager
async def refusing(refusals):
    """Serve HTTP/2 by hand: the first calls are left unseen, as by a server that closes; the rest are answered."""
    streams, serving_all = [], []

    async def frames(reader, writer):
        await reader.readexactly(PREFACE)
        writer.write(SETTINGS)
        while True:
            head = await reader.readexactly(9)
            await reader.readexactly(int.from_bytes(head[:3], "big"))
            kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
            if kind == SETTINGS[3] and not flags:
                writer.write(SETTINGS_SEEN)
            if kind == HEADERS:
                streams.append(stream)
                writer.write(GOING if len(streams) <= refusals else answered(stream))

    async def serve(reader, writer):
        serving_all.append(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await frames(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield streams, server.sockets[0].getsockname()[1]
        await asyncio.gather(*serving_all)


async def test_a_call_that_no_server_looked_at_is_made_again_without_anybody_asking_for_it():
    async with refusing(1) as (streams, port), connect(f"127.0.0.1:{port}", "probe") as channel:
        assert await Probe(channel).one("x") == "found"

    assert len(streams) == 2


async def test_a_call_is_not_made_again_and_again():
    async with refusing(100) as (streams, port), connect(f"127.0.0.1:{port}", "probe") as channel:
        with pytest.raises(Unavailable):
            await Probe(channel).one("x")

    assert len(streams) == 2
