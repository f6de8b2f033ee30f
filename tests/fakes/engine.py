"""An engine whose vectors tell which row they were made of, behind the port `embedding.embedder.Engine`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence

import numpy as np

from chassis.errors import NotFound
from embedding.batching.pending import Ids
from embedding.batching.requested import Model, Vectors
from embedding.embedder import Tokens

Working = Callable[[Sequence[Ids]], Awaitable[None]]


async def at_once(_rows: Sequence[Ids]) -> None:
    await asyncio.sleep(0)


class FakeEngine:
    """The vector of a row is (its first token, its length)."""

    def __init__(self, working: Working = at_once) -> None:
        self._working = working
        self.batches: list[list[Ids]] = []
        self.cancelled = 0
        self.most_at_once = 0
        self._at_once = 0
        self.version = "1"

    def place(self, role: str) -> Hashable:
        if role != "embedding":
            raise NotFound("no model plays the role that was asked for", reason="UNKNOWN_ROLE")
        return role

    async def run(self, place: Hashable, rows: Sequence[Ids], width: int, *, urgent: bool) -> Vectors:
        assert width >= max(map(len, rows))
        self.batches.append(list(rows))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self._working(rows)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self._at_once -= 1
        data = np.array([[row[0], len(row)] for row in rows], dtype="<f4").tobytes()
        return Vectors(data=data, count=len(rows), dimension=2, model=Model("fake", self.version))


class FakeTokeniser:
    """A text is a number and a count: "7 x 3" is three tokens that begin with 7."""

    def __init__(self, window: int = 256) -> None:
        self._window = window

    async def tokens(self, texts: Sequence[str]) -> Sequence[Tokens]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Tokens:
        number, _, count = text.partition(" x ")
        length = int(count or 1)
        return Tokens([int(number)] * min(length, self._window), length > self._window)
