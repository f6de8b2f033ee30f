"""The receiver put together; tests run the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from forebay_client.receiver.intake import Intake
from forebay_client.receiver.metrics import LatestMetrics
from forebay_client.receiver.settings import ReceiverSettings
from forebay_client.receiver.store import spans_in
from forebay_client.receiver.wire import http, rpc


@dataclass(frozen=True, slots=True)
class Listening:
    """The ports of a running receiver."""

    grpc_port: int
    http_port: int


@asynccontextmanager
async def receiver(settings: ReceiverSettings) -> AsyncIterator[Listening]:
    """Receive until the block ends."""
    async with spans_in(settings.file, limit=settings.max_spans, age=settings.max_age) as spans:
        intake = Intake(spans, LatestMetrics())
        async with rpc.served(intake, settings) as grpc_port, http.served(intake, settings) as http_port:
            yield Listening(grpc_port, http_port)
