"""Builds indexes in the background: looks for what they lack, brings it in, and lets them go live.

Everything it knows is in the ledger, so a process that dies at any point is followed by one that goes on. While
documents keep coming, the last few are brought in behind a closed door: writers wait for a moment, and the switch finds
nothing missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from chassis.errors import Aborted, InvalidArgument, ServiceError
from chassis.identity import Identity, bound
from ingestion.committing.gathering import Gatherer
from ingestion.committing.order import Publishing
from ingestion.corpora.creating import CollectionMaker
from ingestion.corpora.words import IndexState
from ingestion.indexing.ports import IndexBook
from ingestion.indexing.words import Building, LostOriginal, Stale
from ingestion.writing.fingerprint import PIPELINE
from ingestion.writing.turns import Turns
from ingestion.writing.vectors.models import ModelEmbeddings

__all__ = ["Builder", "DocumentBuilder"]

PORTION: Final = 128
"""Documents that are looked up, and rebuilt at once, in one step."""

TAIL: Final = 32
"""Documents that are few enough to be rebuilt while writers wait."""

PATIENCE: Final = 30.0
"""Seconds that the writers inside get to leave before a switch is put off."""

CLEARED: Final = 500
"""Placements of a dropped index that are cleared away in one transaction."""

LOST = (InvalidArgument, LostOriginal)
"""Failures of one document that trying again would not mend."""

Report = Callable[[ServiceError], None]


class DocumentBuilder(Protocol):
    """Brings one document into an index."""

    async def rebuild(self, building: Building, stale: Stale, embeddings: ModelEmbeddings) -> None:
        """Return when the index has it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Works the list of unfinished indexes off."""

    book: IndexBook
    documents: DocumentBuilder
    collections: CollectionMaker
    embeddings: Callable[[], ModelEmbeddings]
    turns: Turns
    gatherer: Gatherer
    publishing: Publishing
    grace: float
    """Seconds that a dropped index is left alone: a read that began before may still ask for it."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    reached: dict[UUID, str] = field(default_factory=dict)
    """How far the present look through a corpus has come, by index."""

    async def step(self) -> bool:
        """Do one portion of work, one at a time; return whether there is more to do at once."""
        async with self.turn:
            more = await self.book.clear(CLEARED, self.grace)
            for building in await self.book.unfinished():
                with bound(_builder_of(building)):
                    more |= await self._advance(building)
            return more

    async def forever(self, every: float, work: asyncio.Event, report: Report) -> None:
        """Work again and again; rest for so many seconds, or until there is work, when all is done."""
        while True:
            work.clear()
            more = False
            try:
                more = await self.step()
            except ServiceError as failure:
                report(failure)
            if not more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(every):
                        await work.wait()

    async def _advance(self, building: Building) -> bool:
        # That of a restored corpus may not be there; one that is known to be there costs nothing.
        index = building.index
        await self.collections.prepare(index.collection, index.settings.embedding.dimension)
        stale = await self._lacking(building)
        finishes = building.switches or building.index.state is IndexState.LIVE
        if stale and (len(stale) > TAIL or not finishes):
            await self._rebuild(building, stale)
            return True
        if not finishes or (await self.book.standing(building, PIPELINE)).failed:
            return False
        with suppress(TimeoutError):
            async with self.turns.stillness(PATIENCE):
                await self._rebuild(building, await self.book.stale(building, PIPELINE, PORTION))
                return not await self._finish(building)
        return False

    async def _lacking(self, building: Building) -> Sequence[Stale]:
        index = building.index.id
        found = await self.book.stale(building, PIPELINE, PORTION, self.reached.get(index, ""))
        if len(found) < PORTION and self.reached.pop(index, ""):
            # That was the end; what changed meanwhile may lie anywhere.
            found = await self.book.stale(building, PIPELINE, PORTION)
        if len(found) == PORTION:
            self.reached[index] = found[-1].source_id
        return found

    async def _rebuild(self, building: Building, stale: Sequence[Stale]) -> None:
        async with aclosing(self.embeddings()) as embeddings:
            work = [self._one(building, each, embeddings) for each in stale]
            ends = await asyncio.gather(*work, return_exceptions=True)
        for failure in filter(None, ends):
            raise failure

    async def _one(self, building: Building, stale: Stale, embeddings: ModelEmbeddings) -> None:
        try:
            await self.documents.rebuild(building, stale, embeddings)
        except Aborted:
            return  # it was put, deleted or switched meanwhile; the next look tells
        except LOST as failure:
            await self.book.fail(building.index.id, stale, failure.message)

    async def _finish(self, building: Building) -> bool:
        corpora = [building.corpus]
        async with self.gatherer.still():
            await self.publishing.withdraw(corpora)
            version = await self.book.finish(building, PIPELINE)
            if version is not None:
                await self.publishing.publish(corpora, {building.corpus.id: version})
        return version is not None


def _builder_of(building: Building) -> Identity:
    return Identity(tenant=building.corpus.tenant, groups=frozenset(), roles=frozenset({"read"}), key_id="indexing")
