"""The catalogue of what ingestion committed: questions in `retrieval.postgres.sql`, answers read by `…rows`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from chassis import names
from chassis.deadline import remaining
from chassis.errors import DeadlineExceeded, NotFound, Unavailable
from chassis.stores.connections import connections as pooled
from chassis.telemetry import client_span
from retrieval.lineage import question
from retrieval.lineage.words import Lineage
from retrieval.postgres import rows as read
from retrieval.postgres import sql
from retrieval.records import Chunk, Corpus, Document, Index, Place, Reader, Sight
from retrieval.settings import RetrievalSettings, StoreSettings

Pool = AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]

_RETRY_AFTER: Final = 1.0
_PATIENCE: Final = 1.0
"""Seconds to wait for a free connection: longer, and the server is away or there are too few of them."""

_OPTIONS: Final = "-c default_transaction_read_only=on -c jit=off -c statement_timeout=60s"


class Postgres:
    """Reads what ingestion committed."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def opened(
        self, tenant: str, name: str, terms: Sequence[int], number: int = 0
    ) -> tuple[Corpus, Mapping[int, int]]:
        """Return the corpus with that index, or its live one, and how many of the chunks hold each term."""
        asking = {"tenant": tenant, "name": name, "terms": list(terms), "number": number}
        rows = await self._rows("open corpus", sql.OPENED, asking)
        if not rows and number:
            raise NotFound(f"there is no corpus {name!r} with an index {number}", reason="UNKNOWN_INDEX")
        if not rows:
            raise NotFound(f"there is no corpus {name!r}", reason="UNKNOWN_CORPUS")
        return read.corpus(rows[0]), read.frequencies(rows[0])

    async def seen(
        self, reader: Reader, corpus: Corpus, places: Sequence[Place], shown: Container[Place]
    ) -> Mapping[Place, Sight]:
        """Return what the reader may see of those places; the text only of those that are to be shown."""
        asking = {
            "documents": [place.document for place in places],
            "generations": [place.generation for place in places],
            "ordinals": [place.ordinal for place in places],
            "shown": [place in shown for place in places],
        }
        rows = await self._read("see what was found", sql.FOUND, asking, reader, corpus)
        found = ((places[row[0] - 1], row) for row in rows)
        return {place: read.sight(row, place) for place, row in found}

    async def replaced(self, reader: Reader, corpus: Corpus, places: Sequence[Place]) -> bool:
        """Tell whether the reader may see a newer generation of a document than the one at its place."""
        asking = {
            "documents": [place.document for place in places],
            "generations": [place.generation for place in places],
        }
        return bool((await self._read("look for newer", sql.REPLACED, asking, reader, corpus))[0][0])

    async def corpora(self, tenant: str) -> list[Corpus]:
        """Return the tenant's corpora by name."""
        return [read.corpus(row) for row in await self._rows("list corpora", sql.CORPORA, {"tenant": tenant})]

    async def indexes(self, tenant: str, name: str) -> list[Index]:
        """Return the indexes of a corpus by number; none when there is no such corpus."""
        asking = {"tenant": tenant, "name": name}
        return [read.index(row) for row in await self._rows("list indexes", sql.INDEXES, asking)]

    async def chunks_at(self, reader: Reader, corpus: Corpus, at: Sequence[tuple[str, int]]) -> list[Chunk]:
        """Return the visible chunks at (caller's id of the document, ordinal), in the order asked."""
        asking = {"sources": [source for source, _ in at], "ordinals": [ordinal for _, ordinal in at]}
        rows = await self._read("read chunks", sql.ASKED, asking, reader, corpus)
        return [read.chunk(row) for row in rows]

    async def document(self, reader: Reader, corpus: Corpus, source: str) -> Document | None:
        """Return the document with the caller's id, if the reader may see it."""
        rows = await self._read("read document", sql.DOCUMENT, {"source": source}, reader, corpus)
        return read.document(rows[0]) if rows else None

    async def documents(self, reader: Reader, corpus: Corpus, after: str, limit: int) -> list[Document]:
        """Return the next documents after the caller's id, by id."""
        asking = {"after": after, "limit": limit}
        rows = await self._read("list documents", sql.DOCUMENTS, asking, reader, corpus)
        return [read.document(row) for row in rows]

    async def origin(self, reader: Reader, corpus: Corpus, source: str, ordinal: int | None) -> Lineage | None:
        """Return where the document with the caller's id comes from, if the reader may see it."""
        asking = {"source": source, "ordinal": ordinal} | _reading(reader, corpus)
        rows = await self._rows("trace document", question.ORIGIN, asking)
        return question.origin(rows[0]) if rows else None

    async def ping(self) -> None:
        """Raise `Unavailable` when PostgreSQL does not answer."""
        await self._rows("ping", "select 1", {})

    async def _read(
        self, step: str, question: str, asking: Mapping[str, Any], reader: Reader, corpus: Corpus
    ) -> list[tuple[Any, ...]]:
        """Ask for what the reader may read and wants."""
        question, wanted = sql.narrowed(question, reader.wants)
        return await self._rows(step, question, {**asking, **_reading(reader, corpus), **wanted})

    async def _rows(self, step: str, question: str, asking: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        left = remaining()
        try:
            with client_span(step, "postgres", {names.DB_SYSTEM: "postgresql"}) as span:
                async with asyncio.timeout(self._seconds if left is None else min(left, self._seconds)):
                    rows = await self._twice(question, asking)
                span.set_attribute(names.DB_ROWS, len(rows))
                return rows
        except (TimeoutError, PoolTimeout):
            if remaining() == 0:
                raise DeadlineExceeded("the time given was not enough to read") from None
            raise Unavailable("the catalogue does not answer in time", retry_after=_RETRY_AFTER) from None
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolClosed):
            raise Unavailable("the catalogue is away", retry_after=_RETRY_AFTER) from None

    async def _twice(self, question: str, asking: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask; after a restart of the server every connection is dead, and reading may be repeated."""
        try:
            return await self._once(question, asking)
        except PoolTimeout:
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError):
            await self._pool.check()
            return await self._once(question, asking)

    async def _once(self, question: str, asking: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(question, asking, prepare=True)
            return await cursor.fetchall()


def _reading(reader: Reader, corpus: Corpus) -> dict[str, Any]:
    return {"tenant": reader.tenant, "groups": sorted(reader.groups), "corpus": corpus.id, "index": corpus.index}


@asynccontextmanager
async def postgres(stores: StoreSettings, settings: RetrievalSettings) -> AsyncIterator[Postgres]:
    """Open the catalogue; PostgreSQL may come later."""
    async with connections(stores, settings) as pool:
        yield Postgres(pool, settings.postgres_timeout)


@asynccontextmanager
async def connections(stores: StoreSettings, settings: RetrievalSettings) -> AsyncIterator[Pool]:
    """Open a pool of connections that cannot write."""
    size = settings.postgres_connections
    async with pooled(
        stores.postgres_dsn.get_secret_value(),
        least=min(2, size),
        most=size,
        patience=min(_PATIENCE, settings.postgres_timeout),
        autocommit=True,
        options=_OPTIONS,
    ) as pool:
        yield pool
