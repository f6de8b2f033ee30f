"""The catalogue that reads a library as PostgreSQL does."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence

from chassis.errors import NotFound, ServiceError
from fakes.library import Library, Written
from retrieval.lineage.words import Lineage
from retrieval.records import Chunk, Corpus, Document, Index, Place, Reader, Sight


class FakeCatalogue:
    """Reads a library; `failure` is raised by every call while it is set."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.failure: ServiceError | None = None
        self.stuck = False
        """While it is set, no call ever returns."""
        self.asked: list[int] = []
        """How many places each call to `seen` was asked for."""

    async def opened(
        self, tenant: str, name: str, terms: Sequence[int], number: int = 0
    ) -> tuple[Corpus, Mapping[int, int]]:
        await self._fail()
        if number > 1:
            raise NotFound("no such index", reason="UNKNOWN_INDEX")
        counts = self.library.frequencies(tenant, name)
        return self.library.corpus(tenant, name), {term: counts[term] for term in terms if counts[term]}

    async def seen(
        self, reader: Reader, corpus: Corpus, places: Sequence[Place], shown: Container[Place]
    ) -> Mapping[Place, Sight]:
        await self._fail()
        self.asked.append(len(places))
        visible = {
            one.place(ordinal): one for one in self._readable(reader, corpus) for ordinal in range(len(one.chunks))
        }
        return {
            place: Sight(visible[place].source, visible[place].chunk(place.ordinal) if place in shown else None)
            for place in places
            if place in visible
        }

    async def replaced(self, reader: Reader, corpus: Corpus, places: Sequence[Place]) -> bool:
        await self._fail()
        now = {one.place(0).document: one.generation for one in self._readable(reader, corpus)}
        return any(now.get(place.document, 0) > place.generation for place in places)

    async def indexes(self, tenant: str, name: str) -> list[Index]:
        known = (tenant, name) in self.library.corpora()
        return [self.library.index(self.library.corpus(tenant, name))] if known else []

    async def corpora(self, tenant: str) -> list[Corpus]:
        return [self.library.corpus(*key) for key in self.library.corpora() if key[0] == tenant]

    async def chunks_at(self, reader: Reader, corpus: Corpus, at: Sequence[tuple[str, int]]) -> list[Chunk]:
        shown = {one.source: one for one in self._readable(reader, corpus)}
        return [
            shown[source].chunk(ordinal)
            for source, ordinal in at
            if source in shown and ordinal < len(shown[source].chunks)
        ]

    async def document(self, reader: Reader, corpus: Corpus, source: str) -> Document | None:
        return next((one.document() for one in self._readable(reader, corpus) if one.source == source), None)

    async def origin(self, reader: Reader, corpus: Corpus, source: str, ordinal: int | None) -> Lineage | None:
        await self._fail()
        return next((one.origin(ordinal) for one in self._readable(reader, corpus) if one.source == source), None)

    async def documents(self, reader: Reader, corpus: Corpus, after: str, limit: int) -> list[Document]:
        found = sorted(self._readable(reader, corpus), key=lambda one: one.source.encode())
        return [one.document() for one in found if one.source.encode() > after.encode()][:limit]

    def _readable(self, reader: Reader, corpus: Corpus) -> list[Written]:
        return [
            one
            for one in self.library.written
            if one.committed
            and (one.tenant, one.corpus) == (reader.tenant, corpus.name)
            and corpus == self.library.corpus(one.tenant, one.corpus)
            and one.groups & reader.groups
            and one.wanted_by(reader)
        ]

    async def _fail(self) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
