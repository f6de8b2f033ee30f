"""How rows of PostgreSQL are read: the columns of `retrieval.postgres.sql`, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.records import Chunk, Corpus, Document, Index, Model, Place, Sight

Row = Sequence[Any]


def corpus(row: Row) -> Corpus:
    """Read a row that starts with a corpus and its live index."""
    identifier, name, version, documents, size, settings, index, number, chunks, collection, made_with = row[:11]
    cutting = made_with["chunking"]
    return Corpus(
        id=identifier.hex,
        name=name,
        version=version,
        documents=documents,
        size=size,
        settings=settings,
        index=index.hex,
        index_number=number,
        chunks=chunks,
        max_tokens=cutting["max_tokens"],
        whole_documents=cutting["whole_documents"],
        model=_model(made_with["embedding"]),
        collection=collection,
    )


def index(row: Row) -> Index:
    """Read a row that holds an index."""
    number, state, made_with, chunks, switches, created, documents, failed = row
    return Index(
        number=number,
        state=state,
        max_tokens=made_with["chunking"]["max_tokens"],
        whole_documents=made_with["chunking"]["whole_documents"],
        model=_model(made_with["embedding"]),
        documents=documents,
        failed=failed,
        chunks=chunks,
        switches=switches,
        created=created,
    )


def _model(embedding: Mapping[str, Any]) -> Model:
    return Model(role=embedding["role"], name=embedding["name"], version=embedding["version"])


def frequencies(row: Row) -> Mapping[int, int]:
    """Read the two columns after a corpus: terms, and in how many chunks each is."""
    terms, counts = row[11:13]
    return dict(zip(terms or (), counts or (), strict=True))


def sight(row: Row, place: Place) -> Sight:
    """Read a row of what was found."""
    source, text, headings, title, uri, generation = row[1:7]
    if text is None:
        return Sight(source, None)
    chunk = Chunk(
        document_id=source,
        ordinal=place.ordinal,
        text=text,
        headings=tuple(headings),
        title=title,
        uri=uri,
        generation=generation,
    )
    return Sight(source, chunk)


def chunk(row: Row) -> Chunk:
    """Read a row that starts with a chunk."""
    document, ordinal, text, headings, title, uri, generation = row[:7]
    return Chunk(
        document_id=document,
        ordinal=ordinal,
        text=text,
        headings=tuple(headings),
        title=title,
        uri=uri,
        generation=generation,
    )


def document(row: Row) -> Document:
    """Read a row that holds a document."""
    source, title, uri, mime, sha256, size, groups, metadata, generation, chunks, committed = row
    return Document(
        id=source,
        title=title,
        uri=uri,
        mime_type=mime,
        sha256=sha256,
        size_bytes=size,
        groups=tuple(groups),
        metadata=metadata,
        generation=generation,
        chunks=chunks,
        committed=committed,
    )
