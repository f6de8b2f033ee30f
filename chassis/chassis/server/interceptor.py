"""The one server interceptor: it finds the handler of a call and puts `Served` around it, once a method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import grpc
from grpc import aio

from chassis.identity import Verifier
from chassis.server.callers import Callers
from chassis.server.calls import Served
from chassis.server.handlers import around

if TYPE_CHECKING:
    Handler = grpc.RpcMethodHandler[Any, Any]

_PLAIN: Final = ("/grpc.health.v1.", "/grpc.reflection.")
"""Asked by machines all day and by nobody's leave: neither traced nor checked."""


class ServingInterceptor(aio.ServerInterceptor):
    """Traces, times, identifies and ends every call, of every shape."""

    def __init__(self, verifier: Verifier | None, callers: Callers, anonymous: Sequence[str] = ()) -> None:
        self._verifier = verifier
        self._anonymous = tuple(f"/{service}/" for service in anonymous)
        self._callers = callers
        self._made: dict[str, tuple[Handler, Handler]] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Return the handler with everything around it."""
        handler = await continuation(handler_call_details)
        path = handler_call_details.method
        if handler is None or path.startswith(_PLAIN):
            return handler
        made = self._made.get(path)
        if made is None or made[0] is not handler:
            verifier = None if path.startswith(self._anonymous) else self._verifier
            made = (handler, around(handler, Served(path, verifier, self._callers)))
            self._made[path] = made
        return made[1]
