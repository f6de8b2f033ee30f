"""Connections: how many there are, how long they may dawdle, and what they hear when they do not speak HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from chassis.errors import InvalidArgument
from gateway.http import errors
from gateway.http.settings import HttpSettings

MAX_LINE = 8 * 1024
MAX_FIELD = 24 * 1024
"""Bytes of one header: a token of an identity provider fits in."""

MAX_HEADERS = 64


class Connection(web.RequestHandler):
    """One connection. A request whose headers do not end in time is not waited for."""

    __slots__ = ("_head", "_head_timeout")

    def __init__(self, *given: Any, head_timeout: float, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head_timeout = head_timeout
        self._head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._head = self._loop.call_later(self._head_timeout, self._too_slow)

    def data_received(self, data: bytes) -> None:
        """Read on; whoever has begun a request must end its headers in time."""
        before = self._request_count
        super().data_received(data)
        if self._request_count != before:
            self._rest()
        elif self._head is None and self._waiter is not None and not self._waiter.done():
            self._head = self._loop.call_later(self._head_timeout, self._too_slow)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop waiting."""
        self._rest()
        super().connection_lost(exc)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.Response:
        """Return what those hear who do not speak HTTP as it is written; the parser's own words quote them."""
        if request.writer.output_size > 0:
            raise ConnectionError("a response has begun, and cannot become another one")
        large = type(exc).__name__ in {"LineTooLong", "HttpHeadersTooLarge"} or "headers" in (message or "").lower()
        failure = InvalidArgument(
            "the request's head is larger than is taken here" if large else "this is no request of HTTP/1.1",
            reason="HEADERS_TOO_LARGE" if large else "NOT_HTTP",
        )
        response = web.Response(
            status=errors.status(failure) if status < web.HTTPInternalServerError.status_code else status,
            body=errors.body(failure),
            content_type="application/json",
        )
        response.force_close()
        return response

    def _too_slow(self) -> None:
        self._head = None
        self.force_close()

    def _rest(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None


class Listener(web.Server):
    """Makes connections, and no more than there may be."""

    def __init__(self, handler: Any, settings: HttpSettings) -> None:
        super().__init__(handler, handler_cancellation=True)
        self._settings = settings

    def __call__(self) -> Any:
        """Return what serves one connection."""
        if len(self.connections) >= self._settings.max_connections:
            return _Full()
        return Connection(
            self,
            loop=self._loop,
            head_timeout=self._settings.head_timeout,
            keepalive_timeout=self._settings.idle_timeout,
            lingering_time=1.0,
            auto_decompress=False,
            access_log=None,
            max_line_size=MAX_LINE,
            max_field_size=MAX_FIELD,
            max_headers=MAX_HEADERS,
        )


class _Full(asyncio.Protocol):
    """Hangs up at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
