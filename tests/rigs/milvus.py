"""A real Milvus on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay_client.stack.parts import milvus as part
from rigs.standing import standing


@asynccontextmanager
async def milvus() -> AsyncIterator[str]:
    """Run it until the block ends; yield its address."""
    async with standing(part.PART) as place:
        yield part.uri(place)
