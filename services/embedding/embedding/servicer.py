"""The wire face of embedding: messages in, messages out, no decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc
from grpc import aio

from chassis.identity import current
from chassis.validation import checked
from embedding.embedder import Embedded, Embedder, Kind
from embedding.meters import Meters
from embedding.requests import Embed

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]

_KINDS: Final = {
    pb.INPUT_KIND_UNSPECIFIED: Kind.PASSAGE,
    pb.INPUT_KIND_PASSAGE: Kind.PASSAGE,
    pb.INPUT_KIND_QUERY: Kind.QUERY,
}
_DEFAULT_ROLE: Final = "embedding"


class EmbeddingServicer(rpc.EmbeddingServiceServicer):
    """Serves `forebay.embedding.v1alpha1.EmbeddingService`."""

    def __init__(self, embedder: Embedder, meters: Meters | None = None) -> None:
        self._embedder = embedder
        self._meters = meters or Meters()

    async def Embed(self, request: pb.EmbedRequest, context: Context) -> pb.EmbedResponse:
        """Embed the texts."""
        asked = checked(
            Embed,
            texts=list(request.texts),
            kind=_KINDS.get(request.kind, request.kind),
            role=request.role or _DEFAULT_ROLE,
        )
        embedded = await self._embedder.embed(asked.texts, asked.kind, asked.role, current().tenant)
        self._meters.note(embedded, asked.kind)
        return _response(embedded, asked.role)


def _response(embedded: Embedded, role: str) -> pb.EmbedResponse:
    vectors = embedded.vectors
    return pb.EmbedResponse(
        vectors=pb.Vectors(
            data=vectors.data, count=vectors.count, dimension=vectors.dimension, dtype=pb.DATA_TYPE_FLOAT32
        ),
        model=pb.ModelVersion(role=role, name=vectors.model.name, version=vectors.model.version),
        tokens=0 if embedded.remembered else embedded.tokens,
        truncated=embedded.truncated,
        remembered=vectors.count if embedded.remembered else 0,
        remembered_tokens=embedded.tokens if embedded.remembered else 0,
    )
