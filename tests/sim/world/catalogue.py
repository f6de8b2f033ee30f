"""The ledger as readers see it: each question is answered from one moment."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from chassis.errors import NotFound
from fakes.ledger import FakeLedger
from ingestion.committing.words import Draft
from retrieval.records import Chunk, Corpus, Document, Model, Place, Reader, Sight

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class SimCatalogue:
    """Reads a ledger. Every method is one step."""

    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger

    def opened(self, tenant: str, name: str, terms: Sequence[int]) -> tuple[Corpus, Mapping[int, int]]:
        corpus = self._ledger.corpora.get((tenant, name))
        if corpus is None:
            raise NotFound("there is no such corpus")
        index = corpus.index
        counts = {term: self._ledger.lexicon[index.id, term] for term in terms}
        model = index.settings.embedding
        return (
            Corpus(
                id=corpus.id.hex,
                name=name,
                version=corpus.version,
                documents=corpus.documents,
                index=index.id.hex,
                chunks=index.chunks,
                max_tokens=index.settings.chunking.max_tokens,
                whole_documents=index.settings.chunking.whole_documents,
                model=Model(name=model.name, version=model.version),
                collection=index.collection,
            ),
            {term: count for term, count in counts.items() if count},
        )

    def seen(
        self, reader: Reader, corpus: Corpus, places: Sequence[Place], shown: Container[Place]
    ) -> Mapping[Place, Sight]:
        visible = {(draft.id.hex, draft.generation): draft for _, draft in self._readable(reader, corpus)}
        return {
            place: Sight(draft.source_id, self._chunk(draft, place.ordinal) if place in shown else None)
            for place in places
            if (draft := visible.get((place.document, place.generation)))
        }

    def replaced(self, reader: Reader, corpus: Corpus, places: Sequence[Place]) -> bool:
        now = {draft.id.hex: draft.generation for _, draft in self._readable(reader, corpus)}
        return any(now.get(place.document, 0) > place.generation for place in places)

    def document(self, reader: Reader, corpus: Corpus, source: str) -> Document | None:
        for put, draft in self._readable(reader, corpus):
            if put.source_id == source:
                return _document(put, draft)
        return None

    def chunks_at(self, reader: Reader, corpus: Corpus, at: Sequence[tuple[str, int]]) -> list[Chunk]:
        shown = {draft.source_id: draft for _, draft in self._readable(reader, corpus)}
        there = [(shown[source], ordinal) for source, ordinal in at if source in shown]
        found = (self._chunk(draft, ordinal) for draft, ordinal in there if ordinal < len(draft.chunks))
        return [chunk for chunk in found if chunk]

    def documents(self, reader: Reader, corpus: Corpus, after: str, limit: int) -> list[Document]:
        found = sorted(self._readable(reader, corpus), key=lambda pair: pair[0].source_id)
        return [_document(put, draft) for put, draft in found if put.source_id > after][:limit]

    def _readable(self, reader: Reader, corpus: Corpus) -> Iterator[tuple[Draft, Draft]]:
        """Yield what was put and what the index that is read has of it."""
        owner, index = UUID(corpus.id), UUID(corpus.index)
        for (where, _), put in self._ledger.documents.items():
            mine = where == owner and put.corpus.tenant == reader.tenant and reader.groups.intersection(put.groups)
            if mine and (draft := self._ledger.placements.get((index, put.id))):
                yield put, draft

    def _chunk(self, draft: Draft, ordinal: int) -> Chunk | None:
        chunks = self._ledger.chunks.get((draft.id, draft.generation), ())
        if ordinal >= len(chunks):
            return None
        chunk = chunks[ordinal]
        return Chunk(
            document_id=draft.source_id,
            ordinal=ordinal,
            text=chunk.text,
            headings=chunk.headings,
            title=draft.title,
            uri=draft.uri,
            generation=draft.generation,
        )


def _document(put: Draft, placed: Draft) -> Document:
    return Document(
        id=put.source_id,
        title=put.title,
        uri=put.uri,
        mime_type=put.mime,
        sha256=put.sha256,
        size_bytes=put.size,
        groups=put.groups,
        metadata=put.metadata,
        generation=put.generation,
        chunks=len(placed.chunks),
        committed=EPOCH,
    )
