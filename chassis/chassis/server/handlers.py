"""Puts everything that happens around a handler around it, whatever its shape.

All four shapes, and handlers that yield as well as those that `context.write`, become coroutines: a generator is driven
and closed here, in the task of its call, so that a client that goes away stops it at once and in order.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import DecodeError

from chassis.errors import InvalidArgument
from chassis.server.calls import Served, Work
from chassis.telemetry.rpc import Observed

if TYPE_CHECKING:
    Handler = grpc.RpcMethodHandler[Any, Any]

_SHAPES = {
    (False, False): ("unary_unary", grpc.unary_unary_rpc_method_handler),
    (False, True): ("unary_stream", grpc.unary_stream_rpc_method_handler),
    (True, False): ("stream_unary", grpc.stream_unary_rpc_method_handler),
    (True, True): ("stream_stream", grpc.stream_stream_rpc_method_handler),
}


def around(handler: Handler, served: Served) -> Handler:
    """Return a handler of the same shape that does its work inside `served`."""
    shape, made = _SHAPES[handler.request_streaming, handler.response_streaming]
    work = _work(getattr(handler, shape))
    decode, encode = _decoder(handler.request_deserializer), handler.response_serializer
    if not handler.request_streaming:
        work = _decoded(work, decode)
    if not handler.response_streaming:
        work = _encoded(work, encode)

    async def serve(request: Any, context: Any) -> Any:
        return await served.run(work, request, context)

    return made(
        serve,
        request_deserializer=decode if handler.request_streaming else None,
        response_serializer=encode if handler.response_streaming else None,
    )


def _work(behaviour: Callable[..., Any]) -> Work:
    if inspect.isasyncgenfunction(behaviour):
        return _driven(behaviour)
    if inspect.iscoroutinefunction(behaviour):
        return lambda request, context, _observed: behaviour(request, context)
    raise TypeError(f"{behaviour!r} is neither a coroutine function nor an asynchronous generator")


def _driven(behaviour: Callable[..., Any]) -> Work:
    async def drive(request: Any, context: Any, observed: Observed) -> None:
        async with aclosing(behaviour(request, context)) as responses:
            async for response in responses:
                await context.write(response)
                observed.sent += 1

    return drive


def _decoder(decode: Callable[[bytes], Any] | None) -> Callable[[bytes], Any]:
    def decoded(raw: bytes) -> Any:
        try:
            return raw if decode is None else decode(raw)
        except (DecodeError, UnicodeDecodeError):
            raise InvalidArgument("the request is not a message of this method", reason="NOT_A_MESSAGE") from None

    return decoded


def _decoded(work: Work, decode: Callable[[bytes], Any]) -> Work:
    # Decoding belongs inside: done by gRPC, a broken message would be answered by UNKNOWN and the decoder's words.
    async def run(raw: Any, context: Any, observed: Observed) -> Any:
        return await work(decode(raw), context, observed)

    return run


def _encoded(work: Work, encode: Callable[[Any], bytes] | None) -> Work:
    # Encoding belongs inside too: a response of a wrong type is a mistake of ours, and INTERNAL.
    async def run(request: Any, context: Any, observed: Observed) -> Any:
        response = await work(request, context, observed)
        return response if encode is None else encode(response)

    return run
