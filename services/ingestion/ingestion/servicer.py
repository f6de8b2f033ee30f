"""The wire face of ingestion: messages in, messages out, no decisions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from forebay.ingestion.v1alpha1 import contract_pb2 as contract_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import quarantine_pb2 as held_pb
from grpc import aio

from chassis.validation import checked
from ingestion.assembly import Ingestion
from ingestion.corpora.words import Chunking, IndexState
from ingestion.keeping.messages import described, fields
from ingestion.messages import contracts, documents, holding
from ingestion.requests import (
    BeginIndex,
    CreateCorpus,
    DeleteDocument,
    DiscardQuarantined,
    GetContract,
    NumberedIndex,
)
from ingestion.requests.writer import writer

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class IngestionServicer(rpc.IngestionServiceServicer):
    """Serves `forebay.ingestion.v1alpha1.IngestionService`."""

    def __init__(self, ingestion: Ingestion) -> None:
        self._corpora = ingestion.corpora
        self._changes = ingestion.changes
        self._putter = ingestion.putter
        self._intake = ingestion.intake
        self._quarantine = ingestion.quarantine
        self._indexes = ingestion.indexes

    async def CreateCorpus(self, request: pb.CreateCorpusRequest, context: Context) -> pb.CreateCorpusResponse:
        """Create a corpus."""
        asked = checked(
            CreateCorpus,
            name=request.name,
            max_tokens=request.chunking.max_tokens or Chunking().max_tokens,
            whole_documents=request.chunking.whole_documents,
            settings=fields(request.settings),
        )
        corpus, created = await self._corpora.create(writer().tenant, asked.name, asked.chunking(), asked.settings)
        return pb.CreateCorpusResponse(corpus=described(corpus), created=created)

    async def PutDocuments(
        self, request_iterator: AsyncIterator[pb.PutDocumentsRequest], context: Context
    ) -> AsyncIterator[pb.PutDocumentsResponse]:
        """Put documents; the first message names the corpus for all."""
        who = writer()
        async for first in request_iterator:
            corpus = await self._corpora.named(who.tenant, first.corpus)
            stream = documents.documents(first, request_iterator, documents.author(who))
            async with aclosing(self._intake.outcomes(corpus, stream)) as outcomes:
                async for outcome in outcomes:
                    yield documents.outcome(outcome)

    async def DeleteDocument(self, request: pb.DeleteDocumentRequest, context: Context) -> pb.DeleteDocumentResponse:
        """Delete a document."""
        asked = checked(DeleteDocument, corpus=request.corpus, document_id=request.document_id)
        corpus = await self._corpora.named(writer().tenant, asked.corpus)
        deleted, version = await self._putter.delete(corpus, asked.document_id)
        return pb.DeleteDocumentResponse(deleted=deleted, corpus_version=version)

    async def SetContract(
        self, request: contract_pb.SetContractRequest, context: Context
    ) -> contract_pb.SetContractResponse:
        """Set what a corpus demands."""
        who, asked = writer(), contracts.asked(request)
        corpus = await self._changes.demand(who.tenant, asked.corpus, asked.contract)
        return contract_pb.SetContractResponse(contract=contracts.shown(corpus.settings.contract))

    async def BeginIndex(self, request: pb.BeginIndexRequest, context: Context) -> pb.BeginIndexResponse:
        """Begin an index."""
        cutting = request.chunking if request.HasField("chunking") else None
        asked = checked(
            BeginIndex,
            corpus=request.corpus,
            max_tokens=None if cutting is None else cutting.max_tokens or Chunking().max_tokens,
            whole_documents=request.chunking.whole_documents,
            embedding_role=request.embedding_role or None,
        )
        index = await self._indexes.begin(
            writer().tenant, asked.corpus, asked.chunking(), asked.embedding_role, switches=request.switches
        )
        return pb.BeginIndexResponse(number=index.number)

    async def SwitchIndex(self, request: pb.SwitchIndexRequest, context: Context) -> pb.SwitchIndexResponse:
        """Switch to an index."""
        asked = checked(NumberedIndex, corpus=request.corpus, number=request.number)
        index = await self._indexes.switch(writer().tenant, asked.corpus, asked.number)
        return pb.SwitchIndexResponse(live=index.state is IndexState.LIVE)

    async def DropIndex(self, request: pb.DropIndexRequest, context: Context) -> pb.DropIndexResponse:
        """Drop an index."""
        asked = checked(NumberedIndex, corpus=request.corpus, number=request.number)
        await self._indexes.drop(writer().tenant, asked.corpus, asked.number)
        return pb.DropIndexResponse()

    async def GetContract(
        self, request: contract_pb.GetContractRequest, context: Context
    ) -> contract_pb.GetContractResponse:
        """Read what a corpus demands."""
        who, asked = writer(), checked(GetContract, corpus=request.corpus)
        corpus = await self._corpora.named(who.tenant, asked.corpus)
        return contract_pb.GetContractResponse(contract=contracts.shown(corpus.settings.contract))

    async def ListQuarantine(
        self, request: held_pb.ListQuarantineRequest, context: Context
    ) -> held_pb.ListQuarantineResponse:
        """Read a page of held documents."""
        who, asked = writer(), holding.listed(request)
        corpus = await self._corpora.named(who.tenant, asked.corpus)
        found = await self._quarantine.page(corpus, documents.author(who), asked.page_token, asked.page_size)
        return holding.page(found)

    async def ReplayQuarantine(
        self, request: held_pb.ReplayQuarantineRequest, context: Context
    ) -> AsyncIterator[pb.ReplayQuarantineResponse]:
        """Put held documents again."""
        who, asked = writer(), holding.replayed(request)
        corpus = await self._corpora.named(who.tenant, asked.corpus)
        replay = self._quarantine.replay(corpus, documents.author(who), asked.document_ids, holding.changes(asked))
        async with aclosing(replay) as outcomes:
            async for outcome in outcomes:
                yield pb.ReplayQuarantineResponse(result=documents.outcome(outcome))

    async def DiscardQuarantined(
        self, request: held_pb.DiscardQuarantinedRequest, context: Context
    ) -> held_pb.DiscardQuarantinedResponse:
        """Throw held documents away."""
        who = writer()
        asked = checked(DiscardQuarantined, corpus=request.corpus, document_ids=list(request.document_ids))
        corpus = await self._corpora.named(who.tenant, asked.corpus)
        count = await self._quarantine.discard(corpus, documents.author(who), asked.document_ids)
        return held_pb.DiscardQuarantinedResponse(discarded=count)
