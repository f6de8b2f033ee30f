"""Migrations on a real PostgreSQL."""

from __future__ import annotations

import asyncio

import psycopg

from ingestion.migrate import migrate
from rigs.postgres import postgres


async def test_migrations_run_twice_at_once_and_go_back():
    async with postgres() as blank:
        await asyncio.gather(*(asyncio.to_thread(migrate, blank) for _ in range(2)))
        await asyncio.to_thread(migrate, blank)
        await asyncio.to_thread(migrate, blank, "base", back=True)

        with psycopg.connect(blank) as connection:
            left = connection.execute("select table_name from information_schema.tables where table_schema = 'forebay'")
            assert left.fetchall() == [("alembic_version",)]
