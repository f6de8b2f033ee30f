"""Withdraws and publishes corpus versions.

A version that cannot be shown after its commit is shown later, unless a newer commit has begun meanwhile. Until then
there is none to be seen, and readers ask the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from chassis.errors import ServiceError
from ingestion.committing.ports import VersionShelf
from ingestion.corpora.words import Corpus

__all__ = ["Versions"]

Pause = Callable[[float], Awaitable[None]]


class Versions:
    """Keeps a shelf of versions true. One commit at a time uses it."""

    def __init__(self, shelf: VersionShelf, again: float = 1.0, pause: Pause = asyncio.sleep) -> None:
        self._shelf = shelf
        self._again = again
        self._pause = pause
        self._late: dict[UUID, asyncio.Task[None]] = {}
        self._hidden: dict[UUID, Corpus] = {}

    def hidden(self) -> Sequence[Corpus]:
        """Return the corpora that were withdrawn and not published since: their commit is under way, or it failed."""
        return list(self._hidden.values())

    async def withdraw(self, corpora: Sequence[Corpus]) -> None:
        """Show no version of these corpora any more; raise `Unavailable` when the shelf is away."""
        for corpus in corpora:
            await self._give_up(corpus.id)
        self._hidden.update((corpus.id, corpus) for corpus in corpora)
        await self._shelf.drop(corpora)

    async def publish(self, corpora: Sequence[Corpus], versions: Mapping[UUID, int]) -> None:
        """Show the versions; what cannot be shown now is shown in the background. A corpus without one is gone."""
        for corpus in corpora:
            self._hidden.pop(corpus.id, None)
            if (version := versions.get(corpus.id)) is None:
                continue
            try:
                await self._shelf.put(corpus, version)
            except ServiceError:
                self._late[corpus.id] = asyncio.create_task(self._later(corpus, version))

    async def aclose(self) -> None:
        """Stop trying."""
        for corpus in list(self._late):
            await self._give_up(corpus)

    async def _later(self, corpus: Corpus, version: int) -> None:
        while True:
            await self._pause(self._again)
            with suppress(ServiceError):
                return await self._shelf.put(corpus, version)

    async def _give_up(self, corpus: UUID) -> None:
        # An old version that is on its way must not arrive after the withdrawal: wait until the attempt has ended.
        if task := self._late.pop(corpus, None):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
