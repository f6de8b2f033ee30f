"""An embedder that costs nothing: a text's vector is made of its hash."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import replace

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc

from chassis.errors import ServiceError
from ingestion.corpora.words import EmbeddingModel

MODEL = EmbeddingModel(role="embedding", name="embedding", version="1", dimension=8)


def vector(text: str, dimension: int) -> bytes:
    seed = hashlib.sha256(text.encode()).digest()
    numbers = [seed[at % len(seed)] - 127.5 for at in range(dimension)]
    length = sum(number * number for number in numbers) ** 0.5
    return struct.pack(f"<{dimension}f", *(number / length for number in numbers))


class FakeEmbedder:
    """Fails with `failures`, in order, before it answers; refuses for good the texts that hold `poison`."""

    def __init__(self, model: EmbeddingModel = MODEL, poison: ServiceError | None = None) -> None:
        self.serving = model
        self.poison = poison
        self.failures: list[ServiceError] = []
        self.calls: list[int] = []

    async def model(self, role: str) -> EmbeddingModel:
        return self._playing(role)

    async def embed(self, role: str, texts: Sequence[str]) -> tuple[EmbeddingModel, Sequence[bytes]]:
        self.calls.append(len(texts))
        if self.failures:
            raise self.failures.pop(0)
        if self.poison and any("poison" in text for text in texts):
            raise self.poison
        return self._playing(role), [vector(text, self.serving.dimension) for text in texts]

    def _playing(self, role: str) -> EmbeddingModel:
        return self.serving if role == self.serving.role else replace(self.serving, role=role, name=role)


class EmbeddingStandIn(rpc.EmbeddingServiceServicer):
    """Serves the fake embedder."""

    def __init__(self) -> None:
        self.embedder = FakeEmbedder()

    async def Embed(self, request, context):
        _, rows = await self.embedder.embed(request.role or MODEL.role, list(request.texts))
        vectors = pb.Vectors(
            data=b"".join(rows), count=len(rows), dimension=MODEL.dimension, dtype=pb.DATA_TYPE_FLOAT32
        )
        return pb.EmbedResponse(vectors=vectors, model=pb.ModelVersion(role="embedding", name="embedding", version="1"))
