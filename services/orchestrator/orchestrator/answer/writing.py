"""Lets the model write, and stops it as soon as nobody wants more.

The model is read by a task of its own, so that the span and the deadline of the step belong to it alone and never
reach across a `yield`. However the texts are left, the task ends, and with it the model's work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from chassis import names
from chassis.deadline import remaining, within
from chassis.errors import DeadlineExceeded
from chassis.telemetry import span
from orchestrator.answer.draft import Draft
from orchestrator.answer.words import Usage
from orchestrator.answer.writer import Order, Writer
from orchestrator.search.spending import Spent, Step
from orchestrator.search.words import Model

GENERATOR: Final = "generator"
"""How the step is called in `degraded`; also the role of its model."""

TIER: Final = "tier"
"""What `degraded` says when a model of a lower tier wrote."""


class Meters(Protocol):
    """Where the figures of a generation go."""

    def first(self, seconds: float, model: Model) -> None:
        """Note the seconds to the first piece."""

    def ended(self, seconds: float, model: Model, usage: Usage) -> None:
        """Note the seconds of the whole generation and its tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingLimits:
    """How much time the model gets."""

    least: float = 0.5
    """Seconds below which a generation is not started: it would not come to its first sentence."""

    reserve: float = 0.3
    """Seconds kept for what comes after it: quotations if it fails, attribution, the closing event."""


class Writing:
    """Runs generations."""

    def __init__(self, writer: Writer, meters: Meters, limits: WritingLimits) -> None:
        self._writer = writer
        self._meters = meters
        self._limits = limits

    async def texts(self, order: Order, draft: Draft) -> AsyncGenerator[str, None]:
        """Yield what the draft shows of what the model writes; raise what the model's call raises."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        task = asyncio.create_task(self._run(order, draft, queue))
        try:
            while (text := await queue.get()) is not None:
                yield text
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, order: Order, draft: Draft, queue: asyncio.Queue[str | None]) -> None:
        try:
            with self._time() as given, span(f"chat {GENERATOR}", _asked(order)) as step:
                # The wire keeps the deadline too, but not while the call waits for its turn.
                try:
                    async with asyncio.timeout(given):
                        await self._read(order, draft, queue)
                    step.set_attribute(names.GEN_AI_FINISH_REASONS, [draft.finish.value])
                finally:
                    step.set_attributes(_used(draft).attributes())
        except TimeoutError:
            raise DeadlineExceeded("the language model did not finish in the time given") from None
        finally:
            queue.put_nowait(None)

    async def _read(self, order: Order, draft: Draft, queue: asyncio.Queue[str | None]) -> None:
        started, first = time.perf_counter(), True
        async with aclosing(self._writer.write(order)) as pieces:
            async for piece in pieces:
                if first:
                    self._meters.first(time.perf_counter() - started, piece.model)
                    first = False
                if text := draft.add(piece):
                    queue.put_nowait(text)
                if draft.full:
                    break
        if draft.model is not None:
            self._meters.ended(time.perf_counter() - started, draft.model, draft.usage)

    @contextmanager
    def _time(self) -> Iterator[float | None]:
        left = remaining()
        if left is None:
            yield None
            return
        given = left - self._limits.reserve
        if given < self._limits.least:
            raise DeadlineExceeded("the time that is left is too short to generate an answer")
        with within(given):
            yield given


def _asked(order: Order) -> dict[str, str | int | float]:
    return {names.GEN_AI_OPERATION: "chat", names.GEN_AI_MAX_TOKENS: order.max_tokens}


def _used(draft: Draft) -> Spent:
    """Return what the model used, also when it was given up half way."""
    return Spent(
        step=Step.GENERATE,
        model=draft.model,
        inferences=0 if draft.model is None else 1,
        input_tokens=draft.usage.input_tokens,
        output_tokens=draft.usage.output_tokens,
    )
