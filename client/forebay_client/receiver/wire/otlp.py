"""OTLP messages as our spans and metrics; the only file that knows how OTLP is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2

from forebay_client.receiver.metrics import Metric
from forebay_client.receiver.spans import Event, Span, Value

KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
STATES = ("unset", "ok", "error")
LONGEST = 8192
"""Characters kept of one text; a prompt that strayed into an attribute does not fill the disk."""
TRACE_ID, SPAN_ID = 16, 8
DEEPEST = 8
"""Levels kept of a nested attribute."""


class BadExportError(ValueError):
    """What was sent is not OTLP."""


def spans(request: ExportTraceServiceRequest) -> list[Span]:
    """Return the spans of an export; raises BadExportError when an id has the wrong length."""
    return [
        span(one, service(group.resource))
        for group in request.resource_spans
        for scope in group.scope_spans
        for one in scope.spans
    ]


def span(one: trace_pb2.Span, owner: str) -> Span:
    """Return one span."""
    if len(one.trace_id) != TRACE_ID or len(one.span_id) != SPAN_ID:
        raise BadExportError(f"span {one.name[:64]!r}: a trace id has 16 bytes and a span id 8")
    parent = one.parent_span_id.hex()
    return Span(
        trace_id=one.trace_id.hex(),
        span_id=one.span_id.hex(),
        parent_id=parent if parent.strip("0") else "",
        name=one.name[:LONGEST],
        kind=named(KINDS, one.kind),
        service=owner,
        start_ns=bounded(one.start_time_unix_nano),
        end_ns=bounded(one.end_time_unix_nano),
        status=named(STATES, one.status.code),
        message=one.status.message[:LONGEST],
        attributes=attributes(one.attributes),
        events=tuple(event(entry) for entry in one.events),
    )


def event(one: trace_pb2.Span.Event) -> Event:
    """Return one event of a span."""
    return Event(name=one.name[:LONGEST], time_ns=bounded(one.time_unix_nano), attributes=attributes(one.attributes))


def metrics(request: ExportMetricsServiceRequest) -> Iterator[tuple[str, list[Metric]]]:
    """Yield each service of an export with its metrics."""
    for group in request.resource_metrics:
        yield service(group.resource), [metric(one) for scope in group.scope_metrics for one in scope.metrics]


def metric(one: metrics_pb2.Metric) -> Metric:
    """Return one metric with its points."""
    kind = one.WhichOneof("data") or "gauge"
    points = [point(entry) for entry in getattr(one, kind).data_points]
    return Metric(name=one.name, unit=one.unit, kind=kind, points=points)


def point(one: Any) -> dict[str, Value]:
    """Return one data point; what the kinds of points have in common is more than what they have not."""
    fields: dict[str, Value] = {"attributes": attributes(one.attributes), "time_ns": one.time_unix_nano}
    if isinstance(one, metrics_pb2.NumberDataPoint):
        return {**fields, "value": one.as_int if one.HasField("as_int") else one.as_double}
    fields |= {"count": one.count, "sum": one.sum}
    if isinstance(one, metrics_pb2.HistogramDataPoint):
        fields |= {"bounds": list(one.explicit_bounds), "buckets": list(one.bucket_counts)}
        fields["exemplars"] = [exemplar(entry) for entry in one.exemplars]
    return fields


def exemplar(one: metrics_pb2.Exemplar) -> Value:
    """Return which trace a histogram points to."""
    value = one.as_int if one.HasField("as_int") else one.as_double
    return {"trace_id": one.trace_id.hex(), "span_id": one.span_id.hex(), "value": value}


def service(resource: Resource) -> str:
    """Return the name of who exports."""
    name = attributes(resource.attributes).get("service.name")
    return name[:LONGEST] if isinstance(name, str) and name else "unknown"


def attributes(entries: Any) -> dict[str, Value]:
    """Return attributes as a mapping."""
    pairs: list[KeyValue] = list(entries)
    return {pair.key[:LONGEST]: value(pair.value) for pair in pairs}


def value(one: AnyValue, depth: int = 0) -> Value:
    """Return one attribute's value as JSON holds it."""
    kind = one.WhichOneof("value")
    if kind is None or depth > DEEPEST:
        return None
    if kind == "array_value":
        return [value(entry, depth + 1) for entry in one.array_value.values]
    if kind == "kvlist_value":
        return {pair.key[:LONGEST]: value(pair.value, depth + 1) for pair in one.kvlist_value.values}
    if kind == "bytes_value":
        return one.bytes_value.hex()[:LONGEST]
    plain: str | bool | float = getattr(one, kind)
    return plain[:LONGEST] if isinstance(plain, str) else plain


def named(names: tuple[str, ...], number: int) -> str:
    """Return the name of an enum's value; one that is newer than this code is the first."""
    return names[number] if 0 <= number < len(names) else names[0]


def bounded(nanoseconds: int) -> int:
    """Return a time that SQLite can hold."""
    return min(nanoseconds, 2**63 - 1)
