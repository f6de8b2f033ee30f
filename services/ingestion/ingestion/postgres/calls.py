"""One way to call PostgreSQL: a span, a time limit, and our words for what goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from chassis.errors import Aborted
from chassis.stores.connections import called, connections, statement_timeout

__all__ = ["CONNECT", "Connection", "Pool", "call", "pool"]

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]

CONNECT = 3
"""Seconds that a new connection may take."""


@asynccontextmanager
async def call(operation: str, seconds: float) -> AsyncIterator[None]:
    """Run what is inside as one call."""
    async with called("the ledger of documents", operation, seconds):
        try:
            yield
        except (psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation):
            raise Aborted("somebody else wrote the same at the same time") from None


@asynccontextmanager
async def pool(dsn: str, size: int, seconds: float) -> AsyncIterator[Pool]:
    """Open connections for short reads; each statement gets that many seconds at most."""
    limits = statement_timeout(seconds)
    async with connections(
        dsn, most=size, patience=seconds, connect=CONNECT, autocommit=True, row_factory=dict_row, options=limits
    ) as opened:
        yield opened
