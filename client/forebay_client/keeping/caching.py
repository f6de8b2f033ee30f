"""Forgetting answers that could be given again, over the connection of a client."""

from __future__ import annotations

import grpc
from forebay.gateway.v1alpha1 import caching_pb2 as pb
from forebay.gateway.v1alpha1 import caching_pb2_grpc as rpc


class Caching:
    """Forgets; `client.keeping.caching` is one."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...], timeout: float) -> None:
        self._stub: rpc.CachingServiceAsyncStub = rpc.CachingServiceStub(channel)
        self._metadata = metadata
        self._timeout = timeout

    async def purge(self, corpus: str = "") -> int:
        """Forget the answers from one corpus, or all of the tenant; return how many there were."""
        request = pb.PurgeCacheRequest(corpus=corpus)
        response = await self._stub.PurgeCache(request, timeout=self._timeout, metadata=self._metadata)
        return response.answers
