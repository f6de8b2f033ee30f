"""One model at one server, guarded: a breaker against death, a gate against overload, meters on everything."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from time import monotonic
from typing import Final

from chassis.deadline import given_up
from chassis.errors import ServiceError
from chassis.routing.breaker import Breaker
from pool.calls import Call, Inference, Server
from pool.gate import Gate
from pool.meters import TargetMeters

_LEFT: Final = "CANCELLED"
_WELL: Final = "OK"


class GuardedTarget:
    """Calls one model the way that is good for both sides."""

    def __init__(
        self, server: Server, breaker: Breaker, gate: Gate, meters: TargetMeters, clock: Callable[[], float] = monotonic
    ) -> None:
        self._server = server
        self._breaker = breaker
        self._gate = gate
        self._meters = meters
        self._clock = clock

    @property
    def alive(self) -> bool:
        """Whether calls are let through."""
        return not self._breaker.refuses

    async def infer(self, call: Call) -> Inference:
        """Return the model's one answer; raise `Overloaded`, `Unavailable`, `DeadlineExceeded` or `Internal`."""
        async with self._turn():
            return await self._server.infer(call)

    async def stream(self, call: Call) -> AsyncGenerator[Inference, None]:
        """Yield the model's answers; raise as `infer` does. The turn lasts until the stream is closed."""
        arrived = self._clock()
        first = True
        async with self._turn(), aclosing(self._server.stream(call)) as parts:
            try:
                async for part in parts:
                    if first:
                        first = False
                        self._meters.first_answer(self._clock() - arrived)
                    yield part
            except GeneratorExit:
                if given_up():
                    raise
                # The reader has what it wanted, so the model did well: the breaker and the meters shall know.

    async def ready(self, model: str, version: str) -> None:
        """Return when the model can be called; raise `Unavailable` when it cannot. Needs no turn."""
        await self._server.ready(model, version)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        with self._metered():
            self._breaker.check()
            async with self._gate.entered() as waited:
                self._meters.started(waited)
                with self._breaker.guarded():
                    yield

    @contextmanager
    def _metered(self) -> Iterator[None]:
        began = self._clock()
        outcome = _LEFT
        try:
            yield
            outcome = _WELL
        except ServiceError as failure:
            outcome = failure.reason
            raise
        finally:
            self._meters.ended(outcome, self._clock() - began)
