"""Services that start beside PostgreSQL and its migrations: they wait, and go on as soon as both are there."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from chassis.errors import Unavailable
from chassis.migrating import migrate as migrate_history
from chassis.stores.patience import patiently
from control.migrate import HISTORY
from control.postgres import PostgresStore
from control.postgres import pool as control_pool
from control.seeding import seed
from ingestion.migrate import migrate
from ingestion.postgres import PostgresCorpora, pool, writer
from rigs.postgres import postgres
from rigs.relay import relay

pytestmark = pytest.mark.xdist_group("postgres-moving")

LATE = 1.5
"""Seconds that PostgreSQL, or its tables, come after the service."""


@pytest.fixture
async def blank():
    async with postgres() as dsn:
        yield dsn


@pytest.fixture
async def behind(blank):
    """A way to PostgreSQL on which nobody answers yet."""
    async with relay(urlsplit(blank).port) as made:
        parts = urlsplit(blank)
        made.dsn = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{made.port}").geturl()
        made.silent = True
        yield made


async def later(do):
    await asyncio.sleep(LATE)
    await do()


async def test_the_writer_waits_for_a_postgresql_that_is_away(behind):
    async def answer():
        behind.silent = False
        behind.cut()

    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(later(answer))
        async with writer(behind.dsn, seconds=5, patience=0, start=30):
            assert time.monotonic() - began >= LATE


async def test_the_writer_gives_up_when_its_patience_ends(behind):
    with pytest.raises(Unavailable, match="PostgreSQL is away"):
        async with writer(behind.dsn, seconds=5, patience=0, start=0):
            pytest.fail("nobody answers")


async def test_ingestion_waits_for_its_tables(blank):
    async with writer(blank, seconds=5, patience=0) as session, pool(blank, 1, 5) as reads:
        book = PostgresCorpora(reads, session, 5)
        with pytest.raises(Unavailable, match="has no tables yet"):
            await book.collections()

        async with asyncio.TaskGroup() as group:
            group.create_task(later(lambda: asyncio.to_thread(migrate, blank)))
            assert list(await patiently(60, book.collections)) == []


async def test_control_waits_for_its_tables_and_takes_its_file_over(blank, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("version: 3\ntenants: [{name: acme}]\nkeys: []\n")
    async with control_pool(blank, 1, 5) as connections:
        store = PostgresStore(connections, 5)
        async with asyncio.TaskGroup() as group:
            group.create_task(later(lambda: asyncio.to_thread(migrate_history, HISTORY, blank)))
            await patiently(60, lambda: seed(store, file, ""))

        assert (await store.newest()).version == 3
