"""Erases a document: hides it, removes all that any store holds of it, and looks for it everywhere.

What is to be done is written down first. So an erasure that is broken off anywhere is finished by the next call for it,
or by a chore; each step may be done again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.errors import Unavailable
from ingestion.committing.gathering import Gatherer
from ingestion.committing.words import Removal
from ingestion.corpora.words import Corpus
from ingestion.erasing.ports import Erasures, Keeper, Ledger, Rows
from ingestion.erasing.words import Erasure, ErasurePage, Look
from ingestion.keeping.collecting import Collector
from ingestion.keeping.ports import References
from ingestion.writing.putting import finished
from ingestion.writing.turns import Turns

__all__ = ["Eraser"]

AGAIN: Final = 5.0
"""Seconds after which a caller should ask again when something was still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """Erases one document at a time; its writers wait."""

    book: Erasures
    ledger: Ledger
    rows: Rows
    originals: Keeper
    references: References
    collector: Collector
    gatherer: Gatherer
    turns: Turns

    async def erase(self, corpus: Corpus, source_id: str, by: str) -> Erasure:
        """Return the record once nothing is left; the one that there is when nothing has come since.

        Raises `Unavailable` when a store is away or something is still there: it is finished in the background.
        """
        async with self.turns.changing((corpus.id, source_id)):
            documents = await self._documents(corpus, source_id)
            last = await self.book.last(corpus.id, source_id)
            again = documents or await self.book.traces(corpus.id, source_id)
            if last is not None and last.finished and not again:
                await self.collector.settled(corpus.tenant)
                return last
            return await self._finished(await self.book.begin(corpus, source_id, by, documents))

    async def page(self, tenant: str, corpus: str, source_id: str, after: UUID | None, size: int) -> ErasurePage:
        """Return a page of what was erased, and is being erased, in corpora of that name; they may be gone."""
        found = await self.book.page(tenant, corpus, source_id, after, size + 1)
        return ErasurePage(found[:size], len(found) > size)

    async def finish(self) -> int:
        """Finish what was broken off; return how many erasures that were."""
        begun = await self.book.unfinished()
        for erasure in begun:
            async with self.turns.changing((erasure.corpus, erasure.source_id)):
                # It may have been finished, or overtaken, while its turn was waited for.
                now = await self.book.last(erasure.corpus, erasure.source_id)
                if now is not None and now.finished is None:
                    await self._finished(await self._seen_again(now))
        return len(begun)

    async def _seen_again(self, erasure: Erasure) -> Erasure:
        """Return it with what came to be known since; of a corpus that is gone nothing can have."""
        look = await self.ledger.find(erasure.corpus, [erasure.source_id])
        if look is None:
            return erasure
        documents = await self._documents(look.corpus, erasure.source_id)
        return await self.book.begin(look.corpus, erasure.source_id, erasure.by, documents)

    async def _documents(self, corpus: Corpus, source_id: str) -> Collection[UUID]:
        found: set[UUID] = set()
        for place in await self.book.places(corpus.id):
            found |= set(await self.rows.documents(place, source_id))
        return found

    async def _finished(self, erasure: Erasure) -> Erasure:
        await self._hide(erasure)
        await self.book.claim(erasure)
        for collection in erasure.collections:
            await self.rows.erase(collection, erasure.documents)
        await self.book.scrub(erasure)
        await self.collector.settled(erasure.tenant)
        looks = await self._looks(erasure)
        if left := [look.place for look in looks if look.found]:
            raise Unavailable(f"something of the document is still in {', '.join(left)}", retry_after=AGAIN)
        return await self.book.finish(erasure, looks)

    async def _hide(self, erasure: Erasure) -> None:
        look = await self.ledger.find(erasure.corpus, [erasure.source_id])
        if look is not None and (known := look.known.get(erasure.source_id)):
            with self.gatherer.expecting():
                removal = Removal(corpus=look.corpus, source_id=erasure.source_id, known=known)
                await finished(self.gatherer.remove(removal))

    async def _looks(self, erasure: Erasure) -> Sequence[Look]:
        looks = [*await self.book.looks(erasure)]
        for collection in erasure.collections:
            found = await self.rows.count(collection, erasure.documents)
            looks.append(_look("milvus", collection, len(erasure.documents), found))
        return [*looks, await self._originals(erasure)]

    async def _originals(self, erasure: Erasure) -> Look:
        there = [digest for digest in sorted(erasure.originals) if await self.originals.has(erasure.tenant, digest)]
        nobodys = await self.references.unreferenced(erasure.tenant, there)
        return _look("objects", "originals", len(erasure.originals), len(nobodys), len(there) - len(nobodys))


def _look(store: str, place: str, looked_for: int, found: int, shared: int = 0) -> Look:
    return Look(store=store, place=place, looked_for=looked_for, found=found, shared=shared)
