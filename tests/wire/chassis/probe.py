"""A service of every shape whose behaviour a test writes itself; messages are texts."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from inspect import isawaitable

import grpc

from chassis.channel import connect
from chassis.server import ServerSettings, running

SERVICE = "forebay.probe.v1alpha1.ProbeService"
TEST = ServerSettings(port=0, health_port=0, settle=0, grace=0)
_SHAPES = {
    "one": grpc.unary_unary_rpc_method_handler,
    "many": grpc.unary_stream_rpc_method_handler,
    "collect": grpc.stream_unary_rpc_method_handler,
    "talk": grpc.stream_stream_rpc_method_handler,
}


def encode(message):
    """Return the bytes of a text; gRPC makes bytes of some texts itself before it asks."""
    return message if isinstance(message, bytes) else message.encode()


_CODEC = {"request_deserializer": bytes.decode, "response_serializer": encode}


def mount(**behaviours):
    """Return what mounts the behaviours, each named after its shape: `one`, `many`, `collect`, `talk`."""
    handlers = {name: _SHAPES[name](behaviour, **_CODEC) for name, behaviour in behaviours.items()}

    def add(server):
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))

    return add


async def until(true):
    """Return as soon as it is true; `true` may be a function or a coroutine function."""
    async with asyncio.timeout(3):
        while not (await answer if isawaitable(answer := true()) else answer):  # noqa: ASYNC110 - it is asked from outside
            await asyncio.sleep(0.005)


class Probe:
    """The client of that service over one channel."""

    def __init__(self, channel):
        codec = {"request_serializer": encode, "response_deserializer": bytes.decode}
        self.channel = channel
        self.one = channel.unary_unary(f"/{SERVICE}/one", **codec)
        self.many = channel.unary_stream(f"/{SERVICE}/many", **codec)
        self.collect = channel.stream_unary(f"/{SERVICE}/collect", **codec)
        self.talk = channel.stream_stream(f"/{SERVICE}/talk", **codec)


@asynccontextmanager
async def serving(settings=TEST, *, verifier=None, signer=None, pings=None, services=(), **behaviours):
    """Serve the behaviours and yield a client that goes through our channel."""
    async with (
        running(settings, mount(**behaviours), pings=pings or {}, verifier=verifier, services=services) as ports,
        connect(f"127.0.0.1:{ports.port}", "probe", signer=signer) as channel,
    ):
        probe = Probe(channel)
        probe.ports = ports
        yield probe
