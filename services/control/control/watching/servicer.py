"""The wire face of watching."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from forebay.control.v1alpha1 import watch_pb2 as pb
from forebay.control.v1alpha1 import watch_pb2_grpc as rpc
from grpc import aio

from control.watching.newest import Newest

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class WatchServicer(rpc.WatchServiceServicer):
    """Serves `forebay.control.v1alpha1.WatchService`."""

    def __init__(self, newest: Newest) -> None:
        self._newest = newest

    async def Watch(self, request: pb.WatchRequest, context: Context) -> AsyncIterator[pb.WatchResponse]:
        """Stream snapshots."""
        async with aclosing(self._newest.since(request.version)) as snapshots:
            async for held in snapshots:
                yield pb.WatchResponse(version=held.version, snapshot=held.document)
