"""Vectors of questions, from the embedding service."""

from __future__ import annotations

import struct
from typing import Protocol

from forebay.embedding.v1alpha1 import embedding_pb2 as pb

from gateway.cache.near.vectors import Vector


class Embeddings(Protocol):
    """Turns texts into vectors."""

    async def embed(self, texts: pb.EmbedRequest) -> pb.EmbedResponse:
        """Return one vector a text."""
        ...


class QuestionVectors:
    """Embeds questions as searches do, so that the embedding service knows them when a search asks."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    async def vector(self, question: str) -> Vector:
        """Return the question's vector."""
        embedded = await self._embeddings.embed(pb.EmbedRequest(texts=[question], kind=pb.INPUT_KIND_QUERY))
        vectors, model = embedded.vectors, embedded.model
        return Vector(
            values=struct.unpack(f"<{vectors.dimension}f", vectors.data),
            role=model.role,
            model=model.name,
            version=model.version,
            tokens=embedded.tokens + embedded.remembered_tokens,
            remembered=embedded.remembered > 0,
        )
