"""Writes the records of many requests at once: whoever ends while a write is under way goes along with the next.

A caller waits for the write that holds its record, and for no other. While the store is away nobody is let in, because
no answer could be given; what was under way is told so, and its records wait for the store to come back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

import structlog

from chassis.errors import ServiceError, Unavailable
from chassis.telemetry import client_span
from gateway.records.chain import Chain
from gateway.records.store import CommitLimits, Store
from gateway.records.words import Head, Record

LOST: Final = "RECORD_NOT_WRITTEN"
"""The outcome of a request whose answer was held back because its record could not be written in time."""

_log = structlog.get_logger("gateway.records")


@dataclass(frozen=True, slots=True)
class _Entry:
    record: Record
    written: asyncio.Future[None] | None
    """None when nobody waits."""


class Committer:
    """The one writer of this process."""

    def __init__(self, store: Store, limits: CommitLimits) -> None:
        self._store = store
        self._limits = limits
        self._entries: deque[_Entry] = deque()
        self._arrived = asyncio.Event()
        self._chain: Chain | None = None
        self._anchored = 0
        self._doubtful = False
        """Whether a write failed whose end is not known, so that some that wait may be written already."""

        self._away = False

    def check(self) -> None:
        """Raise `Unavailable` when no record could be written now."""
        if self._away or len(self._entries) >= self._limits.waiting:
            raise _unavailable(self._limits.pause)

    async def commit(self, record: Record) -> None:
        """Return when the record is durable; raise `Unavailable` when it may not be."""
        written = asyncio.get_running_loop().create_future()
        with client_span("record", "postgres"):
            self._put(_Entry(record, written))
            await written

    def leave(self, record: Record) -> None:
        """Have the record written when it can be; nobody waits for it."""
        self._put(_Entry(record, None))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write for as long as the block lasts, and what is left after it."""
        tasks = asyncio.create_task(self._write(), name="records"), asyncio.create_task(self._anchor(), name="anchors")
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._finish()

    def _put(self, entry: _Entry) -> None:
        self._entries.append(entry)
        self._arrived.set()

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._entries:
                if not await self._once():
                    await asyncio.sleep(self._limits.pause)

    async def _once(self) -> bool:
        """Write one batch; tell whether that worked."""
        count = min(len(self._entries), self._limits.batch)
        batch = [self._entries.popleft() for _ in range(count)]
        try:
            await self._appended(batch)
        except ServiceError as failure:
            self._failed(batch, failure)
            return False
        except asyncio.CancelledError:
            self._entries.extendleft(reversed(batch))
            self._doubt()
            raise
        self._away = False
        for entry in batch:
            if entry.written is not None and not entry.written.done():
                entry.written.set_result(None)
        return True

    async def _appended(self, batch: Sequence[_Entry]) -> None:
        if self._chain is None:
            chain = Chain()
            await self._store.begin(chain.head)
            self._chain = chain
            _told("a chain of records begins", chain.head)
        records = [entry.record for entry in batch]
        if self._doubtful:
            written = await self._store.known([record.id for record in records])
            records = [record for record in records if record.id not in written]
        if links := self._chain.links(records):
            await self._store.append(links)
            self._chain.moved(links[-1])
        self._doubtful = self._doubtful and bool(self._entries)

    def _failed(self, batch: Sequence[_Entry], failure: ServiceError) -> None:
        """Tell whoever waits, and keep what they used; it goes into another chain, as this one's end is not known."""
        if not self._away:
            _log.warning("records cannot be written", reason=failure.reason, waiting=len(batch) + len(self._entries))
        self._away = True
        self._doubt()
        for entry in (*batch, *self._entries):
            if entry.written is not None and not entry.written.done():
                entry.written.set_exception(_unavailable(self._limits.pause))
        kept = [_given_up(entry) for entry in (*batch, *self._entries)][-self._limits.waiting :]
        self._entries = deque(kept)

    def _doubt(self) -> None:
        self._doubtful = True
        self._chain, self._anchored = None, 0

    async def _anchor(self) -> None:
        while True:
            await asyncio.sleep(self._limits.anchoring)
            with suppress(ServiceError):
                await self._anchored_now()

    async def _anchored_now(self) -> None:
        if self._chain is not None and self._chain.head.sequence > self._anchored:
            head = self._chain.head
            await self._store.anchor(head)
            self._anchored = head.sequence
            _told("a chain of records is anchored", head)

    async def _finish(self) -> None:
        while self._entries and await self._once():
            pass
        with suppress(ServiceError):
            await self._anchored_now()


def _given_up(entry: _Entry) -> _Entry:
    if entry.written is None or entry.written.cancelled():
        return _Entry(entry.record, None)
    body = {**entry.record.body, "outcome": LOST}
    return _Entry(replace(entry.record, body=body), None)


def _told(event: str, head: Head) -> None:
    _log.info(event, writer=head.writer, sequence=head.sequence, hash=head.hash)


def _unavailable(pause: float) -> Unavailable:
    return Unavailable("records of requests cannot be written now; ask again", retry_after=2 * pause, reason=LOST)
