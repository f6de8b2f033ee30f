"""The ingestion service, called."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from forebay.ingestion.v1alpha1 import contract_pb2 as contract_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import quarantine_pb2 as quarantine_pb
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Ingestion:
    """Writes corpora and documents."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = rpc.IngestionServiceStub(channel)

    async def create(self, corpus: pb.CreateCorpusRequest) -> pb.CreateCorpusResponse:
        """Create a corpus."""
        with blaming("corpus"):
            return await self._stub.CreateCorpus(corpus, timeout=remaining())

    async def put(
        self, documents: AsyncIterator[pb.PutDocumentsRequest]
    ) -> AsyncGenerator[pb.PutDocumentsResponse, None]:
        """Yield what became of each document; closing the generator gives the rest up."""
        with blaming("document"):
            call = self._stub.PutDocuments(documents, timeout=remaining())
            try:
                async for outcome in call:
                    if outcome.refused.field:
                        outcome.refused.field = f"document.{outcome.refused.field}"
                    yield outcome
            finally:
                call.cancel()

    async def delete(self, document: pb.DeleteDocumentRequest) -> pb.DeleteDocumentResponse:
        """Delete a document."""
        with blaming("document"):
            return await self._stub.DeleteDocument(document, timeout=remaining())

    async def set_contract(self, contract: contract_pb.SetContractRequest) -> contract_pb.SetContractResponse:
        """Set what a corpus demands."""
        with blaming("contract"):
            return await self._stub.SetContract(contract, timeout=remaining())

    async def contract(self, contract: contract_pb.GetContractRequest) -> contract_pb.GetContractResponse:
        """Read what a corpus demands."""
        with blaming("contract"):
            return await self._stub.GetContract(contract, timeout=remaining())

    async def held(self, page: quarantine_pb.ListQuarantineRequest) -> quarantine_pb.ListQuarantineResponse:
        """Read a page of held documents."""
        with blaming("page"):
            return await self._stub.ListQuarantine(page, timeout=remaining())

    async def replay(
        self, replay: quarantine_pb.ReplayQuarantineRequest
    ) -> AsyncGenerator[pb.PutDocumentsResponse, None]:
        """Yield what became of each document that was put again."""
        with blaming("replay"):
            call = self._stub.ReplayQuarantine(replay, timeout=remaining())
            try:
                async for response in call:
                    yield response.result
            finally:
                call.cancel()

    async def discard(
        self, discard: quarantine_pb.DiscardQuarantinedRequest
    ) -> quarantine_pb.DiscardQuarantinedResponse:
        """Throw held documents away."""
        with blaming("discard"):
            return await self._stub.DiscardQuarantined(discard, timeout=remaining())

    async def begin_index(self, index: pb.BeginIndexRequest) -> pb.BeginIndexResponse:
        """Begin an index."""
        with blaming("index"):
            return await self._stub.BeginIndex(index, timeout=remaining())

    async def switch_index(self, index: pb.SwitchIndexRequest) -> pb.SwitchIndexResponse:
        """Switch to an index."""
        with blaming("index"):
            return await self._stub.SwitchIndex(index, timeout=remaining())

    async def drop_index(self, index: pb.DropIndexRequest) -> pb.DropIndexResponse:
        """Drop an index."""
        with blaming("index"):
            return await self._stub.DropIndex(index, timeout=remaining())
