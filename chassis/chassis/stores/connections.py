"""Connections to PostgreSQL, opened so that whoever asks is answered soon after an outage; and one way to call it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from chassis import names
from chassis.errors import Internal, Unavailable
from chassis.telemetry import client_span

__all__ = ["AWAY", "CONNECT", "called", "connections", "statement_timeout"]

CONNECT: Final = 2
"""Seconds that a new connection may take; to a server that has moved it would be tried for minutes, in others' way."""

AWAY: Final = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, OSError, TimeoutError)
"""What it looks like when PostgreSQL cannot be reached."""

_NOT_YET: Final = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)
"""What it looks like before its tables were made."""

_RETRY_AFTER: Final = 1.0


@asynccontextmanager
async def called(store: str, operation: str, seconds: float) -> AsyncIterator[None]:
    """Run what is inside as one call of so many seconds; `store` is how callers know what is asked, in failures."""
    with client_span(operation, "postgres", {names.DB_SYSTEM: "postgresql", names.DB_OPERATION: operation}):
        try:
            async with asyncio.timeout(seconds):
                yield
        except AWAY as failure:
            raise Unavailable(f"{store} is away", retry_after=_RETRY_AFTER) from failure
        except _NOT_YET as failure:
            raise Unavailable(f"{store} has no tables yet", retry_after=_RETRY_AFTER) from failure
        except psycopg.Error as failure:
            raise Internal(f"{store} did not take it") from failure


@asynccontextmanager
async def connections(  # noqa: PLR0913 - what services say about their connections
    dsn: str,
    *,
    least: int = 1,
    most: int,
    patience: float,
    connect: int = CONNECT,
    checked: bool = False,
    **options: Any,
) -> AsyncIterator[AsyncConnectionPool[AsyncConnection[Any]]]:
    """Open so many connections with these options; nobody waits for the first.

    Whoever asks waits for a free one for `patience` seconds. `checked` has each looked at before it is used.
    """
    # Whoever asks next connects anew; by itself the pool would try ever more rarely.
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        dsn,
        min_size=least,
        max_size=most,
        timeout=patience,
        kwargs={**options, "connect_timeout": connect},
        check=AsyncConnectionPool.check_connection if checked else None,
        reconnect_timeout=0,
        open=False,
    )
    async with pool:
        yield pool


def statement_timeout(seconds: float) -> str:
    """Return the option that makes the server give a statement up."""
    return f"-c statement_timeout={round(seconds * 1000)}"
