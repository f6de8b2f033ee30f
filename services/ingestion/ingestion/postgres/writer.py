"""The one session that writes.

It holds an advisory lock as long as it lives, and every write goes through it. So a second process cannot write at
the same time, and one that lost its session, and with it perhaps the lock, cannot either.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from chassis.errors import FailedPrecondition, Unavailable
from chassis.stores.connections import AWAY, statement_timeout
from chassis.stores.locks import Lock
from chassis.stores.patience import patiently
from ingestion.postgres.calls import CONNECT, Connection, call

__all__ = ["Writer", "writer"]


class Writer:
    """Lends the session to one writer at a time; opens it again when it was lost."""

    def __init__(self, dsn: str, seconds: float) -> None:
        self._dsn = dsn
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None

    @asynccontextmanager
    async def transaction(self, operation: str) -> AsyncIterator[Connection]:
        """Run what is inside as one transaction; raise `Unavailable`, `Aborted` or `FailedPrecondition`."""
        async with self._turn, call(operation, self._seconds):
            connection = await self._session()
            try:
                async with connection.transaction():
                    yield connection
            except (*AWAY, asyncio.CancelledError):
                # What state it is in is unknown; the server rolls back when it goes.
                await self._drop()
                raise

    async def take(self, patience: float) -> None:
        """Take the lock; raise `FailedPrecondition` when another process still holds it after that many seconds."""
        until = asyncio.get_running_loop().time() + patience
        while True:
            try:
                async with self._turn:
                    await self._session()
            except FailedPrecondition:
                if asyncio.get_running_loop().time() > until:
                    raise
            except AWAY as failure:
                raise Unavailable("PostgreSQL is away") from failure
            else:
                return
            await asyncio.sleep(0.25)

    async def aclose(self) -> None:
        """Give the lock back."""
        async with self._turn:
            await self._drop()

    async def _session(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await self._open()
        return self._connection

    async def _open(self) -> Connection:
        connection = await AsyncConnection.connect(
            self._dsn,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=CONNECT,
            options=statement_timeout(self._seconds),
        )
        try:
            row = await (await connection.execute("select pg_try_advisory_lock(%s) as ours", [Lock.WRITER])).fetchone()
        except psycopg.Error:
            await connection.close()
            raise
        if row is None or not row["ours"]:
            await connection.close()
            raise FailedPrecondition("another ingestion process writes to this database; there can be only one")
        return connection

    async def _drop(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


@asynccontextmanager
async def writer(dsn: str, *, seconds: float, patience: float, start: float = 0.0) -> AsyncIterator[Writer]:
    """Hold the writer's lock inside; wait `patience` seconds for another who holds it, `start` for PostgreSQL."""
    session = Writer(dsn, seconds)
    await patiently(start, lambda: session.take(patience))
    try:
        yield session
    finally:
        await session.aclose()
