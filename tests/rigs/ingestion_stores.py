"""Ingestion over real stores on loopback: PostgreSQL, Milvus Lite, Valkey, a folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pymilvus import MilvusClient

from chassis.stores.milvus import MilvusConnection
from fakes.embedder import FakeEmbedder
from fakes.parser import InProcessParser, words
from ingestion.corpora.words import Corpus
from ingestion.migrate import migrate
from ingestion.milvus import MilvusIndex
from ingestion.objects import ObjectOriginals
from ingestion.ports import Ports
from ingestion.postgres import (
    PostgresCorpora,
    PostgresErasures,
    PostgresIndexes,
    PostgresJobs,
    PostgresKeeping,
    PostgresLedger,
    PostgresQuarantine,
    PostgresSignatures,
    pool,
    writer,
)
from ingestion.quality.langid import LangidDetector
from ingestion.settings import MilvusSettings
from ingestion.valkey import shelf
from rigs.ingestion import Books, Seen, World
from rigs.milvus import milvus
from rigs.postgres import postgres
from rigs.valkey import valkey

DOCUMENTS = """
select d.source_id, d.generation, p.generation as placed, p.chunk_count, d.id, array_agg(c.text order by c.ordinal)
from forebay.documents d
join forebay.indexes i on i.corpus_id = d.corpus_id and i.state = 'live'
join forebay.placements p
    on p.index_id = i.id and p.document_id = d.id and p.source_generation = d.generation
left join forebay.chunks c on c.document_id = d.id and c.generation = p.generation
where d.corpus_id = %s group by 1, 2, 3, 4, 5
"""
BOOKS = """
select c.version, c.document_count, i.chunk_count
from forebay.corpora c join forebay.indexes i on i.corpus_id = c.id and i.state = 'live' where c.id = %s
"""
LEXICON = """
select term_id, df from forebay.lexicon l join forebay.indexes i on i.id = l.index_id and i.state = 'live'
where i.corpus_id = %s
"""
MANY = 16_000


class StoresEye:
    """Reads the stores by its own connections."""

    def __init__(self, dsn: str, milvus_uri: str) -> None:
        self._dsn = dsn
        self._client = MilvusClient(milvus_uri, timeout=10)

    async def visible(self, corpus: Corpus) -> Mapping[str, Seen]:
        return await asyncio.to_thread(self._visible, corpus)

    async def books(self, corpus: Corpus) -> Books:
        return await asyncio.to_thread(self._books, corpus)

    async def rows(self, corpus: Corpus) -> int:
        return len(await asyncio.to_thread(self._keys, corpus))

    def _visible(self, corpus: Corpus) -> Mapping[str, Seen]:
        keys = self._keys(corpus)
        with psycopg.connect(self._dsn) as connection:
            rows = connection.execute(DOCUMENTS, [corpus.id]).fetchall()
        return {
            source: Seen(
                generation=generation,
                text="\n".join(text or "" for text in texts),
                whole=len(texts) == count and {f"{key.hex}-{placed}-{at}" for at in range(count)} <= keys,
            )
            for source, generation, placed, count, key, texts in rows
        }

    def _books(self, corpus: Corpus) -> Books:
        with psycopg.connect(self._dsn) as connection:
            version, documents, chunks = connection.execute(BOOKS, [corpus.id]).fetchone()
            lexicon = dict(connection.execute(LEXICON, [corpus.id]).fetchall())
        return Books(version=version, documents=documents, chunks=chunks, lexicon=lexicon)

    def _keys(self, corpus: Corpus) -> set[str]:
        index = corpus.index
        self._client.load_collection(index.collection, timeout=10)
        found = self._client.query(
            index.collection, filter=f'corpus == "{index.id.hex}"', output_fields=["id"], limit=MANY, timeout=10
        )
        return {row["id"] for row in found}


@dataclass
class StoresWorld(World):
    """A world, and where its stores are."""

    dsn: str
    milvus_uri: str
    valkey_url: str
    folder: Path


@asynccontextmanager
async def stores_world(folder: Path, embedder: FakeEmbedder | None = None) -> AsyncIterator[StoresWorld]:
    """Start the stores, migrate, and hold them until the block ends."""
    async with postgres() as dsn, milvus() as milvus_uri, valkey() as valkey_url:
        await asyncio.to_thread(migrate, dsn)
        async with (
            writer(dsn, seconds=10, patience=5) as session,
            pool(dsn, 2, 10) as reads,
            shelf(valkey_url) as versions,
            MilvusIndex(MilvusConnection(uri=milvus_uri), MilvusSettings()) as index,
        ):
            ports = Ports(
                ledger=PostgresLedger(reads, session, 10),
                book=PostgresCorpora(reads, session, 10),
                indexes=PostgresIndexes(reads, session, 10),
                jobs=PostgresJobs(reads, session, 10),
                keeping=PostgresKeeping(reads, session, 10),
                erasures=PostgresErasures(reads, session, 10),
                index=index,
                originals=ObjectOriginals(folder.as_uri()),
                quarantine=PostgresQuarantine(reads, session, 10),
                signatures=PostgresSignatures(reads, 10),
                detector=LangidDetector(),
                shelf=versions,
                embedder=embedder or FakeEmbedder(),
                parser=InProcessParser(),
                count=words,
            )
            eye = StoresEye(dsn, milvus_uri)
            yield StoresWorld(
                ports=ports, eye=eye, dsn=dsn, milvus_uri=milvus_uri, valkey_url=valkey_url, folder=folder
            )
