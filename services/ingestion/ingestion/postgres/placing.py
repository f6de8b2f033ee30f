"""What an index has of each document: put in place, and taken out again, with everything that is counted of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from ingestion.committing.words import Batch, Draft
from ingestion.postgres.calls import Connection
from ingestion.postgres.lexicon import count_in, count_out, integers

__all__ = ["place", "retire"]

PLACED = "select index_id, document_id from forebay.placements where document_id = any(%s)"
TAKE = """
with taken as (
    delete from forebay.placements p using unnest(%s::uuid[], %s::uuid[]) as gone (index_id, document_id)
    where p.index_id = gone.index_id and p.document_id = gone.document_id returning p.*
), kept as (
    insert into forebay.surplus (document_id, generation, collection, chunk_count)
    select t.document_id, t.generation, i.collection, t.chunk_count
    from taken t join forebay.indexes i on i.id = t.index_id
)
select index_id, document_id, generation, chunk_count, term_total from taken
"""
PLACE = """
insert into forebay.placements
    (index_id, document_id, generation, source_generation, pipeline, chunk_count, term_total, parser, parser_version,
    written_by)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
COPY = """
copy forebay.chunks
    (document_id, generation, ordinal, text, headings, start_offset, end_offset, tokens, terms, term_ids)
from stdin
"""
COUNT = """
update forebay.indexes set chunk_count = chunk_count + %s, term_total = term_total + %s, updated_at = now()
where id = %s
"""


async def retire(connection: Connection, batch: Batch) -> None:
    """Take out what the batch replaces, in the index that it is for, and what it removes, in every index."""
    pairs = [(draft.index.id, draft.id) for draft in batch.drafts if draft.replaces is not None]
    if removed := [removal.known.id for removal in batch.removals]:
        rows = await (await connection.execute(PLACED, [removed])).fetchall()
        pairs += [(row["index_id"], row["document_id"]) for row in rows]
    if pairs:
        await take(connection, pairs)


async def take(connection: Connection, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Take these documents out of these indexes; their chunks become surplus."""
    columns = [list(column) for column in zip(*pairs, strict=True)]
    taken = await (await connection.execute(TAKE, columns)).fetchall()
    if taken:
        await count_out(connection, [(row["index_id"], row["document_id"], row["generation"]) for row in taken])
        await _count(connection, ((row["index_id"], -row["chunk_count"], -row["term_total"]) for row in taken))


async def place(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Put the drafts in place, with their chunks."""
    async with connection.cursor() as cursor:
        await cursor.executemany(PLACE, [_placement(draft) for draft in drafts])
        async with cursor.copy(COPY) as copy:
            for draft in drafts:
                for row in _chunks(draft):
                    await copy.write_row(row)
    await count_in(connection, drafts)
    await _count(connection, ((draft.index.id, len(draft.chunks), draft.terms) for draft in drafts))


async def _count(connection: Connection, changes: Iterable[tuple[UUID, int, int]]) -> None:
    chunks: Counter[UUID] = Counter()
    terms: Counter[UUID] = Counter()
    for index, chunk_count, term_total in changes:
        chunks[index] += chunk_count
        terms[index] += term_total
    for index in chunks:
        await connection.execute(COUNT, [chunks[index], terms[index], index])


def _placement(draft: Draft) -> tuple[object, ...]:
    return (
        *(draft.index.id, draft.id, draft.generation, draft.source_generation),
        *(draft.pipeline, len(draft.chunks), draft.terms, draft.parser.name, draft.parser.version, draft.by),
    )


def _chunks(draft: Draft) -> list[tuple[object, ...]]:
    return [
        (
            *(draft.id, draft.generation, chunk.ordinal, chunk.text, list(chunk.headings), chunk.start, chunk.end),
            *(chunk.tokens, chunk.terms, integers(chunk.term_ids)),
        )
        for chunk in draft.chunks
    ]
