"""The rule of reading by name: documents, chunks and corpora that the reader may see; nothing else exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.errors import NotFound
from retrieval.paging import last_of, page_token
from retrieval.records import Chunk, Corpus, Document, Index, Reader


class Shelves(Protocol):
    """The store of what is visible."""

    async def opened(self, tenant: str, name: str, terms: Sequence[int]) -> tuple[Corpus, Mapping[int, int]]:
        """Return the corpus and the counts of those terms; raise `NotFound`."""

    async def indexes(self, tenant: str, name: str) -> list[Index]:
        """Return the indexes of a corpus by number; none when there is no such corpus."""

    async def corpora(self, tenant: str) -> list[Corpus]:
        """Return the tenant's corpora by name."""

    async def chunks_at(self, reader: Reader, corpus: Corpus, at: Sequence[tuple[str, int]]) -> list[Chunk]:
        """Return the visible chunks at (caller's id of the document, ordinal), in the order asked."""

    async def document(self, reader: Reader, corpus: Corpus, source: str) -> Document | None:
        """Return the document with the caller's id, if the reader may see it."""

    async def documents(self, reader: Reader, corpus: Corpus, after: str, limit: int) -> list[Document]:
        """Return the next documents after the caller's id, by id."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some documents, and the token of those that follow; empty when none do."""

    documents: list[Document]
    next: str


class Reading:
    """Reads by name."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves

    async def corpus(self, reader: Reader, name: str) -> Corpus:
        """Return one corpus; raise `NotFound`."""
        corpus, _ = await self._shelves.opened(reader.tenant, name, ())
        return corpus

    async def corpora(self, reader: Reader) -> list[Corpus]:
        """Return all of the tenant's corpora."""
        return await self._shelves.corpora(reader.tenant)

    async def indexes(self, reader: Reader, name: str) -> list[Index]:
        """Return the indexes of a corpus; raise `NotFound`."""
        indexes = await self._shelves.indexes(reader.tenant, name)
        if not indexes:
            raise NotFound(f"there is no corpus {name!r}", reason="UNKNOWN_CORPUS")
        return indexes

    async def chunks(self, reader: Reader, name: str, at: Sequence[tuple[str, int]]) -> list[Chunk]:
        """Return the chunks that are visible, in the order asked."""
        return await self._shelves.chunks_at(reader, await self.corpus(reader, name), at)

    async def document(self, reader: Reader, name: str, source: str) -> Document:
        """Return one document; raise `NotFound`, whether it is absent or somebody else's."""
        document = await self._shelves.document(reader, await self.corpus(reader, name), source)
        if document is None:
            raise NotFound("there is no such document in this corpus", reason="UNKNOWN_DOCUMENT")
        return document

    async def page(self, reader: Reader, name: str, size: int, token: str) -> Page:
        """Return the next documents by id."""
        corpus = await self.corpus(reader, name)
        after = last_of(corpus.id, token)
        documents = await self._shelves.documents(reader, corpus, after, size + 1)
        if len(documents) <= size:
            return Page(documents, "")
        return Page(documents[:size], page_token(corpus.id, documents[size - 1].id))
