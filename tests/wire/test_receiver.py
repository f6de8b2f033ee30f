"""The receiver over real sockets: both transports, both encodings, and what is wrong with an export."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import aiohttp
import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

from rigs.otlp import JSON, PROTOBUF, ROOT, export, receiving, spans_json, trace


@pytest.fixture
async def listening(tmp_path: Path):
    async with receiving(tmp_path / "t.sqlite", max_body=65536) as (ports, session):
        yield ports, session


@pytest.fixture
def http(listening) -> aiohttp.ClientSession:
    return listening[1]


async def test_json_spans_come_back_normalised(http):
    async with http.post("/v1/traces", json=spans_json()) as response:
        assert (response.status, await response.json()) == (200, {})

    status, (root, child) = await trace(http)

    assert status == 200
    assert root | {"attributes": 0} == root | {
        "span_id": ROOT,
        "parent_id": "",
        "kind": "server",
        "service": "gateway",
        "status": "unset",
        "attributes": 0,
    }
    assert child["parent_id"] == ROOT
    assert (child["kind"], child["status"], child["message"]) == ("client", "error", "gone")
    assert child["attributes"] == {"rows": 7, "list": [True]}
    assert child["events"] == [{"name": "QUEUE_START", "time_ns": 2500, "attributes": {}}]


@pytest.mark.parametrize("squeeze", [False, True])
async def test_protobuf_over_http_is_kept_squeezed_or_not(http, squeeze):
    body = export().SerializeToString()
    headers = PROTOBUF | ({"Content-Encoding": "gzip"} if squeeze else {})
    async with http.post("/v1/traces", data=gzip.compress(body) if squeeze else body, headers=headers) as response:
        assert response.status == 200

    assert [span["name"] for span in (await trace(http))[1]] == ["Embed"]


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip])
async def test_grpc_exports_are_kept(listening, http, compression):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{listening[0].grpc_port}", compression=compression) as channel:
        call = channel.unary_unary(
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            request_serializer=traces.ExportTraceServiceRequest.SerializeToString,
        )
        assert await call(export(), timeout=5) == b""

    assert [span["service"] for span in (await trace(http))[1]] == ["embedding"]


async def test_grpc_refuses_a_span_without_a_trace(listening):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{listening[0].grpc_port}") as channel:
        call = channel.unary_unary("/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(export("00").SerializeToString(), timeout=5)

    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_the_last_metrics_of_a_service_replace_those_before(http):
    for value in (1, 2):
        request = metrics.ExportMetricsServiceRequest()
        group = request.resource_metrics.add()
        group.resource.attributes.add(key="service.name").value.string_value = "gateway"
        found = group.scope_metrics.add().metrics
        found.add(name="calls").sum.data_points.add(as_int=value)
        found.add(name="time").histogram.data_points.add(count=3, sum=6, explicit_bounds=[1], bucket_counts=[1, 2])
        await http.post("/v1/metrics", data=request.SerializeToString(), headers=PROTOBUF)

    async with http.get("/metrics") as response:
        calls, time = (await response.json())["gateway"]["metrics"]

    assert calls["points"][0]["value"] == 2
    assert (time["kind"], time["points"][0]["buckets"]) == ("histogram", [1, 2])


async def test_log_records_are_refused_with_a_reason(http):
    request = logs.ExportLogsServiceRequest()
    request.resource_logs.add().scope_logs.add().log_records.add()
    async with http.post("/v1/logs", json=MessageToDict(request)) as response:
        answer = await response.json()

    assert answer["partialSuccess"]["rejectedLogRecords"] == "1"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"[1]", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"[" * 20000, JSON, 400),
        (b"nonsense", PROTOBUF, 400),
        (json.dumps(spans_json(trace="zz")).encode(), JSON, 400),
        (json.dumps(spans_json(trace="00")).encode(), JSON, 400),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": 7}]}]}]}', JSON, 400),
        (b"not gzip", JSON | {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"{}", mtime=0)[:-4], JSON | {"Content-Encoding": "gzip"}, 400),
        (b"x", JSON | {"Content-Encoding": "br"}, 415),
        (b"x" * 70000, PROTOBUF, 413),
        (gzip.compress(b" " * 70000, mtime=0), JSON | {"Content-Encoding": "gzip"}, 413),
        (b"a=1", {"Content-Type": "text/plain"}, 415),
    ],
)
async def test_a_bad_export_is_refused_and_the_next_one_is_kept(http, body, headers, status):
    async with http.post("/v1/traces", data=body, headers=headers) as response:
        assert response.status == status

    async with http.post("/v1/traces", json=spans_json()) as response:
        assert response.status == 200
