"""What one corpus demands of its documents, and those that are held back: listed, mended and put again, thrown away."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forebay.gateway.v1alpha1 import quarantine_pb2 as pb
from forebay.ingestion.v1alpha1 import contract_pb2 as contracts
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.ingestion.v1alpha1 import quarantine_pb2 as held

if TYPE_CHECKING:
    from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc

__all__ = ["AsyncQuarantine", "Mending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """What is changed about held documents before they are put again; what is empty stays as it was."""

    title: str = ""
    mime_type: str = ""
    set_metadata: Mapping[str, str] = field(default_factory=dict)
    remove_metadata: Sequence[str] = ()


class AsyncQuarantine:
    """The contract of a corpus, and the held documents that the client's key may see."""

    def __init__(
        self, stub: rpc.GatewayServiceAsyncStub, corpus: str, metadata: tuple[tuple[str, str], ...], timeout: float
    ) -> None:
        self._stub = stub
        self._corpus = corpus
        self._call: dict[str, Any] = {"metadata": metadata, "timeout": timeout}

    async def set_contract(self, contract: contracts.Contract) -> contracts.Contract:
        """Set what the corpus demands of its documents, from the next one on; return it with its defaults."""
        request = contracts.SetContractRequest(corpus=self._corpus, contract=contract)
        return (await self._stub.SetContract(pb.SetContractRequest(contract=request), **self._call)).contract

    async def contract(self) -> contracts.Contract:
        """Return what the corpus demands of its documents."""
        request = contracts.GetContractRequest(corpus=self._corpus)
        return (await self._stub.GetContract(pb.GetContractRequest(contract=request), **self._call)).contract

    async def documents(self, *, page_size: int = 1000) -> AsyncGenerator[held.HeldDocument]:
        """Yield them by id, with the reasons."""
        token = ""
        while True:
            page = held.ListQuarantineRequest(corpus=self._corpus, page_size=page_size, page_token=token)
            response = await self._stub.ListQuarantine(pb.ListQuarantineRequest(page=page), **self._call)
            for document in response.page.documents:
                yield document
            token = response.page.next_page_token
            if not token:
                return

    async def replay(
        self, document_ids: Sequence[str] = (), mending: Mending | None = None
    ) -> AsyncGenerator[ingestion.PutDocumentsResponse]:
        """Put them again, all of them when no ids are given; yield what became of each, in any order."""
        mending = mending or Mending()
        replay = held.ReplayQuarantineRequest(
            corpus=self._corpus,
            document_ids=document_ids,
            title=mending.title,
            mime_type=mending.mime_type,
            set_metadata=mending.set_metadata,
            remove_metadata=mending.remove_metadata,
        )
        call = self._stub.ReplayQuarantine(pb.ReplayQuarantineRequest(replay=replay), **self._call)
        try:
            async for response in call:
                yield response.result
        finally:
            call.cancel()

    async def discard(self, document_ids: Iterable[str]) -> int:
        """Throw them away; return how many there were."""
        discard = held.DiscardQuarantinedRequest(corpus=self._corpus, document_ids=document_ids)
        response = await self._stub.DiscardQuarantined(pb.DiscardQuarantinedRequest(discard=discard), **self._call)
        return response.result.discarded
