"""A PostgreSQL that moves to another address: those who tried the old one meanwhile are back within seconds."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from time import monotonic
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from chassis.errors import ServiceError
from control.postgres import calls as configuration
from gateway.postgres import calls as records
from ingestion.postgres.calls import call, pool
from retrieval.postgres import postgres as catalogue
from retrieval.settings import RetrievalSettings, StoreSettings
from rigs.postgres import postgres
from rigs.relay import relay

pytestmark = pytest.mark.xdist_group("postgres-moving")

AWAY, BACK = 3.0, 6.0
"""Seconds that nobody answers, and seconds within which everybody is answered then."""


@asynccontextmanager
async def reading(dsn):
    """Ask as retrieval does."""
    settings = StoreSettings(postgres_dsn=SecretStr(dsn))
    async with catalogue(settings, RetrievalSettings()) as opened:
        yield opened.ping


@asynccontextmanager
async def writing(dsn):
    """Ask as ingestion does."""
    async with pool(dsn, 4, 5.0) as opened:

        async def ping():
            async with call("ping", 5.0), opened.connection() as connection:
                await connection.execute("select 1")

        yield ping


@asynccontextmanager
async def recording(dsn):
    """Ask as the gateway does."""
    async with records.pool(dsn, 4, 5.0) as opened:

        async def ping():
            async with records.call(opened, "ping", 5.0) as connection:
                await connection.execute("select 1")

        yield ping


@asynccontextmanager
async def configuring(dsn):
    """Ask as control does."""
    async with configuration.pool(dsn, 4, 5.0) as opened:

        async def ping():
            async with configuration.call("ping", 5.0), opened.connection() as connection:
                await connection.execute("select 1")

        yield ping


@pytest.fixture
async def between():
    async with postgres() as dsn, relay(urlsplit(dsn).port) as made:
        parts = urlsplit(dsn)
        made.dsn = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{made.port}").geturl()
        yield made


@pytest.mark.parametrize("asking", [reading, writing, recording, configuring])
async def test_who_asked_while_it_moved_is_answered_soon_after(between, asking):
    async with asking(between.dsn) as ping:
        await ping()
        between.silent = True
        between.cut()
        until = monotonic() + AWAY
        while monotonic() < until:
            with pytest.raises(ServiceError):
                await ping()

        between.silent = False
        async with asyncio.timeout(BACK):
            while not await answered(ping):
                pass


async def answered(ping):
    try:
        await ping()
    except ServiceError:
        return False
    return True
