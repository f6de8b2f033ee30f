"""OTLP over HTTP, and the questions that the command line and the tests ask."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from forebay_client.receiver.intake import Intake
from forebay_client.receiver.settings import ReceiverSettings
from forebay_client.receiver.wire import encoding
from forebay_client.receiver.wire.otlp import BadExportError

Answer = Callable[[web.Request], Awaitable[web.Response]]
TRACE_ID = re.compile(r"[0-9a-f]{32}")
MOST_TRACES = 1000


def refused(status: int, why: str) -> web.Response:
    """Return an error as JSON."""
    return web.json_response({"error": why}, status=status)


def export(request: type[Any], take: Callable[[Any], Awaitable[Any]], most: int) -> Answer:
    """Return what answers a POST of one signal."""

    async def answer(posted: web.Request) -> web.Response:
        kind, squeezed = posted.content_type, posted.headers.get("Content-Encoding", "identity")
        if kind not in {encoding.JSON, encoding.PROTOBUF}:
            return refused(415, f"send {encoding.PROTOBUF} or {encoding.JSON}")
        if squeezed not in {"identity", "gzip"}:
            return refused(415, "compress by gzip or not at all")
        try:
            body = await posted.read()
            body = encoding.inflated(body, most) if squeezed == "gzip" else body
            done = await take(encoding.decoded(request, body, kind))
        except encoding.TooLargeError as error:
            return refused(413, str(error))
        except BadExportError as error:
            return refused(400, str(error))
        return web.Response(body=encoding.encoded(done, kind), content_type=kind)

    return answer


def questions(intake: Intake) -> list[web.RouteDef]:
    """Return the routes of the queries."""

    async def trace(asked: web.Request) -> web.Response:
        trace_id = asked.match_info["trace_id"].lower()
        if not TRACE_ID.fullmatch(trace_id):
            return refused(400, "a trace id has 32 hex digits")
        spans = await intake.spans.trace(trace_id)
        return web.json_response([span.to_json() for span in spans]) if spans else refused(404, "no such trace")

    async def traces(asked: web.Request) -> web.Response:
        limit = asked.query.get("limit", "20")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:8]) <= MOST_TRACES):
            return refused(400, f"limit is a number from 1 to {MOST_TRACES}")
        found = await intake.spans.latest(asked.query.get("service", ""), int(limit))
        return web.json_response([summary.to_json() for summary in found])

    async def metrics(_: web.Request) -> web.Response:
        return web.json_response(intake.metrics.to_json())

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"status": "ready"})

    return [
        web.get("/v1/traces/{trace_id}", trace),
        web.get("/v1/traces", traces),
        web.get("/metrics", metrics),
        web.get("/health", alive),
    ]


def application(intake: Intake, settings: ReceiverSettings) -> web.Application:
    """Return the whole application."""
    most = settings.max_body
    app = web.Application(client_max_size=most)
    app.add_routes(questions(intake))
    app.add_routes(
        [
            web.post("/v1/traces", export(ExportTraceServiceRequest, intake.traces, most)),
            web.post("/v1/metrics", export(ExportMetricsServiceRequest, intake.measurements, most)),
            web.post("/v1/logs", export(ExportLogsServiceRequest, intake.logs, most)),
        ]
    )
    return app


@asynccontextmanager
async def served(intake: Intake, settings: ReceiverSettings) -> AsyncIterator[int]:
    """Serve until the block ends; yield the port."""
    runner = web.AppRunner(application(intake, settings), access_log=None, shutdown_timeout=1, auto_decompress=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.http_port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
