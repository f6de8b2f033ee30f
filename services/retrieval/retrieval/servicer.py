"""The wire face of retrieval: messages in, messages out, no decisions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc
from grpc import aio

from chassis.filters import parsed
from chassis.validation import checked
from retrieval import messages, requests
from retrieval.asking.reader import reader
from retrieval.asking.stream import asked
from retrieval.lineage.tracing import Tracing
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]

DEFAULT_PAGE = 100


class RetrievalServicer(rpc.RetrievalServiceServicer):
    """Serves `forebay.retrieval.v1alpha1.RetrievalService`."""

    def __init__(self, searcher: Searcher, reading: Reading, tracing: Tracing) -> None:
        self._searcher = searcher
        self._reading = reading
        self._tracing = tracing

    async def Search(self, request_iterator: AsyncIterator[pb.SearchRequest], context: Context) -> pb.SearchResponse:
        """Find chunks."""
        async with asked(request_iterator) as query:
            found = await self._searcher.search(reader(), query)
        return messages.found(found)

    async def GetChunks(self, request: pb.GetChunksRequest, context: Context) -> pb.GetChunksResponse:
        """Read chunks by place."""
        places = [{"document_id": place.document_id, "ordinal": place.ordinal} for place in request.places]
        asked = checked(requests.GetChunks, corpus=request.corpus, places=places)
        at = [(place.document_id, place.ordinal) for place in asked.places]
        chunks = await self._reading.chunks(reader(), asked.corpus, at)
        return pb.GetChunksResponse(chunks=map(messages.chunk, chunks))

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context) -> pb.GetDocumentResponse:
        """Read one document."""
        asked = checked(requests.GetDocument, corpus=request.corpus, document_id=request.document_id)
        document = await self._reading.document(reader(), asked.corpus, asked.document_id)
        return pb.GetDocumentResponse(document=messages.document(document))

    async def GetLineage(
        self, request: lineage_pb.GetLineageRequest, context: Context
    ) -> lineage_pb.GetLineageResponse:
        """Read where a document or chunk comes from."""
        ordinal = request.ordinal if request.HasField("ordinal") else None
        asked = checked(requests.GetLineage, corpus=request.corpus, document_id=request.document_id, ordinal=ordinal)
        found = await self._tracing.lineage(reader(), asked.corpus, asked.document_id, asked.ordinal)
        return lineage_pb.GetLineageResponse(lineage=messages.lineage(found))

    async def ListDocuments(self, request: pb.ListDocumentsRequest, context: Context) -> pb.ListDocumentsResponse:
        """Read a page of documents."""
        size = request.page_size or DEFAULT_PAGE
        asked = checked(
            requests.ListDocuments,
            corpus=request.corpus,
            page_size=size,
            page_token=request.page_token,
            filter=request.filter,
        )
        who = replace(reader(), wants=parsed(asked.filter) if asked.filter else None)
        page = await self._reading.page(who, asked.corpus, asked.page_size, asked.page_token)
        return pb.ListDocumentsResponse(documents=map(messages.document, page.documents), next_page_token=page.next)

    async def GetCorpus(self, request: pb.GetCorpusRequest, context: Context) -> pb.GetCorpusResponse:
        """Read one corpus."""
        asked = checked(requests.GetCorpus, corpus=request.corpus)
        return pb.GetCorpusResponse(corpus=messages.corpus(await self._reading.corpus(reader(), asked.corpus)))

    async def ListCorpora(self, request: pb.ListCorporaRequest, context: Context) -> pb.ListCorporaResponse:
        """Read all corpora of the tenant."""
        return pb.ListCorporaResponse(corpora=map(messages.corpus, await self._reading.corpora(reader())))

    async def ListIndexes(
        self, request: indexes_pb2.ListIndexesRequest, context: Context
    ) -> indexes_pb2.ListIndexesResponse:
        """Read all indexes of a corpus."""
        asked = checked(requests.GetCorpus, corpus=request.corpus)
        indexes = await self._reading.indexes(reader(), asked.corpus)
        return indexes_pb2.ListIndexesResponse(indexes=map(messages.index, indexes))
