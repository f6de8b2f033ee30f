"""The wire face of originals: every call goes through the door and is passed on as it came; retrieval checks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from forebay.gateway.v1alpha1 import originals_pb2 as pb
from forebay.gateway.v1alpha1 import originals_pb2_grpc as rpc
from grpc import aio

from gateway.door import Door
from gateway.originals.retrieval import Originals
from gateway.rpc.metadata import Metadata

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class OriginalServicer(rpc.OriginalServiceServicer):
    """Serves `forebay.gateway.v1alpha1.OriginalService`."""

    def __init__(self, door: Door, originals: Originals) -> None:
        self._door = door
        self._originals = originals

    async def ReadOriginal(
        self, request: pb.ReadOriginalRequest, context: Context
    ) -> AsyncIterator[pb.ReadOriginalResponse]:
        """Read a document as its writer sent it."""
        async with (
            self._door.open("ReadOriginal", Metadata(context), request),
            aclosing(self._originals.read(request.original)) as parts,
        ):
            async for part in parts:
                yield pb.ReadOriginalResponse(result=part)
