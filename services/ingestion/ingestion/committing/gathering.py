"""Lets documents share a commit.

A commit costs a flush and a transaction whatever it holds, so documents that are ready at about the same time go
together. A batch closes when it is full, when nobody else is on the way, or after a while; while one is committed the
next gathers. A batch that fails for a reason of its own is tried document by document, so that one bad document does
not take the others with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

from chassis.errors import DeadlineExceeded, Internal, Overloaded, ServiceError, Unavailable
from ingestion.committing.words import Batch, Draft, Removal

__all__ = ["Gatherer", "Gathering", "Witness"]

PASSING = (Unavailable, Overloaded, DeadlineExceeded)
"""Failures of a store, not of a document: trying each document alone would fail alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """When a batch closes."""

    most_chunks: int = 512
    most_documents: int = 512
    linger: float = 1.0
    """Seconds that the first document of a batch waits for others that are on their way."""


class Witness(Protocol):
    """Who counts what happens."""

    def committed(self, batch: Batch, seconds: float) -> None:
        """Note a batch that became visible."""
        ...

    def failed(self, failure: Exception) -> None:
        """Note why a document could not be committed, for whoever runs this."""
        ...


@dataclass(slots=True, eq=False)
class _Change:
    batch: Batch
    done: asyncio.Future[Mapping[UUID, int]]
    context: Context = field(default_factory=copy_context)


class Gatherer:
    """Collects changes and commits them together, one batch at a time."""

    def __init__(
        self, commit: Callable[[Batch], Awaitable[Mapping[UUID, int]]], gathering: Gathering, witness: Witness
    ) -> None:
        self._commit = commit
        self._gathering = gathering
        self._witness = witness
        self._ready: list[_Change] = []
        self._ready_chunks = 0
        self._on_the_way = 0
        self._moved = asyncio.Event()
        self._turn = asyncio.Lock()

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """Say that a change may come from inside: an open batch waits for it a while."""
        self._on_the_way += 1
        try:
            yield
        finally:
            self._on_the_way -= 1
            self._moved.set()

    async def write(self, draft: Draft) -> int:
        """Return the corpus version from which the draft is visible."""
        return (await self._submit(Batch(drafts=(draft,))))[draft.corpus.id]

    async def remove(self, removal: Removal) -> int:
        """Return the corpus version from which the document is gone."""
        return (await self._submit(Batch(removals=(removal,))))[removal.corpus.id]

    async def forever(self) -> None:
        """Commit what is submitted, until cancelled; what was taken is finished first."""
        while True:
            await self._ripe()
            async with self._turn:
                batch = self._take()
                # The stores' spans belong to the request that came first; its deadline does not bind the others.
                task = asyncio.create_task(self._settle(batch), context=batch[0].context)
                try:
                    await asyncio.shield(task)
                except asyncio.CancelledError:
                    await task
                    raise

    def still(self) -> AbstractAsyncContextManager[None]:
        """Have nothing committed for as long as the block lasts."""
        return self._turn

    async def _submit(self, batch: Batch) -> Mapping[UUID, int]:
        change = _Change(batch, asyncio.get_running_loop().create_future())
        self._ready.append(change)
        self._ready_chunks += batch.chunks
        self._moved.set()
        return await change.done

    async def _ripe(self) -> None:
        while not self._ready:
            self._moved.clear()
            await self._moved.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._gathering.linger):
                while not self._full():
                    self._moved.clear()
                    await self._moved.wait()

    def _full(self) -> bool:
        # A change that is ready is still on its way in the eyes of whoever expects it.
        ready, gathering = len(self._ready), self._gathering
        return (
            self._on_the_way <= ready
            or ready >= gathering.most_documents
            or self._ready_chunks >= gathering.most_chunks
        )

    def _take(self) -> list[_Change]:
        count = chunks = 0
        while count < min(len(self._ready), self._gathering.most_documents) and chunks < self._gathering.most_chunks:
            chunks += self._ready[count].batch.chunks
            count += 1
        taken, self._ready = self._ready[:count], self._ready[count:]
        self._ready_chunks -= chunks
        return taken

    async def _settle(self, changes: list[_Change]) -> None:
        try:
            versions = await self._timed(_joined(changes))
        except PASSING as failure:
            _fail(changes, failure)
        except Exception as failure:  # noqa: BLE001 - whatever it is, each document hears of it
            await self._one_by_one(changes, failure)
        else:
            for change in changes:
                if not change.done.done():
                    change.done.set_result(versions)

    async def _one_by_one(self, changes: list[_Change], failure: Exception) -> None:
        if len(changes) > 1:
            for change in changes:
                await self._settle([_again(change)])
        else:
            self._witness.failed(failure)
            known = isinstance(failure, ServiceError)
            _fail(changes, failure if known else Internal("the document could not be committed"))

    async def _timed(self, batch: Batch) -> Mapping[UUID, int]:
        started = asyncio.get_running_loop().time()
        versions = await self._commit(batch)
        self._witness.committed(batch, asyncio.get_running_loop().time() - started)
        return versions


def _joined(changes: list[_Change]) -> Batch:
    return Batch(
        drafts=tuple(draft for change in changes for draft in change.batch.drafts),
        removals=tuple(removal for change in changes for removal in change.batch.removals),
    )


def _again(change: _Change) -> _Change:
    # Rows of the failed attempt may be in the index, so the next one is another generation.
    drafts = tuple(replace(draft, generation=draft.generation + 1) for draft in change.batch.drafts)
    return _Change(replace(change.batch, drafts=drafts), change.done, change.context)


def _fail(changes: list[_Change], failure: Exception) -> None:
    for change in changes:
        if not change.done.done():
            change.done.set_exception(failure)
