"""The control service, watched."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from forebay.control.v1alpha1 import watch_pb2 as pb
from forebay.control.v1alpha1 import watch_pb2_grpc as rpc
from grpc import aio

from chassis.channel import connect
from chassis.snapshot.following import Sent
from chassis.telemetry import untraced

LONGEST: Final = 86_400.0
"""Seconds after which the stream is opened again, if nothing else has ended it before."""


class Control:
    """Tells what the control plane says."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub: rpc.WatchServiceAsyncStub = rpc.WatchServiceStub(channel)

    async def watch(self, version: int) -> AsyncGenerator[Sent, None]:
        """Yield what is newer than the version, as it comes."""
        with untraced():
            call = self._stub.Watch(pb.WatchRequest(version=version), timeout=LONGEST)
        try:
            async for sent in call:
                yield Sent(sent.version, sent.snapshot)
        finally:
            call.cancel()


@asynccontextmanager
async def control(target: str) -> AsyncIterator[Control | None]:
    """Connect to control; yield None when no target is set."""
    if not target:
        yield None
        return
    async with connect(target, "control") as channel:
        yield Control(channel)
