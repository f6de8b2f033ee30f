from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from grpc import aio
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc as metrics_rpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as traces_rpc


class Collector(traces_rpc.TraceServiceServicer, metrics_rpc.MetricsServiceServicer):
    """Takes both kinds of export; which, the request tells."""

    def __init__(self):
        self.spans, self.metrics, self.resources = [], [], []

    async def Export(self, request, _context):  # noqa: N802 - the RPC's name
        if isinstance(request, traces.ExportTraceServiceRequest):
            for one in request.resource_spans:
                self.resources.append({pair.key: pair.value.string_value for pair in one.resource.attributes})
                self.spans += [span for scope in one.scope_spans for span in scope.spans]
            return traces.ExportTraceServiceResponse()
        for one in request.resource_metrics:
            self.metrics += [metric for scope in one.scope_metrics for metric in scope.metrics]
        return metrics.ExportMetricsServiceResponse()


async def ran(endpoint):
    """Run the program against the endpoint; return what it wrote to standard error."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("exporting.py")),
        stderr=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "FOREBAY_OTLP_ENDPOINT": endpoint,
            "FOREBAY_EXPORT_TIMEOUT": "1",
            "FOREBAY_INSTANCE": "one",
        },
    )
    async with asyncio.timeout(30):
        _, told = await program.communicate()
    assert program.returncode == 0
    return told.decode()


async def test_a_process_sends_all_its_spans_and_metrics_before_it_ends():
    collector, server = Collector(), aio.server()
    traces_rpc.add_TraceServiceServicer_to_server(collector, server)
    metrics_rpc.add_MetricsServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    await ran(f"http://127.0.0.1:{port}")
    await server.stop(None)
    kinds = {span.name.rpartition("/")[2]: span for span in collector.spans}

    assert len(collector.spans) == 3
    assert len({span.trace_id for span in collector.spans}) == 1
    assert kinds.keys() == {"one", "search"}
    assert collector.resources[0]["service.name"] == "exporting"
    assert collector.resources[0]["service.instance.id"] == "one"
    durations = {metric.name: metric for metric in collector.metrics}
    assert {"rpc.server.duration", "rpc.client.duration", "db.client.operation.duration"} <= durations.keys()
    assert durations["rpc.server.duration"].histogram.data_points[0].exemplars


async def test_a_dead_collector_does_not_hold_up_the_end():
    started = time.monotonic()
    told = await ran("http://127.0.0.1:9")

    assert time.monotonic() - started < 20
    assert '"event": "drained"' in told
