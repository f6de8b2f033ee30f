"""Serves what is asked of documents, and keeps the account of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from gateway.asking import accounting
from gateway.embedding import Embedding
from gateway.orchestrator import Orchestrator
from gateway.visits.visit import Visit


class Answering:
    """Asks the services behind, in the name of a visit."""

    def __init__(self, orchestrator: Orchestrator, embedding: Embedding) -> None:
        self._orchestrator = orchestrator
        self._embedding = embedding

    async def answer(self, visit: Visit, ask: pb.AnswerRequest) -> AsyncGenerator[pb.AnswerResponse, None]:
        """Yield the events as they come; closing the generator stops the work, down to the model."""
        async with aclosing(self._orchestrator.answer(ask)) as events:
            async for event in events:
                match event.WhichOneof("event"):
                    case "sources":
                        accounting.sources(visit.account, event.sources)
                    case "text":
                        visit.account.text += event.text.text
                    case "closing":
                        accounting.closing(visit.account, event.closing)
                yield event

    async def search(self, visit: Visit, query: pb.SearchRequest) -> pb.SearchResponse:
        """Return what was found."""
        found = await self._orchestrator.search(query)
        accounting.search(visit.account, found)
        return found

    async def embed(self, visit: Visit, texts: embedding_pb.EmbedRequest) -> embedding_pb.EmbedResponse:
        """Return one vector a text."""
        vectors = await self._embedding.embed(texts)
        accounting.embedded(visit.account, vectors)
        return vectors
