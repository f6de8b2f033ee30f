"""Keeping as the gateway and as its clients see it, over the real wire."""

from __future__ import annotations

from forebay.gateway.v1alpha1 import keeping_pb2 as gateway
from forebay.gateway.v1alpha1 import keeping_pb2_grpc as gateway_rpc
from forebay.ingestion.v1alpha1 import keeping_pb2 as pb
from forebay.ingestion.v1alpha1 import keeping_pb2_grpc as rpc
from forebay.retrieval.v1alpha1.retrieval_pb2 import Corpus

from chassis.errors import InvalidArgument, Violation


class FakeKeepingService(rpc.KeepingServiceServicer):
    """Remembers what was asked; knows one corpus, `docs`."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    async def UpdateCorpus(self, request: pb.UpdateCorpusRequest, context) -> pb.UpdateCorpusResponse:
        self.asked.append(request)
        return pb.UpdateCorpusResponse(corpus=Corpus(name=request.corpus, settings=request.settings))

    async def DeleteCorpus(self, request: pb.DeleteCorpusRequest, context) -> pb.DeleteCorpusResponse:
        self.asked.append(request)
        return pb.DeleteCorpusResponse(deleted=request.corpus == "docs")

    async def DeleteDocuments(self, request: pb.DeleteDocumentsRequest, context) -> pb.DeleteDocumentsResponse:
        self.asked.append(request)
        if not request.filter:
            raise InvalidArgument("filter is empty", violations=(Violation("filter", "is empty"),))
        return pb.DeleteDocumentsResponse(deleted=3, corpus_version=8)

    async def EraseDocument(self, request: pb.EraseDocumentRequest, context) -> pb.EraseDocumentResponse:
        self.asked.append(request)
        if not request.document_id:
            raise InvalidArgument("document_id is empty", violations=(Violation("document_id", "is empty"),))
        looks = [pb.ErasureLook(store="postgres", place="chunks", looked_for=1, found=0)]
        return pb.EraseDocumentResponse(erasure=pb.Erasure(id="e1", corpus=request.corpus, looks=looks))

    async def ListErasures(self, request: pb.ListErasuresRequest, context) -> pb.ListErasuresResponse:
        self.asked.append(request)
        if not request.corpus:
            raise InvalidArgument("corpus is empty", violations=(Violation("corpus", "is empty"),))
        at = 2 if request.page_token else 1
        looks = [pb.ErasureLook(store="postgres", place="chunks", looked_for=1, found=0)] if at == 1 else []
        record = pb.Erasure(id=f"e{at}", corpus=request.corpus, looks=looks, document_sha256="0" * 64, asked_by="ann")
        if looks:
            record.finish_time.GetCurrentTime()
        return pb.ListErasuresResponse(erasures=[record], next_page_token="2" if at == 1 else "")


class FakeGatewayKeeping(gateway_rpc.KeepingServiceServicer):
    """Passes on to the same answers."""

    def __init__(self) -> None:
        self.inner = FakeKeepingService()

    async def UpdateCorpus(self, request, context):
        return gateway.UpdateCorpusResponse(result=await self.inner.UpdateCorpus(request.corpus, context))

    async def DeleteCorpus(self, request, context):
        return gateway.DeleteCorpusResponse(result=await self.inner.DeleteCorpus(request.corpus, context))

    async def DeleteDocuments(self, request, context):
        return gateway.DeleteDocumentsResponse(result=await self.inner.DeleteDocuments(request.documents, context))

    async def EraseDocument(self, request, context):
        return gateway.EraseDocumentResponse(result=await self.inner.EraseDocument(request.document, context))

    async def ListErasures(self, request, context):
        return gateway.ListErasuresResponse(page=await self.inner.ListErasures(request.page, context))
