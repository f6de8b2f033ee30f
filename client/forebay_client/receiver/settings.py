"""What may be turned on the receiver."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings


class ReceiverSettings(Settings):
    """Read from FOREBAY_RECEIVER_*."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_RECEIVER_")

    host: str = "127.0.0.1"
    """Address to listen on. There is no authentication: keep it on loopback."""

    grpc_port: int = Field(default=4317, ge=0, le=65535)
    """Port of OTLP/gRPC; 0 picks a free one."""

    http_port: int = Field(default=4318, ge=0, le=65535)
    """Port of OTLP/HTTP and of the queries; 0 picks a free one."""

    file: Path = Path("traces.sqlite")
    """The SQLite file that holds the spans."""

    max_spans: int = Field(default=200_000, ge=1)
    """Spans kept; the oldest go first. A span takes about 1 kB."""

    max_age: float = Field(default=7 * 86_400, gt=0)
    """Seconds that a span is kept."""

    max_body: int = Field(default=16 * 2**20, ge=1024)
    """Bytes of one export, after decompression."""
