"""A door that writers go through, and that can be closed for a moment to change what they all stand on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

__all__ = ["Doorway"]


class Doorway:
    """Counts who is inside. One closes it at a time."""

    def __init__(self) -> None:
        self._inside = 0
        self._open = asyncio.Event()
        self._open.set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Be inside for as long as the block lasts; wait while the door is closed."""
        while not self._open.is_set():
            await self._open.wait()
        with self._counted():
            yield

    @asynccontextmanager
    async def closed(self, patience: float) -> AsyncIterator[None]:
        """Have nobody inside for as long as the block lasts.

        Raises `TimeoutError`, with the door open again, when those inside do not leave within so many seconds.
        """
        async with self._turn:
            self._open.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._empty.wait()
                yield
            finally:
                self._open.set()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._inside += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()
