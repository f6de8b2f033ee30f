"""Corpora and their indexes in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chassis.errors import Aborted
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking, Corpus, EmbeddingModel, Index, IndexSettings, IndexState, Lexical
from ingestion.postgres.calls import Connection, Pool, call
from ingestion.postgres.writer import Writer

__all__ = ["CORPUS", "PostgresCorpora", "corpus_of", "corpus_with"]

CORPUS = """
select c.id, c.tenant, c.name, c.settings, c.version, c.document_count, c.byte_total,
    i.id as index_id, i.number, i.settings as index_settings, i.collection, i.state, i.chunk_count
from forebay.corpora c join forebay.indexes i on i.corpus_id = c.id and i.state = 'live'
where c.deleted_at is null
"""
BY_NAME = f"{CORPUS} and c.tenant = %s and c.name = %s"
BY_ID = f"{CORPUS} and c.id = %s"
PAGE = f"{CORPUS} and c.id > %s order by c.id limit %s"
VERSIONS = "select id, version from forebay.corpora where id = any(%s) and deleted_at is null"
COLLECTIONS = """
select distinct collection, (settings #>> '{embedding,dimension}')::int as dimension
from forebay.indexes where state <> 'dropping'
"""
ADD = "insert into forebay.corpora (id, tenant, name, settings) values (%s, %s, %s, %s)"
ADD_INDEX = """
insert into forebay.indexes (id, corpus_id, number, settings, collection, state, switches)
values (%s, %s, %s, %s, %s, %s, %s)
"""
CHANGE = """
update forebay.corpora set settings = %s, version = version + 1, updated_at = now()
where id = %s and deleted_at is null returning version
"""
DELETE = "update forebay.corpora set deleted_at = now() where id = %s and deleted_at is null"


class PostgresCorpora:
    """The book of corpora."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def find(self, tenant: str, name: str) -> Corpus | None:
        """Return the corpus as it is now, or None."""
        async with call("find corpus", self._seconds), self._pool.connection() as connection:
            return await _one(connection, BY_NAME, tenant, name)

    async def add(self, corpus: Corpus) -> bool:
        """Write it down with its index; return False when the name is taken."""
        try:
            async with self._writer.transaction("add corpus") as connection:
                await connection.execute(ADD, [corpus.id, corpus.tenant, corpus.name, _settings(corpus.settings)])
                await add_index(connection, corpus.id, corpus.index)
        except Aborted:
            return False
        return True

    async def change(self, corpus: UUID, settings: CorpusSettings) -> int | None:
        """Write other settings down; return the version from then on, or None when the corpus is gone."""
        async with self._writer.transaction("change corpus") as connection:
            row = await (await connection.execute(CHANGE, [_settings(settings), corpus])).fetchone()
        return None if row is None else int(row["version"])

    async def delete(self, corpus: UUID) -> bool:
        """Make the corpus disappear for readers and writers; return False when it is gone already."""
        async with self._writer.transaction("delete corpus") as connection:
            return (await connection.execute(DELETE, [corpus])).rowcount == 1

    async def page(self, after: UUID, most: int) -> Sequence[Corpus]:
        """Return the corpora with the next ids."""
        async with call("list corpora", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(PAGE, [after, most])).fetchall()
        return [corpus_of(row) for row in rows]

    async def versions(self, corpora: Collection[UUID]) -> Mapping[UUID, int]:
        """Return the versions of those that there are, once whatever was begun by this writer has ended.

        They are read in the session that writes: a commit that was given up has ended when it can be had.
        """
        async with self._writer.transaction("read versions") as connection:
            rows = await (await connection.execute(VERSIONS, [list(corpora)])).fetchall()
        return {row["id"]: row["version"] for row in rows}

    async def ping(self) -> None:
        """Raise `Unavailable` when PostgreSQL does not answer."""
        async with call("ping", 2.0), self._pool.connection() as connection:
            await connection.execute("select 1")

    async def collections(self) -> list[tuple[str, int]]:
        """Return every collection that an index points to, and its dimension."""
        async with call("list collections", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(COLLECTIONS)).fetchall()
        return [(row["collection"], row["dimension"]) for row in rows]


async def corpus_with(connection: Connection, corpus: UUID) -> Corpus | None:
    """Return the corpus with that id as it is now, or None."""
    return await _one(connection, BY_ID, corpus)


async def add_index(connection: Connection, corpus: UUID, index: Index, *, switches: bool = False) -> None:
    """Write an index down. Runs inside the caller's transaction."""
    settings = Jsonb(asdict(index.settings))
    values = [index.id, corpus, index.number, settings, index.collection, index.state.value, switches]
    await connection.execute(ADD_INDEX, values)


async def _one(connection: Connection, question: str, *values: object) -> Corpus | None:
    row = await (await connection.execute(question, values)).fetchone()
    return None if row is None else corpus_of(row)


def _settings(settings: CorpusSettings) -> Jsonb:
    return Jsonb(settings.model_dump(mode="json"))


def corpus_of(row: dict[str, Any]) -> Corpus:
    """Read a corpus from a row of `CORPUS`."""
    return Corpus(
        id=row["id"],
        tenant=row["tenant"],
        name=row["name"],
        settings=CorpusSettings.model_validate(row["settings"]),
        index=index_of(row["index_id"], row["index_settings"], row),
        version=row["version"],
        documents=row["document_count"],
        size=row["byte_total"],
    )


def index_of(identifier: UUID, settings: dict[str, Any], row: dict[str, Any]) -> Index:
    """Read an index from a row that holds one."""
    return Index(
        id=identifier,
        number=row["number"],
        settings=IndexSettings(
            chunking=Chunking(**settings["chunking"]),
            embedding=EmbeddingModel(**settings["embedding"]),
            lexical=Lexical(**settings["lexical"]),
        ),
        collection=row["collection"],
        state=IndexState(row["state"]),
        chunks=row["chunk_count"],
    )
