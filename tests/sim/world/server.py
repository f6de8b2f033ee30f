"""The ingestion process: started, spoken to, killed and started again over the same stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import copy_context

from chassis.errors import Aborted, Unavailable
from ingestion.assembly import Ingestion
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking
from ingestion.erasing.words import Erasure
from ingestion.measures import Measures
from ingestion.ports import Ports
from ingestion.writing.words import Incoming, Outcome
from sim.world.life import Life
from sim.world.text import TOKENS

CORPUS = "library"
CUTS = (Chunking(max_tokens=TOKENS), Chunking(max_tokens=2 * TOKENS), Chunking(whole_documents=True))
"""Ways of cutting: each paragraph, two of them, all."""

Composed = Callable[[Ports], AbstractAsyncContextManager[Ingestion]]
"""How a process is put together: the real assembly, or one with a planted bug."""


class Unmeasured(Measures):
    """Counts nothing. A mistake of ours is kept: no weather excuses it."""

    def __init__(self) -> None:
        self.mistakes: list[Exception] = []

    def outcome(self, outcome):
        pass

    def committed(self, batch, seconds):
        pass

    def failed(self, failure):
        if not isinstance(failure, Aborted):
            self.mistakes.append(failure)

    def put_off(self, work, failure):
        pass

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        yield


class Server:
    """One after the other, processes that serve. `ready` is awaited before one starts to write."""

    def __init__(
        self, compose: Composed, ports: Callable[[], Ports], ready: Callable[[], Awaitable[None]], delay
    ) -> None:
        self._compose = compose
        self._ports = ports
        self._ready = ready
        self._delay = delay
        self._world = copy_context()
        self._life: Life | None = None
        self._ingestion: Ingestion | None = None
        self._starting: asyncio.Task | None = None

    async def start(self) -> None:
        """Start a process and return once it serves."""
        await self._ready()
        life, ports = Life(), self._ports()
        serving = asyncio.get_running_loop().create_future()
        life.start(self._serve(ports, serving))
        self._life, self._ingestion = life, await serving

    def die(self) -> None:
        """End the process as `kill -9` does, and have another one started."""
        if self._ingestion is not None:
            self._ingestion = None
            asyncio.get_running_loop().call_later(self._delay(), self._again, context=self._world.copy())
            self._life.end()

    async def stop(self) -> None:
        """End the process for good."""
        self._ingestion = None
        if self._starting:
            self._starting.cancel()
        if self._life is None:
            return
        self._life.end()
        while tasks := list(self._life.tasks):
            await asyncio.wait(tasks)

    async def create(self, tenant: str) -> None:
        await self._asked(lambda ingestion: ingestion.corpora.create(tenant, CORPUS, CUTS[0], CorpusSettings()))

    async def put(self, tenant: str, documents: list[Incoming], heard: Callable[[Outcome], None]) -> None:
        """Put documents in one stream; raise `Unavailable` when the process or the stores go away meanwhile."""

        async def stream() -> AsyncIterator[Incoming]:
            for document in documents:
                yield document

        async def work(ingestion: Ingestion) -> None:
            corpus = await ingestion.corpora.named(tenant, CORPUS)
            async for outcome in ingestion.intake.outcomes(corpus, stream()):
                heard(outcome)

        await self._asked(work)

    async def delete(self, tenant: str, source: str) -> tuple[bool, int]:
        """Delete a document."""

        async def work(ingestion: Ingestion) -> tuple[bool, int]:
            return await ingestion.putter.delete(await ingestion.corpora.named(tenant, CORPUS), source)

        return await self._asked(work)

    async def erase(self, tenant: str, source: str) -> Erasure:
        """Erase a document."""

        async def work(ingestion: Ingestion) -> Erasure:
            return await ingestion.eraser.erase(await ingestion.corpora.named(tenant, CORPUS), source, "somebody")

        return await self._asked(work)

    async def begin_index(self, tenant: str, cut: Chunking, *, switches: bool) -> int:
        """Begin another index and return its number."""

        async def work(ingestion: Ingestion) -> int:
            return (await ingestion.indexes.begin(tenant, CORPUS, cut, None, switches=switches)).number

        return await self._asked(work)

    async def switch_index(self, tenant: str, number: int) -> None:
        """Have another index go live: one that was built, or the one before."""
        await self._asked(lambda ingestion: ingestion.indexes.switch(tenant, CORPUS, number))

    async def drop_index(self, tenant: str, number: int) -> None:
        """Give an index up."""
        await self._asked(lambda ingestion: ingestion.indexes.drop(tenant, CORPUS, number))

    async def _asked(self, work):
        await asyncio.sleep(self._delay())
        if self._ingestion is None:
            raise Unavailable("nobody serves")
        task = self._life.start(work(self._ingestion))
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()  # the caller went away, and the server hears of it
            raise
        if task.cancelled():
            raise Unavailable("the process died")
        return task.result()

    async def _serve(self, ports: Ports, serving: asyncio.Future) -> None:
        async with self._compose(ports) as ingestion:
            serving.set_result(ingestion)
            await asyncio.get_running_loop().create_future()

    def _again(self) -> None:
        self._starting = asyncio.get_running_loop().create_task(self.start())
