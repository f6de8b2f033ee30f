"""What a search finds, made by hand: the retriever and the searcher as rules see them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace

from chassis.errors import FailedPrecondition
from chassis.terms import terms
from orchestrator.search.roles import OTHER_MODEL
from orchestrator.search.searcher import Embedded
from orchestrator.search.words import Chunk, Found, Hit, Query, Term


def hit(text: str, *headings: str, dense: float | None = 0.7, lexical: float | None = 9.0, score: float = 1.0) -> Hit:
    chunk = Chunk(document_id="guide.md", ordinal=0, text=text, headings=headings or ("Guide",), title="Guide")
    return Hit(chunk=chunk, score=score, dense=dense, lexical=lexical)


def found(question: str, *hits: Hit, idf: float = 5.0, degraded: Sequence[str] = ()) -> Found:
    weights = tuple(Term(stem, idf) for stem in dict.fromkeys(terms(question)))
    return Found(hits=hits, terms=weights, corpus_version=7, degraded=tuple(degraded))


class FakeRetriever:
    """Finds what it was given; with `wants` it refuses vectors until that role is asked for."""

    def __init__(self, result: Found, wants: str = "") -> None:
        self.result = result
        self.wants = wants
        self.roles: list[tuple[str, int]] = []
        self.asked: list[tuple[Query, Embedded | None]] = []
        self.failure: Exception | None = None
        self.began = asyncio.Event()

    async def retrieve(self, query: Query, embedding: Awaitable[Embedded | None]) -> Found:
        self.began.set()
        self.asked.append((query, await embedding))
        if self.failure is not None:
            raise self.failure
        if self.wants and not self.roles:
            raise FailedPrecondition("another model", reason=OTHER_MODEL)
        return self.result

    async def role(self, corpus: str, index: int) -> str:
        self.roles.append((corpus, index))
        return self.wants


class FakeSearcher:
    """Finds what it was given, or fails."""

    def __init__(self, result: Found | None = None) -> None:
        self.result = result or Found(hits=())
        self.failure: Exception | None = None
        self.asked: list[Query] = []

    async def search(self, query: Query) -> Found:
        self.asked.append(query)
        if self.failure is not None:
            raise self.failure
        return replace(self.result, hits=self.result.hits[: query.top_k])
