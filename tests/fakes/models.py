"""Models that answer what a test tells them to, behind the port `pool.models.Models`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence

from chassis.errors import NotFound, Unavailable
from chassis.snapshot import Target
from pool.calls import Inference
from pool.models import Placement
from pool.tensors import Array, texts

Answering = Callable[[Mapping[str, Array]], Awaitable[Mapping[str, Array]]]
Streaming = Callable[[Mapping[str, Array]], AsyncIterator[Mapping[str, Array]]]


class FakeModels:
    """Plays roles by functions of the inputs; remembers what it was asked, and which streams were given up."""

    def __init__(self, *, answers: Mapping[str, Answering] = {}, streams: Mapping[str, Streaming] = {}) -> None:
        self._answers = dict(answers)
        self._streams = dict(streams)
        self.asked: list[tuple[str, Mapping[str, Array]]] = []
        self.given_up = 0
        self.alive = True

    def place(self, role: str) -> Placement:
        if role not in self._answers and role not in self._streams:
            raise NotFound("no model plays the role that was asked for", reason="UNKNOWN_ROLE")
        return Placement(role, Target(pool="fake", model=role, version="1"))

    async def infer(
        self, role: str | Placement, inputs: Mapping[str, Array], outputs: Sequence[str] = (), *, priority: int = 0
    ) -> Inference:
        placed = self._asked(role, inputs)
        return _inference(placed, await self._answers[placed.role](inputs))

    async def stream(self, role: str | Placement, inputs: Mapping[str, Array]) -> AsyncGenerator[Inference, None]:
        placed = self._asked(role, inputs)
        try:
            async for part in self._streams[placed.role](inputs):
                yield _inference(placed, part)
        except (GeneratorExit, asyncio.CancelledError):
            self.given_up += 1
            raise

    async def ready(self, role: str) -> None:
        self.place(role)
        if not self.alive:
            raise Unavailable("the model is not available")

    def _asked(self, role: str | Placement, inputs: Mapping[str, Array]) -> Placement:
        if not self.alive:
            raise Unavailable("the model is not available", retry_after=2.0)
        placed = self.place(role) if isinstance(role, str) else role
        self.asked.append((placed.role, inputs))
        return placed


def saying(*words: str, finish: str = "stop") -> Streaming:
    """Return a language model that says the words, one response each, in the tensors of Triton's vLLM backend."""

    async def stream(inputs: Mapping[str, Array]) -> AsyncIterator[Mapping[str, Array]]:
        for count, word in enumerate(words, start=1):
            await asyncio.sleep(0)
            yield {
                "text_output": texts(word),
                "finish_reason": texts(finish if count == len(words) else ""),
            }

    return stream


def _inference(placed: Placement, outputs: Mapping[str, Array]) -> Inference:
    target = placed.target
    return Inference(
        outputs=dict(outputs), model=target.model, version=target.version, role=placed.role, pool=target.pool
    )
