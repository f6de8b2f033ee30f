"""The embedding service, called."""

from __future__ import annotations

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Embedding:
    """Turns texts into vectors."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = rpc.EmbeddingServiceStub(channel)

    async def embed(self, texts: pb.EmbedRequest) -> pb.EmbedResponse:
        """Return one vector a text."""
        with blaming("texts"):
            return await self._stub.Embed(texts, timeout=remaining())
