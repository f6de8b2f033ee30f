"""What is written, in memory, and the catalogue that reads it as PostgreSQL does."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chassis.errors import NotFound, ServiceError
from chassis.filters import matches
from chassis.terms import term_id, terms
from retrieval.lineage.words import ChunkOrigin, Lineage, Tool
from retrieval.records import Chunk, Corpus, Document, Model, Place, Reader, Sight

COLLECTION = "chunks2_embedding_v1_4"
MODEL = Model(name="embedding", version="1")
COMMITTED = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Written:
    """One generation of a document; a chunk is its text and its vector."""

    tenant: str = "acme"
    corpus: str = "docs"
    source: str
    chunks: tuple[tuple[str, tuple[float, ...]], ...]
    groups: frozenset[str] = frozenset({"everyone"})
    generation: int = 1
    committed: bool = True
    metadata: Mapping[str, str] = field(default_factory=lambda: {"by": "test"})

    @property
    def id(self):
        return hashlib.md5(f"{self.tenant}/{self.corpus}/{self.source}".encode()).hexdigest()  # noqa: S324 - a name

    def place(self, ordinal):
        return Place(self.id, self.generation, ordinal)

    def chunk(self, ordinal):
        return Chunk(
            document_id=self.source,
            ordinal=ordinal,
            text=self.chunks[ordinal][0],
            headings=("Top", self.source),
            title=f"Title of {self.source}",
            uri="",
            generation=self.generation,
        )

    def wanted_by(self, reader):
        reserved = {"id": self.source, "mime": "text/plain"}
        return reader.wants is None or matches(reader.wants, self.metadata, reserved)

    def document(self):
        return Document(
            id=self.source,
            title=f"Title of {self.source}",
            uri="",
            mime_type="text/plain",
            sha256="0" * 64,
            size_bytes=1,
            groups=tuple(sorted(self.groups)),
            metadata=self.metadata,
            generation=self.generation,
            chunks=len(self.chunks),
            committed=COMMITTED,
        )

    def origin(self, ordinal):
        shown = self.document()
        has = ordinal is not None and ordinal < len(self.chunks)
        return Lineage(
            document_id=self.source,
            document_generation=self.generation,
            sha256=shown.sha256,
            size_bytes=shown.size_bytes,
            mime_type=shown.mime_type,
            uri=shown.uri,
            index=1,
            chunk_generation=self.generation,
            parser=Tool("pyromark", "0.1"),
            chunker=Tool("forebay-ingestion", "1"),
            max_tokens=256,
            analyser="english-snowball-1",
            model=MODEL,
            written_by="writer",
            written=COMMITTED,
            committed=COMMITTED,
            chunk=ChunkOrigin(ordinal, 0, 0, self.chunk(ordinal).headings, 1) if has else None,
        )


@dataclass
class Library:
    """Everything that was written, by any tenant, committed or not."""

    written: list[Written] = field(default_factory=list)

    def corpora(self):
        return sorted({(one.tenant, one.corpus) for one in self.written})

    def corpus(self, tenant, name):
        mine = [one for one in self.written if (one.tenant, one.corpus) == (tenant, name)]
        if not mine:
            raise NotFound("no such corpus", reason="UNKNOWN_CORPUS")
        visible = [one for one in mine if one.committed]
        return Corpus(
            id=hashlib.md5(f"{tenant}/{name}".encode()).hexdigest(),  # noqa: S324 - a name
            name=name,
            version=len(visible),
            documents=len(visible),
            index=hashlib.md5(f"index of {tenant}/{name}".encode()).hexdigest(),  # noqa: S324 - a name
            chunks=sum(len(one.chunks) for one in visible),
            max_tokens=256,
            whole_documents=False,
            model=MODEL,
            collection=COLLECTION,
        )

    def frequencies(self, tenant, name):
        counts = Counter()
        for one in self.written:
            if (one.tenant, one.corpus, one.committed) == (tenant, name, True):
                for text, _ in one.chunks:
                    counts.update({term_id(term) for term in terms(text)})
        return counts


class FakeCatalogue:
    """Reads a library; `failure` is raised by every call while it is set."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.failure: ServiceError | None = None
        self.stuck = False
        """While it is set, no call ever returns."""
        self.asked: list[int] = []
        """How many places each call to `seen` was asked for."""

    async def opened(self, tenant: str, name: str, terms: Sequence[int]) -> tuple[Corpus, Mapping[int, int]]:
        await self._fail()
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
