"""A gateway that waits for nobody for long."""

from __future__ import annotations

from gateway.http.settings import HttpSettings
from rigs.gateway import gateway

QUICK = HttpSettings(
    port=0,
    operations_port=0,
    head_timeout=0.5,
    idle_timeout=1.0,
    body_timeout=0.5,
    write_timeout=0.5,
    max_connections=100,
    max_reading_bytes=64 * 1024 * 1024,
)


def impatient(folder):
    """Run it until the block ends."""
    return gateway(folder, http=QUICK)
