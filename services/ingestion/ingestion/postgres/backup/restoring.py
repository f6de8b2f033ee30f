"""Restored corpora: written in one transaction, beside the writer, which knows nothing of them until they are there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from chassis.errors import AlreadyExists
from ingestion.backup.words import Document, Held, Record, SavedCorpus
from ingestion.erasing.words import name_of
from ingestion.postgres.calls import Connection, Pool, call
from ingestion.postgres.lexicon import integers

__all__ = ["PostgresTarget"]

LONGEST: Final = 3600.0
"""Seconds that one corpus may take."""

TAKEN: Final = "select name from forebay.corpora where tenant = %s and name = any(%s) and deleted_at is null"
ERASED: Final = """
select document, max(finished_at) as last from forebay.erasures
where corpus_id = %s and document = any(%s) and finished_at is not null group by document
"""
# A version that no cache has seen under this name: one counts commits, and a second has fewer than a thousand.
CORPUS: Final = """
insert into forebay.corpora (id, tenant, name, settings, version)
values (%s, %s, %s, %s, greatest(%s, (extract(epoch from now()) * 1000)::bigint))
"""
INDEX: Final = """
insert into forebay.indexes (id, corpus_id, number, settings, collection, state, incomplete)
values (%s, %s, 1, %s, %s, 'live', true)
"""
COUNT: Final = "update forebay.corpora set document_count = %s, byte_total = %s where id = %s"
DOCUMENT: Final = """
insert into forebay.documents (id, corpus_id, tenant, source_id, title, uri, mime, sha256, size_bytes, fingerprint,
    groups, metadata, generation, written_by, created_at, updated_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
SIGNATURE: Final = """
insert into forebay.signatures (document_id, corpus_id, written_by, characters, signature, bands)
values (%s, %s, %s, %s, %s, %s)
"""
HELD: Final = """
insert into forebay.quarantine (corpus_id, source_id, title, uri, mime, sha256, size_bytes, groups, metadata, findings,
    near_duplicate_of, written_by, since)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class PostgresTarget:
    """Writes restored corpora."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def taken(self, tenant: str, names: Sequence[str]) -> Sequence[str]:
        """Return those of the names that the tenant has a corpus of."""
        async with call("find corpora", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(TAKEN, [tenant, list(names)])).fetchall()
        return [row["name"] for row in rows]

    async def erased(self, corpus: UUID, source_ids: Sequence[str]) -> Mapping[str, datetime]:
        """Return when those of the documents that were ever erased were so last."""
        names = {name_of(corpus, source_id): source_id for source_id in source_ids}
        async with call("find erasures", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(ERASED, [corpus, list(names)])).fetchall()
        return {names[row["document"]]: row["last"] for row in rows}

    async def restore(self, corpus: SavedCorpus, records: AsyncIterator[Sequence[Record]]) -> int:
        """Write the corpus with its records, all at once, and return how many documents."""
        restored, documents, size = uuid4(), 0, 0
        async with call("restore corpus", LONGEST), self._pool.connection() as connection, connection.transaction():
            await _begin(connection, restored, corpus)
            async for portion in records:
                visible = [record for record in portion if isinstance(record, Document)]
                await _documents(connection, restored, corpus.tenant, visible)
                await _held(connection, restored, [record for record in portion if isinstance(record, Held)])
                documents, size = documents + len(visible), size + sum(one.size_bytes for one in visible)
            await connection.execute(COUNT, [documents, size, restored])
        return documents


async def _begin(connection: Connection, restored: UUID, corpus: SavedCorpus) -> None:
    try:
        values = [restored, corpus.tenant, corpus.name, Jsonb(corpus.settings), corpus.version + 1]
        await connection.execute(CORPUS, values)
    except psycopg.errors.UniqueViolation:
        raise AlreadyExists(f"{corpus.tenant} has got a corpus {corpus.name} meanwhile") from None
    own = corpus.settings.get("own_collection", False)
    collection = corpus.collection.replace(corpus.id.hex, restored.hex) if own else corpus.collection
    await connection.execute(INDEX, [uuid4(), restored, Jsonb(corpus.index), collection])


async def _documents(connection: Connection, corpus: UUID, tenant: str, documents: Sequence[Document]) -> None:
    ids = [uuid4() for _ in documents]
    rows = [
        (
            *(key, corpus, tenant, one.source_id, one.title, one.uri, one.mime, one.sha256, one.size_bytes),
            *(one.fingerprint, list(one.groups), Jsonb(one.metadata), one.generation, one.written_by),
            *(one.created_at, one.updated_at),
        )
        for key, one in zip(ids, documents, strict=True)
    ]
    signatures = [
        (key, corpus, signed.written_by, signed.characters, bytes.fromhex(signed.signature), integers(signed.bands))
        for key, one in zip(ids, documents, strict=True)
        if (signed := one.signature)
    ]
    async with connection.cursor() as cursor:
        await cursor.executemany(DOCUMENT, rows)
        await cursor.executemany(SIGNATURE, signatures)


async def _held(connection: Connection, corpus: UUID, held: Sequence[Held]) -> None:
    rows = [
        (
            *(corpus, one.source_id, one.title, one.uri, one.mime, one.sha256, one.size_bytes, list(one.groups)),
            *(Jsonb(one.metadata), Jsonb(one.findings), one.near_duplicate_of, one.written_by, one.since),
        )
        for one in held
    ]
    async with connection.cursor() as cursor:
        await cursor.executemany(HELD, rows)
