"""Serves what is asked of documents, and keeps the account of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator_pb

from gateway.asking import accounting
from gateway.door import Door
from gateway.visits.account import EMBED
from gateway.visits.caller import Caller
from gateway.visits.visit import Visit


class Answers(Protocol):
    """Makes answers."""

    def answer(
        self, visit: Visit, ask: orchestrator_pb.AnswerRequest
    ) -> AsyncGenerator[orchestrator_pb.AnswerResponse, None]:
        """Yield the events as they come, each accounted for; closing the generator stops what nobody else waits for."""
        ...


class Searches(Protocol):
    """Makes searches."""

    async def search(
        self, query: orchestrator_pb.SearchRequest, spend: Callable[[orchestrator_pb.Spending], None]
    ) -> orchestrator_pb.SearchResponse:
        """Return what was found; tell `spend` what was used by a search that fails."""
        ...


class Embeddings(Protocol):
    """Turns texts into vectors."""

    async def embed(self, texts: embedding_pb.EmbedRequest) -> embedding_pb.EmbedResponse:
        """Return one vector a text."""
        ...


class Answering:
    """Asks the services behind, in the name of whoever calls, by whichever edge."""

    def __init__(self, door: Door, answers: Answers, searches: Searches, embeddings: Embeddings) -> None:
        self._door = door
        self._answers = answers
        self._searches = searches
        self._embeddings = embeddings

    async def answer(
        self, caller: Caller, request: pb.AnswerRequest
    ) -> AsyncGenerator[orchestrator_pb.AnswerResponse, None]:
        """Yield the events as they come; the closing event leaves once the request is accounted for."""
        closing: orchestrator_pb.AnswerResponse | None = None
        async with (
            self._door.open("Answer", caller, request) as visit,
            aclosing(self._answers.answer(visit, request.ask)) as events,
        ):
            async for event in events:
                if event.HasField("closing"):
                    closing = event
                elif not event.HasField("spending"):
                    yield event
        if closing is not None:
            yield accounting.told(visit.account, closing)

    async def search(self, caller: Caller, request: pb.SearchRequest) -> orchestrator_pb.SearchResponse:
        """Return what was found, once it is accounted for."""
        async with self._door.open("Search", caller, request) as visit:
            found = await self._searches.search(request.query, accounting.searching(visit.account))
            accounting.search(visit.account, found)
            found.degraded[:] = visit.account.degraded
        return found

    async def embed(self, caller: Caller, request: pb.EmbedRequest) -> embedding_pb.EmbedResponse:
        """Return one vector a text, once it is accounted for."""
        async with self._door.open("Embed", caller, request) as visit:
            visit.account.untold.add(EMBED)
            vectors = await self._embeddings.embed(request.texts)
            accounting.embedded(visit.account, vectors)
        return vectors
