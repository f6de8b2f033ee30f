"""The question to PostgreSQL, and how its row is read. Tenant and groups stand in it, as in every other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from retrieval.lineage.words import CHUNKER, ChunkOrigin, Lineage, Tool
from retrieval.records import Model

__all__ = ["ORIGIN", "origin"]

ORIGIN: Final = """
    select d.source_id, l.source_generation, d.sha256, d.size_bytes, d.mime, d.uri, i.number, l.generation,
        l.parser, l.parser_version, l.pipeline, l.written_by, l.written_at, d.updated_at, i.settings,
        c.ordinal, c.start_offset, c.end_offset, c.headings, c.tokens
    from forebay.documents d
    join forebay.placements l on l.document_id = d.id and l.index_id = %(index)s::uuid
    join forebay.indexes i on i.id = l.index_id
    left join forebay.chunks c
        on c.document_id = d.id and c.generation = l.generation and c.ordinal = %(ordinal)s::integer
    where d.corpus_id = %(corpus)s::uuid and d.tenant = %(tenant)s and d.groups && %(groups)s::text[]
        and d.source_id = %(source)s
"""


def origin(row: Sequence[Any]) -> Lineage:
    """Read a row."""
    source, document, sha256, size, mime, uri, number, chunks = row[:8]
    parser, version, pipeline, by, written, committed, made_with = row[8:15]
    model = made_with["embedding"]
    return Lineage(
        document_id=source,
        document_generation=document,
        sha256=sha256,
        size_bytes=size,
        mime_type=mime,
        uri=uri,
        index=number,
        chunk_generation=chunks,
        parser=Tool(parser, version),
        chunker=Tool(CHUNKER, pipeline),
        max_tokens=made_with["chunking"]["max_tokens"],
        analyser=made_with["lexical"]["analyser"],
        model=Model(role=model["role"], name=model["name"], version=model["version"]),
        written_by=by,
        written=written,
        committed=committed,
        chunk=_chunk(row[15:20]),
    )


def _chunk(row: Sequence[Any]) -> ChunkOrigin | None:
    ordinal, start, end, headings, tokens = row
    return None if ordinal is None else ChunkOrigin(ordinal, start, end, tuple(headings), tokens)
