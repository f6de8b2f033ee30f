"""A receiver to export to, and what to export."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

from forebay_client.receiver.running import Listening, receiver
from forebay_client.receiver.settings import ReceiverSettings

TRACE, ROOT, CHILD = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}


@asynccontextmanager
async def receiving(file: Path, **settings: int) -> AsyncIterator[tuple[Listening, aiohttp.ClientSession]]:
    """Run a receiver until the block ends; yield its ports and a session that asks it."""
    chosen = ReceiverSettings(grpc_port=0, http_port=0, file=file, **settings)
    async with receiver(chosen) as ports, aiohttp.ClientSession(f"http://127.0.0.1:{ports.http_port}") as session:
        yield ports, session


def attribute(key: str, **value: object) -> dict[str, object]:
    return {"key": key, "value": value}


def spans_json(service: str = "gateway", trace: str = TRACE) -> dict[str, object]:
    root = {
        "traceId": trace,
        "spanId": ROOT,
        "name": "Answer",
        "kind": 2,
        "startTimeUnixNano": "1000",
        "endTimeUnixNano": "9000",
    }
    child = root | {
        "spanId": CHILD,
        "parentSpanId": ROOT,
        "name": "milvus search",
        "kind": 3,
        "startTimeUnixNano": "2000",
        "status": {"code": 2, "message": "gone"},
        "attributes": [
            attribute("rows", intValue="7"),
            attribute("list", arrayValue={"values": [{"boolValue": True}]}),
        ],
        "events": [{"name": "QUEUE_START", "timeUnixNano": "2500"}],
        "unknownField": 1,
    }
    resource = {"attributes": [attribute("service.name", stringValue=service)]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [root, child]}]}]}


def export(trace: str = TRACE) -> traces.ExportTraceServiceRequest:
    request = traces.ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.add(key="service.name").value.string_value = "embedding"
    group.scope_spans.add().spans.add(trace_id=bytes.fromhex(trace), span_id=bytes.fromhex(ROOT), name="Embed")
    return request


async def trace(http: aiohttp.ClientSession, trace_id: str = TRACE):
    async with http.get(f"/v1/traces/{trace_id}") as response:
        return response.status, await response.json()
