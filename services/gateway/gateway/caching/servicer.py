"""The wire face of caching: what a tenant has kept is forgotten when its administrator says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forebay.gateway.v1alpha1 import caching_pb2 as pb
from forebay.gateway.v1alpha1 import caching_pb2_grpc as rpc
from grpc import aio

from gateway.cache.ports import AnswerShelf
from gateway.door import Door
from gateway.rpc.metadata import Metadata
from gateway.visits.visit import Asked

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class CachingServicer(rpc.CachingServiceServicer):
    """Serves `forebay.gateway.v1alpha1.CachingService`."""

    def __init__(self, door: Door, shelf: AnswerShelf) -> None:
        self._door = door
        self._shelf = shelf

    async def PurgeCache(self, request: pb.PurgeCacheRequest, context: Context) -> pb.PurgeCacheResponse:
        """Forget the answers of a corpus, or of the tenant."""
        async with self._door.open("PurgeCache", Metadata(context), request) as visit:
            visit.asked = Asked(corpus=request.corpus)
            return pb.PurgeCacheResponse(answers=await self._shelf.purge(visit.who.tenant, request.corpus))
