"""Limits over whoever counts, with what has to be done about them in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.limits.counting.local import LocalCounts
from gateway.limits.keeping import Keeper
from gateway.limits.limiting import Limiting
from gateway.limits.ports import Counts
from gateway.settings import GatewaySettings


@asynccontextmanager
async def limiting(counts: Counts, settings: GatewaySettings) -> AsyncIterator[Limiting]:
    """Keep reservations for as long as the block lasts; at its end, wait for what is being settled."""
    keeper = Keeper(counts, settings.lease)
    keeping = asyncio.create_task(keeper.run(), name="limits")
    try:
        yield Limiting(counts, LocalCounts(settings.replicas), keeper, settings.prompt_tokens)
    finally:
        keeping.cancel()
        await keeper.end()
