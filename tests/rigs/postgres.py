"""A real PostgreSQL on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay_client.stack.parts import postgres as part
from rigs.standing import standing


@asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """Run it until the block ends; yield a connection string."""
    async with standing(part.PART) as place:
        yield part.dsn(place)
