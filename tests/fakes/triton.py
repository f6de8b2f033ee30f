"""A Triton that speaks the protocol and runs toy models; `tests/rigs/toys` holds the same for the real one.

echo    answers with its inputs
slow    answers with `seconds` after as many; one call at a time and one in the queue
count   streams the numbers below `limit`, `pause` seconds apart; a negative limit asks how many were given up
broken  fails
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import numpy as np
from grpc import aio
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc as rpc

from chassis.routing import Routing, RoutingSettings
from chassis.snapshot import Route, Snapshot, Target
from pool.tensors import datatype, packed, unpacked

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


class FakeTriton(rpc.GRPCInferenceServiceServicer):
    def __init__(self) -> None:
        self.models = {"echo", "slow", "count", "broken"}
        self.asked: list[pb.ModelInferRequest] = []
        self.given_up = 0
        self.instead = None
        """A coroutine function of the context that answers in place of every model."""
        self.metadata: dict[str, str | bytes] = {}
        self._slow = 0

    async def ModelReady(self, request, context):
        self.metadata = dict(context.invocation_metadata())
        return pb.ModelReadyResponse(ready=request.name in self.models)

    async def ModelInfer(self, request, context):
        self.asked.append(request)
        if self.instead is not None:
            return await self.instead(context)
        inputs = await self._read(request, context)
        if request.model_name == "broken":
            await context.abort(grpc.StatusCode.INTERNAL, "ValueError: broken")
        if request.model_name == "slow":
            await self._wait(float(inputs["seconds"].flat[0]), context)
        return answer(request.model_name, inputs)

    async def ModelStreamInfer(self, requests, context):
        async for request in requests:
            self.asked.append(request)
            if self.instead is not None:
                yield await self.instead(context)
                continue
            inputs = await self._read(request, context)
            if request.model_name == "broken":
                await context.abort(grpc.StatusCode.INTERNAL, "ValueError: broken")
            async for number in self._counted(int(inputs["limit"][0]), float(inputs["pause"][0])):
                made = answer("count", {"number": np.array([number], np.int32)})
                yield pb.ModelStreamInferResponse(infer_response=made)

    async def _read(self, request, context):
        if request.model_name not in self.models:
            said = f"Request for unknown model: '{request.model_name}' is not found"
            await context.abort(grpc.StatusCode.NOT_FOUND, said)
        return {
            tensor.name: unpacked(tensor.datatype, tensor.shape, raw)
            for tensor, raw in zip(request.inputs, request.raw_input_contents, strict=True)
        }

    async def _wait(self, seconds, context):
        if self._slow > 1:
            await context.abort(UNAVAILABLE, "[request id: <id_unknown>] Exceeds maximum queue size")
        self._slow += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._slow -= 1

    async def _counted(self, limit, pause):
        if limit < 0:
            yield self.given_up
        try:
            for number in range(limit):
                yield number
                await asyncio.sleep(pause)
        except (asyncio.CancelledError, GeneratorExit):
            self.given_up += 1
            raise


def answer(model, outputs):
    response = pb.ModelInferResponse(model_name=model, model_version="1")
    for name, array in outputs.items():
        response.outputs.add(name=name, datatype=datatype(array), shape=array.shape)
        response.raw_output_contents.append(packed(array))
    return response


@asynccontextmanager
async def serving(triton: FakeTriton, port: int = 0) -> AsyncIterator[int]:
    server = aio.server(options=[("grpc.so_reuseport", 0)])
    rpc.add_GRPCInferenceServiceServicer_to_server(triton, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield bound
    finally:
        await server.stop(0)


def routing_to(*roles: str, settings: RoutingSettings | None = None) -> Routing:
    """Return routes that give each role to the model of the same name."""
    routes = [Route(role=role, targets=[Target(pool="embedding", model=role)]) for role in roles]
    return Routing(Snapshot(version=1, routes=routes), settings)
