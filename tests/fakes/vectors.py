"""A vector store in memory: exact, and as ignorant of what is committed as Milvus is."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from chassis.errors import ServiceError
from chassis.terms import term_id, terms
from fakes.library import Library
from retrieval.records import Corpus, Reader, Scored
from retrieval.search.words import Embedded

K1, B, REFERENCE = 1.2, 0.75, 128.0


def weights(text):
    """The document's side of BM25, as docs/storage.md has it."""
    found = terms(text)
    norm = K1 * (1 - B + B * len(found) / REFERENCE)
    return {term_id(term): count * (K1 + 1) / (count + norm) for term, count in Counter(found).items()}


def at_hand(embedded: Embedded | None) -> Callable[[], Awaitable[Embedded | None]]:
    """Return what a query whose vector is at hand is asked with."""

    async def embedding() -> Embedded | None:
        return embedded

    return embedding


class FakeVectors:
    """Searches a library; `careless` forgets every filter, `failures` holds what a half raises."""

    def __init__(self, library: Library, *, careless: bool = False) -> None:
        self.library = library
        self.careless = careless
        self.failures: dict[str, ServiceError] = {}
        self.limits: list[tuple[str, int]] = []
        self.began = {"dense": asyncio.Event(), "lexical": asyncio.Event()}

    async def dense(self, reader: Reader, corpus: Corpus, vector: Sequence[float], limit: int) -> list[Scored]:
        return self._best("dense", reader, corpus, limit, lambda _, theirs: _cosine(vector, theirs))

    async def lexical(self, reader: Reader, corpus: Corpus, query: Mapping[int, float], limit: int) -> list[Scored]:
        def score(text, _):
            known = weights(text)
            return sum(weight * known[term] for term, weight in query.items() if term in known) or None

        return self._best("lexical", reader, corpus, limit, score)

    def _best(self, half, reader, corpus, limit, score) -> list[Scored]:
        self.limits.append((half, limit))
        self.began[half].set()
        if half in self.failures:
            raise self.failures[half]
        found = [
            Scored(one.place(ordinal), value)
            for one in self.library.written
            if self.careless or self._readable(one, reader, corpus)
            for ordinal, (text, vector) in enumerate(one.chunks)
            if (value := score(text, vector)) is not None
        ]
        return sorted(found, key=lambda scored: -scored.score)[:limit]

    def _readable(self, one, reader, corpus) -> bool:
        mine = (one.tenant, one.corpus) == (reader.tenant, corpus.name)
        return mine and bool(one.groups & reader.groups) and one.wanted_by(reader)


def _cosine(one, other):
    norms = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / norms
