"""The orchestrator, called."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Final

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from grpc import aio

from chassis.deadline import remaining
from chassis.errors import ServiceError
from gateway.blame import blaming

_SPENDING: Final = "forebay-spending-bin"
"""The trailer that says what a search used that failed."""


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

    async def search(self, query: pb.SearchRequest, spend: Callable[[pb.Spending], None]) -> pb.SearchResponse:
        """Find chunks; tell `spend` what was used by a search that fails, where it says so."""
        with blaming("query"):
            call = self._stub.Search(query, timeout=remaining())
            try:
                return await call
            except ServiceError:
                for name, value in await call.trailing_metadata() or ():
                    if name == _SPENDING and isinstance(value, bytes):
                        spend(pb.Spending.FromString(value))
                raise

    async def ping(self) -> None:
        """Return when there is a connection."""
        await self._channel.channel_ready()
