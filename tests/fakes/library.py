"""What is written, in memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chassis.errors import NotFound
from chassis.filters import matches
from chassis.terms import term_id, terms
from retrieval.lineage.words import ChunkOrigin, Lineage, Tool
from retrieval.records import Chunk, Corpus, Document, Index, Model, Place

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

    def index(self, corpus):
        return Index(
            number=1,
            state="live",
            max_tokens=corpus.max_tokens,
            whole_documents=corpus.whole_documents,
            model=MODEL,
            documents=corpus.documents,
            failed=0,
            chunks=corpus.chunks,
            switches=False,
            created=COMMITTED,
        )

    def frequencies(self, tenant, name):
        counts = Counter()
        for one in self.written:
            if (one.tenant, one.corpus, one.committed) == (tenant, name, True):
                for text, _ in one.chunks:
                    counts.update({term_id(term) for term in terms(text)})
        return counts
