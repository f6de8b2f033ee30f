"""The keeping service of ingestion, called."""

from __future__ import annotations

from forebay.ingestion.v1alpha1 import keeping_pb2 as pb
from forebay.ingestion.v1alpha1 import keeping_pb2_grpc as rpc
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Keeping:
    """Changes and removes corpora and documents."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = rpc.KeepingServiceStub(channel)

    async def update(self, corpus: pb.UpdateCorpusRequest) -> pb.UpdateCorpusResponse:
        """Replace the settings of a corpus."""
        with blaming("corpus"):
            return await self._stub.UpdateCorpus(corpus, timeout=remaining())

    async def delete(self, corpus: pb.DeleteCorpusRequest) -> pb.DeleteCorpusResponse:
        """Delete a corpus."""
        with blaming("corpus"):
            return await self._stub.DeleteCorpus(corpus, timeout=remaining())

    async def clear(self, documents: pb.DeleteDocumentsRequest) -> pb.DeleteDocumentsResponse:
        """Delete the documents that a filter matches."""
        with blaming("documents"):
            return await self._stub.DeleteDocuments(documents, timeout=remaining())

    async def erase(self, document: pb.EraseDocumentRequest) -> pb.EraseDocumentResponse:
        """Erase a document."""
        with blaming("document"):
            return await self._stub.EraseDocument(document, timeout=remaining())

    async def erasures(self, page: pb.ListErasuresRequest) -> pb.ListErasuresResponse:
        """List the records of erasures."""
        with blaming("page"):
            return await self._stub.ListErasures(page, timeout=remaining())
