"""Texts of many documents, embedded in large calls.

The model is the slowest part of writing, so it must never wait: several calls are in flight, each holds as many texts
as there are, up to a limit, and while the calls are busy more texts gather. One stream of documents has one of these,
because a call carries the identity and the trace of who asks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.errors import DeadlineExceeded, FailedPrecondition, Overloaded, ServiceError, Unavailable
from ingestion.corpora.words import EmbeddingModel

__all__ = ["Calls", "Embedder", "Embeddings"]

PASSING = (Unavailable, Overloaded)

FIRST_PAUSE, LAST_PAUSE = 0.1, 2.0
"""Seconds between attempts, doubling."""


class Embedder(Protocol):
    """Turns texts into vectors."""

    async def embed(self, role: str, texts: Sequence[str]) -> tuple[EmbeddingModel, Sequence[bytes]]:
        """Return the model that plays the role, and one row of little-endian float32 a text, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """How the model is kept busy."""

    most_texts: int = 64
    """In one call."""

    in_flight: int = 4
    """Calls at a time."""

    attempts: int = 6
    """Of one call while the model is away. While it is overloaded a call is tried until its time is over: the stream
    is held back meanwhile, which is what an overloaded model needs."""


@dataclass(slots=True, eq=False)
class _Asked:
    texts: Sequence[str]
    done: asyncio.Future[Sequence[bytes]]


class Embeddings:
    """Gathers what documents ask and calls the embedder.

    `model` is the one whose vectors the index holds: those of any other are refused with `FailedPrecondition`.
    """

    def __init__(
        self,
        embedder: Embedder,
        model: EmbeddingModel,
        calls: Calls,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._embedder = embedder
        self._model = model
        self._calls = calls
        self._pause = pause
        self._waiting: deque[_Asked] = deque()
        self._running: set[asyncio.Task[None]] = set()

    async def embed(self, texts: Sequence[str]) -> Sequence[bytes]:
        """Return one row a text, in order. Texts of a long document travel in several calls."""
        most = self._calls.most_texts
        loop = asyncio.get_running_loop()
        asked = [_Asked(texts[at : at + most], loop.create_future()) for at in range(0, len(texts), most)]
        self._waiting.extend(asked)
        self._call()
        try:
            parts = [await one.done for one in asked]
        finally:
            self._forget(asked)
        return [row for part in parts for row in part]

    async def aclose(self) -> None:
        """Give up what is in flight."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _call(self) -> None:
        # The first call goes at once; another one only when it is worth a call.
        while self._waiting and len(self._running) < self._calls.in_flight:
            if self._running and sum(len(one.texts) for one in self._waiting) < self._calls.most_texts // 2:
                return
            task = asyncio.create_task(self._serve(self._next()))
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            self._call()

    def _next(self) -> list[_Asked]:
        taken, texts = [self._waiting.popleft()], 0
        texts = len(taken[0].texts)
        while self._waiting and texts + len(self._waiting[0].texts) <= self._calls.most_texts:
            taken.append(self._waiting.popleft())
            texts += len(taken[-1].texts)
        return taken

    async def _serve(self, asked: list[_Asked]) -> None:
        try:
            rows = await self._tried([text for one in asked for text in one.texts])
        except (*PASSING, DeadlineExceeded, FailedPrecondition) as failure:
            _fail(asked, failure)
        except ServiceError as failure:
            # One document's text may be at fault: ask for each alone, so that it fails alone.
            if len(asked) == 1:
                return _fail(asked, failure)
            for one in asked:
                await self._serve([one])
        else:
            _answer(asked, rows)
        return None

    async def _tried(self, texts: Sequence[str]) -> Sequence[bytes]:
        pause, left = FIRST_PAUSE, self._calls.attempts
        while True:
            try:
                return await self._asked(texts)
            except PASSING as failure:
                left -= isinstance(failure, Unavailable)
                if not left:
                    raise
                await self._pause(failure.retry_after or pause)
                pause = min(2 * pause, LAST_PAUSE)

    async def _asked(self, texts: Sequence[str]) -> Sequence[bytes]:
        model, rows = await self._embedder.embed(self._model.role, texts)
        if model != self._model:
            raise FailedPrecondition(
                f"the index holds vectors of {self._model.name} {self._model.version}, "
                f"and {model.name} {model.version} serves now"
            )
        return rows

    def _forget(self, asked: list[_Asked]) -> None:
        for one in asked:
            if not one.done.done():
                one.done.cancel()
            elif not one.done.cancelled():
                one.done.exception()  # it was heard of, or does not matter any more
        self._waiting = deque(one for one in self._waiting if not one.done.done())


def _answer(asked: list[_Asked], rows: Sequence[bytes]) -> None:
    at = 0
    for one in asked:
        if not one.done.done():
            one.done.set_result(rows[at : at + len(one.texts)])
        at += len(one.texts)


def _fail(asked: list[_Asked], failure: ServiceError) -> None:
    for one in asked:
        if not one.done.done():
            one.done.set_exception(failure)
