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
from chassis.errors import Aborted, Internal, Unavailable
from chassis.telemetry import client_span

__all__ = ["Connection", "Pool", "call", "pool"]

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]

CONNECT = 3
"""Seconds that a new connection may take; to a server that has moved it would be tried for minutes, in others' way."""

AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, OSError, TimeoutError)


@asynccontextmanager
async def call(operation: str, seconds: float) -> AsyncIterator[None]:
    """Run what is inside as one call."""
    with client_span(operation, "postgres", {names.DB_SYSTEM: "postgresql", names.DB_OPERATION: operation}):
        try:
            async with asyncio.timeout(seconds):
                yield
        except (psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation):
            raise Aborted("somebody else wrote the same at the same time") from None
        except AWAY as failure:
            raise Unavailable("the ledger of documents is away", retry_after=1.0) from failure
        except psycopg.Error as failure:
            raise Internal("the ledger of documents did not take it") from failure


@asynccontextmanager
async def pool(dsn: str, size: int, seconds: float) -> AsyncIterator[Pool]:
    """Open connections for short reads; each statement gets that many seconds at most."""
    options: dict[str, Any] = {"autocommit": True, "row_factory": dict_row, "options": statement_timeout(seconds)}
    options["connect_timeout"] = CONNECT
    # Whoever asks next connects anew; by itself the pool would try ever more rarely.
    connections: Pool = AsyncConnectionPool(
        dsn, min_size=1, max_size=size, kwargs=options, timeout=seconds, reconnect_timeout=0, open=False
    )
    async with connections:
        yield connections


def statement_timeout(seconds: float) -> str:
    """Return the option that makes the server give a statement up."""
    return f"-c statement_timeout={round(seconds * 1000)}"
