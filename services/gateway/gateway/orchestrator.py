"""The orchestrator, called."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Orchestrator:
    """Makes answers and searches."""

    def __init__(self, channel: aio.Channel) -> None:
        self._channel = channel
        self._stub = rpc.OrchestratorServiceStub(channel)

    async def answer(self, ask: pb.AnswerRequest) -> AsyncGenerator[pb.AnswerResponse, None]:
        """Yield the events as they come; closing the generator cancels the call, down to the model."""
        with blaming("ask"):
            call = self._stub.Answer(ask, timeout=remaining())
            try:
                async for event in call:
                    yield event
            finally:
                call.cancel()

    async def search(self, query: pb.SearchRequest) -> pb.SearchResponse:
        """Find chunks."""
        with blaming("query"):
            return await self._stub.Search(query, timeout=remaining())

    async def ping(self) -> None:
        """Return when there is a connection."""
        await self._channel.channel_ready()
