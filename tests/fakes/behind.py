"""Embedding, retrieval and ingestion as the gateway sees them, over the real wire."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as embedding_rpc
from forebay.ingestion.v1alpha1 import contract_pb2 as contract
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as ingestion_rpc
from forebay.ingestion.v1alpha1 import quarantine_pb2 as quarantine
from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import lineage_pb2 as origins
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as retrieval_rpc

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, Unimplemented, Violation
from chassis.identity import current


class FakeEmbedding(embedding_rpc.EmbeddingServiceServicer):
    """Every vector is the same, of one dimension and length one."""

    async def Embed(self, request: embedding.EmbedRequest, context) -> embedding.EmbedResponse:
        count = len(request.texts)
        vectors = embedding.Vectors(
            data=struct.pack("<f", 1.0) * count, count=count, dimension=1, dtype=embedding.DATA_TYPE_FLOAT32
        )
        return embedding.EmbedResponse(vectors=vectors, tokens=2 * count)


class FakeRetrieval(retrieval_rpc.RetrievalServiceServicer):
    """Each tenant has one corpus, named after it, with one document, `page.md`."""

    async def Search(
        self, request_iterator: AsyncIterator[retrieval.SearchRequest], context
    ) -> retrieval.SearchResponse:
        raise Unimplemented("the gateway searches through the orchestrator")

    async def GetChunks(self, request: retrieval.GetChunksRequest, context) -> retrieval.GetChunksResponse:
        raise Unimplemented("the gateway searches through the orchestrator")

    async def GetDocument(self, request: retrieval.GetDocumentRequest, context) -> retrieval.GetDocumentResponse:
        self._mine(request.corpus)
        return retrieval.GetDocumentResponse(document=retrieval.Document(id=request.document_id))

    async def GetLineage(self, request: origins.GetLineageRequest, context) -> origins.GetLineageResponse:
        self._mine(request.corpus)
        return origins.GetLineageResponse(lineage=origins.Lineage(document_id=request.document_id))

    async def ListDocuments(self, request: retrieval.ListDocumentsRequest, context) -> retrieval.ListDocumentsResponse:
        self._mine(request.corpus)
        return retrieval.ListDocumentsResponse(documents=[retrieval.Document(id="page.md")], next_page_token="next")  # noqa: S106 - not a secret

    async def GetCorpus(self, request: retrieval.GetCorpusRequest, context) -> retrieval.GetCorpusResponse:
        self._mine(request.corpus)
        return retrieval.GetCorpusResponse(corpus=retrieval.Corpus(name=request.corpus, version=3))

    async def ListCorpora(self, request: retrieval.ListCorporaRequest, context) -> retrieval.ListCorporaResponse:
        return retrieval.ListCorporaResponse(corpora=[retrieval.Corpus(name=current().tenant)])

    async def ListIndexes(self, request: indexes_pb2.ListIndexesRequest, context) -> indexes_pb2.ListIndexesResponse:
        self._mine(request.corpus)
        return indexes_pb2.ListIndexesResponse(
            indexes=[indexes_pb2.Index(number=1, state=indexes_pb2.INDEX_STATE_LIVE)]
        )

    def _mine(self, corpus: str) -> None:
        if corpus != current().tenant:
            raise NotFound(f"there is no corpus {corpus!r}", reason="UNKNOWN_CORPUS")


class FakeIngestion(ingestion_rpc.IngestionServiceServicer):
    """Commits each document as it comes, except those without content."""

    def __init__(self) -> None:
        self.put: list[ingestion.PutDocumentsRequest] = []
        self.left = asyncio.Event()

    async def CreateCorpus(self, request: ingestion.CreateCorpusRequest, context) -> ingestion.CreateCorpusResponse:
        if "write" not in current().roles:
            raise PermissionDenied("the role is missing")
        return ingestion.CreateCorpusResponse(corpus=retrieval.Corpus(name=request.name), created=True)

    async def PutDocuments(
        self, request_iterator: AsyncIterator[ingestion.PutDocumentsRequest], context
    ) -> AsyncIterator[ingestion.PutDocumentsResponse]:
        try:
            async for document in request_iterator:
                self.put.append(document)
                answer = ingestion.PutDocumentsResponse(document_id=document.document_id)
                if document.content:
                    answer.committed.generation = len(self.put)
                else:
                    answer.refused.CopyFrom(ingestion.Refused(reason="is empty", field="content"))
                yield answer
        finally:
            self.left.set()

    async def DeleteDocument(
        self, request: ingestion.DeleteDocumentRequest, context
    ) -> ingestion.DeleteDocumentResponse:
        return ingestion.DeleteDocumentResponse(deleted=True, corpus_version=4)

    async def SetContract(self, request: contract.SetContractRequest, context) -> contract.SetContractResponse:
        if request.contract.languages == ["xx"]:
            raise InvalidArgument(
                "contract.languages.0 is none", violations=(Violation("contract.languages.0", "is none"),)
            )
        return contract.SetContractResponse(contract=request.contract)

    async def GetContract(self, request: contract.GetContractRequest, context) -> contract.GetContractResponse:
        return contract.GetContractResponse(contract={"languages": ["en"]})

    async def ListQuarantine(
        self, request: quarantine.ListQuarantineRequest, context
    ) -> quarantine.ListQuarantineResponse:
        return quarantine.ListQuarantineResponse(documents=[{"document_id": "held.md"}], next_page_token="next")  # noqa: S106 - not a secret

    async def ReplayQuarantine(
        self, request: quarantine.ReplayQuarantineRequest, context
    ) -> AsyncIterator[ingestion.ReplayQuarantineResponse]:
        for document in request.document_ids:
            result = ingestion.PutDocumentsResponse(document_id=document, committed={"generation": 2})
            yield ingestion.ReplayQuarantineResponse(result=result)

    async def DiscardQuarantined(
        self, request: quarantine.DiscardQuarantinedRequest, context
    ) -> quarantine.DiscardQuarantinedResponse:
        return quarantine.DiscardQuarantinedResponse(discarded=len(request.document_ids))

    async def BeginIndex(self, request: ingestion.BeginIndexRequest, context) -> ingestion.BeginIndexResponse:
        return ingestion.BeginIndexResponse(number=2)

    async def SwitchIndex(self, request: ingestion.SwitchIndexRequest, context) -> ingestion.SwitchIndexResponse:
        return ingestion.SwitchIndexResponse(live=request.number == 1)

    async def DropIndex(self, request: ingestion.DropIndexRequest, context) -> ingestion.DropIndexResponse:
        return ingestion.DropIndexResponse()
