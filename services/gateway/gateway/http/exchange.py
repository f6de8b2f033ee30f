"""One request and its response, whole or as server-sent events."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web
from pydantic import BaseModel

from chassis.errors import Cancelled, ServiceError
from chassis.telemetry import trace_id
from gateway.http import errors

_JSON: Final = "application/json"
_EVENTS: Final = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
}
_DONE: Final = b"data: [DONE]\n\n"


class Exchange:
    """Answers one request, once; to the door it is the caller."""

    def __init__(self, request: web.BaseRequest, write_timeout: float) -> None:
        self.request = request
        self.response: web.StreamResponse | None = None
        self._said = {"x-request-id": trace_id()}
        self._seconds = write_timeout

    def headers(self, name: str) -> list[str]:
        """Return every value that the client sent under that name."""
        return self.request.headers.getall(name, [])

    def tell(self, name: str, value: str) -> None:
        """Say that in the head of the response, if that has not been sent."""
        self._said[name] = value

    async def say(self, answer: BaseModel, *, exclude_none: bool = False) -> None:
        """Send a whole answer."""
        await self.send(200, answer.model_dump_json(exclude_none=exclude_none).encode())

    async def send(self, status: int, body: bytes, content_type: str = _JSON) -> None:
        """Send a whole response."""
        response = web.Response(status=status, body=body, headers={**self._said, "content-type": content_type})
        self.response = response
        async with self._in_time():
            await response.prepare(self.request)
            await response.write_eof()

    async def fail(self, failure: ServiceError) -> None:
        """Tell the client what went wrong: by a status, or inside a stream that has begun."""
        if self.response is None:
            self._said |= errors.headers(failure)
            await self.send(errors.status(failure), errors.body(failure))
        else:
            self.response.force_close()
            await self._write(b"data: " + errors.body(failure) + b"\n\n")

    async def event(self, said: str) -> None:
        """Send one event of a stream; the first one begins it."""
        if self.response is None:
            self.response = web.StreamResponse(headers={**self._said, **_EVENTS})
            await self.response.prepare(self.request)
        await self._write(f"data: {said}\n\n".encode())

    async def done(self) -> None:
        """End a stream as it should end."""
        await self._write(_DONE)
        if self.response is not None:
            await self.response.write_eof()

    async def _write(self, data: bytes) -> None:
        if self.response is not None:
            async with self._in_time():
                await self.response.write(data)

    def _in_time(self) -> _InTime:
        return _InTime(self.request, self._seconds)


class _InTime:
    """Gives a client so many seconds to read something; one that does not is hung up on."""

    def __init__(self, request: web.BaseRequest, seconds: float) -> None:
        self._request = request
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: object) -> None:
        try:
            await self._timeout.__aexit__(kind, failure, trace)  # type: ignore[arg-type]
        except TimeoutError:
            if self._request.transport is not None:
                self._request.transport.abort()
            raise Cancelled("the client does not read") from None
