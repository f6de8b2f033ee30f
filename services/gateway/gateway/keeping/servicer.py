"""The wire face of keeping: every call goes through the door and is passed on as it came; ingestion checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forebay.gateway.v1alpha1 import keeping_pb2 as pb
from forebay.gateway.v1alpha1 import keeping_pb2_grpc as rpc
from grpc import aio

from gateway.door import Door
from gateway.keeping.ingestion import Keeping
from gateway.rpc.metadata import Metadata

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class KeepingServicer(rpc.KeepingServiceServicer):
    """Serves `forebay.gateway.v1alpha1.KeepingService`."""

    def __init__(self, door: Door, keeping: Keeping) -> None:
        self._door = door
        self._keeping = keeping

    async def UpdateCorpus(self, request: pb.UpdateCorpusRequest, context: Context) -> pb.UpdateCorpusResponse:
        """Replace the settings of a corpus."""
        async with self._door.open("UpdateCorpus", Metadata(context), request):
            return pb.UpdateCorpusResponse(result=await self._keeping.update(request.corpus))

    async def DeleteCorpus(self, request: pb.DeleteCorpusRequest, context: Context) -> pb.DeleteCorpusResponse:
        """Delete a corpus."""
        async with self._door.open("DeleteCorpus", Metadata(context), request):
            return pb.DeleteCorpusResponse(result=await self._keeping.delete(request.corpus))

    async def DeleteDocuments(self, request: pb.DeleteDocumentsRequest, context: Context) -> pb.DeleteDocumentsResponse:
        """Delete the documents that a filter matches."""
        async with self._door.open("DeleteDocuments", Metadata(context), request):
            return pb.DeleteDocumentsResponse(result=await self._keeping.clear(request.documents))

    async def EraseDocument(self, request: pb.EraseDocumentRequest, context: Context) -> pb.EraseDocumentResponse:
        """Erase a document with all traces of it."""
        async with self._door.open("EraseDocument", Metadata(context), request):
            return pb.EraseDocumentResponse(result=await self._keeping.erase(request.document))

    async def ListErasures(self, request: pb.ListErasuresRequest, context: Context) -> pb.ListErasuresResponse:
        """List the records of erasures."""
        async with self._door.open("ListErasures", Metadata(context), request):
            return pb.ListErasuresResponse(page=await self._keeping.erasures(request.page))
