"""Telemetry of the test process: one provider, read from memory."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.telemetry import TelemetrySettings, telemetry
from wire.chassis.probe import until


class Recorded:
    """The spans and metrics that ended, by kind."""

    def __init__(self):
        self.spans = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()

    def of(self, kind):
        return [span for span in self.spans.get_finished_spans() if span.kind is kind]

    async def both(self):
        """Return the one client and the one server span, as soon as both have ended."""
        await until(lambda: self.of(trace.SpanKind.CLIENT) and self.of(trace.SpanKind.SERVER))
        (client,), (server,) = self.of(trace.SpanKind.CLIENT), self.of(trace.SpanKind.SERVER)
        return client, server

    def points(self, name):
        """Return the data points of the metric."""
        data = self.reader.get_metrics_data()
        return [
            point
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]


@pytest.fixture(scope="session", autouse=True)
def _recorded():
    recorded = Recorded()
    with telemetry("test", TelemetrySettings(), spans=SimpleSpanProcessor(recorded.spans), readings=recorded.reader):
        yield recorded


@pytest.fixture
def recorded(_recorded):
    """What has been recorded since the test began."""
    _recorded.spans.clear()
    return _recorded
