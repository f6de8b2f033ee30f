"""The bell: PostgreSQL tells every process that listens of each step, when it is committed."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import psycopg

from chassis.errors import Unavailable
from chassis.stores.connections import AWAY, CONNECT
from control.postgres.store import CHANNEL


class PostgresBell:
    """Listens on a connection of its own; `every` is in seconds."""

    def __init__(self, dsn: str, every: float) -> None:
        self._dsn = dsn
        self._every = every

    async def rings(self) -> AsyncGenerator[None, None]:
        """Yield when listening has begun, after each step, and when none came for a while."""
        try:
            connecting = psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=CONNECT)
            async with await connecting as connection:
                await connection.execute(f"listen {CHANNEL}")
                while True:
                    yield
                    async for _ in connection.notifies(timeout=self._every, stop_after=1):
                        pass
        except AWAY as failure:
            raise Unavailable("the store of the configuration is away") from failure
