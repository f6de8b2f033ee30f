"""What ingestion does without being asked, for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager

__all__ = ["running"]


@asynccontextmanager
async def running(work: Mapping[str, Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Do all of this for as long as the block lasts."""
    tasks = [asyncio.create_task(each, name=name) for name, each in work.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
