"""Traces, metrics and logs: started once, named in one place, measured themselves.

This package knows no gRPC, so that rules may name a step with `span`.
"""

from __future__ import annotations

from opentelemetry.trace import Span

from chassis.telemetry.settings import TelemetrySettings
from chassis.telemetry.spans import AttributeValue, client_span, span, trace_id, untraced
from chassis.telemetry.starting import telemetry

__all__ = ["AttributeValue", "Span", "TelemetrySettings", "client_span", "span", "telemetry", "trace_id", "untraced"]
