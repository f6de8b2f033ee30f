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

__all__ = ["Pool", "call", "pool"]

Pool = AsyncConnectionPool[AsyncConnection[DictRow]]

AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, OSError, TimeoutError)


@asynccontextmanager
async def call(operation: str, seconds: float) -> AsyncIterator[None]:
    """Run what is inside as one call."""
    with client_span(operation, "postgres", {names.DB_SYSTEM: "postgresql", names.DB_OPERATION: operation}):
        try:
            async with asyncio.timeout(seconds):
                yield
        except AWAY as failure:
            raise Unavailable("the store of the configuration is away", retry_after=1.0) from failure
        except psycopg.Error as failure:
            raise Internal("the store of the configuration did not take it") from failure


@asynccontextmanager
async def pool(dsn: str, size: int, seconds: float) -> AsyncIterator[Pool]:
    """Open connections; each is looked at before it is used, for the server may have been restarted."""
    options: dict[str, Any] = {"row_factory": dict_row, "options": f"-c statement_timeout={round(seconds * 1000)}"}
    connections: Pool = AsyncConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        kwargs=options,
        timeout=seconds,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )
    async with connections:
        yield connections
