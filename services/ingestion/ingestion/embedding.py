"""The embedding service, as ingestion sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc
from grpc import aio

from chassis.errors import Unavailable
from ingestion.corpora.words import EmbeddingModel

__all__ = ["EmbeddingService"]

FLOAT = 4
"""Bytes of one value."""

PATIENCE = 1.5
"""Seconds in which a connection must come about; less than a ping may take."""


class EmbeddingService:
    """Embeds passages."""

    def __init__(self, channel: aio.Channel, seconds: float) -> None:
        self._channel = channel
        self._stub = rpc.EmbeddingServiceStub(channel)
        self._seconds = seconds

    async def embed(self, role: str, texts: Sequence[str]) -> tuple[EmbeddingModel, Sequence[bytes]]:
        """Return the model that plays the role, and one row of little-endian float32 a text, in order."""
        request = pb.EmbedRequest(texts=texts, kind=pb.INPUT_KIND_PASSAGE, role=role)
        response = await self._stub.Embed(request, timeout=self._seconds)
        width = response.vectors.dimension * FLOAT
        data = response.vectors.data
        return _model(response), [data[at : at + width] for at in range(0, len(data), width)]

    async def model(self, role: str) -> EmbeddingModel:
        """Return the model that plays the role now; the service says it with every answer."""
        model, _ = await self.embed(role, ["which model serves"])
        return model

    async def ping(self) -> None:
        """Raise `Unavailable` when it cannot be reached. No call is made: a ping has no identity to show."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._channel.channel_ready()
        except TimeoutError:
            raise Unavailable("the embedding service is away", retry_after=1.0) from None


def _model(response: pb.EmbedResponse) -> EmbeddingModel:
    model = response.model
    return EmbeddingModel(role=model.role, name=model.name, version=model.version, dimension=response.vectors.dimension)
