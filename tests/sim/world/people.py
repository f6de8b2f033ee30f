"""Those who write and those who read. What they are told and shown goes to the model at once."""

from __future__ import annotations

import asyncio
from functools import partial

from chassis.errors import ServiceError
from chassis.readers import EVERYONE
from ingestion.writing.words import Incoming, Outcome, Written
from retrieval.records import Model as ModelVersion
from retrieval.records import Reader
from retrieval.search.words import Embedded, Mode, Query
from sim.world.server import CORPUS
from sim.world.text import document
from sim.world.world import MODEL, World

TENANTS = ("acme", "zeta")
SOURCES = ("a", "b", "c")
GROUPS = ((EVERYONE,), (EVERYONE,), ("red",), ("blue", "red"))
READERS = tuple(frozenset({EVERYONE, *more}) for more in ((), ("red",), ("blue",)))
VERSION = ModelVersion(name=MODEL.name, version=MODEL.version)
TRIES = 3
ALL = 100
"""Chunks that a search may return: more than there are."""


class Writer:
    """Puts, replaces and deletes; tries again what may have failed."""

    def __init__(self, world: World, name: str, tenant: str) -> None:
        self._world = world
        self._name = name
        self._tenant = tenant
        self._waits = world.dice.random
        self._last: dict[str, Incoming] = {}

    async def write(self, times: int) -> None:
        """Do so many things, one after the other."""
        for _ in range(times):
            await asyncio.sleep(self._waits() * 3)
            await self._one()

    async def _one(self) -> None:
        dice = self._world.dice
        source = dice.choice(SOURCES)
        draw = dice.random()
        if draw < 0.1:
            await self._until_told(partial(self.erase, source))
        elif draw < 0.2:
            await self._until_told(partial(self.delete, source))
        elif draw < 0.3 and source in self._last:
            await self._until_told(partial(self.put, [self._last[source]]))
        elif draw < 0.4:
            await self._until_told(partial(self.put, [self.page(one) for one in SOURCES[:2]]))
        else:
            await self._until_told(partial(self.put, [self.page(source)]))

    def page(self, source: str) -> Incoming:
        """Return a page that nobody has written before."""
        world = self._world
        world.writes += 1
        page = document(self._tenant, source, world.writes, world.dice.randrange(1, 4), world.dice.choice(GROUPS))
        self._last[source] = page
        world.model.sends(page)
        return page

    async def put(self, pages: list[Incoming]) -> bool:
        """Put the pages in one stream; return whether all of them were acknowledged."""
        world, asked = self._world, asyncio.get_running_loop().time()
        left = {page.source_id: page for page in pages}
        for page in pages:
            world.note(self._name, f"puts {self._tenant}/{page.source_id} {_told(page)}")

        def heard(outcome: Outcome) -> None:
            world.note(self._name, f"hears {outcome}")
            if isinstance(outcome, Written):
                now = asyncio.get_running_loop().time()
                world.model.acknowledged(self._tenant, left.pop(outcome.source_id), outcome, asked, now)

        await world.server.put(self._tenant, pages, heard)
        return not left

    async def delete(self, source: str) -> bool:
        """Delete a document."""
        world, asked = self._world, asyncio.get_running_loop().time()
        world.note(self._name, f"deletes {self._tenant}/{source}")
        told = await world.server.delete(self._tenant, source)
        world.note(self._name, f"hears {told}")
        world.model.deleted(self._tenant, source, asked, asyncio.get_running_loop().time())
        return True

    async def erase(self, source: str) -> bool:
        """Erase a document."""
        world, asked = self._world, asyncio.get_running_loop().time()
        world.note(self._name, f"erases {self._tenant}/{source}")
        await world.server.erase(self._tenant, source)
        world.note(self._name, "hears of the erasure")
        world.model.erased(self._tenant, source, asked, asyncio.get_running_loop().time())
        return True

    async def _until_told(self, work) -> None:
        for _ in range(TRIES):
            patience = None if self._waits() < 0.9 else self._waits()
            try:
                async with asyncio.timeout(patience):
                    if await work():
                        return
            except (ServiceError, TimeoutError) as failure:
                self._world.note(self._name, f"does not know: {failure!r}")
            await asyncio.sleep(self._waits())


class Searching:
    """Searches and reads as somebody in these groups; keeps what it found by version, and trusts the shelf."""

    def __init__(self, world: World, tenant: str, groups: frozenset[str]) -> None:
        self._world = world
        self._tenant = tenant
        self._reader = Reader(tenant=tenant, groups=groups)
        self._kept: dict = {}

    async def read(self, times: int) -> None:
        """Look so many times."""
        dice = self._world.dice
        for _ in range(times):
            await asyncio.sleep(dice.random() * 3)
            try:
                await self.look(dice.choice(list(Mode)), dice.choice((ALL, ALL, 3)))
                await self.open(dice.choice(SOURCES))
            except ServiceError as failure:
                self._world.note(f"reader of {self._tenant}", f"finds nothing out: {failure!r}")

    async def look(self, mode: Mode, most: int) -> None:
        """Search, unless the answer for the version on the shelf is known."""
        world, tenant = self._world, self._tenant
        began = asyncio.get_running_loop().time()
        version = await world.shown.read(tenant, CORPUS)
        if version is not None:
            world.model.counted(tenant, version, began, asyncio.get_running_loop().time())
        found = self._kept.get((version, mode, most)) or await self._search(mode, most)
        now = asyncio.get_running_loop().time()
        seen = [f"{hit.chunk.document_id}-{hit.chunk.generation}-{hit.chunk.ordinal}" for hit in found.hits]
        world.note(f"reader of {tenant}", f"saw {seen} of {found.corpus_version}, {mode.value}, since {began:.3f}")
        world.model.shown(self._reader, [hit.chunk for hit in found.hits], most, began, now)
        world.model.counted(tenant, found.corpus_version, began, now)
        if not found.degraded:
            self._kept[found.corpus_version, mode, most] = found

    async def open(self, source: str) -> None:
        """Read one document by its name."""
        world, began = self._world, asyncio.get_running_loop().time()
        page = await world.reading.page(self._reader, CORPUS, ALL, "")
        documents = {document.id: document for document in page.documents}
        now = asyncio.get_running_loop().time()
        world.model.opened(self._reader, source, documents.get(source), began, now)

    async def _search(self, mode: Mode, most: int):
        query = Query(corpus=CORPUS, text="turbine water", embedded=_embedded, mode=mode, top_k=most)
        return await self._world.searcher.search(self._reader, query)


async def _embedded() -> Embedded:
    return Embedded(model=VERSION, vector=(0.6, 0.8))


def _told(page: Incoming) -> str:
    first, _, _ = page.content.decode().partition(" runs")
    return f"({first}; for {', '.join(page.groups)})"
