"""Calls as our services see them: failures in words, and an end that is always noticed.

A call of gRPC is wrapped and not intercepted. An interceptor of `grpc.aio` costs a task for each call, and cannot see
that a reader has left a stream; the end of the call itself is told by its done callback, however it came about.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import Any, Final

from grpc import StatusCode, aio

from chassis.channel.requests import Requests
from chassis.deadline import given_up
from chassis.routing import pinning
from chassis.status import failure_of
from chassis.telemetry.rpc import OK, Observed

_ENOUGH: Final = "ENOUGH"
"""The reason on the span of a stream that its reader ended when it had what it wanted."""


class Call:
    """A call under way; what is not said here is asked of gRPC's own call."""

    def __init__(self, call: Any, observed: Observed | None, requests: Requests | None) -> None:
        self._call = call
        self._observed = observed
        self._requests = requests
        self._choices = pinning.current()
        call.add_done_callback(self._ended)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    async def write(self, request: Any) -> None:
        """Send one more request; raise a failure in words."""
        try:
            await self._call.write(request)
        except aio.AioRpcError as error:
            raise failure_of(error) from error
        self._count_sent()

    def _ended(self, call: Any) -> None:
        self._observe(settled(call).name)
        if self._choices is not None:
            self._choices.learn(_at_once(call.trailing_metadata()) or ())

    def _observe(self, code: str, reason: str | None = None) -> None:
        if self._observed is None:
            return
        if self._requests is not None:
            self._observed.sent += self._requests.count
        self._observed.end(code, reason)

    def _count_sent(self) -> None:
        if self._observed is not None:
            self._observed.sent += 1

    def _cause(self) -> BaseException | None:
        """Return what broke the requests: gRPC turns that into a bare cancellation of the call."""
        return None if self._requests is None or given_up() else self._requests.failure


class UnaryResponse(Call):
    """A call with one response: await it."""

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            return (yield from self._call.__await__())
        except aio.AioRpcError as error:
            raise failure_of(error) from error
        except asyncio.CancelledError:
            if cause := self._cause():
                raise cause from None
            raise


class StreamResponse(Call):
    """A call with many responses: iterate over it, once. Leaving the loop ends the call."""

    def __aiter__(self) -> AsyncIterator[Any]:
        return Responses(self, aiter(self._call))

    def enough(self) -> None:
        """End the call because its reader has all that it wanted: that is no failure, and its span says so."""
        if not self._call.done():
            self._observe(OK, _ENOUGH)
            self._call.cancel()

    async def read(self) -> Any:
        """Return the next response, or gRPC's end of file."""
        return await self.guarded(self._call.read())

    async def guarded(self, reading: Any) -> Any:
        """Await one response; raise a failure in words."""
        try:
            response = await reading
        except aio.AioRpcError as error:
            raise failure_of(error) from error
        except asyncio.CancelledError:
            if cause := self._cause():
                raise cause from None
            raise
        if self._observed is not None:
            self._observed.received += 1
        return response


class Responses:
    """The responses of one call. When nobody holds this any more, nobody reads, and the call is cancelled."""

    __slots__ = ("_call", "_responses")

    def __init__(self, call: StreamResponse, responses: AsyncIterator[Any]) -> None:
        self._call = call
        self._responses = responses

    def __aiter__(self) -> Responses:
        return self

    async def __anext__(self) -> Any:
        return await self._call.guarded(anext(self._responses))

    async def aclose(self) -> None:
        """End the call now."""
        self._call.cancel()

    def __del__(self) -> None:
        # `break` drops the iterator and nothing else; gRPC's own waits for the garbage collector.
        if not self._call.done():
            self._call.cancel()


def settled(call: Any) -> StatusCode:
    """Return the status of a call that is done."""
    code = _at_once(call.code())
    return code if isinstance(code, StatusCode) else StatusCode.UNKNOWN


def _at_once(coroutine: Any) -> Any:
    """Return what a coroutine of a call that is done returns: it has nothing to wait for and ends at its first step."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    return None
