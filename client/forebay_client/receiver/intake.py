"""What happens to an export, whichever way it came."""

from __future__ import annotations

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from forebay_client.receiver.metrics import LatestMetrics
from forebay_client.receiver.store import Spans
from forebay_client.receiver.wire import otlp

NO_LOGS = "logs are not kept here: each process writes its own log file"


class Intake:
    """Takes exports of the three signals."""

    def __init__(self, spans: Spans, metrics: LatestMetrics) -> None:
        self.spans = spans
        self.metrics = metrics

    async def traces(self, request: ExportTraceServiceRequest) -> ExportTraceServiceResponse:
        """Keep the spans; raises BadExportError."""
        await self.spans.add(otlp.spans(request))
        return ExportTraceServiceResponse()

    async def measurements(self, request: ExportMetricsServiceRequest) -> ExportMetricsServiceResponse:
        """Keep the metrics instead of the service's last ones."""
        for service, metrics in otlp.metrics(request):
            self.metrics.put(service, metrics)
        return ExportMetricsServiceResponse()

    async def logs(self, request: ExportLogsServiceRequest) -> ExportLogsServiceResponse:
        """Refuse the records, and say where logs are."""
        count = sum(len(scope.log_records) for group in request.resource_logs for scope in group.scope_logs)
        answer = ExportLogsServiceResponse()
        answer.partial_success.rejected_log_records = count
        answer.partial_success.error_message = NO_LOGS
        return answer
