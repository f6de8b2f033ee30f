"""Records in PostgreSQL, from the first connection to the last write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.postgres.audit import PostgresAudit
from gateway.postgres.calls import pool
from gateway.postgres.chains import PostgresChains
from gateway.postgres.usage import PostgresUsage
from gateway.records.committing import Committer
from gateway.records.keeping import keep
from gateway.records.settings import RecordSettings


@asynccontextmanager
async def recording(
    dsn: str, settings: RecordSettings
) -> AsyncIterator[tuple[Committer, PostgresAudit, PostgresUsage]]:
    """Yield what writes and reads records; what waits when the block ends is written."""
    async with pool(dsn, settings.connections, settings.read_timeout) as connections:
        chains = PostgresChains(connections, settings.timeout)
        committer = Committer(chains, settings.committing())
        async with committer.running():
            expiring = asyncio.create_task(keep(chains, settings.expiry_interval), name="texts")
            try:
                yield (
                    committer,
                    PostgresAudit(connections, settings.read_timeout),
                    PostgresUsage(connections, settings.read_timeout),
                )
            finally:
                expiring.cancel()
                await asyncio.gather(expiring, return_exceptions=True)
