"""Each request from its path to its end: trace, deadline, errors. What `chassis.server` is for gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import web

from chassis import deadline, identity, names
from chassis.errors import Cancelled, Internal, InvalidArgument, NotFound, ServiceError, Unavailable
from chassis.status import code_of
from chassis.telemetry.context import enter, parent_of
from chassis.telemetry.rpc import OK, Method, server_observer
from gateway.http.callers import Callers
from gateway.http.exchange import Exchange

Handler = Callable[[Exchange], Awaitable[None]]

TIMEOUT: Final = "forebay-timeout"
"""The header by which a client gives a deadline, in seconds."""

_LONGEST_TIMEOUT: Final = 3600.0
_TRACED: Final = ("traceparent", "tracestate")

_log = structlog.get_logger("gateway.http")


@dataclass(frozen=True, slots=True)
class Route:
    """What serves one method of one path."""

    name: str
    """What it is called in traces and metrics."""

    handler: Handler
    observed: bool = True
    """Whether it is traced and measured; machines that ask all day are not."""

    method: Method = field(init=False)

    def __post_init__(self) -> None:
        attributes = {names.RPC_SYSTEM: "http", names.RPC_SERVICE: "openai", names.RPC_METHOD: self.name}
        object.__setattr__(self, "method", Method(f"openai/{self.name}", attributes))


Routes = Mapping[str, Mapping[str, Route]]
"""By path, then by method. A path that ends with a slash serves all below it."""


class Serving:
    """Serves the requests of one port."""

    def __init__(self, routes: Routes, write_timeout: float, callers: Callers) -> None:
        self._routes = routes
        self._callers = callers
        self._below = tuple(path for path in routes if path.endswith("/"))
        self._seconds = write_timeout
        self._observer = server_observer()

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request."""
        try:
            route = self._route(request)
        except ServiceError as failure:
            exchange = Exchange(request, self._seconds)
            return await self._refuse(exchange, failure)
        if route.observed:
            return await self._observed(route, request)
        exchange = Exchange(request, self._seconds)
        await route.handler(exchange)
        return _sent(exchange)

    def _route(self, request: web.BaseRequest) -> Route:
        self._callers.check(request)
        path = request.path
        methods = self._routes.get(path) or next(
            (self._routes[below] for below in self._below if path.startswith(below)), None
        )
        if methods is None:
            raise NotFound("there is nothing at this path; /openapi.json lists what there is", reason="UNKNOWN_PATH")
        route = methods.get(request.method)
        if route is None:
            raise InvalidArgument(f"this path is for {', '.join(methods)}", reason="WRONG_METHOD")
        return route

    async def _observed(self, route: Route, request: web.BaseRequest) -> web.StreamResponse:
        carried = [(name, request.headers[name]) for name in _TRACED if name in request.headers]
        observed = self._observer.begin(route.method, parent_of(carried))
        enter(observed.span)
        identity.begin(None)
        exchange = Exchange(request, self._seconds)
        try:
            deadline.begin(_timeout(request))
            await route.handler(exchange)
        except asyncio.CancelledError as failure:
            if deadline.given_up():
                observed.end("CANCELLED")
                raise
            known: ServiceError = Cancelled("the work was given up")
            known.__cause__ = failure
        except ServiceError as failure:
            known = failure
        except ConnectionError:
            observed.end("CANCELLED")
            raise
        except Exception as failure:  # noqa: BLE001 - whatever goes wrong has to become an answer
            known = Internal("internal error")
            known.__cause__ = failure
        else:
            observed.end(OK)
            return _sent(exchange)
        if isinstance(known, Internal):
            _log.error("a call failed for a reason that nobody foresaw", rpc=route.method.name, exc_info=known)
        observed.end(code_of(known).name, known.reason)
        return await self._refuse(exchange, known)

    async def _refuse(self, exchange: Exchange, failure: ServiceError) -> web.StreamResponse:
        try:
            await exchange.fail(failure)
        except Cancelled:
            raise ConnectionResetError("the client does not read") from None
        return _sent(exchange)


def _sent(exchange: Exchange) -> web.StreamResponse:
    if exchange.response is None:
        raise Unavailable("nothing was answered")
    return exchange.response


def _timeout(request: web.BaseRequest) -> float | None:
    """Return the seconds that the client gives; None leaves it to the door."""
    said = request.headers.get(TIMEOUT)
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_TIMEOUT:
        raise InvalidArgument(f"{TIMEOUT} must be seconds, above 0 and up to {_LONGEST_TIMEOUT:g}")
    return seconds
