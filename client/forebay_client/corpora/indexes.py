"""The indexes of a corpus, as its writers see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval


class AsyncIndexes:
    """Lists, begins, switches and drops the indexes of one corpus."""

    def __init__(
        self, stub: rpc.GatewayServiceAsyncStub, corpus: str, metadata: tuple[tuple[str, str], ...], timeout: float
    ) -> None:
        self._stub = stub
        self._corpus = corpus
        self._call: dict[str, Any] = {"metadata": metadata, "timeout": timeout}

    async def all(self) -> Sequence[indexes_pb2.Index]:
        """Return them by number, and how far each is."""
        request = pb.ListIndexesRequest(corpus=indexes_pb2.ListIndexesRequest(corpus=self._corpus))
        return (await self._stub.ListIndexes(request, **self._call)).indexes

    async def begin(
        self, *, chunking: retrieval.Chunking | None = None, embedding_role: str = "", switches: bool = False
    ) -> int:
        """Begin another index beside the live one; return its number. What is not given is as in the live one."""
        index = ingestion.BeginIndexRequest(
            corpus=self._corpus, chunking=chunking, embedding_role=embedding_role, switches=switches
        )
        return (await self._stub.BeginIndex(pb.BeginIndexRequest(index=index), **self._call)).result.number

    async def switch(self, number: int) -> bool:
        """Have an index go live as soon as it lacks nothing; say whether it is live already."""
        index = ingestion.SwitchIndexRequest(corpus=self._corpus, number=number)
        return (await self._stub.SwitchIndex(pb.SwitchIndexRequest(index=index), **self._call)).result.live

    async def drop(self, number: int) -> None:
        """Remove an index that is not live."""
        index = ingestion.DropIndexRequest(corpus=self._corpus, number=number)
        await self._stub.DropIndex(pb.DropIndexRequest(index=index), **self._call)
