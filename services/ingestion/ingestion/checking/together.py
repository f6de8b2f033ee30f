"""Asks many small questions at once: while one is out, those that come meanwhile wait and go together in the next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Together"]

Q = TypeVar("Q")
A = TypeVar("A")


class Together(Generic[Q, A]):
    """Gathers questions; `answer` is given several and returns one answer each, in order."""

    def __init__(self, answer: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], most: int) -> None:
        self._answer = answer
        self._most = most
        self._waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """Return the answer to one question; a failure of the question that it went with is raised."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._asking is None:
            self._asking = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
                await self._serve([(question, future) for question, future in taken if not future.done()])
        finally:
            self._asking = None

    async def _serve(self, taken: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._answer([question for question, _ in taken])
        except Exception as failure:  # noqa: BLE001 - whatever it is, each that asked hears of it
            for _, future in taken:
                if not future.done():
                    future.set_exception(failure)
        else:
            for (_, future), answer in zip(taken, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
