"""The receiver over real sockets: both transports, both encodings, the queries, and what is wrong with an export."""

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

from forebay_client.receiver.running import Listening, receiver
from forebay_client.receiver.settings import ReceiverSettings

TRACE, ROOT, CHILD = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def listening(tmp_path: Path):
    async with receiver(
        ReceiverSettings(grpc_port=0, http_port=0, file=tmp_path / "t.sqlite", max_body=65536)
    ) as ports:
        yield ports


@pytest.fixture
async def http(listening: Listening):
    async with aiohttp.ClientSession(f"http://127.0.0.1:{listening.http_port}") as session:
        yield session


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
    async with grpc.aio.insecure_channel(f"127.0.0.1:{listening.grpc_port}", compression=compression) as channel:
        call = channel.unary_unary(
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            request_serializer=traces.ExportTraceServiceRequest.SerializeToString,
        )
        assert await call(export(), timeout=5) == b""

    assert [span["service"] for span in (await trace(http))[1]] == ["embedding"]


async def test_grpc_refuses_a_span_without_a_trace(listening):
    async with grpc.aio.insecure_channel(f"127.0.0.1:{listening.grpc_port}") as channel:
        call = channel.unary_unary("/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(export("00").SerializeToString(), timeout=5)

    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_the_same_span_twice_is_one_span(http):
    for _ in range(2):
        await http.post("/v1/traces", json=spans_json())

    assert len((await trace(http))[1]) == 2


async def test_the_latest_traces_come_first_and_by_service(http):
    for number, service in enumerate(["gateway", "embedding", "gateway"]):
        await http.post("/v1/traces", json=spans_json(service, f"{number:032x}"))

    async with http.get("/v1/traces", params={"service": "gateway", "limit": "5"}) as response:
        found = await response.json()

    assert [summary["trace_id"] for summary in found] == [f"{2:032x}", f"{0:032x}"]
    assert (
        found[0] | {"name": "Answer", "services": ["gateway"], "spans": 2, "start_ns": 1000, "end_ns": 9000} == found[0]
    )


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
        (gzip.compress(b"{}")[:-4], JSON | {"Content-Encoding": "gzip"}, 400),
        (b"x", JSON | {"Content-Encoding": "br"}, 415),
        (b"x" * 70000, PROTOBUF, 413),
        (gzip.compress(b" " * 70000), JSON | {"Content-Encoding": "gzip"}, 413),
        (b"a=1", {"Content-Type": "text/plain"}, 415),
    ],
)
async def test_a_bad_export_is_refused_and_the_next_one_is_kept(http, body, headers, status):
    async with http.post("/v1/traces", data=body, headers=headers) as response:
        assert response.status == status

    async with http.post("/v1/traces", json=spans_json()) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/v1/traces/{'f' * 32}", 404),
        ("/v1/traces/xyz", 400),
        ("/v1/traces?limit=0", 400),
        ("/v1/traces?limit=many", 400),
        ("/v1/traces?limit=99999999999999999999", 400),
        ("/health", 200),
        ("/elsewhere", 404),
    ],
)
async def test_questions_are_answered_or_refused(http, path, status):
    async with http.get(path) as response:
        assert response.status == status


async def test_only_so_many_spans_are_kept(tmp_path):
    settings = ReceiverSettings(grpc_port=0, http_port=0, file=tmp_path / "t", max_spans=4)
    async with receiver(settings) as ports, aiohttp.ClientSession(f"http://127.0.0.1:{ports.http_port}") as http:
        for number in range(4):
            await http.post("/v1/traces", json=spans_json(trace=f"{number + 1:032x}"))
        known = [(await trace(http, f"{number + 1:032x}"))[0] for number in range(4)]

    assert known == [404, 404, 200, 200]


async def test_traces_survive_a_restart_and_a_broken_file_does_not_stop_it(tmp_path):
    settings = ReceiverSettings(grpc_port=0, http_port=0, file=tmp_path / "t")
    for damage, expected in ((False, 200), (True, 404)):
        async with receiver(settings) as ports, aiohttp.ClientSession(f"http://127.0.0.1:{ports.http_port}") as http:
            await http.post("/v1/traces", json=spans_json())
        if damage:
            settings.file.write_bytes(b"no database at all" * 100)
        async with receiver(settings) as ports, aiohttp.ClientSession(f"http://127.0.0.1:{ports.http_port}") as http:
            assert (await trace(http))[0] == expected
