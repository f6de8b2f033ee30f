"""Migrations on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import psycopg
import pytest

from chassis.migrating import answering
from ingestion.committing.words import Placement
from ingestion.migrate import migrate
from ingestion.postgres import PostgresLedger, pool, writer
from rigs.postgres import postgres


async def test_migrations_run_twice_at_once_and_go_back():
    async with postgres() as blank:
        await asyncio.gather(*(asyncio.to_thread(migrate, blank) for _ in range(2)))
        await asyncio.to_thread(migrate, blank)
        await asyncio.to_thread(migrate, blank, "base", back=True)

        with psycopg.connect(blank) as connection:
            left = connection.execute("select table_name from information_schema.tables where table_schema = 'forebay'")
            assert left.fetchall() == [("alembic_version",)]


async def test_a_database_that_comes_late_is_waited_for():
    async with postgres() as late:
        gone = psycopg.conninfo.make_conninfo(late, port=1)
        started = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            await asyncio.to_thread(answering, gone, 1.0)
        assert time.monotonic() - started >= 1.0

        await asyncio.to_thread(answering, late, 0.0)


FIRST_RELEASE = (
    """insert into forebay.corpora
        (id, tenant, name, settings, collection, version, document_count, chunk_count, term_total)
    values (%(corpus)s, 'acme', 'docs', '{"chunking": {"max_tokens": 256, "whole_documents": false},
        "embedding": {"role": "embedding", "name": "embedding", "version": "1", "dimension": 384},
        "lexical": {"analyser": "a", "k1": 1.2, "b": 0.75, "reference_length": 128.0}}',
        'chunks_embedding_v1_384', 7, 1, 2, 5)""",
    """insert into forebay.documents (id, corpus_id, tenant, source_id, title, mime, sha256, size_bytes, fingerprint,
        groups, generation, chunk_count, term_total)
    values (%(document)s, %(corpus)s, 'acme', 'a.md', 'A', 'text/plain', repeat('0', 64), 40, 'f', '{everyone}',
        3, 2, 5)""",
    """insert into forebay.chunks
        (document_id, generation, ordinal, text, start_offset, end_offset, tokens, terms, term_ids)
    values (%(document)s, 3, 0, 'x', 0, 1, 1, 3, '{1}'), (%(document)s, 3, 1, 'y', 1, 2, 1, 2, '{1,2}')""",
    "insert into forebay.lexicon (corpus_id, term_id, df) values (%(corpus)s, 1, 2), (%(corpus)s, 2, 1)",
)
OLD_SHAPE = """
select c.version, c.chunk_count, c.term_total, c.collection, c.settings, d.generation, d.chunk_count, d.term_total,
    array(select (term_id, df)::text from forebay.lexicon l where l.corpus_id = c.id order by term_id)
from forebay.corpora c join forebay.documents d on d.corpus_id = c.id
"""


@pytest.fixture
async def first_release():
    """Return a database that the first release filled, and the keys of its corpus and document."""
    keys = {"corpus": uuid4(), "document": uuid4()}
    async with postgres() as dsn:
        await asyncio.to_thread(migrate, dsn, "0001")
        with psycopg.connect(dsn) as connection:
            for statement in FIRST_RELEASE:
                connection.execute(statement, keys)
        yield dsn, keys


async def test_what_the_first_release_wrote_is_read_by_this_one_and_again_by_the_first(first_release):
    dsn, keys = first_release
    with psycopg.connect(dsn) as connection:
        before = connection.execute(OLD_SHAPE).fetchall()

    await asyncio.to_thread(migrate, dsn)
    async with writer(dsn, seconds=5, patience=5) as session, pool(dsn, 1, 5) as reads:
        look = await PostgresLedger(reads, session, 5).find(keys["corpus"], ["a.md"])
    await asyncio.to_thread(migrate, dsn, "0001", back=True)

    assert (look.corpus.version, look.corpus.size, look.corpus.index.chunks) == (7, 40, 2)
    assert look.known["a.md"].placement == Placement(generation=3, source_generation=3, pipeline="1", chunks=2)
    with psycopg.connect(dsn) as connection:
        assert connection.execute(OLD_SHAPE).fetchall() == before


async def test_a_document_that_was_written_before_says_who_wrote_it(first_release):
    dsn, keys = first_release
    await asyncio.to_thread(migrate, dsn, "0005")
    with psycopg.connect(dsn) as connection:
        connection.execute("update forebay.placements set written_by = 'ann'")

    await asyncio.to_thread(migrate, dsn)

    with psycopg.connect(dsn) as connection:
        found = connection.execute("select written_by from forebay.documents where id = %(document)s", keys).fetchall()
    assert found == [("ann",)]


async def test_going_back_is_refused_while_it_would_lose_documents(first_release):
    dsn, _ = first_release
    await asyncio.to_thread(migrate, dsn)
    with psycopg.connect(dsn) as connection:
        connection.execute("delete from forebay.placements")

    with pytest.raises(RuntimeError, match="acme/docs"):
        await asyncio.to_thread(migrate, dsn, "0001", back=True)
