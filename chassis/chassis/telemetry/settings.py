"""What an operator may turn about traces, metrics and logs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chassis.settings import Settings


class TelemetrySettings(Settings):
    """Where telemetry goes, and how much of it."""

    otlp_endpoint: str = ""
    """Where traces and metrics are sent by OTLP over gRPC, such as `http://127.0.0.1:4317`; empty sends nothing."""

    trace_ratio: float = Field(default=1.0, ge=0, le=1)
    """The share of requests that begin a trace here; a request that comes with a trace keeps its caller's choice."""

    trace_delay: float = Field(default=1.0, gt=0, le=60)
    """Seconds between two exports of finished spans; short, so that a trace can be read soon after its request."""

    metrics_interval: float = Field(default=15.0, gt=0, le=3600)
    """Seconds between two exports of metrics."""

    export_timeout: float = Field(default=5.0, gt=0, le=60)
    """Seconds that one export, and the last flush, may take; a dead collector must not hold up a stop."""

    instance: str = ""
    """This process's `service.instance.id`; empty makes one of host name and process id."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe log line that is written."""
