"""The workers of one service: handed out one document at a time, replaced when a document broke one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.errors import InvalidArgument, Unavailable
from ingestion.parsing.document import Parsed
from ingestion.parsing.sandbox.process import Worker, started
from ingestion.parsing.sandbox.settings import SandboxSettings

__all__ = ["Sandbox", "sandbox"]


@asynccontextmanager
async def sandbox(settings: SandboxSettings) -> AsyncIterator[Sandbox]:
    """Yield a parser whose work happens in processes of its own; nothing of them is left afterwards.

    The first worker starts at once, so that a service that cannot parse says so before it takes a document.
    """
    pool = Sandbox(settings)
    try:
        await pool.ready()
        yield pool
    finally:
        await pool.close()


class Sandbox:
    """A `Parser`: as many places as settings allow, each with a worker, or with none until a document needs it."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self._places: asyncio.LifoQueue[Worker | None] = asyncio.LifoQueue()
        self._working: set[Worker] = set()
        self._closed = False
        for _ in range(settings.workers):
            self._places.put_nowait(None)

    async def ready(self) -> None:
        """Wait for a place and see a worker in it; raise `Unavailable` when none can be started."""
        async with self._worker():
            pass

    async def parse(self, content: bytes, mime: str, name: str) -> Parsed:
        """Parse one document after those that came before it; raise `InvalidArgument` with what is wrong with it."""
        if len(content) > self._settings.max_bytes:
            raise InvalidArgument(
                f"The document has {len(content)} bytes; {self._settings.max_bytes} are allowed.", reason="TOO_LARGE"
            )
        async with self._worker() as worker:
            outcome = await worker.parse(content, mime, name)
        if isinstance(outcome, InvalidArgument):
            raise outcome
        return outcome

    async def close(self) -> None:
        """End all workers, those too that are at work."""
        self._closed = True
        for worker in self._working:
            worker.kill()
        for _ in range(self._settings.workers):
            worker_left = await self._places.get()
            if worker_left is not None:
                await worker_left.stop()

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[Worker]:
        """Lend a worker; one during whose use anything is raised is never used again."""
        place = await self._places.get()
        kept: Worker | None = None
        try:
            place = await self._fit(place)
            self._working.add(place)
            yield place
            kept = place
        finally:
            self._places.put_nowait(kept)
            if place is not None:
                self._working.discard(place)
                if kept is None:
                    await place.stop()

    async def _fit(self, place: Worker | None) -> Worker:
        if self._closed:
            raise Unavailable("The service is stopping.", retry_after=1.0)
        if place is not None and not place.worn:
            return place
        if place is not None:
            await place.stop()
        return await started(self._settings)
