"""The wire face of the gateway: every call goes through the door, is checked, and is passed on as it came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.gateway.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.gateway.v1alpha1 import quarantine_pb2 as held_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion_pb
from grpc import aio

from gateway.asking.answering import Answering
from gateway.behind import Behind
from gateway.door import Door
from gateway.requests import name
from gateway.rpc.metadata import Metadata
from gateway.visits.visit import Asked, Visit

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class GatewayServicer(rpc.GatewayServiceServicer):
    """Serves `forebay.gateway.v1alpha1.GatewayService`."""

    def __init__(self, door: Door, behind: Behind, answering: Answering) -> None:
        self._door = door
        self._behind = behind
        self._answering = answering

    async def Answer(self, request: pb.AnswerRequest, context: Context) -> AsyncIterator[pb.AnswerResponse]:
        """Pass the events on; when the client goes, the orchestrator's call is cancelled with this generator."""
        async with aclosing(self._answering.answer(Metadata(context), request)) as events:
            async for event in events:
                match event.WhichOneof("event"):
                    case "text":
                        yield pb.AnswerResponse(text=event.text)
                    case "sources":
                        yield pb.AnswerResponse(sources=event.sources)
                    case "closing":
                        yield pb.AnswerResponse(closing=event.closing)

    async def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        """Pass a search on."""
        return pb.SearchResponse(result=await self._answering.search(Metadata(context), request))

    async def Embed(self, request: pb.EmbedRequest, context: Context) -> pb.EmbedResponse:
        """Pass texts on."""
        return pb.EmbedResponse(result=await self._answering.embed(Metadata(context), request))

    async def CreateCorpus(self, request: pb.CreateCorpusRequest, context: Context) -> pb.CreateCorpusResponse:
        """Pass a new corpus on."""
        async with self._door.open("CreateCorpus", Metadata(context), request):
            return pb.CreateCorpusResponse(result=await self._behind.ingestion.create(request.corpus))

    async def GetCorpus(self, request: pb.GetCorpusRequest, context: Context) -> pb.GetCorpusResponse:
        """Read a corpus."""
        async with self._door.open("GetCorpus", Metadata(context), request):
            return pb.GetCorpusResponse(corpus=await self._behind.retrieval.corpus(request.corpus))

    async def ListCorpora(self, request: pb.ListCorporaRequest, context: Context) -> pb.ListCorporaResponse:
        """Read the tenant's corpora."""
        async with self._door.open("ListCorpora", Metadata(context), request):
            return pb.ListCorporaResponse(corpora=(await self._behind.retrieval.corpora()).corpora)

    async def PutDocuments(
        self, request_iterator: AsyncIterator[pb.PutDocumentsRequest], context: Context
    ) -> AsyncIterator[pb.PutDocumentsResponse]:
        """Pass documents on as they come, and what became of them as it is known."""
        async with (
            self._door.open("PutDocuments", Metadata(context)) as visit,
            aclosing(self._behind.ingestion.put(_inner(request_iterator, visit))) as outcomes,
        ):
            async for outcome in outcomes:
                visit.account.outcomes[outcome.WhichOneof("outcome") or ""] += 1
                yield pb.PutDocumentsResponse(result=outcome)

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context) -> pb.GetDocumentResponse:
        """Read a document."""
        async with self._door.open("GetDocument", Metadata(context), request):
            return pb.GetDocumentResponse(document=await self._behind.retrieval.document(request.document))

    async def GetLineage(
        self, request: lineage_pb.GetLineageRequest, context: Context
    ) -> lineage_pb.GetLineageResponse:
        """Read where a document or chunk comes from."""
        async with self._door.open("GetLineage", Metadata(context), request):
            return lineage_pb.GetLineageResponse(lineage=await self._behind.retrieval.lineage(request.origin))

    async def ListDocuments(self, request: pb.ListDocumentsRequest, context: Context) -> pb.ListDocumentsResponse:
        """Read a page of documents."""
        async with self._door.open("ListDocuments", Metadata(context), request):
            return pb.ListDocumentsResponse(page=await self._behind.retrieval.documents(request.page))

    async def DeleteDocument(self, request: pb.DeleteDocumentRequest, context: Context) -> pb.DeleteDocumentResponse:
        """Pass a deletion on."""
        async with self._door.open("DeleteDocument", Metadata(context), request):
            return pb.DeleteDocumentResponse(result=await self._behind.ingestion.delete(request.document))

    async def SetContract(self, request: held_pb.SetContractRequest, context: Context) -> held_pb.SetContractResponse:
        """Pass a contract on."""
        async with self._door.open("SetContract", Metadata(context), request):
            now = await self._behind.ingestion.set_contract(request.contract)
            return held_pb.SetContractResponse(contract=now.contract)

    async def GetContract(self, request: held_pb.GetContractRequest, context: Context) -> held_pb.GetContractResponse:
        """Read a contract."""
        async with self._door.open("GetContract", Metadata(context), request):
            now = await self._behind.ingestion.contract(request.contract)
            return held_pb.GetContractResponse(contract=now.contract)

    async def ListQuarantine(
        self, request: held_pb.ListQuarantineRequest, context: Context
    ) -> held_pb.ListQuarantineResponse:
        """Read a page of held documents."""
        async with self._door.open("ListQuarantine", Metadata(context), request):
            return held_pb.ListQuarantineResponse(page=await self._behind.ingestion.held(request.page))

    async def ReplayQuarantine(
        self, request: held_pb.ReplayQuarantineRequest, context: Context
    ) -> AsyncIterator[held_pb.ReplayQuarantineResponse]:
        """Have held documents put again, and pass on what became of them as it is known."""
        async with (
            self._door.open("ReplayQuarantine", Metadata(context), request) as visit,
            aclosing(self._behind.ingestion.replay(request.replay)) as outcomes,
        ):
            async for outcome in outcomes:
                visit.account.outcomes[outcome.WhichOneof("outcome") or ""] += 1
                yield held_pb.ReplayQuarantineResponse(result=outcome)

    async def DiscardQuarantined(
        self, request: held_pb.DiscardQuarantinedRequest, context: Context
    ) -> held_pb.DiscardQuarantinedResponse:
        """Have held documents thrown away."""
        async with self._door.open("DiscardQuarantined", Metadata(context), request):
            return held_pb.DiscardQuarantinedResponse(result=await self._behind.ingestion.discard(request.discard))

    async def ListIndexes(self, request: pb.ListIndexesRequest, context: Context) -> pb.ListIndexesResponse:
        """Read the indexes of a corpus."""
        async with self._door.open("ListIndexes", Metadata(context), request):
            return pb.ListIndexesResponse(indexes=(await self._behind.retrieval.indexes(request.corpus)).indexes)

    async def BeginIndex(self, request: pb.BeginIndexRequest, context: Context) -> pb.BeginIndexResponse:
        """Pass a new index on."""
        async with self._door.open("BeginIndex", Metadata(context), request):
            return pb.BeginIndexResponse(result=await self._behind.ingestion.begin_index(request.index))

    async def SwitchIndex(self, request: pb.SwitchIndexRequest, context: Context) -> pb.SwitchIndexResponse:
        """Pass a switch on."""
        async with self._door.open("SwitchIndex", Metadata(context), request):
            return pb.SwitchIndexResponse(result=await self._behind.ingestion.switch_index(request.index))

    async def DropIndex(self, request: pb.DropIndexRequest, context: Context) -> pb.DropIndexResponse:
        """Pass the end of an index on."""
        async with self._door.open("DropIndex", Metadata(context), request):
            await self._behind.ingestion.drop_index(request.index)
            return pb.DropIndexResponse()


async def _inner(
    documents: AsyncIterator[pb.PutDocumentsRequest], visit: Visit
) -> AsyncIterator[ingestion_pb.PutDocumentsRequest]:
    async for message in documents:
        document = message.document
        if not visit.asked.corpus:
            visit.asked = Asked(corpus=name(document.corpus))
        yield document
