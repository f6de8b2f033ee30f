"""The embedding service, as ingestion sees it."""

from __future__ import annotations

from collections.abc import Sequence

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc
from grpc import aio

from ingestion.corpora.words import EmbeddingModel

__all__ = ["EmbeddingService"]

FLOAT = 4
"""Bytes of one value."""


class EmbeddingService:
    """Embeds passages."""

    def __init__(self, channel: aio.Channel, seconds: float) -> None:
        self._stub = rpc.EmbeddingServiceStub(channel)
        self._seconds = seconds

    async def embed(self, texts: Sequence[str]) -> tuple[EmbeddingModel, Sequence[bytes]]:
        """Return the model, and one row of little-endian float32 a text, in order."""
        request = pb.EmbedRequest(texts=texts, kind=pb.INPUT_KIND_PASSAGE)
        response = await self._stub.Embed(request, timeout=self._seconds)
        width = response.vectors.dimension * FLOAT
        data = response.vectors.data
        return _model(response), [data[at : at + width] for at in range(0, len(data), width)]

    async def model(self) -> EmbeddingModel:
        """Return the model that serves now; the service says it with every answer."""
        model, _ = await self.embed(["which model serves"])
        return model


def _model(response: pb.EmbedResponse) -> EmbeddingModel:
    model = response.model
    return EmbeddingModel(role=model.role, name=model.name, version=model.version, dimension=response.vectors.dimension)
