"""Corpora in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from psycopg.types.json import Jsonb

from chassis.errors import Aborted
from ingestion.corpora.words import Chunking, Corpus, CorpusSettings, EmbeddingModel, Lexical
from ingestion.postgres.calls import Pool, call
from ingestion.postgres.writer import Writer

__all__ = ["PostgresCorpora"]

FIND = "select * from forebay.corpora where tenant = %s and name = %s"
COLLECTIONS = (
    "select distinct collection, (settings #>> '{embedding,dimension}')::int as dimension from forebay.corpora"
)
ADD = "insert into forebay.corpora (id, tenant, name, settings, collection) values (%s, %s, %s, %s, %s)"


class PostgresCorpora:
    """The book of corpora."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def find(self, tenant: str, name: str) -> Corpus | None:
        """Return the corpus as it is now, or None."""
        async with call("find corpus", self._seconds), self._pool.connection() as connection:
            row = await (await connection.execute(FIND, [tenant, name])).fetchone()
        return None if row is None else _corpus(row)

    async def add(self, corpus: Corpus) -> bool:
        """Write it down; return False when the name is taken."""
        values = [corpus.id, corpus.tenant, corpus.name, Jsonb(asdict(corpus.settings)), corpus.collection]
        try:
            async with self._writer.transaction("add corpus") as connection:
                await connection.execute(ADD, values)
        except Aborted:
            return False
        return True

    async def ping(self) -> None:
        """Raise `Unavailable` when PostgreSQL does not answer."""
        async with call("ping", 2.0), self._pool.connection() as connection:
            await connection.execute("select 1")

    async def collections(self) -> list[tuple[str, int]]:
        """Return every collection that a corpus points to, and its dimension."""
        async with call("list collections", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(COLLECTIONS)).fetchall()
        return [(row["collection"], row["dimension"]) for row in rows]


def _corpus(row: dict[str, Any]) -> Corpus:
    settings = row["settings"]
    return Corpus(
        id=row["id"],
        tenant=row["tenant"],
        name=row["name"],
        settings=CorpusSettings(
            chunking=Chunking(**settings["chunking"]),
            embedding=EmbeddingModel(**settings["embedding"]),
            lexical=Lexical(**settings["lexical"]),
        ),
        collection=row["collection"],
        version=row["version"],
        documents=row["document_count"],
        chunks=row["chunk_count"],
    )
