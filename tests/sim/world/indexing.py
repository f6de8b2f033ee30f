"""The book of indexes, answered by a ledger that is a wire away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from fakes.indexes import FakeIndexes
from ingestion.corpora.words import Index, IndexSettings
from ingestion.indexing.words import Building, Stale, Standing
from sim.world.weather import Wire, at_once
from sim.world.writing import FarLedger


class FarIndexes:
    """The ledger's pages about indexes: read by anybody, written in the same session as documents."""

    def __init__(self, wire: Wire, ledger: FarLedger, indexes: FakeIndexes) -> None:
        self._wire = wire
        self._ledger = ledger
        self._indexes = indexes

    async def indexes(self, corpus: UUID) -> Sequence[Index]:
        return await self._asked(self._indexes.indexes, corpus)

    async def unfinished(self) -> Sequence[Building]:
        return await self._asked(self._indexes.unfinished)

    async def stale(self, building: Building, pipeline: str, most: int, after: str = "") -> Sequence[Stale]:
        return await self._asked(self._indexes.stale, building, pipeline, most, after)

    async def standing(self, building: Building, pipeline: str) -> Standing:
        return await self._asked(self._indexes.standing, building, pipeline)

    async def begin(self, corpus: UUID, settings: IndexSettings, collection: str, *, switches: bool) -> Index:
        work = partial(self._indexes.begin, corpus, settings, collection, switches=switches)
        return await self._ledger.written("begin index", lambda: at_once(work()))

    async def resume(self, index: UUID) -> bool:
        return await self._ledger.written("resume index", lambda: at_once(self._indexes.resume(index)))

    async def drop(self, index: UUID) -> bool:
        return await self._ledger.written("drop index", lambda: at_once(self._indexes.drop(index)))

    async def fail(self, index: UUID, stale: Stale, reason: str) -> None:
        await self._ledger.written("note failure", lambda: at_once(self._indexes.fail(index, stale, reason)))

    async def finish(self, building: Building, pipeline: str) -> int | None:
        return await self._ledger.written("switch index", lambda: at_once(self._indexes.finish(building, pipeline)))

    async def clear(self, most: int, older_than: float) -> bool:
        return await self._ledger.written("clear index", lambda: at_once(self._indexes.clear(most, older_than)))

    async def _asked(self, question, *words):
        return await self._wire.call("ask about indexes", lambda: at_once(question(*words)), lasting=False)
