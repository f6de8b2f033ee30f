"""The ports of ingestion and retrieval, answered by stores that are a wire away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from uuid import UUID

from chassis.errors import DeadlineExceeded, Overloaded
from fakes.book import FakeBook
from fakes.embedder import FakeEmbedder
from fakes.ledger import FakeLedger
from fakes.objects import FakeOriginals
from ingestion.committing.words import Batch, Draft, Look, Surplus
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Corpus, EmbeddingModel
from ingestion.erasing.words import Place
from ingestion.keeping.ports import KeptOriginal
from sim.world.index import SimIndex
from sim.world.shelf import SimShelf
from sim.world.weather import Wire, at_once


class FarLedger:
    """Writes go through one session, which a call that failed holds until the server is done with it."""

    def __init__(self, wire: Wire, ledger: FakeLedger) -> None:
        self._wire = wire
        self._ledger = ledger
        self._turn = asyncio.Lock()

    async def find(self, corpus: UUID, source_ids: Sequence[str]) -> Look | None:
        return await self._wire.call("find", lambda: at_once(self._ledger.find(corpus, source_ids)), lasting=False)

    async def announce(self, drafts: Sequence[Draft]) -> None:
        await self.written("announce", lambda: at_once(self._ledger.announce(drafts)))

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        return await self.written("commit", lambda: at_once(self._ledger.commit(batch)))

    async def claim(self, older_than: float, most: int) -> Sequence[Surplus]:
        return await self.written("claim", lambda: at_once(self._ledger.claim(older_than, most)))

    async def forget(self, surplus: Sequence[Surplus]) -> None:
        await self.written("forget", lambda: at_once(self._ledger.forget(surplus)))

    async def written(self, name, work):
        """Have it done in the one session that writes."""
        async with self._turn:
            await self.free()
            return await self._wire.call(name, work)

    async def free(self) -> None:
        """Return when nothing that was given up is still to be done by the server."""
        await self._wire.arrived()


class FarBook:
    def __init__(self, wire: Wire, ledger: FakeLedger) -> None:
        self._wire = wire
        self._book = FakeBook(ledger)

    async def find(self, tenant: str, name: str) -> Corpus | None:
        return await self._wire.call("open", lambda: at_once(self._book.find(tenant, name)), lasting=False)

    async def add(self, corpus: Corpus) -> bool:
        return await self._wire.call("add corpus", lambda: at_once(self._book.add(corpus)))

    async def change(self, corpus: UUID, settings: CorpusSettings) -> bool:
        return await self._wire.call("change corpus", lambda: at_once(self._book.change(corpus, settings)))

    async def delete(self, corpus: UUID) -> bool:
        return await self._wire.call("delete corpus", lambda: at_once(self._book.delete(corpus)))

    async def page(self, after: UUID, most: int) -> Sequence[Corpus]:
        return await self._wire.call("list corpora", lambda: at_once(self._book.page(after, most)), lasting=False)

    async def versions(self, corpora: Collection[UUID]) -> Mapping[UUID, int]:
        await self._wire.arrived()  # it is read in the session that writes
        return await self._wire.call("read versions", lambda: at_once(self._book.versions(corpora)), lasting=False)


class FarIndex:
    def __init__(self, wire: Wire, index: SimIndex) -> None:
        self._wire = wire
        self._index = index

    async def prepare(self, collection: str, dimension: int) -> None:
        await self._wire.call("prepare", lambda: self._index.prepare(collection, dimension))

    async def write(self, collection: str, drafts: Sequence[Draft]) -> None:
        await self._wire.call("write", lambda: self._index.write(collection, drafts))

    async def flush(self, collection: str) -> None:
        await self._wire.call("flush", lambda: self._index.flush(collection))

    async def remove(self, collection: str, surplus: Sequence[Surplus]) -> None:
        await self._wire.call("remove", lambda: self._index.remove(collection, surplus))

    async def documents(self, place: Place, source_id: str) -> Collection[UUID]:
        return await self._wire.call("find rows", lambda: self._index.documents(place, source_id), lasting=False)

    async def erase(self, collection: str, documents: Collection[UUID]) -> None:
        await self._wire.call("erase", lambda: self._index.erase(collection, documents))

    async def count(self, collection: str, documents: Collection[UUID]) -> int:
        return await self._wire.call("count rows", lambda: self._index.count(collection, documents), lasting=False)


class FarShelf:
    def __init__(self, wire: Wire, shelf: SimShelf) -> None:
        self._wire = wire
        self._shelf = shelf
        self._tokens: dict[UUID, object] = {}

    async def put(self, corpus: Corpus, version: int) -> None:
        token = self._tokens.get(corpus.id, self)
        await self._wire.call(f"show version {version}", lambda: self._shelf.put(corpus, version, token))

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        token = object()
        self._tokens.update({corpus.id: token for corpus in corpora})
        await self._wire.call("show no version", lambda: self._shelf.drop(corpora, token))

    async def fresh(self) -> str:
        return await self._wire.call("ask whether it forgot", self._shelf.fresh, lasting=False)

    async def settled(self, run: str) -> None:
        await self._wire.call("note that all is shown", lambda: self._shelf.settled(run))

    async def lost(self, corpora: Sequence[Corpus]) -> Sequence[Corpus]:
        return await self._wire.call("look for lost versions", lambda: self._shelf.lost(corpora), lasting=False)

    async def read(self, tenant: str, corpus: str) -> int | None:
        """Return the version that readers are shown."""
        return await self._wire.call(
            "look at the version", lambda: self._shelf.versions.get((tenant, corpus)), lasting=False
        )


class FarOriginals:
    def __init__(self, wire: Wire, originals: FakeOriginals, arrivals: dict[tuple[str, str], float]) -> None:
        self._wire = wire
        self._originals = originals
        self._arrivals = arrivals

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        def kept() -> None:
            self._arrivals[tenant, digest] = asyncio.get_running_loop().time()
            at_once(self._originals.keep(tenant, digest, content))

        await self._wire.call("keep", kept)

    async def read(self, tenant: str, digest: str) -> bytes:
        return await self._wire.call("read", lambda: at_once(self._originals.read(tenant, digest)), lasting=False)

    async def has(self, tenant: str, digest: str) -> bool:
        return await self._wire.call("has", lambda: at_once(self._originals.has(tenant, digest)), lasting=False)

    async def remove(self, tenant: str, digest: str) -> None:
        await self._wire.call("remove", lambda: at_once(self._originals.remove(tenant, digest)))

    async def listed(self, tenant: str = "") -> AsyncIterator[Sequence[KeptOriginal]]:
        async for portion in self._originals.listed(tenant):
            yield portion


class FarEmbedder:
    def __init__(self, wire: Wire, embedder: FakeEmbedder) -> None:
        self._wire = wire
        self._embedder = embedder

    async def model(self, role: str) -> EmbeddingModel:
        return await self._wire.call("which model", lambda: at_once(self._embedder.model(role)), lasting=False)

    async def embed(self, role: str, texts: Sequence[str]) -> tuple[EmbeddingModel, Sequence[bytes]]:
        failure = Overloaded if len(texts) % 2 else DeadlineExceeded
        return await self._wire.call(
            "embed", lambda: at_once(self._embedder.embed(role, texts)), failure, lasting=False
        )
