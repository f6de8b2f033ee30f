"""The rule of indexes: what may be asked of them. The work itself is done by the builder."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from chassis.errors import FailedPrecondition, NotFound
from chassis.terms import ANALYSER
from ingestion.corpora.creating import CollectionMaker, ModelProbe, collection_of
from ingestion.corpora.words import Chunking, Corpus, Index, IndexSettings, IndexState, Lexical
from ingestion.indexing.ports import Corpora, IndexBook
from ingestion.indexing.words import Building
from ingestion.writing.fingerprint import PIPELINE

__all__ = ["Indexes"]


class Indexes:
    """Begins, switches and drops indexes; `work` is set whenever the builder has something to do."""

    def __init__(self, book: IndexBook, corpora: Corpora, probe: ModelProbe, collections: CollectionMaker) -> None:
        self._book = book
        self._corpora = corpora
        self._probe = probe
        self._collections = collections
        self.work = asyncio.Event()

    async def begin(
        self, tenant: str, name: str, chunking: Chunking | None, role: str | None, *, switches: bool
    ) -> Index:
        """Begin another index beside the live one; what is not given is as in the live one.

        Raises `NotFound` when nobody plays the role, `FailedPrecondition` when it would be the live one again or when
        another index is being built.
        """
        corpus = await self._corpora.named(tenant, name)
        live = corpus.index.settings
        model = await self._probe.model(role or live.embedding.role)
        settings = IndexSettings(
            chunking=chunking or live.chunking, embedding=model, lexical=Lexical(analyser=ANALYSER)
        )
        if settings == live:
            raise FailedPrecondition("the live index is made exactly so already")
        collection = collection_of(model, corpus.id if corpus.settings.own_collection else None)
        await self._collections.prepare(collection, model.dimension)
        index = await self._book.begin(corpus.id, settings, collection, switches=switches)
        self.work.set()
        return index

    async def switch(self, tenant: str, name: str, number: int) -> Index:
        """Have an index go live as soon as it lacks nothing; that may be at once, and is once it has caught up."""
        corpus, index = await self._numbered(tenant, name, number)
        if index.state is IndexState.LIVE:
            return index
        building = Building(corpus=corpus, index=index, switches=True)
        failed = (await self._book.standing(building, PIPELINE)).failed
        if failed:
            raise FailedPrecondition(f"index {number} cannot have {failed} of the documents")
        if not await self._book.resume(index.id):
            raise NotFound(f"index {number} is being dropped", reason="UNKNOWN_INDEX")
        self.work.set()
        return replace(index, state=IndexState.BUILDING)

    async def drop(self, tenant: str, name: str, number: int) -> None:
        """Give an index up; raise `FailedPrecondition` when it is live."""
        _, index = await self._numbered(tenant, name, number)
        if not await self._book.drop(index.id):
            raise FailedPrecondition(f"index {number} is live; switch to another one before it is dropped")
        self.work.set()

    async def _numbered(self, tenant: str, name: str, number: int) -> tuple[Corpus, Index]:
        corpus = await self._corpora.named(tenant, name)
        for index in await self._book.indexes(corpus.id):
            if index.number == number:
                return corpus, index
        raise NotFound(f"corpus {name} has no index {number}", reason="UNKNOWN_INDEX")
