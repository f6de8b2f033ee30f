"""Micro-batching: texts of concurrent requests go to the model together.

A lane serves one model at one urgency. A lone request never waits: when nothing is in flight it goes at once. While the
model works, what arrives gathers, and goes when a place is free; a batch that is not full waits a moment longer for
company. A batch that fails, fails its own requests; a caller that goes away takes only its own texts along.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from chassis import deadline
from chassis.errors import Overloaded, Unavailable
from embedding.batching.pace import Pace
from embedding.batching.pending import Ids, Pending, Piece, Shape
from embedding.batching.requested import Requested, Vectors, latest

Run = Callable[[Sequence[Ids], int], Awaitable[Vectors]]
"""Runs the model on rows padded to a width."""

Batch = list[Piece[Requested]]

_LONGEST_RETRY: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLimits:
    """How a lane works; times in seconds."""

    shape: Shape = field(default_factory=Shape)
    in_flight: int = 2
    """Batches at the model: one that it works on, one that is ready when it is done."""

    gather: float = 0.001
    """How long a batch that is not full waits for company while others are in flight."""

    queue_tokens: int = 262_144
    """Tokens that may wait; a request that finds more is refused."""


class Lane:
    """The requests to one model at one urgency. It lives on one event loop."""

    def __init__(self, run: Run, limits: LaneLimits, clock: Callable[[], float] = monotonic) -> None:
        self._run = run
        self._limits = limits
        self._pace = Pace(clock)
        self._pending: Pending[Requested] = Pending(limits.shape)
        self._running: dict[asyncio.Task[None], Batch] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._arrivals = 0

    async def embed(self, rows: Sequence[Ids]) -> Vectors:
        """Return one vector a row, in order; raise `Overloaded` when too much waits."""
        self._refuse_early()
        self._arrivals += 1
        request = Requested(self._arrivals, len(rows))
        for place, ids in enumerate(rows):
            self._pending.add(Piece(ids, request, place))
        self._pump()
        try:
            return await request.done
        finally:
            self._leave(request)

    def _refuse_early(self) -> None:
        expected = self._pace.seconds(self._pending.tokens)
        left = deadline.remaining()
        if self._pending.tokens > self._limits.queue_tokens or (left is not None and expected > left):
            wait = min(max(expected, 0.1), _LONGEST_RETRY)
            raise Overloaded("too many texts wait to be embedded", retry_after=wait, reason="EMBEDDING_QUEUE_FULL")

    def _pump(self) -> None:
        """Start what may start now."""
        while self._pending and len(self._running) < self._limits.in_flight:
            if self._running and not self._pending.full:
                self._gather()
                return
            self._start()

    def _gather(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._limits.gather, self._gathered)

    def _gathered(self) -> None:
        self._timer = None
        if self._pending and len(self._running) < self._limits.in_flight:
            self._start()
        self._pump()

    def _start(self) -> None:
        batch = self._pending.take()
        oldest = min((piece.owner for piece in batch), key=lambda owner: owner.number)
        # A copy: the deadline that is set in there is the batch's own, not the caller's.
        task = asyncio.get_running_loop().create_task(self._work(batch), context=oldest.context.copy())
        self._running[task] = batch
        task.add_done_callback(self._finished)

    async def _work(self, batch: Batch) -> None:
        deadline.begin(latest([piece.owner for piece in batch]))
        rows = [piece.ids for piece in batch]
        with self._pace.measured(sum(map(len, rows))):
            vectors = await self._run(rows, self._limits.shape.width(rows))
        for index, piece in enumerate(batch):
            piece.owner.receive(piece.place, vectors.row(index), vectors)

    def _finished(self, task: asyncio.Task[None]) -> None:
        batch = self._running.pop(task)
        failure = Unavailable("the batch was given up") if task.cancelled() else task.exception()
        if failure is not None:
            self._fail({piece.owner for piece in batch}, failure)
        self._pump()

    def _fail(self, owners: Iterable[Requested], failure: BaseException) -> None:
        for owner in owners:
            owner.fail(failure)
            self._pending.drop(owner)

    def _leave(self, request: Requested) -> None:
        """Take along what nobody waits for any more; a batch without a reader stops the model."""
        if request.missing:
            self._pending.drop(request)
            for task, batch in self._running.items():
                if not any(piece.owner.live for piece in batch):
                    task.cancel()
