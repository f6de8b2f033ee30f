"""Serves what is asked of documents, and keeps the account of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator_pb

from gateway.asking import accounting
from gateway.door import Door
from gateway.visits.caller import Caller


class Answers(Protocol):
    """Makes answers and searches."""

    def answer(self, ask: orchestrator_pb.AnswerRequest) -> AsyncGenerator[orchestrator_pb.AnswerResponse, None]:
        """Yield the events as they come; closing the generator stops the work, down to the model."""
        ...

    async def search(self, query: orchestrator_pb.SearchRequest) -> orchestrator_pb.SearchResponse:
        """Return what was found."""
        ...


class Embeddings(Protocol):
    """Turns texts into vectors."""

    async def embed(self, texts: embedding_pb.EmbedRequest) -> embedding_pb.EmbedResponse:
        """Return one vector a text."""
        ...


class Answering:
    """Asks the services behind, in the name of whoever calls, by whichever edge."""

    def __init__(self, door: Door, answers: Answers, embeddings: Embeddings) -> None:
        self._door = door
        self._answers = answers
        self._embeddings = embeddings

    async def answer(
        self, caller: Caller, request: pb.AnswerRequest
    ) -> AsyncGenerator[orchestrator_pb.AnswerResponse, None]:
        """Yield the events as they come; the closing event leaves once the request is accounted for."""
        closing: orchestrator_pb.AnswerResponse | None = None
        async with (
            self._door.open("Answer", caller, request) as visit,
            aclosing(self._answers.answer(request.ask)) as events,
        ):
            async for event in events:
                accounting.event(visit.account, event)
                if event.HasField("closing"):
                    closing = event
                else:
                    yield event
        if closing is not None:
            yield closing

    async def search(self, caller: Caller, request: pb.SearchRequest) -> orchestrator_pb.SearchResponse:
        """Return what was found, once it is accounted for."""
        async with self._door.open("Search", caller, request) as visit:
            found = await self._answers.search(request.query)
            accounting.search(visit.account, found)
        return found

    async def embed(self, caller: Caller, request: pb.EmbedRequest) -> embedding_pb.EmbedResponse:
        """Return one vector a text, once it is accounted for."""
        async with self._door.open("Embed", caller, request) as visit:
            vectors = await self._embeddings.embed(request.texts)
            accounting.embedded(visit.account, vectors)
        return vectors
