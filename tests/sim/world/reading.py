"""The ports of retrieval, answered by stores that are a wire away."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from retrieval.records import Chunk, Corpus, Document, Place, Reader, Scored, Sight
from sim.world.catalogue import SimCatalogue
from sim.world.index import SimIndex
from sim.world.weather import Wire


class FarCatalogue:
    """What retrieval asks PostgreSQL."""

    def __init__(self, wire: Wire, catalogue: SimCatalogue) -> None:
        self._wire = wire
        self._catalogue = catalogue

    async def opened(
        self, tenant: str, name: str, terms: Sequence[int], number: int = 0
    ) -> tuple[Corpus, Mapping[int, int]]:
        assert not number, "these readers search what is live"
        return await self._asked(self._catalogue.opened, tenant, name, terms)

    async def seen(
        self, reader: Reader, corpus: Corpus, places: Sequence[Place], shown: Container[Place]
    ) -> Mapping[Place, Sight]:
        return await self._asked(self._catalogue.seen, reader, corpus, places, shown)

    async def replaced(self, reader: Reader, corpus: Corpus, places: Sequence[Place]) -> bool:
        return await self._asked(self._catalogue.replaced, reader, corpus, places)

    async def document(self, reader: Reader, corpus: Corpus, source: str) -> Document | None:
        return await self._asked(self._catalogue.document, reader, corpus, source)

    async def chunks_at(self, reader: Reader, corpus: Corpus, at: Sequence[tuple[str, int]]) -> list[Chunk]:
        return await self._asked(self._catalogue.chunks_at, reader, corpus, at)

    async def documents(self, reader: Reader, corpus: Corpus, after: str, limit: int) -> list[Document]:
        return await self._asked(self._catalogue.documents, reader, corpus, after, limit)

    async def _asked(self, question, *words):
        return await self._wire.call("ask the catalogue", lambda: question(*words), lasting=False)


class FarVectors:
    """What retrieval asks Milvus."""

    def __init__(self, wire: Wire, index: SimIndex) -> None:
        self._wire = wire
        self._index = index

    async def dense(self, reader: Reader, corpus: Corpus, vector: Sequence[float], limit: int) -> list[Scored]:
        return await self._asked(self._index.dense, reader, corpus, vector, limit)

    async def lexical(self, reader: Reader, corpus: Corpus, query: Mapping[int, float], limit: int) -> list[Scored]:
        return await self._asked(self._index.lexical, reader, corpus, query, limit)

    async def _asked(self, question, *words):
        return await self._wire.call("search the index", lambda: question(*words), lasting=False)
