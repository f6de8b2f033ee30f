"""A program that traces and measures into the collector named by its environment, and then ends."""

from __future__ import annotations

import asyncio

from chassis.telemetry import TelemetrySettings, client_span, telemetry
from wire.chassis.probe import serving


async def echo(request, _context):
    with client_span("search", "milvus"):
        return request


async def main():
    async with serving(one=echo) as probe:
        await probe.one("x")


with telemetry("exporting", TelemetrySettings()):
    asyncio.run(main())
