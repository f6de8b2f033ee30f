"""What telemetry costs: processor time per call between two of our ends, with nothing, with metrics, with every trace.

Each side runs in a process of its own, because telemetry belongs to a process, and counts the processor time of client
and server together, so that a busy machine does not blur it. Spans and metrics go to a receiver if one is named by
FOREBAY_OTLP_ENDPOINT, else they end in memory.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import typer
from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc
from grpc import aio
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bench.report import report
from bench.sides import Side, interleaved
from bench.statistics import ratio
from chassis.channel import connect
from chassis.server import ServerSettings, running
from chassis.telemetry import TelemetrySettings, telemetry

CALLS = 3000
IN_FLIGHT = 8
MICROSECONDS = 1e6
BARE, OFF, METRICS, TRACED = "bare grpc.aio", "chassis, telemetry off", "metrics", "metrics and every trace"


class Echo(rpc.EmbeddingServiceServicer):
    """Answers at once."""

    async def Embed(self, request: pb.EmbedRequest, context: Any) -> pb.EmbedResponse:  # noqa: N802, ARG002
        """Return nothing much."""
        return pb.EmbedResponse(tokens=len(request.texts))


@asynccontextmanager
async def ends(*, bare: bool) -> AsyncIterator[aio.Channel]:
    """Yield a channel to a server in this process."""
    mount = partial(rpc.add_EmbeddingServiceServicer_to_server, Echo())
    if not bare:
        settings = ServerSettings(port=0, health_port=0, settle=0, grace=0)
        async with (
            running(settings, mount, verifier=None) as ports,
            connect(f"127.0.0.1:{ports.port}", "embedding") as channel,
        ):
            yield channel
        return
    server = aio.server()
    mount(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    await server.stop(None)


async def spent(*, bare: bool) -> float:
    """Make the calls; return microseconds of processor time a call."""
    request = pb.EmbedRequest(texts=["how much does it cost"])
    async with ends(bare=bare) as channel:
        stub = rpc.EmbeddingServiceStub(channel)

        async def some(count: int) -> None:
            for _ in range(count):
                await stub.Embed(request)

        await some(CALLS // 10)
        begin = time.process_time()
        await asyncio.gather(*(some(CALLS // IN_FLIGHT) for _ in range(IN_FLIGHT)))
        return (time.process_time() - begin) / CALLS * MICROSECONDS


def one(side: str) -> float:
    """Measure one side in this process."""
    if side in {BARE, OFF}:
        return asyncio.run(spent(bare=side == BARE))
    settings = TelemetrySettings(trace_ratio=1.0 if side == TRACED else 0.0, log_level="error")
    spans = BatchSpanProcessor(InMemorySpanExporter())
    with telemetry("bench", settings, spans=spans, readings=InMemoryMetricReader()):
        return asyncio.run(spent(bare=False))


async def elsewhere(side: str) -> float:
    """Measure one side in a process of its own."""
    command = (sys.executable, "-m", "bench.tracing", "--side", side)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return float(output.decode().split()[-1])


async def compared(rounds: int) -> None:
    """Run all sides in turns and report them."""
    sides = [Side(name, "µs of processor a call", partial(elsewhere, name)) for name in (BARE, OFF, METRICS, TRACED)]
    figures = await interleaved(sides, rounds=rounds)
    verdicts = {f"{name} / {BARE}": ratio(figures[name], figures[BARE]) for name in (OFF, METRICS, TRACED)}
    report("tracing", sides, figures, verdicts)


def main(side: str = "", rounds: int = 10) -> None:
    """Compare calls with and without telemetry."""
    if side:
        print(one(side))
    else:
        asyncio.run(compared(rounds))


if __name__ == "__main__":
    typer.run(main)
