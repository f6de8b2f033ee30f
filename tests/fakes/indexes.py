"""A book of indexes in memory: the pages of a ledger that say which ones there are and what they lack."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from chassis.errors import FailedPrecondition
from fakes.ledger import FakeLedger
from ingestion.committing.words import Draft
from ingestion.corpora.words import Index, IndexSettings, IndexState
from ingestion.indexing.words import Building, Stale, Standing


class FakeIndexes:
    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger
        self.switching: set[UUID] = set()
        self.incomplete: set[UUID] = set()
        self.dropped: dict[UUID, float] = {}
        self.failures: dict[tuple[UUID, UUID, int], str] = {}

    async def indexes(self, corpus: UUID) -> Sequence[Index]:
        async with self.ledger.steps.call("indexes list"):
            return self._of(corpus)

    async def begin(self, corpus: UUID, settings: IndexSettings, collection: str, *, switches: bool) -> Index:
        async with self.ledger.steps.call("indexes begin"):
            existing = self._of(corpus)
            if any(index.state is IndexState.BUILDING for index in existing):
                raise FailedPrecondition("another index is being built")
            index = Index(
                id=uuid4(),
                number=1 + existing[-1].number,
                settings=settings,
                collection=collection,
                state=IndexState.BUILDING,
            )
            self.ledger.indexes[index.id] = index
            self.ledger.owners[index.id] = corpus
            self.switching |= {index.id} if switches else set()
            return index

    async def resume(self, index: UUID) -> bool:
        async with self.ledger.steps.call("indexes resume"):
            self.switching.add(index)
            return self._moved(index, IndexState.BUILDING)

    async def drop(self, index: UUID) -> bool:
        async with self.ledger.steps.call("indexes drop"):
            self.dropped[index] = asyncio.get_running_loop().time()
            return self._moved(index, IndexState.DROPPING)

    async def unfinished(self) -> Sequence[Building]:
        async with self.ledger.steps.call("indexes unfinished"):
            return [
                Building(corpus=corpus, index=index, switches=index.id in self.switching)
                for corpus in self.ledger.corpora.values()
                for index in self._of(corpus.id)
                if index.state is IndexState.BUILDING or index.id in self.incomplete
            ]

    async def stale(self, building: Building, pipeline: str, most: int, after: str = "") -> Sequence[Stale]:
        async with self.ledger.steps.call("indexes stale"):
            missing = [put for put in self._missing(building, pipeline) if not self._failed(building.index.id, put)]
            later = sorted((put for put in missing if put.source_id > after), key=lambda put: put.source_id)
            return [self._stale(building, put) for put in later[:most]]

    async def fail(self, index: UUID, stale: Stale, reason: str) -> None:
        async with self.ledger.steps.call("indexes fail"):
            self.failures[index, stale.known.id, stale.known.generation] = reason

    async def standing(self, building: Building, pipeline: str) -> Standing:
        async with self.ledger.steps.call("indexes standing"):
            missing = self._missing(building, pipeline)
            failed = [put for put in missing if self._failed(building.index.id, put)]
            return Standing(index=building.index.id, missing=len(missing), failed=len(failed))

    async def finish(self, building: Building, pipeline: str) -> int | None:
        async with self.ledger.steps.call("indexes finish"):
            now, index = self.ledger.now(building.corpus), building.index
            if self._missing(building, pipeline):
                return None
            self.incomplete.discard(index.id)
            if index.state is IndexState.LIVE:
                return now.version
            self.ledger.indexes[now.index.id] = replace(now.index, state=IndexState.KEPT)
            chunks = sum(len(each.chunks) for (where, _), each in self.ledger.placements.items() if where == index.id)
            live = self.ledger.indexes[index.id] = replace(index, state=IndexState.LIVE, chunks=chunks)
            self.switching.discard(index.id)
            self.ledger.corpora[now.tenant, now.name] = replace(now, index=live, version=now.version + 1)
            return now.version + 1

    async def clear(self, most: int, older_than: float) -> bool:
        async with self.ledger.steps.call("indexes clear"):
            until = asyncio.get_running_loop().time() - older_than
            gone = [index.id for index in self.ledger.indexes.values() if index.state is IndexState.DROPPING]
            dropped = [index for index in gone if self.dropped[index] <= until]
            for index in dropped:
                placed = [pair for pair in self.ledger.placements if pair[0] == index][:most]
                for pair in placed:
                    self.ledger.take(*pair)
                if not placed:
                    del self.ledger.indexes[index], self.ledger.owners[index]
            return bool(dropped)

    def _of(self, corpus: UUID) -> list[Index]:
        owners = self.ledger.owners
        return sorted(
            (index for index in self.ledger.indexes.values() if owners[index.id] == corpus),
            key=lambda each: each.number,
        )

    def _moved(self, index: UUID, to: IndexState) -> bool:
        now = self.ledger.indexes.get(index)
        if now is None or now.state not in (IndexState.BUILDING, IndexState.KEPT):
            return False
        self.ledger.indexes[index] = replace(now, state=to)
        return True

    def _missing(self, building: Building, pipeline: str) -> list[Draft]:
        mine = [put for (owner, _), put in self.ledger.documents.items() if owner == building.corpus.id]
        placed = {put.id: self.ledger.placements.get((building.index.id, put.id)) for put in mine}
        return [
            put
            for put in mine
            if (there := placed[put.id]) is None
            or (there.source_generation, there.pipeline) != (put.generation, pipeline)
        ]

    def _failed(self, index: UUID, put: Draft) -> bool:
        return (index, put.id, put.generation) in self.failures

    def _stale(self, building: Building, put: Draft) -> Stale:
        known = self.ledger.known(replace(building.corpus, index=building.index), put.source_id)
        assert known is not None
        return Stale(
            known=known,
            source_id=put.source_id,
            title=put.title,
            uri=put.uri,
            mime=put.mime,
            sha256=put.sha256,
            size=put.size,
            groups=put.groups,
            metadata=put.metadata,
            by=put.by,
        )
