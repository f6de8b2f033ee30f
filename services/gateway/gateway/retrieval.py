"""The retrieval service, called."""

from __future__ import annotations

from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Retrieval:
    """Reads corpora and documents."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = rpc.RetrievalServiceStub(channel)

    async def corpus(self, asked: pb.GetCorpusRequest) -> pb.Corpus:
        """Return one corpus."""
        with blaming("corpus"):
            return (await self._stub.GetCorpus(asked, timeout=remaining())).corpus

    async def corpora(self) -> pb.ListCorporaResponse:
        """Return the tenant's corpora."""
        with blaming("corpora"):
            return await self._stub.ListCorpora(pb.ListCorporaRequest(), timeout=remaining())

    async def indexes(self, asked: indexes_pb2.ListIndexesRequest) -> indexes_pb2.ListIndexesResponse:
        """Return the indexes of a corpus."""
        with blaming("corpus"):
            return await self._stub.ListIndexes(asked, timeout=remaining())

    async def document(self, asked: pb.GetDocumentRequest) -> pb.Document:
        """Return one document."""
        with blaming("document"):
            return (await self._stub.GetDocument(asked, timeout=remaining())).document

    async def documents(self, asked: pb.ListDocumentsRequest) -> pb.ListDocumentsResponse:
        """Return a page of documents."""
        with blaming("page"):
            return await self._stub.ListDocuments(asked, timeout=remaining())

    async def lineage(self, asked: lineage_pb.GetLineageRequest) -> lineage_pb.Lineage:
        """Return where a document or chunk comes from."""
        with blaming("origin"):
            return (await self._stub.GetLineage(asked, timeout=remaining())).lineage
