"""The rule of searching: embed while retrieval begins; without the vector, search by words and say so.

The vector is worth waiting for only as long as the search can still be made, so the embedding gets a part of what is
left, and is not started at all when that part is too short.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Final, Protocol

from chassis import names
from chassis.deadline import remaining, within
from chassis.errors import DeadlineExceeded, FailedPrecondition, Internal, Overloaded, ServiceError, Unavailable
from chassis.telemetry import Span, span
from orchestrator.search.roles import DEFAULT, OTHER_MODEL, RoleReader, Roles
from orchestrator.search.spending import Spent, Step
from orchestrator.search.words import Found, Mode, Model, Query, Vectors

DENSE: Final = "dense"
"""How the step is called in `degraded`."""

_PASSING: Final = (Unavailable, Overloaded, DeadlineExceeded, Internal)
"""Failures of the embedding that words may make up for."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of some texts, row by row, and the model that made them."""

    vectors: Vectors
    model: Model


class Embedder(Protocol):
    """Turns texts into vectors."""

    async def embed(self, texts: Sequence[str], *, question: bool, role: str = DEFAULT) -> Embedded:
        """Return one row a text; raise `Overloaded`, `Unavailable`, `DeadlineExceeded` or `InvalidArgument`."""
        ...


class Retriever(RoleReader, Protocol):
    """Finds chunks that the caller may read."""

    async def retrieve(self, query: Query, embedding: Awaitable[Embedded | None]) -> Found:
        """Return the best chunks; begin at once, and take the vector when it comes.

        Raises `NotFound` when there is no such corpus, and whatever the embedding raises.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLimits:
    """How time is shared between the two steps."""

    embed_share: float = 0.5
    """The part of what is left that the embedding may take when the search can do without it."""

    embed_patience: float = 2.0
    """Seconds that the embedding may take at most when the search can do without it."""

    embed_least: float = 0.01
    """Seconds below which the embedding is not started."""


class Searcher:
    """Finds chunks."""

    def __init__(self, embedder: Embedder, retriever: Retriever, limits: SearchLimits) -> None:
        self._embedder = embedder
        self._retriever = retriever
        self._limits = limits
        self._roles = Roles(retriever)

    async def search(self, query: Query) -> Found:
        """Find the chunks of a corpus that fit the query best."""
        with span("search", {names.CORPUS: query.corpus, names.GEN_AI_TOP_K: query.top_k}) as step:
            found, embedded = await self._found(query, step)
            models = (embedded.model,) if embedded else ()
            given_up = found.degraded
            if query.mode is Mode.HYBRID and embedded is None and DENSE not in given_up:
                given_up = (DENSE, *given_up)
            step.set_attributes({names.CORPUS_VERSION: found.corpus_version, names.DEGRADED: given_up})
            return replace(found, models=models, degraded=given_up)

    async def _found(self, query: Query, step: Span) -> tuple[Found, Embedded | None]:
        try:
            return await self._once(query, step)
        except FailedPrecondition as failure:
            if failure.reason != OTHER_MODEL:
                raise
            await self._roles.learn(query)
            return await self._once(query, step)

    async def _once(self, query: Query, step: Span) -> tuple[Found, Embedded | None]:
        async with _beside(self._embedded(query)) as embedding:
            found = await self._retriever.retrieve(query, embedding)
            step.set_attributes(Spent(step=Step.SEARCH, inferences=1).attributes())
            return found, await embedding

    async def _embedded(self, query: Query) -> Embedded | None:
        if query.mode is Mode.LEXICAL:
            return None
        if query.mode is Mode.DENSE:
            return await self._embedder.embed([query.text], question=True, role=self._roles.of(query))
        left = remaining()
        allowed = None if left is None else left * self._limits.embed_share
        if allowed is not None and allowed < self._limits.embed_least:
            return None
        try:
            with _at_most(self._limits.embed_patience, allowed):
                return await self._embedder.embed([query.text], question=True, role=self._roles.of(query))
        except _PASSING as failure:
            _unless_over(failure)
            return None


@asynccontextmanager
async def _beside(embedding: Coroutine[None, None, Embedded | None]) -> AsyncIterator[asyncio.Task[Embedded | None]]:
    """Embed beside the block; a vector that has not come when the block ends is not wanted."""
    task = asyncio.create_task(embedding)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _at_most(patience: float, allowed: float | None) -> AbstractContextManager[None]:
    seconds = patience if allowed is None else min(patience, allowed)
    return within(seconds) if seconds else nullcontext()


def _unless_over(failure: ServiceError) -> None:
    """Raise when the request itself has no time left: then no next best can finish either."""
    if remaining() == 0:
        raise DeadlineExceeded("the time given was not enough to search") from failure
