"""One connection to Valkey for all that the gateway keeps there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from valkey.asyncio import BlockingConnectionPool, Valkey
from valkey.exceptions import ValkeyError

from chassis import deadline, names
from chassis.errors import DeadlineExceeded, Unavailable
from chassis.telemetry import client_span

CONNECTIONS: Final = 32
"""The most of one gateway; a call waits for one within its own time."""


@asynccontextmanager
async def valkey(url: str) -> AsyncIterator[Valkey]:
    """Open a client for as long as the block lasts; it connects when it is first needed."""
    pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, timeout=None)
    client = Valkey.from_pool(pool)
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def asked(operation: str, seconds: float) -> AsyncIterator[None]:
    """Ask within that time; raise `Unavailable` when there is no answer, `DeadlineExceeded` when less time is left."""
    left = deadline.remaining()
    with client_span(f"valkey {operation}", "valkey", {names.DB_SYSTEM: "valkey", names.DB_OPERATION: operation}):
        try:
            async with asyncio.timeout(seconds if left is None else min(seconds, left)):
                yield
        except (ValkeyError, OSError, TimeoutError) as failure:
            if left is not None and left < seconds and deadline.remaining() == 0:
                raise DeadlineExceeded("the time was over before Valkey answered") from failure
            raise Unavailable("Valkey is away", retry_after=1.0) from failure
