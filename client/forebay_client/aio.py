"""The client: one method for each thing that a gateway can be asked.

Failures are raised as the words of `chassis.errors`; an `InvalidArgument` names the field that is wrong.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Self

import grpc
from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.gateway.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import corpora_pb2 as corpora
from forebay.retrieval.v1alpha1 import lineage_pb2 as origins
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.channel import connect
from forebay_client.answers import Answer, Event, gathered
from forebay_client.connection.parts import Parts
from forebay_client.corpora.indexes import AsyncIndexes
from forebay_client.documents import LONGEST_PUT, Document, requests_of
from forebay_client.quarantine import AsyncQuarantine


class AsyncClient(Parts):
    """A connection to a gateway; use it as `async with AsyncClient(address, key) as client`."""

    def __init__(self, address: str, key: str, *, timeout: float = 60.0) -> None:
        """Prepare to call the gateway at `address` (host:port); `timeout` bounds each call but `put`, in seconds."""
        self._timeout = timeout
        self._metadata = (("authorization", f"Bearer {key}"),)
        self._connecting = connect(address, peer="gateway")

    async def __aenter__(self) -> Self:
        self._channel: grpc.aio.Channel = await self._connecting.__aenter__()
        self._stub: rpc.GatewayServiceAsyncStub = rpc.GatewayServiceStub(self._channel)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connecting.__aexit__(kind, error, trace)

    async def answer(self, ask: orchestrator.AnswerRequest) -> AsyncGenerator[Event]:
        """Yield the events of an answer as they come; closing the iterator stops the model."""
        call = self._stub.Answer(pb.AnswerRequest(ask=ask), timeout=self._timeout, metadata=self._metadata)
        try:
            async for response in call:
                kind = response.WhichOneof("event")
                if kind is not None:
                    yield getattr(response, kind)
        finally:
            call.cancel()

    async def ask(
        self,
        question: str,
        *,
        corpus: str,
        max_output_tokens: int = 0,
        filter: str = "",  # noqa: A002 - the contract's word
    ) -> Answer:
        """Return the whole answer to a question; 0 tokens is the server's default, no filter is all documents."""
        ask = orchestrator.AnswerRequest(
            corpus=corpus, question=question, max_output_tokens=max_output_tokens, filter=filter
        )
        async with aclosing(self.answer(ask)) as events:
            return await gathered(events)

    async def search(
        self,
        query: str,
        *,
        corpus: str,
        mode: retrieval.SearchMode.ValueType = retrieval.SEARCH_MODE_HYBRID,
        top_k: int = 10,
        filter: str = "",  # noqa: A002 - the contract's word
    ) -> orchestrator.SearchResponse:
        """Find the chunks of a corpus that fit a query best, of the documents that match the filter."""
        asking = orchestrator.SearchRequest(corpus=corpus, query=query, mode=mode, top_k=top_k, filter=filter)
        return await self.find(asking)

    async def find(self, query: orchestrator.SearchRequest) -> orchestrator.SearchResponse:
        """Find what a query of the contract asks for, in all its details."""
        request = pb.SearchRequest(query=query)
        return (await self._stub.Search(request, timeout=self._timeout, metadata=self._metadata)).result

    async def embed(
        self, texts: Sequence[str], *, kind: embedding.InputKind.ValueType = embedding.INPUT_KIND_PASSAGE
    ) -> embedding.EmbedResponse:
        """Turn up to 512 texts into vectors, in their order."""
        request = pb.EmbedRequest(texts=embedding.EmbedRequest(texts=texts, kind=kind))
        return (await self._stub.Embed(request, timeout=self._timeout, metadata=self._metadata)).result

    async def create_corpus(
        self, name: str, chunking: retrieval.Chunking | None = None, settings: corpora.CorpusSettings | None = None
    ) -> bool:
        """Create a corpus; say whether it is new. Raise `AlreadyExists` when it exists with other settings."""
        corpus = ingestion.CreateCorpusRequest(name=name, chunking=chunking, settings=settings)
        request = pb.CreateCorpusRequest(corpus=corpus)
        return (await self._stub.CreateCorpus(request, timeout=self._timeout, metadata=self._metadata)).result.created

    async def corpus(self, name: str) -> retrieval.Corpus:
        """Read one corpus."""
        request = pb.GetCorpusRequest(corpus=retrieval.GetCorpusRequest(corpus=name))
        return (await self._stub.GetCorpus(request, timeout=self._timeout, metadata=self._metadata)).corpus

    async def corpora(self) -> Sequence[retrieval.Corpus]:
        """List the tenant's corpora by name."""
        request = pb.ListCorporaRequest()
        return (await self._stub.ListCorpora(request, timeout=self._timeout, metadata=self._metadata)).corpora

    async def put(
        self, documents: Iterable[Document] | AsyncIterable[Document], *, corpus: str
    ) -> AsyncGenerator[ingestion.PutDocumentsResponse]:
        """Put documents; yield what became of each, in any order. A refused one does not stop the others."""
        call = self._stub.PutDocuments(requests_of(documents, corpus), timeout=LONGEST_PUT, metadata=self._metadata)
        try:
            async for response in call:
                yield response.result
        finally:
            call.cancel()

    async def document(self, document_id: str, *, corpus: str) -> retrieval.Document:
        """Read what is known of one document."""
        request = pb.GetDocumentRequest(document=retrieval.GetDocumentRequest(corpus=corpus, document_id=document_id))
        return (await self._stub.GetDocument(request, timeout=self._timeout, metadata=self._metadata)).document

    async def documents(
        self,
        *,
        corpus: str,
        page_size: int = 1000,
        filter: str = "",  # noqa: A002 - the contract's word
    ) -> AsyncGenerator[retrieval.Document]:
        """Yield the documents of a corpus by id, all or those that match the filter."""
        token = ""
        while True:
            page = retrieval.ListDocumentsRequest(corpus=corpus, page_size=page_size, page_token=token, filter=filter)
            request = pb.ListDocumentsRequest(page=page)
            response = await self._stub.ListDocuments(request, timeout=self._timeout, metadata=self._metadata)
            for document in response.page.documents:
                yield document
            if not (token := response.page.next_page_token):
                return

    async def delete(self, document_id: str, *, corpus: str) -> bool:
        """Delete a document; say whether it was there."""
        request = pb.DeleteDocumentRequest(
            document=ingestion.DeleteDocumentRequest(corpus=corpus, document_id=document_id)
        )
        return (await self._stub.DeleteDocument(request, timeout=self._timeout, metadata=self._metadata)).result.deleted

    async def lineage(self, document_id: str, *, corpus: str, ordinal: int | None = None) -> origins.Lineage:
        """Read where a document, or one chunk of it, comes from."""
        origin = origins.GetLineageRequest(corpus=corpus, document_id=document_id, ordinal=ordinal)
        request = lineage_pb.GetLineageRequest(origin=origin)
        return (await self._stub.GetLineage(request, timeout=self._timeout, metadata=self._metadata)).lineage

    def quarantine(self, corpus: str) -> AsyncQuarantine:
        """Return the contract of a corpus, and the documents that are held back for it."""
        return AsyncQuarantine(self._stub, corpus, self._metadata, self._timeout)

    def indexes(self, corpus: str) -> AsyncIndexes:
        """Return the indexes of a corpus."""
        return AsyncIndexes(self._stub, corpus, self._metadata, self._timeout)
