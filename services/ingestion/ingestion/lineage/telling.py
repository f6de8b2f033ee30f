"""Tells of commits in the background.

A commit never waits for it and never fails for it: what cannot be told in time is dropped, and counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from uuid import UUID

from ingestion.committing.words import Batch
from ingestion.lineage.batches import told
from ingestion.lineage.ports import Account, Listener
from ingestion.lineage.words import Happened

__all__ = ["Teller", "Telling", "nobody", "telling"]

MOST = 1_000
"""Events that wait to be told."""

LAST_SECONDS = 5.0
"""For what still waits when the service stops."""

Commit = Callable[[Batch], Awaitable[Mapping[UUID, int]]]
Telling = Callable[[Commit], Commit]


def nobody(commit: Commit) -> Commit:
    """Return the commit as it is: nobody is told."""
    return commit


class Teller:
    """Keeps what happened until it is told."""

    def __init__(self, listener: Listener, account: Account, most: int = MOST) -> None:
        self._listener = listener
        self._account = account
        self._waiting: asyncio.Queue[Happened | None] = asyncio.Queue(most)

    def telling(self, commit: Commit) -> Commit:
        """Return the commit, told of when it has succeeded."""

        async def committed(batch: Batch) -> Mapping[UUID, int]:
            versions = await commit(batch)
            for happened in told(batch, versions):
                self._keep(happened)
            return versions

        return committed

    async def work(self) -> None:
        """Tell one event after another, until stopped."""
        while (happened := await self._waiting.get()) is not None:
            await self._tell(happened)

    def stop(self) -> None:
        """Have the work end after what waits now."""
        if self._waiting.full():
            self._waiting.get_nowait()
            self._account.told("dropped")
        self._waiting.put_nowait(None)

    def _keep(self, happened: Happened) -> None:
        try:
            self._waiting.put_nowait(happened)
        except asyncio.QueueFull:
            self._account.told("dropped")

    async def _tell(self, happened: Happened) -> None:
        try:
            await asyncio.to_thread(self._listener.hear, happened)
        except Exception as failure:  # noqa: BLE001 - a listener's trouble is not ours
            self._account.told("failed", failure)
        else:
            self._account.told("sent")


@asynccontextmanager
async def telling(listener: Listener | None, account: Account) -> AsyncIterator[Telling]:
    """Tell the listener, if there is one, of the commits that are made inside."""
    if listener is None:
        yield nobody
        return
    teller = Teller(listener, account)
    task = asyncio.create_task(teller.work(), name="lineage")
    try:
        yield teller.telling
    finally:
        teller.stop()
        await asyncio.wait([task], timeout=LAST_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
