"""The figures of this process, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Callable

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics.export import MetricReader
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest


def exposition() -> tuple[MetricReader, Callable[[], bytes]]:
    """Return what reads the meters, and what writes down what it reads: in text, memory and processor time included."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector):
        collector(registry=registry)
    return PrometheusMetricReader(registry=registry), lambda: generate_latest(registry)
