"""A writer: puts, replaces and deletes documents of its own, and does not let go before each is acknowledged."""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing
from dataclasses import dataclass, field

from rigs.faults.ground import SILENT, Ground, counting
from rigs.faults.papers import name, number, paper

DOCUMENTS = 6
AT_ONCE = 3
DELETIONS = 0.2
PATIENCE = 150.0
"""Seconds within which every operation must be acknowledged, whatever strikes."""
PAUSE = 0.2


@dataclass
class Writer:
    """One of several; each has its own documents."""

    ground: Ground
    place: int
    draws: random.Random
    turns: int = field(default=0, init=False)
    """Operations that came to their end."""

    async def work(self, stopped: asyncio.Event) -> None:
        """Write until told to stop, and finish what was begun."""
        mine = range(self.place * DOCUMENTS, (self.place + 1) * DOCUMENTS)
        while not stopped.is_set():
            chosen = self.draws.sample(mine, self.draws.randint(1, AT_ONCE))
            deleting = self.draws.random() < DELETIONS
            histories = self.ground.memory.histories
            open_ = {document: histories[document].begin(deleting=deleting) for document in chosen}
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._finish(open_, deleting=deleting)
            except TimeoutError:
                self.ground.memory.broken.append(f"never acknowledged: {open_}")
            self.turns += 1

    async def _finish(self, open_: dict[int, int], *, deleting: bool) -> None:
        while open_:
            with counting(self.ground.tally.refused):
                async with asyncio.timeout(SILENT):
                    await (self._delete(open_) if deleting else self._put(open_))
            if open_:
                await asyncio.sleep(PAUSE)

    async def _put(self, open_: dict[int, int]) -> None:
        papers = [paper(document, operation) for document, operation in open_.items()]
        async with aclosing(self.ground.client.put(papers, corpus=self.ground.corpus)) as results:
            async for result in results:
                if result.HasField("committed"):
                    self._acknowledge(open_, number(result.document_id), "put")
                else:
                    self.ground.tally.refused["Unavailable" if result.refused.retryable else result.refused.reason] += 1

    async def _delete(self, open_: dict[int, int]) -> None:
        for document in tuple(open_):
            await self.ground.client.delete(name(document), corpus=self.ground.corpus)
            self._acknowledge(open_, document, "delete")

    def _acknowledge(self, open_: dict[int, int], document: int, kind: str) -> None:
        self.ground.memory.histories[document].acknowledge(open_.pop(document))
        self.ground.tally.acknowledged[kind] += 1
