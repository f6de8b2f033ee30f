"""Every question to PostgreSQL, and how its rows are read. `docs/storage.md` says what the columns mean.

Tenant and groups stand in each of them: what may not be read does not leave the database.
"""

from __future__ import annotations

# ruff: noqa: S608 - constants are joined, once; every value is bound by the driver
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chassis.filters import Columns, Condition
from chassis.filters import sql as to_sql
from retrieval.records import Chunk, Corpus, Document, Model, Place, Sight

Row = Sequence[Any]

_CORPUS: Final = """
    c.id, c.name, c.version, c.document_count, c.byte_total, c.settings,
    i.id, i.number, i.chunk_count, i.collection, i.settings
"""

_LIVE: Final = """
    forebay.corpora c join forebay.indexes i on i.corpus_id = c.id and i.state = 'live'
"""

_OURS: Final = "c.tenant = %(tenant)s and c.deleted_at is null"

CORPORA: Final = f"select {_CORPUS} from {_LIVE} where {_OURS} order by c.name"

OPENED: Final = f"""
    select {_CORPUS}, l.terms, l.counts
    from {_LIVE} left join lateral (
        select array_agg(term_id) as terms, array_agg(df) as counts
        from forebay.lexicon where index_id = i.id and term_id = any(%(terms)s::integer[])
    ) l on true
    where {_OURS} and c.name = %(name)s
"""

_CHUNK: Final = "d.source_id, c.ordinal, c.text, c.headings, d.title, d.uri, d.generation"

WANTED: Final = "(/* wanted */ true)"
"""Stands where a question may be narrowed to what the reader wants."""

_READABLE: Final = f"""
    d.corpus_id = %(corpus)s::uuid and d.tenant = %(tenant)s and d.groups && %(groups)s::text[] and {WANTED}
"""

_COLUMNS: Final = Columns("d.metadata", {"id": "d.source_id", "mime": "d.mime"})

FOUND: Final = f"""
    select p.place, d.source_id, c.text, c.headings, d.title, d.uri, d.generation
    from unnest(
        %(documents)s::uuid[], %(generations)s::bigint[], %(ordinals)s::integer[], %(shown)s::boolean[]
    ) with ordinality as p(document, generation, ordinal, shown, place)
    join forebay.placements l
        on l.index_id = %(index)s::uuid and l.document_id = p.document and l.generation = p.generation
    join forebay.documents d on d.id = l.document_id
    left join forebay.chunks c
        on c.document_id = p.document and c.generation = p.generation
        and c.ordinal = case when p.shown then p.ordinal end
    where {_READABLE}
"""

ASKED: Final = f"""
    select {_CHUNK}
    from unnest(%(sources)s::text[], %(ordinals)s::integer[]) with ordinality as p(source, ordinal, place)
    join forebay.documents d on d.source_id = p.source
    join forebay.placements l on l.index_id = %(index)s::uuid and l.document_id = d.id
    join forebay.chunks c
        on c.document_id = d.id and c.generation = l.generation and c.ordinal = p.ordinal
    where {_READABLE}
    order by p.place
"""

_DOCUMENT: Final = """
    d.source_id, d.title, d.uri, d.mime, d.sha256, d.size_bytes, d.groups, d.metadata, d.generation,
    coalesce(l.chunk_count, 0), d.updated_at
"""

_PLACED: Final = """
    forebay.documents d left join forebay.placements l on l.document_id = d.id and l.index_id = %(index)s::uuid
"""

DOCUMENT: Final = f"""
    select {_DOCUMENT} from {_PLACED}
    where {_READABLE} and d.source_id = %(source)s
"""

DOCUMENTS: Final = f"""
    select {_DOCUMENT} from {_PLACED}
    where {_READABLE} and d.source_id > %(after)s
    order by d.source_id limit %(limit)s
"""


def narrowed(question: str, wants: Condition | None) -> tuple[str, Mapping[str, Any]]:
    """Return the question for what is wanted alone, and what is to be bound to it."""
    if wants is None:
        return question, {}
    condition, bound = to_sql(wants, _COLUMNS)
    return question.replace(WANTED, condition), bound


def corpus(row: Row) -> Corpus:
    """Read a row that starts with a corpus and its live index."""
    identifier, name, version, documents, size, settings, index, number, chunks, collection, made_with = row[:11]
    cutting, embedding = made_with["chunking"], made_with["embedding"]
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
        model=Model(role=embedding["role"], name=embedding["name"], version=embedding["version"]),
        collection=collection,
    )


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
