"""The originals of retrieval, called."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from forebay.retrieval.v1alpha1 import originals_pb2 as pb
from forebay.retrieval.v1alpha1 import originals_pb2_grpc as rpc
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Originals:
    """Reads documents back."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = rpc.OriginalServiceStub(channel)

    async def read(self, original: pb.ReadOriginalRequest) -> AsyncGenerator[pb.ReadOriginalResponse, None]:
        """Yield the document, and then its content."""
        with blaming("original"):
            call = self._stub.ReadOriginal(original, timeout=remaining())
            try:
                async for response in call:
                    yield response
            finally:
                call.cancel()
