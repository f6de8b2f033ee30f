"""Starts the telemetry of a process, and ends it without losing the last spans."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from chassis.telemetry.logs import start_logs
from chassis.telemetry.settings import TelemetrySettings


@contextmanager
def telemetry(
    service: str,
    settings: TelemetrySettings,
    *,
    spans: SpanProcessor | None = None,
    readings: MetricReader | None = None,
    scraped: MetricReader | None = None,
) -> Iterator[None]:
    """Trace, measure and log under the service's name inside; flush on the way out.

    `spans` and `readings` take the place of the exporters; `scraped` is read by somebody else, besides. Telemetry
    belongs to the process: where a provider has been set already, as in a test that runs several services, it stays,
    and only that one sees the spans.
    """
    start_logs(service, settings.log_level)
    resource = _resource(service, settings)
    spans = spans or _span_exporter(settings)
    readings = readings or _metric_exporter(settings)
    readers = tuple(reader for reader in (readings, scraped) if reader is not None)
    tracers, meters = _tracers(resource, settings, spans), _meters(resource, readers)
    try:
        yield
    finally:
        _end(settings.export_timeout, *(provider.shutdown for provider in (tracers, meters) if provider is not None))


def _end(within: float, *shutdowns: Callable[[], None]) -> None:
    """Flush side by side and give up in time: exporters would try a dead collector one after the other, for long."""
    threads = [threading.Thread(target=shutdown, name="telemetry-end", daemon=True) for shutdown in shutdowns]
    for thread in threads:
        thread.start()
    latest = time.monotonic() + within
    for thread in threads:
        thread.join(max(latest - time.monotonic(), 0))


def _resource(service: str, settings: TelemetrySettings) -> Resource:
    return Resource.create(
        {
            "service.namespace": "forebay",
            "service.name": service,
            "service.version": metadata.version("forebay-chassis"),
            "service.instance.id": settings.instance or f"{socket.gethostname()}-{os.getpid()}",
        }
    )


def _tracers(resource: Resource, settings: TelemetrySettings, spans: SpanProcessor | None) -> TracerProvider | None:
    if spans is None or isinstance(trace.get_tracer_provider(), TracerProvider):
        return None
    sampler = ParentBased(TraceIdRatioBased(settings.trace_ratio))
    provider = TracerProvider(resource=resource, sampler=sampler, shutdown_on_exit=False)
    provider.add_span_processor(spans)
    trace.set_tracer_provider(provider)
    return provider


def _meters(resource: Resource, readers: Sequence[MetricReader]) -> MeterProvider | None:
    if not readers or isinstance(metrics.get_meter_provider(), MeterProvider):
        return None
    provider = MeterProvider(readers, resource=resource, shutdown_on_exit=False)
    metrics.set_meter_provider(provider)
    return provider


def _span_exporter(settings: TelemetrySettings) -> SpanProcessor | None:
    if not settings.otlp_endpoint:
        return None
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(
        endpoint=settings.otlp_endpoint,
        insecure=_insecure(settings),
        timeout=settings.export_timeout,
    )
    return BatchSpanProcessor(exporter, schedule_delay_millis=settings.trace_delay * 1000)


def _metric_exporter(settings: TelemetrySettings) -> MetricReader | None:
    if not settings.otlp_endpoint:
        return None
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter

    exporter = OTLPMetricExporter(
        endpoint=settings.otlp_endpoint,
        insecure=_insecure(settings),
        timeout=settings.export_timeout,
    )
    return PeriodicExportingMetricReader(
        exporter,
        export_interval_millis=settings.metrics_interval * 1000,
        export_timeout_millis=settings.export_timeout * 1000,
    )


def _insecure(settings: TelemetrySettings) -> bool:
    return not settings.otlp_endpoint.startswith("https://")
