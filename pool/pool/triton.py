"""Calls models on Triton. The one file that knows `tritonclient`, and of that only the messages.

Its client opens channels of its own, which know nothing of our deadlines, traces and balancing, and loses errors in
streams; so the generated stubs speak on a channel of the chassis. One stream carries one request: a trace and a
deadline belong to one, and the end of the stream is the end of the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Final

from grpc import aio
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc as rpc

from chassis import deadline
from chassis.errors import Internal, ServiceError
from pool import failures
from pool.calls import Call, Inference
from pool.tensors import datatype, packed, unpacked

_MICROSECONDS: Final = 1_000_000


class TritonServer:
    """A Triton, or several behind one name."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub: Any = rpc.GRPCInferenceServiceStub(channel)

    async def infer(self, call: Call) -> Inference:
        """Return the model's one answer; raise as `pool.failures` says."""
        with _understood():
            return _inference(await self._stub.ModelInfer(_message(call)))

    async def stream(self, call: Call) -> AsyncGenerator[Inference, None]:
        """Yield the model's answers; however it is left, the model is told to stop."""
        # Errors stay inside messages: with the header `triton_grpc_error`, Triton 2.51 dies when several streams fail
        # at a time.
        stream = self._stub.ModelStreamInfer(_once(_message(call)))
        responses = aiter(stream)  # held, for the call ends with it
        try:
            with _understood():
                async for response in responses:
                    if response.error_message:
                        raise Internal(response.error_message)
                    if response.infer_response.outputs:
                        yield _inference(response.infer_response)
        except GeneratorExit:
            if not deadline.given_up():
                stream.enough()
            raise
        finally:
            stream.cancel()

    async def ready(self, model: str, version: str) -> None:
        """Return when Triton can run that model; raise `Unavailable` when it cannot."""
        with _understood():
            answer = await self._stub.ModelReady(pb.ModelReadyRequest(name=model, version=version))
        if not answer.ready:
            raise failures.down()


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what Triton says inside into what it means."""
    try:
        yield
    except ServiceError as failure:
        raise failures.meaning(failure) from failure
    except asyncio.CancelledError:
        if deadline.given_up():
            raise
        # The server ended the call as cancelled; gRPC says it as if we had done so.
        raise failures.down() from None


async def _once(request: pb.ModelInferRequest) -> AsyncIterator[pb.ModelInferRequest]:
    yield request


def _message(call: Call) -> pb.ModelInferRequest:
    request = pb.ModelInferRequest(model_name=call.model, model_version=call.version)
    for name, array in call.inputs.items():
        request.inputs.add(name=name, datatype=datatype(array), shape=array.shape)
        request.raw_input_contents.append(packed(array))
    for name in call.outputs:
        request.outputs.add(name=name)
    left = deadline.remaining()
    if left is not None:
        # The server drops what is still queued then: nobody would read the answer.
        request.parameters["timeout"].int64_param = max(int(left * _MICROSECONDS), 1)
    if call.priority:
        request.parameters["priority"].uint64_param = call.priority
    return request


def _inference(response: pb.ModelInferResponse) -> Inference:
    try:
        outputs = {
            tensor.name: unpacked(tensor.datatype, tensor.shape, raw)
            for tensor, raw in zip(response.outputs, response.raw_output_contents, strict=True)
        }
    except ValueError as failure:
        raise failures.broken() from failure
    return Inference(outputs=outputs, model=response.model_name, version=response.model_version)
