"""Erasing, answered by stores that are a wire away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from uuid import UUID

from fakes.erasures import FakeErasures
from fakes.keeping import FakeKeeping
from ingestion.corpora.words import Corpus
from ingestion.erasing.words import Erasure, Look, Place
from sim.world.weather import Wire, at_once
from sim.world.writing import FarLedger


class FarErasures:
    """The ledger's pages about erasures: read by anybody, written in the same session as documents."""

    def __init__(self, wire: Wire, ledger: FarLedger, book: FakeErasures) -> None:
        self._wire = wire
        self._ledger = ledger
        self._book = book

    async def places(self, corpus: UUID) -> Sequence[Place]:
        return await self._asked(self._book.places, corpus)

    async def last(self, corpus: UUID, source_id: str) -> Erasure | None:
        return await self._asked(self._book.last, corpus, source_id)

    async def traces(self, corpus: UUID, source_id: str) -> bool:
        return await self._asked(self._book.traces, corpus, source_id)

    async def unfinished(self) -> Sequence[Erasure]:
        return await self._asked(self._book.unfinished)

    async def looks(self, erasure: Erasure) -> Sequence[Look]:
        return await self._asked(self._book.looks, erasure)

    async def begin(self, corpus: Corpus, source_id: str, by: str, documents: Collection[UUID]) -> Erasure:
        return await self._written("begin erasure", partial(self._book.begin, corpus, source_id, by, documents))

    async def claim(self, erasure: Erasure) -> None:
        await self._written("claim erased", partial(self._book.claim, erasure))

    async def scrub(self, erasure: Erasure) -> None:
        await self._written("scrub erased", partial(self._book.scrub, erasure))

    async def finish(self, erasure: Erasure, looks: Sequence[Look]) -> Erasure:
        return await self._written("finish erasure", partial(self._book.finish, erasure, looks))

    async def _asked(self, question, *words):
        return await self._wire.call("ask about erasures", lambda: at_once(question(*words)), lasting=False)

    async def _written(self, name, work):
        return await self._ledger.written(name, lambda: at_once(work()))


class FarKeeping(FakeKeeping):
    """What an erasure asks the ledger before an original goes; the rest is asked by no history."""

    def __init__(self, wire: Wire, ledger: FarLedger, keeping: FakeKeeping) -> None:
        super().__init__(keeping.ledger)
        self._wire = wire
        self._ledger = ledger

    async def unreferenced(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        asked = partial(super().unreferenced, tenant, digests)
        return await self._wire.call("ask for references", lambda: at_once(asked()), lasting=False)

    async def settled(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        asked = partial(super().settled, tenant, digests)
        return await self._ledger.written("settle references", lambda: at_once(asked()))
