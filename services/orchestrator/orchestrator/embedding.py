"""The embedding service, called."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc
from grpc import aio

from chassis.errors import DeadlineExceeded
from orchestrator.search.roles import DEFAULT
from orchestrator.search.searcher import Embedded
from orchestrator.search.spending import Spent, Step, note
from orchestrator.search.words import Model, Vectors


class Embedding:
    """Turns texts into vectors."""

    def __init__(self, channel: aio.Channel) -> None:
        self._channel = channel
        self._stub = rpc.EmbeddingServiceStub(channel)

    async def embed(self, texts: Sequence[str], *, question: bool, role: str = DEFAULT) -> Embedded:
        """Return one row a text."""
        kind = pb.INPUT_KIND_QUERY if question else pb.INPUT_KIND_PASSAGE
        call = self._stub.Embed(pb.EmbedRequest(texts=texts, kind=kind, role=role))
        try:
            answer = await call
        except (asyncio.CancelledError, DeadlineExceeded):
            note(Spent(step=Step.EMBED, untold=True))
            raise
        vectors = answer.vectors
        model = Model(role=answer.model.role, name=answer.model.name, version=answer.model.version)
        note(
            Spent(
                step=Step.EMBED,
                model=model,
                inferences=vectors.count - answer.remembered,
                input_tokens=answer.tokens,
                saved_inferences=answer.remembered,
                saved_input_tokens=answer.remembered_tokens,
            )
        )
        return Embedded(Vectors(data=vectors.data, count=vectors.count, dimension=vectors.dimension), model)

    async def ping(self) -> None:
        """Return when there is a connection."""
        await self._channel.channel_ready()
