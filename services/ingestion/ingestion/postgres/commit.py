"""The transaction that makes a batch visible.

Every statement says what it expects, and the batch fails as a whole when one finds something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chassis.errors import Aborted
from ingestion.committing.words import Batch, Draft, Known, Removal
from ingestion.postgres.calls import Connection
from ingestion.postgres.lexicon import count_in, count_out, integers

__all__ = ["commit"]

CONFIRM = """
delete from forebay.surplus s using unnest(%s::uuid[], %s::bigint[]) as ours (document_id, generation)
where s.document_id = ours.document_id and s.generation = ours.generation and not s.claimed
"""
ADD = """
insert into forebay.documents (id, corpus_id, tenant, source_id, title, uri, mime, sha256, size_bytes, fingerprint,
    groups, metadata, generation, chunk_count, term_total)
values (%(id)s, %(corpus_id)s, %(tenant)s, %(source_id)s, %(title)s, %(uri)s, %(mime)s, %(sha256)s, %(size_bytes)s,
    %(fingerprint)s, %(groups)s, %(metadata)s, %(generation)s, %(chunk_count)s, %(term_total)s)
"""
REPLACE = """
update forebay.documents set title = %(title)s, uri = %(uri)s, mime = %(mime)s, sha256 = %(sha256)s,
    size_bytes = %(size_bytes)s, fingerprint = %(fingerprint)s, groups = %(groups)s, metadata = %(metadata)s,
    generation = %(generation)s, chunk_count = %(chunk_count)s, term_total = %(term_total)s, updated_at = now()
where id = %(id)s and generation = %(replaces)s
"""
REMOVE = """
delete from forebay.documents d using unnest(%s::uuid[], %s::bigint[]) as gone (id, generation)
where d.id = gone.id and d.generation = gone.generation
"""
RETIRE = """
insert into forebay.surplus (document_id, generation, collection, chunk_count)
select * from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::int[])
"""
COPY = """
copy forebay.chunks
    (document_id, generation, ordinal, text, headings, start_offset, end_offset, tokens, terms, term_ids)
from stdin
"""
RAISE = """
update forebay.corpora set version = version + 1, document_count = document_count + %(documents)s,
    chunk_count = chunk_count + %(chunks)s, term_total = term_total + %(terms)s, updated_at = now()
where id = %(id)s returning version
"""


async def commit(connection: Connection, batch: Batch) -> Mapping[UUID, int]:
    """Return the new version of each corpus. Runs inside the caller's transaction."""
    retired = [(draft.corpus, draft.replaces) for draft in batch.drafts if draft.replaces]
    retired += [(removal.corpus, removal.known) for removal in batch.removals]
    if batch.drafts:
        await _write(connection, batch.drafts)
    if batch.removals:
        await _remove(connection, batch.removals)
    if retired:
        await count_out(connection, [(corpus.id, known.id, known.generation) for corpus, known in retired])
        await connection.execute(
            RETIRE,
            [
                [known.id for _, known in retired],
                [known.generation for _, known in retired],
                [corpus.collection for corpus, _ in retired],
                [known.chunks for _, known in retired],
            ],
        )
    return {corpus.id: await _raise(connection, corpus.id, batch) for corpus in batch.corpora}


async def _write(connection: Connection, drafts: Sequence[Draft]) -> None:
    keys = [[draft.id for draft in drafts], [draft.generation for draft in drafts]]
    await _all(connection, CONFIRM, keys, len(drafts))
    async with connection.cursor() as cursor:
        if new := [_columns(draft) for draft in drafts if draft.replaces is None]:
            await cursor.executemany(ADD, new)
        if changed := [_columns(draft) for draft in drafts if draft.replaces is not None]:
            await cursor.executemany(REPLACE, changed)
            if cursor.rowcount != len(changed):
                raise Aborted("a document was changed by somebody else meanwhile")
        async with cursor.copy(COPY) as copy:
            for draft in drafts:
                for row in _chunks(draft):
                    await copy.write_row(row)
    await count_in(connection, drafts)


async def _remove(connection: Connection, removals: Sequence[Removal]) -> None:
    keys = [[removal.known.id for removal in removals], [removal.known.generation for removal in removals]]
    await _all(connection, REMOVE, keys, len(removals))


async def _all(connection: Connection, statement: str, values: Sequence[object], expected: int) -> None:
    if (await connection.execute(statement, values)).rowcount != expected:
        raise Aborted("a document was changed by somebody else meanwhile")


async def _raise(connection: Connection, corpus: UUID, batch: Batch) -> int:
    change: Counter[str] = Counter()
    for draft in (draft for draft in batch.drafts if draft.corpus.id == corpus):
        change.update(documents=1, chunks=len(draft.chunks), terms=draft.terms)
        if draft.replaces:
            change.subtract(_counts(draft.replaces))
    for removal in (removal for removal in batch.removals if removal.corpus.id == corpus):
        change.subtract(_counts(removal.known))
    values = {"id": corpus, "documents": change["documents"], "chunks": change["chunks"], "terms": change["terms"]}
    row = await (await connection.execute(RAISE, values)).fetchone()
    if row is None:
        raise Aborted("the corpus is gone")
    version: int = row["version"]
    return version


def _counts(known: Known) -> dict[str, int]:
    return {"documents": 1, "chunks": known.chunks, "terms": known.terms}


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "corpus_id": draft.corpus.id,
        "tenant": draft.corpus.tenant,
        "source_id": draft.source_id,
        "title": draft.title,
        "uri": draft.uri,
        "mime": draft.mime,
        "sha256": draft.sha256,
        "size_bytes": draft.size,
        "fingerprint": draft.fingerprint,
        "groups": list(draft.groups),
        "metadata": Jsonb(dict(draft.metadata)),
        "generation": draft.generation,
        "chunk_count": len(draft.chunks),
        "term_total": draft.terms,
        "replaces": draft.replaces.generation if draft.replaces else None,
    }


def _chunks(draft: Draft) -> list[tuple[object, ...]]:
    return [
        (
            *(draft.id, draft.generation, chunk.ordinal, chunk.text, list(chunk.headings), chunk.start, chunk.end),
            *(chunk.tokens, chunk.terms, integers(chunk.term_ids)),
        )
        for chunk in draft.chunks
    ]
