"""Every question to PostgreSQL. `docs/storage.md` says what the columns mean, `…rows` how answers are read.

Tenant and groups stand in each of them: what may not be read does not leave the database.
"""

from __future__ import annotations

# ruff: noqa: S608 - constants are joined, once; every value is bound by the driver
from collections.abc import Mapping
from typing import Any, Final

from chassis.filters import Columns, Condition
from chassis.filters import sql as to_sql

_CORPUS: Final = """
    c.id, c.name, c.version, c.document_count, c.byte_total, c.settings,
    i.id, i.number, i.chunk_count, i.collection, i.settings
"""

_LIVE: Final = """
    forebay.corpora c join forebay.indexes i on i.corpus_id = c.id and i.state = 'live'
"""

_NUMBERED: Final = """
    forebay.corpora c join forebay.indexes i on i.corpus_id = c.id
        and (i.number = %(number)s or %(number)s = 0 and i.state = 'live') and i.state <> 'dropping'
"""

_OURS: Final = "c.tenant = %(tenant)s and c.deleted_at is null"

CORPORA: Final = f"select {_CORPUS} from {_LIVE} where {_OURS} order by c.name"

OPENED: Final = f"""
    select {_CORPUS}, l.terms, l.counts
    from {_NUMBERED} left join lateral (
        select array_agg(term_id) as terms, array_agg(df) as counts
        from forebay.lexicon where index_id = i.id and term_id = any(%(terms)s::integer[])
    ) l on true
    where {_OURS} and c.name = %(name)s
"""

INDEXES: Final = f"""
    select i.number, i.state, i.settings, i.chunk_count, i.switches, i.created_at, (
        select count(*) from forebay.placements p
        join forebay.documents d on d.id = p.document_id and d.generation = p.source_generation
        where p.index_id = i.id
    ), (
        select count(*) from forebay.index_failures f
        join forebay.documents d on d.id = f.document_id and d.generation = f.generation
        where f.index_id = i.id
    )
    from forebay.corpora c join forebay.indexes i on i.corpus_id = c.id
    where {_OURS} and c.name = %(name)s order by i.number
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
    join forebay.documents d on d.id = l.document_id and d.generation = l.source_generation
    left join forebay.chunks c
        on c.document_id = p.document and c.generation = p.generation
        and c.ordinal = case when p.shown then p.ordinal end
    where {_READABLE}
"""

REPLACED: Final = f"""
    select exists (
        select from unnest(%(documents)s::uuid[], %(generations)s::bigint[]) as p(document, generation)
        join forebay.placements l
            on l.index_id = %(index)s::uuid and l.document_id = p.document and l.generation > p.generation
        join forebay.documents d on d.id = l.document_id and d.generation = l.source_generation
        where {_READABLE}
    )
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
