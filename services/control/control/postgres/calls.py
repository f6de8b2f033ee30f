"""One way to call PostgreSQL: a span, a time limit, and our words for what goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from chassis.stores.connections import called, connections, statement_timeout

__all__ = ["Pool", "call", "pool"]

Pool = AsyncConnectionPool[AsyncConnection[DictRow]]


@asynccontextmanager
async def call(operation: str, seconds: float) -> AsyncIterator[None]:
    """Run what is inside as one call."""
    async with called("the store of the configuration", operation, seconds):
        yield


@asynccontextmanager
async def pool(dsn: str, size: int, seconds: float) -> AsyncIterator[Pool]:
    """Open connections; each is looked at before it is used, for the server may have been restarted."""
    limits = statement_timeout(seconds)
    async with connections(
        dsn, most=size, patience=seconds, checked=True, row_factory=dict_row, options=limits
    ) as opened:
        yield opened
