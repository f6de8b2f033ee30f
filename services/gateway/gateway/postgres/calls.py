"""One way to call PostgreSQL: a span, a time limit, and our words for what goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from chassis.stores.connections import called, connections, statement_timeout

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]


@asynccontextmanager
async def call(pool: Pool, operation: str, seconds: float) -> AsyncIterator[Connection]:
    """Yield a connection for one operation, which has that many seconds."""
    async with called("the store of records", operation, seconds), pool.connection() as connection:
        yield connection


@asynccontextmanager
async def pool(dsn: str, size: int, seconds: float) -> AsyncIterator[Pool]:
    """Open up to that many connections; each statement gets so many seconds at most. Nobody waits for the first."""
    # PostgreSQL gives a statement up when it takes longer, and one whose client is gone when it notices.
    limits = f"{statement_timeout(seconds)} -c jit=off"
    async with connections(
        dsn, most=size, patience=seconds, autocommit=True, row_factory=dict_row, options=limits
    ) as opened:
        yield opened
