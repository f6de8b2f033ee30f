"""The ledger at one moment: one transaction that reads the same however long it takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from chassis.errors import NotFound
from ingestion.backup.words import Document, Held, Record, SavedCorpus, Signature
from ingestion.postgres.calls import Connection, Pool, call

__all__ = ["PostgresSource"]

PORTION: Final = 500

STILL: Final = "set transaction isolation level repeatable read, read only"
NOW: Final = "select now() as now"
CORPORA: Final = """
select c.id, c.tenant, c.name, c.version, c.settings, i.settings as index, i.collection
from forebay.corpora c join forebay.indexes i on i.corpus_id = c.id and i.state = 'live'
where c.deleted_at is null and c.tenant = %(tenant)s and (c.name = any(%(names)s) or %(names)s::text[] = '{}')
order by c.name
"""
DOCUMENTS: Final = """
select d.source_id, d.title, d.uri, d.mime, d.sha256, d.size_bytes, d.fingerprint, d.groups, d.metadata, d.generation,
    d.written_by, d.created_at, d.updated_at, s.written_by as signed_by, s.characters, s.signature, s.bands
from forebay.documents d left join forebay.signatures s on s.document_id = d.id
where d.corpus_id = %s order by d.source_id
"""
HELD: Final = """
select source_id, title, uri, mime, sha256, size_bytes, groups, metadata, findings, near_duplicate_of, written_by, since
from forebay.quarantine where corpus_id = %s order by source_id
"""
NEEDS: Final = """
select exists (select from forebay.documents
        where corpus_id = %(corpus)s and source_id = %(source)s and sha256 = %(digest)s)
    or exists (select from forebay.quarantine
        where corpus_id = %(corpus)s and source_id = %(source)s and sha256 = %(digest)s) as needs
"""


class PostgresMoment:
    """Reads in one transaction."""

    def __init__(self, connection: Connection, taken_at: datetime) -> None:
        self.taken_at = taken_at
        self._connection = connection

    async def corpora(self, tenant: str, names: Sequence[str]) -> Sequence[SavedCorpus]:
        """Return the tenant's corpora of these names, or all of them when none is given; raise `NotFound`."""
        asked = {"tenant": tenant, "names": list(names)}
        rows = await (await self._connection.execute(CORPORA, asked)).fetchall()
        if missing := sorted(set(names) - {row["name"] for row in rows}):
            raise NotFound(f"{tenant} has no corpus named {missing[0]}", reason="UNKNOWN_CORPUS")
        if not rows:
            raise NotFound(f"{tenant} has no corpus", reason="UNKNOWN_CORPUS")
        return [SavedCorpus.model_validate(row) for row in rows]

    async def records(self, corpus: UUID) -> AsyncIterator[Sequence[Record]]:
        """Yield what the corpus holds, in portions."""
        for name, question, read in (("documents", DOCUMENTS, _document), ("held", HELD, Held.model_validate)):
            async with self._connection.cursor(name) as cursor:
                await cursor.execute(question, [corpus])
                while rows := await cursor.fetchmany(PORTION):
                    yield [read(row) for row in rows]


class PostgresSource:
    """Reads what is to be saved."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[PostgresMoment]:
        """Hold a moment still for as long as the block lasts."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(STILL)
            (row,) = await (await connection.execute(NOW)).fetchall()
            yield PostgresMoment(connection, row["now"])

    async def needs(self, corpus: UUID, record: Record) -> bool:
        """Tell whether the corpus has the record's content now."""
        asked = {"corpus": corpus, "source": record.source_id, "digest": record.sha256}
        async with call("find references", self._seconds), self._pool.connection() as connection:
            row = await (await connection.execute(NEEDS, asked)).fetchone()
        return bool(row and row["needs"])


def _document(row: DictRow) -> Document:
    signed_by, characters = row.pop("signed_by"), row.pop("characters")
    signature, bands = row.pop("signature"), row.pop("bands")
    signed = signature is not None and Signature(
        written_by=signed_by, characters=characters, signature=bytes(signature).hex(), bands=tuple(bands)
    )
    return Document.model_validate({**row, "signature": signed or None})
