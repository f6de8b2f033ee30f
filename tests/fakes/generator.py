"""A language model as rules see it: it writes what a test tells it to, breaks off, or is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from orchestrator.answer.writer import Order, Piece
from orchestrator.search.words import Model

MODEL = Model("generator", "tiny", "1")


class FakeWriter:
    """Writes the words, one piece each."""

    def __init__(self, *words: str, finish: str = "stop") -> None:
        self.words = list(words)
        self.finish = finish
        self.failure: Exception | None = None
        """Raised after the words, which may be none."""

        self.fell = False
        """Whether it is of a lower tier than the one that writes while all is well."""

        self.hangs = False
        self.orders: list[Order] = []
        self.written = 0
        self.waiting = asyncio.Event()
        """Set when all words are written and it hangs."""

        self.stopped = asyncio.Event()
        """Set when the pieces are no longer read, however that came about."""

    async def write(self, order: Order) -> AsyncGenerator[Piece, None]:
        self.orders.append(order)
        try:
            for count, word in enumerate(self.words, start=1):
                await asyncio.sleep(0)
                last = count == len(self.words) and self.failure is None
                self.written += 1
                yield Piece(
                    text=word,
                    finish=self.finish if last else "",
                    input_tokens=40,
                    output_tokens=1,
                    model=MODEL,
                    fell=self.fell,
                )
            if self.hangs:
                self.waiting.set()
                await asyncio.Event().wait()
            if self.failure is not None:
                raise self.failure
        finally:
            self.stopped.set()


class SilentMeters:
    """Keeps the figures of generations."""

    def __init__(self) -> None:
        self.firsts: list[float] = []
        self.usages: list[object] = []

    def first(self, seconds: float, model: Model) -> None:
        self.firsts.append(seconds)

    def ended(self, seconds: float, model: Model, usage: object) -> None:
        self.usages.append(usage)
