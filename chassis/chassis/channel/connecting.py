"""Connects to another server for as long as a block lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from grpc import aio

from chassis.certificates import Files
from chassis.channel.opening import opening
from chassis.channel.outgoing import Outgoing
from chassis.channel.routed import RoutedChannel
from chassis.channel.settings import ChannelSettings
from chassis.channel.tracks import Track, Tracks
from chassis.channel.wrapped import ServiceChannel
from chassis.identity import Signer
from chassis.routing import Routing


@asynccontextmanager
async def connect(  # noqa: PLR0913 - what a caller may say about the callee
    target: str,
    peer: str,
    settings: ChannelSettings | None = None,
    *,
    signer: Signer | None = None,
    ours: bool = True,
    attempts: int = 1,
    certificates: Files | None = None,
    routing: Routing | None = None,
) -> AsyncIterator[aio.Channel]:
    """Yield a channel to `target`, whose name in `chassis.edges` is `peer`.

    Calls go round robin to every address that the name stands for. They carry what is left of the request's time, its
    trace, and its identity: forwarded, or signed by `signer` at the gateway. A server that is not `ours` gets no
    identity, and the trace only when it is sampled. `attempts` above one lets gRPC itself try again when a server is
    gone; for calls that may be repeated, at the one place of a request that retries, and never against overload.
    Our servers are called over TLS where the settings name certificates; another is with `certificates` of its own.
    Where the `routing` has a route for the peer, its targets are called in place of `target`.
    Failures come as `chassis.errors`.
    """
    settings = settings or ChannelSettings()
    outgoing = Outgoing(target=target, peer=peer, default_timeout=settings.default_timeout, signer=signer, ours=ours)
    files = certificates or (settings.files() if ours else None)
    async with opening(settings, files, attempts) as opener:

        def track(address: str) -> Track:
            line = opener.channel(address)
            return Track(line, ServiceChannel(line, replace(outgoing, target=address)))

        if routing is None:
            async with track(target).channel as channel:
                yield channel
            return
        async with RoutedChannel(peer, Tracks(target, track), routing.settings) as routed:
            with routing.told(routed.apply):
                await routed.learn()
                yield routed
