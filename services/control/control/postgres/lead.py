"""Who leads: of the replicas of control one at a time has an advisory lock, for as long as its session lives."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import psycopg

from chassis.errors import Unavailable
from chassis.stores.connections import AWAY, CONNECT
from chassis.stores.locks import Lock
from control.ports import Work

TRY: Final = "select pg_try_advisory_lock(%s)"

EVERY: Final = 0.5
"""Seconds between two tries for the lock, and between two looks whether the session that has it lives."""

_LOST: Final = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""A leader whose machine is gone leads no more after twenty seconds; the usual is two hours."""


class PostgresLead:
    """A `Lead` by PostgreSQL."""

    def __init__(self, dsn: str, every: float = EVERY) -> None:
        self._dsn = dsn
        self._every = every

    async def led(self, work: Work) -> None:
        """Wait until nobody else leads, then do the work; raise `Unavailable` when the lead is lost."""
        try:
            connecting = psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, connect_timeout=CONNECT, options=_LOST
            )
            async with await connecting as session:
                # Not `pg_advisory_lock`: a statement that waits for long keeps vacuum from its work.
                while not await _asked(session, TRY, Lock.LEAD):  # noqa: ASYNC110 - another process gives it back
                    await asyncio.sleep(self._every)
                await self._while_alive(session, work)
        except AWAY as failure:
            raise Unavailable("the store of the configuration is away") from failure

    async def _while_alive(self, session: psycopg.AsyncConnection, work: Work) -> None:
        working = asyncio.create_task(work(), name="leading")
        try:
            while not working.done():
                await asyncio.wait({working}, timeout=self._every)
                await _asked(session, "select true")
            await working
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working


async def _asked(session: psycopg.AsyncConnection, question: str, *given: int) -> bool:
    async with asyncio.timeout(CONNECT):
        row = await (await session.execute(question, given)).fetchone()
    return row is not None and bool(row[0])
