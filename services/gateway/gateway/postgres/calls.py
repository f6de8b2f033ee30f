"""One way to call PostgreSQL: a span, a time limit, and our words for what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from chassis import names
from chassis.errors import Internal, Unavailable
from chassis.telemetry import client_span

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]

_CONNECT = 2
"""Seconds that a new connection may take; to a server that has moved it would be tried for minutes, in others' way."""

AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, OSError, TimeoutError)


@asynccontextmanager
async def call(pool: Pool, operation: str, seconds: float) -> AsyncIterator[Connection]:
    """Yield a connection for one operation, which has that many seconds."""
    with client_span(operation, "postgres", {names.DB_SYSTEM: "postgresql", names.DB_OPERATION: operation}):
        try:
            async with asyncio.timeout(seconds), pool.connection() as connection:
                yield connection
        except AWAY as failure:
            raise Unavailable("the store of records is away", retry_after=1.0) from failure
        except psycopg.Error as failure:
            raise Internal("the store of records did not take it") from failure


@asynccontextmanager
async def pool(dsn: str, size: int, seconds: float) -> AsyncIterator[Pool]:
    """Open up to that many connections; each statement gets so many seconds at most. Nobody waits for the first."""
    # PostgreSQL gives a statement up when it takes longer, and one whose client is gone when it notices.
    limits = f"-c statement_timeout={round(seconds * 1000)} -c jit=off"
    options: dict[str, Any] = {"autocommit": True, "row_factory": dict_row, "options": limits}
    options["connect_timeout"] = _CONNECT
    # Whoever asks next connects anew; by itself the pool would try ever more rarely.
    connections: Pool = AsyncConnectionPool(
        dsn, min_size=1, max_size=size, kwargs=options, timeout=seconds, open=False, reconnect_timeout=0
    )
    async with connections:
        yield connections
